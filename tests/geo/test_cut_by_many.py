"""Cutting by many areas one after the other, against one cut by their union."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.cut_by_many import parts_within


def squares(rng, count, size):
    low = rng.uniform(0, 100, (count, 2))
    return np.asarray(shapely.box(*low.T, *(low + rng.uniform(1, size, (count, 2))).T), dtype=object)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 25), st.integers(0, 8))
def test_gives_the_same_as_a_cut_by_the_union(seed, discs, boxes):
    rng = np.random.default_rng(seed)
    shapes = squares(rng, 12, 40)
    around = np.asarray(shapely.buffer(shapely.points(rng.uniform(0, 100, (discs, 2))), 15), dtype=object)
    ground, owner = squares(rng, boxes, 20), rng.integers(12, size=boxes)
    found, rest = parts_within(shapes, around, (ground, owner))
    for k, shape in enumerate(shapes):
        served = shapely.union_all([*around, *ground[owner == k]])
        expected = shapely.intersection(shape, served)
        assert shapely.area(found[k]) == pytest.approx(expected.area, rel=1e-9, abs=1e-6)
        assert shapely.area(shapely.symmetric_difference(found[k], expected)) < 1e-5
        assert shapely.area(shapely.symmetric_difference(rest[k], shape.difference(served))) < 1e-5
        assert all(part.is_empty or part.area > 1e-7 for part in shapely.get_parts([found[k], rest[k]]))


@pytest.mark.parametrize(("corners", "parted"), [(1_000, True), (3_000, False)])
def test_a_shape_of_very_many_corners_is_cut_as_one_of_few(corners, parted):
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    wavy = 100 + 5 * np.sin(37 * angle)
    shape = shapely.Polygon(np.column_stack([wavy * np.cos(angle), wavy * np.sin(angle)]))
    around = shapely.buffer(shapely.points([(60, 0), (-90, 30)]), 70)
    (found,), (rest,) = parts_within(np.array([shape]), around)
    expected = shape.intersection(shapely.union_all(around))
    assert found.area == pytest.approx(expected.area, rel=1e-9)
    assert found.symmetric_difference(expected).area < 1e-5
    assert all(part.area > 1e-3 for part in shapely.get_parts([found]))
    assert (rest is not None) == parted
    if parted:
        assert rest.area == pytest.approx(shape.area - found.area, rel=1e-9)
    assert parts_within(np.array([shape]), np.empty(0, dtype=object))[0][0].is_empty


def test_whole_shapes_come_back_as_they_are_and_an_area_along_the_edge_takes_nothing():
    shapes = np.array([shapely.box(0, 0, 10, 10), shapely.box(20, 0, 30, 10)])
    around = np.array([shapely.box(-1, -1, 6, 11), shapely.box(5, -1, 11, 11), shapely.box(30, 0, 40, 10)])
    nothing = np.empty(0, dtype=object), np.empty(0, np.intp)
    (whole, empty), (nil, left) = parts_within(shapes, around, nothing)
    assert whole is shapes[0]
    assert nil.is_empty
    assert empty.is_empty
    assert left.equals(shapes[1])
