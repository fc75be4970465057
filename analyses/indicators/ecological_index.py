"""The ecological index EI of HJ 192-2015 for a whole city; its sub-indices where the data allow them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from analyses.ecological_index_formula import (
    GRADES,
    TOP,
    SubIndices,
    biological_abundance,
    capped,
    change,
    ecological_index,
    grade,
    restricted,
)
from analyses.ecological_parts import (
    BIODIVERSITY,
    DECLARED,
    VEGETATION,
    Part,
    declared_value,
    load_part,
    stress_part,
    vegetation_part,
    water_part,
)
from analyses.formatting import format_number
from analyses.indicator import Indicator, NotMeasurableError, Parameter
from analyses.indicators import habitat_quality
from analyses.indicators.habitat_quality import chosen_cover, group_area, quality
from analyses.land_cover import cover_findings, crosswalk_note, require_known
from analyses.lines_once import PATH_SHARED, PATH_TOLERANCE
from analyses.quantities import Beside, Measure, Quantity, Unit
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layers.study import Study

RESTRICTION = Parameter(
    "ei_restriction_level",
    0,
    Text("环境限制等级（0 为无）", "level of environmental restriction (0: none)"),
    source="HJ 192-2015 as third-party code has it",
    doubt=Text(
        "限制规则据第三方代码；2 级降至本级下限以下，3 级最高 54.9 或再降一级",
        "the rule is known from third-party code: level 2 cuts to below the class's floor, level 3 to at "
        "most 54.9, else one class down",
    ),
    choices=(0, 2, 3),
)
CAP = Parameter(
    "ei_sub_index_most",
    TOP,
    Text("EI 分指数的上限", "highest value of a sub-index of EI"),
    source="HJ 192-2015 (recalled)",
    doubt=Text(
        "据转述，未见原文：分指数超过 100 按 100 计",
        "recalled, its text not found: a sub-index above 100 counts as 100",
    ),
    minimum=TOP,
    maximum=1_000,
)
PUBLISHED = "ei_published"
TITLES = {
    "abundance": Text("生物丰度指数", "biological abundance"),
    "vegetation": Text("植被覆盖指数", "vegetation cover"),
    "water": Text("水网密度指数", "water network density"),
    "stress": Text("土地胁迫指数", "land stress"),
    "load": Text("污染负荷指数", "pollution load"),
}
_ONLY = Text("生物丰度指数（仅生境质量）", "biological abundance (habitat quality only)")
_GRADES = dict(zip([name for _, name in GRADES], ("优", "良", "一般", "较差", "差"), strict=True))
_SIZES = {"none": "无明显变化", "slight": "略微", "clear": "明显", "significant": "显著"}


def measure(study: Study) -> Measure:
    """Compute EI of the city from its five sub-indices, restricted and graded.

    ``EI = 0.35 BA + 0.25 VC + 0.15 WN + 0.15 (100 - LS) + 0.10 (100 - PL)``; sub-indices are cut to 100 and
    not rounded. Where no biodiversity index is declared, habitat quality stands for biological abundance and
    the result says so. EI holds from the county level up: districts have sub-indices only.

    Raises
    ------
    NotMeasurableError
        When a sub-index cannot be computed; the message names what it lacks and the ones that can.
    """
    cover = chosen_cover(study)
    require_known(study, cover)
    habitat, by_district = quality(study, cover)
    area_km2 = sum(cover.land.values()) / 1e6
    built, _ = group_area(study, cover, "built")
    biodiversity = declared_value(study, BIODIVERSITY)
    parts = {
        "abundance": Part(biological_abundance(habitat.value or 0.0, biodiversity)),
        "vegetation": vegetation_part(study),
        "water": water_part(study, area_km2),
        "stress": stress_part(study, built.part, area_km2),
        "load": load_part(study, area_km2),
    }
    top = CAP.number(study)
    cut = [TITLES[name] for name, part in parts.items() if part.value is not None and part.value > top]
    parts = {
        name: part if part.value is None else replace(part, value=capped(part.value, top))
        for name, part in parts.items()
    }
    values = {name: part.value for name, part in parts.items() if part.value is not None}
    if len(values) < len(parts):
        raise NotMeasurableError(_lacking(parts, alone=biodiversity is None))
    free = ecological_index(SubIndices(**values))
    index = restricted(free, int(RESTRICTION.number(study)))
    titles = TITLES if biodiversity is not None else {**TITLES, "abundance": _ONLY}
    beside = [
        Beside(name, titles[name], _index(part.value or 0.0), part.by_district)
        for name, part in parts.items()
    ]
    beside.append(Beside("habitat_quality", habitat_quality.INDICATOR.title, habitat, by_district))
    beside.append(Beside("unrestricted", Text("限制前指数", "before the restriction"), _index(free)))
    notes = [_graded(index)]
    if biodiversity is None:
        notes.append(_HABITAT_ONLY)
    notes += [*_cut(cut, top), *_changed(study, index), _SCOPE, _SEA, *cover.notes, crosswalk_note(cover)]
    return Measure(_index(index), {}, cover.evidence, tuple(beside), tuple(notes), cover_findings(cover))


def _index(value: float) -> Quantity:
    return Quantity(value, None, Unit.INDEX)


def _lacking(parts: Mapping[str, Part], *, alone: bool) -> Text:
    """Name the sub-indices that cannot be computed with what they lack, and the values of the others."""
    titles = {**TITLES, "abundance": _ONLY} if alone else TITLES
    zh, en = [], []
    for name, part in parts.items():
        if part.value is None:
            zh.append(f"{titles[name].zh}缺 {'、'.join(part.lacking)}")
            en.append(f"{titles[name].en} lacks {', '.join(part.lacking)}")
    done = [(titles[name], part.value) for name, part in parts.items() if part.value is not None]
    got_zh = "；".join(f"{title.zh} {format_number(value, Unit.INDEX)}" for title, value in done)
    got_en = "; ".join(f"{title.en} {format_number(value, Unit.INDEX)}" for title, value in done)
    return Text(
        f"{'；'.join(zh)}（无方括号者为申报值，写入 [targets].declared 的表）。已算出：{got_zh}",
        f"{'; '.join(en)} (names without brackets are declared values for the table under "
        f"[targets].declared). Computed: {got_en}",
    )


def _graded(index: float) -> Text:
    name = grade(index)
    return Text(f"等级：{_GRADES[name]}", f"grade: {name}")


def _cut(titles: list[Text], top: float) -> list[Text]:
    """Say which sub-indices were cut."""
    if not titles:
        return []
    zh, en = "、".join(one.zh for one in titles), ", ".join(one.en for one in titles)
    return [
        Text(
            f"{zh}超过 {top:g}，按 {top:g} 计（上限据转述）",
            f"{en} above {top:g}, counted as {top:g} (the limit is recalled)",
        )
    ]


def _changed(study: Study, index: float) -> list[Text]:
    """Grade the change since the last published index of an earlier year."""
    years = [year for key, year in study.declared if key == PUBLISHED]
    earlier = [year for year in years if study.as_of is None or year < study.as_of.year]
    if not earlier:
        return []
    year = max(earlier)
    size, _, way = change(study.declared[PUBLISHED, year], index).partition(" ")
    better = {"better": "变好", "worse": "变差"}.get(way, "")
    return [
        Text(
            f"较 {year} 年公布值（{study.declared[PUBLISHED, year]:g}）：{_SIZES[size]}{better}；"
            "数据来源不同，仅供参考",
            f"since the value published for {year} ({study.declared[PUBLISHED, year]:g}): "
            f"{'no visible change' if size == 'none' else f'{size} change, {way}'}; sources differ, for "
            "reference alone",
        )
    ]


_HABITAT_ONLY = Text(
    "仅生境质量：未申报生物多样性指数 biodiversity_index，生物丰度以生境质量代替",
    "habitat quality only: no biodiversity_index is declared, habitat quality stands for biological "
    "abundance",
)
_SCOPE = Text(
    "系数为全国固定值；EI 适用于县级及以上，各区只给出分指数；与 EQI 不可比",
    "coefficients are the fixed national ones; EI holds from the county level up, districts have sub-indices "
    "only; not comparable with EQI",
)
_SEA = Text(
    "近岸海域未计入水网密度的水面（据转述标准可能计入，未见原文），海域也不在区域面积内",
    "near-shore sea is not in the water area of the water network (the standard is recalled to count it, its "
    "text not found), nor is sea in the area of the region",
)

INDICATOR = Indicator(
    id="ecological_index",
    title=Text("生态环境状况指数（EI）", "Ecological index (EI)"),
    system="index",
    unit=Unit.INDEX,
    needs=(),
    uses=(
        LayerKind.LAND,
        LayerKind.NDVI,
        LayerKind.RIVERS,
        LayerKind.WATER,
    ),
    any_of=((LayerKind.LAND_COVER, LayerKind.LAND_USE),),
    measure=measure,
    formula=Text(
        "0.35×生物丰度 + 0.25×植被覆盖 + 0.15×水网密度 + 0.15×(100−土地胁迫) + 0.10×(100−污染负荷)，"
        "再按环境限制封顶",
        "0.35 abundance + 0.25 vegetation + 0.15 water + 0.15 (100 − stress) + 0.10 (100 − load), then "
        "capped by the restriction",
    ),
    basis=Text(
        "HJ 192-2015（系数据第三方代码，五项权重由公布结果验证）；2021 年起国家改用 EQI",
        "HJ 192-2015 (coefficients as third-party code has them, the five weights confirmed by a published "
        "result); replaced by EQI in national reporting from 2021",
    ),
    parameters=(
        RESTRICTION,
        CAP,
        VEGETATION,
        PATH_TOLERANCE,
        PATH_SHARED,
        *habitat_quality.INDICATOR.parameters,
    ),
    classes=habitat_quality.INDICATOR.classes,
    declared=tuple(one for one in DECLARED if one != BIODIVERSITY),
    declared_uses=(BIODIVERSITY, PUBLISHED),
    edge_cases=(
        Text(
            "只计陆域：海域既不在区域面积内，也不计入水面面积。",
            "Land alone: the sea is neither in the area of the region nor in the area of water.",
        ),
        Text(
            "未申报生物多样性指数时以生境质量代替生物丰度，标题和说明都写明“仅生境质量”。",
            "Where no biodiversity index is declared, habitat quality stands for biological abundance, and "
            "title and notes say “habitat quality only”.",
        ),
        Text(
            "五项分指数缺任何一项都不给出 EI，只说明缺什么，并列出已算出的分指数。",
            "If one of the five sub-indices is lacking there is no EI: what is missing is named, and the "
            "sub-indices that can be had are given.",
        ),
        Text(
            "分指数超过 100 按 100 计（上限据转述，可用参数修改），相加前不取整；"
            "各区没有 EI，只有能分区计算的分指数。",
            "Sub-indices above 100 count as 100 (recalled; a parameter changes it) and are not rounded "
            "before the sum; districts have no EI, only the sub-indices that can be had for them.",
        ),
    ),
)
