"""``results.xlsx``: the annual indicator table in both languages, with notes, findings and provenance."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

from analyses.outputs.archives import FIXED_DATE, without_times
from analyses.outputs.escaping import sheet_text
from analyses.outputs.figures import NOTHING, shown, shown_target, unit_name
from analyses.outputs.table import (
    BINDINGS,
    SEVERITIES,
    STATUSES,
    SYNTHETIC,
    SYSTEMS,
    Cell,
    by_system,
    system_name,
    system_of,
)
from analyses.quantities import Unit
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openpyxl.cell.cell import Cell as SheetCell
    from openpyxl.cell.cell import MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

    from analyses.outputs.document import ReportDocument, ResultPart
    from layers.text import Lang

_HEADER = PatternFill("solid", fgColor="FFE8EEF2")
_FILLS = {
    "MET": PatternFill("solid", fgColor="FFDDEFE0"),
    "MISSED": PatternFill("solid", fgColor="FFF8DCD6"),
    "NO_DATA": PatternFill("solid", fgColor="FFF7EFCF"),
}
_EDGE = Border(*(Side(style="thin", color="FFB8C2C9"),) * 4)
_TOP = Alignment(vertical="top", wrap_text=True)
_STATUS_COLUMN = 11
_BODY, _HEAD, _AMOUNT = "shanhai", "shanhai head", "shanhai amount"

_COLUMNS: tuple[tuple[Text, int], ...] = (
    (Text("序号", "No."), 6),
    (Text("系统", "System"), 18),
    (Text("指标", "Indicator"), 30),
    (Text("地区", "Area"), 14),
    (Text("现状值", "Value"), 14),
    (Text("单位", "Unit"), 12),
    (Text("分子", "Part"), 16),
    (Text("分母", "Whole"), 16),
    (Text("目标", "Target"), 16),
    (Text("目标年", "Year"), 8),
    (Text("判定", "Verdict"), 16),
    (Text("差距", "Gap"), 12),
    (Text("性质", "Kind"), 10),
    (Text("规划", "Plan"), 26),
    (Text("条款", "Clause"), 18),
    (Text("说明", "Reason"), 60),
)
_SHEETS = {
    "table": Text("指标表", "Indicators"),
    "notes": Text("说明", "Notes"),
    "findings": Text("数据问题", "Findings"),
    "provenance": Text("来源", "Provenance"),
}


def results_xlsx(document: ReportDocument) -> bytes:
    """Give the bytes of ``results.xlsx``: four sheets in Chinese, four in English.

    Text is always text, never a formula; the dates inside the file are fixed, so that the same report
    gives the same bytes.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    for style in _styles():
        book.add_named_style(style)
    for lang in ("zh", "en"):
        _table(book.create_sheet(_SHEETS["table"][lang]), document, lang)
        _notes(book.create_sheet(_SHEETS["notes"][lang]), document, lang)
        _findings(book.create_sheet(_SHEETS["findings"][lang]), document, lang)
        _provenance(book.create_sheet(_SHEETS["provenance"][lang]), document, lang)
    book.properties.creator = "Shanhai"
    book.properties.title = sheet_text(f"{document.city.name.zh} {document.city.name.en}")
    book.properties.identifier = document.run_id
    book.properties.created = book.properties.modified = FIXED_DATE
    return without_times(_saved(book))


class _MemoryWriter(ExcelWriter):
    """Writes a workbook without temporary files, which could fill a disk other than that of the results."""

    def write_worksheet(self, ws: Worksheet) -> None:
        content = io.BytesIO()
        writer = WorksheetWriter(ws, content)
        writer.write()
        ws._rels = writer._rels  # type: ignore[attr-defined]  # noqa: SLF001 - as the class above does
        self._archive.writestr(ws.path[1:], content.getvalue())  # type: ignore[attr-defined]
        self.manifest.append(ws)


def _saved(book: Workbook) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        _MemoryWriter(book, archive).save()
    return raw.getvalue()


