"""Searches on the parts of a network around many areas, each on its own part, all in one run.

The nodes lie sorted by the cells of a grid, so that those in the box of a search are a few ranges, and where
a node stands in a search follows from them. The graphs of the searches stand one after the other in one
matrix, each without the edges barred to its own search.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo.ranges import span, spread_ranges

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geo.network import WalkNetwork

    Floats = NDArray[np.float64]
    Indices = NDArray[np.intp]
    Integers = NDArray[np.integer[Any]]
    Flags = NDArray[np.bool_]

NOBODY = -1
ROUNDING_M = 1e-6
"""How much further than the limit a node may seem to be."""
CELL_M = 64.0
"""Side of the cells by which nodes are sorted."""
NODES_AT_ONCE = 30_000
"""Most nodes of the searches of one run, unless one search alone has more."""


_SORTED: WeakKeyDictionary[WalkNetwork, Surroundings] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class Starts:
    """Where searches begin: rows of search number, node and cost, and edges barred to a search."""

    search: Indices
    node: Indices
    cost_m: Floats
    barred_search: Indices
    barred_edge: Indices

    def between(self, begin: int, end: int) -> Starts:
        """Keep some of the searches, numbered from 0."""
        own, barred = _between(self.search, begin, end), _between(self.barred_search, begin, end)
        return Starts(
            self.search[own] - begin,
            self.node[own],
            self.cost_m[own],
            self.barred_search[barred] - begin,
            self.barred_edge[barred],
        )


@dataclass(frozen=True, eq=False)
class Found:
    """What searches found: ``distance_m[k]`` from the starts of ``search[k]`` to ``node[k]``, inf if too far.

    From the node lead the entries ``indptr[k]`` to ``indptr[k + 1]``: along ``edge``, to row ``other`` (the
    last row, to which no search comes, stands for all that lies further away); ``free`` are those not barred.
    """

    starts: Starts
    search: Indices
    node: Indices
    distance_m: Floats
    indptr: Indices
    edge: Integers
    other: Integers
    free: Flags
    part: _Part

    def at(self, search: Indices, node: Indices) -> Floats:
        """Distances of nodes in some searches."""
        return np.asarray(self.distance_m[self.part.place(search, node)], np.float64)

    def barred(self, search: Indices, edge: Indices) -> Flags:
        """Say which edges are barred to some searches."""
        return _among(search, edge, self.starts)


class Surroundings:
    """A network with its nodes sorted by cells, from which the parts around places are cut."""

    def __init__(self, network: WalkNetwork) -> None:
        cell = np.floor(network.nodes / CELL_M).astype(np.int64)
        self.low, high = span(cell if len(cell) else np.zeros((1, 2), np.int64))
        self.shape = high - self.low + 1
        cell -= self.low
        key = cell[:, 0] + cell[:, 1] * self.shape[0]
        self.by_cell = np.argsort(key, kind="stable")
        self.cell = key[self.by_cell]
        self.row, self.rank = cell[:, 1].astype(np.int32), np.empty(len(key), np.int32)
        self.rank[self.by_cell] = np.arange(len(key))
        ordered = network.edge_numbers[self.by_cell]
        self.first, self.edge = ordered.indptr.astype(np.intp), ordered.data
        self.length_m = network.length_m[self.edge]
        self.to_rank, self.to_row = self.rank[ordered.indices], self.row[ordered.indices]

    @classmethod
    def of(cls, network: WalkNetwork) -> Surroundings:
        """Sort the nodes of a network, once for as long as it lives (nothing here may hold it)."""
        if network not in _SORTED:
            _SORTED[network] = cls(network)
        return _SORTED[network]

    def _cells(self, low: Floats, high: Floats, more_m: Floats | float, axis: int) -> tuple[Indices, Indices]:
        """First and last cell of widened ranges along an axis; the last is the lesser if none is there."""
        first = np.floor(np.maximum((low - more_m) / CELL_M - self.low[axis], 0))
        last = np.floor(np.minimum((high + more_m) / CELL_M - self.low[axis], self.shape[axis] - 1))
        return first.astype(np.intp), last.astype(np.intp)

    def searches(
        self, low: Floats, high: Floats, starts: Starts, limit_m: float
    ) -> Iterator[tuple[int, Found]]:
        """Search from the starts of some searches at a time, each within the limit around its box.

        Gives the number of the first search and what was found by it and those after it, numbered from 0. The
        rows of ``starts`` are sorted by search.
        """
        y = np.column_stack(self._cells(low[:, 1], high[:, 1], limit_m, axis=1))
        y[:, 1] = np.maximum(y[:, 1], y[:, 0] - 1)
        which, row = spread_ranges(y[:, 0], y[:, 1] + 1)
        bottom = (row + self.low[1]) * CELL_M
        aside = np.maximum(np.maximum(low[which, 1] - bottom - CELL_M, bottom - high[which, 1]), 0.0)
        reach_m = np.sqrt(np.maximum((limit_m + ROUNDING_M) ** 2 - aside**2, 0.0))
        left, right = self._cells(low[which, 0], high[which, 0], reach_m, axis=0)
        begin = np.searchsorted(self.cell, row * self.shape[0] + left)
        end = np.searchsorted(self.cell, row * self.shape[0] + np.maximum(right, left - 1), side="right")
        size = np.bincount(which, end - begin, minlength=len(low))
        row_of = np.concatenate([[0], np.cumsum(y[:, 1] - y[:, 0] + 1)])
        at = 0
        while at < len(low):
            upto = at + max(int(np.searchsorted(np.cumsum(size[at:]), NODES_AT_ONCE, side="right")), 1)
            rows = slice(int(row_of[at]), int(row_of[upto]))
            part = _Part(self, which[rows] - at, begin[rows], end[rows], y[at:upto])
            yield at, part.search(starts.between(at, upto), limit_m)
            at = upto


class _Part:
    """The nodes of some searches: those of one search, row of cells by row of cells, one after the other.

    Before and after the rows of a search stands one without nodes.
    """

    def __init__(self, of: Surroundings, which: Indices, begin: Indices, end: Indices, y: Indices) -> None:
        self.of, self.count = of, len(y)
        row, place = spread_ranges(begin, end)
        self.owner, self.node = which[row], of.by_cell[place]
        self.entries = np.concatenate([[0], np.cumsum(of.first[place + 1] - of.first[place])])
        rows = y[:, 1] - y[:, 0] + 3
        self.top = np.cumsum(rows)
        self.bottom = self.top - rows
        self.shift = self.bottom + 1 - y[:, 0]
        at = np.arange(len(which)) + 2 * which + 1
        self.begin, self.size, self.start = (np.zeros(int(rows.sum()), np.int32) for _ in range(3))
        self.begin[at], self.size[at] = begin, end - begin
        self.start[at] = np.cumsum(end - begin) - (end - begin)
        self.which, self.ranges = which, (of.first[begin], of.first[end])

    def place(self, search: Indices, node: Integers) -> Integers:
        """Where nodes stand in their search; beyond the last where they are not in it."""
        bounds = self.shift[search], self.bottom[search], self.top[search] - 1
        return self._place(self.of.row[node], self.of.rank[node], bounds)

    def _place(self, row: Integers, rank: Integers, bounds: tuple[Integers, Integers, Integers]) -> Integers:
        shift, bottom, top = bounds
        own = np.clip(row + shift, bottom, top)
        ahead = rank - self.begin[own]
        return np.where((ahead >= 0) & (ahead < self.size[own]), self.start[own] + ahead, len(self.node))

    def search(self, starts: Starts, limit_m: float) -> Found:
        of, count = self.of, len(self.node)
        row, at = spread_ranges(*self.ranges)
        owner = self.which[row]
        per_row = (one[self.which].astype(np.int32) for one in (self.shift, self.bottom, self.top - 1))
        sizes = self.ranges[1] - self.ranges[0]
        shift, bottom, top = (np.repeat(one, sizes) for one in per_row)
        other = self._place(of.to_row[at], of.to_rank[at], (shift, bottom, top))
        edge, length_m = of.edge[at], of.length_m[at]
        free = ~_among(owner, edge, starts)
        first = self.place(starts.search, starts.node)
        own = np.flatnonzero((first < count) & (starts.cost_m <= limit_m))
        extended = csr_array(
            (
                np.concatenate([np.where(free, length_m, np.inf), starts.cost_m[own]]),
                np.concatenate([other, first[own]]).astype(np.int32),
                np.concatenate([self.entries, [len(edge), len(edge) + len(own)]]).astype(np.int32),
            ),
            shape=(count + 2, count + 2),
        )
        found = dijkstra(extended, directed=True, indices=np.array(count + 1), limit=limit_m)
        metres = np.asarray(found, np.float64)[: count + 1]
        metres[count] = np.inf
        return Found(starts, self.owner, self.node, metres, self.entries, edge, other, free, self)


def _between(values: Indices, begin: int, end: int) -> slice:
    low, high = np.searchsorted(values, [begin, end])
    return slice(int(low), int(high))


def _among(search: Indices, edge: Integers, starts: Starts) -> Flags:
    """Say which edges are barred to their search."""
    result = np.zeros(len(edge), bool)
    edges = int(max(starts.barred_edge.max(initial=0), edge.max(initial=0))) + 1
    barred = np.zeros(edges, bool)
    barred[starts.barred_edge] = True
    some = np.flatnonzero(barred[edge])
    if len(some):
        keys = np.sort(starts.barred_search * edges + starts.barred_edge)
        key = search[some] * edges + edge[some]
        result[some] = keys[np.minimum(np.searchsorted(keys, key), len(keys) - 1)] == key
    return result
