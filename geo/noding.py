"""From lines to edges: where lines are joined, and the ragged arrays that hold the result."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Indices = NDArray[np.intp]
    Integers = NDArray[np.integer[Any]]
    Flags = NDArray[np.bool_]

Noding = Literal["endpoints", "crossings"]
TOUCH_M = 1e-3
"""In "crossings" mode a line that ends this near another line ends on it."""
STEPS_ONE_BY_ONE = 6
"""Vertices of a line that are summed up without regard to longer lines."""
MOST_MARK_BITS = 26
"""The table that rules vertices out has two to this many marks at most."""
_LINE_STRING = 1


@dataclass(frozen=True, eq=False)
class Vertices:
    """Vertices of many lines, one after the other.

    ``line`` says which line a vertex belongs to (rising), ``node`` whether the line must be cut there.
    """

    xy: Floats
    line: Integers
    node: Flags

    @cached_property
    def mark(self) -> NDArray[np.uint64]:
        """One number of each place; equal places have equal ones, others hardly ever."""
        return _mixed(self.xy)


@dataclass(frozen=True, eq=False)
class Edges:
    """Edges as ragged arrays: edge ``k`` has the vertices ``first[k]`` to ``first[k + 1]`` (exclusive)."""

    xy: Floats
    first: Indices
    line: Integers
    start: Indices
    end: Indices
    nodes: Floats


def directed(lines: NDArray[Any]) -> NDArray[Any]:
    """Give lines a direction of their own, from the end further west on, as ``shapely.normalize`` does.

    Examples
    --------
    >>> street = np.array([shapely.LineString([(9, 0), (5, 1), (0, 0)])])
    >>> directed(street)[0].wkt
    'LINESTRING (0 0, 5 1, 9 0)'
    """
    count = shapely.get_num_coordinates(lines)
    if (shapely.get_type_id(lines) != _LINE_STRING).any() or not count.all():
        return np.asarray(shapely.normalize(lines), dtype=object)
    xy, last = shapely.get_coordinates(lines), np.cumsum(count) - 1
    (x, y), (end_x, end_y) = xy.take(last + 1 - count, axis=0).T, xy.take(last, axis=0).T
    result = lines.copy()
    back = np.flatnonzero((x > end_x) | ((x == end_x) & (y > end_y)))
    result[back] = shapely.reverse(lines[back])
    closed = np.flatnonzero((x == end_x) & (y == end_y))
    result[closed] = shapely.normalize(lines[closed])
    return result


def vertices_of(lines: NDArray[Any], levels: NDArray[Any]) -> Vertices:
    """Read the vertices of plain lines; nodes are their ends, and vertices that lines of one level share."""
    line = np.repeat(np.arange(len(lines), dtype=np.int32), shapely.get_num_coordinates(lines))
    found = without_repeats(Vertices(shapely.get_coordinates(lines), line, _ends(line)))
    found.node[_shared(found, levels)] = True
    return found


def _shared(vertices: Vertices, levels: NDArray[Any]) -> Indices:
    """Give the vertices inside lines at which lines of the same level pass, be it the same line twice."""
    inner = np.flatnonzero(~vertices.node)
    mark = vertices.mark[inner]
    shift = np.uint64(64 - min(max(len(inner).bit_length() + 2, 10), MOST_MARK_BITS))
    slot = (mark >> shift).astype(np.intp)
    often = np.bincount(slot) > 1
    inner, mark = inner[often[slot]], mark[often[slot]]
    if not len(inner):
        return inner
    place, _ = _places(vertices.xy[inner], mark)
    _, level = np.unique(levels[vertices.line[inner]], return_inverse=True)
    key = place * (int(level.max()) + 1) + level
    return np.asarray(inner[np.bincount(key)[key] > 1], np.intp)


def _ends(line: Integers) -> Flags:
    new = np.ones(len(line) + 1, bool)
    new[1:-1] = line[1:] != line[:-1]
    return new[:-1] | new[1:]


def without_repeats(vertices: Vertices) -> Vertices:
    """Drop vertices equal to the one before them; a repeat that is a node makes the kept one a node."""
    xy, line = vertices.xy, vertices.line
    keep = np.ones(len(line), bool)
    x, y = xy.T
    keep[1:] = (line[1:] != line[:-1]) | (x[1:] != x[:-1]) | (y[1:] != y[:-1])
    if keep.all():
        return vertices
    group = np.cumsum(keep) - 1
    node = np.zeros(int(keep.sum()), bool)
    node[group[vertices.node]] = True
    return Vertices(xy[keep], line[keep], node)


def edges_of(vertices: Vertices) -> Edges:
    """Cut lines at their nodes and at every vertex that is a node of any line; join equal places."""
    at, place, example = _joints(vertices)
    line = vertices.line[at]
    follows = line[1:] == line[:-1]
    begin, finish = at[:-1][follows], at[1:][follows]
    count = finish - begin + 1
    first = np.concatenate([[0], np.cumsum(count)])
    xy = vertices.xy
    if first[-1] != len(xy):  # some line is cut: the vertex there belongs to two edges
        xy = xy.take(np.arange(first[-1]) - np.repeat(first[:-1] - begin, count), axis=0)
    nodes = vertices.xy.take(at[example], axis=0)
    return Edges(xy, first, line[:-1][follows], place[:-1][follows], place[1:][follows], nodes)


def _joints(vertices: Vertices) -> tuple[Indices, Indices, Indices]:
    """Give the vertices at which lines are cut or joined, the number of each one's place, one of each place.

    Most vertices lie inside a line and nowhere near another one: a table of marks rules them out, and only
    the rest are compared.
    """
    mark = vertices.mark
    if vertices.node.all():
        place, example = _places(vertices.xy, mark)
        return np.arange(len(mark)), place, example
    shift = np.uint64(64 - min(max(int(vertices.node.sum()).bit_length() + 1, 10), MOST_MARK_BITS))
    marked = np.zeros(1 << (64 - int(shift)), bool)
    marked[mark[vertices.node] >> shift] = True
    inner = np.flatnonzero(~vertices.node)
    maybe = vertices.node.copy()
    maybe[inner[marked[mark[inner] >> shift]]] = True
    at = np.flatnonzero(maybe)
    place, example = _places(vertices.xy.take(at, axis=0), mark[at])
    is_node = np.zeros(len(example), bool)
    is_node[place[vertices.node[at]]] = True
    if is_node.all():
        return at, place, example
    kept = is_node[place]
    number = np.cumsum(is_node) - 1
    rank = np.cumsum(kept) - 1
    return at[kept], number[place[kept]], rank[example[is_node]]


def same_place(xy: Floats) -> Indices:
    """Give each place a number; equal coordinates get the same.

    Examples
    --------
    >>> same_place(np.array([[0.0, 1.0], [2.0, 3.0], [0.0, 1.0]])).tolist()
    [0, 1, 0]
    """
    return _places(xy, _mixed(xy))[0]


def _mixed(xy: Floats) -> NDArray[np.uint64]:
    """One number of each coordinate pair; equal pairs have equal ones, others hardly ever."""
    mixed, other = ((column + 0.0).view(np.uint64) for column in xy.T)  # + 0.0: no negative zeros
    mixed *= np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    other *= np.uint64(0xC2B2AE3D27D4EB4F)
    mixed += other
    mixed ^= mixed >> np.uint64(32)
    mixed *= np.uint64(0x9E3779B97F4A7C15)
    return np.asarray(mixed, np.uint64)


def _places(xy: Floats, mixed: NDArray[np.uint64]) -> tuple[Indices, Indices]:
    """Give each place a number, rising with its first mention, and its first mention."""
    first = _first_mention(mixed)
    if not ((xy[first, 0] == xy[:, 0]).all() and (xy[first, 1] == xy[:, 1]).all()):
        _, example, place = np.unique(xy, axis=0, return_index=True, return_inverse=True)
        return np.asarray(place.reshape(-1), np.intp), np.asarray(example, np.intp)
    new = first == np.arange(len(first))
    return (np.cumsum(new) - 1)[first], np.flatnonzero(new)


def _first_mention(mixed: NDArray[np.uint64]) -> Indices:
    """Give for each number where it stands first.

    Numbers take places in a table by their upper bits; those that find another one there are compared apart.
    """
    bits = min(max(len(mixed).bit_length(), 10), MOST_MARK_BITS)
    slot = (mixed >> np.uint64(64 - bits)).astype(np.int32)
    table = np.empty(1 << bits, np.int32)
    table[slot[::-1]] = np.arange(len(mixed) - 1, -1, -1, dtype=np.int32)  # the last one written stays
    first = table[slot].astype(np.intp)
    rest = np.flatnonzero(mixed[first] != mixed)
    if len(rest):
        place, unique = pd.factorize(mixed[rest])
        example = np.empty(len(unique), np.intp)
        example[place[::-1]] = rest[::-1]
        first[rest] = example[place]
    return first


def crossing_vertices(lines: NDArray[Any], levels: NDArray[Any]) -> Vertices:
    """Read the vertices of lines with new ones, nodes, where lines of the same level cross or touch.

    A line that ends on another (within a millimetre) is joined to it whatever the levels, as a ramp is
    joined to its bridge.
    """
    tree = shapely.STRtree(lines)
    line, points = _crossings(tree, lines, levels)
    end_line, end_points = _dead_ends(tree, lines)
    cut_line = np.concatenate([line, end_line])
    cut_points = np.concatenate([points, end_points])
    xy, owner = shapely.get_coordinates(lines, return_index=True)
    along = along_lines(xy, owner)
    cut_along = shapely.line_locate_point(lines[cut_line], cut_points)
    all_line = np.concatenate([owner, cut_line])
    order = np.lexsort([np.concatenate([along, cut_along]), all_line])
    node = np.concatenate([_ends(owner), np.ones(len(cut_line), bool)])
    all_xy = np.concatenate([xy, shapely.get_coordinates(cut_points)]) + 0.0
    return without_repeats(Vertices(all_xy[order], all_line[order], node[order]))


def along_lines(xy: Floats, line: Integers) -> Floats:
    """Length from each line's first vertex to each of its vertices; the vertices of a line stand together."""
    along = np.zeros(len(xy))
    if not len(xy):
        return along
    x, y = xy.T
    step = x[1:] - x[:-1]
    same = line[1:] == line[:-1]
    np.multiply(np.hypot(step, y[1:] - y[:-1], out=step), same, out=along[1:])
    later = np.flatnonzero(same[1:] & same[:-1]) + 2  # vertices after the second of their line
    for _ in range(STEPS_ONE_BY_ONE):
        first = np.diff(later, prepend=-1) > 1
        along[later[first]] += along[later[first] - 1]
        later = later[~first]
    if len(later):
        _add_up(along, later)
    return along


