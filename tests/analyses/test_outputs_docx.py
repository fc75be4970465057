"""The report in Word."""

from __future__ import annotations

import io
import time
import zipfile

import pytest
from pictures import png
from sample_reports import hostile_report, sample_report

from analyses.outputs.docx_report import docx_report
from analyses.outputs.report_json import document_of

docx = pytest.importorskip("docx")
WD_ORIENT = pytest.importorskip("docx.enum.section").WD_ORIENT


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


def test_the_page_is_a4_on_its_side_with_margins_of_two_centimetres():
    page = read(docx_report(document_of(sample_report()), "zh", png()))
    (section,) = page.sections
    assert section.orientation == WD_ORIENT.LANDSCAPE
    assert (round(section.page_width.mm, 1), round(section.page_height.mm, 1)) == (297, 210)
    margins = (section.left_margin, section.right_margin, section.top_margin, section.bottom_margin)
    assert [round(one.mm, 1) for one in margins] == [20] * 4
    assert round(page.inline_shapes[0].width.mm) == 297 - 40
    for table in page.tables:
        assert sum(column.width for column in table.columns) <= section.page_width - 2 * section.left_margin
