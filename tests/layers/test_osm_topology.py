"""Edges meet where ways share a node, and nowhere else; checked against a splitter of plain loops."""

from __future__ import annotations

from collections import Counter

import geopandas as gpd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

from layers.osm.topology import GAP_DEG, largest_part_share, split_at_shared_nodes

PLACES = {number: (number % 4, number // 4) for number in range(16)}


def ways(*nodes: list[int], places: dict[int, tuple[float, float]] = PLACES) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"id": [f"w{i}" for i in range(len(nodes))], "level": range(len(nodes))},
        geometry=[LineString([places[node] for node in one]) for one in nodes],
        crs="EPSG:4326",
    )


def edges(*nodes: list[int], **options) -> gpd.GeoDataFrame:
    return split_at_shared_nodes(ways(*nodes), list(nodes), **options)


def naive(*nodes: list[int]) -> list[list[int]]:
    """The same, node by node."""
    times = Counter(node for one in nodes for node in one)
    found = []
    for one in nodes:
        piece = [one[0]]
        for i, node in enumerate(one[1:], 1):
            piece.append(node)
            if times[node] > 1 or i == len(one) - 1:
                found.append(piece)
                piece = [node]
    return [piece for piece in found if len({PLACES[node] for node in piece}) > 1]


def test_a_crossing_with_a_common_node_joins_four_edges():
    found = edges([1, 5, 9], [4, 5, 6])
    assert found["id"].tolist() == ["w0.1", "w0.2", "w1.1", "w1.2"]
    assert found["level"].tolist() == [0, 0, 1, 1]
    assert [line.coords[-1] for line in found.geometry[:1]] == [(1.0, 1.0)]
    assert largest_part_share(found) == 1.0


def test_a_bridge_without_a_common_node_joins_nothing():
    places = {0: (0, 0), 1: (1, 1), 2: (2, 2), 3: (0, 2), 4: (1, 1), 5: (2, 0)}
    nodes = [[0, 1, 2], [3, 4, 5]]
    found = split_at_shared_nodes(ways(*nodes, places=places), nodes)
    assert len(found) == 2
    assert largest_part_share(found) == 0.5


def test_a_closed_loop_stays_one_edge_and_a_way_touching_itself_is_cut_there():
    assert len(edges([0, 1, 5, 4, 0])) == 1
    found = edges([0, 1, 2, 6, 5, 1])
    assert [len(line.coords) for line in found.geometry] == [2, 5]


def test_a_locked_gate_parts_the_way_it_stands_on():
    open_gate, locked = edges([0, 1, 2]), edges([0, 1, 2], closed={1})
    assert len(open_gate) == 1
    assert len(locked) == 2
    assert locked.geometry[0].coords[-1] == pytest.approx((1 - GAP_DEG, 0))
    assert locked.geometry[1].coords[0] == pytest.approx((1 + GAP_DEG, 0))
    assert locked.geometry[0].distance(locked.geometry[1]) == pytest.approx(2 * GAP_DEG)


def test_a_locked_gate_at_a_junction_parts_every_edge_there():
    found = edges([1, 5, 9], [4, 5, 6], closed={5})
    assert len(found) == 4
    assert largest_part_share(found) == 0.25


def test_a_gate_at_both_ends_leaves_a_line():
    found = edges([0, 1], closed={0, 1})
    assert found.geometry[0].length == pytest.approx(1 - 2 * GAP_DEG)


def test_no_ways_give_no_edges():
    empty = gpd.GeoDataFrame({"id": []}, geometry=[], crs="EPSG:4326")
    assert split_at_shared_nodes(empty, []).empty
    assert largest_part_share(empty) == 0.0


node_lists = st.lists(st.lists(st.integers(0, 15), min_size=2, max_size=7), min_size=1, max_size=6)


@settings(max_examples=50, deadline=None)
@given(node_lists)
def test_cutting_agrees_with_plain_loops(nodes):
    found = edges(*nodes)
    expected = [LineString([PLACES[node] for node in piece]) for piece in naive(*nodes)]
    assert list(found.geometry) == expected
    assert found["id"].is_unique
    whole = sum(LineString([PLACES[node] for node in one]).length for one in nodes)
    assert sum(line.length for line in found.geometry) == pytest.approx(whole)


@settings(max_examples=25, deadline=None)
@given(node_lists, st.randoms(use_true_random=False))
def test_the_order_of_the_ways_changes_nothing(nodes, random):
    order = list(range(len(nodes)))
    random.shuffle(order)
    here = {line.wkb for line in edges(*nodes).geometry}
    there = {line.wkb for line in edges(*(nodes[i] for i in order)).geometry}
    assert here == there
