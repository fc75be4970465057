"""Well-known binary made side by side is what shapely makes one by one."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import geo.wkb
from geo.wkb import as_wkb

SQUARE, LINE = shapely.box(0, 0, 3, 2), shapely.LineString([(0, 0), (1.5, 2)])
ODD = [
    None, shapely.Polygon(), shapely.LineString(), shapely.Point(1, 2), shapely.Point(),
    shapely.MultiPoint([(0, 0), (1, 1)]), shapely.MultiLineString([LINE]), shapely.MultiPolygon([SQUARE]),
    shapely.Polygon(SQUARE.exterior, [shapely.box(1, 1, 1.5, 1.5).exterior]),
    shapely.Polygon([(0, 0, 1), (1, 0, 2), (1, 1, 3)]), shapely.LineString([(0, 0, 1), (1, 0, 2)]),
    shapely.from_wkt("LINESTRING M (0 0 5, 1 1 6)"), shapely.GeometryCollection([SQUARE, LINE]),
]  # fmt: skip
PLAIN = st.one_of(
    st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=2, max_size=5).map(
        shapely.LineString
    ),
    st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=3, max_size=5).map(
        shapely.Polygon
    ),
)


def as_many(shape):
    gather = {
        "Point": shapely.multipoints,
        "LineString": shapely.multilinestrings,
        "Polygon": shapely.multipolygons,
    }
    return shape if shape is None or shape.geom_type not in gather else gather[shape.geom_type]([shape])


@pytest.mark.parametrize("multi", [False, True])
@pytest.mark.parametrize("many", [1, 3, 100])
@settings(max_examples=50, deadline=None)
@given(shapes=st.lists(st.one_of(PLAIN, st.sampled_from(ODD)), max_size=12))
def test_it_is_what_shapely_makes(shapes, many, multi):
    before, geo.wkb._MANY = geo.wkb._MANY, many
    try:
        made = as_wkb(np.array(shapes, dtype=object), multi=multi).to_pylist()
    finally:
        geo.wkb._MANY = before
    wanted = [as_many(shape) for shape in shapes] if multi else shapes
    assert made == [
        None if one is None else shapely.to_wkb(one, flavor="iso", byte_order=1) for one in wanted
    ]
