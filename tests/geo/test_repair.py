"""What the repair of shapes takes from GEOS: which shapes it calls valid."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geo.repair import are_finite, made_valid

KINDS = [
    "POINT(9 0)",
    "MULTIPOINT((0 0), (9 0))",
    "LINESTRING(0 0, 1 1, 9 0)",
    "MULTILINESTRING((0 0, 1 1), (5 5, 9 0))",
    "POLYGON((0 0, 9 0, 9 8, 0 8, 0 0))",
    "POLYGON((-9 -9, 19 -9, 19 19, -9 19, -9 -9), (0 0, 9 0, 9 8, 0 8, 0 0))",
    "MULTIPOLYGON(((20 20, 21 20, 21 21, 20 20)), ((0 0, 9 0, 9 8, 0 8, 0 0)))",
    "GEOMETRYCOLLECTION(POINT(1 1), LINESTRING(0 0, 9 0))",
]


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_finite_is_not_valid(kind, axis, odd):
    def broken(points):
        points = points.copy()
        points[points[:, 0] == 9, axis] = odd
        return points

    shapes = np.array([shapely.from_wkt(kind)], dtype=object)
    assert shapely.is_valid(shapes).all()
    with np.errstate(invalid="ignore"):
        shapes = shapely.transform(shapes, broken)
    assert not are_finite(shapes).any()
    assert not shapely.is_valid(shapes).any()


def test_heights_do_not_make_a_shape_invalid():
    shapes = shapely.from_wkt(
        ["POINT Z (0 0 NaN)", "LINESTRING Z (0 0 NaN, 1 1 2)", "POLYGON Z ((0 0 1, 1 0 NaN, 1 1 1, 0 0 1))"]
    )
    assert shapely.is_valid(shapes).all()


def test_what_is_known_to_be_valid_is_left_alone():
    bow = shapely.from_wkt("POLYGON((0 0, 2 2, 2 0, 0 2, 0 0))")
    shapes = np.array([bow, shapely.box(0, 0, 1, 1), None])
    plain, bad = made_valid(shapes)
    known, same = made_valid(shapes, shapely.is_valid(shapes))
    assert bad.tolist() == same.tolist() == [True, False, False]
    assert plain.tolist() == known.tolist()
    assert made_valid(shapes, np.ones(3, bool))[0].tolist() == shapes.tolist()
