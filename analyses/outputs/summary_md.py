"""``summary.md``: the verdict on one page, for the summary of a CI job or a merge request."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from analyses.outputs.escaping import markdown_text
from analyses.outputs.figures import NOTHING, shown, shown_gap, shown_target
from analyses.outputs.table import BINDINGS, SEVERITIES, STATUSES, SYNTHETIC, by_system
from analyses.report import Status
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analyses.outputs.document import ReportDocument, ResultPart
    from layers.text import Lang

MOST_FINDINGS = 50

_COLUMNS = (
    Text("判定", "Verdict"),
    Text("指标", "Indicator"),
    Text("地区", "Area"),
    Text("现状", "Value"),
    Text("目标", "Target"),
    Text("差距", "Gap"),
    Text("年份", "Year"),
    Text("性质", "Kind"),
    Text("条款", "Clause"),
    Text("说明", "Reason"),
)


def summary_md(document: ReportDocument, lang: Lang = "zh") -> str:
    """Give the text of ``summary.md``: counts, targets, measures without a target, findings.

    Measures without a target are given for the whole city; of the findings the first fifty are listed, the
    worst first. The number of the rest, and where it is, is said.
    """
    results = by_system(document)
    judged = [one for one in results if one.target is not None]
    others = [one for one in results if one.target is None and one.district is None]
    parts = [
        *_heading(document, lang),
        *_section(Text("目标判定", "Targets"), judged, document, lang),
        *_section(Text("无目标的指标", "Measures without a target"), others, document, lang),
        *_by_district(document, lang),
        *_findings(document, lang),
    ]
    return "\n".join(parts) + "\n"


def _heading(document: ReportDocument, lang: Lang) -> Iterable[str]:
    judged = [one for one in document.results if one.target is not None and one.status != Status.NO_TARGET]
    counts = Counter(one.status for one in judged)
    yield f"# {markdown_text(document.city.name[lang])}"
    yield ""
    if document.city.synthetic:
        yield f"**{SYNTHETIC[lang]}**"
        yield ""
    label = Text("数据时点 {day} · 运行编号 {run}", "As of {day} · run {run}")
    yield label.format(day=document.as_of or NOTHING, run=markdown_text(document.run_id))[lang]
    yield ""
    shown = [status for status in Status if status != Status.NO_TARGET]
    yield " · ".join(f"{STATUSES[status][lang]}: **{counts[status]}**" for status in shown)


def _section(title: Text, results: list[ResultPart], document: ReportDocument, lang: Lang) -> Iterable[str]:
    if not results:
        return
    yield ""
    yield f"## {title[lang]}"
    yield ""
    yield "| " + " | ".join(column[lang] for column in _COLUMNS) + " |"
    yield "|" + " --- |" * len(_COLUMNS)
    for one in results:
        yield "| " + " | ".join(_cells(one, document, lang)) + " |"


def _by_district(document: ReportDocument, lang: Lang) -> Iterable[str]:
    left_out = sum(one.target is None and one.district is not None for one in document.results)
    if left_out:
        yield ""
        said = Text(
            "分区数值另有 {n} 条，见 results.csv。", "{n} more values, by district, are in results.csv."
        )
        yield said.format(n=left_out)[lang]


def _cells(result: ResultPart, document: ReportDocument, lang: Lang) -> list[str]:
    target = result.target
    unit = result.unit or (target.unit if target else "")
    asked = shown_target(target.comparison, target.value, target.unit, lang) if target else NOTHING
    cells = [
        STATUSES[result.status][lang],
        (target.title if target else result.title)[lang],
        document.district_name(result.district, lang),
        shown(result.value, unit, lang),
        asked,
        shown_gap(result.gap, unit, lang),
        str(target.year) if target and target.year else NOTHING,
        BINDINGS[target.binding][lang] if target else NOTHING,
        f"{target.plan} {target.clause}" if target else NOTHING,
        result.reason[lang],
    ]
    return [markdown_text(cell) for cell in cells]


def _findings(document: ReportDocument, lang: Lang) -> Iterable[str]:
    if not document.findings:
        return
    yield ""
    yield f"## {Text('数据问题', 'Findings')[lang]}"
    yield ""
    for one in document.findings[:MOST_FINDINGS]:
        place = " / ".join(part for part in (one.layer, one.feature) if part)
        where = f" ({markdown_text(place)})" if place else ""
        code, message = markdown_text(one.code), markdown_text(one.message[lang])
        yield f"- {SEVERITIES[one.severity][lang]} · {code}{where}: {message}"
    rest = len(document.findings) - MOST_FINDINGS
    if rest > 0:
        more = Text("另有 {rest} 条，见 report.json。", "{rest} more in report.json.").format(rest=rest)
        yield f"- {more[lang]}"
