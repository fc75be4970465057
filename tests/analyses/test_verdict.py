"""The exit code, as a table of truth."""

from __future__ import annotations

import itertools

import pytest
from sample_reports import sample_report, target

from analyses.outputs.report_json import document_of
from analyses.report import Result, Status
from analyses.verdict import exit_code, strict_code
from layers.findings import Finding, Severity
from layers.text import Text

WANTED = target("t", "i")


def result(status: Status, wanted=WANTED) -> Result:
    return Result("i", Text("i", "i"), None, None, status, Text("", ""), wanted)


@pytest.mark.parametrize(
    ("statuses", "code", "code_allowing"),
    [
        ("", 0, 0),
        ("MET", 0, 0),
        ("MISSED", 1, 1),
        ("NO_DATA", 3, 0),
        ("NO_TARGET", 0, 0),
        ("MET MISSED", 1, 1),
        ("MET NO_DATA", 3, 0),
        ("MET NO_TARGET", 0, 0),
        ("MISSED NO_DATA", 3, 1),
        ("MISSED NO_TARGET", 1, 1),
        ("NO_DATA NO_TARGET", 3, 0),
        ("MET MISSED NO_DATA NO_TARGET", 3, 1),
    ],
)
def test_the_largest_code_that_holds_is_given(statuses, code, code_allowing):
    for order in itertools.permutations(map(Status, statuses.split())):
        results = [result(status) for status in order]
        assert exit_code(results) == code
        assert exit_code(results, allow_missing=True) == code_allowing


def test_a_measure_without_data_and_without_target_changes_nothing():
    assert exit_code([result(Status.NO_DATA, None)]) == 0
    assert exit_code([result(Status.NO_TARGET, None), result(Status.MET)]) == 0


def test_a_report_and_its_document_have_the_same_code():
    report = sample_report()
    assert exit_code(report.results) == exit_code(document_of(report).results) == 3
    assert exit_code(report.results, allow_missing=True) == 1


@pytest.mark.parametrize(
    ("severities", "expected"),
    [("", 1), ("info", 1), ("info warning", 3), ("error", 3), ("warning error", 3)],
)
def test_a_strict_check_fails_on_warnings(severities, expected):
    findings = [Finding(Severity(one), "c", Text("", "")) for one in severities.split()]
    assert strict_code(1, findings) == expected
    assert strict_code(3, findings) == 3


def test_a_strict_check_reads_findings_of_a_document():
    assert strict_code(0, document_of(sample_report()).findings) == 3
