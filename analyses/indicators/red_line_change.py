"""The ecological red line against its baseline: area, nature, function."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from analyses.areas import area_quantity, district_sums, layer_once, once, pieces
from analyses.habitat_proxy import habitat_change
from analyses.indicator import EvidenceClass, Indicator, NotMeasurableError
from analyses.land_cover import LAND_COVER_SCHEME
from analyses.land_use_codes import LAND_USE_EDITION, natures, settled_edition
from analyses.overlays import inside, meeting, outside
from analyses.quantities import Beside, Measure, Quantity, Unit
from analyses.red_line_dates import EXTENT_OVERLAP, not_comparable, out_of_order, undated
from analyses.slivers import SLIVER_AREA, SLIVER_WIDTH
from geo.overlay import is_sliver
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layers.study import Study

NOW, BEFORE = LayerKind.RED_LINE, LayerKind.RED_LINE_BASELINE
USE_NOW, USE_BEFORE = LayerKind.LAND_USE, LayerKind.LAND_USE_BASELINE


def measure(study: Study) -> Measure:
    """Measure the red line's area now; the baseline, gross loss and gross gain stand beside.

    ``A_t >= A_0`` is asked on the same ellipsoidal areas; a swap keeps the total but shows as loss and gain.
    Nature: land inside the line today that was ecological in the baseline land use and is built now, without
    what an allowed activity (code 1-10) explains; it needs review. Function: no national formula exists; a
    habitat proxy from land cover of two dates stands beside and is named a proxy. Shreds of lost or gained
    land too small to mean anything are marked as slivers on the map; their area stays in loss and gain.

    Raises
    ------
    NotMeasurableError
        When the dates are out of order or the baseline covers another extent.
    """
    reason = not_comparable(study, BEFORE, NOW)
    if reason is not None:
        raise NotMeasurableError(reason)
    now, before = layer_once(study, NOW), layer_once(study, BEFORE)
    now_shapes, before_shapes = now.geometry.to_numpy(), before.geometry.to_numpy()
    kept = _classed(study, inside(now, before_shapes), "kept")
    gained = _classed(study, outside(now, before_shapes), "gained")
    lost = _classed(study, outside(before, now_shapes), "lost")
    converted, conversion, notes = _conversion(study, now)
    line_now = _together([kept, gained])
    city, by_district = area_quantity(study, line_now)
    base, base_districts = area_quantity(study, _together([kept, lost]))
    loss, gain = area_quantity(study, lost), area_quantity(study, gained)
    beside = (
        Beside("baseline", Text("基期面积", "area at the baseline"), base, base_districts),
        Beside("net", Text("净变化", "net change"), *_net(study, gained, lost)),
        Beside("loss", Text("调出（毛减）", "gross loss"), *loss),
        Beside("gain", Text("调入（毛增）", "gross gain"), *gain),
        *conversion,
        habitat_change(study, line_now.geometry),
    )
    evidence = [kept, _slivers_marked(study, gained), _slivers_marked(study, lost), converted]
    return Measure(city, by_district, _together(evidence), beside, (*undated(study, BEFORE), *notes))


def _classed(study: Study, frame: gpd.GeoDataFrame, name: str) -> gpd.GeoDataFrame:
    return pieces(study, frame.assign(**{"class": name}))


def _slivers_marked(study: Study, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Mark shreds, so that two drawings of one edge do not look like a change."""
    thin = is_sliver(frame.geometry.to_numpy(), SLIVER_AREA.number(study), SLIVER_WIDTH.number(study))
    return frame.assign(**{"class": frame["class"].mask(thin, "sliver")})


