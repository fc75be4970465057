"""Searches from areas that lie together, a few at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.reach import spread_ranges
from geo.surroundings import Starts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geo.area_access import AreaAccess

    Floats = NDArray[np.float64]
    Indices = NDArray[np.intp]

ENTRIES_AT_ONCE = 2_000_000
"""Most entries of the graphs laid side by side."""


@dataclass(frozen=True, eq=False)
class Barred:
    """Edges barred to their own area: those inside an area that can be left other than by an entrance.

    Such are areas with given entrances and edges inside. Sorted by area: area ``k`` has the edges
    ``edge[first[k]:first[k + 1]]``.
    """

    edge: Indices
    first: Indices

    @classmethod
    def of(cls, access: AreaAccess) -> Barred:
        """Find the edges barred to the areas of a network."""
        own = np.isin(access.inside_area, access.given)
        order = np.lexsort([access.inside_edge[own], access.inside_area[own]])
        counts = np.bincount(access.inside_area[own], minlength=len(access.ids))
        return cls(access.inside_edge[own][order], np.concatenate([[0], np.cumsum(counts)]))

    @property
    def areas(self) -> Indices:
        """Areas to which some edge is barred."""
        return np.flatnonzero(np.diff(self.first))


def tiles(
    access: AreaAccess, tile_m: float, only: Indices | None = None
) -> Iterator[tuple[Indices, Indices]]:
    """Give areas that lie together, tile by tile, with the rows of their entrances sorted by area."""
    rows = (
        np.arange(len(access.seed_area)) if only is None else np.flatnonzero(np.isin(access.seed_area, only))
    )
    order = rows[np.argsort(access.seed_area[rows], kind="stable")]
    areas, first, count = np.unique(access.seed_area[order], return_index=True, return_counts=True)
    if not len(areas):
        return
    xy = access.network.nodes[access.seed_node[order]]
    middle = (np.minimum.reduceat(xy, first) + np.maximum.reduceat(xy, first)) / 2
    tile = np.floor(middle / tile_m).astype(np.int64)
    home = np.unique(tile, axis=0, return_inverse=True)[1].reshape(-1)
    by_home = np.argsort(home, kind="stable")
    for chosen in np.split(by_home, np.flatnonzero(np.diff(home[by_home])) + 1):
        _, at = spread_ranges(first[chosen], first[chosen] + count[chosen])
        yield areas[chosen], order[at]


def searches(
    access: AreaAccess, barred: Barred, areas: Indices, seeds: Indices, entries: int
) -> Iterator[tuple[Indices, Starts]]:
    """Give some of the areas at a time with where their searches start, one search for each."""
    step = max(ENTRIES_AT_ONCE // max(entries, 1), 1)
    for begin in range(0, len(areas), step):
        some = areas[begin : begin + step]
        low, high = np.searchsorted(access.seed_area[seeds], [some[0], some[-1] + 1])
        rows = seeds[low:high]
        search, at = spread_ranges(barred.first[some], barred.first[some + 1])
        own = np.searchsorted(some, access.seed_area[rows])
        yield some, Starts(own, access.seed_node[rows], access.seed_cost_m[rows], search, barred.edge[at])