def _styles() -> tuple[NamedStyle, ...]:
    """Make the looks of a cell once: to set font, border and alignment of each is slow."""
    amount = Alignment(vertical="top", horizontal="right")
    return (
        NamedStyle(_BODY, border=_EDGE, alignment=_TOP),
        NamedStyle(_HEAD, border=_EDGE, alignment=_TOP, font=Font(bold=True), fill=_HEADER),
        NamedStyle(_AMOUNT, border=_EDGE, alignment=amount, number_format="#,##0.00"),
        *(
            NamedStyle(_verdict_style(one), border=_EDGE, alignment=_TOP, fill=fill)
            for one, fill in _FILLS.items()
        ),
    )


def _verdict_style(status: str) -> str:
    return f"shanhai {status.lower()}"


def _put(cell: SheetCell | MergedCell, value: Cell, style: str = _BODY) -> None:
    cell.style = style
    if isinstance(value, str):
        cell.value = sheet_text(value)
        cell.data_type = "s"
        cell.quotePrefix = True
    else:
        cell.value = value


def _line(sheet: Worksheet, number: int, values: Iterable[Cell], *, head: bool = False) -> None:
    for column, value in enumerate(values, start=1):
        _put(sheet.cell(number, column), value, _HEAD if head else _BODY)


def _widths(sheet: Worksheet, widths: Sequence[int]) -> None:
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width


def _table(sheet: Worksheet, document: ReportDocument, lang: Lang) -> None:
    title = Text("{city}生态指标表", "{city}: table of ecological indicators").format(
        city=document.city.name[lang]
    )
    label = Text("数据时点 {day} · 运行编号 {run}", "As of {day} · run {run}").format(
        day=document.as_of or NOTHING, run=document.run_id
    )
    _put(sheet.cell(1, 1), title[lang])
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    _put(sheet.cell(2, 1), label[lang] + ("　" + SYNTHETIC[lang] if document.city.synthetic else ""))
    for row in (1, 2):
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(_COLUMNS))
    _line(sheet, 3, (column[lang] for column, _ in _COLUMNS), head=True)
    for number, result in enumerate(by_system(document), start=1):
        _line(sheet, number + 3, _cells(number, result, document, lang))
        _style(sheet, number + 3, result)
    _widths(sheet, [width for _, width in _COLUMNS])
    sheet.freeze_panes = "D4"
    sheet.auto_filter.ref = f"A3:{get_column_letter(len(_COLUMNS))}{max(len(document.results), 1) + 3}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    sheet.print_title_rows = "3:3"


def _cells(number: int, result: ResultPart, document: ReportDocument, lang: Lang) -> list[Cell]:
    target = result.target
    unit = result.unit or (target.unit if target else "")
    asked = shown_target(target.comparison, target.value, target.unit, lang) if target else ""
    return [
        number,
        SYSTEMS[system_of(result, document)][lang],
        (target.title if target else result.title)[lang],
        document.district_name(result.district, lang),
        result.value,
        unit_name(unit, lang),
        _with_unit(result.part, result.part_unit, lang),
        _with_unit(result.whole, result.whole_unit, lang),
        asked,
        target.year if target else None,
        STATUSES[result.status][lang],
        result.gap,
        BINDINGS[target.binding][lang] if target else "",
        target.plan if target else "",
        target.clause if target else "",
        result.reason[lang],
    ]


def _with_unit(number: float | None, unit: str | None, lang: Lang) -> Cell:
    return number if number is None or unit is None else shown(number, unit, lang)


def _style(sheet: Worksheet, row: int, result: ResultPart) -> None:
    unit = result.unit or Unit.INDEX
    number_format = {Unit.RATIO: "0.00%", Unit.COUNT: "#,##0", Unit.PERSONS: "#,##0"}.get(unit, "#,##0.00")
    for column in (5, 12):
        sheet.cell(row, column).number_format = number_format
    for column in (7, 8):
        _restyle(sheet.cell(row, column), _AMOUNT)
    if result.status in _FILLS:
        _restyle(sheet.cell(row, _STATUS_COLUMN), _verdict_style(result.status))


