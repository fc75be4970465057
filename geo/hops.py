"""How many links lie between the nodes of a graph, and sums over all pairs by that number.

All sources go out together, one ring at a time; who has reached whom is held in bits, so that a step costs an
eighth of a byte for each pair of a component and link.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo.patches import Links, components

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bits = NDArray[np.uint8]

_BLOCK = 2_000


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
    width = -(-links.count // 64) * 8
    reached = np.zeros((links.count, width), dtype=np.uint8)
    here = np.arange(links.count)
    reached[here, here // 8] = np.uint8(128) >> (here % 8).astype(np.uint8)
    tables = _tables(weight, width)
    found, links_away = np.zeros(links.count), 0
    while True:
        words = reached.view(np.uint64)
        met = np.bitwise_or.reduceat(words[matrix.indices], matrix.indptr[:-1], axis=0)
        grown = (words | met).view(np.uint8)
        new = grown ^ reached
        if not new.any():
            return found
        links_away += 1
        found += share(links_away) * _sums(new, tables)
        reached = grown


def _tables(weight: Floats, width: int) -> Floats:
    """Give for each byte of a row the weight each of its 256 values stands for."""
    padded = np.zeros(width * 8)
    padded[: len(weight)] = weight
    bits = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1)
    return np.asarray(padded.reshape(width, 8) @ bits.T.astype(np.float64), dtype=np.float64)


def _sums(bits: Bits, tables: Floats) -> Floats:
    column = np.arange(bits.shape[1])
    blocks = [tables[column, bits[k : k + _BLOCK]].sum(axis=1) for k in range(0, len(bits), _BLOCK)]
    return np.concatenate(blocks)
