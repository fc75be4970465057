"""A walking network and distances on it, between exact positions on edges.

A position is an edge and the metres along it; nothing is ever moved to the nearest node. Distances come from
one Dijkstra search over all seeds together (scipy's, in C), cut off at a limit.

Examples
--------
A street of 300 m with a side street, and a gate beside it:

>>> from shapely import LineString, Point
>>> network = build_network([LineString([(0, 0), (200, 0), (300, 0)]), LineString([(200, 0), (200, 80)])])
>>> len(network.nodes), network.length_m.tolist()
(4, [200.0, 100.0, 80.0])
>>> gate = nearest_position(network, [Point(40, -5)])
>>> gate.edge.tolist(), gate.along_m.tolist(), gate.distance_m.tolist()
([0], [40.0], [5.0])

``geo.reach`` spreads from such positions over the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from geo.noding import (
    Edges,
    Noding,
    along_lines,
    crossing_vertices,
    edges_of,
    simple_parts,
    vertices_of,
)
from geo.ranges import span, spread_ranges

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray
    from shapely.geometry.base import BaseGeometry

    Floats = NDArray[np.float64]
    Indices = NDArray[np.intp]


AROUND, LONG = 0.5, 1.5
"""Where nearest edges are first looked for, and which are always looked at, in mean lengths of an edge."""
FEW_SHARE = 20
"""From so many edges to each point on only those around are put in an index."""
MOST_CELLS = 50_000_000
_LINE_STRING = 1


@dataclass(frozen=True, eq=False)
class WalkNetwork:
    """Edges between nodes, walkable both ways, in a projected system in metres.

    Attributes
    ----------
    nodes
        Coordinates, one row per node.
    start, end
        Node numbers, one pair per edge.
    source
        Which input line an edge comes from.
    xy, first
        Vertices of all edges; edge ``k`` has rows ``first[k]`` to ``first[k + 1]`` (exclusive).
    along_m
        Length from the edge's start to each vertex.
    zero_length
        Input lines without any length; they are in no edge.
    """

    nodes: Floats
    start: Indices
    end: Indices
    source: Indices
    xy: Floats
    first: Indices
    along_m: Floats
    zero_length: Indices

    @cached_property
    def length_m(self) -> Floats:
        """Length of each edge."""
        return self.along_m[self.first[1:] - 1]

    @cached_property
    def bounds(self) -> Floats:
        """Box of each edge: least x and y, greatest x and y."""
        begin, columns = self.first[:-1], [np.ascontiguousarray(column) for column in self.xy.T]
        least = [np.minimum.reduceat(column, begin) for column in columns] if len(begin) else columns
        most = [np.maximum.reduceat(column, begin) for column in columns] if len(begin) else columns
        return np.column_stack([*least, *most])

    @cached_property
    def lines(self) -> NDArray[Any]:
        """Each edge as a LineString."""
        edge = np.repeat(np.arange(len(self.start)), np.diff(self.first))
        return np.asarray(shapely.linestrings(self.xy, indices=edge), dtype=object)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Spatial index of the edges."""
        return shapely.STRtree(self.lines)

    @cached_property
    def graph(self) -> csr_array:
        """Symmetric matrix of edge lengths between nodes; parallel edges side by side, no loops."""
        number = self.edge_numbers
        return csr_array((self.length_m[number.data], number.indices, number.indptr), shape=number.shape)

    @cached_property
    def edge_numbers(self) -> csr_array:
        """The same matrix with the numbers of edges."""
        number = np.arange(len(self.start), dtype=np.int32)
        return symmetric_graph(self.start, self.end, number, len(self.nodes))


def symmetric_graph(start: Indices, end: Indices, value: NDArray[np.number[Any]], n_nodes: int) -> csr_array:
    """Make the matrix of a network; parallel edges stand side by side, a search takes the shorter."""
    keep = start != end
    if not keep.all():
        start, end, value = start[keep], end[keep], value[keep]
    low, high = start.astype(np.int32), end.astype(np.int32)
    index = (np.concatenate([low, high]), np.concatenate([high, low]))
    pairs = coo_array((np.concatenate([value, value]), index), shape=(n_nodes, n_nodes))
    pairs.has_canonical_format = True  # else scipy would add parallel edges up
    return pairs.tocsr()


