import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString
from shapely.affinity import translate

from geo.line_graph import line_graph, nearest_gaps


def counts(*lines, snap=10):
    graph = line_graph(list(lines), snap)
    return graph.nodes, graph.edges, graph.components


def test_one_line_is_two_nodes_and_one_edge():
    assert counts(LineString([(0, 0), (50, 50), (100, 0)])) == (2, 1, 1)


def test_a_way_drawn_in_pieces_is_one_edge():
    pieces = [LineString([(x, 0), (x + 100, 0)]) for x in range(0, 500, 100)]
    assert counts(*pieces) == (2, 1, 1)


def test_a_grid_of_six_lines_that_cross():
    lines = [LineString([(0, y), (1_000, y)]) for y in (100, 500, 900)]
    lines += [LineString([(x, 0), (x, 1_000)]) for x in (100, 500, 900)]
    # 9 crossings and 12 ends; each line has 4 edges
    assert counts(*lines) == (21, 24, 1)


def test_an_end_within_the_snap_joins_and_one_beyond_does_not():
    base = LineString([(0, 0), (200, 0)])
    assert counts(base, LineString([(100, 9), (100, 100)])) == (4, 3, 1)
    assert counts(base, LineString([(100, 11), (100, 100)])) == (4, 2, 2)


def test_lines_side_by_side_stay_apart():
    below = LineString([(0, -200), (100, 0), (900, 0), (1_000, -200)])
    above = LineString([(0, 208), (100, 8), (900, 8), (1_000, 208)])
    assert counts(below, above) == (4, 2, 2)


def test_a_ring_is_one_node_and_one_edge_and_a_lollipop_two():
    ring = LineString([(0, 0), (200, 0), (200, 200), (0, 200), (0, 0)])
    assert counts(ring) == (1, 1, 1)
    assert counts(ring, LineString([(-300, 0), (0, 0)])) == (2, 2, 1)
    assert counts(LineString([(-300, 0), (0, 0), (200, 0), (200, 200), (0, 200), (0, 0)])) == (2, 2, 1)


def test_nothing_gives_nothing():
    graph = line_graph([], 10)
    assert (graph.nodes, graph.edges, graph.components) == (0, 0, 0)
    assert nearest_gaps(graph, 1_000) == []


def test_components_are_numbered_from_the_longest():
    lines = [LineString([(0, y), (length, y)]) for y, length in ((0, 100), (100, 300), (200, 200))]
    assert line_graph(lines, 10).component.tolist() == [2, 0, 1]


def test_gaps_are_the_least_spanning_tree():
    lines = [LineString([(0, y), (1_000, y)]) for y in (0, 40, 140, 3_140)]
    gaps = nearest_gaps(line_graph(lines, 10), 1_000)
    assert [gap.line.length for gap in gaps] == [40, 100]
    assert len(nearest_gaps(line_graph(lines, 10), 5_000)) == 3


def test_an_end_that_comes_to_a_repeated_stretch_joins_the_path_it_repeats():
    path = LineString([(0, 0), (1_000, 0)])
    repeated = LineString([(300, 4), (700, 4)])
    link = LineString([(500, 300), (500, 13)])
    assert line_graph([path, link], 10).components == 2
    assert line_graph([path, link], 10, [repeated], 5).components == 1
    far = LineString([(900, 300), (900, 13)])
    assert line_graph([path, far], 10, [repeated], 5).components == 2


way = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=2, max_size=3, unique=True)


def naive_components(lines, snap):
    """By the definition, pair by pair, on simple two-point lines."""
    near = np.eye(len(lines), dtype=bool)
    for a, b in itertools.permutations(range(len(lines)), 2):
        ends = [shapely.Point(c) for c in (lines[a].coords[0], lines[a].coords[-1])]
        touch = lines[a].intersects(lines[b]) or any(lines[b].distance(end) <= snap for end in ends)
        near[a, b] |= touch
        near[b, a] |= touch
    for _ in lines:
        near = near @ near
    return len({tuple(row) for row in near.tolist()}), near


@settings(max_examples=50, deadline=None)
@given(st.lists(way, min_size=1, max_size=7))
def test_components_and_gaps_agree_with_the_definition(drawn):
    lines = [LineString(points) for points in drawn]
    lines = [one for one in lines if one.is_simple]
    graph = line_graph(lines, 10)
    count, near = naive_components(lines, 10)
    assert graph.components == count
    gaps = nearest_gaps(graph, 1e6)
    assert len(gaps) == max(count - 1, 0)
    # Prim on plain distances between components
    total, reached = 0.0, {0} if lines else set()
    reached = set(np.flatnonzero(near[0]).tolist()) if lines else set()
    while len(reached) < len(lines):
        length, new = min(
            (lines[a].distance(lines[b]), b) for a in reached for b in range(len(lines)) if b not in reached
        )
        total += length
        reached |= set(np.flatnonzero(near[new]).tolist())
    assert sum(gap.line.length for gap in gaps) == pytest.approx(total, abs=1e-4)


@settings(max_examples=25, deadline=None)
@given(st.lists(way, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_order_and_place_change_nothing(drawn, random):
    lines = [LineString(points) for points in drawn]
    before = counts(*lines)
    moved = [translate(one, 500, -700) for one in lines]
    random.shuffle(moved)
    assert counts(*moved) == before
