"""One row of a plan's table: read into a target, with everything that is wrong with it."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING, cast, get_args

import analyses.indicators
from analyses.declared import declared_indicators
from analyses.quantities import Unit
from analyses.tables import parsed_number
from analyses.target import Binding, Comparison, Target
from layers.near_names import nearest
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analyses.tables import Row


def known_indicators() -> frozenset[str]:
    """Give the ids a target may name: every indicator module, every declared indicator."""
    modules = {module.name for module in pkgutil.iter_modules(analyses.indicators.__path__)}
    return frozenset(modules | set(declared_indicators()))


def split_indicator(reference: str) -> tuple[str, str | None]:
    """Split ``indicator.part``, which means a value reported beside the indicator's main one.

    Examples
    --------
    >>> split_indicator("ventilation_corridors.primary"), split_indicator("park_walk_coverage")
    (('ventilation_corridors', 'primary'), ('park_walk_coverage', None))
    """
    indicator, _, part = reference.partition(".")
    return indicator, part or None


def target_of(row: Row, plan: str, known: frozenset[str]) -> tuple[Target, list[Text]]:
    """Turn one row into a target and the list of what is wrong with it."""
    cells = row.cells
    wrong = [
        Text(f"{column} 不能为空", f"{column} must not be empty")
        for column in ("id", "indicator", "title_zh", "title_en", "geography")
        if not cells.get(column)
    ]
    comparison = _choice(cells, "comparison", get_args(Comparison), ">=", wrong)
    target = Target(
        id=cells.get("id", ""),
        plan=plan,
        indicator=cells.get("indicator", ""),
        title=Text(cells.get("title_zh", ""), cells.get("title_en", "")),
        comparison=cast("Comparison", comparison),
        value=_number(cells, comparison, wrong),
        unit=_unit(cells, known, wrong),
        year=_whole(cells, "year", (1949, 2200), wrong),
        geography=cells.get("geography", ""),
        binding=cast("Binding", _choice(cells, "binding", get_args(Binding), "none", wrong)),
        clause=cells.get("clause", ""),
        source=cells.get("source", ""),
        note=Text(cells.get("note_zh", ""), cells.get("note_en", "")),
        theme=cells.get("theme", ""),
        spatial=_choice(cells, "spatial", ("true", "false"), "true", wrong) == "true",
        row=_whole(cells, "row", (1, 100_000), wrong),
        quote=cells.get("quote", ""),
    )
    return target, wrong


def _choice(
    cells: Mapping[str, str], column: str, choices: Sequence[str], default: str, wrong: list[Text]
) -> str:
    said = cells.get(column, "")
    if said in choices:
        return said
    if said or column == "comparison":
        wrong.append(
            Text(
                f"{column} 写的是“{said}”，只能是 {'、'.join(choices)}",
                f"{column} is {said!r}; it must be one of {', '.join(choices)}",
            )
        )
    return default


def _number(cells: Mapping[str, str], comparison: str, wrong: list[Text]) -> float | None:
    said = cells.get("value", "")
    if comparison in ("not_lower", "track"):
        if said:
            wrong.append(
                Text(
                    f"比较方式 {comparison} 不带数值，value 应留空",
                    f"comparison {comparison} takes no number; leave value empty",
                )
            )
        return None
    value = parsed_number(said)
    if value is None:
        wrong.append(Text(f"value “{said}”不是数", f"value {said!r} is no number"))
    elif cells.get("unit") == Unit.RATIO and not 0 <= value <= 1:
        wrong.append(
            Text(
                f"value {said} 超出 0–1；比例写小数，75% 写 0.75",
                f"value {said} lies outside 0 to 1; a ratio is written as a fraction, 75 % as 0.75",
            )
        )
    return value


def _whole(cells: Mapping[str, str], column: str, limits: tuple[int, int], wrong: list[Text]) -> int | None:
    said = cells.get(column, "")
    if not said:
        return None
    if said.isascii() and said.isdigit() and limits[0] <= int(said[:9]) <= limits[1]:
        return int(said)
    wrong.append(
        Text(
            f"{column} 写的是“{said}”，应为 {limits[0]}–{limits[1]} 的整数或留空",
            f"{column} is {said!r}; it must be a whole number from {limits[0]} to {limits[1]}, or empty",
        )
    )
    return None


def _unit(cells: Mapping[str, str], known: frozenset[str], wrong: list[Text]) -> str:
    """Check the unit, and that the indicator is known and has this unit."""
    unit, reference = cells.get("unit", ""), cells.get("indicator", "")
    if unit not in list(Unit):
        near = nearest(unit, [one.value for one in Unit])
        wrong.append(Text(f"单位“{unit}”未知{near.zh}", f"unit {unit!r} is unknown{near.en}"))
        return unit
    if not reference:
        return unit
    indicator, part = split_indicator(reference)
    if indicator not in known:
        near = nearest(indicator, known)
        wrong.append(Text(f"没有指标 {indicator}{near.zh}", f"no indicator is named {indicator}{near.en}"))
        return unit
    expected = None if part else _unit_of(indicator)
    if expected is not None and expected != unit:
        wrong.append(
            Text(
                f"指标 {indicator} 的单位是 {expected}，这里写的是 {unit}",
                f"indicator {indicator} is in {expected}, not in {unit}",
            )
        )
    return unit


def _unit_of(indicator: str) -> Unit | None:
    declared = declared_indicators().get(indicator)
    if declared is not None:
        return declared.unit
    try:
        module = importlib.import_module(f"analyses.indicators.{indicator}")
    except ModuleNotFoundError:
        return None
    unit: Unit = module.INDICATOR.unit
    return unit
