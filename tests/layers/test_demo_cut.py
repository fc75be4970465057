"""Cutting lines at many places at once, held against shapely's own cutting, one place after the other."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.ops import substring

from layers.demo.blocks import Kind, make_blocks, make_cells, make_lots, parted
from layers.demo.cut import cut_at
from layers.demo.ground import make_ground
from layers.demo.settings import SIZES
from layers.demo.streets import split_ring

LINE = shapely.LineString([(0, 0), (30, 0), (30, 40), (0, 40), (-20, 20), (0, 0)])


@settings(max_examples=50)
@given(st.lists(st.floats(0.0, LINE.length), min_size=1, max_size=8))
def test_pieces_are_those_of_substring(places):
    at = np.sort(np.array(places))
    pieces = cut_at(LINE, at)
    edges = [0.0, *at, LINE.length]
    assert len(pieces) == len(at) + 1
    for piece, a, b in zip(pieces, edges[:-1], edges[1:], strict=True):
        expected = substring(LINE, a, b)
        assert abs(piece.length - expected.length) < 1e-9
        assert piece.hausdorff_distance(expected) < 1e-9


def test_a_cut_at_a_corner_and_at_the_end_repeats_no_point():
    first, second, nothing = cut_at(LINE, np.array([30.0, LINE.length]))
    assert list(first.coords) == [(0, 0), (30, 0)]
    assert list(second.coords) == list(LINE.coords)[1:]
    assert nothing.length == 0


def test_a_ring_is_split_into_pieces_that_end_in_the_points():
    points = [shapely.Point(30, 10), shapely.Point(0, 40), shapely.Point(0, 0)]
    pieces = split_ring(LINE, points)
    assert sorted(round(one.length, 9) for one in pieces) == sorted(
        round(length, 9) for length in (60.0, 2 * 800**0.5, 40.0)
    )
    ends = {tuple(one.coords[n]) for one in pieces for n in (0, -1)}
    assert ends == {(30.0, 10.0), (0.0, 40.0), (0.0, 0.0)}
    assert shapely.union_all(pieces).symmetric_difference(LINE).length < 1e-9


def test_cuts_are_parted_evenly():
    assert parted(np.array([0.0, 0.3, 1.0]), 1).tolist() == [0.0, 0.3, 1.0]
    thirds = [0.0, 0.1, 0.2, 0.3, 0.3 + 0.7 / 3, 0.3 + 1.4 / 3, 1.0]
    assert np.allclose(parted(np.array([0.0, 0.3, 1.0]), 3), thirds)


def test_lots_lie_in_their_cells_and_a_path_apart():
    ground = make_ground(SIZES["town"], np.random.default_rng(4))
    blocks = make_blocks(ground, np.random.default_rng(5))
    cells = make_cells(blocks)
    lots = make_lots(blocks, cells, SIZES["city"].paths)
    own, place = cells.take(lots.cell), lots.place
    assert (place.u0 >= own.u0).all()
    assert (place.u1 <= own.u1).all()
    assert (place.v0 >= own.v0).all()
    assert (place.v1 <= own.v1).all()
    assert (place.u1 > place.u0).all()
    assert (place.v1 > place.v0).all()
    grid = cells.kind == Kind.GRID
    inner = grid[lots.cell]
    assert inner.sum() > 6 * grid.sum()
    boxes = shapely.box(place.u0, place.v0, place.u1, place.v1)
    first, second = shapely.STRtree(boxes).query(boxes, predicate="dwithin", distance=1.9)
    assert (first == second).all()
    plain = make_lots(blocks, cells, SIZES["town"].paths)
    assert plain.place is cells
