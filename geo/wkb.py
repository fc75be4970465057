"""Shapes as well-known binary in one Arrow array, most of them without an object for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import shapely
from shapely import GeometryType

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Shapes = NDArray[np.object_]

_MANY = 100
"""From so many shapes of as many points on, their coordinates are written side by side."""
_FLAT = 2
_CODES = {GeometryType.LINESTRING: 2, GeometryType.POLYGON: 3}
_OF_MANY = 3
"""What the code of a collection is above that of its parts."""


def as_wkb(shapes: Shapes, *, multi: bool = False) -> pa.Array:
    """Give shapes as little-endian well-known binary (ISO); what is missing is null.

    Parameters
    ----------
    shapes
        Of any types.
    multi
        Points, lines and polygons become the only part of a multipoint, multiline or multipolygon.

    Examples
    --------
    >>> square = shapely.box(0, 0, 1, 1)
    >>> as_wkb(np.array([square]))[0].as_py() == shapely.to_wkb(square)
    True
    """
    points, counts = shapely.get_coordinates(shapes), shapely.get_num_coordinates(shapes)
    starts = np.cumsum(counts) - counts
    kinds = _of_one_run(shapes)
    rest = np.ones(len(shapes), dtype=bool)
    found: list[tuple[NDArray[np.intp], pa.Array]] = []
    for kind in _CODES:
        run = (kinds == kind) & (counts > 0)
        often = np.bincount(counts[run]) if run.any() else np.empty(0)
        for size in np.flatnonzero(often >= _MANY).tolist():
            rows = np.flatnonzero(run & (counts == size))
            rest[rows] = False
            head = _head(kind, multi=multi) + _number(size)
            found.append((rows, _side_by_side(head, points[starts[rows][:, None] + np.arange(size)])))
    rows = np.flatnonzero(rest)
    others = _many(shapes[rows]) if multi else shapes[rows]
    found.append((rows, pa.array(shapely.to_wkb(others, flavor="iso", byte_order=1), pa.large_binary())))
    place = np.empty(len(shapes), dtype=np.int64)
    place[np.concatenate([rows for rows, _ in found])] = np.arange(len(shapes))
    return pa.concat_arrays([one for _, one in found]).take(pa.array(place))


def _of_one_run(shapes: Shapes) -> NDArray[np.int32]:
    """Give the kind of each shape that is flat and its points one run: a line, a shell; else -1.

    Every look at a million shapes costs: the fewest that will do.
    """
    kinds = shapely.get_type_id(shapes)
    other = shapely.get_coordinate_dimension(shapes) != _FLAT
    polygons = kinds == GeometryType.POLYGON
    if polygons.any():
        other[polygons] |= shapely.get_num_interior_rings(shapes[polygons]) > 0
    return np.where(other, -1, kinds)


def _side_by_side(head: bytes, points: NDArray[np.float64]) -> pa.Array:
    """Give one record a shape: a head that all share, then its points."""
    records = np.empty(len(points), dtype=[("head", f"V{len(head)}"), ("points", "<f8", points.shape[1:])])
    records["head"], records["points"] = np.void(head), points
    ends = np.arange(len(points) + 1, dtype=np.int64) * records.itemsize
    return pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), len(points), [None, pa.py_buffer(ends), pa.py_buffer(records)]
    )


def _head(kind: GeometryType, *, multi: bool) -> bytes:
    """Give what stands before the number of points."""
    head = b"\x01" + _number(_CODES[kind]) + (_number(1) if kind == GeometryType.POLYGON else b"")
    return b"\x01" + _number(_CODES[kind] + _OF_MANY) + _number(1) + head if multi else head


def _number(value: int) -> bytes:
    return value.to_bytes(4, "little")


def _many(shapes: Shapes) -> Shapes:
    """Put single shapes into collections of their kind."""
    shapes = shapes.copy()
    for kind, gather in (
        (GeometryType.POINT, shapely.multipoints),
        (GeometryType.LINESTRING, shapely.multilinestrings),
        (GeometryType.POLYGON, shapely.multipolygons),
    ):
        rows = np.flatnonzero(shapely.get_type_id(shapes) == kind)
        if len(rows):
            shapes[rows] = gather(shapes[rows], indices=np.arange(len(rows)))
    return shapes
