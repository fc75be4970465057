"""The land that drains to a place, from a terrain raster; flow directions by pyflwdir."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import rasterio.features
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS
    from shapely.geometry.base import BaseGeometry

    from geo.raster import Surface

NODATA = -9999.0


class WatershedError(ValueError):
    """No watershed can be derived: the place lies outside the terrain, or the library is not installed."""


@dataclass(frozen=True, eq=False)
class Watershed:
    """A watershed in the system of the place asked for.

    ``reaches_edge`` says that it runs to the edge of the terrain, so that it may be larger than shown.
    """

    shape: BaseGeometry
    reaches_edge: bool


def watershed(terrain: Surface, place: BaseGeometry, crs: CRS, snap_cells: int = 0) -> Watershed:
    """Derive what drains to a place: to any cell of an area, or to the cell of a point.

    Depressions are filled first (Wang and Liu 2006). The place itself belongs to its watershed.

    Parameters
    ----------
    terrain
        Elevation, nodata masked, in any system.
    place
        A polygon such as a reservoir, or a point such as an intake.
    crs
        System of the place and of the result.
    snap_cells
        A point is moved to the cell with the largest upstream area within so many cells.

    Raises
    ------
    WatershedError
        When the place lies outside the terrain's valid cells or pyflwdir is not installed.
    """
    try:
        pyflwdir: Any = importlib.import_module("pyflwdir")
    except ModuleNotFoundError as error:
        raise WatershedError("the extra 'watershed' (pyflwdir) is not installed") from error
    grid = terrain.grid
    heights = np.ma.filled(terrain.values.astype(np.float32), NODATA)
    local = gpd.GeoSeries([place], crs=crs).to_crs(grid.crs).iloc[0]
    flow = pyflwdir.from_dem(
        heights, nodata=NODATA, transform=grid.transform, latlon=grid.crs.is_geographic, outlets="edge"
    )
    seeds = _cells(local, grid.transform, grid.shape) & ~np.ma.getmaskarray(terrain.values)
    if not seeds.any():
        raise WatershedError("the place lies outside the terrain")
    if snap_cells and local.geom_type == "Point":
        seeds = _snapped(seeds, np.asarray(flow.upstream_area("cell")), snap_cells)
    outlets = np.flatnonzero(seeds)
    basin = np.asarray(flow.basins(idxs=outlets, ids=np.ones(len(outlets), dtype=np.uint32))) > 0
    drawn = rasterio.features.shapes(basin.astype(np.uint8), mask=basin, transform=grid.transform)
    shape = shapely.union_all([shapely.geometry.shape(one) for one, _ in drawn])
    back = gpd.GeoSeries([shape], crs=grid.crs).to_crs(crs).iloc[0]
    return Watershed(shapely.union(back, place) if place.area else back, _at_edge(basin, terrain))


def _cells(place: BaseGeometry, transform: Any, shape: tuple[int, int]) -> NDArray[np.bool_]:  # noqa: ANN401 - affine
    """Mark the cells whose centre lies in a place, or which it touches where it holds no centre."""
    for touched in (place.area == 0, True):
        marked = rasterio.features.rasterize(
            [(place, 1)], out_shape=shape, transform=transform, all_touched=touched, dtype=np.uint8
        )
        if marked.any():
            break
    return np.asarray(marked, dtype=bool)


def _snapped(seeds: NDArray[np.bool_], upstream: NDArray[Any], cells: int) -> NDArray[np.bool_]:
    """Move a seed to the cell with the largest upstream area nearby."""
    row, column = (int(index[0]) for index in np.nonzero(seeds))
    window = np.zeros_like(seeds)
    window[max(row - cells, 0) : row + cells + 1, max(column - cells, 0) : column + cells + 1] = True
    best = np.where(window, upstream, -1).argmax()
    moved = np.zeros_like(seeds)
    moved.flat[best] = True
    return moved


def _at_edge(basin: NDArray[np.bool_], terrain: Surface) -> bool:
    """Tell whether a basin touches the border of the raster or its nodata."""
    invalid = np.pad(np.ma.getmaskarray(terrain.values), 1, constant_values=True)
    beside = invalid[:-2, 1:-1] | invalid[2:, 1:-1] | invalid[1:-1, :-2] | invalid[1:-1, 2:]
    return bool((basin & beside).any())
