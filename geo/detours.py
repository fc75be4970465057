"""Shortest paths in a sparse graph, and what the loss of one node does to all the others.

Removing a node ``k`` changes the way from ``s`` to ``v`` only where the shortest path tree of ``s`` leads to
``v`` through ``k``. For each source the descendants of every inner node of its tree are therefore looked at
alone: the new distance of a descendant is the least over its links that enter from outside, carried on among
the descendants. With ``t`` the number of (source, inner node, descendant) triples, which is the sum of the
depths of all nodes in all trees, and ``g`` the mean number of links per node, time is O(t g) per round of
carrying on (two or three rounds as a rule) beside one Dijkstra per source; memory is that of one batch of
sources.

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

BATCH = 16
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
    forest = _Forest.of(sources, distance, before.astype(np.intp))
    inner, below = _triples(forest)
    if not len(inner):
        return own, np.zeros(len(weight))
    order = np.lexsort((forest.place[below], inner))
    inner, below = inner[order], below[order]
    new = _around(forest, _Entries.of(forest, matrix, longest), inner, below)
    change = kernel(forest.distance[below]) - np.where(new <= longest, kernel(new), 0.0)
    lost = weight[sources[below // forest.nodes]] * weight[below % forest.nodes] * change
    through = np.bincount(inner % forest.nodes, weights=lost, minlength=len(weight))
    return own, through.astype(np.float64)


def spare_links(links: Links) -> Links:
    """Leave out the links that no shortest path needs, not even when any one node is taken out.

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
class _Forest:
    """Shortest path trees of a batch of sources, in flat cells: row of the source times nodes, plus node.

    The descendants of a cell stand right behind it in ``place`` order, ``size`` counts it and them.
    """

    nodes: int
    distance: Floats
    parent: Indices
    place: Indices
    size: Indices
    levels: list[Indices]

    @classmethod
    def of(cls, sources: Indices, distance: Floats, before: Indices) -> _Forest:
        rows, nodes = distance.shape
        offset = np.arange(rows)[:, None] * nodes
        parent = np.where(before >= 0, before + offset, -1).ravel()
        levels = _levels(parent, sources + offset[:, 0])
        size = np.zeros(rows * nodes, dtype=np.intp)
        for level in reversed(levels):
            size[level] += 1
            inner = level[parent[level] >= 0]
            size += np.bincount(parent[inner], weights=size[inner], minlength=len(size)).astype(np.intp)
        place = np.zeros(rows * nodes, dtype=np.intp)
        place[levels[0]] = offset[:, 0]
        for level in levels[1:]:
            order = level[np.argsort(parent[level], kind="stable")]
            ahead = np.cumsum(size[order]) - size[order]
            first = np.searchsorted(parent[order], parent[order])
            place[order] = place[parent[order]] + 1 + ahead - ahead[first]
        return cls(nodes, distance.ravel(), parent, place, size, levels)


def _levels(parent: Indices, roots: Indices) -> list[Indices]:
    """Sort the cells of a forest by depth."""
    cells = np.flatnonzero(parent >= 0)
    depth = np.full(len(parent), -1)
    depth[roots] = 0
    levels = [roots]
    while len(cells):
        ready = depth[parent[cells]] == len(levels) - 1
        depth[cells[ready]] = len(levels)
        levels.append(cells[ready])
        cells = cells[~ready]
    return levels


def _triples(forest: _Forest) -> tuple[Indices, Indices]:
    """List (inner cell, descendant cell) of every tree; an inner cell is no root and has descendants."""
    inner, below = [], []
    cell = np.concatenate([forest.levels[0][:0], *forest.levels[2:]])
    over = forest.parent[cell]
    while len(cell):
        inner.append(over)
        below.append(cell)
        over = forest.parent[over]
        deeper = forest.parent[over] >= 0
        cell, over = cell[deeper], over[deeper]
    nothing = np.empty(0, dtype=np.intp)
    return np.concatenate([nothing, *inner]), np.concatenate([nothing, *below])


