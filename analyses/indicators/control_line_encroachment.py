"""Construction inside the basic ecological control line, ground and underground apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from analyses.areas import area_quantity, district_sums, once, pieces
from analyses.attributes import text
from analyses.control_line import RANK, classed
from analyses.indicator import EvidenceClass, Indicator, Parameter
from analyses.overlays import inside, outside
from analyses.quantities import Beside, Measure, Quantity, Unit
from geo.area import area_m2
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from analyses.indicator import Tone
    from layers.study import Study

LINE_YEAR = Parameter(
    "control_line_year",
    2005,
    Text(
        "控制线公布年份（此前合法建成的不计）",
        "year of the line; legal buildings older than it are left alone",
    ),
    source="published 1 November 2005",
    doubt=Text(
        "此前合法建筑不受影响据转述；当年建成的一律待核查",
        "that older legal buildings are left alone is recalled; what was built in that year needs review",
    ),
    minimum=1900,
    maximum=2100,
)
GROUND, UNDERGROUND = "ground", "underground"
_TITLES: dict[str, tuple[Text, Tone]] = {
    "violation": (Text("疑似违规", "violation candidate"), "bad"),
    "review": (Text("待核查", "to be reviewed"), "review"),
    "grandfathered": (Text("控制线公布前合法建成", "legal and older than the line"), "neutral"),
    "allowed": (Text("允许类型", "allowed kind"), "neutral"),
}
_LEVELS = {GROUND: Text("地上", "on the ground"), UNDERGROUND: Text("地下投影", "underground projection")}


def measure(study: Study) -> Measure:
    """Measure the area of violation candidates inside the line, ground and underground together once.

    Ground-level occupation and the horizontal projection of what lies underground stand apart beside, by
    class. Within one level overlapping features count once, the graver class first. Each feature's total and
    inside area are in the evidence (``total_area_m2``, ``inside_area_m2``).
    """
    found = _inside(study)
    violations = found[found["class"].str.startswith("violation")]
    on_ground = violations[violations["level"] == GROUND]
    below = violations[violations["level"] == UNDERGROUND]
    below_alone = pieces(study, outside(below, on_ground.geometry.to_numpy()))
    city, by_district = _sum(study, on_ground, below_alone)
    beside = [
        Beside(name, title, *area_quantity(study, found[found["class"] == name], Unit.M2))
        for name, title, _ in _classes()
    ]
    return Measure(city, by_district, found, tuple(beside), _notes(study))


def _inside(study: Study) -> gpd.GeoDataFrame:
    """Cut construction to the line and the districts, each level once."""
    construction = study.frame(LayerKind.CONSTRUCTION)
    name = classed(construction, int(LINE_YEAR.number(study)))
    level = text(construction, "level").where(text(construction, "level") == UNDERGROUND, GROUND)
    total = area_m2(construction.geometry.to_numpy(), study.crs)
    named = construction.assign(level=level, total_area_m2=total, rank=[RANK[one] for one in name])
    classes = [_class(one, at) for one, at in zip(name, level, strict=True)]
    named = named.assign(**{"class": pd.Series(classes, named.index, dtype="str")})
    cut = inside(named, study.frame(LayerKind.CONTROL_LINE).geometry.to_numpy())
    cut = cut.assign(inside_area_m2=area_m2(cut.geometry.to_numpy(), study.crs))
    levels = [once(cut[cut["level"] == one], by=("rank", "id")) for one in _LEVELS]
    both = gpd.GeoDataFrame(pd.concat(levels), crs=study.crs)
    return pieces(study, both.drop(columns="rank"))


def _sum(
    study: Study, one: gpd.GeoDataFrame, other: gpd.GeoDataFrame
) -> tuple[Quantity, dict[str, Quantity]]:
    first, second = district_sums(study, one), district_sums(study, other)
    city = float(one["area_m2"].sum()) + float(other["area_m2"].sum())
    return _m2(city), {key: _m2(first[key] + second[key]) for key in first}


def _m2(area: float) -> Quantity:
    return Quantity(area, None, Unit.M2, Unit.M2)


def _class(name: str, level: str) -> str:
    return name if level == GROUND else f"{name}_{UNDERGROUND}"


def _classes() -> list[tuple[str, Text, Tone]]:
    return [
        (_class(name, level), Text(f"{title.zh}（{said.zh}）", f"{title.en} ({said.en})"), tone)
        for name, (title, tone) in _TITLES.items()
        for level, said in _LEVELS.items()
    ]


def _notes(study: Study) -> tuple[Text, ...]:
    unknown = int((text(study.frame(LayerKind.CONSTRUCTION), "level") == "").sum())
    notes = [
        Text(
            "“疑似违规”不等于违法：准入类型表据转述，须核对许可与调整文件",
            "a violation candidate is not proved illegal: the table of allowed kinds is recalled; look up "
            "permits and adjustments",
        )
    ]
    if unknown:
        notes.append(
            Text(
                f"{unknown} 个建设项目未注明地上/地下，按地上计：请补 level 字段",
                f"{unknown} features name no level and count as on the ground: fill the field level",
            )
        )
    return tuple(notes)


INDICATOR = Indicator(
    id="control_line_encroachment",
    title=Text(
        "基本生态控制线内疑似违规建设", "Violation candidates inside the basic ecological control line"
    ),
    system="control_line",
    unit=Unit.M2,
    needs=(LayerKind.CONTROL_LINE, LayerKind.CONSTRUCTION),
    measure=measure,
    formula=Text(
        "面积(∪疑似违规建设 ∩ 控制线)；地上占用与地下水平投影分列",
        "area(∪ violation candidates ∩ control line); ground occupation and underground projection apart",
    ),
    basis=Text(
        "深圳市政府令第145号第十条（准入类型据转述，见 data/control_line_project_types.csv）",
        "Shenzhen Government Order 145 Art. 10 (allowed kinds recalled, data/control_line_project_types.csv)",
    ),
    parameters=(LINE_YEAR,),
    classes=tuple(EvidenceClass(*one) for one in _classes()),
    higher_is_better=False,
    about=Text(
        "按项目类型、建成年份和许可证号，把线内建设分为允许类型、线前合法建成、待核查和疑似违规；"
        "主值只含疑似违规。",
        "Construction inside the line is classed by kind of project, year built and permit number: allowed, "
        "legal and older than the line, to be reviewed, violation candidate. The value holds candidates "
        "alone.",
    ),
    edge_cases=(
        Text(
            "类型或年份不明、线公布当年建成、线前建成但没有许可证号的，列为待核查，不算疑似违规。",
            "Unknown kind or year, built in the year of the line, or older but without a permit number: to "
            "be reviewed, not a candidate.",
        ),
        Text(
            "部分在线内的项目只计线内部分；证据中同时列出总面积和线内面积。",
            "Of a project partly inside only that part counts; the evidence gives its total and its inside "
            "area.",
        ),
        Text(
            "地上占用与地下水平投影分列，主值中重叠处只计一次；未注明的按地上计。",
            "Ground occupation and underground projection stand apart, and in the value a place that has "
            "both counts once; features that name no level count as on the ground.",
        ),
        Text(
            "同一层面的项目重叠时按较严重的类别计。",
            "Where projects of one level overlap, the graver class holds.",
        ),
    ),
)
