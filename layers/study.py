"""The study of one city: data only, everything in one coordinate system, read and repaired."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd
    from pyproj import CRS
    from shapely import MultiPolygon, Polygon

    from geo.raster import Surface
    from layers.findings import Finding
    from layers.kinds import LayerKind
    from layers.text import Text

ParameterValue = float | int | str | bool


@dataclass(frozen=True)
class Source:
    """Where a layer came from.

    Attributes
    ----------
    path
        The path as the configuration names it (relative paths stay relative), or a database address
        without its password.
    layer
        Layer or table inside it, where the format has several.
    sha256, size_bytes
        Hash and size of the file (of all its member files in name order for a folder or a Shapefile).
    crs, datum, encoding
        As read: the coordinate system's name, ``wgs84``/``cgcs2000``/``gcj02``/``bd09``, the text encoding.
    attribution
        Who must be named where the data is shown.
    """

    path: str
    layer: str | None = None
    sha256: str = ""
    size_bytes: int = 0
    crs: str = ""
    datum: str = "wgs84"
    encoding: str = ""
    attribution: str = ""


@dataclass(frozen=True, eq=False)
class Layer:
    """One kind of layer, repaired, in the study's coordinate system.

    ``frame`` has the canonical columns of its ``LayerSpec`` (missing optional ones are absent), the column
    ``id`` (text, unique) and ``geometry``. ``proxy`` says that it stands in for the official layer.
    """

    kind: LayerKind
    frame: gpd.GeoDataFrame
    source: Source
    as_of: dt.date | None = None
    proxy: bool = False


@dataclass(frozen=True, eq=False)
class Study:
    """One city, ready to be measured.

    Attributes
    ----------
    id, name
        Short id (ASCII) and the name in both languages.
    crs
        Conformal local projected system, metres; every frame is in it.
    boundary
        The administrative area, sea included where the source includes it.
    land
        The land part of the boundary (the boundary itself where no land layer is given).
    districts
        One row per district: ``id`` (text), ``name_zh``, ``name_en``, ``residents`` where known, geometry
        clipped to the boundary. No rows where the city has no districts.
    layers, surfaces
        What was given, by kind.
    parameters
        Values set by the user; an indicator's own defaults hold for the rest.
    findings
        Faults found and repairs made while reading.
    declared
        Values of the whole city that were measured elsewhere and are declared, by (indicator, year).
    """

    id: str
    name: Text
    crs: CRS
    boundary: Polygon | MultiPolygon
    land: Polygon | MultiPolygon
    districts: gpd.GeoDataFrame
    layers: Mapping[LayerKind, Layer]
    surfaces: Mapping[LayerKind, Surface] = field(default_factory=dict)
    parameters: Mapping[str, ParameterValue] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    as_of: dt.date | None = None
    synthetic: bool = False
    residents: float | None = None
    config_path: Path | None = None
    sources: Mapping[str, Source] = field(default_factory=dict)
    declared: Mapping[tuple[str, int], float] = field(default_factory=dict)

    def frame(self, kind: LayerKind) -> gpd.GeoDataFrame:
        """Give the frame of a layer that is known to be there (``KeyError`` otherwise)."""
        return self.layers[kind].frame

    def with_parameters(self, **values: ParameterValue) -> Study:
        """Give the same study with some parameters set otherwise."""
        return replace(self, parameters={**self.parameters, **values})
