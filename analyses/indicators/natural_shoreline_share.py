"""Share of the mainland's shoreline that is natural or restored to nature."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from analyses.areas import OUTSIDE, district_sums
from analyses.attributes import text, truth
from analyses.indicator import EvidenceClass, Indicator, NotMeasurableError, Parameter
from analyses.lines_once import KM, length_quantity, line_pieces
from analyses.quantities import Beside, Measure, Quantity, Unit
from geo.lines import paths_once
from layers.catalogue import finding
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from layers.findings import Finding
    from layers.study import Study

GOOD = ("natural", "restored")

ESTUARY_COUNTS = Parameter(
    "estuary_counts",
    default=True,
    about=Text("河口岸线计入分母", "estuary shoreline counts in the whole"),
    source="classes natural, artificial, estuary (DB33/T 2106-2018)",
    doubt=Text(
        "河口岸线是否计入分母各地不一；不计入的值并列给出",
        "whether estuaries belong to the whole varies; the other reading stands beside",
    ),
    choices=(True, False),
)
MARGIN = Parameter(
    "coast_margin_m",
    100.0,
    Text("岸线可落在市界外的距离", "how far off the boundary the shoreline may lie"),
    unit="m",
    source="proposed: shoreline and boundary are drawn apart",
    doubt=Text("建议值，无标准", "proposed; no standard"),
    minimum=0,
    maximum=5_000,
)
TOLERANCE = Parameter(
    "coast_tolerance_m",
    0.5,
    Text("岸线视为重复的最大间距", "how far apart two drawings of one shoreline may lie"),
    unit="m",
    source="proposed",
    doubt=Text("建议值，无标准", "proposed; no standard"),
    minimum=0,
    maximum=10,
)


def measure(study: Study) -> Measure:
    """Measure natural and restored shoreline over all shoreline of the mainland, each stretch once.

    Lengths are ellipsoidal and taken as drawn: length grows with detail, so the official line should be
    used. Shoreline of unknown type stays in the whole; where the layer does not say mainland or island it
    counts as mainland. Islands stand beside, and so does the other reading of estuaries.

    Formula: (natural + restored) ÷ mainland shoreline.

    Raises
    ------
    NotMeasurableError
        When no stretch of the layer has a type.
    """
    if not (text(study.frame(LayerKind.COASTLINE), "shoreline_type") != "").any():
        raise NotMeasurableError(_NO_TYPES)
    cut = _pieces(study)
    island = truth(cut, "mainland").eq(other=False).fillna(value=False).to_numpy(dtype=bool)
    cut.loc[island, "coast"] = "island"
    main, isles = cut[~island], cut[island]
    with_estuaries = bool(ESTUARY_COUNTS.of(study))
    beside = [
        Beside(
            "estuary_left_out" if with_estuaries else "estuary_in_whole",
            _LEFT_OUT if with_estuaries else _IN_WHOLE,
            *_share(study, main, estuaries=not with_estuaries),
        ),
        Beside("islands", Text("海岛岸线", "islands"), *_share(study, isles, estuaries=with_estuaries)),
    ]
    beside += [
        Beside(one.id, one.title, *length_quantity(study, main[main["class"] == one.id]))
        for one in INDICATOR.classes
    ]
    city, by_district = _share(study, main, estuaries=with_estuaries)
    return Measure(city, by_district, cut, tuple(beside), _notes(study, cut), _findings(cut))


def _pieces(study: Study) -> gpd.GeoDataFrame:
    """Class the shoreline, each stretch once, and cut it to the city and the districts.

    What lies off every district by no more than the margin goes to the district it lies beside.
    """
    lines = study.frame(LayerKind.COASTLINE).sort_values("id", kind="stable")
    kind = text(lines, "shoreline_type")
    lines = lines.assign(coast="mainland")
    lines["class"] = np.where(kind == "", "review", kind)
    tolerance, margin = TOLERANCE.number(study), MARGIN.number(study)
    kept = paths_once(
        lines.geometry.to_numpy(), tolerance, 6 * tolerance + 1.0, keys=lines["id"].tolist()
    ).kept
    once = lines.set_geometry(gpd.GeoSeries(kept, index=lines.index, crs=study.crs))
    wide = replace(study, boundary=shapely.buffer(study.boundary, margin))
    near = replace(wide, districts=study.districts.set_geometry(study.districts.geometry.buffer(margin)))
    first = line_pieces(wide, once[~once.geometry.is_empty])
    rest = line_pieces(near, first[first["district"] == OUTSIDE])
    parts = [part for part in (first[first["district"] != OUTSIDE], rest) if len(part)]
    return gpd.GeoDataFrame(pd.concat(parts or [first], ignore_index=True), crs=study.crs)


def _share(study: Study, cut: pd.DataFrame, *, estuaries: bool) -> tuple[Quantity, dict[str, Quantity]]:
    whole = cut if estuaries else cut[cut["class"] != "estuary"]
    good = whole[whole["class"].isin(GOOD)]
    part_m, whole_m = district_sums(study, good, "length_m"), district_sums(study, whole, "length_m")
    city = _ratio(float(good["length_m"].sum()), float(whole["length_m"].sum()))
    return city, {key: _ratio(part_m[key], whole_m[key]) for key in whole_m}


def _ratio(part_m: float, whole_m: float) -> Quantity:
    return Quantity(part_m / KM, whole_m / KM, Unit.RATIO, Unit.KM, Unit.KM)


def _notes(study: Study, cut: gpd.GeoDataFrame) -> tuple[Text, ...]:
    notes = [_SCALE]
    unsaid = truth(cut, "mainland").isna().any()
    if unsaid:
        notes.append(_MAINLAND)
    if len(study.districts) and (cut["district"] == OUTSIDE).any():
        notes.append(_OUTSIDE)
    return tuple(notes)


def _findings(cut: gpd.GeoDataFrame) -> tuple[Finding, ...]:
    unknown = sorted(set(cut.loc[cut["class"] == "review", "id"]))
    return tuple(
        finding(
            "coastline.no_type",
            Text(
                f"岸线 {key} 没有类型，只计入分母：请补 shoreline_type 字段",
                f"shoreline {key} has no type and counts in the whole alone: fill the field shoreline_type",
            ),
            layer=LayerKind.COASTLINE,
            feature=str(key),
        )
        for key in unknown
    )


_NO_TYPES = Text(
    "coastline 图层没有岸线类型，无法区分自然与人工：请补 shoreline_type 字段",
    "layer coastline has no types, so natural cannot be told from artificial: fill shoreline_type",
)
_LEFT_OUT = Text("分母不含河口岸线", "estuaries left out of the whole")
_IN_WHOLE = Text("分母含河口岸线", "estuaries in the whole")
_SCALE = Text(
    "长度随比例尺而变，请用法定岸线（大潮平均高潮线）",
    "length depends on scale: use the official line (mean high water of spring tides)",
)
_MAINLAND = Text(
    "部分岸线未注明大陆或海岛，按大陆岸线计：请补 mainland 字段",
    "some shoreline does not say mainland or island and counts as mainland: fill the field mainland",
)
_OUTSIDE = Text(
    "部分岸线不在任何区内，只计入全市", "some shoreline lies in no district and counts for the city alone"
)

INDICATOR = Indicator(
    id="natural_shoreline_share",
    title=Text("大陆自然岸线保有率", "Natural shoreline share of the mainland"),
    system="structure",
    unit=Unit.RATIO,
    needs=(LayerKind.COASTLINE,),
    measure=measure,
    formula=Text(
        "（自然岸线 + 整治修复岸线）长度 ÷ 大陆岸线长度",
        "(natural + restored) ÷ mainland shoreline, by length",
    ),
    basis=Text(
        "自然岸线保有率通行算法（据转述）；岸线分类参照 DB33/T 2106-2018",
        "the usual reading of the natural shoreline rate (recalled); classes after DB33/T 2106-2018",
    ),
    parameters=(ESTUARY_COUNTS, MARGIN, TOLERANCE),
    classes=(
        EvidenceClass("natural", Text("自然岸线", "natural shoreline"), "good"),
        EvidenceClass("restored", Text("整治修复岸线", "restored shoreline"), "good"),
        EvidenceClass("artificial", Text("人工岸线", "artificial shoreline"), "bad"),
        EvidenceClass("estuary", Text("河口岸线", "estuary"), "neutral"),
        EvidenceClass("review", Text("类型不明", "type unknown"), "review"),
    ),
    about=Text(
        "岸线长度随比例尺变化，应使用法定岸线。"
        "深圳国土空间总体规划批复要求 2025 年大陆自然岸线保有率不低于 43.8%（含深汕特别合作区）。",
        "The length of a shoreline grows with the detail it is drawn in, so the official line should be "
        "used. The approval of Shenzhen's territorial plan asks for at least 43.8 % by 2025, the Shenshan "
        "cooperation zone included.",
    ),
    edge_cases=(
        Text(
            "海岛岸线单列，不进入主值；未注明大陆或海岛的按大陆岸线计，并注明。",
            "Islands stand beside and are not in the value; shoreline that says neither mainland nor island "
            "counts as mainland, and a note says so.",
        ),
        Text(
            "河口岸线默认计入分母，不计入的值并列。",
            "Estuaries are in the whole by default; the value without them stands beside.",
        ),
        Text(
            "类型不明的岸线只计入分母；全部不明时不给值。",
            "Shoreline of unknown type is in the whole alone; where no type is known at all there is no "
            "value.",
        ),
        Text(
            "岸线与行政界分别绘制：界外 coast_margin_m 以内的岸线仍计入，归相邻的区。",
            "Shoreline and boundary are drawn apart: what lies up to coast_margin_m outside still counts, "
            "for the district beside it.",
        ),
    ),
)
