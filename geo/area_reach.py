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

from geo.network import Seeds, node_distances, symmetric_graph, with_virtual_node
from geo.reach import reach_of, spread_ranges
from geo.service_area import QUAD_SEGS, service_area_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geo.area_access import AreaAccess
    from geo.network import WalkNetwork
    from geo.reach import Reach, Rows

    Floats = NDArray[np.float64]
    Indices = NDArray[np.intp]

NOBODY = -1


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
    leaky = np.intersect1d(access.given, np.unique(access.inside_area))
    plain = ~np.isin(access.seed_area, leaky)
    rows = [_main_rows(access, inside, plain, limit_m), _outline_rows(access)]
    rows.extend(_rows_inside_several(access, inside, plain, limit_m))
    local = _Local(network)
    for area in leaky:
        own = access.seed_area == area
        barred = access.inside_edge[access.inside_area == area]
        nodes_m, edges = local.search(access.seed_node[own], access.seed_cost_m[own], barred, limit_m)
        rows.append(_rows(network, edges, nodes_m[network.start[edges]], nodes_m[network.end[edges]]))
        local.reset()
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
    network = access.network
    local = _Local(network)
    for group, members in inside.several.items():
        edges = np.array(members)
        ends = np.concatenate([network.start[edges], network.end[edges]])
        near = local.nodes_near(ends, limit_m)
        local.mark(near)
        use = plain & ~np.isin(access.seed_area, group) & local.marked[access.seed_node]
        local.reset()
        nodes_m, _ = local.search(
            access.seed_node[use], access.seed_cost_m[use], np.empty(0, np.intp), limit_m, near
        )
        yield _rows(network, edges, nodes_m[network.start[edges]], nodes_m[network.end[edges]])
        local.reset()


class _Local:
    """Searches on the part of a network around some nodes, cheap however big the network is."""

    def __init__(self, network: WalkNetwork) -> None:
        self.network = network
        n = len(network.nodes)
        self.by_x = np.argsort(network.nodes[:, 0], kind="stable")
        self.x = network.nodes[self.by_x, 0]
        ends = np.concatenate([network.start, network.end])
        self.edges_by_node = np.argsort(ends, kind="stable") % len(network.start)
        self.first_edge = np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=n))])
        self.marked = np.zeros(n, bool)
        self.number = np.full(n, NOBODY)
        self.nodes_m = np.full(n, np.inf)
        self.touched: list[Indices] = []

    def nodes_near(self, nodes: Indices, limit_m: float) -> Indices:
        """Nodes in the box around some nodes, widened by the limit."""
        if not len(nodes):
            return nodes
        low, high = (
            self.network.nodes[nodes].min(axis=0) - limit_m,
            self.network.nodes[nodes].max(axis=0) + limit_m,
        )
        begin, end = np.searchsorted(self.x, low[0]), np.searchsorted(self.x, high[0], side="right")
        found = self.by_x[begin:end]
        y = self.network.nodes[found, 1]
        return np.asarray(found[(low[1] <= y) & (y <= high[1])], np.intp)

    def mark(self, nodes: Indices) -> None:
        """Set the flag of nodes until the next reset."""
        self.marked[nodes] = True
        self.touched.append(nodes)

    def reset(self) -> None:
        """Forget the last search."""
        for nodes in self.touched:
            self.marked[nodes] = False
            self.number[nodes] = NOBODY
            self.nodes_m[nodes] = np.inf
        self.touched.clear()

    def search(
        self, node: Indices, cost_m: Floats, barred: Indices, limit_m: float, near: Indices | None = None
    ) -> tuple[Floats, Indices]:
        """Distances from some nodes without barred edges; gives also the other edges around."""
        near = self.nodes_near(node, limit_m) if near is None else near
        self.mark(near)
        self.number[near] = np.arange(len(near))
        network = self.network
        if not len(near) or not len(node):
            return self.nodes_m, np.empty(0, np.intp)
        _, at = spread_ranges(self.first_edge[near], self.first_edge[near + 1])
        edges = np.setdiff1d(self.edges_by_node[at], barred)
        start, end = network.start[edges], network.end[edges]
        both = self.marked[start] & self.marked[end]
        graph = symmetric_graph(
            self.number[start[both]], self.number[end[both]], network.length_m[edges[both]], len(near)
        )
        self.nodes_m[near] = node_distances(graph, self.number[node], cost_m, limit_m)
        return self.nodes_m, edges
