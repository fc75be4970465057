"""The rings of polygons against shapely's own, one polygon at a time."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

from geo.rings import rings_of

HOLED = box(0, 0, 9, 9).difference(shapely.union_all([box(1, 1, 2, 2), box(4, 4, 7, 6)]))
TWO = MultiPolygon([box(20, 0, 22, 2), shapely.affinity.translate(HOLED, 30, 0)])
MIXED = GeometryCollection([Point(0, 0), TWO, LineString([(0, 0), (1, 1)]), box(50, 0, 51, 1), Polygon()])
SHAPES = [HOLED, box(0, 0, 1, 1), None, TWO, Polygon(), LineString([(0, 0), (5, 5)]), MIXED, HOLED]


def polygons_in(shape):
    if isinstance(shape, Polygon):
        return [] if shape.is_empty else [shape]
    return [found for one in getattr(shape, "geoms", ()) for found in polygons_in(one)]


def test_rings_are_those_of_the_polygons_in_order():
    expected = [
        (number, hole, np.asarray(ring.coords))
        for number, shape in enumerate(SHAPES)
        for polygon in polygons_in(shape)
        for hole, ring in [(False, polygon.exterior), *((True, one) for one in polygon.interiors)]
    ]
    found = rings_of(np.array(SHAPES, dtype=object))
    assert found.shape.tolist() == [one[0] for one in expected]
    assert found.hole.tolist() == [one[1] for one in expected]
    for points, one in zip(np.split(found.points, found.first[1:-1]), expected, strict=True):
        assert points.tolist() == one[2].tolist()


def test_nothing_has_no_rings():
    for none in ([], [None, Point(0, 0), Polygon()]):
        found = rings_of(np.array(none, dtype=object))
        assert (len(found.points), found.first.tolist(), len(found.shape)) == (0, [0], 0)
