"""Shortest paths in a sparse graph, and what the loss of one node does to all the others.

Removing a node ``k`` changes the way from ``s`` to ``v`` only where the shortest path tree of ``s`` leads to
``v`` through ``k``. For each source the triples (source, inner node, descendant) are looked at, ``t`` in all:
the sum of the depths of all nodes in all trees. The new way of a descendant enters from outside of what hangs
on ``k`` and goes on inside. Where the ways to the two ends of a link part is found once for each link and
tree, and running minima along the depths then give the best entry for every triple. On inside, ways run down
the trees in one sweep for each depth, and across only over links that could shorten anything: few, since no
way gets shorter by a loss, and none pays less for it than the least that any descendant pays.

Beside one Dijkstra per source, time is O(t + m log d) for each round of sweep and crossings (some few as a
rule), with ``m`` links in all trees and ``d`` the depth; memory is that of one batch of sources.

``spare_links`` thins the graph without changing any of these distances.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csgraph

from geo.patches import Links
from geo.threads import threads

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from scipy import sparse

    from geo.robust import Indices

    Floats = NDArray[np.float64]
    Integers = NDArray[np.signedinteger[Any]]
    Kernel = Callable[[Floats], Floats]

BATCH = 24
WITNESSES = 24
_TWO = 2


@dataclass(frozen=True, eq=False)
class PathSums:
    """Weighted sums over all ordered pairs of different nodes, ``w_s w_v f(d_sv)``.

    ``total`` of them all; ``of_node[k]`` of the pairs that begin at ``k``; ``through[k]`` what the pairs of
    other nodes lose when ``k`` is taken out.
    """

    total: float
    of_node: Floats
    through: Floats


def path_sums(links: Links, weight: Floats, kernel: Kernel, longest: float) -> PathSums:
    """Sum over all pairs of nodes, with and without each node.

    Parameters
    ----------
    links
        The graph, lengths not negative.
    weight
        One per node.
    kernel
        What a pair at a distance counts; must give 0 at infinity and not rise.
    longest
        Distances above this are infinite.
    """
    matrix = spare_links(links).matrix()
    starts = range(0, links.count, BATCH)
    batches = [np.arange(start, min(start + BATCH, links.count)) for start in starts]
    of_node, through = np.zeros(links.count), np.zeros(links.count)
    with ThreadPoolExecutor(threads()) as pool:
        # summed in the order of the batches, whichever is ready first
        for sources, (own, lost) in zip(
            batches, pool.map(lambda one: _batch(matrix, one, weight, kernel, longest), batches), strict=True
        ):
            of_node[sources] = own
            through += lost
    return PathSums(float(of_node.sum()), of_node, through)


def _batch(
    matrix: sparse.csr_array, sources: Indices, weight: Floats, kernel: Kernel, longest: float
) -> tuple[Floats, Floats]:
    """Give what the pairs of some sources sum to, and what they lose by each node."""
    distance, before = csgraph.dijkstra(
        matrix, directed=True, indices=sources, limit=longest, return_predecessors=True
    )
    value = np.where(np.isfinite(distance), kernel(distance), 0.0)
    value[np.arange(len(sources)), sources] = 0.0
    own = weight[sources] * (value @ weight)
    trees = _Trees.of(distance, before)
    new = _around(trees, _Entries.of(trees, matrix, longest))
    below, inner = trees.pairs()
    found = new[inner]
    change = kernel(trees.distance)[below] - np.where(found <= longest, kernel(found), 0.0)
    lost = weight[sources[trees.row[below]]] * weight[trees.node[below]] * change
    through = np.bincount(trees.node[trees.above[inner]], weights=lost, minlength=len(weight))
    return own, through.astype(np.float64)


def spare_links(links: Links) -> Links:
    """Leave out the links that no shortest path needs, not even when any one node is taken out.

    Nor does a least spanning forest need them: each is the longest link of a circle.
    A link goes when two different nodes each give a way around it that is no longer than the link itself.
    Ways around are sought over the nearest nodes only; keeping more links than needed changes nothing.
    """
    matrix = links.matrix()
    start, column, length = matrix.indptr, matrix.indices, matrix.data
    rows = np.repeat(np.arange(links.count), np.diff(start))
    spare = np.zeros(len(column), bool)
    away = np.full((WITNESSES, links.count), np.inf)
    for node in range(links.count):
        own = slice(start[node], start[node + 1])
        ends, lengths = column[own], length[own]
        if len(ends) <= _TWO:
            continue
        nearest = ends[np.argsort(lengths, kind="stable")[:WITNESSES]]
        for row, other in enumerate(nearest.tolist()):
            away[row, column[start[other] : start[other + 1]]] = length[start[other] : start[other + 1]]
        there = lengths[np.searchsorted(ends, nearest)]
        around = there[:, None] + away[: len(nearest), ends]
        shorter = (around <= lengths) & (there[:, None] > 0) & (around > there[:, None])
        spare[own] = shorter.sum(axis=0) >= _TWO
        for row, other in enumerate(nearest.tolist()):
            away[row, column[start[other] : start[other + 1]]] = np.inf
    drop = np.unique(np.minimum(rows, column)[spare] * links.count + np.maximum(rows, column)[spare])
    keep = ~np.isin(links.one * links.count + links.other, drop)
    return Links(links.count, links.one[keep], links.other[keep], links.distance_m[keep])


@dataclass(frozen=True, eq=False)
class _Trees:
    """Shortest path trees of a batch of sources: the cells of all in one row, by depth from the roots.

    ``above[start[v] + j]`` is the cell at depth ``j`` on the way to ``v``, from the root to ``v`` itself, so
    that the rows of all cells of one depth form a table. ``first[j]`` counts the cells above depth ``j``.
    """

    row: Integers
    node: Integers
    cell: Integers
    distance: Floats
    depth: Integers
    parent: Integers
    first: Integers
    start: Integers
    above: Integers

    @classmethod
    def of(cls, distance: Floats, before: Integers) -> _Trees:
        rows, nodes = distance.shape
        came = np.where(before >= 0, before + np.arange(rows, dtype=np.int32)[:, None] * nodes, -1).ravel()
        flat, depth = _by_depth(np.flatnonzero(np.isfinite(distance)), came)
        cell = np.full(distance.size, -1, dtype=np.int32)
        cell[flat] = np.arange(len(flat), dtype=np.int32)
        parent = np.where(depth > 0, cell[came[flat]], -1)
        first = np.searchsorted(depth, np.arange(int(depth[-1]) + 2))
        start = (np.cumsum(depth + 1) - depth - 1).astype(np.int32)
        above = np.empty(int((depth + 1).sum()), dtype=np.int32)
        row, node = (part.astype(np.int32) for part in np.divmod(flat, nodes))
        trees = cls(
            row,
            node,
            cell.reshape(distance.shape), distance.ravel()[flat], depth, parent, first, start, above,
        )  # fmt: skip
        for step in range(len(first) - 1):
            table = trees.table(above, step)
            table[:, step] = np.arange(first[step], first[step + 1])
            if step:
                table[:, :step] = trees.table(above, step - 1)[trees.parents(step)]
        return trees

    def table(self, of: NDArray[Any], depth: int) -> NDArray[Any]:
        """View what is placed as in ``above`` for the cells of one depth: a row each, a column per step."""
        begin, cells = self.start[self.first[depth]], self.first[depth + 1] - self.first[depth]
        return of[begin : begin + cells * (depth + 1)].reshape(cells, depth + 1)

    def parents(self, depth: int) -> Integers:
        """Give the rows of the parents of the cells of one depth in the table of the depth above."""
        own = self.parent[self.first[depth] : self.first[depth + 1]]
        return np.asarray(own - self.first[depth - 1], dtype=np.intp)

    def pairs(self) -> tuple[Integers, Integers]:
        """List each cell with the places in ``above`` of those between its root and itself."""
        many = np.maximum(self.depth - 1, 0)
        return np.repeat(np.arange(len(many), dtype=np.int32), many), _spans(self.start + 1, many)


def _by_depth(flat: Integers, came: Integers) -> tuple[Integers, Integers]:
    """Order cells by their depth below the roots, which came from nowhere; gives the depths too."""
    number = np.empty(len(came), dtype=np.int32)
    number[flat] = np.arange(len(flat), dtype=np.int32)
    root = came[flat] < 0
    over = np.where(root, number[flat], number[came[flat]])
    depth = (~root).astype(np.int32)
    while (more := depth[over]).any():  # the stride doubles each time
        depth += more
        over = over[over]
    order = np.argsort(depth, kind="stable")
    return flat[order], depth[order]


def _spans(start: Integers, many: Integers) -> Integers:
    """List ``start, start + 1, ...``, as many as said, one after the other."""
    ends = np.cumsum(many)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total, dtype=np.int32) + np.repeat((start - ends + many).astype(np.int32), many)


@dataclass(frozen=True, eq=False)
class _Entries:
    """Links into cells of depth 2 or more that a path within the limit can take.

    ``ahead`` is what the undisturbed way over the link costs; ``shared`` the depth of the last cell that the
    ways to both its ends have in common.
    """

    came: Integers
    into: Integers
    length: Floats
    ahead: Floats
    shared: Integers

    @classmethod
    def of(cls, trees: _Trees, matrix: sparse.csr_array, longest: float) -> _Entries:
        deep = np.arange(trees.first[min(_TWO, len(trees.first) - 1)], len(trees.depth), dtype=np.int32)
        begin = matrix.indptr[trees.node[deep]]
        degree = matrix.indptr[trees.node[deep] + 1] - begin
        entry, into = _spans(begin, degree), np.repeat(deep, degree)
        came = trees.cell[trees.row[into], matrix.indices[entry]]
        length = matrix.data[entry]
        ahead = np.where(came >= 0, trees.distance[came], np.inf) + length
        useful = np.flatnonzero(ahead <= longest)
        came, into = came[useful], into[useful]
        one, other = trees.start[came], trees.start[into]
        shared = _last(
            np.minimum(trees.depth[came], trees.depth[into]),
            lambda depth: trees.above[one + depth] == trees.above[other + depth],
        )
        return cls(came, into, length[useful], ahead[useful], shared)


def _last(high: Integers, holds: Callable[[Integers], NDArray[np.bool_]]) -> Integers:
    """Find for each row the greatest number up to ``high`` for which something holds.

    It is taken to hold at 0; where it fails it fails for all greater numbers.
    """
    low = np.zeros_like(high)
    while (low < high).any():
        middle = (low + high + 1) >> 1
        yes = holds(middle)
        low, high = np.where(yes, middle, low), np.where(yes, high, middle - 1)
    return low


def _around(trees: _Trees, entries: _Entries) -> Floats:
    """Give the distance of each cell from its source with a cell above it taken out, placed as in ``above``.

    With the cell at depth ``j`` above ``v`` gone, a link into ``v`` comes from outside of what hangs on that
    cell exactly where the ways to its two ends part before depth ``j``. From there ways run on inside, along
    the tree and across.
    """
    depth = trees.depth[entries.into]
    into, came = trees.start[entries.into], trees.start[entries.came]
    branch = trees.parent[entries.into] == entries.came
    step_m = np.zeros(len(trees.depth))
    step_m[entries.into[branch]] = entries.length[branch]
    best = _from_outside(trees, entries)
    _down(trees, step_m, best)
    # no way inside is shorter than the undisturbed one by less than the least that any pays for the loss
    worth = best - _least_detour(trees, best)[trees.above]
    bound = worth.copy()
    for step in range(_TWO, len(trees.first) - 1):
        inner = trees.table(bound, step)[:, step - 1 : 0 : -1]
        np.maximum.accumulate(inner, axis=1, out=inner)
    high = np.minimum(np.minimum(entries.shared, trees.depth[entries.came] - 1), depth - 1)
    high[branch | (high < 0)] = 0
    many = _last(high, lambda step: bound[into + step] > entries.ahead)
    source, target = _spans(came + 1, many), _spans(into + 1, many)
    across = np.flatnonzero(worth[target] > np.repeat(entries.ahead, many))
    source, target, length = source[across], target[across], np.repeat(entries.length, many)[across]
    moved = np.arange(len(source))
    while len(moved):
        heads, offered = target[moved], best[source[moved]] + length[moved]
        shorter = np.flatnonzero(offered < best[heads])
        if not len(shorter):
            break
        before = best.copy()
        np.minimum.at(best, heads[shorter], offered[shorter])
        _down(trees, step_m, best)
        moved = np.flatnonzero((best < before)[source])
    return best


def _from_outside(trees: _Trees, entries: _Entries) -> Floats:
    """Give the shortest ways whose last link enters from outside."""
    best = np.full(len(trees.above), np.inf)
    outside = entries.shared < trees.depth[entries.into] - 1
    place = trees.start[entries.into[outside]] + entries.shared[outside] + 1
    np.minimum.at(best, place, entries.ahead[outside])
    for step in range(_TWO, len(trees.first) - 1):
        inner = trees.table(best, step)[:, 1:step]
        np.minimum.accumulate(inner, axis=1, out=inner)
    return best


def _down(trees: _Trees, step_m: Floats, best: Floats) -> None:
    """Let distances run down the trees, in place."""
    for step in range(_TWO + 1, len(trees.first) - 1):
        inner = trees.table(best, step)[:, 1 : step - 1]
        length = step_m[trees.first[step] : trees.first[step + 1], None]
        over = trees.table(best, step - 1)[trees.parents(step), 1 : step - 1]
        np.minimum(inner, over + length, out=inner)


def _least_detour(trees: _Trees, best: Floats) -> Floats:
    """Give for each cell the least that any cell hanging on it pays for its loss."""
    least = np.full(len(trees.depth), np.inf)
    below, place = trees.pairs()
    np.minimum.at(least, trees.above[place], best[place] - trees.distance[below])
    return np.where(np.isfinite(least), least, 0.0)
