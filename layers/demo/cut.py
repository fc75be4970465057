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
