"""Packed layers read back: the shapes of a page for what draws without a browser."""

from __future__ import annotations

import base64
import gzip
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from maps.packed import twice_areas

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_MORE = 0x80
_WIDEST = 5


def unpack(entry: Mapping[str, Any], payload: str) -> tuple[NDArray[Any], NDArray[np.uint8]]:
    """Read a packed layer: its single shapes in steps of the Web Mercator world, and the class of each.

    A feature of several parts gives several shapes; y counts to the south. Rings that rounding left without
    area are passed over.

    Parameters
    ----------
    entry
        What the page says of the layer: kind of shape, counts, origin.
    payload
        Base64 of gzip, as ``maps.packed.pack`` wrote it.
    """
    raw = np.frombuffer(gzip.decompress(base64.b64decode(payload)), dtype=np.uint8)
    features, rings, vertices = (int(entry[name]) for name in ("features", "rings", "vertices"))
    counts, at = _varints(raw, 0, features)
    lengths, at = _varints(raw, at, rings)
    x, at = _varints(raw, at, vertices)
    y, at = _varints(raw, at, vertices)
    long = lengths.astype(np.int64)
    points = np.column_stack(
        [_places(_unfolded(steps), long, first) for steps, first in zip((x, y), entry["origin"], strict=True)]
    ).astype(float)
    owner = np.repeat(np.arange(features), counts.astype(np.int64))
    shapes, of_ring = _shapes(points, long, str(entry["shape"]))
    return shapes, raw[at : at + features][owner[of_ring]]


def _varints(raw: NDArray[np.uint8], at: int, count: int) -> tuple[NDArray[np.uint64], int]:
    """Read so many numbers of seven bits a byte, low bits first; give them and where they end."""
    if not count:
        return np.empty(0, dtype=np.uint64), at
    part = raw[at : at + _WIDEST * count]
    ends = np.flatnonzero(part < _MORE)[:count]
    starts = np.concatenate(([0], ends[:-1] + 1))
    values = np.zeros(count, dtype=np.uint64)
    for place in range(int((ends - starts).max()) + 1):
        here = starts + place <= ends
        low = (part[starts[here] + place] & (_MORE - 1)).astype(np.uint64)
        values[here] |= low << np.uint64(7 * place)
    return values, at + int(ends[-1]) + 1


def _unfolded(values: NDArray[np.uint64]) -> NDArray[np.int64]:
    signed = values.astype(np.int64)
    return (signed >> 1) ^ -(signed & 1)


def _places(steps: NDArray[np.int64], lengths: NDArray[np.int64], origin: int) -> NDArray[np.int64]:
    """Turn steps into places; a ring's first point counts from the first of the ring before."""
    if not len(steps):
        return steps
    starts = _starts(lengths)
    firsts = origin + np.cumsum(steps[starts])
    along = np.cumsum(steps)
    ring = np.repeat(np.arange(len(starts)), lengths)
    places: NDArray[np.int64] = firsts[ring] + along - along[starts][ring]
    return places


def _starts(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.cumsum(lengths) - lengths


def _shapes(
    points: NDArray[np.float64], lengths: NDArray[np.int64], shape: str
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Make the shapes, and say by which ring, line or point each begins."""
    every = np.arange(len(lengths))
    if shape == "point" or not len(lengths):
        return np.asarray(shapely.points(points), dtype=object), every
    if shape == "line":
        return np.asarray(shapely.linestrings(points, indices=np.repeat(every, lengths)), dtype=object), every
    turn = twice_areas(points, lengths)  # y counts to the south: outer rings, packed first, are below nought
    first = np.flatnonzero(turn < 0)
    rings = np.split(points, _starts(lengths)[1:])
    holes: dict[int, list[NDArray[np.float64]]] = {}
    for ring in np.flatnonzero(turn > 0):
        outer = int(np.searchsorted(first, ring)) - 1
        if outer >= 0:
            holes.setdefault(int(first[outer]), []).append(rings[ring])
    areas = [shapely.Polygon(rings[ring], holes.get(int(ring))) for ring in first]
    return np.array(areas, dtype=object), first
