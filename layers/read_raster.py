"""Reading the part of a raster that concerns the city."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd

from geo.raster import read_surface
from layers.errors import DataError
from layers.formats import locate, refuse
from layers.read import source_of
from layers.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from pyproj import CRS
    from shapely import MultiPolygon, Polygon

    from geo.raster import Surface
    from layers.config import LayerSection
    from layers.findings import Finding
    from layers.kinds import LayerKind
    from layers.study import Source


def read_city_surface(  # noqa: PLR0913 - the accumulators of one reading
    kind: LayerKind,
    section: LayerSection,
    base: Path,
    boundary: Polygon | MultiPolygon,
    crs: CRS,
    findings: list[Finding],  # noqa: ARG001
    sources: dict[str, Source],
) -> Surface:
    """Read the cells of a raster that the city's bounding box touches, in the raster's own grid.

    Raises
    ------
    DataError
        Missing, damaged, without a coordinate system, or away from the city.
    """
    found = locate(section.path, base)
    if found.format != "tiff":
        raise refuse(section.path, "需要 GeoTIFF 栅格", "a GeoTIFF is needed here")
    area = gpd.GeoSeries([boundary], crs=crs)
    try:
        surface = read_surface(found.path, area, crs=section.crs)
    except ValueError as error:
        raise DataError(
            Text(f"{kind}（{section.path}）：{error}", f"{kind} ({section.path}): {error}")
        ) from None
    sources[kind.value] = source_of(found, section, surface.grid.crs, "")
    return surface
