"""Sums and class areas of a raster by zone."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
from affine import Affine
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource
from pyproj import CRS

from benchmarks.made_up import CORNER, rectangles
from benchmarks.made_up import cover_grid as make_cover
from benchmarks.measure import Row, costs, faster, in_turns, require_same, taken
from geo.raster import Grid, Surface, cell_areas_m2, class_areas_m2, zonal_sums

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

CASE, CLASSES = "zonal sums", "area of classes by zone"
EPSG = CRS.from_epsg(4547)
CELL_M = 10.0


def rows(*, quick: bool = False) -> Iterator[Row]:
    """Time both on one grid, in turns with the peers."""
    side = (1_000, 1_000, 60) if quick else (5_000, 4_000, 500)
    cover, people = make_cover(*side[:2])
    grid = Grid(EPSG, Affine(CELL_M, 0, CORNER[0], 0, -CELL_M, CORNER[1] + side[0] * CELL_M), cover.shape)
    shapes = rectangles(side[2], (200, 3_000), min(side[:2]) * CELL_M)
    zones = gpd.GeoSeries(shapes, crs=EPSG)
    size = f"{cover.size / 1e6:g} M cells, {side[2]} zones"
    surface = Surface(grid, np.ma.masked_equal(people, -1.0))
    ours, plain = in_turns([partial(_sums, surface, zones), partial(_plain_sums, surface, zones)], 3)
    apart = require_same("sum over zones", ours.value, plain.value, 1e-9)
    same = f"same sum to {apart:.0e}"
    yield costs(CASE, size, "exactextract", (ours.cpu_s, plain.cpu_s), 1.2, same)
    with suppress(ImportError):
        theirs = taken(partial(_rasterstats, surface, zones))
        off = theirs.value / ours.value - 1
        note = f"the peer takes whole cells by their centre: off by {off:+.2%}"
        yield faster(CASE, size, "rasterstats", (ours, theirs), 0, note)
    classes = Surface(grid, np.ma.masked_equal(cover, 0))
    cells = cell_areas_m2(grid)
    ours, plain = in_turns(
        [partial(_classes, classes, zones), partial(_plain_classes, classes, zones, cells)], 3
    )
    apart = require_same("area of classes", ours.value, plain.value, 1e-9)
    note = f"same area to {apart:.0e}; the peer is given the area of every cell as weights"
    yield costs(CLASSES, size, "exactextract", (ours.cpu_s, plain.cpu_s), 1.2, note)


def _sums(surface: Surface, zones: gpd.GeoSeries) -> float:
    return float(zonal_sums(surface, zones).sum())


def _source(surface: Surface, values: NDArray[Any]) -> NumPyRasterSource:
    return NumPyRasterSource(values, *surface.grid.bounds, srs_wkt=surface.grid.crs.to_wkt())


def _direct(
    surface: Surface, zones: gpd.GeoSeries, operations: list[str], weights: NumPyRasterSource | None = None
) -> Any:
    frame = gpd.GeoDataFrame(geometry=zones.to_numpy(), crs=zones.crs)
    source = _source(surface, surface.values.data)
    return exact_extract(source, frame, operations, weights=weights, output="pandas")


def _plain_sums(surface: Surface, zones: gpd.GeoSeries) -> float:
    return float(_direct(surface, zones, ["sum"])["sum"].sum())


def _classes(surface: Surface, zones: gpd.GeoSeries) -> float:
    return float(class_areas_m2(surface, zones).to_numpy().sum())


def _plain_classes(surface: Surface, zones: gpd.GeoSeries, cells: NDArray[np.float64]) -> float:
    """Shares of classes by weight, and from sum and mean what they are shares of."""
    weights = _source(surface, cells)
    table = _direct(surface, zones, ["unique", "weighted_frac", "weighted_sum", "weighted_mean"], weights)
    whole = table["weighted_sum"] / table["weighted_mean"]
    shares = [np.asarray(one).sum() for one in table["weighted_frac"]]
    return float((whole * shares).sum())


def _rasterstats(surface: Surface, zones: gpd.GeoSeries) -> float:
    from rasterstats import zonal_stats

    found = zonal_stats(
        list(zones), surface.values.data, affine=surface.grid.transform, stats=["sum"], nodata=-1
    )
    return float(sum(one["sum"] or 0 for one in found))
