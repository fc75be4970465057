"""The formats in which a check answers: for people, for scripts, for CI systems."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Literal

from analyses.outputs.escaping import one_line, workflow_property, workflow_text
from analyses.outputs.figures import NOTHING, shown, shown_gap, shown_target
from analyses.outputs.findings_sarif import findings_sarif
from analyses.outputs.junit_xml import junit_xml
from analyses.outputs.report_json import document_json
from analyses.outputs.summary_md import summary_md
from analyses.outputs.table import STATUSES, SYNTHETIC, by_system
from analyses.report import Status
from layers.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from analyses.outputs.document import FindingPart, ReportDocument, ResultPart
    from layers.text import Lang

Format = Literal["text", "json", "junit", "sarif", "markdown", "github"]


def render(document: ReportDocument, form: Format, lang: Lang = "zh") -> str:
    """Give the answer of a check in one of the formats, with a final line feed.

    ``text`` is a table for a terminal, ``json`` the report itself, ``github`` the workflow commands that
    mark a job with what was missed, what could not be judged and what is wrong with the data.
    """
    return _RENDERERS[form](document, lang)


def table_text(document: ReportDocument, lang: Lang = "zh") -> str:
    """Give the results as aligned plain text; control characters of any source are made harmless."""
    lines = [_cells(one, document, lang) for one in by_system(document)]
    head = [document.city.name[lang], *([SYNTHETIC[lang]] if document.city.synthetic else [])]
    return "\n".join([one_line(" · ".join(head)), *aligned(lines)]) + "\n"


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Pad the cells of each column to one width; Chinese characters are two columns wide.

    Examples
    --------
    >>> aligned([["山海", "1"], ["abc", "2"]])
    ['山海  1', 'abc   2']
    """
    clean = [[one_line(cell) for cell in row] for row in rows]
    columns = range(max((len(row) for row in clean), default=0))
    widths = [max(_width(row[column]) for row in clean) for column in columns]
    return [
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in clean
    ]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def _cells(result: ResultPart, document: ReportDocument, lang: Lang) -> list[str]:
    target = result.target
    unit = result.unit or (target.unit if target else "")
    return [
        STATUSES[result.status][lang],
        (target.title if target else result.title)[lang],
        document.district_name(result.district, lang),
        shown(result.value, unit, lang),
        shown_target(target.comparison, target.value, target.unit, lang) if target else NOTHING,
        shown_gap(result.gap, unit, lang),
        result.reason[lang] if result.status in (Status.NO_DATA, Status.NO_TARGET) else "",
    ]


def workflow_commands(document: ReportDocument, lang: Lang = "zh") -> str:
    """Give the workflow commands of GitHub Actions: errors for what was missed, warnings for the unjudged."""
    lines = [*_result_commands(document, lang), *map(_finding_command(document, lang), document.findings)]
    return "".join(f"{line}\n" for line in lines)


def _result_commands(document: ReportDocument, lang: Lang) -> Iterator[str]:
    for result in by_system(document):
        level = {Status.MISSED: "error", Status.NO_DATA: "warning"}.get(result.status)
        if level is None or result.target is None:
            continue
        cells = _cells(result, document, lang)
        title = workflow_property(f"{cells[1]} · {cells[2]}")
        message = workflow_text(
            one_line(f"{cells[0]}: {cells[3]}; {cells[4]}; {cells[5]}. {result.reason[lang]}")
        )
        yield f"::{level} title={title}::{message}"


def _finding_command(document: ReportDocument, lang: Lang) -> Callable[[FindingPart], str]:
    levels = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}

    def command(finding: FindingPart) -> str:
        source = document.provenance.inputs.get(finding.layer or "")
        file = f"file={workflow_property(one_line(source.path))}," if source else ""
        place = "/".join(one_line(part) for part in (finding.layer, finding.feature) if part)
        message = workflow_text(
            one_line(f"{place}: {finding.message[lang]}" if place else finding.message[lang])
        )
        return (
            f"::{levels[finding.severity]} {file}title={workflow_property(one_line(finding.code))}::{message}"
        )

    return command


def _json(document: ReportDocument, _: Lang) -> str:
    return document_json(document)


_RENDERERS: dict[Format, Callable[[ReportDocument, Lang], str]] = {
    "text": table_text,
    "json": _json,
    "junit": junit_xml,
    "sarif": findings_sarif,
    "markdown": summary_md,
    "github": workflow_commands,
}
