"""From the study's system to the degrees a page draws in; shapes are thinned for display only."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS, Transformer

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from layers.study import Study

WGS84 = CRS.from_epsg(4326)
DISTRICT_TOLERANCE_M = 10.0
FINE_TOLERANCE_M = 2.0
COARSE_TOLERANCE_M = 5.0
_THIN_FROM_VERTICES = 40
_MANY_VERTICES = 200_000
_SAME_LENGTH = 1e-9
_DECIMALS = 6


@dataclass(frozen=True)
class Display:
    """How shapes of a study come onto the page.

    ``reference`` is the longitude of the city: degrees are written around it without a jump, so that a city
    on the antimeridian stays in one piece (a longitude may then exceed 180).
    """

    crs: CRS
    reference: float

    def degrees(self, geometries: NDArray[Any]) -> gpd.GeoSeries:
        """Give shapes in WGS 84 degrees, continuous around the city."""
        series = gpd.GeoSeries(geometries, crs=self.crs).to_crs(WGS84)
        return gpd.GeoSeries(shapely.transform(np.asarray(series.array), self._around), crs=WGS84)

    def points(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give places of the study's system as longitude and latitude, continuous around the city."""
        return self._around(np.column_stack(way(self.crs, WGS84).transform(xy[:, 0], xy[:, 1])))

    def longitude(self, longitude: float) -> float:
        """Bring a longitude to within half a turn of the city's."""
        return self.reference + (longitude - self.reference + 180.0) % 360.0 - 180.0

    def _around(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        offset = points[:, 0] - self.reference
        return np.column_stack((points[:, 0] - 360.0 * np.rint(offset / 360.0), points[:, 1]))


@lru_cache(maxsize=16)
def way(source: CRS, target: CRS) -> Transformer:
    """Give the way from one system to another; to find it takes as long as to move 300,000 points."""
    return Transformer.from_crs(source, target, always_xy=True)


def display_of(study: Study) -> Display:
    """Find where the city lies: its boundary's centre, else its districts', else Greenwich."""
    shape: BaseGeometry = study.boundary
    if shape is None or shape.is_empty:
        shape = shapely.union_all(np.asarray(study.districts.geometry.array))
    if shape.is_empty:
        return Display(study.crs, 0.0)
    centre = gpd.GeoSeries([shape.centroid], crs=study.crs).to_crs(WGS84)
    return Display(study.crs, float(centre.x.iloc[0]))


def thin_coverage(geometries: NDArray[Any], tolerance_m: float = DISTRICT_TOLERANCE_M) -> NDArray[Any]:
    """Thin polygons so that shared edges stay shared; what would become unfit stays as it was."""
    if not len(geometries):
        return geometries
    thinned = np.asarray(shapely.coverage_simplify(geometries, tolerance_m))
    fit = shapely.is_valid(thinned) & ~shapely.is_empty(thinned)
    return thinned if fit.all() else geometries


def thin(geometries: NDArray[Any]) -> NDArray[Any]:
    """Thin shapes of many vertices by at most 2 m (5 m in very big layers); small shapes stay as they are."""
    counts = shapely.get_num_coordinates(geometries)
    tolerance = FINE_TOLERANCE_M if counts.sum() <= _MANY_VERTICES else COARSE_TOLERANCE_M
    many = counts >= _THIN_FROM_VERTICES
    if not many.any():
        return geometries
    out, shapes = geometries.copy(), geometries[many]
    thinned = shapely.simplify(shapes, tolerance, preserve_topology=False)
    changed = ~_unmended(shapes, thinned, tolerance)
    thinned[changed] = shapely.simplify(shapes[changed], tolerance, preserve_topology=True)
    out[many] = np.where(shapely.is_empty(thinned), shapes, thinned)
    return out


def _unmended(shapes: NDArray[Any], thinned: NDArray[Any], tolerance_m: float) -> NDArray[np.bool_]:
    """Say which shapes the quick way of thinning left with all their rings, each within the tolerance.

    It does not look at the rest of a shape while it thins a line of it, so it takes a twelfth of the time;
    small parts and holes may go, and what then crosses itself GEOS mends by dropping a piece of any size.
    Rings thinned by themselves are never mended, so a mended shape has another length than its rings.
    """
    rings, of_shape = shapely.get_rings(shapes, return_index=True)
    alone = np.bincount(
        of_shape, shapely.length(shapely.simplify(rings, tolerance_m, preserve_topology=False)), len(shapes)
    )
    polygonal = shapely.get_dimensions(shapes) == 2  # noqa: PLR2004 - areas
    length = shapely.length(thinned)
    same = shapely.get_type_id(shapes) == shapely.get_type_id(thinned)
    same &= shapely.get_num_geometries(shapes) == shapely.get_num_geometries(thinned)
    same &= _holes(shapes) == _holes(thinned)
    same &= ~polygonal | (np.abs(length - alone) <= _SAME_LENGTH * length)
    return np.asarray(same & shapely.is_valid(thinned))


def _holes(shapes: NDArray[Any]) -> NDArray[np.intp]:
    parts, of_shape = shapely.get_parts(shapes, return_index=True)
    holes = shapely.get_num_interior_rings(parts)
    return np.bincount(of_shape, holes, len(shapes)).astype(np.intp)


def geojson(geometry: BaseGeometry) -> dict[str, Any]:
    """Give a shape as GeoJSON with six decimals.

    Examples
    --------
    >>> geojson(shapely.Point(114.12345678, 22.5))
    {'type': 'Point', 'coordinates': [114.123457, 22.5]}
    """
    mapping = dict(shapely.geometry.mapping(geometry))
    mapping["coordinates"] = _rounded(mapping["coordinates"])
    return mapping


def _rounded(coordinates: Any) -> Any:  # noqa: ANN401 - nested to any depth
    if isinstance(coordinates, int | float):
        return round(float(coordinates), _DECIMALS)
    return [_rounded(item) for item in coordinates]
