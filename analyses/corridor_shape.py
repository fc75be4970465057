"""The shape of a corridor drawn as a polygon: how long, how wide at its narrowest, which way it runs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

ENDS = 0.05
"""Share of a corridor's extent that a way through it may miss at its ends (slanted or pointed ends)."""
PRECISION_M = 0.05
_TURN = 180.0


def ribbon_length(area_m2: float, perimeter_m: float) -> float:
    """Give the length of the rectangle that has this area and this perimeter.

    A ribbon of even width, straight or bent, has it as the length of its middle line. Where no rectangle
    has such a perimeter (rounder than a square) it is the side of the square of that area.

    Examples
    --------
    >>> ribbon_length(5_000 * 500, 2 * 5_500)
    5000.0
    """
    half = perimeter_m / 2
    root = half * half - 4 * area_m2
    return (half + math.sqrt(root)) / 2 if root > 0 else math.sqrt(area_m2)


def axis(shape: BaseGeometry) -> tuple[float, tuple[float, float]]:
    """Give the way a polygon runs: bearing from grid north (0 to 180 degrees) and unit vector.

    The long side of the smallest rectangle around it.

    Examples
    --------
    >>> axis(shapely.box(0, 0, 100, 10))[0]
    90.0
    """
    around = shapely.oriented_envelope(shape)
    steps = np.diff(shapely.get_coordinates(around), axis=0)[:2]
    if not len(steps):
        return 0.0, (0.0, 1.0)
    x, y = max(steps.tolist(), key=lambda step: (math.hypot(*step), step))
    if (y, x) < (0.0, 0.0):
        x, y = -x, -y
    size = math.hypot(x, y)
    return round(math.degrees(math.atan2(x, y)) % _TURN, 6) % _TURN, (x / size, y / size)


def angle_between(one_deg: float, two_deg: float) -> float:
    """Give the angle between two lines by their bearings: 0 to 90 degrees, direction does not matter.

    Examples
    --------
    >>> angle_between(170, 10), angle_between(45, 225)
    (20.0, 0.0)
    """
    turned = abs(one_deg - two_deg) % _TURN
    return float(min(turned, _TURN - turned))


def through_width(shape: BaseGeometry, blocks: Sequence[BaseGeometry] | NDArray[Any] | None = None) -> float:
    """Give the width of the widest way through a polygon, between the blocks that stand in it.

    A disc of this diameter can pass from end to end; it is found by shrinking the free area until no part of
    it reaches from end to end any more (``ENDS`` of the extent may be missing). 0 where every way is barred.

    Examples
    --------
    >>> corridor = shapely.box(0, 0, 1_000, 100)
    >>> round(through_width(corridor), 1)
    100.0
    >>> round(through_width(corridor, [shapely.box(500, 0, 520, 70)]), 1)
    30.0
    """
    free: Any = shape
    if blocks is not None and len(blocks):
        free = shapely.difference(shape, shapely.union_all(np.asarray(blocks, dtype=object)))
    _, along = axis(shape)
    extent = _extent(shape, along)
    low, high = 0.0, math.sqrt(shapely.area(shape)) / 2 + PRECISION_M
    if not _passes(free, along, extent, 0.0):
        return 0.0
    while high - low > PRECISION_M / 4:
        middle = (low + high) / 2
        low, high = (middle, high) if _passes(free, along, extent, middle) else (low, middle)
    return low + high


def _passes(free: BaseGeometry, along: tuple[float, float], extent: float, radius: float) -> bool:
    shrunk = shapely.buffer(free, -radius, quad_segs=8) if radius else free
    parts = shapely.get_parts(shrunk)
    parts = parts[shapely.area(parts) > 0]
    return any(_extent(part, along) >= extent * (1 - ENDS) - 2 * radius for part in parts)


def _extent(shape: BaseGeometry, along: tuple[float, float]) -> float:
    reach = shapely.get_coordinates(shape) @ np.asarray(along)
    return float(reach.max() - reach.min()) if len(reach) else 0.0
