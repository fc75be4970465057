"""How much of the plane two polygons share, for very many pairs, without making the common part.

The ground below each edge of a polygon, counted with a sign, adds up to the polygon. What two polygons share
is therefore the sum, over all edges of one and all of the other, of what lies below both edges; for two edges
that is the area below the lower of two straight lines, a closed form. Only edges over or under the common box
count. The sum has no cases: an edge that both polygons have, or a corner of one a hair inside the other,
changes it by no more than rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.ranges import spread_ranges
from geo.rings import rings_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Indices = NDArray[np.intp]

BLOCKS = (128, 16, 1)
"""Edges that are looked at by their common box, from coarse to fine."""
FEW = 64
"""Vertices of two polygons up to which GEOS says quickly whether they are apart ..."""
OFTEN = 4
"""... and how often it may walk each polygon for that, however many vertices it has."""
PAIRS = 1 << 14
"""Pairs of polygons whose edges are held at a time."""
AT_ONCE = 1 << 16
"""Pairs of edges looked at together: so many stay in the processor's cache."""
MANY = 1 << 18
"""Pairs of edges of two polygons from which on it is left to GEOS."""


@dataclass(frozen=True, eq=False)
class _Blocks:
    """Runs of edges and the boxes around them, along x and y; ``inner`` tells where their parts begin."""

    low: tuple[Floats, Floats]
    high: tuple[Floats, Floats]
    inner: Indices


@dataclass(frozen=True, eq=False)
class _Edges:
    """Edges, polygons to the left of them, as start and end along x and y.

    ``blocks`` go from coarse to fine, the last being single edges; those of shape k begin at ``first[k]``.
    """

    start: tuple[Floats, Floats]
    end: tuple[Floats, Floats]
    blocks: tuple[_Blocks, ...]
    first: Indices


@dataclass(frozen=True)
class _Way:
    """How a pair is looked at: edges side by side along an axis, the ground below (1) or above (-1) them."""

    along: int
    up: int


@dataclass(frozen=True, eq=False)
class _Below:
    """Edges over the boxes of pairs, from the box's corner: those of pair k from ``first[k]`` on."""

    low: Floats
    high: Floats
    at_low: Floats
    at_high: Floats
    sign: Floats
    first: Indices


def overlap_areas(shapes: NDArray[Any], one: Indices, two: Indices) -> Floats:
    """Give the area that each pair of valid polygons ``shapes[one], shapes[two]`` shares.

    Exact but for rounding; NaN where the two have so many edges near each other that GEOS does better.

    Examples
    --------
    >>> pair = np.array([shapely.box(0, 0, 4, 4), shapely.box(3, 1, 9, 9), shapely.box(4, 0, 5, 1)])
    >>> overlap_areas(pair, np.array([0, 0]), np.array([1, 2])).tolist()
    [3.0, 0.0]
    """
    result = np.zeros(len(one))
    maybe = _may_overlap(shapes, one, two)
    used, number = np.unique(np.r_[one[maybe], two[maybe]], return_inverse=True)
    if not len(used):
        return result
    one, two = number[: len(maybe)], number[len(maybe) :]
    left, right = (shapely.bounds(shapes[used])[pair] for pair in (one, two))
    low, high = np.maximum(left[:, :2], right[:, :2]), np.minimum(left[:, 2:], right[:, 2:])
    least = _least_reach(left, right)
    edges = _edges(shapes[used])
    for which_way, own in _portions(least):
        way = _WAYS[which_way]
        bottom = low[own, 1 - way.along] if way.up > 0 else -high[own, 1 - way.along]
        box = low[own, way.along], high[own, way.along], bottom
        below = (_below(edges, way, which[own], box) for which in (one, two))
        result[maybe[own]] = _common(*below)
    return result


def _portions(ways: Indices) -> Iterator[tuple[int, Indices]]:
    """Give the pairs way by way, not very many at a time."""
    for number in range(len(_WAYS)):
        own = np.flatnonzero(ways == number)
        for start in range(0, len(own), PAIRS):
            yield number, own[start : start + PAIRS]


