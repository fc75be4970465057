"""Which lines may meet anywhere but in vertices they share: cheap arithmetic that clears nearly every pair.

Two segments are apart for sure where their boxes are or one lies on one side of the other; two that share an
end meet only there unless they run along each other. Both follow from signs of products whose rounding error
is bounded (after Shewchuk, Adaptive Precision Floating-Point Arithmetic, 1997). What is not sure is left to
GEOS.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.ranges import spread_ranges

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.complex128]
    Flags = NDArray[np.bool_]
    Indices = NDArray[np.intp]

ROUNDING = 1e-15
"""Bound of the error of a difference of two products, relative to the sum of their sizes."""
AT_ONCE = 1 << 16
"""Pairs of segments looked at together: so many stay in the processor's cache."""


@np.errstate(over="ignore", invalid="ignore")  # nothing is sure of what no number can hold
def may_meet_apart(lines: NDArray[Any], one: Indices, two: Indices) -> Flags:
    """Say which pairs ``lines[one], lines[two]`` may meet away from the vertices that both have.

    False is sure; True asks for a closer look.

    Examples
    --------
    >>> cross, bend = shapely.from_wkt(["LINESTRING(0 0, 2 2)", "LINESTRING(0 2, 2 0)"]), np.arange(1)
    >>> may_meet_apart(cross, bend, bend + 1).tolist()
    [True]
    >>> bent = shapely.from_wkt(["LINESTRING(0 0, 2 2)", "LINESTRING(2 2, 4 0)"])
    >>> may_meet_apart(bent, bend, bend + 1).tolist()
    [False]
    """
    places = shapely.get_coordinates(lines).view(np.complex128)[:, 0]  # one number each: x + iy
    number = shapely.get_num_coordinates(lines).astype(np.intp)
    first, last, segments = np.cumsum(number) - number, np.cumsum(number) - 1, number - 1
    count = segments[one] * segments[two]
    result = count > AT_ONCE
    count[result] = 0
    begins = np.r_[0, np.cumsum(count)]
    cuts = np.unique(np.r_[np.searchsorted(begins, np.arange(0, begins[-1], AT_ONCE)), len(one)])
    for low, high in pairwise(cuts):
        rows = low + np.flatnonzero(count[low:high])
        pair, own = spread_ranges(first[one[rows]], last[one[rows]])
        which, other = spread_ranges(first[two[rows]][pair], last[two[rows]][pair])
        doubtful = ~_are_clear(places, own[which], other)
        result[rows[pair[which[doubtful]]]] = True
    return result


def _are_clear(places: Places, one: Indices, two: Indices) -> Flags:
    """Say which segments, named by their first vertices, are apart or share an end alone, beyond doubt."""
    a, b, c, d = places[one], places[one + 1], places[two], places[two + 1]
    clear = np.zeros(len(one), bool)
    for near, far, own, other in ((a, b, c, d), (a, b, d, c), (b, a, c, d), (b, a, d, c)):
        forks = np.flatnonzero(near == own)
        middle = near[forks]
        clear[forks[_fork_off(far[forks] - middle, other[forks] - middle)]] = True
    left = np.flatnonzero(~clear)
    a, b, c, d = a[left], b[left], c[left], d[left]
    beyond = _beyond(a.real, b.real, c.real, d.real) | _beyond(a.imag, b.imag, c.imag, d.imag)
    clear[left] = beyond | _one_side(a, b, c, d) | _one_side(c, d, a, b)
    return clear


def _beyond(a: Floats, b: Floats, c: Floats, d: Floats) -> Flags:
    """Say whether a and b lie before or behind both c and d."""
    before, behind = np.maximum(a, b) < np.minimum(c, d), np.minimum(a, b) > np.maximum(c, d)
    return np.asarray(before | behind)


def _fork_off(one: Places, two: Places) -> Flags:
    """Say which two ways from one place surely do not run along each other."""
    turn, doubt = _cross(one.real, two.imag, one.imag, two.real)
    ahead, doubt_ahead = _cross(one.real, two.real, -one.imag, two.imag)
    return np.asarray((np.abs(turn) > doubt) | (ahead < -doubt_ahead))


def _one_side(a: Places, b: Places, c: Places, d: Places) -> Flags:
    """Say whether c and d surely lie on the same side of the line through a and b."""
    along = b - a
    (left, doubt), (right, other_doubt) = (
        _cross(along.real, (one - a).imag, along.imag, (one - a).real) for one in (c, d)
    )
    both = (left > doubt) & (right > other_doubt)
    return np.asarray(both | ((left < -doubt) & (right < -other_doubt)))


def _cross(p: Floats, q: Floats, r: Floats, s: Floats) -> tuple[Floats, Floats]:
    """Give p q - r s and how far rounding may have moved it."""
    one, two = p * q, r * s
    return one - two, ROUNDING * (np.abs(one) + np.abs(two))
