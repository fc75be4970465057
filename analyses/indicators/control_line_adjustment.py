"""Adjustments of the basic ecological control line: what is put in against what is taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from analyses.areas import district_sums, once, pieces
from analyses.attributes import text
from analyses.indicator import EvidenceClass, Indicator, NotMeasurableError, Parameter
from analyses.overlays import outside
from analyses.quantities import Beside, Measure, Quantity, Unit
from geo.area import area_m2
from geo.overlay import overlap_area_m2
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from layers.study import Study

TOUCH = Parameter(
    "control_line_touch_m",
    1.0,
    Text("调入地块与控制线相接的容差", "how near an added parcel must come to touch the line"),
    unit="m",
    source="proposed",
    doubt=Text("没有标准规定相接容差", "no standard fixes this tolerance"),
    minimum=0,
    maximum=50,
)
SAME_M2 = 1.0


def measure(study: Study) -> Measure:
    """Measure the net balance ``sum(in) - sum(out)`` of all adjustment cases, in square metres.

    A case is in order when its ``in`` is at least its ``out`` and every connected piece of ``in`` touches the
    part of the line that no case changes. Cases that are short, or whose parcels lie apart, are counted
    beside and marked on the map.

    Raises
    ------
    NotMeasurableError
        When no parcel says whether it goes in or out.
    """
    changes = _changes(study)
    ins, outs = changes[changes["direction"] == "in"], changes[changes["direction"] == "out"]
    cases = _cases(study, ins, outs)
    ins = _apart(study, ins, outs)
    verdict = ins["case"].map(lambda case: "in" if cases[case] else "in_short")
    ins = ins.assign(**{"class": np.where(ins["apart"], "in_apart", verdict)})
    outs = outs.assign(**{"class": [("out" if cases[case] else "out_short") for case in outs["case"]]})
    added, taken = pieces(study, ins), pieces(study, outs)
    evidence = gpd.GeoDataFrame(pd.concat([added, taken], ignore_index=True), crs=study.crs)
    city = _m2(float(added["area_m2"].sum()) - float(taken["area_m2"].sum()))
    plus, minus = district_sums(study, added), district_sums(study, taken)
    beside = (
        _area("in", Text("调入面积", "area put in"), study, added),
        _area("out", Text("调出面积", "area taken out"), study, taken),
        _count("cases", Text("调整案数", "cases"), len(cases)),
        _count(
            "short_cases",
            Text("调入小于调出的案数", "cases that put in less"),
            sum(not good for good in cases.values()),
        ),
        _count(
            "apart",
            Text("与控制线不相接的调入地块数", "added parcels apart from the line"),
            int(ins["apart"].sum()),
        ),
    )
    return Measure(
        city, {key: _m2(plus[key] - minus[key]) for key in plus}, evidence, beside, _notes(study, ins, outs)
    )


def _changes(study: Study) -> gpd.GeoDataFrame:
    """Give the parcels with their case and direction; those of one case and direction count once."""
    given = study.frame(LayerKind.CONTROL_LINE_CHANGES)
    frame = given.assign(case=text(given, "case"), direction=text(given, "direction"))
    known = frame[frame["direction"].isin(["in", "out"])]
    if known.empty:
        raise NotMeasurableError(
            Text(
                "调整地块都没有注明调入或调出：请补 direction 字段（in / out）",
                "no adjustment parcel says whether it goes in or out: fill the field direction (in / out)",
            )
        )
    pairs = sorted(set(zip(known["case"], known["direction"], strict=True)))
    groups = [once(known[(known["case"] == case) & (known["direction"] == way)]) for case, way in pairs]
    return gpd.GeoDataFrame(pd.concat(groups), crs=study.crs)


def _cases(study: Study, ins: gpd.GeoDataFrame, outs: gpd.GeoDataFrame) -> dict[str, bool]:
    """Say of each case whether it puts in at least what it takes out."""
    size = {
        name: pd.Series(area_m2(part.geometry.to_numpy(), study.crs), dtype=float)
        .groupby(part["case"].to_numpy())
        .sum()
        for name, part in (("in", ins), ("out", outs))
    }
    return {
        case: float(size["in"].get(case, 0.0)) >= float(size["out"].get(case, 0.0)) * (1 - 1e-9)
        for case in sorted({*ins["case"], *outs["case"]})
    }


def _apart(study: Study, ins: gpd.GeoDataFrame, outs: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Mark added parcels that do not hang together with the unchanged part of the line."""
    changed = [*ins.geometry.to_numpy(), *outs.geometry.to_numpy()]
    rest = outside(study.frame(LayerKind.CONTROL_LINE), changed).geometry.to_numpy()
    near = TOUCH.number(study)
    marks = pd.Series(True, index=ins.index)
    tree = shapely.STRtree(rest)
    for _, group in ins.groupby("case", sort=True):
        shapes = group.geometry.to_numpy()
        touching = np.isin(np.arange(len(shapes)), tree.query(shapes, predicate="dwithin", distance=near)[0])
        one, other = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=near)
        for _ in range(len(shapes)):
            grown = touching.copy()
            np.logical_or.at(grown, one, touching[other])
            if (grown == touching).all():
                break
            touching = grown
        marks.loc[group.index] = ~touching
    return ins.assign(apart=marks.to_numpy(dtype=bool))


