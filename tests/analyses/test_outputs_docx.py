"""The report in Word."""

from __future__ import annotations

import io
import struct
import time
import zipfile
import zlib

import pytest
from sample_reports import hostile_report, sample_report

from analyses.outputs.docx_report import docx_report
from analyses.outputs.report_json import document_of

docx = pytest.importorskip("docx")


def png(width=4, height=2) -> bytes:
    """A grey picture, made by hand."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\x00" + b"\x80" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def read(data: bytes):
    return docx.Document(io.BytesIO(data))


@pytest.mark.parametrize(("lang", "title"), [("zh", "方城"), ("en", "Square City")])
def test_the_report_has_verdicts_measures_findings_and_sources(lang, title):
    page = read(docx_report(document_of(sample_report()), lang, png()))
    assert title in page.paragraphs[0].text
    assert [len(table.rows) for table in page.tables] == [1 + 5, 1 + 1, 1 + 3, 1 + 2]
    missed = [cell.text for row in page.tables[0].rows for cell in row.cells if "-25.00" in cell.text]
    assert len(missed) == 1
    assert len(page.inline_shapes) == 1
    text = "\n".join(paragraph.text for paragraph in page.paragraphs)
    assert {"zh": "合成数据", "en": "Synthetic data"}[lang] in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_hostile_text_stays_text(lang):
    report = hostile_report()
    data = docx_report(document_of(report), lang)
    page = read(data)
    assert len(page.tables[0].rows) + len(page.tables[1].rows) == 2 + len(report.results)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        body = archive.read("word/document.xml")
    assert b"<w:hyperlink" not in body
    assert b"w:fldSimple" not in body


def test_the_bytes_are_the_same_at_another_time():
    document = document_of(sample_report())
    first = docx_report(document)
    time.sleep(2.1)
    assert docx_report(document) == first
