"""How much of lines lies inside polygons, for very many pairs, without cutting any.

The straight line through a stretch is inside a polygon between an edge that crosses it one way and one that
crosses it the other way. What of the stretch is inside is therefore the sum of the places where edges cross
that line, cut to the stretch, counted with a sign. A stretch along an edge is inside one of the two polygons
that the edge parts.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.ranges import spread_ranges
from geo.rings import rings_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.complex128]
    Indices = NDArray[np.intp]

AT_ONCE = 1 << 16
"""Pairs of stretches and vertices looked at together: so many stay in the processor's cache."""


def lengths_inside(lines: NDArray[Any], line: Indices, polygons: NDArray[Any], polygon: Indices) -> Floats:
    """Give the length that each of ``lines[line]`` has inside ``polygons[polygon]``, pair by pair.

    Exact but for rounding, and for lines along the edges of polygons.

    Examples
    --------
    >>> street, plot = shapely.LineString([(-5, 1), (3, 1), (3, 9)]), shapely.box(0, 0, 10, 4)
    >>> lengths_inside(np.array([street]), np.array([0]), np.array([plot]), np.array([0])).tolist()
    [6.0]
    """
    rings = rings_of(shapely.orient_polygons(polygons))
    corners = rings.points.view(np.complex128)[:, 0]  # one number each: x + iy
    closing = np.zeros(len(corners), bool)
    closing[rings.first[1:] - 1] = True
    begin = rings.first[np.searchsorted(rings.shape, np.arange(len(polygons) + 1))]
    used, number = np.unique(line, return_inverse=True)
    start, end, first = _stretches(lines[used])
    pair, stretch = spread_ranges(first[number], first[number + 1])
    low, high = begin[polygon[pair]], begin[polygon[pair] + 1]
    result = np.zeros(len(line))
    before = np.r_[0, np.cumsum(high - low)]
    cuts = np.unique(np.r_[np.searchsorted(before, np.arange(0, before[-1], AT_ONCE)), len(pair)])
    for one, other in pairwise(cuts):
        some = slice(one, other)
        which, corner = spread_ranges(low[some], high[some])
        own = stretch[some]
        along = end[own] - start[own]
        place = (corners[corner] - start[own][which]) * (along.conj() / np.abs(along) ** 2)[which]
        above = place.imag >= 0
        crossing = np.flatnonzero((above[1:] != above[:-1]) & ~closing[corner[:-1]])
        here, there = place[crossing], place[crossing + 1]
        at = here.real + (there.real - here.real) * here.imag / (here.imag - there.imag)
        sign = np.where(above[crossing], -1.0, 1.0)
        inside = np.clip(at, 0.0, 1.0) * sign * np.abs(along)[which[crossing]]
        first_pair, last_pair = pair[one], pair[other - 1]
        sums = np.bincount(
            pair[some][which[crossing]] - first_pair, inside, minlength=last_pair - first_pair + 1
        )
        result[first_pair : last_pair + 1] += sums
    return result


def _stretches(lines: NDArray[Any]) -> tuple[Places, Places, Indices]:
    """Give the straight stretches of lines that have a length: starts, ends, where each line's begin."""
    points, line = shapely.get_coordinates(lines, return_index=True)
    places = points.view(np.complex128)[:, 0]
    own = np.flatnonzero((line[1:] == line[:-1]) & (places[1:] != places[:-1]))
    return places[own], places[own + 1], np.searchsorted(line[own], np.arange(len(lines) + 1))
