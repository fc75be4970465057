"""Shares of cells inside large polygons: whole cells as a mask, cells along the edge by their exact share.

Every edge is cut where it crosses a line of the grid. A stretch within one cell covers, of that cell, what
lies to its right, and whole cells beyond it: going down it adds cover, going up it takes cover away, so that
sums along a row of cells give each cell's share (the shoelace formula, cell by cell).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo.ranges import spread_ranges
from geo.rings import rings_of

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo.raster import Grid

    Floats = NDArray[np.float64]
    Indices = NDArray[np.intp]
    Places = tuple[Floats, Floats]

_HALF = 0.5
_TOUCH = 1e-9
"""A cell of which no more lies inside is only touched."""


@dataclass(frozen=True, eq=False)
class CellShares:
    """The cells of one polygon in a window of a grid.

    ``top`` and ``left`` are the first row and column of the window, ``whole`` marks its cells that lie inside
    whole, ``row``, ``column`` (of the grid) and ``share`` list those on the edge.
    """

    top: int
    left: int
    whole: NDArray[np.bool_]
    row: Indices
    column: Indices
    share: Floats


def cell_shares(shape: BaseGeometry, grid: Grid) -> CellShares:
    """Give the cells of a valid polygon, in the grid's system, and the share of each that lies inside.

    Examples
    --------
    >>> from affine import Affine
    >>> from pyproj import CRS
    >>> from geo.raster import Grid
    >>> grid = Grid(CRS.from_epsg(4547), Affine(10, 0, 500_000, 0, -10, 2_500_000), (4, 4))
    >>> found = cell_shares(shapely.box(500_005, 2_499_960, 500_030, 2_499_995), grid)
    >>> int(found.whole.sum()), found.share.tolist()
    (6, [0.25, 0.5, 0.5, 0.5, 0.5, 0.5])
    """
    row, column, down, area = _by_cell(*_stretches(*_edges(shape, grid), grid.shape), grid.shape[1] + 1)
    if not len(row):
        return CellShares(0, 0, np.zeros((0, 0), dtype=bool), row, column, area)
    starts = np.r_[True, row[1:] != row[:-1]]
    beyond = np.cumsum(down)
    beyond -= (beyond - down)[np.maximum.accumulate(np.where(starts, np.arange(len(row)), 0))]
    share = np.clip(area + beyond - down, 0.0, 1.0)
    top, left = int(row.min()), int(column.min())
    marks = np.zeros((int(row.max()) - top + 1, int(column.max()) - left + 2), dtype=np.int8)
    before = np.flatnonzero(~np.r_[starts[1:], True] & (beyond > _HALF))
    marks[row[before] - top, column[before] - left + 1] += 1
    marks[row[before + 1] - top, column[before + 1] - left] -= 1
    whole = np.cumsum(marks, axis=1, dtype=np.int8)[:, : grid.shape[1] - left].view(bool)
    real = (column < grid.shape[1]) & (share > _TOUCH)
    return CellShares(top, left, whole, row[real], column[real], share[real])


def _edges(shape: BaseGeometry, grid: Grid) -> tuple[Places, Places]:
    """Give both ends of every edge as columns and rows in cells, the polygon to the left of its edges."""
    rings = rings_of(shapely.orient_polygons(np.array([shape])))
    edge = np.ones(len(rings.points), bool)
    edge[rings.first[1:] - 1] = False  # from ring to ring there is none
    begin = np.flatnonzero(edge)
    x = (rings.points[:, 0] - grid.transform.c) / grid.transform.a
    y = (rings.points[:, 1] - grid.transform.f) / grid.transform.e
    return (x[begin], y[begin]), (x[begin + 1], y[begin + 1])


def _stretches(start: Places, end: Places, shape: tuple[int, int]) -> tuple[Indices, Indices, Floats, Floats]:
    """Cut edges at the lines of the grid: row, column, height downwards and what is covered of the cell."""
    number = np.arange(len(start[0]))
    edge, along = [number] * 2, [np.zeros(len(number)), np.ones(len(number))]
    for one, other in zip(start, end, strict=True):
        low = np.floor(np.minimum(one, other)).astype(np.intp)
        high = np.ceil(np.maximum(one, other)).astype(np.intp)
        crossed, line = spread_ranges(low + 1, np.maximum(high, low + 1))
        edge.append(crossed)
        along.append((line - one[crossed]) / (other[crossed] - one[crossed]))
    whose, at = np.concatenate(edge), np.concatenate(along)
    order = np.lexsort([at, whose])
    whose, at = whose[order], at[order]
    x, y = (one[whose] + at * (other - one)[whose] for one, other in zip(start, end, strict=True))
    same = np.flatnonzero(whose[1:] == whose[:-1])
    down = (y[1:] - y[:-1])[same]
    row = np.floor(((y[1:] + y[:-1]) / 2)[same]).astype(np.intp)
    across = np.clip(((x[1:] + x[:-1]) / 2)[same], 0.0, shape[1])
    column = np.floor(across).astype(np.intp)
    real = (row >= 0) & (row < shape[0])
    area = down * (1.0 - (across - column))
    return row[real], column[real], down[real], area[real]


def _by_cell(
    row: Indices, column: Indices, down: Floats, area: Floats, width: int
) -> tuple[Indices, Indices, Floats, Floats]:
    """Sum stretches by the cell they lie in, cells in the order of the grid."""
    cell = row * width + column
    order = np.argsort(cell, kind="stable")
    cell = cell[order]
    first = np.flatnonzero(np.diff(cell, prepend=-1))
    if not len(first):
        return row, column, down, area
    row, column = np.divmod(cell[first], width)
    return row, column, np.add.reduceat(down[order], first), np.add.reduceat(area[order], first)
