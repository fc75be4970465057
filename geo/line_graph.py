"""Which lines hang together: the graph of a set of lines, and the gaps between its components."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Geometries = NDArray[Any]


@dataclass(frozen=True, eq=False)
class LineGraph:
    """The graph of lines: ends and junctions are nodes, what lies between them edges.

    ``parts`` are single lines, ``source`` the input line of each, ``component`` the component of each,
    numbered from the longest. Where just two edges meet is no node: a way drawn in ten pieces is one edge.
    """

    parts: Geometries
    source: Ints
    component: Ints
    nodes: int
    edges: int
    components: int


@dataclass(frozen=True, eq=False)
class Gap:
    """The shortest way between two components that no other component bridges sooner."""

    one: int
    other: int
    line: shapely.LineString


def line_graph(
    lines: Sequence[Any] | Geometries,
    snap_m: float,
    repeats: Sequence[Any] | Geometries = (),
    repeats_m: float = 0.0,
) -> LineGraph:
    """Join lines that cross, or of which an end lies within ``snap_m`` of the other.

    Lines that merely run beside each other stay apart.

    Parameters
    ----------
    lines
        LineStrings or MultiLineStrings in a metric system.
    snap_m
        How near an end must come to another line.
    repeats, repeats_m
        Stretches left out because they repeat one of the lines, no farther from it than ``repeats_m``: an
        end that comes to such a stretch is sought so much farther, since it comes to the path all the same.

    Examples
    --------
    >>> from shapely import LineString
    >>> found = line_graph([LineString([(0, 0), (100, 0)]), LineString([(50, 5), (50, 90)])], 10)
    >>> found.nodes, found.edges, found.components
    (4, 3, 1)
    """
    parts, source = _simple_parts(lines)
    cuts = _cuts(parts, snap_m, _reach(parts, snap_m, repeats, repeats_m))
    node = _labels(len(cuts.line), cuts.joined)
    low, high = _consecutive(cuts)
    long = cuts.at[high] - cuts.at[low] > snap_m
    edge = long | (node[low] != node[high])
    ends = np.concatenate([node[low[edge]], node[high[edge]]])
    component = _labels(len(cuts.line), np.vstack([cuts.joined, np.column_stack([low, high])]))
    ordered = _longest_first(parts, component[: len(parts)])
    nodes, edges = _without_pass_nodes(node, ends, component, int(edge.sum()))
    return LineGraph(parts, source, ordered, nodes, edges, int(ordered.max(initial=-1)) + 1)


def _simple_parts(lines: Sequence[Any] | Geometries) -> tuple[Geometries, Ints]:
    """Take lines apart into single lines that touch themselves at their ends alone."""
    parts, source = shapely.get_parts(np.asarray(lines, dtype=object), return_index=True)
    tangled = ~shapely.is_simple(parts)
    parts[tangled] = shapely.node(parts[tangled])
    simple, index = shapely.get_parts(parts, return_index=True)
    long = shapely.length(simple) > 0
    return simple[long], source[index[long]]


@dataclass(frozen=True, eq=False)
class _Cuts:
    """Where lines are cut: the line, the position along it, and which cuts are one node.

    The first ``n`` cuts are the beginnings of the ``n`` lines, the next ``n`` their ends.
    """

    line: Ints
    at: NDArray[np.float64]
    joined: Ints


def _ends(parts: Geometries) -> Geometries:
    """Give the beginnings of all lines, then their ends."""
    return np.concatenate([shapely.get_point(parts, 0), shapely.get_point(parts, -1)])


def _reach(
    parts: Geometries, snap_m: float, repeats: Sequence[Any] | Geometries, repeats_m: float
) -> NDArray[np.float64]:
    """Say for each end how far the line it joins may lie."""
    ends = _ends(parts)
    reach = np.full(len(ends), snap_m)
    beside, _ = shapely.STRtree(np.asarray(repeats, dtype=object)).query(
        ends, predicate="dwithin", distance=snap_m
    )
    reach[beside] = snap_m + repeats_m
    return reach


def _cuts(parts: Geometries, snap_m: float, reach: NDArray[np.float64]) -> _Cuts:
    count = len(parts)
    tree = shapely.STRtree(parts)
    length = shapely.length(parts)
    ends = _ends(parts)
    own = np.tile(np.arange(count), 2)
    end, line = tree.query(ends, predicate="dwithin", distance=reach)
    apart = own[end] != line
    end, line = end[apart], line[apart]
    met = shapely.line_locate_point(parts[line], ends[end])
    one, other = tree.query(parts, predicate="intersects")
    one, other = one[one < other], other[one < other]
    points, pair = shapely.get_parts(
        shapely.extract_unique_points(shapely.intersection(parts[one], parts[other])), return_index=True
    )
    crossing = [shapely.line_locate_point(parts[which[pair]], points) for which in (one, other)]
    lines = np.concatenate([own, line, one[pair], other[pair]]).astype(np.int64)
    at = np.concatenate([np.zeros(count), length, met, *crossing])
    first, crossings = 2 * count + len(end), len(points)
    joined = np.vstack(
        [
            np.column_stack([end, 2 * count + np.arange(len(end))]),
            np.column_stack([first + np.arange(crossings), first + crossings + np.arange(crossings)]),
            _closed(parts, ends, snap_m),
        ]
    )
    cuts = _Cuts(lines, at, joined)
    low, high = _consecutive(cuts)
    close = at[high] - at[low] <= snap_m
    return _Cuts(lines, at, np.vstack([joined, np.column_stack([low[close], high[close]])]))


def _closed(parts: Geometries, ends: Geometries, snap_m: float) -> Ints:
    """Join the two ends of lines that close."""
    count = len(parts)
    closed = np.flatnonzero(shapely.distance(ends[:count], ends[count:]) <= snap_m)
    return np.column_stack([closed, count + closed])


def _consecutive(cuts: _Cuts) -> tuple[Ints, Ints]:
    """Pair each cut with the next one along its line."""
    order = np.lexsort((cuts.at, cuts.line))
    same = cuts.line[order[:-1]] == cuts.line[order[1:]]
    return order[:-1][same], order[1:][same]


def _labels(count: int, pairs: Ints) -> Ints:
    """Give one number to all that hangs together."""
    if not count:
        return np.empty(0, dtype=np.int64)
    table = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    return np.asarray(connected_components(table, directed=False)[1], dtype=np.int64)


def _longest_first(parts: Geometries, component: Ints) -> Ints:
    """Count components from the longest; between equals the one furthest south-west comes first."""
    if not len(parts):
        return component
    names, index = np.unique(component, return_inverse=True)
    total = np.bincount(index, weights=shapely.length(parts))
    bounds = shapely.bounds(parts)
    corner = np.full((len(names), 2), np.inf)
    np.minimum.at(corner, index, bounds[:, :2])
    order = np.lexsort((corner[:, 0], corner[:, 1], -np.round(total, 6)))
    rank = np.empty(len(names), dtype=np.int64)
    rank[order] = np.arange(len(names))
    return rank[index]


def _without_pass_nodes(node: Ints, ends: Ints, component: Ints, edges: int) -> tuple[int, int]:
    """Count nodes and edges after joining the two edges at every node of degree two.

    A component that is one closed way keeps one node and one edge.
    """
    names, first = np.unique(node, return_index=True)
    degree = np.bincount(ends, minlength=len(names))[names]
    passing = degree == 2  # noqa: PLR2004 - one way in, one way out
    group = component[first]
    rings = 0
    for one in np.unique(group):
        members = passing[group == one]
        rings += int(members.all())
    gone = int(passing.sum()) - rings
    return len(names) - gone, edges - gone


def nearest_gaps(graph: LineGraph, reach_m: float) -> list[Gap]:
    """Find the gaps whose closing joins components soonest (a least spanning tree of the components).

    Only gaps of at most ``reach_m`` are sought; shortest first.
    """
    tree = shapely.STRtree(graph.parts)
    group = np.arange(graph.components)
    gaps: list[Gap] = []
    radius = min(reach_m, max(reach_m / 64, 1.0))
    while len(set(group.tolist())) > 1:
        for one, other, line in _bridges(graph, tree, group, radius):
            a, b = int(group[one]), int(group[other])
            if a != b:
                gaps.append(Gap(min(one, other), max(one, other), line))
                group[group == max(a, b)] = min(a, b)
        if radius >= reach_m:
            break
        radius = min(2 * radius, reach_m)
    return gaps


def _bridges(
    graph: LineGraph, tree: shapely.STRtree, group: Ints, radius: float
) -> list[tuple[int, int, shapely.LineString]]:
    """List the shortest bridges between groups within a radius, shortest first."""
    belongs = group[graph.component]
    outer = np.flatnonzero(belongs != np.bincount(belongs, weights=shapely.length(graph.parts)).argmax())
    mine, near = tree.query(graph.parts[outer], predicate="dwithin", distance=radius)
    mine = outer[mine]
    apart = belongs[mine] != belongs[near]
    mine, near = mine[apart], near[apart]
    distance = np.round(shapely.distance(graph.parts[mine], graph.parts[near]), 6)
    ends = np.sort(np.column_stack([graph.component[mine], graph.component[near]]), axis=1)
    order = np.lexsort((ends[:, 1], ends[:, 0], distance))
    found = []
    seen: set[tuple[int, int]] = set()
    for k in order.tolist():
        pair = (int(ends[k, 0]), int(ends[k, 1]))
        if pair not in seen:
            seen.add(pair)
            found.append((*pair, shapely.shortest_line(graph.parts[mine[k]], graph.parts[near[k]])))
    return found
