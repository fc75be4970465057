"""Construction inside the ecological red line, told apart by the activities the rules allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analyses.areas import area_quantity, once, pieces
from analyses.indicator import EvidenceClass, Indicator
from analyses.quantities import Beside, Measure, Unit
from geo.overlay import covered_parts
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    import geopandas as gpd

    from layers.study import Study

ALLOWED_CODES = tuple(str(code) for code in range(1, 11))


def measure(study: Study) -> Measure:
    """Measure construction inside the red line whose activity code is not one of the ten allowed.

    Such construction needs review; it is never called illegal here: national major projects are approved
    apart and nature reserves follow their own laws. Overlapping construction counts once, to be reviewed
    where any of it is.
    """
    found = _inside(study)
    review = found[found["class"] == "review"]
    allowed = found[found["class"] == "allowed"]
    city, by_district = area_quantity(study, review, Unit.M2)
    all_city, all_districts = area_quantity(study, found, Unit.M2)
    allowed_city, allowed_districts = area_quantity(study, allowed, Unit.M2)
    beside = [
        Beside("inside", Text("红线内建设用地合计", "all construction inside"), all_city, all_districts),
        Beside(
            "allowed", Text("属允许的有限人为活动", "allowed activities"), allowed_city, allowed_districts
        ),
    ]
    beside += _new_since_baseline(study, found)
    for code in ALLOWED_CODES:
        one = allowed[allowed["activity_code"] == code] if len(allowed) else allowed
        if len(one):
            title = Text(f"允许活动第 {code} 类", f"allowed activity {code}")
            beside.append(Beside(f"activity_{code}", title, *area_quantity(study, one, Unit.M2)))
    return Measure(city, by_district, found, tuple(beside), (_NOTE,))


def _new_since_baseline(study: Study, found: gpd.GeoDataFrame) -> list[Beside]:
    """Report construction whose year built lies after the baseline's date, where both are known."""
    baseline = study.layers.get(LayerKind.RED_LINE_BASELINE)
    if baseline is None or baseline.as_of is None or "built_year" not in found:
        return []
    year = baseline.as_of.year
    newer = found[found["built_year"].fillna(0).astype(float) > year]
    title = Text(f"其中 {year} 年以后建成", f"of it built after {year}")
    return [Beside("since_baseline", title, *area_quantity(study, newer, Unit.M2))]


def _inside(study: Study) -> gpd.GeoDataFrame:
    """Cut construction to the red line and the districts and class it by activity code."""
    construction = study.frame(LayerKind.CONSTRUCTION).copy()
    if "activity_code" not in construction:
        construction["activity_code"] = None
    allowed = construction["activity_code"].isin(ALLOWED_CODES)
    construction["class"] = np.where(allowed, "allowed", "review")
    inside = covered_parts(
        construction.geometry.to_numpy(), study.frame(LayerKind.RED_LINE).geometry.to_numpy()
    )
    construction = construction.set_geometry(inside, crs=study.crs)
    construction = construction[~construction.geometry.is_empty]
    ranked = construction.assign(rank=np.where(construction["class"] == "review", 0, 1))
    return pieces(study, once(ranked, by=("rank", "id")).drop(columns="rank"))


_NOTE = Text(
    "“待核查”不等于违法：需人工核对审批情况；国家重大项目另行审批",
    "review does not mean illegal: look the approval up; national major projects are approved apart",
)

INDICATOR = Indicator(
    id="red_line_encroachment",
    title=Text("生态保护红线内待核查建设用地", "Construction inside the red line to be reviewed"),
    system="red_line",
    unit=Unit.M2,
    needs=(LayerKind.RED_LINE, LayerKind.CONSTRUCTION),
    uses=(LayerKind.RED_LINE_BASELINE,),
    measure=measure,
    formula=Text(
        "面积(∪无允许活动代码的建设用地 ∩ ∪红线)",
        "area(∪ construction without an allowed-activity code ∩ ∪ red line)",
    ),
    basis=Text(
        "自然资发〔2022〕142号：核心保护区外允许十类有限人为活动（第7–10类为转述，待核）",
        "MNR [2022] No. 142: ten kinds of limited activity outside core zones (items 7-10 recalled)",
    ),
    classes=(
        EvidenceClass("review", Text("待核查", "to be reviewed"), "review"),
        EvidenceClass("allowed", Text("属允许活动", "allowed activity"), "neutral"),
    ),
    higher_is_better=False,
    edge_cases=(
        Text(
            "没有活动代码或代码不在 1–10 的建设一律待核查，不称违法。",
            "Construction without an activity code from 1 to 10 needs review; it is never called illegal.",
        ),
        Text(
            "允许活动只适用于核心保护区以外；数据中没有核心保护区，区内的 1–10 类活动须另行核查。",
            "The allowed activities hold outside core protected zones alone; the data know no such zones, "
            "so activities 1-10 inside one must be looked up apart.",
        ),
        Text(
            "待核查与允许活动重叠的地方只计一次，计入待核查。",
            "Where construction to be reviewed overlaps an allowed activity, the place counts once, to be "
            "reviewed.",
        ),
        Text(
            "部分在线内的项目只计线内部分，线内的孔洞不算线内。",
            "Of a project partly inside only that part counts, and a hole in the line is not inside.",
        ),
    ),
)
