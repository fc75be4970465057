"""``results.csv``: every result in one flat table, for spreadsheets and scripts."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from analyses.outputs.escaping import csv_text
from analyses.outputs.table import Cell, rows

if TYPE_CHECKING:
    from analyses.outputs.document import ReportDocument

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def results_csv(document: ReportDocument) -> bytes:
    """Give the bytes of ``results.csv``; text that a spreadsheet would take for a formula is defused."""
    text = io.StringIO(newline="")
    writer: csv.DictWriter[str] | None = None
    for row in rows(document):
        if writer is None:
            writer = csv.DictWriter(text, list(row), lineterminator="\r\n")
            writer.writeheader()
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return BYTE_ORDER_MARK + text.getvalue().encode("utf-8")


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return csv_text(value)
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value)
