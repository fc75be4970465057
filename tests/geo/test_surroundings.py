"""Searches laid side by side, against one plain search each on the whole network."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

import geo.surroundings
from geo.network import build_network, node_distances, symmetric_graph
from geo.surroundings import Starts, Surroundings


def some_network(rng, count):
    at = rng.integers(0, 9, (count, 4)) * 50.0
    return build_network([LineString([row[:2], row[2:]]) for row in at if (row[:2] != row[2:]).any()])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([60.0, 200.0, np.inf]), st.sampled_from([1, 40, 1_000_000]))
def test_each_search_gives_the_same_as_alone_without_its_barred_edges(seed, limit_m, nodes_at_once):
    rng = np.random.default_rng(seed)
    network, count = some_network(rng, 60), 5
    search, node = np.sort(np.arange(10) % count), rng.integers(len(network.nodes), size=10)
    barred = np.sort(np.arange(20) % count), rng.integers(len(network.start), size=20)
    starts = Starts(search, node, rng.uniform(0, 80, 10), *barred)
    xy = network.nodes[node].reshape(count, 2, 2)
    seen = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(geo.surroundings, "NODES_AT_ONCE", nodes_at_once)
        parts = list(Surroundings(network).searches(xy.min(axis=1), xy.max(axis=1), starts, limit_m))
    for first, found in parts:
        for one in range(found.part.count):
            seen.append(first + one)
            free = np.setdiff1d(np.arange(len(network.start)), barred[1][barred[0] == first + one])
            graph = symmetric_graph(
                network.start[free], network.end[free], network.length_m[free], len(network.nodes)
            )
            own = search == first + one
            expected = node_distances(graph, node[own], starts.cost_m[own], limit_m)
            every = np.arange(len(network.nodes))
            assert found.at(np.full(len(every), one), every) == pytest.approx(expected, abs=1e-9)
            rows = found.search == one
            assert found.distance_m[:-1][rows] == pytest.approx(expected[found.node[rows]], abs=1e-9)
            assert (
                found.barred(np.full(len(network.start), one), np.arange(len(network.start))).tolist()
                == (~np.isin(np.arange(len(network.start)), free)).tolist()
            )
    assert seen == list(range(count))
    assert nodes_at_once > 1 or len(parts) == count