def _add_up(along: Floats, later: Indices) -> None:
    """Turn steps into lengths, in place, from the vertex before the first of each run of vertices on."""
    head = np.flatnonzero(np.diff(later, prepend=-1) > 1)
    run = np.repeat(np.arange(len(head)), np.diff(np.append(head, len(later))))
    total = np.cumsum(along[later], dtype=np.longdouble)
    before = np.concatenate([[0.0], total])[head]
    along[later] = along[later[head] - 1][run] + (total - before[run])


def _crossings(
    tree: shapely.STRtree, lines: NDArray[Any], levels: NDArray[Any]
) -> tuple[Indices, NDArray[Any]]:
    i, j = tree.query(lines, predicate="intersects")
    once = (i < j) & (levels[i] == levels[j])
    i, j = i[once], j[once]
    common, pair = shapely.get_parts(shapely.intersection(lines[i], lines[j]), return_index=True)
    linear = shapely.get_dimensions(common) == 1
    ends = np.concatenate([shapely.get_point(common[linear], 0), shapely.get_point(common[linear], -1)])
    points = np.concatenate([common[~linear], ends])
    pair = np.concatenate([pair[~linear], pair[linear], pair[linear]])
    return np.concatenate([i[pair], j[pair]]), np.concatenate([points, points])


def _dead_ends(tree: shapely.STRtree, lines: NDArray[Any]) -> tuple[Indices, NDArray[Any]]:
    ends = np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
    owner = np.tile(np.arange(len(lines)), 2)
    i, j = tree.query(ends, predicate="dwithin", distance=TOUCH_M)
    other = owner[i] != j
    return j[other], ends[i[other]]


def simple_parts(lines: NDArray[Any]) -> tuple[NDArray[Any], Indices]:
    """Cut lines that cross themselves at their own crossings."""
    knotted = ~shapely.is_simple(lines)
    if not knotted.any():
        return lines, np.arange(len(lines))
    lines = lines.copy()
    lines[knotted] = shapely.unary_union(lines[knotted].reshape(-1, 1), axis=1)
    return shapely.get_parts(lines, return_index=True)
