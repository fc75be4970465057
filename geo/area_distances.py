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
    inside = np.sort(access.inside_edge * len(access.ids) + access.inside_area)
    for areas, seeds in tiles(access, limit_m):
        nodes = surroundings.enter(access.network.nodes[access.seed_node[seeds]], limit_m)
        which, at = spread_ranges(links.first[nodes], links.first[nodes + 1])
        for some, starts in searches(access, barred, areas, seeds, len(surroundings.indices)):
            to_nodes = surroundings.distances(starts, len(some), limit_m)
            found.extend(_pairs(links, (which, at), some, to_nodes, (limit_m, inside)))
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
            xy = shapely.get_coordinates(some)
            around = shapely.box(*(xy - access_m).T, *(xy + access_m).T)
            which, edge = network.tree.query(around)
            who, edges, along = circle_crossings(network, some, access_m, which, edge)
            rows.append((who + begin, edges, along))
        place, edge, along = (np.concatenate([row[column] for row in rows]) for column in range(3))
        node = np.concatenate([network.start[edge], network.end[edge]])
        cost = access_m + np.concatenate([along, network.length_m[edge] - along])
        place, edge = np.tile(place, 2), np.tile(edge, 2)
        order = np.argsort(node, kind="stable")
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
        yield links.place[link[at[free]]], area[free], total[row[free], at[free]]


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
