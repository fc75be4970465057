"""What of features lies within a straight line of some sites; buffers are made only in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.cut_by_many import parts_within
from geo.nearest import away_from, tree_of
from geo.robust import EMPTY, as_array

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from geo.robust import Geometries

    Floats = NDArray[np.float64]

STEP_SHARE = 0.1
"""Distance between sample points along the outlines of sites, as a share of the radius."""
LEAST_STEP_M = 1.0
POLYGON = 2
BEYOND = 1.02
"""How much further than its radius a buffer may reach; GEOS leaves shallow bends out, up to one per cent."""


def parts_near(
    features: Geometries, sites: Geometries, radius_m: ArrayLike, quad_segs: int
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Give what of each polygon lies in the union of the sites' buffers, and the rest.

    The rest is None where it was not needed to find the part within. Most polygons are settled by the
    distance from the middle of their box to the nearest site.

    Parameters
    ----------
    features
        Polygons.
    sites
        What is buffered.
    radius_m
        Radius of the buffers, one for all or one each.
    quad_segs
        Segments per quarter circle.

    Examples
    --------
    >>> from shapely import Point, box
    >>> homes = [box(0, 0, 10, 10), box(90, 0, 110, 10), box(300, 0, 310, 10)]
    >>> inside, _ = parts_near(homes, [Point(0, 0)], 100, quad_segs=32)
    >>> [round(part.area) for part in inside]
    [100, 98, 0]
    """
    shapes, centres = as_array(features), as_array(sites)
    radius = np.broadcast_to(np.asarray(radius_m, np.float64), centres.shape)
    bounds = shapely.bounds(shapes)
    half = np.hypot(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]) / 2
    middle = (bounds[:, :2] + bounds[:, 2:]) / 2
    whole, open_ = np.zeros(len(shapes), bool), np.zeros(len(shapes), bool)
    for one in np.unique(radius):
        step_m = max(float(one) * STEP_SHARE, LEAST_STEP_M)
        within_m = float(one * BEYOND + np.nanmax(half, initial=0.0))
        away = _away(middle, centres[radius == one], step_m, within_m)
        whole |= away + half <= one * np.cos(np.pi / 4 / quad_segs)
        open_ |= away - half - step_m / 2 <= one * BEYOND
    inside, rest = np.full(len(shapes), EMPTY, dtype=object), np.empty(len(shapes), dtype=object)
    inside[whole] = shapes[whole]
    left = np.flatnonzero(open_ & ~whole)
    if len(left):
        near = _sites_near(bounds[left], centres, radius * BEYOND)
        around = shapely.buffer(centres[near], radius[near], quad_segs=quad_segs)
        inside[left], rest[left] = parts_within(shapes[left], np.asarray(around, dtype=object))
    return inside, rest


def _away(points: Floats, sites: NDArray[Any], step_m: float, within_m: float) -> Floats:
    """Distance of points to the nearest site, inf beyond a limit; half a step too long at most."""
    away = np.full(len(points), np.inf)
    some = np.isfinite(points).all(axis=1)
    areal = shapely.get_dimensions(sites) == POLYGON
    lines = np.where(areal, shapely.boundary(sites), sites)
    samples = shapely.get_coordinates(shapely.segmentize(lines, step_m))
    away[some] = away_from(tree_of(samples), points[some], within_m + step_m)
    away[shapely.STRtree(sites[areal]).query(shapely.points(points), predicate="intersects")[0]] = 0.0
    return away


def _sites_near(bounds: Floats, sites: NDArray[Any], radius_m: Floats) -> NDArray[np.intp]:
    """Sites whose buffers may meet some boxes."""
    wide = shapely.bounds(sites) + np.column_stack([-radius_m, -radius_m, radius_m, radius_m])
    known = np.flatnonzero(np.isfinite(wide).all(axis=1))
    place, _ = shapely.STRtree(_boxes(bounds)).query(_boxes(wide[known]))
    return np.asarray(known[np.unique(place)], np.intp)


def _boxes(bounds: Floats) -> NDArray[Any]:
    return np.asarray(shapely.box(*bounds.T), dtype=object)
