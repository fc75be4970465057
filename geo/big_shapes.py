"""Shortcuts for big polygons: what lies in one whole, what of one lies near another, which to cut whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.line_overlay import OUTSIDE
from geo.robust import apply, difference, pairs_hold, same_dimension

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.robust import Indices

LARGE = 64
"""Vertices from which on a polygon is cut down before it is taken from a neighbour."""
WORTH = 8
"""How often a big shape may be walked whole before it is worth quartering."""
MARGIN_M = 1.0
"""How far around the neighbour it is left."""


def home_of(shapes: NDArray[Any], areas: NDArray[Any], max_vertices: int) -> Indices:
    """Give for each shape a big area that holds it whole, clear of the limits; ``OUTSIDE`` where none does.

    What lies so needs no pieces: it would only be cut along the seams of the area's and put together again.
    """
    home = np.full(len(shapes), OUTSIDE, dtype=np.intp)
    big = np.flatnonzero(shapely.get_num_coordinates(areas) > max_vertices)
    if not len(big):
        return home
    large = areas[big]
    area, shape = shapely.STRtree(shapes).query(large)
    shapely.prepare(large)
    held = pairs_hold(shapely.contains_properly, large, area, shapes[shape])
    home[shape[held]] = big[area[held]]
    return home


def near_parts(shapes: NDArray[Any], others: NDArray[Any]) -> NDArray[Any]:
    """Cut shapes of many vertices to the surroundings of others, pair by pair."""
    near = shapes.copy()
    large = np.flatnonzero(shapely.get_num_coordinates(shapes) > LARGE)
    if len(large):
        frame = shapely.bounds(others[large]) + np.array([-MARGIN_M, -MARGIN_M, MARGIN_M, MARGIN_M])
        frames = np.asarray(shapely.box(*frame.T), dtype=object)
        near[large] = same_dimension(apply(shapely.intersection, shapes[large], frames), shapes[large])
    return near


def few_pairs(
    features: NDArray[Any], areas: NDArray[Any], max_vertices: int
) -> tuple[Indices, Indices] | None:
    """Give the pairs whose boxes meet where big shapes meet so few others that they are best cut whole.

    To quarter a shape and to put its pieces together again takes as long as to walk it ``WORTH`` times.
    """
    of_left, of_right = shapely.get_num_coordinates(features), shapely.get_num_coordinates(areas)
    if max(of_left.max(initial=0), of_right.max(initial=0)) <= max_vertices:
        return None
    i, j = shapely.STRtree(areas).query(features)
    if (of_left[i] + of_right[j]).sum() > WORTH * (of_left.sum() + of_right.sum()):
        return None
    order = np.lexsort([j, i])
    return i[order], j[order]


def without(shapes: NDArray[Any], areas: NDArray[Any], i: Indices, j: Indices) -> NDArray[Any]:
    """Take from each shape one after the other the areas it is paired with (pairs sorted by shape)."""
    rest = shapes.copy()
    rank = np.arange(len(i)) - np.searchsorted(i, i)
    for turn in range(int(rank.max(initial=-1)) + 1):
        now = np.flatnonzero(rank == turn)
        now = now[shapely.intersects(rest[i[now]], areas[j[now]])]
        rest[i[now]] = same_dimension(difference(rest[i[now]], areas[j[now]]), shapes[i[now]])
    return rest
