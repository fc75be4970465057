"""Sums of a surface over polygons of very many cells, by blocks of cells of one area."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.cell_areas import area_blocks
from geo.cell_shares import cell_shares

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo.cell_areas import AreaBlocks
    from geo.cell_shares import CellShares
    from geo.raster import Grid, Surface

    Floats = NDArray[np.float64]

LARGE = 40_000
"""Cells of a polygon's box from which on it is large."""
_BYTE = 256


def are_large(shapes: NDArray[np.object_], grid: Grid) -> NDArray[np.bool_]:
    """Tell which shapes, in the grid's system, have boxes of very many cells."""
    west, south, east, north = shapely.bounds(shapes).T
    return np.asarray((east - west) * (north - south) >= LARGE * grid.transform.a * -grid.transform.e)


def class_areas_of(cells: CellShares, surface: Surface, classes: NDArray[np.int64]) -> Floats:
    """Give the ellipsoidal area of every class of a whole-number surface in the cells of a polygon.

    ``classes`` are the surface's own, in rising order.
    """
    blocks = area_blocks(surface.grid)
    bytes_ = surface.values.dtype == np.uint8
    sums = np.zeros(_BYTE if bytes_ else len(classes))

    def add(values: NDArray[Any], weights: Floats | float) -> None:
        number = values if bytes_ else np.searchsorted(classes, values)
        if isinstance(weights, float):
            sums[:] += weights * np.bincount(number, minlength=len(sums))
        else:
            sums[:] += np.bincount(number, weights, minlength=len(sums))

    for values, m2 in _whole(cells, surface, blocks):
        add(values, m2)
    add(*_edge(cells, surface, blocks))
    return sums[classes] if bytes_ else sums


def area_sum_of(shape: BaseGeometry, surface: Surface) -> tuple[float, float]:
    """Give the sum of value times ellipsoidal area over a polygon, and the area that has a value."""
    blocks, cells = area_blocks(surface.grid), cell_shares(shape, surface.grid)
    total = area = 0.0
    for values, m2 in _whole(cells, surface, blocks):
        total += m2 * float(values.sum(dtype=np.float64))
        area += m2 * len(values)
    values, weights = _edge(cells, surface, blocks)
    return total + float((values * weights).sum()), area + float(weights.sum())


def _whole(cells: CellShares, surface: Surface, blocks: AreaBlocks) -> Iterator[tuple[NDArray[Any], float]]:
    """Give, block by block, the values of whole cells inside and the area of each."""
    missing: Any = np.ma.getmask(surface.values)
    height, width = cells.whole.shape
    for first, top, bottom in _spans(cells.top, height, blocks.down):
        for second, left, right in _spans(cells.left, width, blocks.across):
            inside = cells.whole[top - cells.top : bottom - cells.top, left - cells.left : right - cells.left]
            if missing is not np.ma.nomask:
                inside = inside & ~missing[top:bottom, left:right]
            yield surface.values.data[top:bottom, left:right][inside], float(blocks.m2[first, second])


def _spans(start: int, length: int, step: int) -> Iterator[tuple[int, int, int]]:
    """Cut a run of rows or columns at the limits of blocks: number of the block, first and last but one."""
    for number in range(start // step, (start + length - 1) // step + 1):
        yield number, max(number * step, start), min((number + 1) * step, start + length)


def _edge(cells: CellShares, surface: Surface, blocks: AreaBlocks) -> tuple[NDArray[Any], Floats]:
    """Give the values of the cells on the edge and the area of each that lies inside."""
    values = surface.values[cells.row, cells.column]
    area = cells.share * blocks.m2[cells.row // blocks.down, cells.column // blocks.across]
    there = ~np.ma.getmaskarray(values)
    return values.data[there], area[there]
