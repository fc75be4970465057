"""The shape of a corridor drawn as a polygon: how long, how wide at its narrowest, which way it runs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components, minimum_spanning_tree

from geo.pieces import quarter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely import Polygon
    from shapely.geometry.base import BaseGeometry

ENDS = 0.05
"""Share of a corridor's extent that a way through it may miss at its ends (slanted or pointed ends)."""
_FIRST_GAP_M = 16.0
_STRETCH = 16
"""Vertices of a stretch of a bank whose gaps are measured apart from the rest of it."""
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

    A disc of this diameter can pass from end to end (``ENDS`` of the extent may be missing at either end).
    It is stopped by the tightest chain of blocks from one bank to the other, so the width is the least, over
    all such chains, of the widest gap in the chain: a minimax path, found on the least spanning tree of the
    gaps. 0 where every way is barred.

    Examples
    --------
    >>> corridor = shapely.box(0, 0, 1_000, 100)
    >>> through_width(corridor)
    100.0
    >>> through_width(corridor, [shapely.box(500, 0, 520, 70)])
    30.0
    """
    _, along = axis(shape)
    extent = _extent(shape, along)
    widest = 0.0
    for part in shapely.get_parts(shape):
        if _extent(part, along) >= extent * (1 - ENDS):
            widest = max(widest, _part_width(part, along, blocks))
    return widest


def _part_width(
    part: Polygon, along: tuple[float, float], blocks: Sequence[BaseGeometry] | NDArray[Any] | None
) -> float:
    middle = _middle(part, along)
    sides = shapely.get_parts(shapely.line_merge(shapely.intersection(part.exterior, middle)))
    reach = np.array([_extent(side, along) for side in sides])
    banks = sides[np.argsort(-reach, kind="stable")[:2]]
    if len(banks) < 2:  # noqa: PLR2004 - a corridor has two banks
        return 0.0
    holes = [shapely.Polygon(hole) for hole in part.interiors]
    given = np.asarray([] if blocks is None else blocks, dtype=object)
    standing = np.array([*holes, *shapely.intersection(given, middle)], dtype=object)
    shapely.prepare(part)
    inside = standing[shapely.intersects(part, standing) & ~shapely.is_empty(standing)]
    return _widest_gap_of_the_tightest_chain(np.concatenate([banks, inside]))


def _middle(part: Polygon, along: tuple[float, float]) -> Polygon:
    """Give a box over the corridor without its two ends."""
    x, y = along
    xy = shapely.get_coordinates(part)
    reach, across = xy @ np.array([x, y]), xy @ np.array([-y, x])
    ends = ENDS * (reach.max() - reach.min())
    low, high = reach.min() + ends, reach.max() - ends
    left, right = across.min() - 1.0, across.max() + 1.0
    corners = [(low, left), (high, left), (high, right), (low, right)]
    return shapely.Polygon([(x * a - y * b, y * a + x * b) for a, b in corners])


def _widest_gap_of_the_tightest_chain(obstacles: NDArray[Any]) -> float:
    """Go from the first obstacle to the second by gaps as small as can be, and give the largest of them.

    Obstacles a smaller gap apart already hang together when larger gaps are looked for, and only gaps between
    different clusters of them are measured.
    """
    longest = float(shapely.distance(obstacles[0], obstacles[1]))
    banks = quarter(obstacles[:2], _STRETCH)
    shapes = np.concatenate([banks.shape, obstacles[2:]])
    cluster = np.concatenate([banks.source, np.arange(2, len(obstacles))])
    ends = 0, len(banks.shape) - 1
    near = min(_FIRST_GAP_M, longest)
    while True:
        gaps = _gaps(shapes, cluster, near)
        _, joined = connected_components(gaps, directed=False)
        if joined[cluster[ends[0]]] == joined[cluster[ends[1]]]:
            return _largest_gap(gaps, cluster[ends[0]], cluster[ends[1]])
        if near >= longest:  # only rounding keeps the banks apart
            return longest
        cluster = joined[cluster]
        near = min(2 * near, longest)


def _gaps(shapes: NDArray[Any], cluster: NDArray[np.intp], near: float) -> csr_array:
    """Measure the least gap between clusters that are near, plus 1: a gap of 0 must stay an edge."""
    asked = np.flatnonzero(cluster != np.argmax(np.bincount(cluster)))
    around = shapely.bounds(shapes[asked]) + np.array([-near, -near, near, near])
    one, other = shapely.STRtree(shapes).query(shapely.box(*around.T))
    one = asked[one]
    apart = cluster[one] != cluster[other]
    one, other = one[apart], other[apart]
    gap = shapely.distance(shapes[one], shapes[other])
    close = gap <= near
    pair = np.sort(np.column_stack([cluster[one], cluster[other]])[close], axis=1)
    gap = gap[close]
    order = np.lexsort([gap, *pair.T])
    pair, gap = pair[order], gap[order]
    first = np.diff(pair, axis=0, prepend=-1).any(axis=1)
    size = int(cluster.max()) + 1
    return csr_array((gap[first] + 1.0, tuple(pair[first].T)), shape=(size, size))


def _largest_gap(gaps: csr_array, start: int, end: int) -> float:
    """Give the largest gap on the way from one cluster to another by gaps as small as can be."""
    least = minimum_spanning_tree(gaps)
    least = least.maximum(least.T).tocsr()
    _, before = breadth_first_order(least, start, directed=False)
    widest, at = 0.0, end
    while at != start:
        widest = max(widest, float(least[int(before[at]), at]) - 1.0)
        at = int(before[at])
    return widest


def _extent(shape: BaseGeometry, along: tuple[float, float]) -> float:
    reach = shapely.get_coordinates(shape) @ np.asarray(along)
    return float(reach.max() - reach.min()) if len(reach) else 0.0
