"""Cutting lines to length and taking shapes apart, with the types the cuts really give."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, cast

import numpy as np
import shapely
import shapely.ops

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

_POLYGON = 3


def stretch(
    line: shapely.LineString, first: float, last: float, *, share: bool = False
) -> shapely.LineString:
    """Give the stretch of a line between two distances along it (metres, or shares of its length)."""
    return cast("shapely.LineString", shapely.ops.substring(line, first, last, normalized=share))


def equal_pieces(line: shapely.LineString, about_m: float) -> list[shapely.LineString]:
    """Cut a line into equal pieces of about a length.

    Examples
    --------
    >>> [piece.length for piece in equal_pieces(shapely.LineString([(0, 0), (10, 0)]), 4.0)]
    [5.0, 5.0]
    """
    at = np.linspace(0.0, line.length, max(1, round(line.length / about_m)) + 1)
    return [stretch(line, float(a), float(b)) for a, b in pairwise(at)]


def cut_at(line: shapely.LineString, at: NDArray[np.float64]) -> NDArray[np.object_]:
    """Cut a line at rising distances along it; the first piece begins, the last ends with the line.

    Examples
    --------
    >>> [piece.length for piece in cut_at(shapely.LineString([(0, 0), (5, 0), (10, 0)]), np.array([4.0]))]
    [4.0, 6.0]
    """
    points = shapely.get_coordinates(line)
    along = np.concatenate([[0.0], np.cumsum(np.sqrt((np.diff(points, axis=0) ** 2).sum(1)))])
    cuts = np.stack([np.interp(at, along, points[:, 0]), np.interp(at, along, points[:, 1])], 1)
    piece = np.searchsorted(at, along, "left")
    numbers = np.arange(len(at))
    place = np.concatenate([points, cuts, cuts])
    owner = np.concatenate([piece, numbers, numbers + 1])
    order = np.lexsort((np.concatenate([along, at, at]), owner))
    place, owner = place[order], owner[order]
    new = np.concatenate([[True], (np.diff(place, axis=0) != 0).any(1) | (np.diff(owner) != 0)])
    place, owner = place[new], owner[new]
    times = 1 + (np.bincount(owner)[owner] == 1)  # a piece without length is a point twice
    return np.asarray(shapely.linestrings(np.repeat(place, times, axis=0), indices=np.repeat(owner, times)))


def lines_of(shape: BaseGeometry) -> list[shapely.LineString]:
    """Give the lines of a shape, joined where they meet, the longest first."""
    merged = shapely.line_merge(shape) if shape.geom_type == "MultiLineString" else shape
    parts = [
        part for part in shapely.get_parts(merged) if part.geom_type == "LineString" and not part.is_empty
    ]
    return sorted(parts, key=lambda part: -part.length)


def polygons_of(shape: BaseGeometry, least_m2: float = 0.0) -> NDArray[np.object_]:
    """Give the polygons of a shape that are larger than crumbs, the largest first."""
    parts = shapely.get_parts(shape)
    parts = parts[(shapely.get_type_id(parts) == _POLYGON) & (shapely.area(parts) > least_m2)]
    return np.asarray(parts[np.argsort(-shapely.area(parts), kind="stable")])
