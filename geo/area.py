"""Areas and lengths on the ellipsoid, for many shapes at once.

Plane sizes are wrong by the square of the projection's scale; official areas are ellipsoidal. Edges are taken
as straight in the plane of the given system, as every GIS draws them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.polynomial.polynomial import polyder, polyint, polyval2d, polyvander2d
from pyproj import CRS, Proj, Transformer

from geo.crs import horizontal, is_metric_conformal
from geo.ranges import span
from geo.rings import rings_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from pyproj import Geod
    from shapely.geometry.base import BaseGeometry

    Geometries = Sequence[BaseGeometry | None] | NDArray[Any]

LONGEST_EDGE_M = 1_000.0
"""Edges longer than this are cut before they are carried into another system."""
METRES_PER_DEGREE = 111_320.0
SMALL_M = 2_000.0
"""Up to this extent the areal scale in the middle of the box stands for the whole shape: error below 1e-8
where the centroid lies there too, up to 3e-6 for a triangle of this size at the edge of a 3-degree zone."""
SCALE_STEP_M = 2_000.0
"""Spacing of the grid the scale is interpolated on: error below 5e-8."""
DEGREE = 4
"""Of the polynomial, along x and y, that is integrated over large shapes."""
AT_ONCE = 1 << 14
"""Edges integrated together: so many stay in the processor's cache."""
FLAT = 1e-9
"""Half the extent, at least, over which is integrated."""


def area_m2(geometries: Geometries, crs: CRS) -> NDArray[np.float64]:
    """Give ellipsoidal areas in square metres, one per geometry; 0 for None, empty, points and lines.

    In a conformal system in metres small shapes (under 2 km) have their plane area divided by the
    projection's areal scale in the middle of their box (``SMALL_M`` says how well that holds). Over large
    shapes, and all in other systems, what a unit of the plane measures on the ellipsoid is integrated, as a
    polynomial of x and y: exact to 1e-9 up to the size of a city.

    Parameters
    ----------
    geometries
        Polygons or multipolygons.
    crs
        Their system, x (or longitude) first.

    Examples
    --------
    >>> from shapely import box
    >>> km2 = box(500_000, 2_500_000, 501_000, 2_501_000)
    >>> [round(float(a)) for a in area_m2([km2, None], CRS.from_epsg(4547))]
    [1000000, 0]
    """
    shapes = _as_array(geometries)
    area = np.zeros(len(shapes))
    polygonal = (shapely.get_dimensions(shapes) == 2) & ~shapely.is_empty(shapes)  # noqa: PLR2004 - polygons
    sized = np.flatnonzero(polygonal)
    if not len(sized):
        return area
    crs = horizontal(crs)
    bounds = shapely.bounds(shapes[sized])
    extent = np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1])
    small = extent <= SMALL_M if is_metric_conformal(crs) else np.zeros(len(sized), bool)
    if small.any():
        which = sized[small]
        centre = (bounds[small, :2] + bounds[small, 2:]) / 2
        area[which] = shapely.area(shapes[which]) / _areal_scale(centre, crs)
    if not small.all():
        which = sized[~small]
        area[which] = _integrated(shapes[which], crs)
    return area


def length_m(geometries: Geometries, crs: CRS) -> NDArray[np.float64]:
    """Give ellipsoidal lengths in metres, one per geometry; the perimeter for polygons, 0 for None.

    In a conformal system in metres each edge is divided by the scale in its middle (edges over 1 km are cut
    first); in any other each edge is a geodesic between its cut points.

    Examples
    --------
    >>> from shapely import LineString
    >>> round(float(length_m([LineString([(114, 0), (115, 0)])], CRS.from_epsg(4490))[0]))
    111319
    """
    shapes = _as_array(geometries)
    length = np.zeros(len(shapes))
    crs = horizontal(crs)
    parts, owner = _line_parts(shapes)
    if not len(parts):
        return length
    coords, index = shapely.get_coordinates(_densified(parts, crs), return_index=True)
    same = index[1:] == index[:-1]
    a, b = coords[:-1][same], coords[1:][same]
    if is_metric_conformal(crs):
        middle = (a + b) / 2
        each = np.hypot(*(b - a).T) / np.sqrt(_areal_scale(middle, crs))
    else:
        geod = _geod(crs)
        a, b = _to_degrees(a, crs), _to_degrees(b, crs)
        each = np.asarray(geod.inv(a[:, 0], a[:, 1], b[:, 0], b[:, 1])[2])
    length += np.bincount(owner[index[:-1][same]], each, minlength=len(shapes))
    return length


def _as_array(geometries: Geometries) -> NDArray[Any]:
    return np.atleast_1d(np.asarray(geometries, dtype=object))


