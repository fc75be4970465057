"""Whether class I zones lie within class II zones, and the gaps left between zones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import shapely

from analyses.areas import area_quantity, once, pieces, share_quantity
from analyses.indicator import EvidenceClass, Indicator, Parameter
from analyses.quantities import Beside, Measure, Quantity, Unit
from analyses.slivers import SLIVER_AREA, SLIVER_WIDTH
from analyses.source_zones import FIRST, QUASI, SECOND, filled, named_zones
from geo.overlay import is_sliver, union
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from layers.study import Study

BORDER_SHARE = Parameter(
    "zone_border_share",
    0.5,
    Text(
        "外圈至少应包围的边界比例（分圈绘制时）",
        "share of an edge the outer zone must line (rings drawn apart)",
    ),
    source="proposed",
    doubt=Text(
        "没有公开的嵌套检查规则；水坝一侧一、二级边界常重合，故不要求全部包围",
        "no public rule for this check; at the dam both classes often share their edge, so not all of it "
        "is asked",
    ),
    minimum=0,
    maximum=1,
)
LINED = "nested_by_edge"
WITHIN = ("nested", LINED)
APART = 0.01
"""Up to this share of overlap two zones count as drawn apart, as rings."""
NEAR_M = 1.0
"""How near an edge must lie to the outer zone to be lined by it: digitising, not distance."""


def measure(study: Study) -> Measure:
    """Measure the share of class I area that lies within class II of the same source.

    Zones may be drawn whole (class II includes class I) or as rings. A piece of class I is nested where it
    lies in class II with its holes closed; one drawn apart from class II is nested when at least
    ``zone_border_share`` of its edge is lined by class II. Everything else is ``outside`` and needs review.
    Gaps are holes among the zones of a source that no zone covers.
    """
    zones = named_zones(study)
    by_source = [zones[zones["source"] == source] for source in sorted(set(zones["source"]))]
    inner = [_nesting(study, group, (FIRST,), SECOND) for group in by_source]
    first = pieces(study, _once(study, inner))
    gaps = pieces(study, _once(study, [_gaps(study, group) for group in by_source]))
    with_quasi = [group for group in by_source if (group["zone_class"] == QUASI).any()]
    outer = pieces(
        study, _once(study, [_nesting(study, group, (FIRST, SECOND), QUASI) for group in with_quasi])
    )
    city, by_district = share_quantity(study, first[first["class"].isin(WITHIN)], first)
    beside = (
        Beside(
            "outside", Text("一级区在二级区之外", "class I outside class II"), *_m2(study, first, "outside")
        ),
        Beside(
            "by_edge",
            Text("其中按边界计入的（分圈绘制）", "of it, what counts by its edge (rings)"),
            *_m2(study, first, LINED),
        ),
        Beside("gaps", Text("保护区之间的空隙", "gaps among zones"), *_m2(study, gaps, "gap")),
        _in_quasi(study, outer),
    )
    evidence = gpd.GeoDataFrame(pd.concat([first, gaps], ignore_index=True), crs=study.crs)
    return Measure(city, by_district, evidence, beside, (_NOTE,))


def _nesting(study: Study, zones: gpd.GeoDataFrame, inner: tuple[str, ...], outer: str) -> gpd.GeoDataFrame:
    """Split the inner zones of one source into what is nested in the outer one and what is not."""
    host = union(zones.loc[zones["zone_class"] == outer].geometry.to_numpy())
    parts = shapely.get_parts(union(zones.loc[zones["zone_class"].isin(inner)].geometry.to_numpy()))
    found: dict[str, list[BaseGeometry]] = {"nested": [], LINED: [], "outside": []}
    for part in parts:
        beyond = part.difference(filled(host))
        if beyond.area > 0 and _is_lined(study, part, host):
            found[LINED].append(part)
            continue
        within, beyond = _split(study, part, beyond)
        found["nested"].append(within)
        found["outside"].append(beyond)
    return _rows(study, str(zones["source"].iloc[0]), found)


def _is_lined(study: Study, part: BaseGeometry, host: BaseGeometry) -> bool:
    """Say whether a polygon drawn apart from its host has enough of its edge along it."""
    if part.intersection(host).area > APART * part.area:
        return False
    edge = part.boundary
    lined = edge.intersection(shapely.buffer(host, NEAR_M)).length / edge.length
    return bool(lined >= BORDER_SHARE.number(study))


def _split(study: Study, part: BaseGeometry, beyond: BaseGeometry) -> tuple[BaseGeometry, BaseGeometry]:
    """Give what of one polygon is nested, and what lies beyond; slivers go with what is nested."""
    pieces_beyond = shapely.get_parts(beyond)
    thin = is_sliver(pieces_beyond, SLIVER_AREA.number(study), SLIVER_WIDTH.number(study))
    beyond = union(pieces_beyond[~thin])
    return part.difference(beyond), beyond


def _gaps(study: Study, zones: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Find the holes among the zones of one source."""
    whole = union(zones.geometry.to_numpy())
    holes = shapely.get_parts(filled(whole).difference(whole))
    thin = is_sliver(holes, SLIVER_AREA.number(study), SLIVER_WIDTH.number(study))
    return _rows(study, str(zones["source"].iloc[0]), {"gap": list(holes[~thin])})


