"""Rasters: a grid (system, transform, shape) and a surface (grid, masked values, unit)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import rasterio
import rasterio.errors
from pyproj import CRS
from rasterio.windows import Window, from_bounds

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    from affine import Affine

MAX_CELLS = 400_000_000


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


def read_surface(path: Path, area: gpd.GeoSeries, crs: str | None = None, band: int = 1) -> Surface:
    """Read the whole cells of one band that the bounding box of an area touches, never resampled.

    Parameters
    ----------
    path
        A GeoTIFF.
    area
        Shapes whose bounds, in the raster's system, say what to read.
    crs
        The raster's system where the file does not say it, or says it wrongly.

    Raises
    ------
    ValueError
        The file cannot be read, has no system, is rotated, is too large, or does not meet the area.
    """
    try:
        with rasterio.open(path, driver="GTiff") as file:
            system = _system(crs, file.crs)
            if file.transform.b or file.transform.d or file.transform.e >= 0 or file.transform.a <= 0:
                raise ValueError("the raster is rotated or upside down; warp it to a north-up grid")
            window = _window(file.transform, (file.height, file.width), area.to_crs(system).total_bounds)
            values = file.read(band, window=window, masked=True)
            transform = file.window_transform(window)
            unit = str(file.units[band - 1] or "")
    except rasterio.errors.RasterioError as error:
        raise ValueError(f"the raster cannot be read ({error})") from None
    if np.issubdtype(values.dtype, np.floating):
        values = np.ma.masked_invalid(values)
    return Surface(Grid(system, transform, values.shape), values, unit)


def _system(given: str | None, said: object) -> CRS:
    if given is None and not said:
        raise ValueError("the raster has no coordinate system; name its crs")
    return CRS.from_user_input(given if given is not None else said)


def _window(transform: Affine, shape: tuple[int, int], bounds: np.ndarray) -> Window:
    rows, columns = shape
    wanted = from_bounds(*bounds, transform=transform)
    left, top = max(int(np.floor(wanted.col_off)), 0), max(int(np.floor(wanted.row_off)), 0)
    right = min(int(np.ceil(wanted.col_off + wanted.width)), columns)
    bottom = min(int(np.ceil(wanted.row_off + wanted.height)), rows)
    if right <= left or bottom <= top:
        raise ValueError("the raster does not meet the city")
    if (right - left) * (bottom - top) > MAX_CELLS:
        raise ValueError(f"more than {MAX_CELLS:,} cells; use a coarser raster")
    return Window(left, top, right - left, bottom - top)
