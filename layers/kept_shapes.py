"""Shapes as bytes, made and read fast: the points of lines and shells side by side, the rest as WKB."""

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
_MISSING, _OTHER = -1, 0
_RUNS = (GeometryType.LINESTRING, GeometryType.POLYGON)
_WORD = 8


def shapes_stored(shapes: Shapes) -> Iterator[bytes]:
    """Give the bytes of shapes, block by block; every length is a multiple of eight.

    A block says how many shapes, points, shapes given by points, other shapes and bytes of those it has. The
    points of flat lines and of flat polygons without holes follow as they are, then the lengths of the others
    as well-known binary, the numbers of points, the kind of each shape, and the well-known binary.
    """
    for start in range(0, len(shapes), _AT_A_TIME):
        yield from _block(shapes[start : start + _AT_A_TIME])


def _block(shapes: Shapes) -> Iterator[bytes]:
    counts = shapely.get_num_coordinates(shapes)
    kinds = _kinds(shapes, counts)
    run = kinds > _OTHER
    points = shapely.get_coordinates(shapes if run.all() else shapes[run])
    others = shapely.to_wkb(shapes[kinds == _OTHER], flavor="iso", byte_order=1).tolist()
    binary = b"".join(others)
    yield np.array([len(shapes), len(points), run.sum(), len(others), len(binary)], "<i8").tobytes()
    yield points.astype("<f8", copy=False).tobytes()
    yield np.array([len(one) for one in others], dtype="<i8").tobytes()
    rest = counts[run].astype("<i4").tobytes() + kinds.tobytes() + binary
    yield rest + bytes(-len(rest) % _WORD)


def _kinds(shapes: Shapes, counts: NDArray[np.integer]) -> NDArray[np.int8]:
    """Say how each shape is kept: missing, as the points of a line or a shell, or otherwise."""
    types = shapely.get_type_id(shapes)
    run = np.isin(types, _RUNS) & (counts > 0) & (shapely.get_coordinate_dimension(shapes) == _FLAT)
    polygons = types == GeometryType.POLYGON
    if polygons.any():
        run[polygons] &= shapely.get_num_interior_rings(shapes[polygons]) == 0
    return np.where(run, types, np.where(types == _MISSING, _MISSING, _OTHER)).astype(np.int8)


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

    total, points, runs, others, size = taken("<i8", 5).tolist()
    coordinates = taken("<f8", 2 * points).reshape(-1, 2)
    lengths, counts = taken("<i8", others), taken("<i4", runs)
    kinds, binary = taken("i1", total), taken("u1", size).tobytes()
    place += -place % _WORD
    shapes = np.full(total, None, dtype=object)
    held = kinds[kinds > _OTHER]
    for kind in _RUNS:
        if (held == kind).any():
            mine = np.repeat(held == kind, counts)
            owner = np.repeat(np.arange((held == kind).sum()), counts[held == kind])
            shapes[kinds == kind] = _made(kind, coordinates if mine.all() else coordinates[mine], owner)
    if others:
        ends = np.cumsum(lengths).tolist()
        each = [binary[a:b] for a, b in zip([0, *ends], ends, strict=False)]
        shapes[kinds == _OTHER] = shapely.from_wkb(each)
    return shapes, place


def _made(kind: GeometryType, points: NDArray[np.float64], owner: NDArray[np.intp]) -> Shapes:
    if kind == GeometryType.LINESTRING:
        return np.asarray(shapely.linestrings(points, indices=owner))
    return np.asarray(shapely.polygons(shapely.linearrings(points, indices=owner)))
