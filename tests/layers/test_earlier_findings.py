"""Findings of an import come back with the study."""

from __future__ import annotations

import json

import pytest

from layers.earlier_findings import earlier_findings
from layers.errors import DataError
from layers.findings import Finding, Severity
from layers.osm.writing import write_findings
from layers.text import Text

NOTE = Finding(
    Severity.WARNING,
    "osm.area_broken",
    Text("环 r7 不闭合", "ring r7 is open"),
    layer="parks",
    feature="r7",
    place=(114.05, 22.5),
)


def test_what_an_import_wrote_is_read_back(tmp_path):
    others = Finding(Severity.INFO, "osm.date_unknown", Text("无日期", "no date"))
    write_findings(tmp_path / "findings.json", [NOTE, others])
    found, sources = earlier_findings("findings.json", tmp_path)
    assert found == [NOTE, others]
    assert sources["findings"].path == "findings.json"
    assert sources["findings"].size_bytes == (tmp_path / "findings.json").stat().st_size


def test_a_city_without_the_key_has_none(tmp_path):
    assert earlier_findings(None, tmp_path) == ([], {})


def _row(**changed):
    row = {"code": "osm.gardens", "severity": "info", "message": {"zh": "花园", "en": "gardens"}}
    return json.dumps([row | changed])


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("", "JSON"),
        ("{}", "JSON"),
        (_row(severity="fatal"), "severity"),
        (_row(code="<script>"), "code"),
        (_row(layer="moon"), "layer"),
        (_row(place=[500, 0]), "place"),
        (_row(message={"zh": "缺英文"}), "message.en"),
    ],
)
def test_a_file_that_is_no_list_of_findings_is_refused(tmp_path, content, named):
    (tmp_path / "findings.json").write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=r"findings\.json") as caught:
        earlier_findings("findings.json", tmp_path)
    assert named in caught.value.message.en
    assert "take findings out of city.toml" in caught.value.message.en


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"gone\.json cannot be read"):
        earlier_findings("gone.json", tmp_path)
