"""Ranges: many of indices at once, and the one that places span."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Indices = NDArray[np.intp]


def spread_ranges(low: Indices, high: Indices) -> tuple[Indices, Indices]:
    """List all members of many index ranges: which range, and the member.

    Examples
    --------
    >>> [a.tolist() for a in spread_ranges(np.array([3, 7]), np.array([5, 8]))]
    [[0, 0, 1], [3, 4, 7]]
    """
    count = high - low
    which = np.repeat(np.arange(len(low)), count)
    return which, np.arange(len(which)) + np.repeat(low - (np.cumsum(count) - count), count)


def span(places: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Give the least and the greatest of each column; by columns, as numpy takes long over rows of two.

    Examples
    --------
    >>> [a.tolist() for a in span(np.array([[3, 7], [5, 1]]))]
    [[3, 1], [5, 7]]
    """
    columns = places.T
    return np.array([one.min() for one in columns]), np.array([one.max() for one in columns])