def _least_reach(left: Floats, right: Floats) -> Indices:
    """Say by which way fewest edges are over the box that both boxes share: that which reaches least far."""
    width, height = (np.minimum(left, right)[:, 2:] - np.maximum(left, right)[:, :2]).T
    west, south = np.minimum(left, right)[:, :2].T
    east, north = np.maximum(left, right)[:, 2:].T
    inner_west, inner_south = np.maximum(left, right)[:, :2].T
    inner_east, inner_north = np.minimum(left, right)[:, 2:].T
    up, down = width * (north - inner_south), width * (inner_north - south)
    right_on, left_on = height * (east - inner_west), height * (inner_east - west)
    return np.asarray(np.argmin([up, down, right_on, left_on], axis=0), dtype=np.intp)


def _may_overlap(shapes: NDArray[Any], one: Indices, two: Indices) -> Indices:
    """Give the pairs whose boxes share ground, without those that GEOS says quickly are apart."""
    west, south, east, north = shapely.bounds(shapes).T
    beside = np.minimum(east[one], east[two]) > np.maximum(west[one], west[two])
    beside &= np.minimum(north[one], north[two]) > np.maximum(south[one], south[two])
    maybe = np.flatnonzero(beside)
    vertices = shapely.get_num_coordinates(shapes)
    both = vertices[one[maybe]] + vertices[two[maybe]]
    small = maybe if both.sum() <= OFTEN * vertices.sum() else maybe[both <= FEW]
    beside[small] = shapely.intersects(shapes[one[small]], shapes[two[small]])
    return np.flatnonzero(beside)


