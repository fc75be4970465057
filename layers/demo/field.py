"""A number for every place: sampled between the cells, and cut into polygons at a level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy import ndimage

from layers.demo.noise import is_mesh

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]
    Shapes = NDArray[np.object_]

# Which two cell sides (0 south, 1 east, 2 north, 3 west) a contour joins, by the corners above the level
# (1 south-west, 2 south-east, 4 north-east, 8 north-west).
_SIDES = {
    1: ((3, 0),),
    2: ((0, 1),),
    3: ((3, 1),),
    4: ((1, 2),),
    5: ((3, 0), (1, 2)),
    6: ((0, 2),),
    7: ((3, 2),),
    8: ((2, 3),),
    9: ((2, 0),),
    10: ((0, 1), (2, 3)),
    11: ((2, 1),),
    12: ((1, 3),),
    13: ((1, 0),),
    14: ((0, 3),),
}


@dataclass(frozen=True, eq=False)
class Field:
    """Values at the centres of square cells; row 0 lies in the south.

    ``x0``, ``y0`` are the centre of the south-west cell.
    """

    x0: float
    y0: float
    cell_m: float
    values: Floats

    def like(self, values: Floats) -> Field:
        """Give a field of other values in the same place."""
        return Field(self.x0, self.y0, self.cell_m, values)

    def mesh(self) -> tuple[Floats, Floats]:
        """Give the coordinates of the cell centres, x as a row and y as a column."""
        rows, columns = self.values.shape
        x = self.x0 + self.cell_m * np.arange(columns, dtype=np.float64)
        y = self.y0 + self.cell_m * np.arange(rows, dtype=np.float64)
        return x[None, :], y[:, None]

    def at(self, x: Floats, y: Floats) -> Floats:
        """Interpolate between cell centres; beyond the edge the edge's value holds."""
        row, column = (np.asarray(y) - self.y0) / self.cell_m, (np.asarray(x) - self.x0) / self.cell_m
        if is_mesh(column, row):
            return self._on_mesh(column.ravel(), row.ravel())
        place = np.stack(np.broadcast_arrays(row, column))
        found: Floats = ndimage.map_coordinates(self.values, place, order=1, mode="nearest")
        return found

    def _on_mesh(self, column: Floats, row: Floats) -> Floats:
        """Interpolate at all crossings of rows and columns, the rows first."""
        rows, columns = self.values.shape
        row, column = row.clip(0.0, rows - 1.0), column.clip(0.0, columns - 1.0)
        south, west = (row.astype(np.int64).clip(0, rows - 2), column.astype(np.int64).clip(0, columns - 2))
        up, right = (row - south)[:, None], column - west
        across = (1.0 - up) * self.values[south] + up * self.values[south + 1]
        return np.asarray((1.0 - right) * across[:, west] + right * across[:, west + 1], np.float64)

    def near(self, _box: tuple[float, float, float, float]) -> Field:
        """Give the field itself: it is drawn as a whole."""
        return self

    def smoothed(self, sigma_m: float) -> Field:
        """Give the field after a Gaussian blur."""
        return self.like(ndimage.gaussian_filter(self.values, sigma_m / self.cell_m))

    def coarse(self, factor: int) -> Field:
        """Keep every so many rows and columns."""
        return Field(self.x0, self.y0, self.cell_m * factor, self.values[::factor, ::factor])

    def above(self, level: float, least_m2: float = 0.0) -> list[shapely.Polygon]:
        """Give the polygons where the field lies above a level (marching squares), the largest first."""
        padded = np.pad(self.values, 1, constant_values=min(level - 1.0, float(self.values.min())))
        cells = contour(padded, level)
        lines = np.array([self.x0, self.y0]) + self.cell_m * (cells - 1.0)
        return faces(
            np.asarray(shapely.linestrings(lines)),
            lambda x, y: self.at(x, y) > level,
            max(least_m2, self.cell_m**2),
        )


def faces(lines: Shapes, inside: Callable[[Floats, Floats], Bools], least_m2: float) -> list[shapely.Polygon]:
    """Give the faces between lines whose inner point is inside, the largest first."""
    found = shapely.get_parts(shapely.polygonize(lines))
    found = found[shapely.area(found) >= least_m2]
    inner = shapely.point_on_surface(found)
    found = found[inside(shapely.get_x(inner), shapely.get_y(inner))]
    return list(found[np.argsort(-shapely.area(found), kind="stable")])


def contour(v: Floats, level: float, first_row: int = 0, first_column: int = 0) -> Floats:
    """Give the pieces of a contour (n, 2, 2) in cells, x first; ``v`` begins at the row and column said."""
    up = v > level
    case = up[:-1, :-1] + up[:-1, 1:] * np.int8(2) + up[1:, 1:] * np.int8(4) + up[1:, :-1] * np.int8(8)
    r, c = np.nonzero((case > 0) & (case < 15))
    case = case[r, c]
    row, column = r + float(first_row), c + float(first_column)
    low, right, high, left = v[r, c], v[r, c + 1], v[r + 1, c + 1], v[r + 1, c]
    with np.errstate(divide="ignore", invalid="ignore"):
        sides = (
            (column + (level - low) / (right - low), row),
            (column + 1.0, row + (level - right) / (high - right)),
            (column + (level - left) / (high - left), row + 1.0),
            (column, row + (level - low) / (left - low)),
        )
    ends = [np.stack(side, -1) for side in sides]
    found = []
    for code, pairs in _SIDES.items():
        here = np.flatnonzero(case == code)
        found += [np.stack([ends[a][here], ends[b][here]], 1) for a, b in pairs if len(here)]
    return np.round(np.concatenate(found), 4) if found else np.empty((0, 2, 2))
