"""Which coordinate system a city is measured in, and which ones must never be measured in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pyproj import CRS, Proj
from pyproj.crs import GeographicCRS, ProjectedCRS
from pyproj.crs.coordinate_operation import TransverseMercatorConversion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

FIRST_ZONE, LAST_ZONE = 75, 135
"""Central meridians (degrees east) of the first and last 3-degree zone of CGCS2000."""

CONFORMAL_METHODS = (
    "Transverse Mercator",
    "Lambert Conic Conformal",
    "Hotine Oblique Mercator",
    "Oblique Stereographic",
    "Polar Stereographic",
    "Krovak",
    "Laborde Oblique Mercator",
    "Swiss Oblique",
)
MERCATOR_METHODS = ("Mercator", "Popular Visualisation Pseudo Mercator")


def study_crs(boundary_wgs84: BaseGeometry) -> CRS:
    """Choose the system a city is measured in: projected, conformal, metres, true to scale locally.

    In mainland China the CGCS2000 3-degree Gauss-Krueger zone without zone prefix whose central meridian is
    nearest, ``CM = 3 * round(lon / 3)``, ``EPSG = 4547 + (CM - 114) / 3`` (4534 to 4554), as official layers
    are delivered. "In mainland China" means: the centroid lies in the rectangle the EPSG database gives as
    that zone's area of use, so that border regions of neighbours may fall under it, harmlessly. Anywhere else
    a transverse Mercator with scale 1 on the meridian through the middle of the boundary (scale error below
    1e-5 within 25 km of that meridian).

    Parameters
    ----------
    boundary_wgs84
        The city's area in degrees, longitude first.

    Raises
    ------
    ValueError
        The boundary is empty or is not in degrees.

    Examples
    --------
    >>> from shapely import box
    >>> study_crs(box(113.76, 22.4, 114.62, 22.87)).to_epsg()
    4547
    >>> study_crs(box(-15.5, 28.0, -15.4, 28.2)).to_epsg() is None
    True
    """
    if boundary_wgs84.is_empty:
        raise ValueError("an empty boundary has no place on Earth")
    west, south, east, north = boundary_wgs84.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:  # noqa: PLR2004 - the globe
        raise ValueError(f"boundary is not in degrees: {west:g} {south:g} {east:g} {north:g}")
    zone = _zone_containing(boundary_wgs84.centroid.x, boundary_wgs84.centroid.y)
    if zone is not None:
        return zone
    return _local_transverse_mercator(round((west + east) / 2, 4), round((south + north) / 2, 4))


def _zone_containing(lon: float, lat: float) -> CRS | None:
    meridian = 3 * round(lon / 3)
    if not FIRST_ZONE <= meridian <= LAST_ZONE:
        return None
    zone = CRS.from_epsg(4547 + (meridian - 114) // 3)
    area = zone.area_of_use
    inside = area is not None and area.west <= lon <= area.east and area.south <= lat <= area.north
    return zone if inside else None


def _local_transverse_mercator(lon: float, lat: float) -> CRS:
    return ProjectedCRS(
        name=f"Local transverse Mercator {lon:g} {lat:g}",
        conversion=TransverseMercatorConversion(
            latitude_natural_origin=lat, longitude_natural_origin=lon, scale_factor_natural_origin=1.0
        ),
        geodetic_crs=GeographicCRS(),
    )


def horizontal(crs: CRS) -> CRS:
    """Give the horizontal system inside a compound or bound one.

    Examples
    --------
    >>> horizontal(CRS("EPSG:4547+5773")).to_epsg()
    4547
    """
    if crs.is_compound:
        return horizontal(crs.sub_crs_list[0])
    if crs.is_bound and crs.source_crs is not None:
        return horizontal(crs.source_crs)
    return crs


def is_metric_conformal(crs: CRS) -> bool:
    """Say whether a system is projected, conformal, in metres and true to scale where it is meant to be used.

    The plain Mercator projections are conformal but not true to scale away from the equator: False.

    Examples
    --------
    >>> [is_metric_conformal(CRS.from_epsg(code)) for code in (4547, 32650, 3857, 4490, 3035)]
    [True, True, False, False, False]
    """
    return _in_metres(crs) and _method(crs).startswith(CONFORMAL_METHODS)


def require_projected_metres(crs: CRS | None) -> None:
    """Refuse systems in which plane distances and areas mean nothing.

    Raises
    ------
    ValueError
        No system, degrees, another unit than the metre, or one of the Mercator projections (Web Mercator
        shows areas at 22.6 degrees north 17 % too large).

    Examples
    --------
    >>> require_projected_metres(CRS.from_epsg(4547))
    >>> require_projected_metres(CRS.from_epsg(3857))
    Traceback (most recent call last):
    ...
    ValueError: WGS 84 / Pseudo-Mercator distorts sizes; use a local projected system
    """
    if crs is None:
        raise ValueError("no coordinate system is known")
    if not horizontal(crs).is_projected:
        raise ValueError(f"{crs.name} is in degrees; use a projected system in metres")
    if not _in_metres(crs):
        raise ValueError(f"{crs.name} is not in metres; use a projected system in metres")
    if _method(crs).startswith(MERCATOR_METHODS):
        raise ValueError(f"{crs.name} distorts sizes; use a local projected system")


def scale_error(crs: CRS, lon: Sequence[float], lat: Sequence[float]) -> float:
    """Give by which share lengths in a projected system are off at most, at places in degrees.

    Infinite where the projection has no place for one of them.

    Examples
    --------
    >>> zone_114 = CRS.from_epsg(4547)
    >>> round(scale_error(zone_114, [114.0], [22.5]), 9), round(scale_error(zone_114, [120.0], [22.5]), 4)
    (0.0, 0.0047)
    """
    factors = Proj(horizontal(crs)).get_factors(lon, lat, radians=False)
    scales = np.ravel([factors.meridional_scale, factors.parallel_scale])
    return float(np.abs(np.nan_to_num(scales, nan=np.inf) - 1.0).max(initial=0.0))


def _in_metres(crs: CRS) -> bool:
    flat = horizontal(crs)
    return flat.is_projected and all(axis.unit_conversion_factor == 1.0 for axis in flat.axis_info)


def _method(crs: CRS) -> str:
    operation = horizontal(crs).coordinate_operation
    return operation.method_name if operation is not None else ""
