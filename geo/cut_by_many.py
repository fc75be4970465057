"""What of polygons lies in any of many overlapping areas.

What is left of a polygon is cut by one area after the other, those that meet most of its box first, and by
its own known ground at last. Mostly little is left soon, and no union of the areas need be made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.pieces import SAME
from geo.robust import EMPTY, UNCHANGED, apply, bags, difference, same_dimension, union_each

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Indices = NDArray[np.intp]


def parts_within(
    shapes: NDArray[Any], around: NDArray[Any], known: tuple[NDArray[Any], Indices]
) -> NDArray[Any]:
    """Give what of each polygon some areas hold, and known ground of its own.

    Parameters
    ----------
    shapes
        Polygons.
    around
        Polygons that serve all shapes.
    known
        Polygons, and the number of the shape each of them serves.

    Examples
    --------
    >>> from shapely import box
    >>> own = np.array([box(0, 0, 1, 2)]), np.array([0])
    >>> shapely.area(parts_within(np.array([box(0, 0, 9, 9)]), np.array([box(7, 0, 9, 9)]), own)).tolist()
    [20.0]
    """
    bounds = shapely.bounds(shapes)
    which, near = shapely.STRtree(around).query(shapely.box(*bounds.T))
    left, buffers = bounds[which], shapely.bounds(around)[near]
    common = np.minimum(left[:, 2:], buffers[:, 2:]) - np.maximum(left[:, :2], buffers[:, :2])
    order = np.lexsort([near, -common.prod(axis=1), which])
    which, near = which[order], near[order]
    rank = np.arange(len(which)) - np.searchsorted(which, which)
    rest = shapes.copy()
    for number in range(int(rank.max(initial=-1)) + 1):
        some = np.flatnonzero(rank == number)
        rest = _without(rest, which[some], around[near[some]])
    ground, owner = known
    meet = np.flatnonzero(shapely.intersects(rest[owner], ground))
    if len(meet):
        some, group = np.unique(owner[meet], return_inverse=True)
        rest = _without(rest, some, apply(union_each, bags(ground[meet], group)))
    return _remainder(shapes, rest)


def _without(shapes: NDArray[Any], which: Indices, taken: NDArray[Any]) -> NDArray[Any]:
    """Take shapes, one each, from some of others."""
    own = shapes[which]
    meet = np.flatnonzero(shapely.intersects(own, taken))
    result = shapes.copy()
    result[which[meet]] = same_dimension(difference(own[meet], taken[meet]), own[meet])
    return result


def _remainder(shapes: NDArray[Any], rest: NDArray[Any]) -> NDArray[Any]:
    """Give shapes without a rest; a shape without any comes back as it is."""
    whole, left = shapely.area(shapes), shapely.area(rest)
    result: NDArray[Any] = np.where(left <= SAME * whole, shapes, np.array(EMPTY, dtype=object))
    cut = np.flatnonzero((left > SAME * whole) & (left < (1 - UNCHANGED) * whole))
    result[cut] = same_dimension(difference(shapes[cut], rest[cut]), shapes[cut])
    return result
