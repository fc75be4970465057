"""From ``city.toml`` to a study: every layer read, placed, repaired, identified, cut to what concerns the city."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from geo.crs import study_crs
from layers.catalogue import finding
from layers.errors import DataError
from layers.fields import read_values
from layers.identify import identified
from layers.kinds import SPECS, LayerKind
from layers.mend import mended
from layers.place import WGS84, in_degrees, swapped, to_system
from layers.read import filtered, read_layer
from layers.read_raster import read_city_surface
from layers.study import Layer, Study
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from shapely import MultiPolygon, Polygon

    from layers.config import CityConfig, LayerSection
    from layers.findings import Finding
    from layers.read import Raw
    from layers.study import Source

    Progress = Callable[[str, int, int], None]

NEAR_M = 5_000.0
"""Layers are kept this far outside the boundary: what lies just outside still serves."""

_AREAS = (LayerKind.BOUNDARY, LayerKind.DISTRICTS, LayerKind.LAND)


def open_study(config: CityConfig, base: Path, progress: Progress | None = None) -> Study:
    """Read a city.

    Parameters
    ----------
    config
        What ``city.toml`` says.
    base
        Folder that its relative paths start from.
    progress
        Called before each layer with its kind, the number of layers read so far, and their total.

    Returns
    -------
    The study: frames in the study's system with canonical columns, ids unique text, valid shapes in an order
    that does not depend on the source's; everything that was changed or left out is a finding.

    Raises
    ------
    DataError
        A layer is missing, unreadable, empty, of the wrong type, without a needed field, without a coordinate
        system or with coordinates that cannot be in it, or wholly outside the city.
    """
    reader = _Reader(config, base, progress)
    outline, raw_outline = reader.outline()
    crs = CRS.from_user_input(config.city.crs) if config.city.crs else study_crs(outline)
    reader.settle(crs, outline)
    boundary = reader.boundary(raw_outline)
    districts = reader.districts(boundary)
    land = reader.land(boundary)
    layers = {kind: reader.layer(kind) for kind in config.layers if _is_vector(kind)}
    surfaces = {
        kind: read_city_surface(kind, section, base, boundary, crs, reader.findings, reader.sources)
        for kind, section in config.layers.items()
        if SPECS[kind].shape == "raster" and reader.tell(kind)
    }
    return Study(
        id=config.city.id,
        name=config.city.name.text,
        crs=crs,
        boundary=boundary,
        land=land,
        districts=districts,
        layers=layers,
        surfaces=surfaces,
        parameters=dict(config.parameters),
        findings=tuple(reader.findings),
        as_of=config.city.as_of,
        synthetic=config.city.synthetic,
        residents=config.city.residents,
        config_path=None,
        sources=reader.sources,
    )


def _is_vector(kind: LayerKind) -> bool:
    return kind not in _AREAS and SPECS[kind].shape != "raster"


class _Reader:
    """What reading one city accumulates: findings, sources, and where the city is."""

    def __init__(self, config: CityConfig, base: Path, progress: Progress | None) -> None:
        self.config = config
        self.base = base
        self.progress = progress
        self.findings: list[Finding] = []
        self.sources: dict[str, Source] = {}
        self.done = 0
        self.crs = WGS84
        self.near: tuple[float, float, float, float] | None = None
        self.zone: Polygon | MultiPolygon | None = None

    def tell(self, kind: LayerKind) -> bool:
        if self.progress is not None:
            self.progress(kind.value, self.done, len(self.config.layers))
        self.done += 1
        return True

    def outline(self) -> tuple[Polygon | MultiPolygon, tuple[LayerKind, gpd.GeoDataFrame]]:
        """Read the layer that says where the city is, and give its area in degrees."""
        kind = LayerKind.BOUNDARY if LayerKind.BOUNDARY in self.config.layers else LayerKind.DISTRICTS
        frame = self.shapes(kind)
        degrees = frame.to_crs(WGS84)
        outline = shapely.union_all(degrees.geometry.to_numpy())
        return outline, (kind, frame)

    def settle(self, crs: CRS, outline: Polygon | MultiPolygon) -> None:
        """Fix the study's system and the zone that layers are kept in."""
        self.crs = crs
        self.zone = None
        area = gpd.GeoSeries([outline], crs=WGS84).to_crs(crs)
        zone = shapely.buffer(shapely.simplify(area.iloc[0], 10.0), NEAR_M + 10.0, quad_segs=4)
        shapely.prepare(zone)
        self.zone = zone
        west, south, east, north = gpd.GeoSeries([zone], crs=crs).to_crs(WGS84).total_bounds
        self.near = (float(west), float(south), float(east), float(north))

    def shapes(self, kind: LayerKind) -> gpd.GeoDataFrame:
        """Read, place, order, identify and repair one layer, in its own or the study's system."""
        self.tell(kind)
        spec, section = SPECS[kind], self.config.layers[kind]
        raw = read_layer(section, spec, self.base, self.near)
        self.sources[kind.value] = raw.source
        self.note_read(kind, raw)
        frame, found = in_degrees(raw.frame, section, kind)
        self.findings += found
        if self.zone is not None:
            frame, found = to_system(frame, self.crs, kind)
            self.findings += found
            frame = self.cut(frame, raw, kind, section)
        if section.where:
            values, _ = read_values(frame, spec, raw.matched, frame.index.to_series())
            frame = frame[filtered(values, section.where).to_numpy()]
            if frame.empty:
                raise _refuse(kind, section, "where 条件下没有要素", "where leaves no feature")
        merges = kind == LayerKind.DISTRICTS
        frame, found = identified(frame, spec, raw.matched.get("id"), merges=merges)
        self.findings += found
        values, found = read_values(frame, spec, raw.matched, frame["id"])
        self.findings += found
        values.insert(0, "id", frame["id"])
        frame = gpd.GeoDataFrame(values, geometry=frame.geometry, crs=frame.crs)
        frame, found = mended(frame, spec)
        self.findings += found
        return frame.reset_index(drop=True)

    def note_read(self, kind: LayerKind, raw: Raw) -> None:
        if raw.curves:
            said = Text(f"{kind}：曲线已读作折线", f"{kind}: curves were read as straight lines")
            self.findings.append(finding("geometry.curve", said, layer=kind.value))

    def cut(
        self, frame: gpd.GeoDataFrame, raw: Raw, kind: LayerKind, section: LayerSection
    ) -> gpd.GeoDataFrame:
        """Keep what lies within ``NEAR_M`` of the boundary; rows without a shape stay for the repair to name."""
        kept, touching = self.touching(frame)
        if not touching:
            turned = swapped(frame)
            kept, touching = self.touching(turned)
            if not touching:
                _outside(kind, section)
            said = Text(f"{kind}：横纵坐标颠倒，已对调", f"{kind}: x and y were swapped; put right")
            self.findings.append(finding("crs.axes_swapped", said, layer=kind.value))
            frame = turned
        left_out = int((~kept).sum()) + max(raw.total - len(frame), 0)
        if left_out:
            said = Text(
                f"{kind}：{left_out} 个要素距行政区范围超过 {NEAR_M / 1000:g} km，未采用",
                f"{kind}: {left_out} features lie more than {NEAR_M / 1000:g} km away; left out",
            )
            self.findings.append(finding("topology.far", said, layer=kind.value))
        return frame[kept]

    def touching(self, frame: gpd.GeoDataFrame) -> tuple[np.ndarray, bool]:
        shapes = frame.geometry.to_numpy()
        usable = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
        near = np.zeros(len(shapes), dtype=bool)
        near[usable] = shapely.intersects(self.zone, shapely.envelope(shapes[usable]))
        return near | ~usable, bool(near.any() or not usable.any())

    def boundary(self, outline: tuple[LayerKind, gpd.GeoDataFrame]) -> Polygon | MultiPolygon:
        kind, frame = outline
        placed, found = to_system(frame, self.crs, kind)
        self.findings += found
        if kind == LayerKind.DISTRICTS:
            said = Text(
                "没有 boundary 图层，以各区合并代替",
                "no boundary layer; the union of the districts stands for it",
            )
            self.findings.append(finding("topology.boundary_from_districts", said, layer=kind.value))
        area: Polygon | MultiPolygon = shapely.union_all(placed.geometry.make_valid().to_numpy())
        return area

    def land(self, boundary: Polygon | MultiPolygon) -> Polygon | MultiPolygon:
        if LayerKind.LAND not in self.config.layers:
            return boundary
        frame = self.shapes(LayerKind.LAND)
        area = shapely.intersection(shapely.union_all(frame.geometry.to_numpy()), boundary)
        return _polygons(area)

    def districts(self, boundary: Polygon | MultiPolygon) -> gpd.GeoDataFrame:
        if LayerKind.DISTRICTS not in self.config.layers:
            empty = {"id": [], "name_zh": [], "name_en": [], "residents": []}
            return gpd.GeoDataFrame(empty, geometry=[], crs=self.crs)
        frame = self.shapes(LayerKind.DISTRICTS)
        frame = frame.dissolve(by="id", as_index=False)
        frame.geometry = [_polygons(one) for one in frame.geometry.intersection(boundary)]
        frame = frame[~frame.geometry.is_empty].reset_index(drop=True)
        if "name_en" not in frame:
            frame["name_en"] = frame["name_zh"]
        frame["name_en"] = frame["name_en"].fillna(frame["name_zh"])
        if "residents" not in frame:
            frame["residents"] = np.nan
        return frame[["id", "name_zh", "name_en", "residents", "geometry"]]

    def layer(self, kind: LayerKind) -> Layer:
        section = self.config.layers[kind]
        frame = self.shapes(kind)
        return Layer(kind, frame, self.sources[kind.value], section.as_of, section.proxy)


def _polygons(shape: shapely.Geometry) -> Polygon | MultiPolygon:
    parts = [one for one in shapely.get_parts(shape) if one.geom_type == "Polygon"]
    merged: Polygon | MultiPolygon = shapely.union_all(parts) if parts else shapely.Polygon()
    return merged


def _outside(kind: LayerKind, section: LayerSection) -> NoReturn:
    raise _refuse(
        kind,
        section,
        "整个图层都在行政区范围 5 km 以外；请核对坐标系 crs 与 boundary",
        "the whole layer lies more than 5 km outside the city; check its crs and the boundary",
    )


def _refuse(kind: LayerKind, section: LayerSection, zh: str, en: str) -> DataError:
    return DataError(Text(f"{kind}（{section.path}）：{zh}", f"{kind} ({section.path}): {en}"))
