"""Shapes as bytes, made and read fast: the points of flat shapes side by side, the rest as WKB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely import GeometryType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Shapes = NDArray[np.object_]

_AT_A_TIME = 50_000
"""Shapes of one block: what is done with a block finds it in the processor's cache."""
_FLAT = 2
_MISSING, _OTHER = -2, -1
_BY_POINTS = (GeometryType.POINT, GeometryType.LINESTRING, GeometryType.POLYGON)
_WORD = 8


def shapes_stored(shapes: Shapes) -> Iterator[bytes | memoryview]:
    """Give the bytes of shapes, block by block; every length is a multiple of eight.

    A block says how many shapes, points, shapes given by points, lines and rings of those, other shapes and
    bytes of these it has. The points of flat points, lines and polygons follow as they are, then the lengths
    of the others as well-known binary, the numbers of points of each line and ring, the numbers of rings of
    each shape given by points, the kind of each shape, and the well-known binary.
    """
    for start in range(0, len(shapes), _AT_A_TIME):
        yield from _block(shapes[start : start + _AT_A_TIME])


def _block(shapes: Shapes) -> Iterator[bytes | memoryview]:
    kinds = _kinds(shapes)
    mine = shapes[kinds > _OTHER]
    points = shapely.get_coordinates(mine)
    rings = shapely.get_num_interior_rings(mine) + 1
    lengths = shapely.get_num_coordinates(mine)
    pierced = rings > 1
    if pierced.any():
        lengths, of_rings = np.repeat(lengths, rings), shapely.get_rings(mine[pierced])
        lengths[np.repeat(pierced, rings)] = shapely.get_num_coordinates(of_rings)
    others = shapely.to_wkb(shapes[kinds == _OTHER], flavor="iso", byte_order=1).tolist()
    binary = b"".join(others)
    numbers = [len(shapes), len(points), len(mine), len(lengths), len(others), len(binary)]
    yield np.array(numbers, "<i8").tobytes()
    yield points.astype("<f8", copy=False).ravel().data
    yield np.array([len(one) for one in others], dtype="<i8").tobytes()
    rest = lengths.astype("<i4").tobytes() + rings.astype("<i4").tobytes() + kinds.tobytes() + binary
    yield rest + bytes(-len(rest) % _WORD)


def _kinds(shapes: Shapes) -> NDArray[np.int8]:
    """Say how each shape is kept: missing, as the points of a shape of its type, or otherwise."""
    types = shapely.get_type_id(shapes)
    flat = shapely.get_coordinate_dimension(shapes) == _FLAT
    run = np.isin(types, _BY_POINTS) & flat & ~shapely.is_empty(shapes)
    return np.where(run, types, np.where(shapely.is_missing(shapes), _MISSING, _OTHER)).astype(np.int8)


def shapes_restored(data: memoryview) -> Shapes:
    """Make the shapes again from all the bytes that ``shapes_stored`` gave.

    Examples
    --------
    >>> shapes = np.array([shapely.box(0, 0, 1, 1), None, shapely.Point(1, 2)])
    >>> shapes_restored(memoryview(b"".join(shapes_stored(shapes)))).tolist() == shapes.tolist()
    True
    """
    blocks: list[Shapes] = []
    place = 0
    while place < len(data):
        shapes, place = _restored_block(data, place)
        blocks.append(shapes)
    return np.concatenate(blocks) if blocks else np.empty(0, dtype=object)


def _restored_block(data: memoryview, place: int) -> tuple[Shapes, int]:
    """Make the shapes of the block at a place; also say where the next begins."""

    def taken(dtype: str, count: int) -> NDArray[Any]:
        nonlocal place
        found = np.frombuffer(data, dtype, count, place)
        place += found.nbytes
        return found

    total, points, runs, parts, others, size = taken("<i8", 6).tolist()
    coordinates = taken("<f8", 2 * points).reshape(-1, 2)
    sizes, lengths, rings = taken("<i8", others), taken("<i4", parts), taken("<i4", runs)
    kinds, binary = taken("i1", total), taken("u1", size).tobytes()
    place += -place % _WORD
    shapes = np.full(total, None, dtype=object)
    held = kinds[kinds > _OTHER]
    for kind in _BY_POINTS:
        if (which := held == kind).any():
            some = np.repeat(which, rings)
            mine = coordinates if which.all() else coordinates[np.repeat(some, lengths)]
            shapes[kinds == kind] = _made(kind, mine, lengths[some], rings[which])
    if others:
        ends = np.cumsum(sizes).tolist()
        each = [binary[a:b] for a, b in zip([0, *ends], ends, strict=False)]
        shapes[kinds == _OTHER] = shapely.from_wkb(each)
    return shapes, place


def _made(
    kind: GeometryType, points: NDArray[np.float64], lengths: NDArray[np.int32], rings: NDArray[np.int32]
) -> Shapes:
    if kind == GeometryType.POINT:
        return np.asarray(shapely.points(points))
    of_lines, of_shapes = (np.concatenate([[0], np.cumsum(each)]) for each in (lengths, rings))
    offsets = (of_lines,) if kind == GeometryType.LINESTRING else (of_lines, of_shapes)
    return np.asarray(shapely.from_ragged_array(kind, points, offsets))
