"""Big layers in few bytes: shapes as columns of small whole numbers, to be drawn straight from memory.

Vertices are counted in steps of 1/2^28 of the Web Mercator world (rounded by 7e-7 degree at most), so the
page draws them without any further projection. Shapes lie in Hilbert order; every vertex is written as the
step from the one before it, in variable-length bytes. ``web/packed.js`` is the reader.
"""

from __future__ import annotations

import base64
import gzip
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import geopandas as gpd
import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Shape = Literal["polygon", "line", "point"]
WORLD = 2**28
_MAX_LATITUDE = 85.05112877980659
_LOW_BITS = np.uint64(0x7F)
_SEVEN = np.uint64(7)


@dataclass(frozen=True)
class Packed:
    """A packed layer: ``payload`` is base64 of gzip; ``order`` says which input row stands where."""

    shape: Shape
    payload: str
    features: int
    rings: int
    vertices: int
    origin: tuple[int, int]
    order: NDArray[np.int64]

    def meta(self) -> dict[str, object]:
        """Give what the page must know to read the payload."""
        return {
            "shape": self.shape,
            "features": self.features,
            "rings": self.rings,
            "vertices": self.vertices,
            "origin": list(self.origin),
        }


def pack(shapes: gpd.GeoSeries, classes: Sequence[int], ids: Sequence[str], shape: Shape) -> Packed:
    """Pack shapes in WGS 84 degrees, each with the index of its class (0..255) and an id that settles ties.

    Shapes that are empty or of another kind keep their place, with no ring.
    """
    order = _hilbert_order(shapes, ids)
    geometries = np.asarray(shapes.array)[order]
    rings, owner = _rings(geometries, shape)
    points, ring_of_point = shapely.get_coordinates(rings, return_index=True)
    lengths = np.bincount(ring_of_point, minlength=len(rings)).astype(np.int64)
    if shape == "polygon" and len(points):
        points, lengths = _drop_closing_points(points, lengths)
    steps, origin = _steps(world_units(points), lengths)
    raw = b"".join(
        (
            varints(np.bincount(owner, minlength=len(geometries)).astype(np.uint64)),
            varints(lengths.astype(np.uint64)),
            varints(zigzag(steps[:, 0])),
            varints(zigzag(steps[:, 1])),
            np.asarray(classes, dtype=np.uint8)[order].tobytes(),
        )
    )
    return Packed(shape, compress(raw), len(geometries), len(rings), len(points), origin, order)


def compress(raw: bytes) -> str:
    """Gzip without a time stamp, as base64."""
    return base64.b64encode(gzip.compress(raw, 9, mtime=0)).decode("ascii")


def world_units(degrees: NDArray[np.float64]) -> NDArray[np.int64]:
    """Turn longitude and latitude into whole steps of the Web Mercator world, x to the east, y to the south.

    Examples
    --------
    >>> world_units(np.array([[-180.0, 0.0]])).tolist() == [[0, WORLD // 2]]
    True
    """
    sine = np.sin(np.radians(np.clip(degrees[:, 1], -_MAX_LATITUDE, _MAX_LATITUDE)))
    x = (degrees[:, 0] + 180.0) / 360.0
    y = 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)
    units: NDArray[np.int64] = np.rint(np.column_stack((x, y)) * WORLD).astype(np.int64)
    return units


def zigzag(steps: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Fold signed numbers into unsigned ones, small ones staying small.

    Examples
    --------
    >>> zigzag(np.array([0, -1, 1, -2])).tolist()
    [0, 1, 2, 3]
    """
    return ((steps << 1) ^ (steps >> 63)).astype(np.uint64)


def varints(numbers: NDArray[np.uint64]) -> bytes:
    """Write unsigned numbers seven bits a byte, low bits first, the high bit set where more follow.

    Examples
    --------
    >>> varints(np.array([1, 300], dtype=np.uint64)).hex()
    '01ac02'
    """
    if not len(numbers):
        return b""
    widths = np.ones(len(numbers), dtype=np.int64)
    rest = numbers >> _SEVEN
    while rest.any():
        widths += rest > 0
        rest >>= _SEVEN
    starts = np.concatenate(([0], np.cumsum(widths)[:-1]))
    out = np.zeros(int(widths.sum()), dtype=np.uint8)
    for place in range(int(widths.max())):
        here = widths > place
        low = ((numbers[here] >> np.uint64(7 * place)) & _LOW_BITS).astype(np.uint8)
        out[starts[here] + place] = low | np.where(widths[here] > place + 1, 0x80, 0).astype(np.uint8)
    return out.tobytes()


def _hilbert_order(shapes: gpd.GeoSeries, ids: Sequence[str]) -> NDArray[np.int64]:
    if not len(shapes):
        return np.empty(0, dtype=np.int64)
    centres = gpd.GeoSeries(shapely.centroid(shapely.envelope(np.asarray(shapes.array))), crs=shapes.crs)
    empty = centres.is_empty | centres.isna()
    anywhere = centres[~empty].iloc[0] if not empty.all() else shapely.Point(0, 0)
    along = centres.where(~empty, anywhere).hilbert_distance().to_numpy()
    return np.lexsort((np.asarray(ids, dtype=str), along)).astype(np.int64)


def _rings(geometries: NDArray[np.object_], shape: Shape) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Split shapes into their rings, lines or points, and say to which shape each belongs."""
    parts, of_part = shapely.get_parts(geometries, return_index=True)
    wanted = {
        "polygon": shapely.GeometryType.POLYGON,
        "line": shapely.GeometryType.LINESTRING,
        "point": shapely.GeometryType.POINT,
    }[shape]
    fit = (shapely.get_type_id(parts) == wanted) & ~shapely.is_empty(parts)
    parts, of_part = parts[fit], of_part[fit]
    if shape != "polygon":
        return parts, of_part
    rings, of_ring = shapely.get_rings(shapely.orient_polygons(parts), return_index=True)
    return rings, of_part[of_ring]


def _drop_closing_points(
    points: NDArray[np.float64], lengths: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    keep = np.ones(len(points), dtype=bool)
    keep[np.cumsum(lengths) - 1] = False
    return points[keep], lengths - 1


def _steps(units: NDArray[np.int64], lengths: NDArray[np.int64]) -> tuple[NDArray[np.int64], tuple[int, int]]:
    """Give each point as the step from the one before; a ring's first counts from the last ring's first."""
    if not len(units):
        return units, (0, 0)
    steps = np.zeros_like(units)
    steps[1:] = units[1:] - units[:-1]
    firsts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    steps[firsts[0]] = 0
    steps[firsts[1:]] = units[firsts[1:]] - units[firsts[:-1]]
    return steps, (int(units[0, 0]), int(units[0, 1]))
