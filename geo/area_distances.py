"""Walking distances between places and all areas around them, not the nearest alone.

The distance of a place to an area is that of ``geo.area_reach``: the least, over positions on edges within
the access distance of the place, of the straight line there plus the way along the network to an entrance of
the area, no step of which lies inside the area itself. ``place_distance`` of ``geo.reach`` gives its minimum
over the areas; here it is kept for every area within a limit.

How: a place is linked to the network where edges leave the circle of the access distance around it, and to
the entrances inside the circle (``place_distance`` says why that is exact). Areas are taken tile by tile; one
search per area runs on the part of the network around its tile, up to the limit, and only the pairs within
the limit are kept. Nothing as large as places times areas, or nodes times areas, ever exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo.network import symmetric_graph
from geo.reach import PLACES_AT_ONCE, circle_crossings, spread_ranges

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo.area_access import AreaAccess
    from geo.network import WalkNetwork

    Floats = NDArray[np.float64]
    Indices = NDArray[np.intp]

NOBODY = -1
CELLS_AT_ONCE = 4_000_000
"""Most numbers in one table of areas by links."""


@dataclass(frozen=True, eq=False)
class AreaDistances:
    """Walks from places to areas: ``place[k]`` is ``distance_m[k]`` away from ``area[k]``.

    ``area`` is the area's place in ``AreaAccess.ids``. Each pair at most once, sorted by place, then area.
    """

    place: Indices
    area: Indices
    distance_m: Floats


def area_distances(
    access: AreaAccess, places: Sequence[BaseGeometry] | NDArray[Any], limit_m: float, access_m: float
) -> AreaDistances:
    """Give the distance of every place to every area within a limit.

    Parameters
    ----------
    access
        Entrances of the areas on a network.
    places
        Points.
    limit_m
        Greatest distance, access included.
    access_m
        Greatest straight-line distance between a place and the network.

    Examples
    --------
    A street with a square at either end; a home beside it, 300 m from one and 500 m from the other:

    >>> from shapely import LineString, Point, box
    >>> from geo.area_access import areas_access
    >>> from geo.network import build_network
    >>> street = build_network([LineString([(0, 0), (800, 0)])])
    >>> access = areas_access(street, [box(-50, -50, 0, 50), box(800, -50, 850, 50)], ["a", "b"])
    >>> found = area_distances(access, [Point(300, 0)], limit_m=1000, access_m=100)
    >>> found.area.tolist(), found.distance_m.tolist()
    ([0, 1], [300.0, 500.0])
    """
    points = np.asarray(places, dtype=object).reshape(-1)
    links = _Links.of(access, points, min(access_m, limit_m))
    found = [_direct(access, points, access_m, limit_m)]
    surroundings = _Surroundings(access.network)
    inside = np.sort(access.inside_edge * len(access.ids) + access.inside_area)
    for areas, seeds in _tiles(access, limit_m):
        nodes = surroundings.enter(access.network.nodes[access.seed_node[seeds]], limit_m)
        which, at = spread_ranges(links.first[nodes], links.first[nodes + 1])
        for some, to_nodes in _searches(access, surroundings, areas, seeds, limit_m):
            found.extend(_pairs(links, (which, at), some, to_nodes, (limit_m, inside)))
        surroundings.leave(nodes)
    place, area, distance = (np.concatenate([one[column] for one in found]) for column in range(3))
    return AreaDistances(*_least(place, area, distance))


@dataclass(frozen=True, eq=False)
class _Links:
    """Ways from places to nodes, sorted by node: node ``n`` has rows ``first[n]`` to ``first[n + 1]``."""

    place: Indices
    edge: Indices
    cost_m: Floats
    first: Indices
    n_areas: int

    @classmethod
    def of(cls, access: AreaAccess, points: NDArray[Any], access_m: float) -> _Links:
        network = access.network
        rows = [(np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0))]
        for begin in range(0, len(points), PLACES_AT_ONCE):
            some = points[begin : begin + PLACES_AT_ONCE]
            which, edge = network.tree.query(some, predicate="dwithin", distance=access_m)
            who, edges, along = circle_crossings(network, some, access_m, which, edge)
            rows.append((who + begin, edges, along))
        place, edge, along = (np.concatenate([row[column] for row in rows]) for column in range(3))
        node = np.concatenate([network.start[edge], network.end[edge]])
        cost = access_m + np.concatenate([along, network.length_m[edge] - along])
        place, edge = np.tile(place, 2), np.tile(edge, 2)
        order = np.lexsort([cost, edge, place, node])
        first = np.concatenate([[0], np.cumsum(np.bincount(node, minlength=len(network.nodes)))])
        return cls(place[order], edge[order], cost[order], first, len(access.ids))


def _direct(
    access: AreaAccess, points: NDArray[Any], access_m: float, limit_m: float
) -> tuple[Indices, Indices, Floats]:
    """Straight lines from places to entrances within the access distance."""
    gates = shapely.points(access.network.nodes[access.seed_node])
    rims = access.network.lines[access.outline_edge]
    shapes = np.concatenate([gates, rims])
    area = np.concatenate([access.seed_area, access.outline_area])
    cost = np.concatenate([access.seed_cost_m, np.zeros(len(rims))])
    place, gate = shapely.STRtree(shapes).query(points, predicate="dwithin", distance=access_m)
    distance = shapely.distance(points[place], shapes[gate]) + cost[gate]
    near = distance <= limit_m
    return _least(place[near], area[gate[near]], distance[near])


def _tiles(access: AreaAccess, tile_m: float) -> Iterator[tuple[Indices, Indices]]:
    """Give areas that lie together, tile by tile, with the rows of their entrances."""
    order = np.argsort(access.seed_area, kind="stable")
    areas, first, count = np.unique(access.seed_area[order], return_index=True, return_counts=True)
    if not len(areas):
        return
    xy = access.network.nodes[access.seed_node[order]]
    middle = (np.minimum.reduceat(xy, first) + np.maximum.reduceat(xy, first)) / 2
    tile = np.floor(middle / tile_m).astype(np.int64)
    home = np.unique(tile, axis=0, return_inverse=True)[1].reshape(-1)
    for number in range(int(home.max()) + 1):
        chosen = np.flatnonzero(home == number)
        _, rows = spread_ranges(first[chosen], first[chosen] + count[chosen])
        yield areas[chosen], order[rows]


def _searches(
    access: AreaAccess, around: _Surroundings, areas: Indices, seeds: Indices, limit_m: float
) -> Iterator[tuple[Indices, Floats]]:
    """Give areas with their distances to the nodes around, a row per area.

    An area that can be left other than by an entrance, one with given entrances and edges inside, is searched
    by itself, without these edges.
    """
    leaky = np.isin(areas, access.given) & np.isin(areas, access.inside_area)
    together = areas[~leaky]
    if len(together):
        rows = seeds[np.isin(access.seed_area[seeds], together)]
        yield together, around.distances(access, together, rows, np.empty(0, np.intp), limit_m)
    for area in areas[leaky]:
        rows = seeds[access.seed_area[seeds] == area]
        barred = access.inside_edge[access.inside_area == area]
        yield np.array([area]), around.distances(access, np.array([area]), rows, barred, limit_m)


def _pairs(
    links: _Links,
    joined: tuple[Indices, Indices],
    areas: Indices,
    to_nodes: Floats,
    rules: tuple[float, Indices],
) -> Iterator[tuple[Indices, Indices, Floats]]:
    """Join distances from areas to nodes with the links from nodes to places."""
    node, link = joined
    limit_m, inside = rules
    step = max(CELLS_AT_ONCE // max(len(link), 1), 1)
    for begin in range(0, len(areas), step):
        total = to_nodes[begin : begin + step, node] + links.cost_m[link]
        row, at = np.nonzero(total <= limit_m)
        area = areas[begin + row]
        key = links.edge[link[at]] * links.n_areas + area
        free = ~_member(inside, key)
        yield _least(links.place[link[at[free]]], area[free], total[row[free], at[free]])


def _member(ordered: Indices, key: Indices) -> NDArray[np.bool_]:
    if not len(ordered):
        return np.zeros(len(key), bool)
    return np.asarray(ordered[np.minimum(np.searchsorted(ordered, key), len(ordered) - 1)] == key)


def _least(place: Indices, area: Indices, distance: Floats) -> tuple[Indices, Indices, Floats]:
    """Keep the least distance of each pair, sorted."""
    order = np.lexsort([distance, area, place])
    place, area, distance = place[order], area[order], distance[order]
    new = np.ones(len(place), bool)
    new[1:] = (place[1:] != place[:-1]) | (area[1:] != area[:-1])
    return place[new], area[new], distance[new]


class _Surroundings:
    """The part of a network around some positions, cut out anew for each tile."""

    def __init__(self, network: WalkNetwork) -> None:
        self.network = network
        self.by_x = np.argsort(network.nodes[:, 0], kind="stable")
        self.x = network.nodes[self.by_x, 0]
        self.by_start = np.argsort(network.start, kind="stable")
        counts = np.bincount(network.start, minlength=len(network.nodes))
        self.first_edge = np.concatenate([[0], np.cumsum(counts)])
        self.number = np.full(len(network.nodes), NOBODY)
        self.nodes = self.edges = np.empty(0, np.intp)
        self.whole: csr_array | None = None

    def enter(self, xy: Floats, margin_m: float) -> Indices:
        """Take the nodes in the box around positions, widened by a margin."""
        low, high = xy.min(axis=0) - margin_m, xy.max(axis=0) + margin_m
        begin, end = np.searchsorted(self.x, low[0]), np.searchsorted(self.x, high[0], side="right")
        nodes = self.by_x[begin:end]
        y = self.network.nodes[nodes, 1]
        nodes = np.asarray(nodes[(low[1] <= y) & (y <= high[1])], np.intp)
        self.number[nodes] = np.arange(len(nodes))
        _, at = spread_ranges(self.first_edge[nodes], self.first_edge[nodes + 1])
        edges = self.by_start[at]
        self.nodes, self.edges = nodes, edges[self.number[self.network.end[edges]] != NOBODY]
        self.whole = None
        return nodes

    def leave(self, nodes: Indices) -> None:
        """Forget these nodes."""
        self.number[nodes] = NOBODY

    def distances(
        self, access: AreaAccess, areas: Indices, seeds: Indices, barred: Indices, limit_m: float
    ) -> Floats:
        """Distances from each area's entrances to the nodes taken, without barred edges."""
        graph = self._graph(barred)
        n, k = graph.shape[0], len(areas)
        row = np.searchsorted(areas, access.seed_area[seeds])
        order = np.argsort(row, kind="stable")
        count = np.bincount(row, minlength=k)
        extended = csr_array(
            (
                np.concatenate([graph.data, access.seed_cost_m[seeds[order]]]),
                np.concatenate([graph.indices, self.number[access.seed_node[seeds[order]]].astype(np.int32)]),
                np.concatenate([graph.indptr, graph.nnz + np.cumsum(count)]).astype(np.int32),
            ),
            shape=(n + k, n + k),
        )
        found = dijkstra(extended, directed=True, indices=np.arange(n, n + k), limit=limit_m)
        return np.asarray(found, np.float64)[:, :n]

    def _graph(self, barred: Indices) -> csr_array:
        if not len(barred) and self.whole is not None:
            return self.whole
        network = self.network
        edges = self.edges[~np.isin(self.edges, barred)] if len(barred) else self.edges
        start, end = self.number[network.start[edges]], self.number[network.end[edges]]
        graph = symmetric_graph(start, end, network.length_m[edges], len(self.nodes))
        if not len(barred):
            self.whole = graph
        return graph
