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

from geo.area_searches import Barred, searches, tiles
from geo.reach import PLACES_AT_ONCE, circle_crossings, spread_ranges
from geo.surroundings import Surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo.area_access import AreaAccess

    Floats = NDArray[np.float64]
    Indices = NDArray[np.intp]

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
    surroundings = Surroundings(access.network, limit_m)
    barred = Barred.of(access)
    xy = shapely.get_coordinates(points)
    by_x = np.argsort(xy[:, 0], kind="stable")
    for areas, seeds in tiles(access, limit_m):
        gates = access.network.nodes[access.seed_node[seeds]]
        surroundings.enter(gates, limit_m)
        near = _in_box(xy, by_x, gates, limit_m)
        for some, starts in searches(access, barred, areas, seeds, len(surroundings.indices)):
            to_nodes = surroundings.distances(starts, len(some), limit_m)
            to_nodes[:, -1] = np.inf
            found.extend(_pairs(links.of_places(near, surroundings.number), some, to_nodes, limit_m))
    place, area, distance = (np.concatenate([one[column] for one in found]) for column in range(3))
    return AreaDistances(*_least(place, area, distance))


def _in_box(xy: Floats, by_x: Indices, gates: Floats, margin_m: float) -> Indices:
    """Places in the box around some positions, widened by a margin."""
    low, high = gates.min(axis=0) - margin_m, gates.max(axis=0) + margin_m
    begin = np.searchsorted(xy[:, 0], low[0], sorter=by_x)
    end = np.searchsorted(xy[:, 0], high[0], side="right", sorter=by_x)
    found = by_x[begin:end]
    y = xy[found, 1]
    return np.asarray(found[(low[1] <= y) & (y <= high[1])], np.intp)


@dataclass(frozen=True, eq=False)
class _Links:
    """Ways from places to nodes, sorted by place: place ``p`` has rows ``first[p]`` to ``first[p + 1]``.

    Of some places, ``first`` says where each one's rows begin.
    """

    place: Indices
    node: Indices
    edge: Indices
    cost_m: Floats
    first: Indices
    inside: _Inside

    @classmethod
    def of(cls, access: AreaAccess, points: NDArray[Any], access_m: float) -> _Links:
        network = access.network
        rows = [(np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0))]
        for begin in range(0, len(points), PLACES_AT_ONCE):
            some = points[begin : begin + PLACES_AT_ONCE]
            xy = shapely.get_coordinates(some)
            around = np.asarray(shapely.box(*(xy - access_m).T, *(xy + access_m).T), dtype=object)
            which, edge = access.edges_near(around)
            who, edges, along = circle_crossings(network, some, access_m, which, edge)
            rows.append((who + begin, edges, along))
        place, edge, along = (np.concatenate([row[column] for row in rows]) for column in range(3))
        order = np.argsort(np.tile(place, 2), kind="stable")
        node = np.concatenate([network.start[edge], network.end[edge]])
        cost = access_m + np.concatenate([along, network.length_m[edge] - along])
        first = np.concatenate([[0], np.cumsum(2 * np.bincount(place, minlength=len(points)))])
        place, edge = np.tile(place, 2)[order], np.tile(edge, 2)[order]
        return cls(place, node[order], edge, cost[order], first, _Inside.of(access))

    def of_places(self, places: Indices, number: NDArray[np.int32]) -> _Links:
        """Keep the links of some places to nodes that have a number, which is put for the node."""
        _, at = spread_ranges(self.first[places], self.first[places + 1])
        node = number[self.node[at]].astype(np.intp)
        at, node = at[node >= 0], node[node >= 0]
        place = self.place[at]
        first = np.flatnonzero(np.diff(place, prepend=-1))
        return _Links(place, node, self.edge[at], self.cost_m[at], first, self.inside)


@dataclass(frozen=True, eq=False)
class _Inside:
    """Which edges lie inside which areas, as sorted keys, and the edges inside any."""

    key: Indices
    any_area: NDArray[np.bool_]
    n_areas: int

    @classmethod
    def of(cls, access: AreaAccess) -> _Inside:
        any_area = np.zeros(len(access.network.start), bool)
        any_area[access.inside_edge] = True
        key = np.sort(access.inside_edge * len(access.ids) + access.inside_area)
        return cls(key, any_area, len(access.ids))

    def pairs(self, edge: Indices, areas: Indices) -> tuple[Indices, Indices]:
        """Places of areas and of edges where the edge lies inside the area."""
        some = np.flatnonzero(self.any_area[edge])
        if not len(some):
            return some, some
        key = edge[some] * self.n_areas + areas[:, None]
        held = self.key[np.minimum(np.searchsorted(self.key, key), len(self.key) - 1)] == key
        row, at = np.nonzero(held)
        return row, some[at]


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


def _pairs(
    links: _Links, areas: Indices, to_nodes: Floats, limit_m: float
) -> Iterator[tuple[Indices, Indices, Floats]]:
    """Join distances from areas to nodes with the links from places to these, by place."""
    if not len(links.node):
        return
    places = links.place[links.first]
    step = max(CELLS_AT_ONCE // len(links.node), 1)
    for begin in range(0, len(areas), step):
        some = areas[begin : begin + step]
        total = to_nodes[begin : begin + step, links.node] + links.cost_m
        total[links.inside.pairs(links.edge, some)] = np.inf
        least = np.minimum.reduceat(total, links.first, axis=1)
        row, at = np.nonzero(least <= limit_m)
        yield places[at], some[row], least[row, at]


def _least(place: Indices, area: Indices, distance: Floats) -> tuple[Indices, Indices, Floats]:
    """Keep the least distance of each pair, sorted."""
    order = np.lexsort([distance, area, place])
    place, area, distance = place[order], area[order], distance[order]
    new = np.ones(len(place), bool)
    new[1:] = (place[1:] != place[:-1]) | (area[1:] != area[:-1])
    return place[new], area[new], distance[new]
