"""The tables of a report for people, the same in Word and in HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyses.outputs.figures import NOTHING, shown, shown_gap, shown_target
from analyses.outputs.table import BINDINGS, SEVERITIES, STATUSES, SYSTEMS, by_system, system_of
from layers.text import Text

if TYPE_CHECKING:
    from analyses.outputs.document import ReportDocument, ResultPart
    from layers.text import Lang

MOST_FINDINGS = 200
_TARGET_HEADS = (
    Text("判定", "Verdict"),
    Text("指标", "Indicator"),
    Text("地区", "Area"),
    Text("现状", "Value"),
    Text("目标", "Target"),
    Text("差距", "Gap"),
    Text("性质与条款", "Kind and clause"),
)
_MEASURE_HEADS = (
    Text("系统", "System"),
    Text("指标", "Indicator"),
    Text("地区", "Area"),
    Text("现状", "Value"),
    Text("说明", "Reason"),
)
_FINDING_HEADS = (
    Text("级别", "Severity"),
    Text("规则", "Rule"),
    Text("位置", "Place"),
    Text("说明", "Message"),
)
_SOURCE_HEADS = (
    Text("图层", "Layer"),
    Text("文件", "File"),
    Text("SHA-256", "SHA-256"),
    Text("署名", "Attribution"),
)


@dataclass(frozen=True)
class Table:
    """A table with its title; ``note`` says what was left out of it, or is empty."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def title_of(document: ReportDocument, lang: Lang) -> str:
    """Give the title of a report."""
    title = Text("{city}生态空间指标与目标校核", "{city}: ecological indicators held against targets")
    return title.format(city=document.city.name[lang])[lang]


def subtitle_of(document: ReportDocument, lang: Lang) -> str:
    """Give the line below the title: as of when, from which run."""
    label = Text("数据时点 {day} · 运行编号 {run}", "As of {day} · run {run}")
    return label.format(day=document.as_of or NOTHING, run=document.run_id)[lang]


def result_tables(document: ReportDocument, lang: Lang) -> tuple[Table, ...]:
    """Give the tables of targets and of measures without a target, those with rows."""
    results = by_system(document)
    judged = [_target_cells(one, document, lang) for one in results if one.target is not None]
    others = [_measure_cells(one, document, lang) for one in results if one.target is None]
    return _filled(
        _table(Text("目标判定", "Targets"), _TARGET_HEADS, judged, lang),
        _table(Text("无目标的指标", "Measures without a target"), _MEASURE_HEADS, others, lang),
    )


def source_tables(document: ReportDocument, lang: Lang) -> tuple[Table, ...]:
    """Give the tables of findings and of sources, those with rows."""
    rest = len(document.findings) - MOST_FINDINGS
    more = Text("另有 {rest} 条，见 report.json。", "{rest} more in report.json.").format(rest=rest)
    return _filled(
        _table(
            Text("数据问题", "Findings"),
            _FINDING_HEADS,
            _finding_rows(document, lang),
            lang,
            more[lang] if rest > 0 else "",
        ),
        _table(Text("来源", "Sources"), _SOURCE_HEADS, _source_rows(document), lang),
    )


def _table(title: Text, heads: tuple[Text, ...], rows: list[list[str]], lang: Lang, note: str = "") -> Table:
    return Table(title[lang], tuple(head[lang] for head in heads), tuple(map(tuple, rows)), note)


def _filled(*tables: Table) -> tuple[Table, ...]:
    return tuple(one for one in tables if one.rows)


def _target_cells(result: ResultPart, document: ReportDocument, lang: Lang) -> list[str]:
    target = result.target
    if target is None:
        return []
    unit = result.unit or target.unit
    return [
        STATUSES[result.status][lang],
        target.title[lang],
        document.district_name(result.district, lang),
        shown(result.value, unit, lang),
        shown_target(target.comparison, target.value, target.unit, lang),
        shown_gap(result.gap, unit, lang),
        f"{BINDINGS[target.binding][lang]}; {target.plan} {target.clause}",
    ]


def _measure_cells(result: ResultPart, document: ReportDocument, lang: Lang) -> list[str]:
    return [
        SYSTEMS[system_of(result, document)][lang],
        result.title[lang],
        document.district_name(result.district, lang),
        shown(result.value, result.unit or "", lang),
        result.reason[lang],
    ]


def _finding_rows(document: ReportDocument, lang: Lang) -> list[list[str]]:
    return [
        [
            SEVERITIES[one.severity][lang],
            one.code,
            " / ".join(part for part in (one.layer, one.feature) if part),
            one.message[lang],
        ]
        for one in document.findings[:MOST_FINDINGS]
    ]


def _source_rows(document: ReportDocument) -> list[list[str]]:
    return [
        [name, f"{one.path} {one.layer or ''}".rstrip(), one.sha256, one.attribution]
        for name, one in document.provenance.inputs.items()
    ]