def _together(frames: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    some = [frame for frame in frames if len(frame)] or frames[:1]
    return gpd.GeoDataFrame(pd.concat(some, ignore_index=True), crs=frames[0].crs)


def _net(
    study: Study, gained: gpd.GeoDataFrame, lost: gpd.GeoDataFrame
) -> tuple[Quantity, Mapping[str, Quantity]]:
    gain, loss = district_sums(study, gained), district_sums(study, lost)
    city = float(gained["area_m2"].sum()) - float(lost["area_m2"].sum())
    return _km2(city), {key: _km2(gain[key] - loss[key]) for key in gain}


def _km2(area_m2: float) -> Quantity:
    return Quantity(area_m2 / 1e6, None, Unit.KM2, Unit.KM2)


def _conversion(
    study: Study, line: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, tuple[Beside, ...], tuple[Text, ...]]:
    """Find land inside the line that went from ecological to built use, and say why where it cannot be."""
    title = Text("红线内由生态转为建设的土地", "land inside turned from ecological to built")
    reason = _use_not_comparable(study)
    if reason is not None:
        return (
            _classed(study, line.iloc[:0], "converted"),
            (Beside("converted", title, None, reason=reason),),
            (),
        )
    was, notes_before = _of_nature(study, USE_BEFORE, "ecological")
    became, notes_now = _of_nature(study, USE_NOW, "built")
    became = meeting(became, line, "intersects")
    was = meeting(was, became)
    changed = inside(inside(became, was.geometry.to_numpy()), line.geometry.to_numpy())
    explained = _allowed(study)
    converted = _classed(study, once(outside(changed, explained.geometry.to_numpy())), "converted")
    allowed = _classed(study, once(inside(changed, explained.geometry.to_numpy())), "converted_allowed")
    allowed_title = Text("其中属允许的有限人为活动", "of such land, explained by an allowed activity")
    beside = (
        Beside("converted", title, *area_quantity(study, converted, Unit.M2)),
        Beside("converted_allowed", allowed_title, *area_quantity(study, allowed, Unit.M2)),
    )
    return _together([converted, allowed]), beside, (*notes_before, *notes_now)


def _use_not_comparable(study: Study) -> Text | None:
    for kind in (USE_BEFORE, USE_NOW):
        if kind not in study.layers or "code" not in study.frame(kind):
            return Text(
                f"缺两期土地利用（{kind} 及其 code 字段），未判断性质是否改变",
                f"land use of two dates is needed ({kind} with its field code), so nature is not judged",
            )
    return out_of_order(study, USE_BEFORE, USE_NOW)


def _of_nature(study: Study, kind: LayerKind, nature: str) -> tuple[gpd.GeoDataFrame, tuple[Text, ...]]:
    frame = study.frame(kind)
    edition, notes = settled_edition(study, frame["code"], kind)
    found = natures(frame["code"], edition)
    unknown = int((found == "unknown").sum())
    if unknown:
        notes += (
            Text(
                f"图层 {kind} 有 {unknown} 个图斑的用地代码不明，未判断其性质是否改变",
                f"{unknown} features of layer {kind} have an unknown land-use code and are not judged",
            ),
        )
    return frame[found == nature], notes


def _allowed(study: Study) -> gpd.GeoDataFrame:
    """Give construction whose activity code is one of the ten allowed."""
    if LayerKind.CONSTRUCTION not in study.layers:
        return gpd.GeoDataFrame({"id": []}, geometry=gpd.GeoSeries([], crs=study.crs))
    construction = study.frame(LayerKind.CONSTRUCTION)
    if "activity_code" not in construction:
        return construction.iloc[:0]
    return construction[construction["activity_code"].isin([str(code) for code in range(1, 11)])]


INDICATOR = Indicator(
    id="red_line_change",
    title=Text("生态保护红线面积（对比基期）", "Ecological red line area against its baseline"),
    system="red_line",
    unit=Unit.KM2,
    needs=(NOW, BEFORE),
    uses=(
        USE_NOW,
        USE_BEFORE,
        LayerKind.CONSTRUCTION,
        LayerKind.LAND_COVER,
        LayerKind.LAND_COVER_BASELINE,
    ),
    measure=measure,
    formula=Text(
        "A_t（须 ≥ A_0）；毛减 = 面积(红线_0 − 红线_t)，毛增 = 面积(红线_t − 红线_0)",
        "A_t (asked: ≥ A_0); gross loss = area(line_0 − line_t), gross gain = area(line_t − line_0)",
    ),
    basis=Text(
        "面积不减少、性质不改变、功能不降低：厅字〔2019〕48号；自然资发〔2022〕142号；"
        "《龙岗区生态环境保护“十四五”规划》第八章",
        "area not reduced, nature not changed, function not lowered: General Offices [2019] No. 48; "
        "MNR [2022] No. 142; Longgang 14th Five-Year Plan ch. 8",
    ),
    parameters=(EXTENT_OVERLAP, LAND_USE_EDITION, LAND_COVER_SCHEME, SLIVER_AREA, SLIVER_WIDTH),
    classes=(
        EvidenceClass("kept", Text("两期均在红线内", "inside at both dates"), "good"),
        EvidenceClass("gained", Text("调入", "gained"), "neutral"),
        EvidenceClass("lost", Text("调出", "lost"), "review"),
        EvidenceClass("sliver", Text("碎斑", "sliver"), "context"),
        EvidenceClass(
            "converted", Text("由生态转为建设（待核查）", "turned to built use, to review"), "review"
        ),
        EvidenceClass(
            "converted_allowed", Text("转为建设，属允许活动", "turned to built use, allowed"), "neutral"
        ),
    ),
    about=Text(
        "三项检查中只有面积与目标比较；性质改变只列待核查，功能没有国家公式，只给代理值。",
        "Of the three checks only area is held against a target; changes of nature are listed for review, "
        "and function, which has no national formula, has a proxy beside.",
    ),
    edge_cases=(
        Text(
            "面积相等的置换总量不变，但毛减和毛增照样显示；调出的图斑待核查，不称违规。",
            "A swap of equal area leaves the total as it was but shows as loss and gain; what was taken out "
            "needs review and is not called a violation.",
        ),
        Text(
            "红线内由生态转为建设的土地待核查；有允许活动代码（1–10）的单列；用地代码不明的不判断，"
            "并注明个数。",
            "Land inside that turned from ecological to built use needs review; what an allowed activity "
            "(1-10) explains stands apart; unknown land-use codes are not judged, and their number is told.",
        ),
        Text(
            "两期绘制的细小差异在图上标为碎斑，面积仍计入毛减和毛增。",
            "Shreds between two drawings are marked as slivers on the map; their area stays in loss and "
            "gain.",
        ),
        Text(
            "基期不早于现状，或两期范围相差过大时，不作比较。",
            "Where the baseline is not the earlier one, or the extents differ too much, nothing is compared.",
        ),
    ),
)
