"""The lines of the plans in the detail of a survey: a field on fine cells, made only where a line runs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np
import shapely

from layers.demo.field import contour, faces
from layers.demo.noise import Noise

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from layers.demo.field import Field
    from layers.demo.ground import Ground

    Floats = NDArray[np.float64]
    Box = tuple[float, float, float, float]

# Cells of the field along the side of a tile that is looked at as a whole.
_TILE = 10
_WAVE_M, _OCTAVES = 130.0, 4
_HIGHEST = 1.5
_LEAST_HOLE_M2 = 900.0


class Drawn(Protocol):
    """What a line of a plan can be drawn on."""

    def above(self, level: float, least_m2: float = 0.0) -> list[shapely.Polygon]:
        """Give the polygons above a level, the largest first."""
        ...

    def near(self, box: Box) -> Drawn:
        """Give what is needed to draw inside a box (west, south, east, north); beyond it may be cut off."""
        ...


@dataclass(frozen=True, eq=False)
class Detail:
    """A field with small forms added, at most ``rough`` times 1.5 high, on cells of its own size.

    ``cell_m`` divides the field's own; ``window`` (rows and columns of the field) is what is drawn.
    """

    field: Field
    noise: Noise
    cell_m: float
    rough: float
    window: tuple[slice, slice]

    def at(self, x: Floats, y: Floats) -> Floats:
        """Give the values at points, or where rows and columns of a mesh cross."""
        forms = np.clip(self.noise.fractal(x, y, _WAVE_M, _OCTAVES), -_HIGHEST, _HIGHEST)
        return np.asarray(self.field.at(x, y) + self.rough * forms)

    def above(self, level: float, least_m2: float = 0.0) -> list[shapely.Polygon]:
        """Give the polygons above a level, without their smallest holes, the largest first."""
        rows, columns = self.window
        tiles = (self._tile(level, i, j) for i in _steps(rows) for j in _steps(columns))
        lines = np.concatenate([self._lines(pieces) for pieces in tiles if len(pieces)])
        return [_filled(one) for one in faces(lines, lambda x, y: self.at(x, y) > level, least_m2)]

    def _lines(self, pieces: Floats) -> NDArray[np.object_]:
        """Join the pieces of a contour in one tile: of a few long lines faces are quickly made."""
        ends = np.array([self.field.x0, self.field.y0]) + self.cell_m * pieces
        joined = shapely.line_merge(shapely.multilinestrings(np.asarray(shapely.linestrings(ends))))
        return np.asarray(shapely.get_parts(joined))

    def near(self, box: Box) -> Detail:
        """Give the same with a window round a box, within its own."""
        field = self.field
        rows, columns = (
            slice(max(own.start, one.start), min(own.stop, one.stop))
            for own, one in zip(self.window, _window(field, box), strict=True)
        )
        return replace(self, window=(rows, columns))

    def _tile(self, level: float, rows: slice, columns: slice) -> Floats:
        """Give the contour in one tile; the edge of the window closes it."""
        own = self.field.values[rows.start : rows.stop + 1, columns.start : columns.stop + 1]
        inner = self.window[0].start < rows.start and rows.stop < self.window[0].stop - 1
        inner &= self.window[1].start < columns.start and columns.stop < self.window[1].stop - 1
        reach = self.rough * _HIGHEST
        if inner and (own.min() - reach > level or own.max() + reach < level):
            return np.empty((0, 2, 2))
        fine = round(self.field.cell_m / self.cell_m)
        row = np.arange(rows.start * fine, rows.stop * fine + 1)
        column = np.arange(columns.start * fine, columns.stop * fine + 1)
        values = self.at(
            self.field.x0 + self.cell_m * column[None, :].astype(np.float64),
            self.field.y0 + self.cell_m * row[:, None].astype(np.float64),
        )
        edge_rows, edge_columns = ((fine * one.start, fine * (one.stop - 1)) for one in self.window)
        values[np.isin(row, edge_rows)] = level - 1.0
        values[:, np.isin(column, edge_columns)] = level - 1.0
        return contour(values, level, int(row[0]), int(column[0]))


def drawn_on(ground: Ground, rng: np.random.Generator, cell_m: float, rough: float) -> Drawn:
    """Give what a line of a plan is drawn on: the ground's own cells, or finer ones and rougher."""
    field = ground.nature
    if not ground.settings.surveyed:
        return field
    return Detail(field, Noise(rng), cell_m, rough, _window(field, ground.land.bounds))


def _window(field: Field, box: Box) -> tuple[slice, slice]:
    """Give the rows and columns of a box."""
    west, south, east, north = box
    rows, columns = field.values.shape
    return (
        _around(south - field.y0, north - field.y0, field.cell_m, rows),
        _around(west - field.x0, east - field.x0, field.cell_m, columns),
    )


def _around(low_m: float, high_m: float, cell_m: float, count: int) -> slice:
    """Give the cells from a place to another and two more on either side."""
    return slice(max(0, int(low_m / cell_m) - 2), min(count, int(high_m / cell_m) + 4))


def _steps(window: slice) -> list[slice]:
    last = window.stop - 1
    return [slice(first, min(first + _TILE, last)) for first in range(window.start, last, _TILE)]


def _filled(shape: shapely.Polygon) -> shapely.Polygon:
    rings = np.asarray(shapely.get_rings(shape))
    kept = rings[1:][shapely.area(shapely.polygons(rings[1:])) >= _LEAST_HOLE_M2]
    return shapely.Polygon(rings[0], list(kept))
