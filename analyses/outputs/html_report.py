"""A report as one static HTML page, ready to print: no script, nothing loaded from anywhere."""

from __future__ import annotations

import base64
from html import escape
from typing import TYPE_CHECKING

from analyses.outputs.escaping import one_line
from analyses.outputs.report_picture import media_type
from analyses.outputs.report_tables import result_tables, source_tables, subtitle_of, title_of
from analyses.outputs.table import SYNTHETIC
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analyses.outputs.document import ReportDocument
    from analyses.outputs.report_tables import Table
    from layers.text import Lang

_LANGUAGES = {"zh": "zh-CN", "en": "en"}
_STYLE = """
body { font: 11pt/1.45 "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", sans-serif;
  max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; break-after: avoid; }
table { border-collapse: collapse; width: 100%; font-size: 9.5pt; }
th, td { border: 1px solid #999; padding: .25rem .45rem; text-align: left; vertical-align: top;
  overflow-wrap: anywhere; }
thead { display: table-header-group; } th { background: #eee; } tr { break-inside: avoid; }
img { max-width: 100%; } .synthetic { border: 2px solid #a00; padding: .4rem .8rem; font-weight: bold; }
@media print { body { margin: 0; max-width: none; } @page { size: A4 landscape; margin: 15mm; } }
"""


def html_report(document: ReportDocument, lang: Lang = "zh", picture: bytes | None = None) -> str:
    """Give the text of the page.

    Parameters
    ----------
    document
        The report.
    lang
        Language of the page.
    picture
        The map as PNG or JPEG, where one was made; it is put into the page.

    Raises
    ------
    ConfigError
        The picture is neither PNG nor JPEG.
    """
    return "".join(f"{line}\n" for line in _lines(document, lang, picture))


def _lines(document: ReportDocument, lang: Lang, picture: bytes | None) -> Iterator[str]:
    title = _safe(title_of(document, lang))
    yield f'<!doctype html>\n<html lang="{_LANGUAGES[lang]}">\n<head>\n<meta charset="utf-8">'
    yield (
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">"
    )
    yield f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>"
    if document.city.synthetic:
        yield f'<p class="synthetic">{_safe(SYNTHETIC[lang])}</p>'
    yield f"<p>{_safe(subtitle_of(document, lang))}</p>"
    if picture is not None:
        data = base64.b64encode(picture).decode("ascii")
        yield f'<p><img alt="{Text("地图", "map")[lang]}" src="data:{media_type(picture)};base64,{data}"></p>'
    for table in result_tables(document, lang):
        yield from _table(table)
    yield from _methods(document, lang)
    for table in source_tables(document, lang):
        yield from _table(table)
    yield "</body>\n</html>"


def _table(table: Table) -> Iterator[str]:
    heads = "".join(f'<th scope="col">{_safe(head)}</th>' for head in table.heads)
    yield f"<h2>{_safe(table.title)}</h2>\n<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>"
    for row in table.rows:
        yield "<tr>" + "".join(f"<td>{_safe(cell)}</td>" for cell in row) + "</tr>"
    yield "</tbody>\n</table>"
    if table.note:
        yield f"<p>{_safe(table.note)}</p>"


def _methods(document: ReportDocument, lang: Lang) -> Iterator[str]:
    yield f"<h2>{Text('方法与依据', 'Methods and basis')[lang]}</h2>\n<dl>"
    for one in document.indicators.values():
        yield f"<dt>{_safe(one.title[lang])}</dt>"
        yield from (f"<dd>{_safe(text[lang])}</dd>" for text in (one.formula, one.basis, *one.notes))
    yield "</dl>"


def _safe(text: str) -> str:
    return escape(one_line(text))
