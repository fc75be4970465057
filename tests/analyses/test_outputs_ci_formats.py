"""junit.xml, findings.sarif and summary.md."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest
from markdown_it import MarkdownIt
from sample_reports import HOSTILE, hostile_report, sample_report

from analyses.outputs.escaping import workflow_property, workflow_text
from analyses.outputs.findings_sarif import findings_sarif
from analyses.outputs.junit_xml import junit_xml
from analyses.outputs.report_json import document_of
from analyses.outputs.summary_md import MOST_FINDINGS, summary_md

LANGS = ("zh", "en")


def junit(report, lang="en") -> ET.Element:
    return ET.fromstring(junit_xml(document_of(report), lang))  # noqa: S314 - our own text


def test_junit_has_one_case_per_indicator_district_and_target():
    root = junit(sample_report())
    counts = {name: root.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "6", "failures": "1", "errors": "0", "skipped": "2"}
    assert len(root.findall(".//testcase")) == 6
    assert sum(int(suite.get("tests")) for suite in root) == 6
    assert [suite.get("name") for suite in root] == [
        "shanhai.red_line", "shanhai.parks", "shanhai.sponge", "shanhai.declared",
    ]  # fmt: skip


def test_junit_failure_says_value_target_and_gap():
    (failure,) = junit(sample_report()).findall(".//failure")
    assert failure.get("message") == "50.00 %; ≥ 75.00 %; -25.00 points"
    assert failure.text == "the reason"


def test_junit_skips_say_why():
    messages = {one.get("message") for one in junit(sample_report()).findall(".//skipped")}
    assert messages == {"NO_DATA: no drainage units", "NO_TARGET: the reason"}


@pytest.mark.parametrize("lang", LANGS)
def test_junit_stays_well_formed_with_hostile_text(lang):
    report = hostile_report()
    root = junit(report, lang)
    assert len(root.findall(".//testcase")) == len(report.results)
    assert {element.tag for element in root.iter()} <= {
        "testsuites", "testsuite", "properties", "property", "testcase", "failure", "skipped", "system-out",
    }  # fmt: skip


def sarif(report, lang="en") -> dict:
    log = json.loads(findings_sarif(document_of(report), lang))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    return run


def test_sarif_result_says_rule_layer_feature_and_place():
    run = sarif(sample_report())
    repaired, note = run["results"]
    assert (repaired["ruleId"], repaired["level"], note["level"]) == ("geometry.invalid", "warning", "note")
    (location,) = repaired["locations"]
    assert location["logicalLocations"] == [{"name": "7", "fullyQualifiedName": "parks/7", "kind": "feature"}]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "layers/parks.gpkg"
    assert repaired["properties"] == {
        "longitude": 114.05, "latitude": 22.54, "area_before_m2": 100.0, "area_after_m2": 99.5,
    }  # fmt: skip
    rules = run["tool"]["driver"]["rules"]
    assert rules[repaired["ruleIndex"]]["id"] == "geometry.invalid"
    assert rules[repaired["ruleIndex"]]["help"]["text"]


def test_sarif_keeps_what_concerns_no_layer_as_a_notification():
    (notification,) = sarif(sample_report())["invocations"][0]["toolConfigurationNotifications"]
    assert notification["level"] == "error"
    assert notification["associatedRule"]["id"] == "config.unknown"


@pytest.mark.parametrize("lang", LANGS)
def test_sarif_loses_no_finding_and_opens_no_link(lang):
    report = hostile_report()
    run = sarif(report, lang)
    kept = len(run["results"]) + len(run["invocations"][0]["toolConfigurationNotifications"])
    assert kept == len(report.findings)
    for result in run["results"]:
        assert result["ruleId"] == run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"]
        text = result["message"]["text"].replace("\\\\", "")
        assert "[" not in text.replace("\\[", "")
        assert "\n" not in text


def test_sarif_fingerprints_tell_findings_apart():
    run = sarif(sample_report())
    prints = {result["partialFingerprints"]["finding/v1"] for result in run["results"]}
    assert len(prints) == len(run["results"])


def html(text: str) -> str:
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)


@pytest.mark.parametrize("lang", LANGS)
def test_summary_shows_every_result_and_the_label_of_made_up_data(lang):
    page = html(summary_md(document_of(sample_report()), lang))
    assert page.count("<tr>") == 2 + 6
    assert {"zh": "合成数据", "en": "Synthetic data"}[lang] in page
    assert {"zh": "未达标", "en": "missed"}[lang] in page
    assert "-25.00" in page


@pytest.mark.parametrize("lang", LANGS)
def test_summary_lets_no_text_become_markup(lang):
    report = hostile_report()
    text = summary_md(document_of(report), lang)
    page = html(text)
    assert page.count("<tr>") == 2 + len(report.results)
    assert page.count("<td>") == 10 * len(report.results)
    for tag in ("<script", "<a ", "<img", "<em>", "<code", "<s>", "<h3", "<i>"):
        assert tag not in page
    assert page.count("<h1>") == 1
    assert "@everyone" not in page
    assert f"{len(report.findings) - MOST_FINDINGS} " in text.splitlines()[-1]


@pytest.mark.parametrize("text", HOSTILE)
def test_workflow_commands_stay_on_one_line(text):
    assert not set("\r\n") & set(workflow_text(text))
    assert not set("\r\n:,") & set(workflow_property(text))
