"""Rules between shapes: overlaps, gaps, nesting, what lies outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo.area import area_m2
from geo.robust import apply
from layers.catalogue import finding
from layers.kinds import SPECS, LayerKind
from layers.located import each, located
from layers.mend import places
from layers.overlaps import overlaps_of, overlaps_within
from layers.text import Text

if TYPE_CHECKING:
    import geopandas as gpd

    from layers.findings import Finding
    from layers.overlaps import Overlaps
    from layers.study import Study

OVERLAP_M2 = 1.0
GAP_M2 = 1.0
UNCOVERED_SHARE = 0.01
TOUCH_M = 1.0
CROSSING_SHARE = 0.01
"""Of a first-class zone: less than this on one side of a second-class border is an inexact border."""
_LEGAL = (
    LayerKind.RED_LINE,
    LayerKind.RED_LINE_BASELINE,
    LayerKind.CONTROL_LINE,
    LayerKind.DEVELOPMENT_BOUNDARY,
    LayerKind.BASIC_FARMLAND,
    LayerKind.SOURCE_ZONES,
    LayerKind.DRAINAGE_UNITS,
    LayerKind.RESIDENTIAL,
    LayerKind.BUILT_UP,
    LayerKind.LAND_USE,
)
"""Kinds that a city delivers for itself: nothing of them should lie outside it."""


def check_topology(study: Study) -> list[Finding]:
    """Apply the rules to every layer and to the districts."""
    found: list[Finding] = []
    for layer in study.layers.values():
        if not SPECS[layer.kind].overlap_allowed:
            found += _overlaps(layer.kind, layer.frame, overlaps_within(study, layer.kind), study)
        if layer.kind in _LEGAL:
            found += _outside(layer.kind, layer.frame, study)
    if len(study.districts):
        overlaps = overlaps_of(study.districts.geometry.to_numpy())
        found += _overlaps(LayerKind.DISTRICTS, study.districts, overlaps, study) + _coverage(study)
    return found + _nesting(study)


def _overlaps(kind: LayerKind, frame: gpd.GeoDataFrame, overlaps: Overlaps, study: Study) -> list[Finding]:
    """Report the pairs that share more than ``OVERLAP_M2``, with what they share."""
    shapes = frame.geometry.to_numpy()
    maybe = overlaps.area_m2 > OVERLAP_M2 / 2
    one, two = overlaps.one[maybe], overlaps.two[maybe]
    shared = apply(shapely.intersection, shapes[one], shapes[two], chunk=500)
    area = shapely.area(shared)
    rows = np.flatnonzero(area > OVERLAP_M2)
    ids, others = (frame["id"].iloc[pair[rows]].to_numpy() for pair in (one, two))
    said = [
        Text(f"与 {other} 重叠 {area[i]:,.1f} m²", f"overlaps {other} by {area[i]:,.1f} m²")
        for i, other in zip(rows, others, strict=True)
    ]
    return located("topology.overlap", kind.value, ids, shared[rows], study.crs, said)


def _outside(kind: LayerKind, frame: gpd.GeoDataFrame, study: Study) -> list[Finding]:
    shapes = frame.geometry.to_numpy()
    shapely.prepare(study.boundary)
    rows = np.flatnonzero(~shapely.intersects(study.boundary, shapes))
    said = [Text("在行政区范围以外", "lies outside the boundary")] * len(rows)
    ids = frame["id"].iloc[rows].to_numpy()
    return located("topology.outside", kind.value, ids, shapes[rows], study.crs, said)


def _coverage(study: Study) -> list[Finding]:
    """Say which part of the land no district covers: enclosed gaps one by one, the rest as a share."""
    union = shapely.union_all(study.districts.geometry.to_numpy())
    missing = shapely.get_parts(shapely.difference(study.land, union))
    missing = missing[shapely.area(missing) > GAP_M2]
    edge = shapely.boundary(study.land)
    gaps = missing[~shapely.dwithin(missing, edge, TOUCH_M)] if len(missing) else missing
    found = [
        finding(
            "topology.gap",
            Text(
                f"districts：区界之间有 {area:,.1f} m² 的缝隙",
                f"districts: a gap of {area:,.1f} m² between them",
            ),
            layer="districts",
            place=place,
        )
        for area, place in zip(shapely.area(gaps), places(gaps, study.crs), strict=True)
    ]
    whole = float(area_m2([study.land], study.crs)[0])
    left = float(area_m2(missing, study.crs).sum()) if len(missing) else 0.0
    if left > UNCOVERED_SHARE * whole:
        message = Text(
            f"districts：陆域有 {left / whole:.1%}（{left / 1e6:,.2f} km²）不属于任何区",
            f"districts: {left / whole:.1%} of the land ({left / 1e6:,.2f} km²) is in no district",
        )
        found.append(finding("topology.uncovered", message, layer="districts"))
    return found


def _nesting(study: Study) -> list[Finding]:
    """Find first-class zones apart from every second-class one, and those that cross the border of one.

    A second-class zone is drawn around the first-class one, with or without it: a first-class zone lies
    wholly inside or wholly outside, but for inexact borders.
    """
    layer = study.layers.get(LayerKind.SOURCE_ZONES)
    if layer is None or "zone_class" not in layer.frame:
        return []
    frame = layer.frame
    around = frame.loc[frame["zone_class"] == "second_class"].geometry.to_numpy()
    first = frame[frame["zone_class"] == "first_class"]
    if not len(around) or first.empty:
        return []
    shapes, ids = first.geometry.to_numpy(), first["id"].to_numpy()
    second = shapely.union_all(around)
    alone = ~shapely.dwithin(shapes, second, TOUCH_M)
    said = each(int(alone.sum()), Text("不与任何二级保护区相接", "touches no second-class zone"))
    found = located("topology.nesting", layer.kind.value, ids[alone], shapes[alone], study.crs, said)
    inside = shapely.area(shapely.intersection(shapes, second)) / shapely.area(shapes)
    rows = np.flatnonzero((inside > CROSSING_SHARE) & (inside < 1 - CROSSING_SHARE))
    said = [
        Text(
            f"一级区有 {inside[i]:.1%} 与二级区重叠，其余在外",
            f"first class, {inside[i]:.1%} of it in second class",
        )
        for i in rows
    ]
    return found + located("topology.nesting", layer.kind.value, ids[rows], shapes[rows], study.crs, said)
