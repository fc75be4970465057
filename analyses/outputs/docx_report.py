"""A report in Word, ready to be an appendix: verdicts, measures, the map picture, findings, sources."""

from __future__ import annotations

import importlib.util
import io
import struct
from typing import TYPE_CHECKING

from analyses.outputs.archives import FIXED_DATE, without_times
from analyses.outputs.escaping import one_line
from analyses.outputs.report_picture import media_type, no_picture
from analyses.outputs.report_tables import Table, result_tables, source_tables, subtitle_of, title_of
from analyses.outputs.table import SYNTHETIC
from layers.errors import ConfigError
from layers.text import Text

if TYPE_CHECKING:
    from docx.document import Document

    from analyses.outputs.document import ReportDocument
    from layers.text import Lang

_A4_LONG_MM = 297
_A4_SHORT_MM = 210
_MARGIN_MM = 20
_FONTS = {"zh": "宋体", "en": "Times New Roman"}


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
        The package for Word documents is not installed, or the picture is none.
    """
    page = _blank(lang)
    page.core_properties.author = "Shanhai"
    page.core_properties.title = one_line(document.city.name[lang])
    page.core_properties.created = page.core_properties.modified = FIXED_DATE
    _heading(page, document, lang)
    if picture is not None:
        _picture(page, picture)
    for table in result_tables(document, lang):
        _table(page, table)
    _methods(page, document, lang)
    for table in source_tables(document, lang):
        _table(page, table)
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
    from docx.enum.section import WD_ORIENT  # noqa: PLC0415 - an extra
    from docx.oxml.ns import qn  # noqa: PLC0415 - an extra
    from docx.shared import Mm  # noqa: PLC0415 - an extra

    page = docx.Document()
    style = page.styles["Normal"]
    style.font.name = _FONTS[lang]
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONTS["zh"])
    section = page.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(_A4_LONG_MM), Mm(_A4_SHORT_MM)
    section.left_margin = section.right_margin = Mm(_MARGIN_MM)
    section.top_margin = section.bottom_margin = Mm(_MARGIN_MM)
    return page


def _page_width(page: Document) -> int:
    section = page.sections[0]
    return (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)


def _heading(page: Document, document: ReportDocument, lang: Lang) -> None:
    page.add_heading(one_line(title_of(document, lang)), level=0)
    if document.city.synthetic:
        page.add_paragraph().add_run(SYNTHETIC[lang]).bold = True
    page.add_paragraph(one_line(subtitle_of(document, lang)))


def _picture(page: Document, picture: bytes) -> None:
    from docx.image.exceptions import (  # noqa: PLC0415 - an extra
        InvalidImageStreamError,
        UnexpectedEndOfFileError,
        UnrecognizedImageError,
    )

    media_type(picture)
    try:
        page.add_picture(io.BytesIO(picture), width=_page_width(page))
    except (InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError, struct.error) as error:
        raise no_picture() from error


def _table(page: Document, table: Table) -> None:
    page.add_heading(table.title, level=1)
    grid = page.add_table(rows=1, cols=len(table.heads), style="Light Grid Accent 1")
    for cell, head in zip(grid.rows[0].cells, table.heads, strict=True):
        cell.text = head
    for row in table.rows:
        for cell, text in zip(grid.add_row().cells, row, strict=True):
            cell.text = one_line(text)
    if table.note:
        page.add_paragraph(table.note)


def _methods(page: Document, document: ReportDocument, lang: Lang) -> None:
    page.add_heading(Text("方法与依据", "Methods and basis")[lang], level=1)
    for one in document.indicators.values():
        page.add_paragraph().add_run(one_line(one.title[lang])).bold = True
        for text in (one.formula, one.basis, *one.notes):
            page.add_paragraph(one_line(text[lang]), style="List Bullet")
