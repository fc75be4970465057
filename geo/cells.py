"""Between shapes and the cells of a grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import rasterio.features
import shapely
from affine import Affine

from geo.raster import Grid

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

    from geo.robust import Geometries


def grid_over(bounds: tuple[float, float, float, float], crs: CRS, cell_m: float) -> Grid:
    """Lay a grid of square cells over an area; cell edges lie at whole multiples of the cell size.

    Examples
    --------
    >>> from pyproj import CRS
    >>> grid_over((5.0, 5.0, 95.0, 61.0), CRS.from_epsg(4547), 30.0).bounds
    (0.0, 0.0, 120.0, 90.0)
    """
    west, south = (np.floor(value / cell_m) * cell_m for value in bounds[:2])
    east, north = (np.ceil(value / cell_m) * cell_m for value in bounds[2:])
    shape = (max(round((north - south) / cell_m), 1), max(round((east - west) / cell_m), 1))
    return Grid(crs, Affine(cell_m, 0.0, float(west), 0.0, -cell_m, float(north)), shape)


def cells_of(shapes: Geometries, grid: Grid) -> NDArray[np.bool_]:
    """Mark the cells whose centre lies in a shape."""
    drawn = [(one, 1) for one in shapes if one is not None and not one.is_empty]
    if not drawn:
        return np.zeros(grid.shape, dtype=bool)
    marked = rasterio.features.rasterize(
        drawn, out_shape=grid.shape, transform=grid.transform, dtype=np.uint8
    )
    return np.asarray(marked, dtype=bool)


def shapes_of(cells: NDArray[np.bool_], grid: Grid) -> gpd.GeoSeries:
    """Draw marked cells as polygons in the grid's system, one for each piece that shares edges."""
    drawn = rasterio.features.shapes(
        cells.astype(np.uint8), mask=cells, connectivity=4, transform=grid.transform
    )
    shapes: list[Any] = [shapely.geometry.shape(one) for one, _ in drawn]
    return gpd.GeoSeries(shapes, crs=grid.crs)