def _m2(area: float) -> Quantity:
    return Quantity(area, None, Unit.M2, Unit.M2)


def _area(key: str, title: Text, study: Study, part: gpd.GeoDataFrame) -> Beside:
    sums = {name: _m2(value) for name, value in district_sums(study, part).items()}
    return Beside(key, title, _m2(float(part["area_m2"].sum())), sums)


def _count(key: str, title: Text, number: int) -> Beside:
    return Beside(key, title, Quantity(float(number), None, Unit.COUNT, Unit.COUNT))


def _notes(study: Study, ins: gpd.GeoDataFrame, outs: gpd.GeoDataFrame) -> tuple[Text, ...]:
    notes = []
    unnamed = int((ins["case"] == "").sum() + (outs["case"] == "").sum())
    if unnamed:
        notes.append(
            Text(
                f"{unnamed} 个地块没有案号，合为一案：请补 case 字段",
                f"{unnamed} parcels name no case and are taken as one: fill the field case",
            )
        )
    given = study.frame(LayerKind.CONTROL_LINE_CHANGES)
    unknown = int((~text(given, "direction").isin(["in", "out"])).sum())
    if unknown:
        notes.append(
            Text(
                f"{unknown} 个地块未注明调入或调出，未计入：请补 direction 字段",
                f"{unknown} parcels say neither in nor out and are not counted: fill the field direction",
            )
        )
    crossing = overlap_area_m2(ins.geometry.to_numpy(), outs.geometry.to_numpy(), study.crs)
    if crossing > SAME_M2:
        notes.append(
            Text(
                f"调入与调出地块重叠 {crossing:.0f} m²：请核对",
                f"parcels put in and parcels taken out overlap by {crossing:.0f} m²: look them up",
            )
        )
    return tuple(notes)


INDICATOR = Indicator(
    id="control_line_adjustment",
    title=Text(
        "基本生态控制线调整净平衡（调入−调出）",
        "Basic ecological control line: balance of adjustments, in minus out",
    ),
    system="control_line",
    unit=Unit.M2,
    needs=(LayerKind.CONTROL_LINE, LayerKind.CONTROL_LINE_CHANGES),
    measure=measure,
    formula=Text(
        "Σ 调入面积 − Σ 调出面积；逐案要求 调入 ≥ 调出 且调入地块与控制线相接",
        "Σ area in − Σ area out; each case asks for in ≥ out and parcels put in that touch the line",
    ),
    basis=Text(
        "“生态优先、占补平衡、布局优化”（2024年调整公示：调出 90 166.85 m²，调入 90 549.93 m²）",
        "“ecology first, balance of take and give, better layout” (2024 notice: out 90,166.85 m², "
        "in 90,549.93 m²)",
    ),
    parameters=(TOUCH,),
    classes=(
        EvidenceClass("in", Text("调入", "put in"), "good"),
        EvidenceClass("in_short", Text("调入（该案调入不足）", "put in, less than its case takes"), "bad"),
        EvidenceClass("in_apart", Text("调入（与控制线不相接）", "put in, apart from the line"), "review"),
        EvidenceClass("out", Text("调出", "taken out"), "neutral"),
        EvidenceClass(
            "out_short", Text("调出（该案调入不足）", "taken out, more than its case puts in"), "bad"
        ),
    ),
    about=Text(
        "调整须依法公示和批准；“不足”与“不相接”只提示核对该案文件，不是违规结论。",
        "Adjustments are published and approved by law; “less” and “apart” say which case to look up and "
        "are no finding of a violation.",
    ),
    edge_cases=(
        Text(
            "逐案比较用地块的全部面积；全市和各区的净平衡只计行政区范围内的部分。",
            "Cases are compared by the whole area of their parcels; the balance of the city and its "
            "districts has only what lies inside the boundary.",
        ),
        Text(
            "同一案、同一方向的地块重叠只计一次；没有案号的地块合为一案，并注明个数。",
            "Parcels of one case and direction that overlap count once; parcels without a case are taken as "
            "one case, and their number is told.",
        ),
        Text(
            "相接是指到未被任何调整触及的那部分控制线的距离不超过容差；可经同案相邻的调入地块传递。",
            "To touch is to lie within the tolerance of the part of the line that no case changes; it "
            "passes on through neighbouring parcels put in by the same case.",
        ),
        Text(
            "没有注明调入或调出的地块不计入，并注明个数。",
            "Parcels that say neither in nor out are not counted, and their number is told.",
        ),
    ),
)