@dataclass(frozen=True, eq=False)
class _Entries:
    """Links into the cells of a forest that a path within the limit can take, grouped by the cell entered.

    ``place`` is that of the cell the link comes from, ``ahead`` what the undisturbed way over it costs.
    """

    start: Indices
    place: NDArray[np.int32]
    length: Floats
    ahead: Floats

    @classmethod
    def of(cls, forest: _Forest, matrix: sparse.csr_array, longest: float) -> _Entries:
        cell = np.flatnonzero(forest.size)
        node = cell % forest.nodes
        degree = np.diff(matrix.indptr)[node]
        into = np.repeat(cell, degree)
        entry = np.arange(len(into)) - np.repeat(np.cumsum(degree) - degree - matrix.indptr[node], degree)
        came = matrix.indices[entry] + into - into % forest.nodes
        length = matrix.data[entry]
        ahead = forest.distance[came] + length
        useful = ahead <= longest
        start = np.searchsorted(into[useful], np.arange(len(forest.parent) + 1))
        place = forest.place[came[useful]].astype(np.int32)
        return cls(start, place, length[useful], ahead[useful])


def _around(forest: _Forest, entries: _Entries, inner: Indices, below: Indices) -> Floats:
    """Give the distance of each descendant from its source with the inner node taken out.

    Pairs come grouped by inner cell, descendants in their place.
    """
    heads, where = np.unique(inner, return_index=True)
    first = np.zeros(len(forest.parent), dtype=np.int32)
    first[heads] = where
    degree = (entries.start[below + 1] - entries.start[below]).astype(np.int32)
    begin = np.cumsum(degree, dtype=np.int32) - degree
    entry = np.arange(int(degree.sum()), dtype=np.int32)
    entry += np.repeat((entries.start[below] - begin).astype(np.int32), degree)
    into = np.repeat(np.arange(len(below), dtype=np.int32), degree)
    # descendants stand 1, 2, ... behind the inner cell, which itself is 0 and closed
    behind = entries.place[entry] - np.repeat(forest.place[inner].astype(np.int32), degree)
    inside = (behind >= 0) & (behind < np.repeat(forest.size[inner].astype(np.int32), degree))
    best = np.full(len(below), np.inf)
    entering = np.flatnonzero(~inside)
    _lower(best, into[entering], entries.ahead[entry[entering]])
    carried = np.flatnonzero(inside & (behind > 0))
    # a way among descendants is never shorter than it was before
    hopeful = entries.ahead[entry[carried]] < best[into[carried]]
    carried = carried[hopeful]
    source = first[inner[into[carried]]] + behind[carried] - 1
    return _carried(best, source, into[carried], entries.length[entry[carried]])


def _lower(best: Floats, into: Integers, offered: Floats) -> Integers:
    """Lower values to the least offered, ``into`` rising; give the positions that fell."""
    if not len(into):
        return into
    begins = np.flatnonzero(np.diff(into, prepend=-1))
    heads, least = into[begins], np.minimum.reduceat(offered, begins)
    fell = least < best[heads]
    best[heads[fell]] = least[fell]
    return heads[fell]


def _carried(best: Floats, source: Integers, into: Integers, length: Floats) -> Floats:
    """Let distances run along the links among descendants until none gets shorter."""
    fell = _lower(best, into, best[source] + length)
    if not len(fell):
        return best
    order = np.argsort(source, kind="stable")
    into, length = into[order], length[order]
    degree = np.bincount(source, minlength=len(best))
    start = np.cumsum(degree) - degree
    changed = np.zeros(len(best), dtype=bool)
    while len(fell):
        many = degree[fell]
        entry = np.arange(int(many.sum())) + np.repeat(start[fell] - np.cumsum(many) + many, many)
        offered = np.repeat(best[fell], many) + length[entry]
        heads = into[entry]
        shorter = offered < best[heads]
        heads = heads[shorter]
        np.minimum.at(best, heads, offered[shorter])
        changed[heads] = True
        fell = np.flatnonzero(changed)
        changed[fell] = False
    return best
