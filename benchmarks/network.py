"""Nearest park over the walking network, from lines and gates to a distance for every crossing."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from benchmarks.made_up import beside_streets, street_grid
from benchmarks.measure import Row, faster, limit, skipped, taken
from geo.network import Seeds, WalkNetwork, build_network, nearest_position
from geo.reach import crossing_distances, distance_at, reach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from benchmarks.measure import Taken

    Floats = NDArray[np.float64]

CASE = "nearest park on the network"
FAR_M = 2_000.0
EXACT_M = 1e-6
REAL = Path(__file__).resolve().parents[2] / "shared/data/las_palmas/las_palmas_20230221.osm.pbf"
STREETS = {"footway", "path", "pedestrian", "steps", "living_street", "residential", "service", "track",
           "unclassified", "tertiary", "secondary", "primary", "cycleway", "corridor"}  # fmt: skip


def rows(*, quick: bool = False) -> Iterator[Row]:
    """Time all three sizes; ``quick`` runs small ones for trying the programme."""
    if REAL.exists():
        yield from _one("Las Palmas (OSM)", las_palmas(), 400, pandana=True, goal=0 if quick else 1)
    else:
        yield skipped(CASE, "Las Palmas (OSM)", "all", "the extract is not on this machine")
    if quick:
        yield from _one("20k nodes", street_grid(20_000), 750, pandana=True, goal=0)
        return
    yield from _one("160k nodes", street_grid(160_000), 6_000, pandana=True, goal=100)
    yield from _one("1M nodes", street_grid(1_000_000), 12_000, pandana=False, goal=1)


def las_palmas() -> NDArray[Any]:
    """Streets of a real city, cut where they meet, in metres."""
    lines = gpd.read_file(REAL, layer="lines", columns=["highway"])
    lines = lines[lines["highway"].isin(STREETS)].to_crs(32628)
    return np.asarray(build_network(lines.geometry.to_numpy()).lines)


def _one(size: str, streets: NDArray[Any], gates_count: int, *, pandana: bool, goal: float) -> Iterator[Row]:
    gates = beside_streets(streets, gates_count)
    ours = taken(partial(_ours, streets, gates))
    network, seeds, distance = ours.value
    size = f"{size} ({len(network.nodes):,} nodes, {len(network.start):,} edges, {gates_count:,} gates)"
    if len(network.nodes) > 500_000:
        yield limit(CASE, size, ours.cpu_s, 3.0, note="build, snapping and query; CPU seconds")
    network.__dict__.pop("graph", None)
    query = taken(partial(_query, network, seeds))
    for name, peer, at_least in (
        ("networkx", _networkx, min(goal, 1)), ("networkit", _networkit, 0),
    ):  # fmt: skip
        with suppress(ImportError):
            theirs = taken(partial(peer, network, seeds))
            error = _error(distance, theirs.value)
            if error > EXACT_M:
                raise ValueError(f"{name} differs by {error} m")
            note = f"graph and query alone, both from finished edges and exact gates; same to {error:.0e} m"
            yield faster("distances of all crossings", size, name, (query, theirs), at_least, note)
    if not pandana:
        yield skipped(CASE, size, "pandana", "not run: in an earlier trial it did not finish in 8 minutes")
        return
    theirs = taken(partial(_pandana, network, gates))
    error = _error(distance, theirs.value)
    note = f"the peer moves gates to the nearest crossing: off by up to {error:.0f} m"
    yield faster(CASE, size, "pandana", (ours, theirs), goal, note)
    yield _exactness(size, network, seeds, theirs)


def _ours(streets: NDArray[Any], gates: NDArray[Any]) -> tuple[WalkNetwork, Seeds, Floats]:
    network = build_network(streets)
    at = nearest_position(network, gates)
    seeds = Seeds.at(at.edge, at.along_m, at.distance_m)
    return network, seeds, _query(network, seeds)


def _query(network: WalkNetwork, seeds: Seeds) -> Floats:
    return crossing_distances(network, seeds, FAR_M)


def _error(ours: Floats, theirs: Floats) -> float:
    both = np.isfinite(ours) & np.isfinite(theirs) & (ours < FAR_M - 1) & (theirs < FAR_M - 1)
    return float(np.abs(ours[both] - theirs[both]).max())


def _exactness(size: str, network: WalkNetwork, seeds: Seeds, theirs: Taken[Floats]) -> Row:
    """Greatest error of both against gates made crossings of their own, searched plainly."""
    exact = _by_hand(network, seeds)
    ours = reach(network, seeds, FAR_M)
    edge = np.arange(len(network.start))
    error = max(
        _error(exact[network.start], distance_at(ours, edge, np.zeros(len(edge)))),
        _error(exact[network.end], distance_at(ours, edge, network.length_m)),
    )
    return Row(
        "greatest distance error, m", size, "pandana", error, _error(exact, theirs.value), error,
        f"<= {EXACT_M:g} m", error <= EXACT_M, "against exact positions on edges", "m",
    )  # fmt: skip


def _virtual(network: WalkNetwork, seeds: Seeds) -> tuple[NDArray[np.intp], Floats]:
    node = np.concatenate([network.start[seeds.edge], network.end[seeds.edge]])
    rest = network.length_m[seeds.edge] - seeds.to_m
    return node, np.concatenate([seeds.cost_m + seeds.from_m, seeds.cost_m + np.maximum(rest, 0)])


def _by_hand(network: WalkNetwork, seeds: Seeds) -> Floats:
    """Bellman-Ford over all edges at once, without any graph library."""
    node, cost = _virtual(network, seeds)
    distance = np.full(len(network.nodes), np.inf)
    np.minimum.at(distance, node, cost)
    while True:
        before = distance.copy()
        np.minimum.at(distance, network.end, before[network.start] + network.length_m)
        np.minimum.at(distance, network.start, before[network.end] + network.length_m)
        if np.array_equal(before, distance) or (distance[distance < before] > FAR_M).all():
            return distance


def _networkx(network: WalkNetwork, seeds: Seeds) -> Floats:
    import networkx as nx

    node, cost = _virtual(network, seeds)
    graph = nx.Graph()
    source = len(network.nodes)
    shortest: dict[tuple[int, int], float] = {}
    for a, b, metres in zip(
        network.start.tolist(), network.end.tolist(), network.length_m.tolist(), strict=True
    ):
        key = (min(a, b), max(a, b))
        shortest[key] = min(metres, shortest.get(key, np.inf))
    for b, metres in zip(node.tolist(), cost.tolist(), strict=True):
        shortest[source, b] = min(metres, shortest.get((source, b), np.inf))
    graph.add_weighted_edges_from((a, b, metres) for (a, b), metres in shortest.items())
    found = nx.single_source_dijkstra_path_length(graph, source, cutoff=FAR_M)
    distance = np.full(source + 1, np.inf)
    distance[list(found)] = list(found.values())
    return distance[:source]


def _networkit(network: WalkNetwork, seeds: Seeds) -> Floats:
    import networkit as nk

    node, cost = _virtual(network, seeds)
    n = len(network.nodes)
    start = np.concatenate([network.start, np.full(len(node), n)])
    end = np.concatenate([network.end, node])
    metres = np.concatenate([network.length_m, cost])
    graph = nk.GraphFromCoo((metres, (start, end)), n=n + 1, weighted=True, directed=False)
    search = nk.distance.Dijkstra(graph, n, storePaths=False, storeNodesSortedByDistance=False)
    search.run()
    distance = np.array(search.getDistances())[:n]
    return np.where(distance > FAR_M, np.inf, distance)


def _pandana(network: WalkNetwork, gates: NDArray[Any]) -> Floats:
    import pandana

    xy = pd.DataFrame(network.nodes, columns=["x", "y"])
    metres = pd.DataFrame({"metres": network.length_m})
    graph = pandana.Network(xy["x"], xy["y"], pd.Series(network.start), pd.Series(network.end), metres)
    at = shapely.get_coordinates(gates)
    graph.set_pois("parks", FAR_M, 1, pd.Series(at[:, 0]), pd.Series(at[:, 1]))
    found = graph.nearest_pois(FAR_M, "parks", num_pois=1)
    return found[1].to_numpy(dtype=float)
