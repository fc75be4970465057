"""Rules between shapes: overlaps, gaps, nesting, what lies outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo.area import area_m2
from geo.robust import apply, pairs_hold
from layers.catalogue import finding
from layers.kinds import SPECS, LayerKind
from layers.located import each, located
from layers.mend import places
from layers.text import Text

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from layers.findings import Finding
    from layers.study import Study

    Rows = NDArray[np.intp]
    Shapes = NDArray[np.object_]

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
_COUNTERPARTS = {
    LayerKind.RED_LINE_BASELINE: LayerKind.RED_LINE,
    LayerKind.LAND_USE_BASELINE: LayerKind.LAND_USE,
}
"""Kinds that repeat most shapes of another date."""


@dataclass(frozen=True, eq=False)
class _Overlaps:
    """Pairs of a layer's shapes (by row, the lower first) that share more than ``OVERLAP_M2``, and what."""

    shapes: Shapes
    one: Rows
    two: Rows
    shared: Shapes


def check_topology(study: Study) -> list[Finding]:
    """Apply the rules to every layer and to the districts."""
    found: list[Finding] = []
    done: dict[LayerKind, _Overlaps] = {}
    for layer in study.layers.values():
        if not SPECS[layer.kind].overlap_allowed:
            earlier = done.get(_COUNTERPARTS.get(layer.kind, layer.kind))
            done[layer.kind] = _overlapping(layer.frame.geometry.to_numpy(), earlier)
            found += _overlaps(layer.kind, layer.frame, done[layer.kind], study)
        if layer.kind in _LEGAL:
            found += _outside(layer.kind, layer.frame, study)
    if len(study.districts):
        overlaps = _overlapping(study.districts.geometry.to_numpy())
        found += _overlaps(LayerKind.DISTRICTS, study.districts, overlaps, study) + _coverage(study)
    return found + _nesting(study)


def _overlapping(shapes: Shapes, earlier: _Overlaps | None = None) -> _Overlaps:
    """Find the overlaps; pairs that another layer holds just so are taken from there."""
    one, two = shapely.STRtree(shapes).query(shapes)
    pairs = one < two
    one, two = one[pairs], two[pairs]
    known = _Overlaps(shapes, one[:0], two[:0], shapes[:0])
    if earlier is not None:
        row = _rows_of(shapes, earlier.shapes)
        new = (row[one] < 0) | (row[one] >= row[two])
        known = _taken_over(shapes, earlier, row, one[~new], two[~new])
        one, two = one[new], two[new]
    one, two = _not_beside(shapes, one, two)
    shared = apply(shapely.intersection, shapes[one], shapes[two], chunk=500)
    rows = np.flatnonzero(shapely.area(shared) > OVERLAP_M2)
    one, two, shared = (
        np.r_[one[rows], known.one],
        np.r_[two[rows], known.two],
        np.r_[shared[rows], known.shared],
    )
    order = np.lexsort([two, one])
    return _Overlaps(shapes, one[order], two[order], shared[order])


def _not_beside(shapes: Shapes, one: Rows, two: Rows) -> tuple[Rows, Rows]:
    """Leave out pairs that are apart or only touch, which is far cheaper than to intersect them."""
    many = shapely.get_num_coordinates(shapes)
    turn = many[one] < many[two]
    large, small = np.where(turn, two, one), np.where(turn, one, two)  # the index of the larger pays
    shapely.prepare(shapes)
    meet = pairs_hold(shapely.intersects, shapes, large, shapes[small])
    one, two, large, small = one[meet], two[meet], large[meet], small[meet]
    beside = pairs_hold(shapely.touches, shapes, large, shapes[small])
    shapely.destroy_prepared(shapes)
    return one[~beside], two[~beside]


def _rows_of(shapes: Shapes, others: Shapes) -> Rows:
    """Give for each shape the row of an equal one among others, -1 where there is none."""
    row = np.arange(len(shapes))
    common = min(len(shapes), len(others))
    moved = np.ones(len(shapes), bool)
    moved[:common] = ~shapely.equals_identical(shapes[:common], others[:common])
    if moved.any():
        place = {key: i for i, key in enumerate(shapely.to_wkb(others))}
        row[moved] = [place.get(key, -1) for key in shapely.to_wkb(shapes[moved])]
    return row


def _taken_over(shapes: Shapes, earlier: _Overlaps, row: Rows, one: Rows, two: Rows) -> _Overlaps:
    """Take over what an earlier layer says of pairs whose shapes it has, in the same order."""
    count = len(earlier.shapes)
    place = {key: i for i, key in enumerate((earlier.one * count + earlier.two).tolist())}
    at = np.array([place.get(key, -1) for key in (row[one] * count + row[two]).tolist()], np.intp)
    held = at >= 0
    return _Overlaps(shapes, one[held], two[held], earlier.shared[at[held]])


def _overlaps(kind: LayerKind, frame: gpd.GeoDataFrame, overlaps: _Overlaps, study: Study) -> list[Finding]:
    area = shapely.area(overlaps.shared)
    ids, others = (frame["id"].iloc[rows].to_numpy() for rows in (overlaps.one, overlaps.two))
    said = [
        Text(f"与 {others[i]} 重叠 {area[i]:,.1f} m²", f"overlaps {others[i]} by {area[i]:,.1f} m²")
        for i in range(len(area))
    ]
    return located("topology.overlap", kind.value, ids, overlaps.shared, study.crs, said)


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