def build_network(
    lines: Sequence[BaseGeometry | None] | NDArray[Any],
    levels: ArrayLike | None = None,
    noding: Noding = "endpoints",
) -> WalkNetwork:
    """Build a network from lines.

    Parameters
    ----------
    lines
        LineStrings or MultiLineStrings in metres; missing and empty ones are left out.
    levels
        Level of each line (bridges above 0, tunnels below).
    noding
        "endpoints": lines are joined where they share an end, where one ends on a vertex of another, and
        where two of the same level share a vertex; for data with topology. "crossings": bare lines are also
        joined wherever two of the same level cross, and where one ends on another; for drawings without
        topology.

    Raises
    ------
    ValueError
        A geometry is not a line, coordinates are not finite, or levels and lines differ in number.

    Examples
    --------
    A bridge does not meet the street below it:

    >>> from shapely import LineString
    >>> cross = [LineString([(0, -50), (0, 50)]), LineString([(-50, 0), (50, 0)])]
    >>> [len(build_network(cross, levels, "crossings").start) for levels in ([0, 0], [0, 1])]
    [4, 2]
    """
    given = np.array(lines, dtype=object).reshape(-1)
    level = np.zeros(len(given)) if levels is None else np.asarray(levels)
    if len(level) != len(given):
        raise ValueError(f"{len(level)} levels for {len(given)} lines")
    parts, owner = _line_strings(given)
    length = shapely.length(parts)
    if not np.isfinite(length).all():
        raise ValueError("line coordinates must be finite numbers")
    zero = np.zeros(len(given), bool)
    if not (length > 0).all():
        zero[owner] = True
        parts, owner = parts[length > 0], owner[length > 0]
        zero[owner] = False
    if noding == "crossings":
        parts, index = simple_parts(parts)
        owner = owner[index]
        vertices = crossing_vertices(parts, level[owner])
    else:
        vertices = vertices_of(parts, level[owner])
    edges = edges_of(vertices)
    network = _network(edges, owner[edges.line], np.flatnonzero(zero))
    network.__dict__["lines"] = _edge_lines(edges, parts)
    return network


def _edge_lines(edges: Edges, lines: NDArray[Any]) -> NDArray[Any]:
    """Give each edge as a line: the one it comes from where that was not cut."""
    whole = (np.bincount(edges.line, minlength=len(lines)) == 1) & ~shapely.has_z(lines)
    alike = shapely.get_num_coordinates(lines)[edges.line] == np.diff(edges.first)
    result = lines[edges.line]
    rest = np.flatnonzero(~(whole[edges.line] & alike))
    which, vertex = spread_ranges(edges.first[rest], edges.first[rest + 1])
    result[rest] = shapely.linestrings(edges.xy.take(vertex, axis=0), indices=which)
    return result


def _line_strings(lines: NDArray[Any]) -> tuple[NDArray[Any], Indices]:
    """Give the parts of lines, and the line of each; missing and empty ones have none."""
    kind, number = shapely.get_type_id(lines), np.arange(len(lines))
    simple = (kind == _LINE_STRING).all()
    usable = ~shapely.is_empty(lines) & (kind >= 0)
    if not usable.all():
        lines, number = lines[usable], number[usable]
    if simple:
        return lines, number
    if (shapely.get_dimensions(lines) != 1).any():
        raise ValueError("a network is built from lines; points or polygons were given")
    parts, owner = shapely.get_parts(lines, return_index=True)
    return parts, number[owner]


def _network(edges: Edges, source: Indices, zero_length: Indices) -> WalkNetwork:
    edge = np.repeat(np.arange(len(edges.start), dtype=np.int32), np.diff(edges.first))
    along_m = along_lines(edges.xy, edge)
    return WalkNetwork(
        edges.nodes, edges.start, edges.end, source, edges.xy, edges.first, along_m, zero_length
    )


@dataclass(frozen=True, eq=False)
class Seeds:
    """Where walks begin: positions on edges, or stretches of them, with a cost already spent.

    Attributes
    ----------
    edge, from_m, to_m
        The stretch of an edge; both ends equal for a point.
    cost_m
        Metres already walked when the network is reached.
    """

    edge: Indices
    from_m: Floats
    to_m: Floats
    cost_m: Floats

    @classmethod
    def at(cls, edge: ArrayLike, along_m: ArrayLike, cost_m: ArrayLike = 0.0) -> Seeds:
        """Make point seeds."""
        edges = np.asarray(edge, np.intp).reshape(-1)
        along = np.broadcast_to(np.asarray(along_m, np.float64), edges.shape)
        return cls(edges, along, along, np.broadcast_to(np.asarray(cost_m, np.float64), edges.shape))


@dataclass(frozen=True, eq=False)
class Positions:
    """Foot points: the nearest position on ``edge`` to the point numbered ``point``."""

    point: Indices
    edge: Indices
    along_m: Floats
    distance_m: Floats


def positions_within(
    network: WalkNetwork,
    points: Sequence[BaseGeometry] | NDArray[Any],
    within_m: float,
    pairs: tuple[Indices, Indices] | None = None,
) -> Positions:
    """Find the foot point on every edge within a straight-line distance of each point.

    ``pairs`` of points and edges, where given, hold all that are so near, and maybe more.
    """
    places = np.asarray(points, dtype=object).reshape(-1)
    if pairs is None:
        point, edge = network.tree.query(places, predicate="dwithin", distance=within_m)
    else:
        near = shapely.dwithin(network.lines[pairs[1]], places[pairs[0]], within_m)
        point, edge = pairs[0][near], pairs[1][near]
    order = np.lexsort([edge, point])
    return _feet(network, places, point[order], edge[order])


