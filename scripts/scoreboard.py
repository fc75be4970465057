"""The table a judging command prints: one line per result, the faults, the verdict."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from analyses.formatting import UNIT_NAMES, format_number, format_value
from analyses.quantities import Unit
from analyses.report import Status
from layers.findings import Severity
from layers.text import Text

if TYPE_CHECKING:
    from analyses.report import Report, Result
    from scripts.console import Console

MARKS = {Status.MET: "✓", Status.MISSED: "✗", Status.NO_DATA: "?", Status.NO_TARGET: "·"}
NAMES = {
    Status.MET: Text("达标", "met"),
    Status.MISSED: Text("未达标", "missed"),
    Status.NO_DATA: Text("无法判定", "not judged"),
    Status.NO_TARGET: Text("无目标", "no target"),
}


def print_scoreboard(report: Report, console: Console) -> None:
    """Print what holds for the city and for every target of a district."""
    shown = [one for one in report.results if one.district is None or one.target is not None]
    for result in shown:
        console.say(_line(result, console))
    counted = Counter(one.status for one in shown)
    summary = [f"{NAMES[status][console.lang]} {counted[status]}" for status in Status if counted[status]]
    console.say(" · ".join(summary))
    _print_findings(report, console)
    if report.study.synthetic:
        console.say(Text("注意：本城市为合成数据，不代表任何真实城市", "note: this city is synthetic"))


def _line(result: Result, console: Console) -> str:
    place = "" if result.district is None else f" [{result.district}]"
    quantity = result.quantity
    value = "–" if quantity is None else format_value(quantity.value, quantity.unit, console.lang)
    line = f"{MARKS[result.status]} {result.title[console.lang]}{place}: {value}"
    target = result.target
    if target is not None and target.value is not None:
        unit = Unit(target.unit) if target.unit in set(Unit) else None
        goal = (
            f"{format_number(target.value, unit)} {UNIT_NAMES[unit][console.lang]}"
            if unit
            else f"{target.value:g} {target.unit}"
        )
        line += f"  ({target.comparison} {goal.strip()}, {target.year or '–'})"
    if result.status is not Status.MET:
        line += f"  — {result.reason[console.lang]}"
    return line


def _print_findings(report: Report, console: Console) -> None:
    counts = Counter(finding.severity for finding in report.findings)
    if counts:
        console.say(
            Text(
                f"数据检查：错误 {counts[Severity.ERROR]}，警告 {counts[Severity.WARNING]}，"
                f"提示 {counts[Severity.INFO]}"
                "（详见 findings.sarif 与 summary.md）",
                f"data findings: {counts[Severity.ERROR]} errors, {counts[Severity.WARNING]} warnings, "
                f"{counts[Severity.INFO]} notes (see findings.sarif and summary.md)",
            )
        )
