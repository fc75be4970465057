"""Polygons cut to a city and its districts, most of them without looking at the city's limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo.big_shapes import CROWD, home_of
from geo.line_overlay import OUTSIDE
from geo.overlay import Split, clip, ranked_partition, split_by
from geo.pieces import MAX_VERTICES
from geo.robust import UNCHANGED, apply, as_array

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geo.robust import Geometries


def clip_and_split(features: Geometries, area: BaseGeometry, districts: Geometries) -> Split:
    """Clip polygons to one area and split what is left at district limits, as ``split_by`` after ``clip``.

    Of very many polygons those clear inside a district that the area holds are not held against the area.

    Examples
    --------
    >>> from shapely import box
    >>> parts = clip_and_split([box(0, 0, 10, 10)], box(0, 0, 9, 9), [box(0, 0, 4, 10)])
    >>> parts.district.tolist(), shapely.area(parts.shape).tolist()
    ([0, -1], [36.0, 45.0])
    """
    shapes, given = as_array(features), as_array(districts)
    home = np.full(len(shapes), OUTSIDE, dtype=np.intp)
    if len(shapes) > CROWD:
        tiles = ranked_partition(given)
        beyond = shapely.area(apply(shapely.difference, tiles, np.full(len(tiles), area, dtype=object)))
        held = np.flatnonzero(beyond <= UNCHANGED * shapely.area(tiles))
        found = home_of(shapes, tiles[held], MAX_VERTICES)
        home[found != OUTSIDE] = held[found[found != OUTSIDE]]
    rest, settled = np.flatnonzero(home == OUTSIDE), np.flatnonzero(home != OUTSIDE)
    parts = split_by(clip(shapes[rest], area), given)
    feature = np.concatenate([settled, rest[parts.feature]])
    district = np.concatenate([home[settled], parts.district])
    order = np.argsort(feature, kind="stable")
    shape = np.concatenate([shapes[settled], parts.shape])
    return Split(feature[order], district[order], shape[order])
