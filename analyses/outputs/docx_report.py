"""A report in Word, ready to be an appendix: verdicts, measures, the map picture, findings, sources."""

from __future__ import annotations

import importlib.util
import io
from typing import TYPE_CHECKING

from analyses.outputs.archives import FIXED_DATE, without_times
from analyses.outputs.escaping import one_line
from analyses.outputs.figures import NOTHING, shown, shown_gap, shown_target
from analyses.outputs.table import BINDINGS, SEVERITIES, STATUSES, SYNTHETIC, SYSTEMS, by_system, system_of
from layers.errors import ConfigError
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docx.document import Document

    from analyses.outputs.document import ReportDocument, ResultPart
    from layers.text import Lang

MOST_FINDINGS = 200
_FONTS = {"zh": "宋体", "en": "Times New Roman"}
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


def docx_report(document: ReportDocument, lang: Lang = "zh", picture: bytes | None = None) -> bytes:
    """Give the bytes of a Word document.

    Parameters
    ----------
    document
        The report.
    lang
        Language of the document.
    picture
        The map as PNG or JPEG, where one was made.

    Raises
    ------
    ConfigError
        The package for Word documents is not installed.
    """
    page = _blank(lang)
    page.core_properties.author = "Shanhai"
    page.core_properties.title = one_line(document.city.name[lang])
    page.core_properties.created = page.core_properties.modified = FIXED_DATE
    _heading(page, document, lang)
    if picture is not None:
        page.add_picture(io.BytesIO(picture), width=_page_width(page))
    results = by_system(document)
    judged = [_target_cells(one, document, lang) for one in results if one.target is not None]
    others = [_measure_cells(one, document, lang) for one in results if one.target is None]
    _table(page, Text("目标判定", "Targets")[lang], _TARGET_HEADS, judged, lang)
    _table(page, Text("无目标的指标", "Measures without a target")[lang], _MEASURE_HEADS, others, lang)
    _methods(page, document, lang)
    _table(page, Text("数据问题", "Findings")[lang], _FINDING_HEADS, _finding_rows(document, lang), lang)
    rest = len(document.findings) - MOST_FINDINGS
    if rest > 0:
        more = Text("另有 {rest} 条，见 report.json。", "{rest} more in report.json.").format(rest=rest)
        page.add_paragraph(more[lang])
    _table(page, Text("来源", "Sources")[lang], _SOURCE_HEADS, _source_rows(document), lang)
    raw = io.BytesIO()
    page.save(raw)
    return without_times(raw.getvalue())


def _blank(lang: Lang) -> Document:
    if importlib.util.find_spec("docx") is None:
        raise ConfigError(
            Text(
                "Word 报告需要 python-docx 包；请用 pip install 'shanhai[docx]' 安装。",
                "Word reports need the package python-docx; install it with pip install 'shanhai[docx]'.",
            )
        )
    import docx  # noqa: PLC0415 - an extra
    from docx.oxml.ns import qn  # noqa: PLC0415 - an extra

    page = docx.Document()
    style = page.styles["Normal"]
    style.font.name = _FONTS[lang]
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONTS["zh"])
    section = page.sections[0]
    section.page_width, section.page_height = section.page_height, section.page_width
    return page


def _page_width(page: Document) -> int:
    section = page.sections[0]
    return (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)


def _heading(page: Document, document: ReportDocument, lang: Lang) -> None:
    title = Text("{city}生态空间指标与目标校核", "{city}: ecological indicators held against targets")
    page.add_heading(one_line(title.format(city=document.city.name[lang])[lang]), level=0)
    if document.city.synthetic:
        page.add_paragraph().add_run(SYNTHETIC[lang]).bold = True
    label = Text("数据时点 {day} · 运行编号 {run}", "As of {day} · run {run}")
    page.add_paragraph(one_line(label.format(day=document.as_of or NOTHING, run=document.run_id)[lang]))


def _table(
    page: Document, title: str, heads: Sequence[Text], rows: Sequence[Sequence[str]], lang: Lang
) -> None:
    if not rows:
        return
    page.add_heading(title, level=1)
    table = page.add_table(rows=1, cols=len(heads), style="Light Grid Accent 1")
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        cell.text = head[lang]
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = one_line(text)


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


def _methods(page: Document, document: ReportDocument, lang: Lang) -> None:
    page.add_heading(Text("方法与依据", "Methods and basis")[lang], level=1)
    for one in document.indicators.values():
        page.add_paragraph().add_run(one_line(one.title[lang])).bold = True
        for text in (one.formula, one.basis, *one.notes):
            page.add_paragraph(one_line(text[lang]), style="List Bullet")


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
