"""Built-up area where no official one is given: urban land use and buildings, closed over narrow gaps.

Everything within 50 m of urban land use or a building is taken, then 50 m are taken off again: streets, yards
and gaps of less than 100 m between buildings are filled, open land is not. The 50 m are this program's
choice, not a standard's. Every building of the city lies in the area, so that measures of homes inside the
built-up area and of all homes speak of the same homes. A finding says how it was made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from layers.catalogue import finding
from layers.osm.gathering import WGS84
from layers.text import Text

if TYPE_CHECKING:
    from layers.findings import Finding
    from layers.osm.places import City

CLOSING_M = 50.0
_SEGMENTS = 8
_INSCRIBED = float(np.cos(np.pi / (4 * _SEGMENTS)))
"""Arcs are drawn as chords inside the circle: taking off this much less than was added loses nothing."""


def closed_built_up(
    grounds: gpd.GeoDataFrame, buildings: gpd.GeoDataFrame, city: City
) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Close urban land use and buildings to the built-up area inside the boundary.

    Parameters
    ----------
    grounds
        Urban land use, in degrees.
    buildings
        Footprints, in degrees.
    city
        Boundary and metric system.

    Returns
    -------
    Areas with ``id`` (from north to south) and an empty ``name``, and the finding.
    """
    shapes = gpd.GeoSeries([*grounds.geometry, *buildings.geometry], crs=WGS84)
    if shapes.empty:
        return grounds[["id", "name", "geometry"]], []
    urban = shapely.make_valid(shapes.to_crs(city.crs).to_numpy(), method="structure")
    widened = shapely.union_all(shapely.buffer(urban, CLOSING_M, quad_segs=_SEGMENTS))
    closed = shapely.buffer(widened, -CLOSING_M * _INSCRIBED, quad_segs=_SEGMENTS)
    in_degrees = gpd.GeoSeries([closed], crs=city.crs).to_crs(WGS84).to_numpy()
    inside = shapely.get_parts(shapely.intersection(shapely.make_valid(in_degrees), city.boundary))
    inside = inside[shapely.get_type_id(inside) == shapely.GeometryType.POLYGON]
    north = np.lexsort((shapely.get_x(shapely.centroid(inside)), -shapely.bounds(inside)[:, 3]))
    names = [f"b{number}" for number in range(1, len(inside) + 1)]
    frame = gpd.GeoDataFrame({"id": names, "name": ""}, geometry=inside[north], crs=WGS84)
    text = Text(
        f"建成区由 {len(grounds)} 块城镇用地和 {len(buildings)} 座建筑推定："
        f"外扩 {CLOSING_M:g} m 再内缩（建议值）",
        f"the built-up area is drawn from {len(grounds)} urban land uses and {len(buildings)} buildings, "
        f"widened by {CLOSING_M:g} m and narrowed again (proposed distance)",
    )
    return frame, [finding("osm.built_up_closed", text, layer="built_up")]
