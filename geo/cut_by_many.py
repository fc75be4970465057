"""What of polygons lies in any of many overlapping areas.

What is left of a polygon is cut by one area after the other, those that meet most of its box first, and by
its own known ground at last. Mostly little is left soon, and no union of the areas need be made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.overlay import covered_parts
from geo.pieces import SAME
from geo.robust import EMPTY, OVERLAPS, UNCHANGED, apply, bags, difference, same_dimension, union_each
from geo.service_area import tiled_union

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Indices = NDArray[np.intp]

HAIR_M = 1e-8
"""Far finer than any coordinate, far coarser than their rounding."""
FEW = 256
"""Corners of a shape up to which others are made its own sooner than all are put on a grid."""
MANY, LARGE = 80, 2_000
"""Areas near one polygon, or corners of it, from which on the union of areas is made after all."""

NOTHING: tuple[NDArray[Any], Indices] = (np.empty(0, dtype=object), np.empty(0, np.intp))


def parts_within(
    shapes: NDArray[Any],
    around: NDArray[Any],
    known: tuple[NDArray[Any], Indices] = NOTHING,
    frames: NDArray[np.float64] | None = None,
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Give what of each polygon some areas hold, and known ground of its own; and what they do not hold.

    The second is None where polygons are cut by a union.

    Parameters
    ----------
    shapes
        Polygons.
    around
        Polygons that serve all shapes.
    known
        Polygons, and the number of the shape each of them serves.
    frames
        A box for each shape; all of the shape outside it is served.

    Examples
    --------
    >>> from shapely import box
    >>> own = np.array([box(0, 0, 1, 2)]), np.array([0])
    >>> parts = parts_within(np.array([box(0, 0, 9, 9)]), np.array([box(7, 0, 9, 9)]), own)
    >>> shapely.area(parts).tolist()
    [[20.0], [61.0]]
    """
    rest = shapes.copy() if frames is None else _framed(shapes, frames)
    bounds = shapely.bounds(rest)
    which, near = shapely.STRtree(around).query(shapely.box(*bounds.T))
    left, buffers = bounds[which], shapely.bounds(around)[near]
    common = np.minimum(left[:, 2:], buffers[:, 2:]) - np.maximum(left[:, :2], buffers[:, :2])
    order = np.lexsort([near, -common.prod(axis=1), which])
    which, near = which[order], near[order]
    wide = np.bincount(which, minlength=len(shapes)) > MANY
    wide |= shapely.get_num_coordinates(shapes) > LARGE
    if wide.any():
        return _by_union(shapes, around, known, (wide, np.unique(near[wide[which]])))
    rank = np.arange(len(which)) - np.searchsorted(which, which)
    for number in range(int(rank.max(initial=-1)) + 1):
        some = np.flatnonzero(rank == number)
        rest = _without(rest, which[some], around[near[some]])
    ground, owner = known
    meet = np.flatnonzero(shapely.intersects(rest[owner], ground))
    if len(meet):
        some, group = np.unique(owner[meet], return_inverse=True)
        rest = _without(rest, some, apply(union_each, bags(ground[meet], group)))
    return _parted(shapes, rest)


def _framed(shapes: NDArray[Any], frames: NDArray[np.float64]) -> NDArray[Any]:
    """Cut shapes to their boxes, where these are smaller."""
    bounds, rest = shapely.bounds(shapes), shapes.copy()
    wide = np.flatnonzero(
        (bounds[:, :2] < frames[:, :2]).any(axis=1) | (bounds[:, 2:] > frames[:, 2:]).any(axis=1)
    )
    boxes = np.asarray(shapely.box(*frames[wide].T), dtype=object)
    rest[wide] = same_dimension(apply(shapely.intersection, shapes[wide], boxes), shapes[wide])
    return rest


def _by_union(
    shapes: NDArray[Any],
    around: NDArray[Any],
    known: tuple[NDArray[Any], Indices],
    split: tuple[NDArray[np.bool_], Indices],
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Cut wide shapes, which meet very many areas, by their union; the others as before."""
    wide, near = split
    ground, owner = known
    own = wide[owner]
    inside, rest = np.empty(len(shapes), dtype=object), np.empty(len(shapes), dtype=object)
    inside[wide] = covered_parts(shapes[wide], tiled_union(np.concatenate([around[near], ground[own]])))
    number = np.cumsum(~wide) - 1
    inside[~wide], rest[~wide] = parts_within(shapes[~wide], around, (ground[~own], number[owner[~own]]))
    return inside, rest


def _without(shapes: NDArray[Any], which: Indices, taken: NDArray[Any]) -> NDArray[Any]:
    """Take shapes, one each, from some of others."""
    own = shapes[which]
    meet = np.flatnonzero(shapely.intersects(own, taken))
    result = shapes.copy()
    result[which[meet]] = _less(own[meet], taken[meet])
    return result


def _less(shapes: NDArray[Any], taken: NDArray[Any]) -> NDArray[Any]:
    """Take one polygon from another, pair by pair; where nothing goes, make sure that they only touch."""
    result = apply(shapely.difference, shapes, taken)
    area = shapely.area(shapes)
    same = np.flatnonzero(shapely.area(result) >= (1 - UNCHANGED) * area)
    common = shapely.area(apply(shapely.intersection, shapes[same], taken[same]))
    doubtful = same[common > OVERLAPS * area[same]]
    if len(doubtful):
        result[doubtful] = difference(shapes[doubtful], taken[doubtful])
    return same_dimension(result, shapes)


def _parted(shapes: NDArray[Any], rest: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Give shapes without a rest, and the rest; what goes one way whole comes back as it is.

    The rest has corners on the edges of its shape, but for rounding: they become corners of the shape, or
    both go on a fine grid, so that no hair of these edges stands.
    """
    whole, left = shapely.area(shapes), shapely.area(rest)
    inside: NDArray[Any] = np.where(left <= SAME * whole, shapes, np.array(EMPTY, dtype=object))
    outside: NDArray[Any] = np.where(left < (1 - UNCHANGED) * whole, rest, shapes)
    outside[left <= SAME * whole] = EMPTY
    cut = np.flatnonzero((left > SAME * whole) & (left < (1 - UNCHANGED) * whole))
    inside[cut] = same_dimension(apply(_taken_off, shapes[cut], rest[cut]), shapes[cut])
    return inside, outside


def _taken_off(shapes: NDArray[Any], taken: NDArray[Any]) -> NDArray[Any]:
    few = shapely.get_num_coordinates(shapes) <= FEW
    result = np.empty(len(shapes), dtype=object)
    result[few] = shapely.difference(shapely.snap(shapes[few], taken[few], HAIR_M), taken[few])
    result[~few] = shapely.difference(shapes[~few], taken[~few], grid_size=HAIR_M)
    return result
