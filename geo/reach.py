"""How far it is: distances from seeds to positions on edges, and to places beside the network.

Examples
--------
A street of 300 m with a side street; a gate 40 m along the street:

>>> from shapely import LineString, Point
>>> from geo.network import build_network
>>> network = build_network([LineString([(0, 0), (200, 0), (300, 0)]), LineString([(200, 0), (200, 80)])])
>>> near = reach(network, Seeds.at([0], [40.0]))
>>> distance_at(near, [0, 0, 1, 2], [10.0, 90.0, 50.0, 80.0]).tolist()
[30.0, 50.0, 210.0, 240.0]
>>> place_distance(near, [Point(40, 25), Point(200, 100)], access_m=50).round(3).tolist()
[25.0, 260.0]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.network import Seeds, WalkNetwork, node_distances
from geo.ranges import spread_ranges

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray
    from shapely.geometry.base import BaseGeometry

    Floats = NDArray[np.float64]
    Indices = NDArray[np.intp]
    Rows = tuple[Indices, Floats, Floats, Floats, Floats, Floats]

PLACES_AT_ONCE = 5_000
_CLEAR = 1e-6
ROUNDING_M = 1e-9
"""A crossing this far beyond a vertex is at the vertex; else one there could be lost on both sides."""


@dataclass(frozen=True, eq=False)
class Reach:
    """Network distances to the nearest seed, on stretches of edges.

    On stretch ``k``, at ``t`` metres along ``edge[k]``, ``from_m[k] <= t <= to_m[k]``, the distance is the
    least of ``cost_from_m + t - from_m``, ``cost_to_m + to_m - t`` and ``flat_m``. Where stretches overlap
    the least holds. Rows are sorted by edge. ``seeds`` are the walks' beginnings.
    """

    network: WalkNetwork
    edge: Indices
    from_m: Floats
    to_m: Floats
    cost_from_m: Floats
    cost_to_m: Floats
    flat_m: Floats
    seeds: Seeds

    def rows(self, which: Indices) -> Reach:
        """Keep some of the rows, in their order."""
        return Reach(
            self.network,
            self.edge[which],
            self.from_m[which],
            self.to_m[which],
            self.cost_from_m[which],
            self.cost_to_m[which],
            self.flat_m[which],
            self.seeds,
        )

    def at(self, row: Indices, along_m: Floats) -> Floats:
        """Distance at positions on given rows."""
        least = np.minimum(
            self.cost_from_m[row] + along_m - self.from_m[row], self.cost_to_m[row] + self.to_m[row] - along_m
        )
        return np.asarray(np.minimum(least, self.flat_m[row]))


def reach(network: WalkNetwork, seeds: Seeds, limit_m: float = np.inf) -> Reach:
    """Spread from all seeds over the network, up to a limit; exact on edges, seeds on the same edge included.

    Raises
    ------
    ValueError
        A seed lies off its edge or has a negative cost.
    """
    nodes_m = crossing_distances(network, seeds, limit_m)
    seeds = _within(seeds, limit_m)
    seeded = np.unique(seeds.edge)
    plain = np.isfinite(nodes_m[network.start]) | np.isfinite(nodes_m[network.end])
    plain[seeded] = False
    edge = np.flatnonzero(plain)
    whole: Rows = (
        edge,
        np.zeros(len(edge)),
        network.length_m[edge],
        nodes_m[network.start[edge]],
        nodes_m[network.end[edge]],
        np.full(len(edge), np.inf),
    )
    return reach_of(network, [whole, _seeded_rows(network, seeds, seeded, nodes_m)], seeds)


def crossing_distances(network: WalkNetwork, seeds: Seeds, limit_m: float = np.inf) -> Floats:
    """Give the distance of every node of the network to the nearest seed; inf beyond the limit.

    The same as ``reach`` finds at the ends of edges, without what lies between them.

    Raises
    ------
    ValueError
        A seed lies off its edge or has a negative cost.

    Examples
    --------
    >>> from shapely import LineString
    >>> from geo.network import build_network
    >>> street = build_network([LineString([(0, 0), (100, 0)]), LineString([(100, 0), (150, 0)])])
    >>> crossing_distances(street, Seeds.at([0], [30.0])).tolist()
    [30.0, 70.0, 120.0]
    """
    length = network.length_m[seeds.edge]
    if (seeds.from_m < 0).any() or (seeds.to_m > length + 1e-6).any() or (seeds.cost_m < 0).any():
        raise ValueError("seeds must lie on their edges and cost nothing or more")
    node = np.concatenate([network.start[seeds.edge], network.end[seeds.edge]])
    cost = np.concatenate([seeds.cost_m + seeds.from_m, seeds.cost_m + np.maximum(length - seeds.to_m, 0)])
    return node_distances(network.graph, node, cost, limit_m)


def reach_of(network: WalkNetwork, rows: Sequence[Rows], seeds: Seeds) -> Reach:
    """Put rows found apart together, sorted; columns in the order of ``Reach``."""
    edge = np.concatenate([row[0] for row in rows])
    from_m, to_m, cost_from_m, cost_to_m, flat_m = (
        np.concatenate([row[column] for row in rows]) for column in range(1, 6)
    )
    together = Reach(network, edge, from_m, to_m, cost_from_m, cost_to_m, flat_m, seeds)
    sorted_already = bool((edge[1:] > edge[:-1]).all())
    return together if sorted_already else together.rows(row_order(edge, from_m, to_m))


def row_order(edge: Indices, from_m: Floats, to_m: Floats) -> Indices:
    """Order rows by edge, then by stretch; few edges have more than one row, so edges are sorted first."""
    order = np.argsort(edge, kind="stable")
    ordered = edge[order]
    same = ordered[1:] == ordered[:-1]
    several = np.flatnonzero(np.append(same, False) | np.append(False, same))
    rows = order[several]
    order[several] = rows[np.lexsort([to_m[rows], from_m[rows], edge[rows]])]
    return order


def _within(seeds: Seeds, limit_m: float) -> Seeds:
    near = seeds.cost_m <= limit_m
    return Seeds(seeds.edge[near], seeds.from_m[near], seeds.to_m[near], seeds.cost_m[near])


def _seeded_rows(network: WalkNetwork, seeds: Seeds, seeded: Indices, nodes_m: Floats) -> Rows:
    """Stretches between the seeds of one edge and its ends."""
    stretch = seeds.to_m > seeds.from_m
    edge = np.concatenate([seeded, seeded, seeds.edge, seeds.edge[stretch]])
    along = np.concatenate(
        [np.zeros(len(seeded)), network.length_m[seeded], seeds.from_m, seeds.to_m[stretch]]
    )
    along = np.minimum(along, network.length_m[edge])
    cost = np.concatenate(
        [nodes_m[network.start[seeded]], nodes_m[network.end[seeded]], seeds.cost_m, seeds.cost_m[stretch]]
    )
    order = np.lexsort([along, edge])
    edge, along, cost = edge[order], along[order], cost[order]
    cost = _relaxed(edge, along, cost)
    k = np.flatnonzero(edge[1:] == edge[:-1])
    flat = np.full(len(edge), np.inf)
    key = edge * 1.0
    for one in np.flatnonzero(stretch):
        low, high = np.searchsorted(key, [seeds.edge[one], seeds.edge[one] + 1])
        inside = slice(
            low + int(np.searchsorted(along[low:high], seeds.from_m[one])),
            low + int(np.searchsorted(along[low:high], min(seeds.to_m[one], along[high - 1]))),
        )
        flat[inside] = np.minimum(flat[inside], seeds.cost_m[one])
    return edge[k], along[k], along[k + 1], cost[k], cost[k + 1], flat[k]


def _relaxed(edge: Indices, along: Floats, cost: Floats) -> Floats:
    """Let each position on an edge be reached from the others on it; sorted by edge, then along."""
    cost = cost.copy()
    head = np.concatenate([[True], edge[1:] != edge[:-1]]) if len(edge) else np.empty(0, bool)
    begin = np.flatnonzero(head)
    count = np.diff(np.append(begin, len(edge)))
    for k in range(1, int(count.max(initial=1))):
        at = begin[count > k] + k
        cost[at] = np.minimum(cost[at], cost[at - 1] + along[at] - along[at - 1])
    for k in range(1, int(count.max(initial=1))):
        at = (begin + count - 1)[count > k] - k
        cost[at] = np.minimum(cost[at], cost[at + 1] + along[at + 1] - along[at])
    return cost


def distance_at(field: Reach, edge: ArrayLike, along_m: ArrayLike) -> Floats:
    """Give the network distance at positions on edges; inf where no seed is within the limit."""
    edges, along = np.asarray(edge, np.intp).reshape(-1), np.asarray(along_m, np.float64).reshape(-1)
    low, high = np.searchsorted(field.edge, edges), np.searchsorted(field.edge, edges, side="right")
    query, row = spread_ranges(low, high)
    inside = (field.from_m[row] <= along[query]) & (along[query] <= field.to_m[row])
    query, row = query[inside], row[inside]
    result = np.full(len(edges), np.inf)
    np.minimum.at(result, query, field.at(row, along[query]))
    return result


def place_distance(
    near: Reach, places: Sequence[BaseGeometry] | NDArray[Any], access_m: float, limit_m: float = np.inf
) -> Floats:
    """Give the distance of places (points): the least of straight line to an edge plus way along the network.

    The least is taken over all positions on edges within ``access_m`` of the place. Going along an edge
    towards a seed, the way shortens metre for metre while the straight line lengthens by at most as much; so
    the least is found where the way leaves the circle of ``access_m`` around the place, or at a seed inside
    the circle. Only these positions are looked at, and the result is exact.

    Parameters
    ----------
    near
        Distances on the network.
    places
        Points.
    access_m
        How far a place may be from an edge.
    limit_m
        Distances beyond are given as inf.
    """
    points = np.asarray(places, dtype=object).reshape(-1)
    result = _from_seeds(near, points, access_m)
    edges = np.unique(near.edge)
    lines = near.network.lines[edges]
    tree = shapely.STRtree(lines)
    for begin in range(0, len(points), PLACES_AT_ONCE):
        some = points[begin : begin + PLACES_AT_ONCE]
        which, found = tree.query(some, predicate="dwithin", distance=access_m)
        who, edge, along = circle_crossings(near.network, some, access_m, which, edges[found])
        np.minimum.at(result, begin + who, access_m + distance_at(near, edge, along))
    result[result > limit_m] = np.inf
    return result


def seed_shapes(near: Reach) -> NDArray[Any]:
    """Give the seeds as points, or lines where they are stretches."""
    seeds = near.seeds
    return edge_parts(near.network, seeds.edge, seeds.from_m, seeds.to_m)


def _from_seeds(near: Reach, points: NDArray[Any], access_m: float) -> Floats:
    result = np.full(len(points), np.inf)
    shapes = seed_shapes(near)
    which, seed = shapely.STRtree(shapes).query(points, predicate="dwithin", distance=access_m)
    straight = shapely.distance(points[which], shapes[seed])
    np.minimum.at(result, which, straight + near.seeds.cost_m[seed])
    return result


def circle_crossings(
    network: WalkNetwork, points: NDArray[Any], radius_m: float, which: Indices, edge: Indices
) -> tuple[Indices, Indices, Floats]:
    """Positions where edges cross the circles around points."""
    pair, vertex = spread_ranges(network.first[edge], network.first[edge + 1] - 1)
    x, y = (np.ascontiguousarray(column)[which[pair]] for column in shapely.get_coordinates(points).T)
    ax, ay = network.xy[vertex, 0] - x, network.xy[vertex, 1] - y
    bx, by = network.xy[vertex + 1, 0] - x, network.xy[vertex + 1, 1] - y
    inner = radius_m**2 * (1 - _CLEAR)  # a segment with both ends well inside does not cross
    maybe = np.flatnonzero((ax * ax + ay * ay > inner) | (bx * bx + by * by > inner))
    pair, vertex, ax, ay, bx, by = (column[maybe] for column in (pair, vertex, ax, ay, bx, by))
    length = network.along_m[vertex + 1] - network.along_m[vertex]
    dx, dy = (
        np.divide(end - start, length, out=np.zeros_like(start), where=length > 0)
        for start, end in ((ax, bx), (ay, by))
    )
    middle = -(ax * dx + ay * dy)
    reach2 = radius_m**2 - (ax * dy - ay * dx) ** 2
    half = np.sqrt(np.maximum(reach2, 0.0))
    found = []
    for t in (middle - half, middle + half):
        ok = np.flatnonzero((reach2 >= 0) & (t >= -ROUNDING_M) & (t <= length + ROUNDING_M))
        along = network.along_m[vertex[ok]] + np.clip(t[ok], 0.0, length[ok])
        found.append((which[pair[ok]], edge[pair[ok]], along))
    who, edges, along = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return who, edges, np.minimum(along, network.length_m[edges])


def edge_parts(network: WalkNetwork, edge: Indices, from_m: Floats, to_m: Floats) -> NDArray[Any]:
    """Cut stretches out of edges, all at once; a stretch without length becomes a point.

    Examples
    --------
    >>> from shapely import LineString
    >>> from geo.network import build_network
    >>> network = build_network([LineString([(0, 0), (10, 0), (10, 10)])])
    >>> [p.wkt for p in edge_parts(network, np.array([0, 0]), np.array([4.0, 5.0]), np.array([12.0, 5.0]))]
    ['LINESTRING (4 0, 10 0, 10 2)', 'POINT (5 0)']
    """
    result = np.empty(len(edge), dtype=object)
    whole = (from_m <= 0) & (to_m >= network.length_m[edge])
    point = (to_m <= from_m) & ~whole
    result[whole] = network.lines[edge[whole]]
    rest = np.flatnonzero(point)
    result[rest] = shapely.points(
        points_along(network, from_m[rest], _vertex_after(network, edge[rest], from_m[rest]))
    )
    part = np.flatnonzero(~whole & ~point)
    if len(part):
        xy, owner = _cut_vertices(network, edge[part], from_m[part], to_m[part])
        result[part] = shapely.linestrings(xy, indices=owner)
    return result


def part_vertices(
    network: WalkNetwork, edge: Indices, from_m: Floats, to_m: Floats
) -> tuple[Floats, Indices]:
    """Vertices of stretches of edges, those of one after each other, and whose they are; whole edges first.

    Examples
    --------
    >>> from shapely import LineString
    >>> from geo.network import build_network
    >>> network = build_network([LineString([(0, 0), (10, 0), (10, 10)])])
    >>> xy, owner = part_vertices(network, np.array([0, 0]), np.array([4.0, 0.0]), np.array([12.0, 20.0]))
    >>> owner.tolist(), xy[-2:].tolist()
    ([1, 1, 1, 0, 0, 0], [[10.0, 0.0], [10.0, 2.0]])
    """
    part = (from_m > 0) | (to_m < network.length_m[edge])
    whole, rest = np.flatnonzero(~part), np.flatnonzero(part)
    which, vertex = spread_ranges(network.first[edge[whole]], network.first[edge[whole] + 1])
    xy, owner = _cut_vertices(network, edge[rest], from_m[rest], to_m[rest])
    return np.concatenate([network.xy.take(vertex, axis=0), xy]), np.concatenate([whole[which], rest[owner]])


def _cut_vertices(
    network: WalkNetwork, edge: Indices, from_m: Floats, to_m: Floats
) -> tuple[Floats, Indices]:
    """Vertices of stretches: both ends and what lies between, and whose they are."""
    begin = _vertex_after(network, edge, from_m)
    finish = _vertex_after(network, edge, to_m)
    inner, vertex = spread_ranges(begin, finish)
    count = finish - begin + 2
    first = np.cumsum(count) - count
    owner = np.repeat(np.arange(len(edge)), count)
    xy = np.empty((len(owner), 2))
    xy[first] = points_along(network, from_m, begin)
    xy[first + count - 1] = points_along(network, to_m, finish)
    xy[np.arange(len(inner)) + 2 * inner + 1] = network.xy[vertex]
    return xy, owner


def _vertex_after(network: WalkNetwork, edge: Indices, along_m: Floats) -> Indices:
    """First vertex of the edge that lies beyond a position (the last one where none does)."""
    which, vertex = spread_ranges(network.first[edge] + 1, network.first[edge + 1] - 1)
    passed = network.along_m[vertex] <= along_m[which]
    return network.first[edge] + 1 + np.bincount(which[passed], minlength=len(edge))


def points_along(network: WalkNetwork, along_m: Floats, vertex: Indices) -> Floats:
    """Coordinates of positions, ``vertex`` being the first one beyond each."""
    a, b = network.xy.take(vertex - 1, axis=0), network.xy.take(vertex, axis=0)
    low, high = network.along_m[vertex - 1], network.along_m[vertex]
    step = high - low  # zero where a line repeats a vertex
    share = np.divide(along_m - low, step, out=np.zeros_like(step), where=step > 0)
    return np.asarray(a + (b - a) * np.clip(share, 0.0, 1.0)[:, None])
