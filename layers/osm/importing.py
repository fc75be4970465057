"""Import an extract: read, cut the streets into a network, keep what lies near, write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from shapely import box

from layers.errors import DataError
from layers.kinds import LayerKind
from layers.osm.built_up import closed_built_up
from layers.osm.extract import read_extract
from layers.osm.gathering import WGS84
from layers.osm.homes import with_homes
from layers.osm.places import read_city, read_districts
from layers.osm.remarks import remarks
from layers.osm.topology import split_at_shared_nodes
from layers.osm.writing import (
    CONFIG,
    FINDINGS,
    LAYERS,
    CityAbout,
    new_folder,
    slug,
    write_config,
    write_findings,
    write_layers,
)
from layers.text import Text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

    from layers.findings import Finding
    from layers.osm.extract import Extract
from layers.osm.places import City

COLUMNS: dict[LayerKind, tuple[str, ...]] = {
    LayerKind.STREETS: ("name", "highway", "level"),
    LayerKind.PARKS: ("name", "code", "park_class", "open"),
    LayerKind.RESIDENTIAL: ("name", "code"),
    LayerKind.BUILT_UP: ("name",),
    LayerKind.BUILDINGS: ("name", "floors", "use", "home"),
    LayerKind.WATER: ("name", "water_type"),
    LayerKind.RIVERS: ("name",),
    LayerKind.COASTLINE: (),
    LayerKind.RED_LINE: ("name",),
    LayerKind.STATIONS: ("name",),
    LayerKind.GREENWAYS: ("name", "level", "built"),
}
NEAR_M = 5_000.0
WALK_M = 2_000.0
"""Objects are kept within 5 km of the boundary; streets and parks within 2 km; land use inside it alone."""
_REACH = {
    LayerKind.STREETS: WALK_M,
    LayerKind.PARKS: WALK_M,
    LayerKind.RESIDENTIAL: 0.0,
    LayerKind.BUILT_UP: 0.0,
    LayerKind.BUILDINGS: 0.0,
}


@dataclass(frozen=True)
class OsmImport:
    """What an import wrote: the configuration, objects per layer, findings, the date of the extract."""

    config: Path
    counts: Mapping[LayerKind, int]
    findings: tuple[Finding, ...]
    date: dt.date | None


def import_osm(
    pbf: Path,
    boundary: Path,
    out: Path,
    *,
    districts: Path | None = None,
    residents: int | None = None,
    progress: Callable[[Text], None] | None = None,
) -> OsmImport:
    """Turn an OpenStreetMap extract into layers and a ``city.toml`` that a run takes as it is.

    Parameters
    ----------
    pbf
        The extract (``.osm.pbf``, or ``.osm``).
    boundary
        The city's area: any vector file with polygons.
    out
        Folder to write; an earlier import there is replaced, anything else is left alone.
    districts
        Sub-areas to report by, if any.
    residents
        People living in the city; OpenStreetMap does not say.
    progress
        Told what is being done.

    Raises
    ------
    DataError
        A file is missing, damaged or unfit, or extract and boundary do not overlap. Nothing is written.
    ConfigError
        ``out`` cannot be written or holds something else.
    """
    say = progress or (lambda _text: None)
    say(Text("读行政区范围", "reading the boundary"))
    city = read_city(boundary)
    findings: list[Finding] = []
    layers = {LayerKind.BOUNDARY: _boundary_frame(city)}
    if districts is not None:
        layers[LayerKind.DISTRICTS], findings = read_districts(districts, city)
    out = out.absolute()
    with new_folder(out) as folder:
        say(Text(f"读 {pbf.name}", f"reading {pbf.name}"))
        extract = read_extract(pbf, city.box(NEAR_M))
        say(Text("整理图层", "sorting the layers"))
        found = _layers(extract, city)
        _must_overlap(extract, found, city, pbf)
        settled = _settle(found, city)
        findings += [*remarks(extract, found, city.boundary), *settled]
        layers |= {kind: frame for kind, frame in found.items() if not frame.empty}
        say(Text("写图层", "writing the layers"))
        write_layers(folder / LAYERS, layers, extract.date)
        write_findings(folder / FINDINGS, findings)
        kinds = [*layers]
        if LayerKind.BUILDINGS in layers:
            kinds.insert(kinds.index(LayerKind.BUILDINGS) + 1, LayerKind.CONSTRUCTION)
        about = CityAbout(slug(out.name), city.name or out.name, residents)
        write_config(folder / CONFIG, about, kinds, extract.date)
    counts = {kind: len(frame) for kind, frame in layers.items()}
    return OsmImport(out / CONFIG, counts, tuple(findings), extract.date)


def _boundary_frame(city: City) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"id": ["1"], "name": [city.name]}, geometry=[city.boundary], crs=WGS84)


def _layers(extract: Extract, city: City) -> dict[LayerKind, gpd.GeoDataFrame]:
    reach = {
        distance: city.within(distance) if distance else city.boundary
        for distance in {NEAR_M, *_REACH.values()}
    }
    for area in reach.values():
        shapely.prepare(area)
    layers = {}
    for kind, columns in COLUMNS.items():
        gathered = extract.layers[kind]
        frame = gathered.frame(columns)
        near = shapely.intersects(reach[_REACH.get(kind, NEAR_M)], frame.geometry.to_numpy())
        if kind is LayerKind.STREETS:
            nodes = [one for one, is_near in zip(gathered.nodes, near, strict=True) if is_near]
            frame = split_at_shared_nodes(frame[near].reset_index(drop=True), nodes, extract.closed_nodes)
        else:
            frame = frame[near]
        if kind is LayerKind.STATIONS:
            frame = _as_points(frame)
        layers[kind] = _in_order(frame)
    return layers


def _settle(layers: dict[LayerKind, gpd.GeoDataFrame], city: City) -> list[Finding]:
    """Fill in what is hardly mapped: homes as residential land, buildings as built-up area."""
    buildings, grounds = layers[LayerKind.BUILDINGS], layers[LayerKind.BUILT_UP]
    residential, findings = with_homes(layers[LayerKind.RESIDENTIAL], buildings, grounds)
    layers[LayerKind.RESIDENTIAL] = _in_order(residential)
    layers[LayerKind.BUILDINGS] = buildings.drop(columns="home")
    layers[LayerKind.BUILT_UP], closed = closed_built_up(grounds, buildings, city)
    return [*findings, *closed]


def _as_points(stations: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give each station as one point; an area that holds a station's point is that station."""
    areas = (stations.geom_type != "Point").to_numpy()
    points = shapely.STRtree(stations.geometry.to_numpy()[~areas])
    held, _ = points.query(stations.geometry.to_numpy()[areas], predicate="intersects")
    keep = np.ones(len(stations), dtype=bool)
    keep[np.flatnonzero(areas)[np.unique(held)]] = False
    kept = stations[keep]
    return kept.set_geometry(shapely.point_on_surface(kept.geometry.to_numpy()), crs=stations.crs)


def _in_order(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Sort by id: nodes, ways, relations, each by number and part; repeated ids get a part number."""
    parts = frame["id"].str.extract(r"^(\D)(\d+)(?:\.(\d+))?$")
    order = np.lexsort((parts[2].fillna("0").astype("int64"), parts[1].astype("int64"), parts[0].map(ord)))
    frame = frame.iloc[order].reset_index(drop=True)
    again = frame.groupby("id", sort=False).cumcount()
    frame["id"] = frame["id"].where(again == 0, frame["id"] + "." + (again + 1).astype("str"))
    return frame


def _must_overlap(
    extract: Extract, layers: Mapping[LayerKind, gpd.GeoDataFrame], city: City, pbf: Path
) -> None:
    """Refuse an extract of another place."""
    area: BaseGeometry | None = None if extract.box is None else box(*extract.box)
    if (area is not None and not area.intersects(city.boundary)) or all(one.empty for one in layers.values()):
        raise DataError(
            Text(
                f"{pbf.name} 与行政区范围不重叠；请核对两者是否为同一城市，以及范围文件的坐标系",
                f"{pbf.name} and the boundary do not overlap; check that both are the same city, "
                "and the boundary's coordinate system",
            )
        )
