"""The rasters: terrain, land cover at two dates, vegetation index, residents per hectare cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import rasterio
import shapely

from layers.demo.cells import Edges
from layers.demo.noise import Noise
from layers.demo.settings import CRS, SYNTHETIC

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    from numpy.typing import NDArray

    from layers.demo.ground import Ground

    Floats = NDArray[np.float64]

# Land-cover class: colour, mean vegetation index, the land-use codes (by prefix) it stands for.
CLASSES: dict[int, tuple[tuple[int, int, int], float, tuple[str, ...]]] = {
    10: ((0, 100, 0), 0.82, ("0301", "0302", "0305")),
    20: ((255, 187, 34), 0.66, ("0303", "0304", "0307", "02")),
    30: ((255, 255, 76), 0.55, ("04", "14")),
    40: ((240, 150, 255), 0.52, ("01",)),
    50: ((250, 0, 0), 0.20, ("06", "07", "08", "09", "10", "11", "12", "13", "1403", "15")),
    60: ((180, 180, 180), 0.12, ("23", "1002")),
    80: ((0, 100, 200), 0.02, ("17",)),
    95: ((0, 207, 117), 0.74, ("05",)),
}
_FOREST, _CROPS, _WATER = 10, 40, 80
_PERSON_CELL_M = 100.0
_ROWS_AT_ONCE = 256


@dataclass(frozen=True, eq=False)
class Raster:
    """A raster to be written: row 0 in the north."""

    values: NDArray[np.generic]
    west: float
    north: float
    cell_m: float
    nodata: float | None = None
    palette: bool = False


def make_terrain_raster(ground: Ground) -> Raster:
    """Give the heights to a decimetre."""
    field = ground.terrain.height
    values = np.round(field.values[::-1], 1).astype(np.float32)
    rows = field.values.shape[0]
    return Raster(
        values, field.x0 - field.cell_m / 2, field.y0 + (rows - 0.5) * field.cell_m, field.cell_m, -9999.0
    )


def make_cover(
    ground: Ground, now: gpd.GeoDataFrame, before: gpd.GeoDataFrame, rng: np.random.Generator
) -> tuple[Raster, Raster, Raster]:
    """Give land cover now, at the baseline, and the vegetation index now."""
    settings = ground.settings
    cell = settings.cover_m
    shape = (int(settings.height_m / cell), int(settings.width_m / cell))
    north = settings.y0 + shape[0] * cell
    x: Floats = settings.x0 + (np.arange(shape[1], dtype=np.float64)[None, :] + 0.5) * cell
    classes = [np.concatenate([[0], cover_of(frame["code"].to_numpy())]).astype(np.uint8)
               for frame in (now, before)]  # fmt: skip
    edges = Edges(now.geometry.to_numpy(), settings.x0, north, cell)
    noise = Noise(rng)
    means = np.zeros(256)
    for code, (_, mean, _) in CLASSES.items():
        means[code] = mean
    covers = np.empty((2, *shape), np.uint8)
    ndvi = np.empty(shape, np.float32)
    for first in range(0, shape[0], _ROWS_AT_ONCE):
        rows = np.arange(first, min(first + _ROWS_AT_ONCE, shape[0]))
        y: Floats = north - (rows[:, None] + np.float64(0.5)) * cell
        wild = np.where(ground.nature.at(x, y) > ground.control_level, _FOREST, _CROPS)
        wild = np.where(ground.terrain.inland.at(x, y) > 0, wild, _WATER).astype(np.uint8)
        which = edges.owner(first, len(rows), shape[1])
        for cover, table in zip(covers, classes, strict=True):
            cover[rows] = np.where(which > 0, table[which], wild)
        index = means[covers[0, rows]] * (1.0 + 0.16 * noise.fractal(x, y, 420.0, 3))
        index += 0.02 * noise.at(x, y, 77.0)
        ndvi[rows] = np.round(np.clip(index, -0.1, 0.95), 3)
    return (
        Raster(covers[0], settings.x0, north, cell, 0, palette=True),
        Raster(covers[1], settings.x0, north, cell, 0, palette=True),
        Raster(ndvi, settings.x0, north, cell, -1.0),
    )


def make_population_grid(ground: Ground, homes: gpd.GeoDataFrame) -> Raster:
    """Give residents per 100 m cell; the sum is the number of residents."""
    settings = ground.settings
    shape = (int(settings.height_m / _PERSON_CELL_M), int(settings.width_m / _PERSON_CELL_M))
    values = np.zeros(shape)
    centre = shapely.get_coordinates(shapely.point_on_surface(homes.geometry.to_numpy()))
    row = np.floor((centre[:, 1] - settings.y0) / _PERSON_CELL_M).astype(int).clip(0, shape[0] - 1)
    column = np.floor((centre[:, 0] - settings.x0) / _PERSON_CELL_M).astype(int).clip(0, shape[1] - 1)
    np.add.at(values, (row, column), homes["residents"].to_numpy())
    north = settings.y0 + shape[0] * _PERSON_CELL_M
    return Raster(values[::-1].astype(np.float32), settings.x0, north, _PERSON_CELL_M, -1.0)


def cover_of(codes: NDArray[np.object_]) -> NDArray[np.uint8]:
    """Give the land-cover class of land-use codes; the longest prefix decides.

    Examples
    --------
    >>> cover_of(np.array(["0301", "070102", "1401", "1403"], object)).tolist()
    [10, 50, 30, 50]
    """
    rules = sorted(
        ((prefix, cover) for cover, (_, _, prefixes) in CLASSES.items() for prefix in prefixes),
        key=lambda rule: -len(rule[0]),
    )
    known = {
        code: next((cover for prefix, cover in rules if code.startswith(prefix)), 60)
        for code in sorted(set(codes))
    }
    return np.array([known[code] for code in codes], np.uint8)


def write_raster(path: Path, raster: Raster) -> None:
    """Write a GeoTIFF, compressed, with a palette where it has classes."""
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=raster.values.shape[0],
        width=raster.values.shape[1],
        count=1,
        dtype=raster.values.dtype,
        crs=CRS,
        transform=rasterio.Affine(raster.cell_m, 0.0, raster.west, 0.0, -raster.cell_m, raster.north),
        nodata=raster.nodata,
        compress="deflate",
        tiled=True,
    ) as target:
        target.write(raster.values, 1)
        target.update_tags(TIFFTAG_IMAGEDESCRIPTION="synthetic data", remark=SYNTHETIC)
        if raster.palette:
            target.write_colormap(1, {code: (*colour, 255) for code, (colour, _, _) in CLASSES.items()})
