"""Searches laid side by side, against one plain search each on the whole network."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

from geo.network import build_network, node_distances, symmetric_graph
from geo.surroundings import Starts, Surroundings


def some_network(rng, count):
    at = rng.integers(0, 9, (count, 4)) * 50.0
    return build_network([LineString([row[:2], row[2:]]) for row in at if (row[:2] != row[2:]).any()])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([60.0, 200.0, np.inf]), st.floats(20, 300))
def test_each_search_gives_the_same_as_alone_without_its_barred_edges(seed, limit_m, cell_m):
    rng = np.random.default_rng(seed)
    network = some_network(rng, 60)
    around, count = Surroundings(network, cell_m), 3
    search, node = np.arange(6) % count, rng.integers(len(network.nodes), size=6)
    barred = np.arange(12) % count, rng.integers(len(network.start), size=12)
    starts = Starts(search, node, rng.uniform(0, 40, 6), *barred)
    nodes = around.enter(network.nodes[node], min(limit_m, 1_000.0))
    found = around.distances(starts, count, limit_m)[:, : len(nodes)]
    for one in range(count):
        free = np.setdiff1d(np.arange(len(network.start)), barred[1][barred[0] == one])
        graph = symmetric_graph(
            network.start[free], network.end[free], network.length_m[free], len(network.nodes)
        )
        own = search == one
        expected = node_distances(graph, node[own], starts.cost_m[own], limit_m)
        assert found[one] == pytest.approx(expected[nodes], abs=1e-9)
        rest = np.setdiff1d(np.arange(len(network.nodes)), nodes)
        assert np.isinf(expected[rest]).all()
