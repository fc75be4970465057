"""Cutting the edges of a network at positions, which become nodes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo.network import WalkNetwork
from geo.noding import along_lines
from geo.ranges import spread_ranges
from geo.reach import edge_parts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Indices = NDArray[np.intp]

MERGE_M = 1e-6
"""Positions nearer than this on one edge, or to its end, are one."""


@dataclass(frozen=True, eq=False)
class Parts:
    """Which edges others were cut into: those of edge ``k`` are ``edge[first[k]:first[k + 1]]``."""

    edge: Indices
    first: Indices

    def of(self, edge: Indices) -> tuple[Indices, Indices]:
        """List the parts of some edges: the place of the one asked for, and the part."""
        which, at = spread_ranges(self.first[edge], self.first[edge + 1])
        return which, self.edge[at]


@dataclass(frozen=True, eq=False)
class SplitNetwork:
    """A network with edges cut: edge ``k`` is the stretch of ``parent[k]`` from ``from_m[k]`` on.

    ``node`` is the node at each of the positions asked for, in their order.
    """

    network: WalkNetwork
    parent: Indices
    from_m: Floats
    node: Indices

    @cached_property
    def parts(self) -> Parts:
        """The edges that each edge was cut into."""
        order = np.argsort(self.parent, kind="stable")
        count = np.bincount(self.parent, minlength=int(self.parent.max(initial=-1)) + 1)
        return Parts(order, np.concatenate([[0], np.cumsum(count)]))


def split_edges(network: WalkNetwork, edge: Indices, along_m: Floats) -> SplitNetwork:
    """Cut edges at positions; a position at an end of its edge is the node that is there already.

    Examples
    --------
    >>> from shapely import LineString
    >>> from geo.network import build_network
    >>> street = build_network([LineString([(0, 0), (100, 0)])])
    >>> cut = split_edges(street, np.array([0, 0, 0]), np.array([30.0, 100.0, 30.0]))
    >>> cut.network.length_m.tolist(), cut.from_m.tolist(), cut.node.tolist()
    ([30.0, 70.0], [0.0, 30.0], [2, 1, 2])
    """
    length = network.length_m[edge]
    order = np.lexsort([along_m, edge])
    edges, along = edge[order], along_m[order]
    at_start, at_end = along <= MERGE_M, along >= length[order] - MERGE_M
    inner = ~(at_start | at_end)
    new = inner.copy()
    new[1:] &= ~inner[:-1] | (edges[1:] != edges[:-1]) | (along[1:] - along[:-1] > MERGE_M)
    node = np.where(
        at_start,
        network.start[edges],
        np.where(at_end, network.end[edges], len(network.nodes) + np.cumsum(new) - 1),
    )
    nodes = np.empty(len(edge), np.intp)
    nodes[order] = node
    return _rebuilt(network, edges[new], along[new], nodes)


def _rebuilt(network: WalkNetwork, edge: Indices, along: Floats, node: Indices) -> SplitNetwork:
    """Replace each cut edge by its parts, put after the edges that stay whole; cuts sorted."""
    n_nodes = len(network.nodes)
    cut_edges, count = np.unique(edge, return_counts=True)
    stays = np.ones(len(network.start), bool)
    stays[cut_edges] = False
    whole = np.flatnonzero(stays)
    parent = np.repeat(cut_edges, count + 1)
    begin = np.zeros(len(parent))
    finish = network.length_m[parent]
    start, end = network.start[parent], network.end[parent]
    head = np.zeros(len(parent), bool)
    head[np.cumsum(count + 1) - count - 1] = True
    tail = np.zeros(len(parent), bool)
    tail[np.cumsum(count + 1) - 1] = True
    begin[~head], start[~head] = along, n_nodes + np.arange(len(along))
    finish[~tail], end[~tail] = along, n_nodes + np.arange(len(along))
    parts = edge_parts(network, parent, begin, finish)
    part_xy, part_of = shapely.get_coordinates(parts, return_index=True)
    kept_vertex = np.repeat(stays, np.diff(network.first))
    sizes = np.concatenate([np.diff(network.first)[whole], np.bincount(part_of, minlength=len(parts))])
    built = WalkNetwork(
        np.concatenate([network.nodes, shapely.get_coordinates(shapely.get_point(parts[~head], 0))]),
        np.concatenate([network.start[whole], start]),
        np.concatenate([network.end[whole], end]),
        np.concatenate([network.source[whole], network.source[parent]]),
        np.concatenate([network.xy.compress(kept_vertex, axis=0), part_xy]),
        np.concatenate([[0], np.cumsum(sizes)]),
        np.concatenate([network.along_m[kept_vertex], along_lines(part_xy, part_of)]),
        network.zero_length,
    )
    built.__dict__["lines"] = np.concatenate([network.lines[whole], parts])
    from_m = np.concatenate([np.zeros(len(whole)), begin])
    return SplitNetwork(built, np.concatenate([whole, parent]), from_m, node)
