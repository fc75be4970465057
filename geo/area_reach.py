"""Distances to areas, and their exact service area: nothing is walked inside the area walked to.

For each area the walk ends at its first entrance. A position inside an area never gets its distance from that
area's own entrances, but may get it from another area's; the way to another area may lead through. So the
distance of a position is the least, over the areas it does not lie in, of the way that stays outside the area
walked to. One more area can only add to the choice: it never makes any place farther.

How: one search over all areas with labels gives the nearest area of each node, a second one, confined to the
cells of equal label, the nearest *other* area, which is what counts inside the nearest. Positions inside
several areas at once, and areas that could be left other than by an entrance (those with given entrances and
edges inside), get a search of their own on the part of the network within the limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo.area_searches import Barred, areas_starts
from geo.network import Seeds, node_distances, with_virtual_node
from geo.ranges import spread_ranges
from geo.reach import reach_of
from geo.service_area import QUAD_SEGS, service_area_of
from geo.surroundings import NOBODY, Starts, Surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geo.area_access import AreaAccess
    from geo.network import WalkNetwork
    from geo.reach import Reach, Rows
    from geo.surroundings import Found

    Floats = NDArray[np.float64]
    Indices = NDArray[np.intp]
    Costs = tuple[Indices, Floats, Floats]

_SIDES: tuple[Literal["left"], Literal["right"]] = ("left", "right")


def areas_service_area(
    access: AreaAccess, limit_m: float, access_m: float, quad_segs: int = QUAD_SEGS
) -> NDArray[Any]:
    """Give the places within a walking distance of an entrance, as polygons that do not overlap.

    Examples
    --------
    A square of 100 m with a street through it; its entrances serve 300 m of street either way, and the
    square's own middle only as far as 100 m around them:

    >>> import shapely
    >>> from shapely import LineString, box
    >>> from geo.area_access import areas_access
    >>> from geo.network import build_network
    >>> street = build_network([LineString([(0, 0), (1500, 0)])])
    >>> access = areas_access(street, [box(700, -50, 800, 50)], ["a"])
    >>> served = shapely.union_all(areas_service_area(access, limit_m=300, access_m=100))
    >>> [round(v, 3) for v in served.bounds]
    [400.0, -100.0, 1100.0, 100.0]
    """
    return service_area_of(areas_reach(access, limit_m), limit_m, access_m, quad_segs)


def areas_reach(access: AreaAccess, limit_m: float = np.inf) -> Reach:
    """Give the distance to the nearest area for all positions on edges up to a limit."""
    network = access.network
    inside = _InsideEdges.of(access)
    barred = Barred.of(access)
    plain = ~np.isin(access.seed_area, barred.areas)
    cost_from, cost_to = _main_costs(access, inside, plain, limit_m)
    for edge, from_m, to_m in (
        *_inside_several(access, inside, plain, limit_m),
        *_around(access, barred, limit_m),
    ):
        np.minimum.at(cost_from, edge, from_m)
        np.minimum.at(cost_to, edge, to_m)
    edge = np.flatnonzero(np.isfinite(cost_from) | np.isfinite(cost_to))
    flat = np.full(len(edge), np.inf)
    whole = edge, np.zeros(len(edge)), network.length_m[edge], cost_from[edge], cost_to[edge], flat
    return reach_of(network, [whole, _outline_rows(access)], _seeds(access))


def _seeds(access: AreaAccess) -> Seeds:
    """Entrances as positions: a node is an end of any of its edges; outline edges as a whole."""
    network = access.network
    some_edge = np.full(len(network.nodes), NOBODY)
    some_edge[network.end] = np.arange(len(network.end))
    some_edge[network.start] = np.arange(len(network.start))
    edge = some_edge[access.seed_node]
    along = np.where(network.start[edge] == access.seed_node, 0.0, network.length_m[edge])
    outline = np.unique(access.outline_edge)
    return Seeds(
        np.concatenate([edge, outline]),
        np.concatenate([along, np.zeros(len(outline))]),
        np.concatenate([along, network.length_m[outline]]),
        np.concatenate([access.seed_cost_m, np.zeros(len(outline))]),
    )


@dataclass(frozen=True, eq=False)
class _InsideEdges:
    """Edges inside one area (and which), and inside several (with the groups of areas)."""

    edge: Indices
    area: Indices
    several: dict[tuple[int, ...], list[int]]

    @classmethod
    def of(cls, access: AreaAccess) -> _InsideEdges:
        leaky = np.intersect1d(access.given, np.unique(access.inside_area))
        counts = ~np.isin(access.inside_area, leaky)
        order = np.lexsort([access.inside_area[counts], access.inside_edge[counts]])
        edge, area = access.inside_edge[counts][order], access.inside_area[counts][order]
        _, first, count = np.unique(edge, return_index=True, return_counts=True)
        once = first[count == 1]
        several: dict[tuple[int, ...], list[int]] = {}
        for at, n in zip(first[count > 1], count[count > 1], strict=True):
            several.setdefault(tuple(area[at : at + n].tolist()), []).append(int(edge[at]))
        return cls(edge[once], area[once], several)


def _main_costs(
    access: AreaAccess, inside: _InsideEdges, plain: NDArray[np.bool_], limit_m: float
) -> tuple[Floats, Floats]:
    """Distances of both ends of all edges; inf at edges inside several areas."""
    network = access.network
    node, area, cost = access.seed_node[plain], access.seed_area[plain], access.seed_cost_m[plain]
    nearest_m, label = labelled_distances(network.graph, node, area, cost, limit_m)
    start, end = network.start, network.end
    cost_from, cost_to = nearest_m[start], nearest_m[end]
    if len(inside.edge):
        other_m = _second_distances(network.graph, (node, area, cost), (nearest_m, label), limit_m)
        at = inside.edge
        cost_from[at] = np.where(label[start[at]] == inside.area, other_m[start[at]], nearest_m[start[at]])
        cost_to[at] = np.where(label[end[at]] == inside.area, other_m[end[at]], nearest_m[end[at]])
    for edges in inside.several.values():
        cost_from[edges] = cost_to[edges] = np.inf
    return cost_from, cost_to


def _outline_rows(access: AreaAccess) -> Rows:
    edge = np.unique(access.outline_edge)
    nothing = np.zeros(len(edge))
    return edge, nothing, access.network.length_m[edge], nothing, nothing, nothing


def labelled_distances(
    graph: csr_array, node: Indices, label: Indices, cost_m: Floats, limit_m: float
) -> tuple[Floats, Indices]:
    """Give each node's distance to the nearest seed, and that seed's label (-1 beyond the limit).

    Examples
    --------
    >>> from geo.network import symmetric_graph
    >>> street = symmetric_graph(np.array([0, 1, 2]), np.array([1, 2, 3]), np.array([10.0, 10.0, 10.0]), 4)
    >>> d, label = labelled_distances(street, np.array([0, 3]), np.array([7, 8]), np.array([0.0, 5.0]), 100)
    >>> d.tolist(), label.tolist()
    ([0.0, 10.0, 15.0, 5.0], [7, 7, 8, 8])
    """
    n = int(graph.shape[0])
    own = np.full(n, NOBODY)
    order = np.lexsort([label, cost_m, node])
    seeded, first = np.unique(node[order], return_index=True)
    own[seeded] = label[order][first]
    least = cost_m[order][first]
    use = least <= limit_m
    extended = with_virtual_node(graph, seeded[use], least[use])
    found_m, previous = dijkstra(
        extended, directed=True, indices=np.array(n), limit=limit_m, return_predecessors=True
    )
    distance, before = np.asarray(found_m)[:n], np.asarray(previous, np.intp)[:n]
    root = np.where((before == n) | (before < 0), np.arange(n), before)
    while True:
        further = root[root]
        if (further == root).all():
            break
        root = further
    found = np.isfinite(distance)
    return distance, np.where(found, own[root], NOBODY)


def _second_distances(
    graph: csr_array,
    seeds: tuple[Indices, Indices, Floats],
    first: tuple[Floats, Indices],
    limit_m: float,
) -> Floats:
    """Distance of each node to the nearest seed of another label than its nearest one's.

    The shortest way from such a seed to a node enters the node's cell (the nodes with its label) for the last
    time by some edge; up to there the nearest seed of the node outside serves as well, afterwards the way
    stays in the cell. So: search within cells only, starting at the cells' rims.
    """
    distance, label = first
    node, area, cost = seeds
    row = np.repeat(np.arange(graph.shape[0]), np.diff(graph.indptr))
    same = label[row] == label[graph.indices]
    rim = ~same & np.isfinite(distance[row])
    starts = np.concatenate([graph.indices[rim], node])
    costs = np.concatenate([distance[row[rim]] + graph.data[rim], cost])
    differ = np.concatenate([np.ones(int(rim.sum()), bool), label[node] != area])
    indptr = np.concatenate([[0], np.cumsum(np.bincount(row[same], minlength=graph.shape[0]))])
    cells = csr_array((graph.data[same], graph.indices[same], indptr.astype(np.int32)), shape=graph.shape)
    return node_distances(cells, starts[differ], costs[differ], limit_m)


def _inside_several(
    access: AreaAccess, inside: _InsideEdges, plain: NDArray[np.bool_], limit_m: float
) -> Iterator[Costs]:
    """Distances of edges inside several areas at once: a search without these areas for each group."""
    network = access.network
    groups = [(np.array(group), np.array(members)) for group, members in inside.several.items()]
    if not groups:
        return
    none = np.empty(0, np.intp)
    ends = [network.nodes[np.concatenate([network.start[edges], network.end[edges]])] for _, edges in groups]
    low, high = (np.array([function(xy, axis=0) for xy in ends]) for function in (np.min, np.max))
    seeds = [np.flatnonzero(plain & ~np.isin(access.seed_area, group)) for group, _ in groups]
    near = [
        rows[_in_box(network.nodes[access.seed_node[rows]], low[k] - limit_m, high[k] + limit_m)]
        for k, rows in enumerate(seeds)
    ]
    row = np.concatenate(near)
    search = np.repeat(np.arange(len(groups)), [len(rows) for rows in near])
    starts = Starts(search, access.seed_node[row], access.seed_cost_m[row], none, none)
    for first, found in Surroundings.of(network).searches(low, high, starts, limit_m):
        for number, (_, edges) in enumerate(groups[first : first + found.part.count]):
            own = np.full(len(edges), number)
            yield edges, found.at(own, network.start[edges]), found.at(own, network.end[edges])


def _in_box(xy: Floats, low: Floats, high: Floats) -> NDArray[np.bool_]:
    return np.asarray(((xy >= low) & (xy <= high)).all(axis=1), bool)


def _around(access: AreaAccess, barred: Barred, limit_m: float) -> Iterator[Costs]:
    """Distances of the edges around areas that have edges barred to them."""
    network = access.network
    areas = np.intersect1d(barred.areas, access.seed_area)
    if not len(areas):
        return
    loops = np.flatnonzero(network.start == network.end)
    loops = loops[np.argsort(network.start[loops], kind="stable")]
    low, high, starts = areas_starts(access, barred, areas)
    for _, found in Surroundings.of(network).searches(low, high, starts, limit_m):
        yield _edges_reached(network, found)
        begin, end = (np.searchsorted(network.start[loops], found.node, side=side) for side in _SIDES)
        row, at = spread_ranges(begin, end)
        free = ~found.barred(found.search[row], loops[at])
        cost_m = found.distance_m[row[free]]
        yield loops[at[free]], cost_m, cost_m


def _edges_reached(network: WalkNetwork, found: Found) -> Costs:
    """Distances of the edges of which some end is reached, each edge once a search, loops left out."""
    reached = np.flatnonzero(np.isfinite(found.distance_m[:-1]))
    which, at = spread_ranges(found.indptr[reached], found.indptr[reached + 1])
    own = reached[which]
    edge, there_m = found.edge[at].astype(np.intp), found.distance_m[found.other[at]]
    forward = network.start[edge] == found.node[own]
    keep = np.flatnonzero((forward | np.isinf(there_m)) & found.free[at])
    edge, forward, here_m, there_m = edge[keep], forward[keep], found.distance_m[own[keep]], there_m[keep]
    return edge, np.where(forward, here_m, there_m), np.where(forward, there_m, here_m)
