"""The layers drawn over the districts: evidence of the indicators, the study's own layers, findings."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.findings import Severity
from layers.kinds import SPECS, LayerKind
from maps.assets import palette
from maps.columns import column_heads, left_out, packed_columns
from maps.display import WGS84, thin
from maps.packed import Packed, Shape, pack
from maps.safe_json import utf8_text
from maps.wording import both, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from analyses.indicator import EvidenceClass
    from analyses.report import Report
    from layers.findings import Finding
    from layers.study import Layer, Study
    from maps.display import Display

SHAPES: tuple[Shape, ...] = ("polygon", "line", "point")
_MOST_CLASSES = 254
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_]{1,60}")
_UNCLASSIFIED = {"zh": "未分类", "en": "unclassified"}


@dataclass(frozen=True)
class Overlay:
    """A layer as the page knows it (``entry``) and its packed data by id (``blobs``)."""

    entry: dict[str, Any]
    blobs: dict[str, str]


def overlay_tasks(report: Report, display: Display) -> list[Callable[[], list[Overlay]]]:
    """Give what packs a report's layers, each for itself: the evidence of every measure, the study's own."""
    drawn = [name for name in sorted(report.measures) if name in report.indicators]
    evidence = [partial(evidence_overlays, report, name, display) for name in drawn]
    return [
        *evidence,
        *(partial(context_overlays, report.study, kind, display) for kind in sorted(report.study.layers)),
    ]


def evidence_overlays(report: Report, name: str, display: Display) -> list[Overlay]:
    """Pack the evidence of a measure; it has one layer per kind of shape."""
    indicator, frame = report.indicators[name], report.measures[name].evidence
    if frame is None or not len(frame):
        return []
    classes, index = evidence_classes(frame, indicator.classes)
    entry = {
        "indicator": name,
        "group": "indicator",
        "title": words(indicator.title.zh, indicator.title.en, name),
        "classes": classes,
    }
    return by_shape(f"evidence-{element_name(name)}", entry, frame, index, display)


def context_overlays(study: Study, kind: LayerKind, display: Display) -> list[Overlay]:
    """Pack a layer of the study if a reader needs it to find the way or to see what was measured."""
    styles: Mapping[str, Any] = palette()["layers"]
    style, layer = styles.get(str(kind)), study.layers[kind]
    if style is None or not len(layer.frame):
        return []
    classes, index = _context_classes(layer, style)
    spec = SPECS[LayerKind(kind)]
    entry = {
        "kind": str(kind),
        "group": style["group"],
        "title": words(spec.title.zh, spec.title.en, kind),
        "classes": classes,
        "on": bool(style.get("on")),
        "as_of": layer.as_of.isoformat() if layer.as_of else None,
        "proxy": layer.proxy,
        "source": layer.source.path,
        "attribution": layer.source.attribution,
    }
    frame = layer.frame
    if style["group"] == "background":
        frame, index = _inside(frame, index, study.boundary)
    return by_shape(f"layer-{element_name(str(kind))}", entry, frame, index, display)


def _inside(
    frame: gpd.GeoDataFrame, index: NDArray[np.int64], boundary: BaseGeometry
) -> tuple[gpd.GeoDataFrame, NDArray[np.int64]]:
    """Cut a background layer to the city: what lies around it would float in the empty ground there."""
    if boundary is None or boundary.is_empty:
        return frame, index
    shapely.prepare(boundary)
    near = shapely.intersects(boundary, np.asarray(frame.geometry.array))
    kept = frame.loc[near].copy()
    shapes = np.asarray(kept.geometry.array)
    crossing = ~shapely.covered_by(shapes, boundary)
    shapes[crossing] = shapely.intersection(shapes[crossing], boundary)
    kept[kept.geometry.name] = gpd.GeoSeries(shapes, index=kept.index, crs=kept.crs)
    return kept, index[near]


def finding_overlay(findings: Sequence[Finding], display: Display) -> Overlay | None:
    """Pack the findings that have a place."""
    placed = [finding for finding in findings if finding.place is not None]
    if not placed:
        return None
    order = [str(severity) for severity in Severity]
    rows = gpd.GeoDataFrame(
        {
            "id": [f"{at:06d}" for at in range(len(placed))],
            "code": [utf8_text(finding.code) for finding in placed],
            "name": [finding.feature and utf8_text(finding.feature) for finding in placed],
            "layer": [finding.layer and utf8_text(finding.layer) for finding in placed],
            "finding": [at for at, finding in enumerate(findings) if finding.place is not None],
        },
        geometry=[shapely.Point(display.longitude(f.place[0]), f.place[1]) for f in placed if f.place],
        crs=WGS84,
    )
    styles = palette()["severity"]
    entry = {
        "group": "quality",
        "title": {"zh": "数据问题", "en": "Data findings"},
        "classes": [{"id": name, "severity": name, "style": styles[name]} for name in order],
    }
    index = [order.index(str(finding.severity)) for finding in placed]
    packed = pack(rows.geometry, index, rows["id"].tolist(), "point")
    return _overlay("findings", entry, rows, index, packed)


def evidence_classes(
    frame: gpd.GeoDataFrame, declared: Iterable[EvidenceClass]
) -> tuple[list[dict[str, Any]], NDArray[np.int64]]:
    """Give the classes of evidence, undeclared ones last, and each row's class."""
    classes: list[dict[str, Any]] = [
        {"id": one.id, "title": words(one.title.zh, one.title.en, one.id), "tone": one.tone}
        for one in declared
    ]
    known = {one["id"] for one in classes}
    values, of_row = (
        _distinct_texts(frame["class"]) if "class" in frame else ([""], np.zeros(len(frame), int))
    )
    extra = sorted(set(values) - known)
    room = _MOST_CLASSES - len(classes)
    classes += [{"id": value, "title": _class_title(value), "tone": "neutral"} for value in extra[:room]]
    if len(extra) > room:
        classes.append({"id": "", "title": _UNCLASSIFIED, "tone": "neutral"})
    places = {one["id"]: at for at, one in enumerate(classes)}
    index = np.array([places.get(value, len(classes) - 1) for value in values], dtype=np.int64)[of_row]
    tones = palette()["tones"]
    return [{**one, "style": tones[one["tone"]]} for one in classes], index


