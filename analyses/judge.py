"""One number against one target: the verdict, the gap and the reason in words."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from analyses.formatting import UNIT_NAMES, rounded
from analyses.quantities import Unit
from analyses.report import Status
from layers.text import Text

if TYPE_CHECKING:
    from analyses.target import Target

RELATIVE_TOLERANCE = 1e-9
"""Float noise that is passed over; counts are compared exactly."""
ABSOLUTE_TOLERANCE = 1e-12
_COUNTED = {Unit.COUNT, Unit.PERSONS, Unit.DAYS, Unit.WATER_CLASS, Unit.CLASS}
_MOST_DIGITS = 12


class Verdict(NamedTuple):
    """What became of a target; ``gap`` is value minus target (or minus baseline) in the value's unit."""

    status: Status
    gap: float | None
    reason: Text


def judge(value: float | None, target: Target, baseline: float | None = None) -> Verdict:
    """Hold a number against a target; it is not rounded before.

    Parameters
    ----------
    value
        In the target's unit (a ratio is 0..1), or None where there is none.
    target
        What the plan promises.
    baseline
        What ``not_lower`` compares with.

    Returns
    -------
    MET or MISSED with the gap; NO_DATA where value or baseline is missing; NO_TARGET always for ``track``.
    The reason shows as many digits as it takes to see the verdict.

    Examples
    --------
    >>> from analyses.target import Target
    >>> target = Target("t", "p", "park_walk_coverage", Text("", ""), ">=", 0.75, "ratio", 2025, "demo",
    ...                 "none", "", "", Text("", ""))
    >>> judge(0.8, target).reason.en
    '80.00 % meets the target of at least 75 %, 5.00 points above it'
    >>> judge(0.749999, target).reason.zh
    '74.9999% 未达到目标（不低于 75%），差 0.0001 个百分点'
    """
    unit = Unit(target.unit)
    if target.comparison == "track":
        return Verdict(Status.NO_TARGET, None, _tracked(value, unit))
    if value is None or not math.isfinite(value):
        return Verdict(Status.NO_DATA, None, _NO_VALUE)
    goal = baseline if target.comparison == "not_lower" else target.value
    if goal is None or not math.isfinite(goal):
        return Verdict(Status.NO_DATA, None, _NO_BASELINE if target.comparison == "not_lower" else _NO_GOAL)
    met = _holds(value, target.comparison, goal, exact=unit in _COUNTED)
    gap = value - goal
    return Verdict(
        Status.MET if met else Status.MISSED, gap, _reason(value, goal, target.comparison, unit, met=met)
    )


def _tracked(value: float | None, unit: Unit) -> Text:
    if value is None or not math.isfinite(value):
        return Text(
            "规划未给出可判定的数值，只作跟踪",
            "the plan gives no number to test, so there is nothing to judge",
        )
    shown = _shown(value, unit)
    return Text(
        f"规划未给出可判定的数值，只作跟踪；当前值 {shown.zh}",
        f"the plan gives no number to test, so the value is only tracked: {shown.en}",
    )


_NO_VALUE = Text("没有数值，无法判定", "there is no value to judge")
_NO_BASELINE = Text(
    "目标为“不降低”，缺少基期值", "the target is “not lower” and there is no baseline to compare with"
)
_NO_GOAL = Text("目标没有数值，无法判定", "the target has no number, so it cannot be judged")


def _holds(value: float, comparison: str, goal: float, *, exact: bool) -> bool:
    """Compare, passing over float noise unless the numbers are counted things."""
    noise = 0.0 if exact else max(RELATIVE_TOLERANCE * max(abs(value), abs(goal)), ABSOLUTE_TOLERANCE)
    same = abs(value - goal) <= noise
    if comparison in (">=", "not_lower"):
        return same or value > goal
    if comparison == "<=":
        return same or value < goal
    if comparison == "=":
        return same
    return not same and (value > goal if comparison == ">" else value < goal)


_WORDS = {
    ">=": Text("不低于", "at least"),
    "<=": Text("不高于", "at most"),
    "=": Text("等于", "exactly"),
    ">": Text("高于", "more than"),
    "<": Text("低于", "less than"),
    "not_lower": Text("不低于基期", "not lower than the baseline"),
}


def _reason(value: float, goal: float, comparison: str, unit: Unit, *, met: bool) -> Text:
    digits = _digits(value, goal, unit)
    number = _number(value, unit, digits)
    aim = _plain(goal, unit)
    word = _WORDS[comparison]
    baseline = comparison == "not_lower"
    verdict = Text("达到", "meets") if met else Text("未达到", "misses")
    what = Text("要求", "the requirement,") if baseline else Text("目标", "the target of")
    apart = _apart(value, goal, unit, digits, met=met)
    shown, sought = _with_unit(number, unit), _with_unit(aim, unit)
    return Text(
        f"{shown.zh} {verdict.zh}{what.zh}（{word.zh} {sought.zh}）{apart.zh}",
        f"{shown.en} {verdict.en} {what.en} {word.en}{' of' * baseline} {sought.en}{apart.en}",
    )


def _apart(value: float, goal: float, unit: Unit, digits: int, *, met: bool) -> Text:
    """Say how far the value lies from the goal."""
    number = _number(abs(value - goal), unit, digits)
    if float(number.replace(",", "")) == 0:
        return Text("", "")
    points = Text(f"{number} 个百分点", f"{number} points")
    gap = points if unit is Unit.RATIO else _with_unit(number, unit)
    above = value > goal
    zh = ("高出" if above else "低") if met else ("超出" if above else "差")
    return Text(f"，{zh} {gap.zh}", f", {gap.en} {'above' if above else 'below'} it")


def _digits(value: float, goal: float, unit: Unit) -> int:
    """Give the least digits, from the usual ones up, at which the value and the goal look as they compare."""
    usual = 0 if unit in _COUNTED and float(value).is_integer() and float(goal).is_integer() else 2
    noise = max(RELATIVE_TOLERANCE * max(abs(value), abs(goal)), ABSOLUTE_TOLERANCE)
    if abs(value - goal) <= noise:
        return usual
    for digits in range(usual, _MOST_DIGITS):
        if rounded(_scaled(value, unit), digits) != rounded(_scaled(goal, unit), digits):
            return digits
    return _MOST_DIGITS


def _shown(value: float, unit: Unit) -> Text:
    digits = 0 if unit in _COUNTED and float(value).is_integer() else 2
    return _with_unit(_number(value, unit, digits), unit)


def _number(value: float, unit: Unit, digits: int) -> str:
    return f"{rounded(_scaled(value, unit), digits):,f}"


def _scaled(value: float, unit: Unit) -> float:
    """Give the number that is printed: a ratio times 100, without the noise a binary product adds."""
    return float(Decimal(repr(float(value))) * 100) if unit is Unit.RATIO else float(value)


def _plain(goal: float, unit: Unit) -> str:
    """Write a goal as the plan does: no digits beyond those it has."""
    text = f"{rounded(_scaled(goal, unit), 6):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _with_unit(number: str, unit: Unit) -> Text:
    name = UNIT_NAMES[unit]
    if unit is Unit.RATIO:
        return Text(f"{number}%", f"{number} %")
    return Text(f"{number} {name.zh}".rstrip(), f"{number} {name.en}".rstrip())
