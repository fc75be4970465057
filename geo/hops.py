"""How many links lie between the nodes of a graph, and sums over all pairs by that number.

Sources that lie together go out together, one ring at a time; who has been reached is held in bits, one for
each source of the batch. As their rings nearly coincide, a step looks only at the nodes along them: a node is
looked at some few times for each batch, and memory is that of one batch, never of all pairs.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csgraph

from geo.patches import Links, components
from geo.threads import threads

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    from scipy import sparse

    from geo.robust import Indices

    Words = NDArray[np.uint64]

BATCH = 512
"""Sources that go out together; whole words of 64."""


def hop_sums(links: Links, weight: Floats, share: Callable[[int], float]) -> Floats:
    """Sum ``w_i w_j share(n_ij)`` over all other nodes ``j`` that node ``i`` reaches.

    Parameters
    ----------
    links
        The graph; lengths are not looked at.
    weight
        One per node.
    share
        What a pair counts that is so many links apart (1 or more), on the shortest way.

    Examples
    --------
    >>> line = Links(3, np.array([0, 1]), np.array([1, 2]), np.ones(2))
    >>> hop_sums(line, np.ones(3), lambda links: 1 / links).tolist()
    [1.5, 2.0, 1.5]
    """
    count, group = components(links)
    order = np.argsort(group, kind="stable")
    bounds = np.searchsorted(group[order], np.arange(count + 1))
    local = np.empty(links.count, dtype=np.intp)
    local[order] = np.arange(links.count) - bounds[group[order]]
    own = np.argsort(group[links.one], kind="stable")
    edges = np.searchsorted(group[links.one][own], np.arange(count + 1))
    result = np.zeros(links.count)
    for part in np.flatnonzero(np.diff(edges)).tolist():
        nodes, k = order[bounds[part] : bounds[part + 1]], own[edges[part] : edges[part + 1]]
        one, other = local[links.one[k]], local[links.other[k]]
        inner = Links(len(nodes), one, other, links.distance_m[k])
        result[nodes] = weight[nodes] * _connected(inner, weight[nodes], share)
    return result


def _connected(links: Links, weight: Floats, share: Callable[[int], float]) -> Floats:
    matrix = links.matrix()
    order = _neighbours_together(links)
    batches = [order[start : start + BATCH] for start in range(0, links.count, BATCH)]
    if len(batches) == 1:
        return _rings(matrix, order, weight, share)
    found = np.zeros(links.count)
    with ThreadPoolExecutor(threads()) as pool:
        for gained in pool.map(lambda sources: _rings(matrix, sources, weight, share), batches):
            found += gained
    return found


def _neighbours_together(links: Links) -> Indices:
    """Order the nodes of a connected graph so that those near each other stand near each other."""
    near = Links(links.count, links.one, links.other, links.distance_m + 1.0)  # a length of 0 would be none
    tree = csgraph.minimum_spanning_tree(near.matrix())
    order = csgraph.depth_first_order(tree, 0, directed=False, return_predecessors=False)
    return np.asarray(order, dtype=np.intp)


def _rings(
    matrix: sparse.csr_array, sources: Indices, weight: Floats, share: Callable[[int], float]
) -> Floats:
    """Give what every node gains from some sources."""
    found = np.zeros(len(weight))
    width = -(-len(sources) // 64)
    bit = np.arange(len(sources))
    begun = np.zeros((len(sources), width * 8), dtype=np.uint8)
    begun[bit, bit // 8] = np.uint8(128) >> (bit % 8).astype(np.uint8)
    new = np.zeros((len(found), width), dtype=np.uint64)
    new[sources] = begun.view(np.uint64)
    missing = ~new
    tables = _tables(weight[sources], width * 8)
    ring, links_away = sources, 0
    while len(ring):
        links_away += 1
        beside = np.zeros(len(found), dtype=bool)
        beside[_entries(matrix, ring)[0]] = True
        nodes = np.flatnonzero(beside)
        neighbours, begins = _entries(matrix, nodes)
        met = np.bitwise_or.reduceat(new[neighbours], begins, axis=0) & missing[nodes]
        fresh = met.any(axis=1)
        new[ring] = 0
        ring, met = nodes[fresh], met[fresh]
        new[ring] = met
        missing[ring] &= ~met
        found[ring] += share(links_away) * _sums(met, tables)
    return found


def _entries(matrix: sparse.csr_array, nodes: Indices) -> tuple[Indices, Indices]:
    """List the neighbours of nodes one after the other, and where each node's begin."""
    first = matrix.indptr[nodes]
    degree = matrix.indptr[nodes + 1] - first
    begins = np.cumsum(degree) - degree
    return matrix.indices[np.arange(degree.sum()) + np.repeat(first - begins, degree)], begins


def _tables(weight: Floats, width: int) -> Floats:
    """Give for each byte of a row the weight each of its 256 values stands for."""
    padded = np.zeros(width * 8)
    padded[: len(weight)] = weight
    bits = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1)
    return np.asarray(padded.reshape(width, 8) @ bits.T.astype(np.float64), dtype=np.float64)


def _sums(words: Words, tables: Floats) -> Floats:
    bits = words.view(np.uint8)
    return np.asarray(tables[np.arange(bits.shape[1]), bits].sum(axis=1), dtype=np.float64)