def _distinct_texts(column: pd.Series[Any]) -> tuple[list[str], NDArray[np.int64]]:
    """Give the values of a column as texts, each once, and which of them each row has."""
    if not isinstance(column.dtype, pd.StringDtype):
        return [str(value) for value in column], np.arange(len(column))
    of_row, values = pd.factorize(column, use_na_sentinel=False)
    return [str(value) for value in values], of_row.astype(np.int64)


def element_name(name: str) -> str:
    """Give a name that may be part of an element's id: what is no plain name gets a digest of itself.

    Examples
    --------
    >>> element_name("red_line_share"), element_name('a" b')
    ('red_line_share', 'a--b-a7706dc8')
    """
    if _PLAIN_NAME.fullmatch(name):
        return name
    digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:8]
    return f"{re.sub(r'[^A-Za-z0-9_]', '-', name)[:40]}-{digest}"


def _class_title(value: str) -> dict[str, str]:
    missing = value in {"", "None", "nan", "<NA>"}
    return _UNCLASSIFIED if missing else words(value)


def _context_classes(layer: Layer, style: dict[str, Any]) -> tuple[list[dict[str, Any]], NDArray[np.int64]]:
    rows = len(layer.frame)
    by = style.get("by")
    if by is None:
        return [{"id": "all", "style": style}], np.zeros(rows, dtype=np.int64)
    classes = [{"id": name, "title": one["title"], "style": one} for name, one in style["classes"].items()]
    classes.append({"id": "", "title": _UNCLASSIFIED, "style": palette()["tones"]["neutral"]})
    places = {one["id"]: at for at, one in enumerate(classes)}
    values = layer.frame[by].astype(str) if by in layer.frame else [""] * rows
    return classes, np.array([places.get(value, len(classes) - 1) for value in values], dtype=np.int64)


def by_shape(
    name: str,
    entry: dict[str, Any],
    frame: gpd.GeoDataFrame,
    index: NDArray[np.int64],
    display: Display,
) -> list[Overlay]:
    """Split a frame by the kind of its shapes (points, lines, areas) and pack each.

    Parameters
    ----------
    name
        What the layers' ids begin with.
    entry
        What the page knows of the layer; ``classes`` among it.
    frame
        The rows, in the study's system.
    index
        The class of each row, by its place among the classes.
    display
        How shapes come onto the page.
    """
    geometries = np.asarray(frame.geometry.array)
    dimension = np.where(shapely.is_empty(geometries), -1, shapely.get_dimensions(geometries))
    overlays = []
    for shape, dimensions in zip(SHAPES, (2, 1, 0), strict=True):
        here = dimension == dimensions
        if here.any():
            part = frame.loc[here]
            classes = index[here].tolist()
            ids = part["id"].astype(str).tolist() if "id" in part else [str(label) for label in part.index]
            packed = pack(thin(geometries[here]), classes, ids, shape, display.points)
            overlays.append(_overlay(f"{name}-{shape}", entry, part, classes, packed))
    lost = int((dimension < 0).sum())
    if lost and overlays:
        overlays[0].entry["without_shape"] = lost
    return overlays


def _overlay(
    name: str, entry: dict[str, Any], frame: gpd.GeoDataFrame, classes: list[int], packed: Packed
) -> Overlay:
    full = {
        **entry,
        "id": name,
        **packed.meta(),
        "counts": np.bincount(classes, minlength=len(entry["classes"])).tolist(),
        "columns": column_heads(frame),
        "columns_left_out": left_out(frame),
        "bounds": [round(float(value), 6) for value in packed.bounds],
    }
    blobs = {f"{name}-shapes": packed.payload, f"{name}-columns": packed_columns(frame, packed.order)}
    return Overlay(full, blobs)


def _layer_title(kind: str | None) -> dict[str, str] | None:
    if kind is None:
        return None
    known = {str(one): spec.title for one, spec in SPECS.items()}.get(kind)
    return words(known.zh, known.en) if known else words(kind)


def finding_rows(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """List every finding, placed or not, for the table."""
    return [
        {
            "severity": str(finding.severity),
            "code": finding.code,
            "message": both(finding.message),
            "layer": finding.layer,
            "layer_title": _layer_title(finding.layer),
            "feature": finding.feature,
            "place": list(finding.place) if finding.place else None,
            "area_before_m2": finding.area_before_m2,
            "area_after_m2": finding.area_after_m2,
        }
        for finding in findings
    ]
