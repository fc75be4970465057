"""Walking distances between places and all areas around them, not the nearest alone.

The distance of a place to an area is that of ``geo.area_reach``: the least, over positions on edges within
the access distance of the place, of the straight line there plus the way along the network to an entrance of
the area, no step of which lies inside the area itself. ``place_distance`` of ``geo.reach`` gives its minimum
over the areas; here it is kept for every area within a limit.

How: a place is linked to the network where edges leave the circle of the access distance around it, each to
its end outside, by which a way comes in, and to the entrances inside the circle (``place_distance`` says why
that is exact). One search per area runs on the
part of the network around it, up to the limit, and only the pairs within the limit are kept. Nothing as large
as places times areas, or nodes times areas, ever exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.area_searches import Barred, areas_starts
from geo.ranges import spread_ranges
from geo.reach import PLACES_AT_ONCE, circle_crossings
from geo.surroundings import ROUNDING_M, Surroundings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo.area_access import AreaAccess
    from geo.surroundings import Found

    Floats = NDArray[np.float64]
    Indices = NDArray[np.intp]
    Integers = NDArray[np.integer[Any]]


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
    link_m = min(access_m, limit_m)  # no way from a place to a node is shorter
    links = _Links.of(access, points, link_m)
    found = [_direct(access, points, access_m, limit_m)]
    barred = Barred.of(access)
    areas = np.unique(access.seed_area)
    if len(areas):
        low, high, starts = areas_starts(access, barred, areas)
        around = Surroundings.of(access.network)
        found.extend(
            links.joined(searched, areas[first:], limit_m)
            for first, searched in around.searches(low, high, starts, limit_m - link_m)
        )
    place, area, distance = (np.concatenate([one[column] for one in found]) for column in range(3))
    return AreaDistances(*_least(place, area, distance))


@dataclass(frozen=True, eq=False)
class _Links:
    """Ways from places to nodes, sorted by node: node ``n`` has rows ``first[n]`` to ``first[n + 1]``."""

    place: Integers
    edge: Integers
    cost_m: Floats
    first: Indices
    inside: _InsideKeys

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
        node = np.concatenate([network.start[edge], network.end[edge]])
        own, on = (np.tile(one.astype(np.int32), 2) for one in (place, edge))
        cost = access_m + np.concatenate([along, network.length_m[edge] - along])
        way = network.nodes.take(node, axis=0) - shapely.get_coordinates(points).take(own, axis=0)
        outside = np.flatnonzero(np.hypot(*way.T) > access_m - ROUNDING_M)
        order = outside[np.argsort(node[outside], kind="stable")]
        first = np.concatenate([[0], np.cumsum(np.bincount(node[order], minlength=len(network.nodes)))])
        return cls(own[order], on[order], cost[order], first, _InsideKeys.of(access))

    def joined(self, found: Found, areas: Indices, limit_m: float) -> tuple[Indices, Indices, Floats]:
        """Join distances from areas to nodes with the ways there from places."""
        reached = np.flatnonzero(np.isfinite(found.distance_m[:-1]))
        node = found.node[reached]
        which, at = spread_ranges(self.first[node], self.first[node + 1])
        total = found.distance_m[reached][which] + self.cost_m[at]
        near = np.flatnonzero(total <= limit_m)
        area, at, total = areas[found.search[reached][which[near]]], at[near], total[near]
        free = ~self.inside.holds(self.edge[at], area)
        return _least(self.place[at[free]].astype(np.intp), area[free], total[free])


@dataclass(frozen=True, eq=False)
class _InsideKeys:
    """Which edges lie inside which areas, as sorted keys, and the edges inside any."""

    key: Indices
    any_area: NDArray[np.bool_]
    n_areas: int

    @classmethod
    def of(cls, access: AreaAccess) -> _InsideKeys:
        any_area = np.zeros(len(access.network.start), bool)
        any_area[access.inside_edge] = True
        key = np.sort(access.inside_edge * len(access.ids) + access.inside_area)
        return cls(key, any_area, len(access.ids))

    def holds(self, edge: Integers, area: Indices) -> NDArray[np.bool_]:
        """Say which edges lie inside their area."""
        result = np.zeros(len(edge), bool)
        some = np.flatnonzero(self.any_area[edge])
        if len(some):
            key = edge[some].astype(np.intp) * self.n_areas + area[some]
            result[some] = self.key[np.minimum(np.searchsorted(self.key, key), len(self.key) - 1)] == key
        return result


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


def _least(place: Indices, area: Indices, distance: Floats) -> tuple[Indices, Indices, Floats]:
    """Keep the least distance of each pair, sorted."""
    key = place * (int(area.max(initial=0)) + 1) + area
    order = np.argsort(key, kind="stable")
    key = key[order]
    first = np.flatnonzero(np.diff(key, prepend=-1))
    if not len(first):
        return place, area, distance
    kept = order[first]
    return place[kept], area[kept], np.minimum.reduceat(distance[order], first)
