"""Rasters: a grid (system, transform, shape) and a surface (grid, masked values, unit)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal
from weakref import WeakKeyDictionary

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import rasterio.errors
import rasterio.warp
from affine import Affine
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource
from pyproj import CRS
from rasterio.windows import Window, from_bounds

from geo.cell_areas import area_blocks
from geo.cell_shares import cell_shares
from geo.large_zones import are_large, area_sum_of, class_areas_of
from geo.raster_cells import UNSCALED, read_cells, scaling
from geo.transform import moved_to
from geo.zones import Zones

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

MAX_CELLS, MAX_BYTES = 400_000_000, 2**30
"""Most cells, and most bytes of cells, that are read of one raster."""
_CLOSE = 1e-6
_BAND_CELLS = 1_000_000

Fault = Literal["unreadable", "no_system", "rotated", "too_large", "apart"]


class RasterError(ValueError):
    """A raster that cannot be used; ``fault`` says why."""

    def __init__(self, fault: Fault, detail: str = "") -> None:
        super().__init__(f"{fault} {detail}".strip())
        self.fault = fault
        self.detail = detail


@dataclass(frozen=True)
class Grid:
    """Where the cells of a raster lie.

    ``transform`` maps (column, row) to (x, y); ``shape`` is (rows, columns).
    """

    crs: CRS
    transform: Affine
    shape: tuple[int, int]

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north edge of a north-up grid."""
        west, north = self.transform.c, self.transform.f
        east = west + self.transform.a * self.shape[1]
        return west, north + self.transform.e * self.shape[0], east, north


@dataclass(frozen=True, eq=False)
class Surface:
    """A raster in memory: a grid, its values with nodata masked, and their unit."""

    grid: Grid
    values: np.ma.MaskedArray
    unit: str = ""


@dataclass(frozen=True, eq=False)
class RasterPart:
    """The part of a file that was read, and what the file says of itself, scale and offset of cells too."""

    surface: Surface
    bands: int
    nodata_declared: bool
    file_bounds: tuple[float, float, float, float]
    scaling: tuple[float, float] = UNSCALED