def _edges(shapes: NDArray[Any]) -> _Edges:
    rings = rings_of(shapely.orient_polygons(shapes))
    ends = np.empty_like(rings.points)
    ends[:-1] = rings.points[1:]
    closing = rings.first[1:] - 1
    ends[closing] = rings.points[closing]  # from ring to ring there is no edge
    start, end, low, high = (
        (one[:, 0], one[:, 1])
        for one in (rings.points, ends, np.minimum(rings.points, ends), np.maximum(rings.points, ends))
    )
    first = rings.first[np.searchsorted(rings.shape, np.arange(len(shapes) + 1))]
    count = np.diff(first)
    blocks_of = [spread_ranges(np.zeros_like(count), -(-count // size)) for size in BLOCKS]
    starts = [first[shape] + rank * size for size, (shape, rank) in zip(BLOCKS, blocks_of, strict=True)]
    blocks = tuple(
        _Blocks(
            (np.minimum.reduceat(low[0], own), np.minimum.reduceat(low[1], own)),
            (np.maximum.reduceat(high[0], own), np.maximum.reduceat(high[1], own)),
            np.asarray(np.searchsorted(finer, np.r_[own, len(ends)]), dtype=np.intp),
        )
        for own, finer in pairwise(starts)
    )
    finest = _Blocks(low, high, np.empty(0, np.intp))
    return _Edges(start, end, (*blocks, finest), np.searchsorted(starts[0], first))


def _below(edges: _Edges, way: _Way, shape: Indices, box: tuple[Floats, Floats, Floats]) -> _Below:
    """Cut the edges of one shape of each pair to what is over its box (its left, right and lower limit)."""
    row, edge = _near(edges, way, shape, box)
    left, right, bottom = (limit[row] for limit in box)
    x, other_x = (one[way.along][edge] - left for one in (edges.start, edges.end))
    y, other_y = (one[1 - way.along][edge] * way.up - bottom for one in (edges.start, edges.end))
    back = other_x < x
    low, high = np.minimum(x, other_x), np.maximum(x, other_x)
    at_low, at_high = np.where(back, other_y, y), np.where(back, y, other_y)
    slope = (at_high - at_low) / (high - low)
    begin, end = np.maximum(low, 0.0), np.minimum(high, right - left)
    dips = np.flatnonzero((at_low < 0) != (at_high < 0))
    ground = low[dips] - at_low[dips] / slope[dips]
    rises = slope[dips] > 0
    begin[dips] = np.where(rises, np.maximum(begin[dips], ground), begin[dips])
    end[dips] = np.where(rises, end[dips], np.minimum(end[dips], ground))
    at_begin, at_end = (np.maximum(at_low + (one - low) * slope, 0.0) for one in (begin, end))
    some = np.flatnonzero(end > begin)
    first = np.searchsorted(row[some], np.arange(len(shape) + 1))
    sign = np.where(back, 1.0, -1.0)
    return _Below(begin[some], end[some], at_begin[some], at_end[some], sign[some], first)


def _near(
    edges: _Edges, way: _Way, shape: Indices, box: tuple[Floats, Floats, Floats]
) -> tuple[Indices, Indices]:
    """Give the edges of each pair's shape that are over its box: the pair, the edge."""
    left, right, bottom = box
    row, place = spread_ranges(edges.first[shape], edges.first[shape + 1])
    for blocks in edges.blocks:
        low, high = blocks.low[way.along], blocks.high[way.along]
        top = (blocks.high if way.up > 0 else blocks.low)[1 - way.along]
        over = (high[place] > left[row]) & (low[place] < right[row])
        over &= top[place] > bottom[row] if way.up > 0 else top[place] < -bottom[row]
        row, place = row[over], place[over]
        if len(blocks.inner):
            which, place = spread_ranges(blocks.inner[place], blocks.inner[place + 1])
            row = row[which]
    slanted = low[place] < high[place]  # there is no ground below an upright edge
    return row[slanted], place[slanted]


_WAYS = (_Way(0, 1), _Way(0, -1), _Way(1, 1), _Way(1, -1))


def _common(one: _Below, two: _Below) -> Floats:
    """Sum what lies below the edges of both, pair by pair."""
    result = np.where(np.diff(one.first) * np.diff(two.first) > MANY, np.nan, 0.0)
    pair = np.repeat(np.arange(len(result)), np.diff(one.first))
    count = np.where(np.isnan(result), 0, np.diff(two.first))[pair]
    begins = np.cumsum(count) - count
    cuts = np.unique(np.r_[np.searchsorted(begins, np.arange(0, count.sum(), AT_ONCE)), len(count)])
    for first, last in pairwise(cuts):
        begin = two.first[pair[first:last]]
        a, b = spread_ranges(begin, begin + count[first:last])
        a += first
        low, high = np.maximum(one.low[a], two.low[b]), np.minimum(one.high[a], two.high[b])
        some = np.flatnonzero(high > low)
        a, b, low, high = a[some], b[some], low[some], high[some]
        area = one.sign[a] * two.sign[b] * (high - low) * _lower(one, a, two, b, low, high)
        own = pair[first], pair[last - 1] + 1
        result[slice(*own)] += np.bincount(pair[a] - own[0], area, minlength=own[1] - own[0])
    return result


def _lower(one: _Below, a: Indices, two: _Below, b: Indices, low: Floats, high: Floats) -> Floats:
    """Give the mean height of the lower of two lines between two places."""
    heights = []
    for edges, which in ((one, a), (two, b)):
        begin, at_low = edges.low[which], edges.at_low[which]
        slope = (edges.at_high[which] - at_low) / (edges.high[which] - begin)
        heights.append((at_low + (low - begin) * slope, at_low + (high - begin) * slope))
    (left, right), (other_left, other_right) = heights
    mean = np.minimum(left, other_left) + np.minimum(right, other_right)
    here, there = left - other_left, right - other_right
    cross = np.flatnonzero(here * there < 0)
    here, there = np.abs(here[cross]), np.abs(there[cross])
    mean[cross] += here * there / (here + there)
    return mean / 2
