"""Rasters as pictures: a surface warped to Web Mercator, in classes of colour, as a palette PNG."""

from __future__ import annotations

import base64
import math
from typing import TYPE_CHECKING, Any

import numpy as np
from affine import Affine
from pyproj import CRS
from rasterio.enums import Resampling
from rasterio.io import MemoryFile
from rasterio.warp import reproject

from maps.display import WGS84, way
from maps.wording import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo.raster import Surface
    from maps.display import Display

MERCATOR = CRS.from_epsg(3857)
_LONGEST_SIDE = 4096
_MOST_CODES = 32
_FIRST_LOOK = 10_000


def picture(surface: Surface, colours: Sequence[str], display: Display) -> dict[str, Any] | None:
    """Give a surface as a data address, its corners in degrees and its legend; None where it holds nothing.

    A surface of a few whole numbers is shown by code, any other in classes of equal count.
    """
    values = np.ma.asarray(surface.values)
    if values.ndim != 2 or not values.size or values.count() == 0:  # noqa: PLR2004 - rows and columns
        return None
    index, legend = _classes(values, colours)
    warped, transform = _warp(index, surface)
    return {
        "url": "data:image/png;base64," + _png(warped, transform, colours),
        "bounds": _corners(warped.shape, transform, display),
        "legend": legend,
        "unit": surface.unit,
    }


def _classes(
    values: np.ma.MaskedArray[Any, Any], colours: Sequence[str]
) -> tuple[NDArray[np.uint8], list[dict[str, Any]]]:
    """Give each cell the number of its class, from 1 (0 = nothing there), and describe the classes."""
    index = np.zeros(values.shape, dtype=np.uint8)
    there = ~np.ma.getmaskarray(values)
    if not np.issubdtype(values.dtype, np.integer):
        there &= np.isfinite(values.data)
    held = np.asarray(values.data)[there]
    codes = _few_codes(held, len(colours))
    if codes is not None:
        index[there] = _count_of(codes, held)
        return index, [
            {"colour": colours[at], "title": words(f"{code:g}")} for at, code in enumerate(codes.tolist())
        ]
    limits = np.unique(np.quantile(held, np.linspace(0, 1, len(colours) + 1)[1:-1]))
    index[there] = _count_of(limits, held) + np.uint8(1)
    edges = [float(held.min()), *limits.tolist(), float(held.max())]
    return index, [
        {"colour": colours[at], "from": edges[at], "to": edges[at + 1]} for at in range(len(edges) - 1)
    ]


def _few_codes(held: NDArray[Any], colours: int) -> NDArray[Any] | None:
    """Give the whole numbers a surface is made of, None where it holds others or too many."""
    most = min(_MOST_CODES, colours)
    for part in (held[:_FIRST_LOOK], held):  # a surface of measured values shows in its first cells
        codes = np.unique(part)
        if len(codes) > most or not np.all(codes == np.round(codes)):
            return None
    return codes


def _count_of(limits: NDArray[Any], held: NDArray[Any]) -> NDArray[np.uint8]:
    """Count for each value the limits it reaches; one pass a limit, faster than a search for each value."""
    count = np.zeros(len(held), dtype=np.uint8)
    for limit in limits:
        count += held >= limit
    return count


def _warp(index: NDArray[np.uint8], surface: Surface) -> tuple[NDArray[np.uint8], Affine]:
    rows, columns = index.shape
    grid = surface.grid
    left, top = _corner(grid.transform, 0, 0)
    right, bottom = _corner(grid.transform, columns, rows)
    box = (min(left, right), min(bottom, top), max(left, right), max(bottom, top))
    to_mercator = way(grid.crs, MERCATOR)
    west, south, east, north = to_mercator.transform_bounds(*box, densify_pts=21)
    cell = max(
        math.sqrt((east - west) * (north - south) / (rows * columns)),
        max(east - west, north - south) / _LONGEST_SIDE,
    )
    width, height = max(1, math.ceil((east - west) / cell)), max(1, math.ceil((north - south) / cell))
    transform = Affine((east - west) / width, 0, west, 0, (south - north) / height, north)
    warped = np.zeros((height, width), dtype=np.uint8)
    reproject(
        index,
        warped,
        src_transform=grid.transform,
        src_crs=grid.crs,
        dst_transform=transform,
        dst_crs=MERCATOR,
        src_nodata=0,
        dst_nodata=0,
        resampling=Resampling.nearest,
    )
    return warped, transform


def _png(index: NDArray[np.uint8], transform: Affine, colours: Sequence[str]) -> str:
    table = {0: (0, 0, 0, 0)} | {
        at + 1: (*(int(colour[place : place + 2], 16) for place in (1, 3, 5)), 255)
        for at, colour in enumerate(colours)
    }
    with MemoryFile() as memory:
        height, width = index.shape
        profile = {"driver": "PNG", "width": width, "height": height, "count": 1, "dtype": "uint8"}
        with memory.open(**profile, transform=transform) as sink:
            sink.write(index, 1)
            sink.write_colormap(1, table)
        return base64.b64encode(memory.read()).decode("ascii")


def _corners(shape: tuple[int, ...], transform: Affine, display: Display) -> list[list[float]]:
    """Give south-west and north-east in degrees, as latitude and longitude."""
    degrees = way(MERCATOR, WGS84)
    west, north = degrees.transform(*_corner(transform, 0, 0))
    east, south = degrees.transform(*_corner(transform, shape[1], shape[0]))
    west, east = display.longitude(west), display.longitude(east)
    return [[round(south, 6), round(west, 6)], [round(north, 6), round(east, 6)]]


def _corner(transform: Affine, column: int, row: int) -> tuple[float, float]:
    """Give the place of a cell's upper left corner."""
    return (
        transform.a * column + transform.b * row + transform.c,
        transform.d * column + transform.e * row + transform.f,
    )