def read_surface(path: Path, area: gpd.GeoSeries, crs: str | None = None, band: int = 1) -> RasterPart:
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
    RasterError
        The file cannot be read, has no system, is rotated, is too large, or does not meet the area.
    """
    try:
        with rasterio.open(path, driver="GTiff") as file:
            if crs is None and not file.crs:
                raise RasterError("no_system")
            system = CRS.from_user_input(crs or file.crs)
            if file.transform.b or file.transform.d or file.transform.e >= 0 or file.transform.a <= 0:
                raise RasterError("rotated")
            bounds = moved_to(area, system).total_bounds
            window = _window(file.transform, (file.height, file.width), bounds)
            scaled = scaling(file, band)
            _refuse_larger(window, np.dtype(file.dtypes[band - 1] if scaled == UNSCALED else float).itemsize)
            values = read_cells(file, band, window)
            grid = Grid(system, _shifted(file.transform, window), values.shape)
            bands, declared, whole = int(file.count), file.nodata is not None, file.bounds
            unit = str(file.units[band - 1] or "")
    except rasterio.errors.RasterioError as error:
        raise RasterError("unreadable", str(error)) from None
    edges = (whole.left, whole.bottom, whole.right, whole.top)
    return RasterPart(Surface(grid, values, unit), bands, declared, edges, scaled)


def _window(transform: Affine, shape: tuple[int, int], bounds: NDArray[np.float64]) -> Window:
    rows, columns = shape
    if not np.isfinite(bounds).all():
        raise RasterError("apart")
    wanted = from_bounds(*bounds, transform=transform)
    left, top = max(int(np.floor(wanted.col_off)), 0), max(int(np.floor(wanted.row_off)), 0)
    right = min(int(np.ceil(wanted.col_off + wanted.width)), columns)
    bottom = min(int(np.ceil(wanted.row_off + wanted.height)), rows)
    if right <= left or bottom <= top:
        raise RasterError("apart")
    return Window(left, top, right - left, bottom - top)


def _refuse_larger(window: Window, bytes_each: int) -> None:
    """Refuse what would fill the memory before any of it is read."""
    cells = int(window.width) * int(window.height)
    most = min(MAX_CELLS, MAX_BYTES // bytes_each)
    if cells > most:
        raise RasterError("too_large", f"{cells:,} > {most:,}")


def _shifted(transform: Affine, window: Window) -> Affine:
    x = transform.c + window.col_off * transform.a
    return Affine(transform.a, 0.0, x, 0.0, transform.e, transform.f + window.row_off * transform.e)


def same_grid(one: Grid, two: Grid) -> bool:
    """Tell whether the cells of two grids coincide wherever they overlap.

    Examples
    --------
    >>> from affine import Affine
    >>> a = Grid(CRS.from_epsg(4547), Affine(30, 0, 0, 0, -30, 0), (5, 5))
    >>> same_grid(a, Grid(a.crs, Affine(30, 0, 60, 0, -30, -90), (2, 2)))
    True
    >>> same_grid(a, Grid(a.crs, Affine(30, 0, 10, 0, -30, 0), (2, 2)))
    False
    """
    first, second = one.transform, two.transform
    if one.crs != two.crs or abs(first.a - second.a) > _CLOSE or abs(first.e - second.e) > _CLOSE:
        return False
    columns, rows = (second.c - first.c) / first.a, (second.f - first.f) / first.e
    return abs(columns - round(columns)) < 1e-3 and abs(rows - round(rows)) < 1e-3  # noqa: PLR2004 - of a cell


def aligned(surface: Surface, grid: Grid) -> Surface:
    """Put a surface on another grid by nearest cell; one already on it is only cut or extended.

    For classes and indices. Counts such as residents must not be resampled: sum them over shapes instead.
    """
    if surface.grid == grid:
        return surface
    held = surface.values
    fill = _fill(held)
    source = held.filled(fill)
    target = np.full(grid.shape, fill, dtype=source.dtype)
    rasterio.warp.reproject(
        source,
        target,
        src_transform=surface.grid.transform,
        src_crs=rasterio.crs.CRS.from_wkt(surface.grid.crs.to_wkt()),
        dst_transform=grid.transform,
        dst_crs=rasterio.crs.CRS.from_wkt(grid.crs.to_wkt()),
        src_nodata=fill,
        dst_nodata=fill,
        resampling=rasterio.warp.Resampling.nearest,
    )
    values = np.ma.masked_invalid(target) if np.isnan(fill) else np.ma.masked_equal(target, fill)
    return Surface(grid, values, surface.unit)


def _fill(values: np.ma.MaskedArray) -> float | int:
    """Give a value the array does not hold, to stand for nodata."""
    if np.issubdtype(values.dtype, np.floating):
        return float("nan")
    info = np.iinfo(values.dtype)
    highest = values.max()
    if highest is np.ma.masked or highest < info.max:
        return int(info.max)
    present = set(_classes(values).tolist())
    candidates = [*range(info.max, info.max - 300, -1), *range(info.min, info.min + 300)]
    free = next((one for one in candidates if one not in present and info.min <= one <= info.max), None)
    if free is None:
        raise RasterError("unreadable", "every value of the type is in use, none is left for nodata")
    return int(free)


def cell_areas_m2(grid: Grid) -> NDArray[np.float64]:
    """Give the ellipsoidal area of every cell; the projection's scale is taken per block of about 2 km.

    Examples
    --------
    >>> from affine import Affine
    >>> areas = cell_areas_m2(Grid(CRS.from_epsg(4547), Affine(30, 0, 500_000, 0, -30, 2_500_000), (2, 3)))
    >>> areas.shape, round(float(areas.sum()), 2)
    ((2, 3), 5400.0)
    """
    blocks = area_blocks(grid)
    return np.repeat(np.repeat(blocks.m2, blocks.down, axis=0), blocks.across, axis=1)[
        : grid.shape[0], : grid.shape[1]
    ]


def label_areas_m2(labels: NDArray[np.integer[Any]], grid: Grid, count: int) -> NDArray[np.float64]:
    """Sum the ellipsoidal areas of the cells that hold each number from 0 to below ``count``.

    Goes through the grid by bands of about 2 km, so that no area is held for every cell.
    """
    blocks = area_blocks(grid)
    sums = np.zeros(count)
    for band, areas in enumerate(blocks.m2):
        held = labels[band * blocks.down : (band + 1) * blocks.down]
        each = np.repeat(areas, blocks.across)[: grid.shape[1]]
        weights = np.broadcast_to(each, held.shape).ravel()
        sums += np.bincount(held.ravel(), weights=weights, minlength=count)
    return sums


def zonal_sums(surface: Surface, zones: gpd.GeoSeries) -> NDArray[np.float64]:
    """Sum a surface over shapes, each cell by the exact share of it that lies inside.

    For counts per cell such as residents: shapes that tile the grid share the total out without loss.

    Parameters
    ----------
    surface
        Values per cell (not per area).
    zones
        Polygons in any system.
    """
    table = _extract(surface, zones, ["sum"])
    return table["sum"].fillna(0.0).to_numpy(dtype=float)


def class_areas_m2(surface: Surface, zones: gpd.GeoSeries) -> pd.DataFrame:
    """Give the ellipsoidal area of every class of a whole-number surface in every shape.

    Returns
    -------
    One row per shape (the zones' index), one column per class in rising order; nodata is left out.
    """
    return class_areas_at_dates([surface], zones)[0]


def class_areas_at_dates(surfaces: Sequence[Surface], zones: gpd.GeoSeries) -> list[pd.DataFrame]:
    """Give ``class_areas_m2`` of several surfaces of one grid, whose cells in large shapes are found once."""
    grid = surfaces[0].grid
    if any(not same_grid(one.grid, grid) for one in surfaces):
        return [class_areas_m2(one, zones) for one in surfaces]
    classes = [classes_of(one) for one in surfaces]
    result = [np.zeros((len(zones), len(one))) for one in classes]
    shapes = moved_to(zones, grid.crs).to_numpy()
    large = are_large(shapes, grid)
    small = gpd.GeoSeries(shapes[~large], crs=grid.crs)
    for row in np.flatnonzero(large):
        cells = cell_shares(shapes[row], grid)
        for areas, surface, known in zip(result, surfaces, classes, strict=True):
            areas[row] = class_areas_of(cells, surface, known)
    for areas, surface, known in zip(result, surfaces, classes, strict=True):
        if len(small):
            areas[~large] = _class_areas(surface, small, known)
    return [
        pd.DataFrame(areas, index=zones.index, columns=[int(one) for one in known])
        for areas, known in zip(result, classes, strict=True)
    ]


def _class_areas(surface: Surface, zones: gpd.GeoSeries, classes: NDArray[np.int64]) -> NDArray[np.float64]:
    result = np.zeros((len(zones), len(classes)))
    if len(classes) and classes[0] > 0:  # then sum and mean tell the weight of what was summed
        operations = ["unique", "weighted_frac", "weighted_sum", "weighted_mean"]
        table = _extract(surface, zones, operations, by_area=True)
        total = (table["weighted_sum"] / table["weighted_mean"]).fillna(0.0).to_numpy(dtype=float)
    else:
        table = _extract(surface, zones, ["unique", "weighted_frac"], by_area=True)
        total = _areas_with_value(surface, zones)
    for row, (values, shares) in enumerate(zip(table["unique"], table["weighted_frac"], strict=True)):
        result[row, np.searchsorted(classes, np.atleast_1d(values))] = np.atleast_1d(shares) * total[row]
    return result


def area_sums(surface: Surface, zones: gpd.GeoSeries) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sum value times ellipsoidal area (m²) over shapes, and the area that has a value.

    For values per area, such as an index: their quotient is the mean over the area.
    """
    sums, areas = np.zeros(len(zones)), np.zeros(len(zones))
    shapes = moved_to(zones, surface.grid.crs).to_numpy()
    large = are_large(shapes, surface.grid)
    for row in np.flatnonzero(large):
        sums[row], areas[row] = area_sum_of(shapes[row], surface)
    if not large.all():
        small = gpd.GeoSeries(shapes[~large], crs=surface.grid.crs)
        table = _extract(surface, small, ["weighted_sum"], by_area=True)
        sums[~large] = table["weighted_sum"].fillna(0.0).to_numpy(dtype=float)
        areas[~large] = _areas_with_value(surface, small)
    return sums, areas


def _areas_with_value(surface: Surface, zones: gpd.GeoSeries) -> NDArray[np.float64]:
    ones = np.ma.masked_array(np.ones(surface.grid.shape, dtype=np.uint8), surface.values.mask)
    table = _extract(replace(surface, values=ones), zones, ["weighted_sum"], by_area=True)
    return table["weighted_sum"].fillna(0.0).to_numpy(dtype=float)


def classes_of(surface: Surface) -> NDArray[np.int64]:
    """Give the different values of a whole-number surface in rising order; looked for once, by bands.

    Examples
    --------
    >>> from affine import Affine
    >>> grid = Grid(CRS.from_epsg(4547), Affine(30, 0, 500_000, 0, -30, 2_500_000), (1, 4))
    >>> classes_of(Surface(grid, np.ma.masked_equal(np.array([[30, 0, 10, 30]]), 0))).tolist()
    [10, 30]
    """
    if surface not in _found_classes:
        _found_classes[surface] = _classes(surface.values)
    return _found_classes[surface]


_found_classes: WeakKeyDictionary[Surface, NDArray[np.int64]] = WeakKeyDictionary()


def _classes(values: np.ma.MaskedArray) -> NDArray[np.int64]:
    step = max(_BAND_CELLS // max(values.shape[1], 1), 1)
    bands = [_different(values[k : k + step]) for k in range(0, values.shape[0], step)]
    return np.unique(np.concatenate([values.data[:0, 0], *bands])).astype(np.int64)


def _different(values: np.ma.MaskedArray) -> NDArray[Any]:
    """Give the different values; cells like the one before, as most are, are not looked at."""
    held, gone = values.data.ravel(), np.ma.getmaskarray(values).ravel()
    begins = ~gone
    begins[1:] &= (held[1:] != held[:-1]) | gone[:-1]
    return np.unique(held[begins])


def _extract(
    surface: Surface, zones: gpd.GeoSeries, operations: list[str], *, by_area: bool = False
) -> pd.DataFrame:
    result: pd.DataFrame = exact_extract(
        _source(surface),
        Zones(zones, surface.grid.crs),
        operations,
        weights=_area_source(surface.grid) if by_area else None,
        output="pandas",
    )
    return result


def _area_source(grid: Grid) -> NumPyRasterSource:
    """Give the area of cells as a raster of its own whose cells are whole blocks of the grid's."""
    blocks = area_blocks(grid)
    west, _, _, north = grid.bounds
    rows, columns = blocks.m2.shape
    south = north + rows * blocks.down * grid.transform.e
    east = west + columns * blocks.across * grid.transform.a
    return NumPyRasterSource(blocks.m2, west, south, east, north, srs_wkt=grid.crs.to_wkt())


def _source(surface: Surface) -> NumPyRasterSource:
    west, south, east, north = surface.grid.bounds
    held = surface.values
    fill = _fill(held)
    return NumPyRasterSource(
        held.filled(fill),
        west,
        south,
        east,
        north,
        nodata=fill,
        srs_wkt=surface.grid.crs.to_wkt(),
    )