def _rows(study: Study, source: str, shapes: dict[str, list[BaseGeometry]]) -> gpd.GeoDataFrame:
    rows = [(name, shape) for name, some in shapes.items() for shape in some if shape.area > 0]
    return gpd.GeoDataFrame(
        {
            "id": [f"{source}/{name}/{number}" for number, (name, _) in enumerate(rows, start=1)],
            "class": [name for name, _ in rows],
            "source": [source] * len(rows),
        },
        geometry=gpd.GeoSeries([shape for _, shape in rows], crs=study.crs),
        crs=study.crs,
    )


def _once(study: Study, frames: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Put the sources together; where two sources meet the place counts once, for the one it is nested in."""
    some = [frame for frame in frames if len(frame)] or [_rows(study, "", {})]
    return once(gpd.GeoDataFrame(pd.concat(some, ignore_index=True), crs=study.crs), by=("class", "id"))


def _m2(study: Study, frame: gpd.GeoDataFrame, name: str) -> tuple[Quantity, dict[str, Quantity]]:
    return area_quantity(study, frame[frame["class"] == name], Unit.M2)


def _in_quasi(study: Study, outer: gpd.GeoDataFrame) -> Beside:
    title = Text("一、二级区在准保护区之内的比例", "share of classes I and II within the quasi zone")
    if outer.empty:
        return Beside("in_quasi", title, None, reason=Text("没有准保护区", "there is no quasi zone"))
    return Beside("in_quasi", title, *share_quantity(study, outer[outer["class"].isin(WITHIN)], outer))


_NOTE = Text(
    "准保护区依法按需划定，可只在上游一侧，故仅供参考；“在外”部分待核查，不判违规",
    "a quasi zone is drawn where it is needed, maybe upstream alone, so its share is for reference; "
    "what lies outside needs review and is no violation",
)

INDICATOR = Indicator(
    id="source_zone_nesting",
    title=Text("一级保护区位于二级保护区内的比例", "Share of class I zones within class II"),
    system="source_zones",
    unit=Unit.RATIO,
    needs=(LayerKind.SOURCE_ZONES,),
    measure=measure,
    formula=Text(
        "面积(一级区 ∩ 填补空洞后的二级区，另加边界被二级区包围 ≥ zone_border_share 的一级区) ÷ "
        "面积(一级区)，按水源地",
        "area(class I ∩ class II with holes closed, and class I lined by class II on ≥ zone_border_share of "
        "its edge) ÷ area(class I), source by source",
    ),
    basis=Text(
        "《水污染防治法》第六十三条（一级、二级，必要时外围设准保护区；据转述）；HJ 338-2018；检查方法为建议",
        "Water Pollution Prevention and Control Law Art. 63 (class I, class II, quasi zones around where "
        "needed; recalled); HJ 338-2018; the check itself is proposed",
    ),
    parameters=(BORDER_SHARE, SLIVER_AREA, SLIVER_WIDTH),
    classes=(
        EvidenceClass("nested", Text("位于二级区内", "within class II"), "good"),
        EvidenceClass(LINED, Text("分圈绘制，按边界计入", "ring, counted by its edge"), "good"),
        EvidenceClass("outside", Text("在二级区之外", "outside class II"), "review"),
        EvidenceClass("gap", Text("保护区之间的空隙", "gap among zones"), "review"),
    ),
    edge_cases=(
        Text(
            "二级区整片绘制（含一级区）或分圈绘制都可以；分圈绘制时，一级区边界被二级区包围的比例达到 "
            "zone_border_share 即整块计为在内，否则整块计为在外，不按比例折算；由此计入的面积另列。",
            "Class II may be drawn whole, class I included, or as a ring. Of a ring it counts whether it "
            "lines zone_border_share of the edge of class I: if so the whole piece is within, if not the "
            "whole is outside, nothing in between; the area that counts by its edge stands beside.",
        ),
        Text(
            "按水源地逐个检查；没有水源地名称的按保护区名称归组，都没有的合为一组。",
            "Sources are checked one by one; zones without a source name go by their own name, and those "
            "without either make one group.",
        ),
        Text(
            "没有二级区的一级区列为“在外”，待核查，不判违规；碎斑不算在外。",
            "Class I without any class II is “outside” and needs review, it is no violation; slivers are "
            "not outside.",
        ),
        Text(
            "保护区之间未覆盖的孔洞单列为空隙，不影响比例。",
            "Holes among zones that no zone covers stand apart as gaps and leave the share alone.",
        ),
    ),
)
