"""Shortcuts for big polygons: what lies in one whole, and what of one lies near another shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.line_overlay import OUTSIDE
from geo.robust import apply, pairs_hold, same_dimension

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.robust import Indices

LARGE = 64
"""Vertices from which on a polygon is cut down before it is taken from a neighbour."""
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
