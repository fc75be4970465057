"""Searches on the part of a network around some positions, for many areas at once.

The graph around is cut out of that of the whole network without sorting anything. For several searches it is
laid out side by side as often, each copy without the edges barred to its own search, so that all are done in
one run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo.reach import spread_ranges

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.network import WalkNetwork

    Floats = NDArray[np.float64]
    Indices = NDArray[np.intp]

NOBODY = -1


@dataclass(frozen=True, eq=False)
class Starts:
    """Where searches begin: rows of search number, node and cost, and edges barred to a search."""

    search: Indices
    node: Indices
    cost_m: Floats
    barred_search: Indices
    barred_edge: Indices


class Surroundings:
    """The part of a network around some positions, cut out anew for each place."""

    def __init__(self, network: WalkNetwork, cell_m: float) -> None:
        self.network = network
        self.cell_m = cell_m
        cell = np.floor(network.nodes / cell_m).astype(np.int64)
        self.low = cell.min(axis=0) if len(cell) else np.zeros(2, np.int64)
        self.shape = np.ptp(cell, axis=0) + 1 if len(cell) else np.ones(2, np.int64)
        key = (cell - self.low) @ np.array([1, self.shape[0]])
        self.by_cell = np.argsort(key, kind="stable")
        self.cell = key[self.by_cell]
        self.number = np.full(len(network.nodes), NOBODY, np.int32)
        self.nodes = self.edge = np.empty(0, np.intp)
        self.indptr, self.indices = np.zeros(1, np.intp), np.empty(0, np.int32)
        self.length_m = np.empty(0)

    def enter(self, xy: Floats, margin_m: float) -> Indices:
        """Take the nodes around positions, all within a margin and maybe some more."""
        graph = self.network.graph
        self.number[self.nodes] = NOBODY
        nodes = self.nodes = self._in_box(xy.min(axis=0) - margin_m, xy.max(axis=0) + margin_m)
        self.number[nodes] = np.arange(len(nodes))
        begin, end = graph.indptr[nodes].astype(np.intp), graph.indptr[nodes + 1].astype(np.intp)
        _, at = spread_ranges(begin, end)
        self.indptr = np.concatenate([[0], np.cumsum(end - begin)])
        self.indices = self.number[graph.indices[at]]
        beyond = len(nodes)  # what lies further away is one node without ways on
        self.indices[self.indices == NOBODY] = beyond
        self.length_m, self.edge = graph.data[at], self.network.graph_edges[at]
        return nodes

    def _in_box(self, low: Floats, high: Floats) -> Indices:
        """Nodes of all cells that a box meets; cells of one row are one range."""
        first = np.maximum(np.floor(np.maximum(low / self.cell_m - self.low, 0)), 0)
        last = np.minimum(np.floor(high / self.cell_m - self.low), self.shape - 1)
        if (last < first).any():
            return np.empty(0, np.intp)
        rows = np.arange(int(first[1]), int(last[1]) + 1) * self.shape[0]
        begin = np.searchsorted(self.cell, rows + int(first[0]))
        end = np.searchsorted(self.cell, rows + int(last[0]), side="right")
        return self.by_cell[spread_ranges(begin, end)[1]]

    def distances(self, starts: Starts, count: int, limit_m: float) -> Floats:
        """Distances from the starts of each search, a row, to the nodes taken; inf beyond the limit."""
        size, entries = len(self.nodes) + 1, len(self.indices)
        length_m = np.tile(self.length_m, count)
        for end in (self.network.start, self.network.end):
            node = self.number[end[starts.barred_edge]]
            search, edge, node = (
                column[node != NOBODY] for column in (starts.barred_search, starts.barred_edge, node)
            )
            which, at = spread_ranges(self.indptr[node], self.indptr[node + 1])
            own = self.edge[at] == edge[which]
            length_m[search[which[own]] * entries + at[own]] = np.inf
        copies = np.arange(count)[:, None]
        first = starts.search * size + self.number[starts.node]
        last = count * entries
        indptr = np.concatenate([(self.indptr + copies * entries).reshape(-1), [last, last + len(first)]])
        indices = np.concatenate([(self.indices + copies * size).reshape(-1), first])
        extended = csr_array(
            (np.concatenate([length_m, starts.cost_m]), indices.astype(np.int32), indptr.astype(np.int32)),
            shape=(count * size + 1, count * size + 1),
        )
        found = dijkstra(extended, directed=True, indices=np.array(count * size), limit=limit_m)
        return np.asarray(found, np.float64)[:-1].reshape(count, size)
