"""Square cells over features, and quick tests on boxes laid on cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.reach import spread_ranges

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Indices = NDArray[np.intp]
    Flags = NDArray[np.bool_]

MOST_CELLS = 20_000_000
"""So many cells are laid at most."""
MOST_MARKS = 4_000_000
_HALF_DIAGONAL = float(np.sqrt(0.5))
_CORNERS = np.array([(0, 0), (1, 0), (0, 1), (1, 1)])


@dataclass(frozen=True, eq=False)
class FeatureCells:
    """Square cells over the boxes of features: which cell belongs to which feature."""

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
        some = np.flatnonzero(~shapely.is_empty(shapes))
        bounds = shapely.bounds(shapes[some])
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
        key, cell = np.unique((row - first[1]) * width + (column - first[0]), return_inverse=True)
        place = np.column_stack([key % width + first[0], key // width + first[1]])
        return cls(side_m, place, some[which], cell.reshape(-1))

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
        low, shape = self.place.min(axis=0) - 1, np.ptp(self.place, axis=0) + 3
        if shape.prod() > MOST_CELLS:
            return np.zeros(len(self.place), bool)
        place = np.floor(xy / self.side_m).astype(np.int64) - low
        place = place[((place >= 0) & (place < shape)).all(axis=1)]
        marked = np.zeros(shape, bool)
        marked[place[:, 0], place[:, 1]] = True
        own, found = self.place - low, np.zeros(len(self.place), bool)
        for step in ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)):
            if self.side_m * np.hypot(0.5, 0.5 + max(np.abs(step))) + self.half_m <= within_m:
                found |= marked[own[:, 0] + step[0], own[:, 1] + step[1]]
        return found

    def touching(self, shapes: NDArray[Any], which: Flags) -> Indices:
        """Pairs of features and marked cells that are not surely apart."""
        pairs = np.flatnonzero(which[self.cell])
        points = shapely.points(self.middle[self.cell[pairs]])
        return pairs[shapely.dwithin(shapes[self.feature[pairs]], points, self.half_m)]


def boxes_meet(bounds: Floats, others: Floats, side_m: float) -> Flags:
    """Say which boxes meet any of the others; some that only come near them are named too.

    Both are laid on cells of a side; counts of marked cells summed from the corner tell whether a box holds
    any.

    Examples
    --------
    >>> boxes_meet(np.array([[0.0, 0, 2, 2], [50, 0, 51, 1]]), np.array([[1.0, 1, 8, 9]]), side_m=5).tolist()
    [True, False]
    """
    if not len(others) or not len(bounds):
        return np.zeros(len(bounds), bool)
    low, high = others[:, :2].min(axis=0), others[:, 2:].max(axis=0)
    side_m = max(side_m, float(np.sqrt(np.prod(high - low) / MOST_MARKS)))
    shape = np.floor((high - low) / side_m).astype(np.int64) + 1
    first, last = _places(others, low, side_m, shape)
    width, count = int(shape[1]) + 1, int((shape + 1).prod())
    marks = np.zeros(count, np.int64)  # +1 where a box begins, -1 beyond: summed, the boxes over a cell
    for x, y, sign in (
        (first, first, 1),
        (last + 1, last + 1, 1),
        (first, last + 1, -1),
        (last + 1, first, -1),
    ):
        marks += sign * np.bincount(x[:, 0] * width + y[:, 1], minlength=count)
    held = np.zeros(shape + 1, np.int32)
    held[1:, 1:] = (
        (marks.reshape(shape + 1).cumsum(axis=0).cumsum(axis=1)[:-1, :-1] > 0).cumsum(axis=0).cumsum(axis=1)
    )
    meet: Flags = ((bounds[:, 2:] >= low) & (bounds[:, :2] <= high)).all(axis=1)
    first, last = _places(bounds[meet], low, side_m, shape)
    (x0, y0), (x1, y1) = first.T, last.T + 1
    meet[meet] = held[x1, y1] - held[x0, y1] - held[x1, y0] + held[x0, y0] > 0
    return meet


def _places(
    bounds: Floats, low: Floats, side_m: float, shape: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last cell of boxes, those outside the grid moved to its rim."""
    cells = np.floor((bounds - np.tile(low, 2)) / side_m).astype(np.int64)
    cells = np.clip(cells, 0, np.tile(shape - 1, 2))
    return cells[:, :2], cells[:, 2:]


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
