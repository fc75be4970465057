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
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo.area_searches import Barred, searches, tiles
from geo.network import Seeds, node_distances, with_virtual_node
from geo.reach import reach_of, spread_ranges
from geo.service_area import QUAD_SEGS, service_area_of
from geo.surroundings import NOBODY, Starts, Surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geo.area_access import AreaAccess
    from geo.network import WalkNetwork
    from geo.reach import Reach, Rows

    Floats = NDArray[np.float64]
    Indices = NDArray[np.intp]

ANYWHERE_M = 1_000.0
"""Side of the cells by which a network is searched without a limit."""


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
    inside = _Inside.of(access)
    barred = Barred.of(access)
    plain = ~np.isin(access.seed_area, barred.areas)
    rows = [_main_rows(access, inside, plain, limit_m), _outline_rows(access)]
    rows.extend(_rows_inside_several(access, inside, plain, limit_m))
    rows.extend(_rows_around(access, barred, limit_m))
    return reach_of(network, rows, _seeds(access))


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


def _rows(network: WalkNetwork, edge: Indices, cost_from: Floats, cost_to: Floats) -> Rows:
    near = np.isfinite(cost_from) | np.isfinite(cost_to)
    edge = edge[near]
    flat = np.full(len(edge), np.inf)
    return edge, np.zeros(len(edge)), network.length_m[edge], cost_from[near], cost_to[near], flat


@dataclass(frozen=True, eq=False)
class _Inside:
    """Edges inside one area (and which), and inside several (with the groups of areas)."""

    edge: Indices
    area: Indices
    several: dict[tuple[int, ...], list[int]]

    @classmethod
    def of(cls, access: AreaAccess) -> _Inside:
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


def _main_rows(access: AreaAccess, inside: _Inside, plain: NDArray[np.bool_], limit_m: float) -> Rows:
    """Rows of all edges but those inside several areas."""
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
    return _rows(network, np.arange(len(start)), cost_from, cost_to)


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


def _rows_inside_several(
    access: AreaAccess, inside: _Inside, plain: NDArray[np.bool_], limit_m: float
) -> Iterator[Rows]:
    """Rows of edges inside several areas at once: a search without these areas for each group."""
    if not inside.several:
        return
    network = access.network
    around = Surroundings(network, _cell_m(limit_m))
    none = np.empty(0, np.intp)
    for group, members in inside.several.items():
        edges = np.array(members)
        start, end = network.start[edges], network.end[edges]
        around.enter(network.nodes[np.concatenate([start, end])], limit_m)
        near = around.number[access.seed_node] != NOBODY
        use = plain & near & ~np.isin(access.seed_area, group)
        node, cost_m = access.seed_node[use], access.seed_cost_m[use]
        starts = Starts(np.zeros(len(node), np.intp), node, cost_m, none, none)
        nodes_m = around.distances(starts, 1, limit_m)[0]
        yield _rows(network, edges, nodes_m[around.number[start]], nodes_m[around.number[end]])


def _rows_around(access: AreaAccess, barred: Barred, limit_m: float) -> Iterator[Rows]:
    """Rows of the edges around areas that have edges barred to them."""
    if not len(barred.areas):
        return
    network = access.network
    loops = np.flatnonzero(network.start == network.end)
    around = Surroundings(network, _cell_m(limit_m))
    for areas, seeds in tiles(access, 3 * around.cell_m, barred.areas):
        around.enter(network.nodes[access.seed_node[seeds]], limit_m)
        near = loops[around.number[network.start[loops]] != NOBODY]
        for some, starts in searches(access, barred, areas, seeds, len(around.indices)):
            nodes_m = around.distances(starts, len(some), limit_m)
            yield _edges_reached(around, nodes_m, starts)
            search, at = np.nonzero(np.isfinite(nodes_m[:, around.number[network.start[near]]]))
            edge = near[at]
            free = ~_among(search, edge, starts, len(network.start))
            cost_m = nodes_m[search[free], around.number[network.start[edge[free]]]]
            yield _rows(network, edge[free], cost_m, cost_m)


def _edges_reached(around: Surroundings, nodes_m: Floats, starts: Starts) -> Rows:
    """Rows of the edges of which some end is reached, for each search; each edge once, loops left out."""
    network = around.network
    nodes_m[:, -1] = np.inf
    search, node = np.nonzero(np.isfinite(nodes_m))
    which, at = spread_ranges(around.indptr[node], around.indptr[node + 1])
    search, edge, other = search[which], around.edge[at], around.indices[at]
    here_m, there_m = nodes_m[search, node[which]], nodes_m[search, other]
    forward = network.start[edge] == around.nodes[node[which]]
    keep = np.flatnonzero((forward | np.isinf(there_m)) & ~_among(search, edge, starts, len(network.start)))
    edge, forward, here_m, there_m = edge[keep], forward[keep], here_m[keep], there_m[keep]
    return _rows(network, edge, np.where(forward, here_m, there_m), np.where(forward, there_m, here_m))


def _among(search: Indices, edge: Indices, starts: Starts, edges: int) -> NDArray[np.bool_]:
    """Say which edges are barred to their search."""
    barred = np.sort(starts.barred_search * edges + starts.barred_edge)
    if not len(barred):
        return np.zeros(len(edge), bool)
    key = search * edges + edge
    return np.asarray(barred[np.minimum(np.searchsorted(barred, key), len(barred) - 1)] == key)


def _cell_m(limit_m: float) -> float:
    return max(limit_m, 100.0) if np.isfinite(limit_m) else ANYWHERE_M
