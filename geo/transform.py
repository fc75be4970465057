"""Changing coordinate systems without a silent shift.

Where no transformation between two datums is on record, PROJ falls back on none at all ("ballpark"): Hong
Kong 1980 to CGCS2000 would be 300 m off. WGS 84 is the hub that nearly every datum has a transformation to,
and the modern datums (ITRF realisations such as CGCS2000) are taken as equal to it, which holds to a metre.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS
from pyproj.transformer import AreaOfInterest, Transformer, TransformerGroup

from geo.crs import horizontal

if TYPE_CHECKING:
    from numpy.typing import NDArray

WGS84 = CRS.from_epsg(4326)
_MODERN = re.compile(
    r"WGS|World Geodetic|China 2000|CGCS|ITRF|ETRS|European Terrestrial|NAD83|North American Datum 1983"
    r"|GDA|REGCAN|SIRGAS|JGD|Geodetic Datum of 2000",
    re.IGNORECASE,
)


def datum_name(crs: CRS) -> str:
    """Give the name of a system's datum.

    Examples
    --------
    >>> datum_name(CRS.from_epsg(4547)), datum_name(CRS.from_epsg(2326))
    ('China 2000', 'Hong Kong 1980')
    """
    flat = horizontal(crs)
    return str(flat.datum.name) if flat.datum is not None else str(flat.name)


def accuracy_m(source: CRS, target: CRS, bounds: NDArray[np.float64] | None = None) -> float:
    """Say how accurate the change between two systems is, in metres; -1 where nobody knows.

    Examples
    --------
    >>> accuracy_m(CRS.from_epsg(4490), CRS.from_epsg(32650))
    0.0
    >>> accuracy_m(CRS.from_epsg(2326), CRS.from_epsg(4547))
    1.0
    """
    if datum_name(source) == datum_name(target):
        return 0.0
    steps = [_best(one, _degrees(bounds, source)).accuracy for one in (source, target) if not is_modern(one)]
    if not steps:
        return 0.0
    return -1.0 if min(steps) < 0 else float(sum(steps))


def is_modern(crs: CRS) -> bool:
    """Say whether a system's datum agrees with WGS 84 to about a metre."""
    return bool(_MODERN.search(datum_name(crs)))


def moved_to(series: gpd.GeoSeries, target: CRS) -> gpd.GeoSeries:
    """Bring shapes to another system, by way of WGS 84 where the datum changes.

    Examples
    --------
    >>> point = gpd.GeoSeries([shapely.Point(836694.05, 819069.80)], crs=2326)
    >>> lon, lat = moved_to(point, WGS84).iloc[0].coords[0]
    >>> round(lon, 4), round(lat, 4)
    (114.181, 22.3106)
    """
    if series.crs is None:
        raise ValueError("the shapes have no coordinate system")
    source = series.crs
    if source == target:
        return series
    if datum_name(source) == datum_name(target) or (is_modern(source) and is_modern(target)):
        return series.to_crs(target)
    degrees = series
    if not is_modern(source):
        forward = _best(source, _degrees(series.total_bounds, source))
        degrees = _through(series, forward, WGS84)
    if is_modern(target):
        return degrees.to_crs(target)
    degrees = degrees.to_crs(WGS84)
    return _through(degrees, _best(target, degrees.total_bounds, inverse=True), target)


def _degrees(bounds: NDArray[np.float64] | None, crs: CRS) -> NDArray[np.float64] | None:
    """Give bounds in degrees, near enough to choose a transformation by."""
    if bounds is None or not np.isfinite(bounds).all():
        return None
    if horizontal(crs).is_geographic:
        return bounds
    to_degrees = Transformer.from_crs(crs, horizontal(crs).geodetic_crs, always_xy=True)
    return np.array(to_degrees.transform_bounds(*bounds))


def _best(crs: CRS, degrees: NDArray[np.float64] | None, *, inverse: bool = False) -> Transformer:
    area = None
    if degrees is not None and np.isfinite(degrees).all():
        area = AreaOfInterest(*(float(one) for one in degrees))
    ends = (WGS84, crs) if inverse else (crs, WGS84)
    group = TransformerGroup(*ends, always_xy=True, area_of_interest=area)
    if not group.transformers:
        return Transformer.from_crs(*ends, always_xy=True)
    return group.transformers[0]


def _through(series: gpd.GeoSeries, transformer: Transformer, crs: CRS) -> gpd.GeoSeries:
    def move(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    shapes = shapely.transform(series.to_numpy(), move)
    return gpd.GeoSeries(shapes, index=series.index, crs=crs)
