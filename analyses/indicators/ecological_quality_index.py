"""The regional ecological quality index EQI from declared first-level indices and the user's own weights."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

from analyses.ecological_index_formula import (
    EQI_CHANGES,
    EQI_GRADES,
    TOP,
    regional_grade,
    regional_index,
)
from analyses.indicator import Indicator, NotMeasurableError, Parameter
from analyses.quantities import Beside, Measure, Quantity, Unit
from analyses.regional_index_change import index_changes
from layers.text import Text

if TYPE_CHECKING:
    from layers.study import Study

PARTS = {
    "pattern": Text("生态格局", "ecological pattern"),
    "function": Text("生态功能", "ecological function"),
    "biodiversity": Text("生物多样性", "biodiversity"),
    "stress": Text("生态胁迫", "ecological stress"),
}
"""The four first-level indices; stress counts as 100 less its value."""
PUBLISHED = "eqi_published"
DECLARED = (*(f"eqi_{name}" for name in PARTS), PUBLISHED)
"""Declared values the index lives from."""
_SUM = 1e-9
_METHOD = "区域生态质量评价办法（试行）, 2021"
WEIGHTS = {
    name: Parameter(
        f"eqi_weight_{name}",
        0.0,
        Text(f"EQI 中{title.zh}的权重（四项之和为 1）", f"weight of {title.en} in EQI (the four sum to 1)"),
        source="to be set by the user",
        doubt=Text(
            "公开渠道未能查证权重，因此不设默认值：请按办法原文填写",
            "no source for the weights could be found, so there is no default: set them from the text of the "
            "method",
        ),
        minimum=0,
        maximum=1,
    )
    for name, title in PARTS.items()
}
CLASS_BOUNDS = tuple(
    Parameter(
        f"eqi_class_{number}_least",
        bound,
        Text(f"EQI {number} 类的下限（含）", f"lower bound of EQI class {number}, inclusive"),
        source=f"{_METHOD} (recalled)",
        doubt=Text(
            "据转述，未见原文；与已公布的四组数值和类别不矛盾",
            "recalled, its text not found; it agrees with four published pairs of value and class",
        ),
        minimum=0,
        maximum=100,
    )
    for number, bound in enumerate(EQI_GRADES, 1)
)
CHANGE_BOUNDS = tuple(
    Parameter(
        f"eqi_change_{name}_least",
        bound,
        Text(f"EQI {title}的最小变幅（含）", f"least change of EQI that is {name}, inclusive"),
        source=f"{_METHOD} (recalled, unsure)",
        doubt=Text("据转述且不确定，未见原文", "recalled and unsure, its text not found"),
        minimum=0,
        maximum=100,
    )
    for bound, (name, title) in zip(
        EQI_CHANGES, (("slight", "略微变化"), ("moderate", "一般变化"), ("clear", "明显变化")), strict=True
    )
)


def measure(study: Study) -> Measure:
    """Combine the newest complete set of declared first-level indices with the user's weights.

    ``EQI = sum(w_i * v_i)``, stress counted as ``100 - v``. The class, the value published for the
    same year and the changes stand beside, computed since computed and published since published; see
    ``index_changes``. The method has 4 first-level, 11 second-level and 18 third-level indicators; how the
    lower levels make the first could not be verified, so nothing is computed for them from layers.

    Raises
    ------
    NotMeasurableError
        Where the weights are not given, do not sum to 1 or the bounds are out of order, or no year has all
        four indices.
    """
    weights = _weights(study)
    classes, changes = _bounds(study)
    years = _years(study)
    year = max(years)
    index = regional_index(years[year], weights)
    beside = [
        *(
            Beside(f"eqi_{name}", title, _index(study.declared[f"eqi_{name}", year]))
            for name, title in PARTS.items()
        ),
        Beside(
            "eqi_class",
            Text("EQI 类别（1 最好）", "EQI class (1 is best)"),
            Quantity(float(regional_grade(index, classes)), None, Unit.CLASS),
        ),
    ]
    notes = [
        Text(
            f"为 {year} 年的值，由申报的四项指数与用户给定的权重计算；类别界限据转述",
            f"the index of {year}, from four declared indices and the weights the user gave; the bounds of "
            "classes are recalled",
        ),
        _NOT_EI,
    ]
    published = _published(study)
    if year in published:
        title = Text(f"{year} 年公布值（申报）", f"value published for {year}, as declared")
        beside.append(Beside(PUBLISHED, title, _index(published[year])))
    computed = {one: regional_index(parts, weights) for one, parts in years.items()}
    for one in index_changes(computed, published, changes):
        beside.append(one.beside)
        notes.insert(-1, one.note)
    columns = {"id": np.array([], dtype="str"), "class": np.array([], dtype="str")}
    empty = gpd.GeoDataFrame(columns, geometry=[], crs=study.crs)
    return Measure(_index(index), {}, empty, tuple(beside), tuple(notes))


def _published(study: Study) -> dict[int, float]:
    """Give the published index by year."""
    return {year: value for (name, year), value in study.declared.items() if name == PUBLISHED}


def _index(value: float) -> Quantity:
    return Quantity(float(value), None, Unit.INDEX)


def _weights(study: Study) -> dict[str, float]:
    weights = {name: parameter.number(study) for name, parameter in WEIGHTS.items()}
    names = ", ".join(parameter.name for parameter in WEIGHTS.values())
    total = sum(weights.values())
    if total == 0:
        raise NotMeasurableError(
            Text(
                f"没有给出 EQI 权重，也没有可查证的默认值：请在 city.toml 的 [parameters] 中设置 {names}"
                "（四项之和为 1）",
                f"no weights of EQI are given, and no default could be verified: set {names} under "
                "[parameters] of city.toml (they sum to 1)",
            )
        )
    if abs(total - 1) > _SUM:
        raise NotMeasurableError(
            Text(
                f"EQI 权重之和为 {total:.6g}，应为 1：请核对 [parameters] 中的 {names}",
                f"the weights of EQI sum to {total:.6g}, not to 1: check {names} under [parameters]",
            )
        )
    return weights


def _bounds(study: Study) -> tuple[list[float], list[float]]:
    """Give the bounds of classes, falling, and of changes, rising."""
    classes = [one.number(study) for one in CLASS_BOUNDS]
    changes = [one.number(study) for one in CHANGE_BOUNDS]
    for parameters, held in ((CLASS_BOUNDS, classes[::-1]), (CHANGE_BOUNDS, changes)):
        if any(low >= high for low, high in pairwise(held)):
            names = ", ".join(one.name for one in parameters)
            raise NotMeasurableError(
                Text(f"参数 {names} 的界限次序不对", f"the bounds {names} are out of order")
            )
    return classes, changes


def _years(study: Study) -> dict[int, dict[str, float]]:
    """Give the parts of every year up to the as-of year that has all four, stress turned round."""
    limit = study.as_of.year if study.as_of else None
    named = sorted({year for _, year in study.declared if limit is None or year <= limit})
    years = {
        year: {name: study.declared[f"eqi_{name}", year] for name in PARTS}
        for year in named
        if all((f"eqi_{name}", year) in study.declared for name in PARTS)
    }
    if not years:
        names = ", ".join(f"eqi_{name}" for name in PARTS)
        raise NotMeasurableError(
            Text(
                f"没有一年为全市申报了全部四项一级指数：请在 [targets].declared 的表中给出同年的 {names}"
                f"（0–100），geography 写 {study.id}",
                "no year has all four first-level indices for the whole city: declare "
                f"{names} (0 to 100) of one year, with geography {study.id}, in the table under "
                "[targets].declared",
            )
        )
    return {year: parts | {"stress": TOP - parts["stress"]} for year, parts in years.items()}


_NOT_EI = Text(
    "EQI 与 EI（HJ 192-2015）不可比；2021 年起国家改用 EQI",
    "EQI and EI (HJ 192-2015) are not comparable; EQI replaced EI in national reporting from 2021",
)

INDICATOR = Indicator(
    id="ecological_quality_index",
    title=Text("生态质量指数（EQI）", "Ecological quality index (EQI)"),
    system="index",
    unit=Unit.INDEX,
    needs=(),
    measure=measure,
    formula=Text(
        "Σ 权重 × 指数（格局、功能、生物多样性、100 − 胁迫）；权重由用户给定",
        "Σ weight × index (pattern, function, biodiversity, 100 − stress), with the user's weights",
    ),
    basis=Text(
        "《区域生态质量评价办法（试行）》（2021）：四个方面的结构据第三方页面；权重和下级指标的算法未能查证",
        "Method for assessing regional ecological quality (trial), 2021: its four dimensions as third-party "
        "pages have them; weights and the computation of the lower levels could not be verified",
    ),
    parameters=(*WEIGHTS.values(), *CLASS_BOUNDS, *CHANGE_BOUNDS),
    declared=tuple(f"eqi_{name}" for name in PARTS),
    declared_uses=(PUBLISHED,),
    edge_cases=(
        Text(
            "没有权重就不给值：不附带任何未经查证的权重，下级指标也不由图层推算。",
            "Without weights there is no value: no unverified weight is shipped, and the lower levels are "
            "not guessed at from layers.",
        ),
        Text(
            "EI 的分指数与 EQI 的一级指数不是同一回事，不能代入；四项都取申报值，且须为同一年。",
            "The sub-indices of EI are not the first-level indices of EQI and do not stand in for them; all "
            "four are declared values, of one year.",
        ),
        Text(
            "变化只在同类之间比较：计算值与较早年份的计算值（同样权重），公布值与公布值；"
            "只有一方时给出差值并注明口径不同，不分级。",
            "Changes are between like and like: computed and computed (with the same weights), published and "
            "published; where there is but one of each their difference is given as such, without a degree.",
        ),
        Text(
            "没有图形：地图上不画，各区没有值。",
            "There is no geometry: nothing is drawn, and districts have no value.",
        ),
    ),
)