def nearest_position(
    network: WalkNetwork, points: Sequence[BaseGeometry] | NDArray[Any], within_m: float = np.inf
) -> Positions:
    """Find the nearest position of all edges to each point, if within a distance; one per point."""
    places = np.asarray(points, dtype=object).reshape(-1)
    point, edge = _nearest_pairs(network, places, within_m)
    order = np.lexsort([edge, point])
    point, edge = point[order], edge[order]
    first = np.unique(point, return_index=True)[1]
    return _feet(network, places, point[first], edge[first])


def _nearest_pairs(network: WalkNetwork, places: NDArray[Any], within_m: float) -> tuple[Indices, Indices]:
    """Pair points with their nearest edges; where there is no index yet, by one of the edges around alone."""
    few = len(places) * FEW_SHARE < len(network.start) and "tree" not in network.__dict__
    if not few or not len(places):
        return _query_nearest(network.tree, places, within_m)
    mean_m = float(np.mean(network.length_m))
    reach_m = min(within_m, AROUND * mean_m)
    some = _edges_around(network, shapely.get_coordinates(places), reach_m, LONG * mean_m)
    point, found = _query_nearest(shapely.STRtree(network.lines[some]), places, reach_m)
    edge = some[found]
    lonely = np.ones(len(places), bool)
    lonely[point] = False
    if within_m > reach_m and lonely.any():
        rest = np.flatnonzero(lonely)
        far, far_edge = _query_nearest(network.tree, places[rest], within_m)
        point, edge = np.concatenate([point, rest[far]]), np.concatenate([edge, far_edge])
    return point, edge


def _query_nearest(tree: shapely.STRtree, places: NDArray[Any], within_m: float) -> tuple[Indices, Indices]:
    point, edge = tree.query_nearest(places, max_distance=within_m if np.isfinite(within_m) else None)
    return point, edge


def _edges_around(network: WalkNetwork, xy: Floats, reach_m: float, long_m: float) -> Indices:
    """Edges within a distance of some positions, and some more: by the cell of their start, and long ones."""
    (low, high), cell_m = span(network.nodes), (reach_m + long_m) / 2
    size = np.floor((high - low) / cell_m).astype(np.int64) + 5
    if size.prod() > MOST_CELLS:
        return np.arange(len(network.start))
    marked = np.zeros(size, bool)
    cell = np.floor((xy - low) / cell_m) + 2
    cell = cell[((cell >= 0) & (cell < size)).all(axis=1)].astype(np.intp)
    marked[cell[:, 0], cell[:, 1]] = True
    around = _widened(_widened(marked))  # two cells each way
    x, y = (network.nodes - low).T / cell_m
    near = around[x.astype(np.int32) + 2, y.astype(np.int32) + 2]
    return np.flatnonzero(near[network.start] | (network.length_m > long_m))


def _widened(marked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Mark the neighbours of marked cells too."""
    wide = marked.copy()
    wide[1:] |= marked[:-1]
    wide[:-1] |= marked[1:]
    full = wide.copy()
    full[:, 1:] |= wide[:, :-1]
    full[:, :-1] |= wide[:, 1:]
    return full


def _feet(network: WalkNetwork, places: NDArray[Any], point: Indices, edge: Indices) -> Positions:
    lines, at = network.lines[edge], places[point]
    return Positions(point, edge, shapely.line_locate_point(lines, at), shapely.distance(lines, at))


def node_distances(graph: csr_array, node: Indices, cost_m: Floats, limit_m: float = np.inf) -> Floats:
    """Distance of every node to the nearest of several start nodes with costs already spent; inf beyond."""
    n = graph.shape[0]
    usable = np.isfinite(cost_m) & (cost_m <= limit_m)
    node, cost_m = node[usable], cost_m[usable]
    if not len(node):
        return np.full(n, np.inf)
    least = np.full(n, np.inf)
    np.minimum.at(least, node, cost_m)
    starts = np.flatnonzero(np.isfinite(least))
    extended = with_virtual_node(graph, starts, least[starts])
    return np.asarray(dijkstra(extended, directed=True, indices=np.array(n), limit=limit_m))[:n]


def with_virtual_node(graph: csr_array, node: Indices, cost_m: Floats) -> csr_array:
    """Append a node from which the given nodes are reached at the given costs."""
    n = graph.shape[0]
    return csr_array(
        (
            np.concatenate([graph.data, cost_m]),
            np.concatenate([graph.indices, node.astype(np.int32)]),
            np.concatenate([graph.indptr, [graph.nnz + len(node)]]).astype(np.int32),
        ),
        shape=(n + 1, n + 1),
    )
