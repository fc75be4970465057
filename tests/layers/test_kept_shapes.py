"""Shapes come back from their bytes as they were, each double and each type."""

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from layers import kept_shapes
from layers.kept_shapes import shapes_restored, shapes_stored

NUMBER = st.floats(-1e7, 1e7, allow_subnormal=True)
POINT = st.tuples(NUMBER, NUMBER)
LINE = st.lists(POINT, min_size=2, max_size=6).map(shapely.LineString)
SHELL = st.lists(POINT, min_size=3, max_size=6).map(shapely.Polygon)
SHAPE = st.one_of(
    st.none(),
    POINT.map(shapely.Point),
    LINE,
    SHELL,
    st.lists(LINE, min_size=1, max_size=2).map(shapely.MultiLineString),
    st.lists(SHELL, min_size=1, max_size=2).map(shapely.MultiPolygon),
    st.sampled_from(
        [
            shapely.box(0, 0, 9, 9) - shapely.box(1, 1, 2, 2),
            shapely.Polygon(),
            shapely.LineString(),
            shapely.Point(),
            shapely.LineString([(0, 0, 1), (1, 0, 2)]),
            shapely.Polygon([(0, 0, 1), (1, 0, 2), (1, 1, 3)]),
            shapely.LineString([(-0.0, 0), (float("inf"), 5e-324)]),
            shapely.from_wkt("GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (0 0, 1 1))"),
        ]
    ),
)


def there_and_back(shapes):
    stored = b"".join(shapes_stored(shapes))
    assert len(stored) % 8 == 0
    return shapes_restored(memoryview(stored))


@settings(max_examples=50, deadline=None)
@given(st.lists(SHAPE, max_size=12), st.integers(1, 5))
def test_shapes_come_back_as_they_were(shapes, at_a_time):
    given_shapes = np.array([*shapes, None], dtype=object)[:-1]
    before, kept_shapes._AT_A_TIME = kept_shapes._AT_A_TIME, at_a_time
    try:
        found = there_and_back(given_shapes)
    finally:
        kept_shapes._AT_A_TIME = before
    assert shapely.get_type_id(found).tolist() == shapely.get_type_id(given_shapes).tolist()
    plain = [shapely.to_wkb(one, flavor="iso") for one in given_shapes]
    assert [shapely.to_wkb(one, flavor="iso") for one in found] == plain


def test_many_blocks_keep_their_order(monkeypatch):
    monkeypatch.setattr(kept_shapes, "_AT_A_TIME", 7)
    boxes = shapely.box(np.arange(30), 0, np.arange(30) + 1, 1)
    lines = shapely.linestrings(np.arange(60.0).reshape(30, 1, 2) + np.arange(3)[:, None])
    mixed = np.stack([boxes, lines], axis=1).ravel()
    assert (shapely.to_wkb(there_and_back(mixed)) == shapely.to_wkb(mixed)).all()