def _restyle(cell: SheetCell | MergedCell, style: str) -> None:
    quoted = (
        cell.quotePrefix
    )  # a style resets it, and without it text that looks like a formula may become one
    cell.style = style
    cell.quotePrefix = quoted


def _notes(sheet: Worksheet, document: ReportDocument, lang: Lang) -> None:
    heads = (Text("指标", "Indicator"), Text("项目", "Item"), Text("内容", "Content"))
    _line(sheet, 1, (head[lang] for head in heads), head=True)
    row = 1
    for name, indicator in document.indicators.items():
        items = [
            (Text("公式", "formula"), indicator.formula[lang]),
            (Text("依据", "basis"), indicator.basis[lang]),
            *((Text("注意", "note"), note[lang]) for note in indicator.notes),
            *_parameters(name, document, lang),
        ]
        for item, content in items:
            row += 1
            _line(sheet, row, (indicator.title[lang], item[lang], content))
    _widths(sheet, (34, 14, 110))
    sheet.freeze_panes = "A2"


def _parameters(name: str, document: ReportDocument, lang: Lang) -> Iterable[tuple[Text, str]]:
    result = next((one for one in document.results if one.indicator == name), None)
    for key, one in (result.parameters if result else {}).items():
        about = [text[lang] for text in (one.about, one.doubt) if text]
        said = "; ".join([*about, one.source] if one.source else about)
        yield (
            Text("参数", "parameter"),
            f"{key} = {one.value} {one.unit}".rstrip() + (f" — {said}" if said else ""),
        )


def _findings(sheet: Worksheet, document: ReportDocument, lang: Lang) -> None:
    heads = (
        Text("级别", "Severity"),
        Text("规则", "Rule"),
        Text("图层", "Layer"),
        Text("要素", "Feature"),
        Text("说明", "Message"),
        Text("经度", "Longitude"),
        Text("纬度", "Latitude"),
        Text("修复前面积 (m²)", "Area before (m²)"),
        Text("修复后面积 (m²)", "Area after (m²)"),
    )
    _line(sheet, 1, (head[lang] for head in heads), head=True)
    for row, one in enumerate(document.findings, start=2):
        place = one.place or (None, None)
        cells = (SEVERITIES[one.severity][lang], one.code, one.layer, one.feature, one.message[lang])
        _line(sheet, row, (*cells, *place, one.area_before_m2, one.area_after_m2))
    _widths(sheet, (10, 26, 18, 18, 80, 14, 14, 18, 18))
    sheet.freeze_panes = "A2"


def _provenance(sheet: Worksheet, document: ReportDocument, lang: Lang) -> None:
    heads = (
        Text("类别", "Kind"),
        Text("名称", "Name"),
        Text("内容", "Content"),
        Text("SHA-256", "SHA-256"),
        Text("字节", "Bytes"),
        Text("坐标系", "CRS"),
        Text("署名", "Attribution"),
    )
    _line(sheet, 1, (head[lang] for head in heads), head=True)
    for row, cells in enumerate(_provenance_rows(document, lang), start=2):
        _line(sheet, row, cells)
    _widths(sheet, (14, 24, 50, 68, 14, 30, 50))
    sheet.freeze_panes = "A2"


def _provenance_rows(document: ReportDocument, lang: Lang) -> Iterable[tuple[Cell, ...]]:
    source = document.provenance
    yield Text("运行", "run")[lang], "run_id", document.run_id
    yield Text("配置", "configuration")[lang], "city.toml", "", source.config_sha256
    for name, one in source.inputs.items():
        path = f"{one.path} | {one.layer}" if one.layer else one.path
        kind = Text("输入", "input")[lang]
        yield kind, name, path, one.sha256, one.size_bytes, system_name(one.crs, one.datum), one.attribution
    for plan in source.plans:
        yield Text("规划", "plan")[lang], plan
    for name, value in source.parameters.items():
        yield Text("参数", "parameter")[lang], name, str(value)
    for name, version in source.software.items():
        yield Text("软件", "software")[lang], name, version
