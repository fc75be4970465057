"""Service area of parks and the residential land in it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from benchmarks.made_up import beside_streets, rectangles, street_grid
from benchmarks.measure import Row, faster, require_same, taken
from geo.network import Seeds, WalkNetwork, build_network, nearest_position
from geo.reach import reach
from geo.service_area import QUAD_SEGS, reachable_parts
from geo.walk_cover import parts_within_walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Shapes = NDArray[Any]

CASE = "homes within a five-minute walk"
WALK_M, ACCESS_M = 300.0, 100.0
EPSG = "EPSG:4547"


def rows(*, quick: bool = False) -> Iterator[Row]:
    """Time it on a part of a city."""
    nodes, parks, plots = (6_000, 40, 150) if quick else (60_000, 400, 1_500)
    streets = street_grid(nodes)
    network = build_network(streets)
    at = nearest_position(network, beside_streets(streets, parks))
    seeds = Seeds.at(at.edge, at.along_m, at.distance_m)
    homes = rectangles(plots, (60, 320), float(np.sqrt(nodes)) * 90.0)
    size = f"{len(network.start):,} edges, {parks} gates, {plots:,} plots"
    ours = taken(partial(_ours, network, seeds, homes))
    plain = taken(partial(_geopandas, network, seeds, homes))
    apart = require_same("covered land", ours.value, plain.value, 1e-5)
    note = (
        f"same area to {apart:.0e} (round ends); the peer gets our reachable stretches, buffers, unites, cuts"
    )
    goal = 0 if quick else 2
    yield faster(CASE, size, "geopandas", (ours, plain), goal, note)
    nodes_only = taken(partial(_osmnx_style, network, seeds, homes))
    off = nodes_only.value / ours.value - 1
    note = f"crossings within reach joined by buffered edges: covered land off by {off:+.1%}"
    yield faster(CASE, size, "osmnx style", (ours, nodes_only), goal, note)


def _ours(network: WalkNetwork, seeds: Seeds, homes: Shapes) -> float:
    near = reach(network, seeds, WALK_M)
    return float(shapely.area(parts_within_walk(homes, near, WALK_M, ACCESS_M)[0]).sum())


def _covered(homes: Shapes, around: Shapes) -> float:
    area = gpd.GeoDataFrame(geometry=[shapely.union_all(around)], crs=EPSG)
    plots = gpd.GeoDataFrame({"plot": np.arange(len(homes))}, geometry=homes, crs=EPSG)
    return float(gpd.overlay(plots, area, how="intersection").area.sum())


def _geopandas(network: WalkNetwork, seeds: Seeds, homes: Shapes) -> float:
    near = reach(network, seeds, WALK_M)
    parts = reachable_parts(near, WALK_M - ACCESS_M)
    late = (seeds.cost_m > WALK_M - ACCESS_M) & (seeds.cost_m <= WALK_M)
    if late.any():
        raise ValueError("the made-up gates lie too far from the streets for this comparison")
    return _covered(homes, shapely.buffer(parts, ACCESS_M, quad_segs=QUAD_SEGS))


def _osmnx_style(network: WalkNetwork, seeds: Seeds, homes: Shapes) -> float:
    """As in the usual recipe: gates moved to crossings, ego graph, its edges buffered."""
    import networkx as nx

    graph = nx.MultiGraph()
    graph.add_nodes_from(range(len(network.nodes)))
    for k, (a, b, m) in enumerate(
        zip(network.start.tolist(), network.end.tolist(), network.length_m.tolist(), strict=True)
    ):
        graph.add_edge(a, b, key=k, length=m)
    nearer = seeds.from_m < network.length_m[seeds.edge] / 2
    gates = np.where(nearer, network.start[seeds.edge], network.end[seeds.edge])
    kept: set[int] = set()
    for gate in gates.tolist():
        ego = nx.ego_graph(graph, gate, radius=WALK_M - ACCESS_M, distance="length")
        kept.update(k for _, _, k in ego.edges(keys=True))
    return _covered(homes, shapely.buffer(network.lines[sorted(kept)], ACCESS_M, quad_segs=QUAD_SEGS))
