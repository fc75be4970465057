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

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
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
    points = shapely.get_coordinates(lines)
    number = shapely.get_num_coordinates(lines).astype(np.intp)
    first, segments = np.cumsum(number) - number, number - 1
    count = segments[one] * segments[two]
    result = count > AT_ONCE
    count[result] = 0
    begins = np.r_[0, np.cumsum(count)]
    cuts = np.unique(np.r_[np.searchsorted(begins, np.arange(0, begins[-1], AT_ONCE)), len(one)])
    for low, high in pairwise(cuts):
        pair = np.repeat(np.arange(low, high), count[low:high])
        place = np.arange(begins[low], begins[high]) - begins[pair]
        breadth = segments[two[pair]]
        a = first[one[pair]] + place // breadth
        b = first[two[pair]] + place % breadth
        result[pair[~_are_clear(points[a], points[a + 1], points[b], points[b + 1])]] = True
    return result


def _are_clear(a: Floats, b: Floats, c: Floats, d: Floats) -> Flags:
    """Say which segments a-b and c-d are apart, or meet in a common end alone, beyond doubt."""
    clear = _one_side(a, b, c, d) | _one_side(c, d, a, b)
    left = np.flatnonzero(~clear)
    a, b, c, d = a[left], b[left], c[left], d[left]
    beyond = (np.minimum(a, b) > np.maximum(c, d)) | (np.maximum(a, b) < np.minimum(c, d))
    clear[left] = beyond.any(axis=1)
    for near, far, own, other in ((a, b, c, d), (a, b, d, c), (b, a, c, d), (b, a, d, c)):
        forks = np.flatnonzero((near == own).all(axis=1))
        to_far, to_other = far[forks] - near[forks], other[forks] - near[forks]
        turned = _sign(to_far[:, 0], to_other[:, 1], to_far[:, 1], to_other[:, 0]) != 0
        ahead = _sign(to_far[:, 0], to_other[:, 0], -to_far[:, 1], to_other[:, 1]) < 0
        clear[left[forks[turned | ahead]]] = True
    return clear


def _one_side(a: Floats, b: Floats, c: Floats, d: Floats) -> Flags:
    """Say whether c and d surely lie on the same side of the line through a and b."""
    x, y = (b - a).T
    sides = [_sign(x, one[:, 1] - a[:, 1], y, one[:, 0] - a[:, 0]) for one in (c, d)]
    return np.asarray(sides[0] * sides[1] > 0)


def _sign(p: Floats, q: Floats, r: Floats, s: Floats) -> NDArray[np.int8]:
    """Sign of p q - r s; 0 where rounding may have made it."""
    one, two = p * q, r * s
    value = one - two
    sure = np.abs(value) > ROUNDING * (np.abs(one) + np.abs(two))
    return np.where(sure, np.sign(value), 0).astype(np.int8)
