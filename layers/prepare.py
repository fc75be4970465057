"""One layer from its source to a clean frame: read, placed, cut to the city, identified, repaired."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.transform import moved_to
from layers.catalogue import finding
from layers.errors import DataError
from layers.fields import read_values
from layers.identify import identified
from layers.kinds import SPECS, LayerKind
from layers.local_system import described, to_known
from layers.mend import mended
from layers.place import WGS84, in_degrees, swap_finding, swapped, to_system
from layers.read import filtered, read_layer
from layers.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from pyproj import CRS
    from shapely import MultiPolygon, Polygon

    from layers.config import LayerSection
    from layers.findings import Finding
    from layers.raw import Raw
    from layers.study import Source

NEAR_M = 5_000.0
"""Layers are kept this far outside the boundary: what lies just outside still serves."""
MOST_NOTES = 10
_WINDING = "invalid winding order"
_SLOW = "organizePolygons()"
"""GDAL says once in each process, of whichever layer comes first, that many parts may take it long."""
_NONE_LEFT = ("where 条件下没有要素", "where leaves no feature")
_GROWTH = (0.02, 0.08, 0.3, 0.6)


@dataclass(frozen=True, eq=False)
class Whereabouts:
    """Where the city is: the study's system, the zone layers are kept in, its bounds in degrees."""

    crs: CRS
    zone: Polygon | MultiPolygon
    near: tuple[float, float, float, float]

    @classmethod
    def around(cls, boundary: Polygon | MultiPolygon, crs: CRS) -> Whereabouts:
        """Make the zone around a boundary given in the study's system, at least ``NEAR_M`` wide.

        It grows in steps, so that a boundary of thousands of parts melts together early; one wide buffer of
        3,000 parts takes minutes.
        """
        zone = boundary
        for share in _GROWTH:
            step = share * NEAR_M
            zone = shapely.buffer(shapely.simplify(zone, step * 0.05), step * 1.1, quad_segs=3)
        shapely.prepare(zone)
        west, south, east, north = moved_to(gpd.GeoSeries([zone], crs=crs), WGS84).total_bounds
        return cls(crs, zone, (float(west), float(south), float(east), float(north)))


@dataclass(frozen=True, eq=False)
class Prepared:
    """A layer ready for the study, what it came from, and what was found on the way."""

    frame: gpd.GeoDataFrame
    source: Source
    findings: tuple[Finding, ...]


@np.errstate(invalid="ignore")  # coordinates that are no numbers are found and named, not warned of
def prepare(kind: LayerKind, section: LayerSection, base: Path, where: Whereabouts | None = None) -> Prepared:
    """Read one layer and make it fit to measure.

    Without ``where`` (the layer that says where the city is) it stays in its own system, uncut.

    Raises
    ------
    DataError
        It cannot be read, placed or used at all; see ``open_study``.
    """
    spec = SPECS[kind]
    raw = _read(kind, section, base, where)
    raw = replace(raw, source=replace(raw.source, crs=described(section, raw.source.crs, base)))
    findings = _notes(kind, raw)
    if raw.total == 0:
        return _none_at_all(raw, kind, section, where, findings)
    frame, found = to_known(raw.frame, section, kind, base)
    findings += found
    frame, found = in_degrees(frame, section, kind)
    findings += found
    if where is not None:
        frame, found = to_system(frame, where.crs, kind)
        findings += found
        frame, found = _cut(frame, raw, kind, section, where)
        findings += found
    if section.where:
        values, _ = read_values(frame, spec, raw.matched, frame.index.to_series())
        frame = frame[filtered(values, section.where).to_numpy()]
        if frame.empty and spec.may_be_empty:
            return _none_at_all(raw, kind, section, where, findings)
        if frame.empty:
            raise _refuse(kind, section, *_NONE_LEFT)
    merges = kind == LayerKind.DISTRICTS
    frame, found = identified(frame, spec, raw.matched.get("id"), merges=merges)
    findings += found
    values, found = read_values(frame, spec, raw.matched, frame["id"])
    findings += found
    values.insert(0, "id", frame["id"])
    clean = gpd.GeoDataFrame(values, geometry=frame.geometry, crs=frame.crs)
    clean, found = mended(clean, spec)
    return Prepared(clean.reset_index(drop=True), raw.source, tuple(findings + found))


