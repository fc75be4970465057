"""Lengths of lines inside polygons, against lines cut by shapely."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, box

from geo import lengths_inside as module
from geo.lengths_inside import lengths_inside

places = st.tuples(st.floats(0, 100), st.floats(0, 100))


@st.composite
def polygons(draw):
    """Overlapping boxes and discs, less some others: holes, parts, either direction."""
    one, other = (
        shapely.union_all(
            [
                shapely.Point(draw(places)).buffer(draw(st.floats(1, 40)), quad_segs=draw(st.integers(1, 8)))
                for _ in range(draw(st.integers(1, 3)))
            ]
        )
        for _ in range(2)
    )
    left = one.difference(other)
    return shapely.reverse(one if left.is_empty else left)


@settings(max_examples=50)
@given(
    st.lists(polygons(), min_size=1, max_size=3),
    st.lists(st.lists(places, min_size=2, max_size=6), min_size=1, max_size=3),
    st.sampled_from([5, 40, 1 << 16]),
)
def test_lengths_are_those_of_lines_cut(areas, ways, at_once):
    lines = np.array([LineString(way) for way in ways])
    areas = np.array(areas)
    line, area = (one.ravel() for one in np.meshgrid(np.arange(len(lines)), np.arange(len(areas))))
    expected = shapely.length(shapely.intersection(_noded(lines), areas[:, None])).T.ravel("F")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "AT_ONCE", at_once)
        found = lengths_inside(lines, line, areas, area)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def _noded(lines):
    """Cut lines into stretches, so that what runs over itself counts twice."""
    stretches = [[LineString(pair) for pair in zip(one.coords, one.coords[1:])] for one in lines]  # noqa: B905
    return np.array([shapely.GeometryCollection(some) for some in stretches])


def test_a_line_along_the_edge_of_two_polygons_is_inside_one_of_them():
    wall = np.array([LineString([(10, 0), (10, 10)]), LineString([(10, 10), (10, 4)])])
    sides = np.array([box(0, 0, 10, 10), box(10, 0, 20, 10)])
    found = lengths_inside(wall, np.array([0, 0, 1, 1]), sides, np.array([0, 1, 0, 1]))
    assert sorted(found[:2].tolist()) == [0.0, 10.0]
    assert sorted(found[2:].tolist()) == [0.0, 6.0]


def test_parts_holes_and_stretches_without_length():
    ring = box(0, 0, 9, 9).difference(box(3, 3, 6, 6))
    both = MultiPolygon([ring, box(20, 0, 22, 9)])
    line = LineString([(-5, 4), (4, 4), (4, 4), (30, 4)])
    assert lengths_inside(np.array([line]), np.array([0]), np.array([both]), np.array([0])).tolist() == [8.0]
    assert (
        lengths_inside(np.array([line]), np.empty(0, int), np.array([both]), np.empty(0, int)).tolist() == []
    )
