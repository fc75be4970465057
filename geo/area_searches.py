"""Searches from areas: where each begins, and what is barred to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.ranges import spread_ranges
from geo.surroundings import Starts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.area_access import AreaAccess

    Floats = NDArray[np.float64]
    Indices = NDArray[np.intp]


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


def areas_starts(access: AreaAccess, barred: Barred, areas: Indices) -> tuple[Floats, Floats, Starts]:
    """Give the boxes around the entrances of areas, and where searches from these start, one for each.

    The areas must have entrances, and be sorted.
    """
    rows = np.flatnonzero(np.isin(access.seed_area, areas))
    rows = rows[np.argsort(access.seed_area[rows], kind="stable")]
    search = np.searchsorted(areas, access.seed_area[rows])
    first = np.searchsorted(search, np.arange(len(areas)))
    xy = access.network.nodes[access.seed_node[rows]]
    low, high = np.minimum.reduceat(xy, first), np.maximum.reduceat(xy, first)
    barred_search, at = spread_ranges(barred.first[areas], barred.first[areas + 1])
    starts = Starts(search, access.seed_node[rows], access.seed_cost_m[rows], barred_search, barred.edge[at])
    return low, high, starts
