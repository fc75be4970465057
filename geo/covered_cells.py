"""Which cells of a grid shapes cover, and by how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource

from geo.transform import moved_to
from geo.zones import Zones

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

    from geo.raster import Grid


@dataclass(frozen=True, eq=False)
class CoveredCells:
    """One row per shape and cell it touches: ``cell`` counts along rows, ``share`` is of the cell's area."""

    shape: NDArray[np.intp]
    cell: NDArray[np.intp]
    share: NDArray[np.float64]


def covered_cells(grid: Grid, shapes: gpd.GeoSeries) -> CoveredCells:
    """Give for every shape the cells it touches and the exact share of each that lies inside it.

    Examples
    --------
    >>> from affine import Affine
    >>> from pyproj import CRS
    >>> from geo.raster import Grid
    >>> crs = CRS.from_epsg(4547)
    >>> grid = Grid(crs, Affine(10, 0, 500_000, 0, -10, 2_500_000), (2, 2))
    >>> square = gpd.GeoSeries([shapely.box(500_000, 2_499_990, 500_015, 2_500_000)], crs=crs)
    >>> found = covered_cells(grid, square)
    >>> found.cell.tolist(), found.share.tolist()
    ([0, 1], [1.0, 0.5])
    """
    west, south, east, north = grid.bounds
    source = NumPyRasterSource(
        np.zeros(grid.shape, dtype=np.uint8), xmin=west, ymin=south, xmax=east, ymax=north,
        srs_wkt=grid.crs.to_wkt(),
    )  # fmt: skip
    table = exact_extract(source, Zones(shapes, grid.crs), ["cell_id", "coverage"], output="pandas")
    cells = [np.atleast_1d(one) for one in table["cell_id"]]
    owner = np.repeat(np.arange(len(cells)), [len(one) for one in cells])
    if not len(owner):
        return CoveredCells(owner, owner, np.empty(0))
    shares = np.concatenate([np.atleast_1d(one) for one in table["coverage"]]).astype(float)
    return CoveredCells(owner, np.concatenate(cells).astype(np.intp), shares)


def cell_centres(grid: Grid, cells: NDArray[np.intp], crs: CRS) -> NDArray[np.object_]:
    """Give the middle of cells as points in another system."""
    rows, columns = np.divmod(cells, grid.shape[1])
    x = grid.transform.c + (columns + 0.5) * grid.transform.a
    y = grid.transform.f + (rows + 0.5) * grid.transform.e
    centres: NDArray[np.object_] = moved_to(gpd.GeoSeries(shapely.points(x, y), crs=grid.crs), crs).to_numpy()
    return centres
