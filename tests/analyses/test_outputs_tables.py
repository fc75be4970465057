"""results.csv and results.xlsx: both languages, no formulas, fixed bytes."""

from __future__ import annotations

import csv
import io
import time
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_reports import HOSTILE, hostile_report, sample_report

from analyses.outputs.escaping import csv_text, sheet_text, xml_text
from analyses.outputs.report_json import document_of
from analyses.outputs.results_csv import results_csv
from analyses.outputs.results_xlsx import results_xlsx
from layers.text import visible


def read_csv(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def book(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def test_csv_has_a_row_per_result_and_per_value_beside():
    rows = read_csv(results_csv(document_of(sample_report())))
    assert len(rows) == 6 + 2 * 3
    east = next(row for row in rows if row["district"] == "E" and not row["variant"])
    assert float(east["value"]) == 0.5
    assert (east["district_zh"], east["district_en"], east["status_zh"]) == ("东区", "East", "未达标")
    assert (east["comparison"], east["target_value"], east["gap"]) == ("≥", "0.75", "-0.25")
    beside = [row for row in rows if row["variant"] == "walk_400"]
    assert sorted((row["district"], float(row["value"])) for row in beside) == [
        ("", 0.875),
        ("E", 0.75),
        ("W", 1.0),
    ]
    assert all(not row["status"] for row in beside)


def test_csv_text_never_starts_a_formula():
    for row in read_csv(results_csv(document_of(hostile_report()))):
        for name, cell in row.items():
            if name == "gap" or not cell:
                continue
            assert cell.lstrip(" ")[:1] not in set("=+-@\t\r\n＝＋－＠"), (name, cell[:40])


@given(st.text())
def test_csv_text_keeps_the_text_and_defuses_it(text):
    cell = csv_text(text)
    assert cell.removeprefix("'") in {xml_text(text), xml_text(text).removeprefix("'")}
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


def test_workbook_has_both_languages():
    sheets = book(results_xlsx(document_of(sample_report()))).sheetnames
    assert sheets == [
        "指标表", "说明", "数据问题", "来源", "Indicators", "Notes", "Findings", "Provenance",
    ]  # fmt: skip


def test_workbook_table_reads_like_an_annual_table():
    sheet = book(results_xlsx(document_of(sample_report())))["指标表"]
    assert sheet["A1"].value == "方城生态指标表"
    assert "合成" in sheet["A2"].value
    heads = [cell.value for cell in sheet[3]]
    rows = [dict(zip(heads, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=4)]
    east = next(row for row in rows if row["地区"] == "东区")
    assert (east["系统"], east["现状值"], east["判定"], east["目标"]) == ("公园", 0.5, "未达标", "≥ 75.00 %")
    assert (east["分子"], east["分母"]) == ("4,000,000 m²", "8,000,000 m²")
    assert rows[-1]["系统"] == "填报指标"
    value = next(row for row in sheet.iter_rows(min_row=4) if row[3].value == "东区")[4]
    assert value.number_format == "0.00%"


def test_workbook_notes_and_provenance():
    sheets = book(results_xlsx(document_of(sample_report())))
    notes = {tuple(cell.value for cell in row) for row in sheets["Notes"].iter_rows(min_row=2)}
    assert ("indicator park_walk_coverage", "note", "entrances inferred") in notes
    assert (
        "indicator park_walk_coverage",
        "parameter",
        "access_m = 100 m — access; not verified; S",
    ) in notes
    provenance = {row[1].value: row[3].value for row in sheets["Provenance"].iter_rows(min_row=2)}
    assert provenance["city.toml"] == "c" * 64
    findings = [row[1].value for row in sheets["Findings"].iter_rows(min_row=2)]
    assert findings == ["config.unknown", "geometry.invalid", "layer.note"]


def test_workbook_holds_no_formula_and_no_link():
    data = results_xlsx(document_of(hostile_report()))
    for sheet in book(data):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", cell.coordinate
                assert cell.hyperlink is None
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert not [name for name in archive.namelist() if b"<f>" in archive.read(name)]


@pytest.mark.parametrize("text", HOSTILE)
def test_sheet_text_is_kept_but_for_what_a_cell_cannot_hold(text):
    kept = sheet_text(text)
    assert len(kept) <= 32_767
    assert kept == visible(xml_text(text)) or kept.endswith("…[cut]")
    assert "\u202e" not in kept
    assert "\x00" not in kept


def test_tables_have_the_same_bytes_at_another_time(monkeypatch):
    document = document_of(sample_report())
    first = results_xlsx(document), results_csv(document)
    time.sleep(2.1)  # a zip archive keeps times of two seconds
    assert (results_xlsx(document), results_csv(document)) == first
