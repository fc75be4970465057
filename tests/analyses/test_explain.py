"""The way from inputs to a number, and the formats a check answers in."""

from __future__ import annotations

import json

import pytest
from sample_reports import hostile_report, sample_report

from analyses.explain import explain
from analyses.outputs.formats import render
from analyses.outputs.report_json import document_of
from layers.errors import ConfigError

WALK = "park_walk_coverage"


def test_every_step_is_told():
    text = explain(document_of(sample_report()), WALK, "E", "en")
    for part in (
        "Square City · East",
        "formula: part / whole",
        "basis: some standard, clause 1",
        "note: entrances inferred",
        "layers/parks.gpkg parks",
        "2 features",
        "access_m = 100 m — access; not verified; S",
        "4000000.0 m2 / 8000000.0 m2 = 0.5 (50.00 %)",
        "400 m: 6000000.0 m2 / 8000000.0 m2 = 0.75",
        "missed: target ≥ 75.00 % (plan-2025, 2.1, 2025, binding); -25.00 points",
        "geometry.invalid parks/7: feature 7 repaired (100.0 → 99.5 m²)",
    ):
        assert part in text, part
    assert document_of(sample_report()).provenance.inputs["parks"].sha256 in text


def test_stand_ins_are_named():
    assert "stand-in" in explain(document_of(sample_report()), "red_line_area", lang="en")
    assert "替代图层" in explain(document_of(sample_report()), "red_line_area")


def test_what_could_not_be_measured_and_what_was_declared_are_told():
    document = document_of(sample_report())
    assert "drainage_units: not given" in explain(document, "sponge_area_share", lang="en")
    assert "a declared value" in explain(document, "air_quality_days", lang="en")


def test_an_unknown_indicator_is_refused():
    with pytest.raises(ConfigError, match="park_walk_coverage"):
        explain(document_of(sample_report()), "park_walk")


@pytest.mark.parametrize("indicator", [WALK, "red_line_area", "sponge_area_share", "air_quality_days"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_hostile_text_cannot_steer_a_terminal(indicator, lang):
    text = explain(document_of(hostile_report()), indicator, lang=lang)
    assert not set(map(chr, (*range(9), *range(11, 32), 127))) & set(text)


@pytest.mark.parametrize("form", ["text", "json", "junit", "sarif", "markdown", "github"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_format_is_given_and_ends_its_line(form, lang):
    for report in (sample_report(), hostile_report()):
        text = render(document_of(report), form, lang)
        assert text.endswith("\n")
        text.encode("utf-8")
        assert "\x1b" not in text.replace("\\u001b", "")


def test_text_shows_the_verdicts_in_columns():
    lines = render(document_of(sample_report()), "text", "zh").splitlines()
    assert len(lines) == 1 + 6
    assert any(line.startswith("未达标") and "东区" in line and "50.00 %" in line for line in lines)


def test_github_marks_what_was_missed_and_what_is_wrong():
    lines = render(document_of(sample_report()), "github", "en").splitlines()
    assert lines == [
        "::error title=target · East::missed: 50.00 %25; ≥ 75.00 %25; -25.00 points. the reason",
        "::warning title=target · Whole city::not judged: no data: –; ≥ 40.00 %25; –. no drainage units",
        "::error title=config.unknown::a fault of the configuration",
        "::warning file=layers/parks.gpkg,title=geometry.invalid::parks/7: feature 7 repaired",
        "::notice file=layers/parks.gpkg,title=layer.note::parks: a note",
    ]


def test_json_is_the_report():
    assert json.loads(render(document_of(sample_report()), "json"))["schema_version"] == 1