def _none_at_all(
    raw: Raw, kind: LayerKind, section: LayerSection, where: Whereabouts | None, findings: list[Finding]
) -> Prepared:
    """Give a layer that may be empty and is, and say that it counts as none at all."""
    zh, en = _NONE_LEFT if section.where else ("没有要素", "no features")
    said = Text(
        f"{kind}（{section.path}）：{zh}，按“一个也没有”计算",
        f"{kind} ({section.path}): {en}; counted as none at all",
    )
    noted = finding("read.no_features", said, layer=kind.value)
    values, _ = read_values(raw.frame.iloc[:0], SPECS[kind], raw.matched, pd.Series(dtype="str"))
    values.insert(0, "id", pd.Series(dtype="str"))
    crs = None if where is None else where.crs
    clean = gpd.GeoDataFrame(values, geometry=gpd.GeoSeries([], crs=crs), crs=crs)
    return Prepared(clean.reset_index(drop=True), raw.source, (*findings, noted))


def _read(kind: LayerKind, section: LayerSection, base: Path, where: Whereabouts | None) -> Raw:
    """Read a layer; an error names the layer as well as the file."""
    try:
        near = where.near if where and section.transform is None else None
        return read_layer(section, SPECS[kind], base, near)
    except DataError as error:
        said = error.message
        if kind.value in said.en:
            raise
        raise DataError(Text(f"{kind}：{said.zh}", f"{kind}: {said.en}")) from error


def _notes(kind: LayerKind, raw: Raw) -> list[Finding]:
    found = []
    if raw.curves:
        said = Text(f"{kind}：曲线已读作折线", f"{kind}: curves were read as straight lines")
        found.append(finding("geometry.curve", said, layer=kind.value))
    if any(_WINDING in note for note in raw.notes):
        said = Text(
            f"{kind}：部分环的方向与格式规定相反，已按外环、内环读取",
            f"{kind}: some rings run the wrong way round; read as shells and holes all the same",
        )
        found.append(finding("geometry.ring_order", said, layer=kind.value))
    others = [one for one in raw.notes if _WINDING not in one and _SLOW not in one]
    for note in others[:MOST_NOTES]:
        said = Text(f"{kind}：读取时提示“{note}”", f"{kind}: the reading library warns: {note}")
        found.append(finding("read.warning", said, layer=kind.value))
    return found


def _cut(
    frame: gpd.GeoDataFrame, raw: Raw, kind: LayerKind, section: LayerSection, where: Whereabouts
) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Keep what lies within ``NEAR_M`` of the boundary, and rows without a shape for the repair to name."""
    findings: list[Finding] = []
    elsewhere = raw.total > len(frame)  # rows that a large source was not asked for
    kept, meets = _near(frame, where, elsewhere=elsewhere)
    if not meets:
        turned = swapped(frame)
        kept, meets = _near(turned, where, elsewhere=elsewhere)
        if not meets:
            raise _refuse(
                kind,
                section,
                "整个图层都在行政区范围 5 km 以外；请核对该图层的 crs 与 boundary",
                "the whole layer lies more than 5 km outside the city; check its crs and the boundary",
            )
        findings.append(swap_finding(kind))
        frame = turned
    left_out = int((~kept).sum()) + max(raw.total - len(frame), 0)
    if left_out:
        said = Text(
            f"{kind}：{left_out} 个要素距行政区范围超过 {NEAR_M / 1000:g} km，未采用",
            f"{kind}: {left_out} features lie more than {NEAR_M / 1000:g} km away; left out",
        )
        findings.append(finding("topology.far", said, layer=kind.value))
    return (frame if kept.all() else frame[kept]), findings


def _near(frame: gpd.GeoDataFrame, where: Whereabouts, *, elsewhere: bool) -> tuple[np.ndarray, bool]:
    """Say whose box meets the zone, a corner inside it settles most, or who has none; and if any does.

    Rows without a shape lie nowhere: a layer of nothing else is left alone, unless others lie elsewhere.
    """
    shapes = frame.geometry.to_numpy()
    west, south = shapely.bounds(shapes)[:, :2].T
    given = ~np.isnan(west)
    near = given & shapely.intersects_xy(where.zone, west, south)
    doubt = given & ~near
    near[doubt] = shapely.intersects(where.zone, shapely.envelope(shapes[doubt]))
    return near | ~given, bool(near.any() or not (given.any() or elsewhere))


def _refuse(kind: LayerKind, section: LayerSection, zh: str, en: str) -> DataError:
    return DataError(Text(f"{kind}（{section.path}）：{zh}", f"{kind} ({section.path}): {en}"))
