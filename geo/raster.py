"""Rasters: a grid (system, transform, shape) and a surface (grid, masked values, unit)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from affine import Affine
    from pyproj import CRS


@dataclass(frozen=True)
class Grid:
    """Where the cells of a raster lie.

    ``transform`` maps (column, row) to (x, y); ``shape`` is (rows, columns).
    """

    crs: CRS
    transform: Affine
    shape: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Surface:
    """A raster in memory: a grid, its values with nodata masked, and their unit."""

    grid: Grid
    values: np.ma.MaskedArray
    unit: str = ""
