"""The ellipsoidal area of the cells of a grid, by blocks of about 2 km."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo.area import METRES_PER_DEGREE, area_m2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.raster import Grid

_BLOCK_M = 2_000.0


@dataclass(frozen=True, eq=False)
class AreaBlocks:
    """Area of a cell by block: ``m2[i, j]`` holds for ``down`` rows and ``across`` columns of cells."""

    m2: NDArray[np.float64]
    down: int
    across: int


def area_blocks(grid: Grid) -> AreaBlocks:
    """Take the scale of the projection once per block, in the middle of it."""
    metres = METRES_PER_DEGREE if grid.crs.is_geographic else 1.0
    width, height = grid.transform.a, -grid.transform.e
    across, down = max(int(_BLOCK_M / (width * metres)), 1), max(int(_BLOCK_M / (height * metres)), 1)
    if grid.crs.is_geographic:
        across, down = grid.shape[1], 1
    columns, rows = np.arange(0, grid.shape[1], across), np.arange(0, grid.shape[0], down)
    x0, y0 = np.meshgrid(columns * width + grid.transform.c, grid.transform.f - rows * height)
    # one cell in the middle of each block stands for all of the block's cells
    x = x0 + width * (min(across, grid.shape[1]) // 2)
    y = y0 - height * (min(down, grid.shape[0]) // 2)
    cells = shapely.box(x.ravel(), y.ravel() - height, x.ravel() + width, y.ravel())
    return AreaBlocks(area_m2(cells, grid.crs).reshape(x.shape), down, across)
