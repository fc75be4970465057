"""The Shenzhen ecological-environment quality index, from nine declared values."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

from analyses.indicator import Indicator, NotMeasurableError, Parameter
from analyses.quality_index_formula import ITEMS, LEVELS, level, published, score, total
from analyses.quantities import Beside, Measure, Quantity, Unit
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analyses.quality_index_formula import Item
    from layers.study import Study

_DOUBT = Text(
    "原文未说明评分方法；由文中原始值与得分反推，仅污水处理能力一项（2021年）不吻合",
    "the document states no scoring; inferred from the raw values and scores in its text, all of which it "
    "reproduces but one (sewage capacity 2021)",
)
_GUESS = Text(
    "原文未说明评分方法，也没有可核对的原始值；60 分值为推测",
    "the document states no scoring and gives no raw value to check with; the value scoring 60 is a guess",
)


def _limits(item: Item) -> tuple[Parameter, ...]:
    """Make the two limits of an item's scoring editable."""
    if item.low is None or item.high is None:
        return ()
    doubt = _GUESS if item.id == "tap_water" else _DOUBT
    source = "inferred from 《深圳市生态环境质量指数》 (2016-2021), Table 2"
    return (
        Parameter(
            f"quality_index_{item.id}_low",
            float(item.low),
            Text(f"{item.title.zh}：得 60 分的值", f"{item.title.en}: value that scores 60"),
            source=source,
            doubt=doubt,
        ),
        Parameter(
            f"quality_index_{item.id}_high",
            float(item.high),
            Text(f"{item.title.zh}：得 100 分的值", f"{item.title.en}: value that scores 100"),
            source=source,
            doubt=doubt,
        ),
    )


_LIMITS = {item.id: _limits(item) for item in ITEMS}


def measure(study: Study) -> Measure:
    """Compute the index of the newest year for which all nine values are declared.

    The sub-levels, the nine scores and the index of every earlier complete year stand beside it. There is no
    geometry in it, so nothing is drawn and districts have none.

    Raises
    ------
    NotMeasurableError
        Where no year has all nine values, or an item's two limits are equal.
    """
    years = sorted({year for _, year in study.declared})
    complete = [year for year in years if all((item.declared, year) in study.declared for item in ITEMS)]
    if not complete:
        raise NotMeasurableError(_missing(study, years))
    scores = {year: _scores(study, year) for year in complete}
    newest = complete[-1]
    beside = [Beside(name, title, _index(level(name, scores[newest]))) for name, (title, _) in LEVELS.items()]
    beside += [
        Beside(
            f"score_{item.id}",
            Text(f"{item.title.zh}得分", f"score of {item.title.en}"),
            _index(scores[newest][item.id]),
        )
        for item in ITEMS
    ]
    beside += [
        Beside(f"year_{year}", Text(f"{year} 年指数", f"index of {year}"), _index(total(scores[year])))
        for year in complete[:-1]
    ]
    columns = {"id": np.array([], dtype="str"), "class": np.array([], dtype="str")}
    empty = gpd.GeoDataFrame(columns, geometry=[], crs=study.crs)
    return Measure(_index(total(scores[newest])), {}, empty, tuple(beside), _notes(newest, scores))


def _scores(study: Study, year: int) -> dict[str, Decimal]:
    """Score the nine values of a year; a satisfaction rate is its own score."""
    found = {}
    for item in ITEMS:
        value = study.declared[item.declared, year]
        if not _LIMITS[item.id]:
            found[item.id] = published(Decimal(repr(float(value))) * 100)
            continue
        low, high = (limit.number(study) for limit in _LIMITS[item.id])
        if low == high:
            raise NotMeasurableError(
                Text(
                    f"参数 quality_index_{item.id}_low 与 _high 相等，无法评分",
                    f"parameters quality_index_{item.id}_low and _high are equal, so nothing can be scored",
                )
            )
        found[item.id] = score(value, low, high)
    return found


def _index(value: Decimal) -> Quantity:
    return Quantity(float(published(value)), None, Unit.INDEX)


def _missing(study: Study, years: list[int]) -> Text:
    """Say which values the fullest (then newest) year lacks."""
    lacking = {
        year: [item for item in ITEMS if (item.declared, year) not in study.declared] for year in years
    }
    year = min(years, key=lambda one: (len(lacking[one]), -one)) if years else None
    items = ITEMS if year is None else lacking[year]
    names = ", ".join(item.declared for item in items)
    if year is None:
        return Text(
            f"需要申报九项实测值（{names}）；请在 [targets].declared 的表中给出",
            f"nine measured values are needed ({names}); declare them in the table under [targets].declared",
        )
    return Text(
        f"没有一年九项齐全；最接近的 {year} 年缺 {names}，请在申报值表中补齐",
        f"no year has all nine values; {year} comes nearest and lacks {names}: declare them",
    )


def _notes(year: int, scores: Mapping[int, Mapping[str, Decimal]]) -> tuple[Text, ...]:
    notes = [
        Text(f"为 {year} 年的值，由申报值计算", f"the index of {year}, computed from declared values"),
        Text(
            "评分上下限为反推值，可用参数修改",
            "the scoring limits are inferred; parameters change them",
        ),
    ]
    before = [one for one in scores if one < year]
    if before:
        fell = [item for item in ITEMS if scores[year][item.id] < scores[max(before)][item.id]]
        if fell:
            zh, en = "、".join(i.title.zh for i in fell), ", ".join(i.title.en for i in fell)
            notes.append(
                Text(f"较 {max(before)} 年得分下降：{zh}", f"scores lower than in {max(before)}: {en}")
            )
    return tuple(notes)


INDICATOR = Indicator(
    id="quality_index",
    title=Text("生态环境质量指数", "Ecological-environment quality index"),
    system="index",
    unit=Unit.INDEX,
    needs=(),
    measure=measure,
    formula=Text(
        "Σ 权重 × 得分；得分 = 60 + 40·clip((x − 下限)/(上限 − 下限), 0, 1)；权重 0.05×4、0.10×2、0.20×3",
        "Σ weight × score; score = 60 + 40·clip((x − low)/(high − low), 0, 1); weights .05×4, .10×2, .20×3",
    ),
    basis=Text(
        "《深圳质量指数测评工作指引（2020年版）》（2020/SJY4019）；《深圳市生态环境质量指数》（2016-2021年）表1、表2",
        "Shenzhen quality index guide, 2020 edition (2020/SJY4019); "
        "Shenzhen ecological-environment quality index (2016-2021), Tables 1 and 2",
    ),
    parameters=tuple(limit for limits in _LIMITS.values() for limit in limits),
    declared=tuple(item.declared for item in ITEMS),
    edge_cases=(
        Text(
            "只算九项都已申报的年份中最近的一年；没有这样的年份就不给值，并指出最齐的一年缺什么。",
            "The newest year with all nine values is computed; where there is none there is no value, and "
            "what the fullest year lacks is named.",
        ),
        Text(
            "满意率的百分数本身就是得分；其余各项按上下限线性评分，得分在 60 至 100 之间。",
            "A satisfaction rate in per cent is its own score; the others are scored along a straight line "
            "between their limits, from 60 to 100.",
        ),
        Text(
            "得分和指数取两位小数，逢五取偶，公布的数值才能重现。",
            "Scores and index are rounded to two decimals, half to even, which is what reproduces the "
            "published figures.",
        ),
        Text(
            "没有图形：地图上不画，各区没有值。",
            "There is no geometry: nothing is drawn, and districts have no value.",
        ),
    ),
)
