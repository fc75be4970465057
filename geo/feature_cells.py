"""Square cells over features, and a quick test for what is near."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from scipy.ndimage import maximum_filter

from geo.ranges import span, spread_ranges

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Indices = NDArray[np.intp]
    Flags = NDArray[np.bool_]

MOST_CELLS = 20_000_000
"""So many cells are laid at most."""
NEAR_CELLS = 4
"""Cells to the distance within which points are looked for."""
TABLE_SHARE = 20
"""Cells of the whole ground to one of a feature, up to which a table of all finds those there are sooner."""
_HALF_DIAGONAL = float(np.sqrt(0.5))
_CORNERS = np.array([(0, 0), (1, 0), (0, 1), (1, 1)])


@dataclass(frozen=True, eq=False)
class FeatureCells:
    """Square cells over the boxes of features' parts: which cell belongs to which feature."""

    side_m: float
    place: NDArray[np.int64]
    feature: Indices
    cell: Indices

    @property
    def middle(self) -> Floats:
        """Coordinates of the cells' middles."""
        return np.asarray((self.place + 0.5) * self.side_m, np.float64)

    @property
    def half_m(self) -> float:
        """Half a cell's diagonal."""
        return self.side_m * _HALF_DIAGONAL

    @classmethod
    def over(cls, shapes: NDArray[Any], side_m: float) -> FeatureCells | None:
        """Lay cells over features; None where that would be too many."""
        parts, feature = shapely.get_parts(shapes, return_index=True)
        some = np.flatnonzero(~shapely.is_empty(parts))
        bounds = shapely.bounds(parts[some])
        low = np.floor(bounds[:, :2] / side_m).astype(np.int64)
        size = np.floor(bounds[:, 2:] / side_m).astype(np.int64) - low + 1
        count = size[:, 0] * size[:, 1]
        if not len(some) or count.sum() > MOST_CELLS:
            return None
        which, number = spread_ranges(np.zeros(len(some), np.int64), count)
        column = low[which, 0] + number % size[which, 0]
        row = low[which, 1] + number // size[which, 0]
        first = low.min(axis=0)
        width = int((low + size)[:, 0].max() - first[0])
        key, cell = _numbered((row - first[1]) * width + (column - first[0]))
        place = np.column_stack([key % width + first[0], key // width + first[1]])
        return cls(side_m, place, feature[some[which]], cell)

    def quartered(self, pairs: Indices) -> FeatureCells:
        """Cut the cells of some pairs into four each."""
        cells, cell = np.unique(self.cell[pairs], return_inverse=True)
        place = (2 * self.place[cells, None] + _CORNERS).reshape(-1, 2)
        own = cell.reshape(-1, 1) * len(_CORNERS) + np.arange(len(_CORNERS))
        return FeatureCells(
            self.side_m / 2, place, np.repeat(self.feature[pairs], len(_CORNERS)), own.reshape(-1)
        )

    def beside(self, xy: Floats, within_m: float) -> Flags:
        """Mark the cells that must lie whole within a distance of a point, seen by the cell it is in."""
        low, high = span(self.place)
        low, shape = low - 1, high - low + 3
        if shape.prod() > MOST_CELLS:
            return np.zeros(len(self.place), bool)
        x, y = (
            np.floor(one / self.side_m).astype(np.int64) - least for one, least in zip(xy.T, low, strict=True)
        )
        there = (x >= 0) & (x < shape[0]) & (y >= 0) & (y < shape[1])
        marked = np.zeros(shape, bool)
        marked[x[there], y[there]] = True
        column, row = (one - least for one, least in zip(self.place.T, low, strict=True))
        found = np.zeros(len(self.place), bool)
        for step in ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)):
            if self.side_m * np.hypot(0.5, 0.5 + max(np.abs(step))) + self.half_m <= within_m:
                found |= marked[column + step[0], row + step[1]]
        return found

    def touching(self, shapes: NDArray[Any], which: Flags) -> Indices:
        """Pairs of features and marked cells that are not surely apart."""
        pairs = np.flatnonzero(which[self.cell])
        points = shapely.points(self.middle[self.cell[pairs]])
        return pairs[shapely.dwithin(shapes[self.feature[pairs]], points, self.half_m)]


def _numbered(key: Indices) -> tuple[Indices, Indices]:
    """Give the keys there are, sorted, and the place of each one among them; by a table if it is small."""
    most = int(key.max(initial=-1)) + 1
    if most > min(TABLE_SHARE * len(key), MOST_CELLS):
        found, place = np.unique(key, return_inverse=True)
        return found, place.reshape(-1)
    there = np.zeros(most, bool)
    there[key] = True
    found = np.flatnonzero(there)
    number = np.empty(most, np.int32)
    number[found] = np.arange(len(found))
    return found, number[key].astype(np.intp)


def may_be_near(points: Floats, others: Floats, within_m: float) -> Flags:
    """Mark the points within a distance of some others, and some more: seen by the cells they are in.

    Examples
    --------
    >>> may_be_near(np.array([[0.0, 0], [50, 9], [900, 9]]), np.array([[30.0, 0], [31, 60]]), 40).tolist()
    [True, True, False]
    """
    if not len(others) or within_m <= 0:
        return np.full(len(points), bool(len(others)))
    around_cells = NEAR_CELLS + 1
    side_m = within_m / NEAR_CELLS
    low, high = span(others)
    low -= around_cells * side_m
    shape = np.floor((high - low) / side_m).astype(np.int64) + around_cells + 1
    if shape.prod() > MOST_CELLS:
        return np.ones(len(points), bool)
    marked = np.zeros(shape, np.uint8)
    marked[_cells_of(others, low, side_m, shape)] = 1
    around = maximum_filter(marked, 2 * NEAR_CELLS + 1)
    around[0] = around[-1] = around[:, 0] = around[:, -1] = False  # where all that lies outside is put
    return np.asarray(around[_cells_of(points, low, side_m, shape)] > 0)


def _cells_of(points: Floats, low: Floats, side_m: float, shape: Indices) -> tuple[Indices, Indices]:
    """Column and row of the cell each point is in, or of the outermost beside it."""
    x, y = (
        np.clip((one - least) / side_m, 0, count - 1).astype(np.intp)
        for one, least, count in zip(points.T, low, shape, strict=True)
    )
    return x, y


def boxes_of(place: NDArray[np.int64], owner: Indices, side_m: float) -> tuple[NDArray[Any], Indices]:
    """Give cells as boxes, those of one owner side by side in one row as one."""
    order = np.lexsort([place[:, 0], place[:, 1], owner])
    place, owner = place[order], owner[order]
    if not len(place):
        return np.empty(0, dtype=object), owner
    begins = np.ones(len(place), bool)
    begins[1:] = (
        (place[1:, 1] != place[:-1, 1]) | (place[1:, 0] != place[:-1, 0] + 1) | (owner[1:] != owner[:-1])
    )
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(place)) - 1
    corners = np.column_stack([place[first], place[last] + 1]) * side_m
    return np.asarray(shapely.box(*corners.T), dtype=object), owner[first]
