"""Joining short lines into long ones, straight on where several meet, so that few shapes cover the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geo.noding import same_place
from geo.robust import bags

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Indices = NDArray[np.intp]

STRAIGHT = -0.3
"""Two lines go on into each other where the cosine between them is below this (180 degrees: -1)."""


def chained(lines: NDArray[Any], tile_m: float, wanted: NDArray[np.bool_] | None = None) -> NDArray[Any]:
    """Join lines end to end into longer ones that cover the same; a chain stays in one tile of a grid.

    At a place where several lines end, the straightest continuation is taken. Lines are joined only where
    their ends are equal. Where some are ``wanted``, chains without any of these are left out.

    Examples
    --------
    >>> from shapely import LineString
    >>> cross = [LineString(c) for c in ([(0, 0), (9, 0)], [(9, 0), (9, 9)], [(9, 0), (20, 1)])]
    >>> sorted(line.length > 10 for line in chained(np.array(cross), 500))
    [False, True]
    """
    if len(lines) < 2:  # noqa: PLR2004 - nothing to join
        return lines if wanted is None else lines[wanted]
    xy, owner = shapely.get_coordinates(lines, return_index=True)
    first = np.searchsorted(owner, np.arange(len(lines)))
    last = np.append(first[1:], len(owner)) - 1
    end_xy = np.concatenate([xy[first], xy[last]])
    heading = np.concatenate([xy[first + 1] - xy[first], xy[last - 1] - xy[last]])
    heading /= np.maximum(np.hypot(*heading.T), np.finfo(float).tiny)[:, None]
    bounds = shapely.bounds(lines)
    home = same_place(np.floor((bounds[:, :2] + bounds[:, 2:]) / 2 / tile_m))
    a, b = _continuations(same_place(end_xy), heading, np.tile(home, 2))
    n = len(lines)
    links = coo_array((np.ones(len(a), bool), (a % n, b % n)), shape=(n, n))
    chain = np.asarray(connected_components(links, directed=False)[1], np.intp)
    if wanted is not None and not wanted.all():
        kept = np.zeros(n, bool)
        kept[chain[wanted]] = True
        own = kept[chain]
        lines, chain = lines[own], np.unique(chain[own], return_inverse=True)[1].reshape(-1)
    if not len(lines):
        return lines
    merged = shapely.line_merge(bags(lines, chain))
    return np.asarray(shapely.get_parts(merged))


def _continuations(place: Indices, heading: Floats, home: Indices) -> tuple[Indices, Indices]:
    """Pairs of line ends that are each other's straightest continuation; each end in one pair at most."""
    order = np.argsort(place, kind="stable")
    sorted_place = place[order]
    low = np.searchsorted(sorted_place, sorted_place)
    high = np.searchsorted(sorted_place, sorted_place, side="right")
    (x, y), best = np.ascontiguousarray(heading.T), np.full(len(order), -1)
    best_cosine = np.full(len(order), STRAIGHT)
    for step in range(int((high - low).max(initial=0))):
        other = low + step
        ok = np.flatnonzero((other < high) & (other != np.arange(len(order))))
        i, j = order[ok], order[other[ok]]
        cosine = x[i] * x[j] + y[i] * y[j]
        better = (cosine < best_cosine[i]) & (home[i] == home[j])
        best[i[better]], best_cosine[i[better]] = j[better], cosine[better]
    ends = np.flatnonzero(best >= 0)
    mutual = ends[(best[best[ends]] == ends) & (ends < best[ends])]
    return mutual, best[mutual]
