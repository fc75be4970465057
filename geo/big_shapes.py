"""Shortcuts for big polygons: what lies in one whole, what of one lies near another, which to cut whole."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.line_overlay import OUTSIDE
from geo.robust import EMPTY, apply, bags, difference, pairs_hold, same_dimension, union_each

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo.robust import Indices

LARGE = 64
"""Vertices from which on a polygon is cut down before it is taken from a neighbour."""
WORTH = 8
"""How often a big shape may be walked whole before it is worth quartering."""
CROWD = 5_000
"""Shapes near one area from which on most are settled by a grid over it."""
SQUARES = 128
"""Squares of that grid along its longer side, at most."""
FEW = 16
"""Areas that are held against the boxes of all shapes one by one."""
_HAIR = 1e-6
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
    shapely.prepare(large)
    area, shape = _boxes_meet(large, shapes)
    held = np.zeros(len(area), bool)
    for number in np.flatnonzero(np.bincount(area) > CROWD):
        own = np.flatnonzero(area == number)
        held[own] = _deep_inside(large[number], shapely.bounds(shapes[shape[own]]))
    open_ = np.flatnonzero(~held)
    held[open_] = pairs_hold(shapely.contains_properly, large, area[open_], shapes[shape[open_]])
    home[shape[held]] = big[area[held]]
    return home


def _boxes_meet(areas: NDArray[Any], shapes: NDArray[Any]) -> tuple[Indices, Indices]:
    """Pair areas with the shapes whose boxes meet theirs; a few areas need no tree of the shapes."""
    if len(areas) > FEW:
        area, shape = shapely.STRtree(shapes).query(areas)
        return area, shape
    bounds = shapely.bounds(shapes).T
    found = []
    for west, south, east, north in shapely.bounds(areas):
        meet = (bounds[0] <= east) & (bounds[2] >= west) & (bounds[1] <= north) & (bounds[3] >= south)
        found.append(np.flatnonzero(meet))
    return np.repeat(np.arange(len(areas)), [len(one) for one in found]), np.concatenate(found)


def _deep_inside(area: BaseGeometry, bounds: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Mark the boxes that lie in up to four squares of a grid over an area, all of them inside it."""
    west, south, east, north = area.bounds
    squares = min(SQUARES, math.isqrt(len(bounds)) // 2 + 1)
    side = max(east - west, north - south) / squares
    low = np.arange(-1, squares + 1) * side
    x, y = np.meshgrid(west + low, south + low)
    more = side * _HAIR
    grid = shapely.box(x - more, y - more, x + side + more, y + side + more)
    inside = shapely.contains_properly(area, grid)
    place = np.floor((bounds - [west, south, west, south]) / side).astype(np.intp)
    place = np.clip(place, -1, squares) + 1
    (left, bottom, right, top), spread = place.T, place[:, 2:] - place[:, :2]
    corners = inside[bottom, left] & inside[bottom, right] & inside[top, left] & inside[top, right]
    return np.asarray(corners & (spread <= 1).all(axis=1))


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
    """Give the pairs that meet where big shapes meet so few others that they are best cut whole.

    To quarter a shape and to put its pieces together again takes as long as to walk it ``WORTH`` times.
    """
    of_left, of_right = shapely.get_num_coordinates(features), shapely.get_num_coordinates(areas)
    if max(of_left.max(initial=0), of_right.max(initial=0)) <= max_vertices:
        return None
    i, j = shapely.STRtree(areas).query(features)
    if (of_left[i] + of_right[j]).sum() > WORTH * (of_left.sum() + of_right.sum()):
        return None
    order = np.lexsort([j, i])
    i, j = i[order], j[order]
    meet = shapely.intersects(features[i], areas[j])
    return i[meet], j[meet]


def common_parts(shapes: NDArray[Any], areas: NDArray[Any]) -> NDArray[Any]:
    """Cut shapes to areas, pair by pair; one that is the very same as its area, as at two dates, stays."""
    found = shapes.copy()
    other = np.flatnonzero(~shapely.equals_exact(shapes, areas))
    found[other] = same_dimension(apply(shapely.intersection, shapes[other], areas[other]), shapes[other])
    return found


def without(shapes: NDArray[Any], areas: NDArray[Any], i: Indices, j: Indices) -> NDArray[Any]:
    """Take from each shape the areas it is paired with (pairs sorted by shape): the largest, then the others.

    A shape is walked twice at most, however many small areas are taken from it.
    """
    rest = shapes.copy()
    alike = shapely.equals_exact(shapes[i], areas[j])
    rest[i[alike]] = EMPTY
    vertices = np.asarray(shapely.get_num_coordinates(areas[j]), dtype=np.intp)
    order = np.lexsort((-vertices, i))
    i, j = i[order], j[order]
    first = np.searchsorted(i, i) == np.arange(len(i))
    _take(rest, i[first], areas[j[first]], shapes)
    left = np.flatnonzero(~first)
    left = left[shapely.intersects(rest[i[left]], areas[j[left]])]
    which, group, count = np.unique(i[left], return_inverse=True, return_counts=True)
    taken = areas[j[left]]
    several = count[group] > 1
    united = np.empty(len(which), dtype=object)
    united[group[~several]] = taken[~several]
    if several.any():
        some, bag = np.unique(group[several], return_inverse=True)
        united[some] = apply(union_each, bags(taken[several], bag))
    _take(rest, which, united, shapes)
    return rest


def _take(rest: NDArray[Any], which: Indices, areas: NDArray[Any], shapes: NDArray[Any]) -> None:
    now = shapely.intersects(rest[which], areas)
    which = which[now]
    rest[which] = same_dimension(difference(rest[which], areas[now]), shapes[which])
