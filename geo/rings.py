"""The rings of many polygons as one run of coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely import GeometryType

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Indices = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Rings:
    """Rings in the order of their polygons, each outer one before its holes.

    ``points`` are their vertices, those of ring k from ``first[k]`` to before ``first[k + 1]``; the last one
    repeats the first. ``shape`` tells whose a ring is, ``hole`` whether it is a hole.
    """

    points: NDArray[np.float64]
    first: Indices
    shape: Indices
    hole: NDArray[np.bool_]


def rings_of(shapes: NDArray[Any]) -> Rings:
    """Give the rings of polygons, multipolygons and of the polygons in collections.

    A polygon without holes stands for its ring: to copy rings takes longer than all else.

    Examples
    --------
    >>> square = shapely.box(0, 0, 9, 9)
    >>> rings = rings_of(np.array([square, square.difference(shapely.box(3, 3, 4, 4))]))
    >>> rings.first.tolist(), rings.shape.tolist(), rings.hole.tolist()
    ([0, 5, 10, 15], [0, 1, 1], [False, False, True])
    """
    polygon = shapely.get_type_id(shapes) == GeometryType.POLYGON
    plain = polygon & (shapely.get_num_interior_rings(shapes) == 0)
    parts, whose = shapely.get_parts(shapes[~polygon], return_index=True)
    inner, of_part = shapely.get_parts(parts, return_index=True)  # of collections
    polygons = np.r_[shapes[polygon & ~plain], inner]
    owner = np.r_[np.flatnonzero(polygon & ~plain), np.flatnonzero(~polygon)[whose[of_part]]]
    rings, of_polygon = shapely.get_rings(polygons, return_index=True)
    shape = np.r_[np.flatnonzero(plain), owner[of_polygon]]
    hole = np.zeros(len(shape), bool)
    hole[len(shape) - len(rings) + 1 :] = of_polygon[1:] == of_polygon[:-1]
    lines = np.r_[shapes[plain], rings]
    count = np.asarray(shapely.get_num_coordinates(lines))
    order = np.argsort(shape, kind="stable")
    order = order[count[order] > 0]
    first = np.r_[0, np.cumsum(count[order])]
    return Rings(shapely.get_coordinates(lines[order]), first, shape[order], hole[order])
