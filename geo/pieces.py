"""Big shapes in small pieces: quartered until no piece has many vertices, or cut along a grid of tiles.

Clipping to a rectangle is done with GEOS's fast clip, which may go wrong on odd shapes; each shape's pieces
are therefore checked, validity and sum of sizes, and cut again by a full overlay where the check fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.errors import GEOSException

from geo.robust import apply, as_array

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo.robust import Geometries, Indices

MAX_VERTICES = 256
"""Vertices a piece may have before it is halved again."""
KEPT_FROM = 2_000
"""Vertices from which on a shape's pieces are kept for the next time."""
KEPT = 200
"""Shapes whose pieces are kept."""
SAME = 1e-9
"""Relative difference below which two sizes are one."""


@dataclass(frozen=True, eq=False)
class Pieces:
    """Small pieces of big shapes: ``shape[i]`` is part of the original shape number ``source[i]``."""

    shape: NDArray[Any]
    source: Indices


def quarter(geometries: Geometries, max_vertices: int = MAX_VERTICES) -> Pieces:
    """Halve big polygons, across the longer side of their box, until no piece has too many vertices.

    Pieces of one shape do not overlap and their areas sum to its own.

    Examples
    --------
    >>> circle = shapely.Point(0, 0).buffer(100, quad_segs=1000)
    >>> pieces = quarter([circle], max_vertices=100)
    >>> len(pieces.shape) > 30, round(float(shapely.area(pieces.shape).sum() / circle.area), 9)
    (True, 1.0)
    """
    shape, source = shapely.get_parts(as_array(geometries), return_index=True)
    big = shapely.get_num_coordinates(shape) > max_vertices
    if not big.any():
        return Pieces(shape, source)
    shapes, sources = [shape[~big]], [source[~big]]
    for one, number in zip(shape[big], source[big], strict=True):
        pieces = _in_pieces(one, max_vertices)
        shapes.append(pieces)
        sources.append(np.full(len(pieces), number))
    order = np.argsort(np.concatenate(sources), kind="stable")
    return Pieces(np.concatenate(shapes)[order], np.concatenate(sources)[order])


def _in_pieces(shape: BaseGeometry, max_vertices: int) -> NDArray[Any]:
    """Cut one polygon or line, or give the pieces made before where the shape is a big one."""
    if shapely.get_num_coordinates(shape) < KEPT_FROM:
        return _made_pieces(shape, max_vertices)
    return _kept_pieces(shape, max_vertices)


@lru_cache(maxsize=KEPT)
def _kept_pieces(shape: BaseGeometry, max_vertices: int) -> NDArray[Any]:
    """Keep the pieces of big shapes, such as a city's boundary: they are cut against many layers."""
    return _made_pieces(shape, max_vertices)


def _made_pieces(shape: BaseGeometry, max_vertices: int) -> NDArray[Any]:
    """Cut one polygon or line; a fast clip, checked, with a full overlay where the check fails."""
    if shapely.get_dimensions(shape) == 1:
        return _line_in_pieces(shape, max_vertices)
    for halve in (_halves_by_clip, _halves_by_overlay):
        pieces = _halve_until_small(shape, max_vertices, halve)
        sound = abs(float(shapely.area(pieces).sum()) - shape.area) <= SAME * shape.area
        if sound and bool(shapely.is_valid(pieces).all()):
            break
    return pieces


def _halve_until_small(
    shape: BaseGeometry, max_vertices: int, halve: Callable[[BaseGeometry], list[BaseGeometry]]
) -> NDArray[Any]:
    small, waiting = [], [shape]
    while waiting:
        one = waiting.pop()
        if shapely.get_num_coordinates(one) <= max_vertices:
            small.append(one)
        else:
            parts = shapely.get_parts(halve(one))
            parts = parts[shapely.get_dimensions(parts) == 2]  # noqa: PLR2004 - polygons
            waiting.extend(parts[~shapely.is_empty(parts)])
    return np.array(small, dtype=object)