def _line_parts(shapes: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """All lines and rings inside the shapes, and whose they are."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    areal = shapely.get_dimensions(parts) == 2  # noqa: PLR2004 - polygons
    rings, ring_owner = shapely.get_rings(parts[areal], return_index=True)
    linear = shapely.get_dimensions(parts) == 1
    return np.concatenate([parts[linear], rings]), np.concatenate([owner[linear], owner[areal][ring_owner]])


def _densified(shapes: NDArray[Any], crs: CRS) -> NDArray[Any]:
    """Cut edges over 1 km, along the straight line of the system's own plane."""
    unit_m = METRES_PER_DEGREE if crs.is_geographic else crs.axis_info[0].unit_conversion_factor
    return shapely.segmentize(shapes, LONGEST_EDGE_M / unit_m)


def _integrated(shapes: NDArray[Any], crs: CRS) -> NDArray[np.float64]:
    """Integrate the ellipsoid's square metres per unit of the plane over shapes, along their edges.

    By Green's theorem the integral over a ring is that of ``F dy`` along it, where dF/dx is what is
    integrated; Simpson's rule is exact on an edge as far as F is a cubic there.
    """
    rings = rings_of(shapes)
    x, y = rings.points.T
    box = shapely.total_bounds(shapes).reshape(2, 2)
    middle, half = box.mean(axis=0), np.maximum(np.diff(box, axis=0)[0] / 2, FLAT)
    whole = _antiderivative(middle, half, crs)
    each = np.zeros(len(x))
    for start in range(0, len(x) - 1, AT_ONCE):
        some = slice(start, start + AT_ONCE + 1)
        u, v = (x[some] - middle[0]) / half[0], (y[some] - middle[1]) / half[1]
        at = polyval2d(u, v, whole)
        between = polyval2d((u[:-1] + u[1:]) / 2, (v[:-1] + v[1:]) / 2, whole)
        each[some][:-1] = (at[:-1] + 4 * between + at[1:]) / 6 * np.diff(v)
    each[rings.first[1:] - 1] = 0.0  # from ring to ring there is no edge
    size = np.abs(np.add.reduceat(each, rings.first[:-1]))
    size[rings.hole] *= -1
    return np.asarray(np.bincount(rings.shape, size, minlength=len(shapes)), dtype=np.float64)


def _antiderivative(middle: NDArray[np.float64], half: NDArray[np.float64], crs: CRS) -> NDArray[np.float64]:
    """Give the coefficients, in a box as wide as -1..1, of F: polynomials through Chebyshev's points.

    Longitude and the height on the cylinder of equal area are polynomials of x and y; the determinant of
    their derivatives is what is integrated.
    """
    number = DEGREE + 3
    at = np.cos((np.arange(number) + 0.5) * np.pi / number)
    u, v = np.repeat(at, number), np.tile(at, number)
    through = polyvander2d(u, v, [number - 1, number - 1])
    cylinder = _on_cylinder(np.column_stack([u, v]) * half + middle, crs)
    (lon_u, lon_v), (height_u, height_v) = (
        [polyval2d(u, v, polyder(np.linalg.solve(through, one).reshape(number, -1), axis=i)) for i in (0, 1)]
        for one in cylinder
    )
    square_metres = lon_u * height_v - lon_v * height_u
    found = np.linalg.lstsq(polyvander2d(u, v, [DEGREE, DEGREE]), square_metres)[0]
    return polyint(found.reshape(DEGREE + 1, -1))


def _on_cylinder(points: NDArray[np.float64], crs: CRS) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give longitude from the first point on, in radians, and a height: their product is square metres."""
    geod, degrees = _geod(crs), _to_degrees(points, crs)
    lon = np.radians((degrees[:, 0] - degrees[0, 0] + 180) % 360 - 180)
    sine, e = np.sin(np.radians(degrees[:, 1])), np.sqrt(geod.es)
    height = sine / (1 - geod.es * sine**2) + (np.arctanh(e * sine) / e if e else sine)
    return lon, geod.b**2 / 2 * height


@lru_cache(maxsize=64)
def _degree_transformer(wkt: str) -> Transformer:
    crs = CRS.from_wkt(wkt)
    return Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)


def _to_degrees(xy: NDArray[np.float64], crs: CRS) -> NDArray[np.float64]:
    if crs.is_geographic:
        return xy
    return np.column_stack(_degree_transformer(crs.to_wkt()).transform(xy[:, 0], xy[:, 1]))


def _areal_scale(points: NDArray[np.float64], crs: CRS) -> NDArray[np.float64]:
    """Areal scale of a projection at points, interpolated bilinearly on a grid where that is cheaper.

    The grid hangs on round coordinates, not on the data, so that a point's scale is always the same.
    """
    least, most = span(points)
    low = np.floor(least / SCALE_STEP_M) * SCALE_STEP_M
    shape = np.floor((most - low) / SCALE_STEP_M).astype(int) + 2
    if shape.prod() > len(points):
        return _areal_scale_exact(points, crs)
    xs, ys = (low[axis] + SCALE_STEP_M * np.arange(shape[axis]) for axis in (0, 1))
    grid = np.column_stack([np.repeat(xs, len(ys)), np.tile(ys, len(xs))])
    z = _areal_scale_exact(grid, crs)
    u, v = ((points[:, axis] - low[axis]) / SCALE_STEP_M for axis in (0, 1))
    i, j = np.minimum(u.astype(int), shape[0] - 2), np.minimum(v.astype(int), shape[1] - 2)
    u, v, at = u - i, v - j, i * len(ys) + j
    left = z[at] * (1 - v) + z[at + 1] * v
    at += len(ys)
    right = z[at] * (1 - v) + z[at + 1] * v
    return np.asarray(left * (1 - u) + right * u)


def _areal_scale_exact(points: NDArray[np.float64], crs: CRS) -> NDArray[np.float64]:
    degrees = _to_degrees(points, crs)
    return np.asarray(Proj(crs).get_factors(degrees[:, 0], degrees[:, 1]).areal_scale)


def _geod(crs: CRS) -> Geod:
    geod = crs.get_geod()
    if geod is None:
        raise ValueError(f"{crs.name} has no ellipsoid")
    return geod
