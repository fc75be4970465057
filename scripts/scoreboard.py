"""What a judging command prints: targets first, then plain values, then what could not be measured."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from analyses.formatting import format_value
from analyses.quantities import Unit
from analyses.report import Status
from layers.findings import Severity
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analyses.report import Report, Result
    from analyses.target import Target
    from layers.text import Lang
    from scripts.console import Console

MARKS = {Status.MET: "✓", Status.MISSED: "✗", Status.NO_DATA: "?", Status.NO_TARGET: "·"}
NAMES = {
    Status.MET: Text("达标", "met"),
    Status.MISSED: Text("未达标", "missed"),
    Status.NO_DATA: Text("无法判定", "not judged"),
    Status.NO_TARGET: Text("无目标", "no target"),
}


def print_scoreboard(report: Report, console: Console) -> None:
    """Print the targets that bind this city, the values without target, and the verdict in one line."""
    judged = [one for one in report.results if one.target is not None and one.status is not Status.NO_TARGET]
    plain = [one for one in report.results if one.target is None and one.district is None]
    measured = [one for one in plain if one.quantity is not None and one.quantity.value is not None]
    for result in (*judged, *measured):
        console.say(_line(result, report, console.lang))
    _print_unmeasured([one for one in plain if one not in measured], console)
    elsewhere = sum(one.target is not None and one.status is Status.NO_TARGET for one in report.results)
    _print_summary(judged, elsewhere, console)
    _print_findings(report, console)
    if report.study.synthetic:
        console.say(Text("注意：本城市为合成数据，不代表任何真实城市", "note: this city is synthetic"))


def _line(result: Result, report: Report, lang: Lang) -> str:
    quantity = result.quantity
    value = "–" if quantity is None else format_value(quantity.value, quantity.unit, lang)
    place = "" if result.district is None else f" [{_district(report, result.district, lang)}]"
    goal = "" if result.target is None else _goal(result.target, lang)
    because = f"  — {result.reason[lang]}" if result.status in (Status.NO_DATA, Status.MISSED) else ""
    return f"{MARKS[result.status]} {result.title[lang]}{place}: {value}{goal}{because}"


def _district(report: Report, district: str, lang: Lang) -> str:
    rows = report.study.districts
    found = rows.loc[
        rows["id"] == district, "name_zh" if lang == "zh" or "name_en" not in rows else "name_en"
    ]
    return str(found.iloc[0]) if len(found) else district


def _goal(target: Target, lang: Lang) -> str:
    if target.value is None:
        return ""
    if target.unit in set(Unit):
        goal = format_value(target.value, Unit(target.unit), lang)
    else:
        goal = f"{target.value:g} {target.unit}"
    year = "" if target.year is None else f", {target.year}"
    return f"  ({target.comparison} {goal}{year})"


def _print_unmeasured(results: Iterable[Result], console: Console) -> None:
    lacking = list(results)
    if not lacking:
        return
    console.say(Text("未计算（缺数据，未设目标）：", "not measured (data missing, no target set):"))
    for result in lacking:
        console.say(f"  {result.title[console.lang]}: {result.reason[console.lang]}")


def _print_summary(judged: Iterable[Result], elsewhere: int, console: Console) -> None:
    counted = Counter(one.status for one in judged)
    parts = [f"{NAMES[status][console.lang]} {counted[status]}" for status in Status if counted[status]]
    if not parts:
        parts = [Text("没有可判定的目标", "no target to judge")[console.lang]]
    if elsewhere:
        parts.append(
            Text(
                f"不针对本市或无数值的目标 {elsewhere}",
                f"targets for elsewhere or without a number {elsewhere}",
            )[console.lang]
        )
    console.say(" · ".join(parts))


def _print_findings(report: Report, console: Console) -> None:
    counts = Counter(finding.severity for finding in report.findings)
    if counts:
        console.say(
            Text(
                f"数据检查：错误 {counts[Severity.ERROR]}，警告 {counts[Severity.WARNING]}，"
                f"提示 {counts[Severity.INFO]}",
                f"data findings: {counts[Severity.ERROR]} errors, {counts[Severity.WARNING]} warnings, "
                f"{counts[Severity.INFO]} notes",
            )
        )