def _half_boxes(shape: BaseGeometry) -> list[tuple[float, float, float, float]]:
    west, south, east, north = shape.bounds
    if east - west >= north - south:
        middle = (west + east) / 2
        return [(west, south, middle, north), (middle, south, east, north)]
    middle = (south + north) / 2
    return [(west, south, east, middle), (west, middle, east, north)]


def _halves_by_clip(shape: BaseGeometry) -> list[BaseGeometry]:
    """Clip to both halves; GEOS refuses where only a sliver of a ring would be left."""
    try:
        return [shapely.clip_by_rect(shape, *box) for box in _half_boxes(shape)]
    except GEOSException:
        return _halves_by_overlay(shape)


def _halves_by_overlay(shape: BaseGeometry) -> list[BaseGeometry]:
    boxes = np.array([shapely.box(*box) for box in _half_boxes(shape)])
    return list(apply(shapely.intersection, np.array([shape, shape]), boxes))


def _line_in_pieces(line: BaseGeometry, max_vertices: int) -> NDArray[Any]:
    coords = shapely.get_coordinates(line)
    step = max(max_vertices - 1, 1)
    starts = range(0, len(coords) - 1, step)
    return np.array([shapely.LineString(coords[start : start + step + 1]) for start in starts])


@dataclass(frozen=True, eq=False)
class TilePieces:
    """Shapes cut along a grid: ``shape[k]`` is the part of shape ``source[k]`` in tile ``tile[k]``."""

    shape: NDArray[Any]
    source: Indices
    tile: NDArray[np.int64]


def cut_to_tiles(geometries: Geometries, tile_m: float) -> TilePieces:
    """Cut polygons along a square grid that hangs on round coordinates.

    ``tile`` has two columns, the tile's column and row; its lower left corner is ``tile * tile_m``.

    Examples
    --------
    >>> pieces = cut_to_tiles([shapely.box(5, 2, 25, 8)], tile_m=10)
    >>> [(c, r, p.area) for (c, r), p in zip(pieces.tile.tolist(), pieces.shape, strict=True)]
    [(0, 0, 30.0), (1, 0, 60.0), (2, 0, 30.0)]
    """
    shapes = as_array(geometries)
    some = np.flatnonzero(~shapely.is_empty(shapes))
    bounds = shapely.bounds(shapes[some])
    low = np.floor(bounds[:, :2] / tile_m).astype(np.int64)
    high = np.floor(bounds[:, 2:] / tile_m).astype(np.int64)
    cut, source, tile = [], [], []
    for number, first, last in zip(some, low, high, strict=True):
        grid = np.mgrid[first[0] : last[0] + 1, first[1] : last[1] + 1].reshape(2, -1).T
        parts = _in_tiles(shapes[number], grid, tile_m)
        keep = shapely.area(parts) > 0
        cut.append(parts[keep])
        source.append(np.full(int(keep.sum()), number))
        tile.append(grid[keep])
    if not cut:
        return TilePieces(np.empty(0, object), np.empty(0, np.intp), np.empty((0, 2), np.int64))
    return TilePieces(np.concatenate(cut), np.concatenate(source), np.concatenate(tile))


def _in_tiles(shape: BaseGeometry, grid: NDArray[np.int64], tile_m: float) -> NDArray[Any]:
    parts = np.empty(len(grid), dtype=object)
    if len(grid) == 1:
        parts[0] = shape
        return parts
    corners = np.column_stack([grid, grid + 1]) * tile_m
    try:
        parts[:] = [shapely.clip_by_rect(shape, *corner) for corner in corners.tolist()]
        sound = abs(float(shapely.area(parts).sum()) - shape.area) <= SAME * shape.area
        sound = sound and bool(shapely.is_valid(parts).all())
    except GEOSException:  # only a sliver of a ring would be left
        sound = False
    if sound:
        return parts
    whole = np.full(len(grid), shape, dtype=object)
    return apply(shapely.intersection, whole, np.asarray(shapely.box(*corners.T), dtype=object))
