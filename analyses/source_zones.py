"""Drinking-water source zones with the strictest class holding where they overlap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

from analyses.areas import once
from analyses.attributes import text
from analyses.indicator import EvidenceClass
from geo.overlay import union
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry

    from layers.study import Study

FIRST, SECOND, QUASI, UNKNOWN = "first_class", "second_class", "quasi", "unknown"
ZONE_CLASSES = (
    EvidenceClass(FIRST, Text("一级保护区", "class I zone"), "neutral"),
    EvidenceClass(SECOND, Text("二级保护区", "class II zone"), "neutral"),
    EvidenceClass(QUASI, Text("准保护区", "quasi-protection zone"), "neutral"),
    EvidenceClass(UNKNOWN, Text("级别不明", "class unknown"), "review"),
)
RANKS = {one.id: rank for rank, one in enumerate(ZONE_CLASSES)}


def named_zones(study: Study) -> gpd.GeoDataFrame:
    """Give the zones as drawn, with ``zone_class`` (``unknown`` where missing), ``rank`` and ``source``."""
    zones = study.frame(LayerKind.SOURCE_ZONES)
    said = text(zones, "zone_class")
    zone_class = said.where(said.isin(RANKS), UNKNOWN)
    source = text(zones, "source_name").where(text(zones, "source_name") != "", text(zones, "name"))
    return zones.assign(zone_class=zone_class, rank=zone_class.map(RANKS), source=source)


def strictest(zones: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give each place to the strictest zone that claims it (class I before II before quasi)."""
    return once(zones, by=("rank", "id"))


def filled(shape: BaseGeometry) -> BaseGeometry:
    """Close the holes of polygons.

    Examples
    --------
    >>> ring = shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 2))
    >>> filled(ring).area
    9.0
    """
    parts = shapely.get_parts(shape)
    parts = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    return union(shapely.polygons(shapely.get_exterior_ring(parts)))
