"""report.json and run.json against their published schemas."""

from __future__ import annotations

import copy
import json
import math
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_reports import city, hostile_report, sample_report

from analyses.outputs.document import ReportDocument, read_report
from analyses.outputs.figures import stable
from analyses.outputs.report_json import document_json, document_of, report_document, report_json
from analyses.outputs.run_document import RunDocument, read_run, run_document
from analyses.outputs.schema import DIALECT, DOCUMENTS, schema_text, shipped_schema
from analyses.provenance import StageClock
from analyses.report import Status
from layers.errors import ConfigError

ROOT = Path(__file__).resolve().parents[2]
STORED = Path(__file__).with_name("stored")


def validator(name: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(shipped_schema(name))


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_published_and_shipped_schemas_are_the_ones_the_types_give(name):
    expected = schema_text(name)
    assert (ROOT / "docs" / "schema" / f"{name}.json").read_text(encoding="utf-8") == expected
    assert shipped_schema(name) == json.loads(expected)
    assert shipped_schema(name)["$schema"] == DIALECT
    jsonschema.Draft202012Validator.check_schema(shipped_schema(name))


@pytest.mark.parametrize("make", [sample_report, hostile_report])
def test_report_json_is_valid_and_reads_back_the_same(make):
    text = report_json(make())
    validator("report-1").validate(json.loads(text))
    assert document_json(read_report(text)) == text


def test_top_level_and_result_carry_the_names_the_format_promises():
    document = report_document(sample_report())
    top = {"schema_version", "city", "as_of", "run_id", "results", "indicators", "findings", "provenance"}
    assert set(document) == top
    assert set(document["city"]) == {
        "id", "name", "crs", "synthetic", "residents", "area_m2", "land_area_m2", "districts",
    }  # fmt: skip
    result = {
        "indicator", "title", "district", "value", "part", "whole", "unit", "part_unit", "whole_unit",
        "status", "target", "reason", "gap", "parameters", "proxy_layers", "declared", "beside",
    }  # fmt: skip
    assert all(set(one) == result for one in document["results"])
    target = {
        "id", "plan", "comparison", "value", "unit", "year", "geography", "binding", "clause", "source",
        "title", "note",
    }  # fmt: skip
    assert set(document["results"][1]["target"]) == target


def test_numbers_come_from_the_measure():
    document = report_document(sample_report())
    east = next(one for one in document["results"] if one["district"] == "E")
    assert (east["value"], east["part"], east["whole"], east["unit"]) == (0.5, 4e6, 8e6, "ratio")
    assert (east["status"], east["gap"], east["target"]["value"]) == ("MISSED", -0.25, 0.75)
    walk_400, weighted = east["beside"]
    assert (walk_400["id"], walk_400["value"], walk_400["part"]) == ("walk_400", 0.75, 6e6)
    assert (weighted["value"], weighted["reason"]) == (None, {"zh": "缺人口", "en": "no residents"})
    east_part, west_part = document["city"]["districts"]
    assert (east_part["id"], east_part["name"], east_part["residents"]) == (
        "E",
        {"zh": "东区", "en": "East"},
        30_000.0,
    )
    assert west_part["area_m2"] == pytest.approx(8e6, rel=1e-6)
    assert document["city"]["land_area_m2"] == pytest.approx(16e6, rel=1e-6)
    assert document["provenance"]["layers"]["red_line"] == {
        "input": "red_line", "features": 1, "as_of": "2025-12-31", "proxy": True,
    }  # fmt: skip


def test_order_of_results_and_findings_does_not_matter():
    report = sample_report()
    turned = copy.copy(report)
    object.__setattr__(turned, "results", report.results[::-1])
    object.__setattr__(turned, "findings", report.findings[::-1])
    assert report_json(turned) == report_json(report)


@pytest.mark.parametrize("path", sorted(STORED.glob("report-*.json")), ids=lambda path: path.name)
def test_a_report_of_an_earlier_day_is_still_read(path):
    text = path.read_text(encoding="utf-8")
    validator("report-1").validate(json.loads(text))
    assert read_report(text).results


@pytest.mark.parametrize("path", sorted(STORED.glob("run-*.json")), ids=lambda path: path.name)
def test_an_account_of_an_earlier_day_is_still_read(path):
    text = path.read_text(encoding="utf-8")
    validator("run-1").validate(json.loads(text))
    assert read_run(text).outputs


def _break_status(document):
    document["results"][0]["status"] = "PASSED"


def _break_target(document):
    met = next(one for one in document["results"] if one["status"] == "MET")
    met["target"] = None


def _break_value(document):
    met = next(one for one in document["results"] if one["status"] == "MISSED")
    met["value"] = None


def _add_key(document):
    document["results"][0]["remark"] = "x"


def _drop_key(document):
    del document["run_id"]


def _wrong_type(document):
    document["results"][0]["part"] = "12"


def _wrong_version(document):
    document["schema_version"] = 2


def _wrong_hash(document):
    document["provenance"]["inputs"]["parks"]["sha256"] = "abc"


@pytest.mark.parametrize(
    "spoil",
    [
        _break_status,
        _break_target,
        _break_value,
        _add_key,
        _drop_key,
        _wrong_type,
        _wrong_version,
        _wrong_hash,
    ],
)
def test_a_broken_report_is_refused_by_schema_and_reader(spoil):
    document = report_document(sample_report())
    validator("report-1").validate(document)
    spoil(document)
    with pytest.raises(jsonschema.ValidationError):
        validator("report-1").validate(document)
    with pytest.raises(ConfigError, match=r"old\.json does not follow the published schema"):
        read_report(json.dumps(document), "old.json")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "\ud800", b"\xff\xfe", '{"schema_version": NaN}'])
def test_what_is_no_report_is_refused_in_one_sentence(text):
    with pytest.raises(ConfigError) as caught:
        read_report(text)
    assert caught.value.exit_code == 2
    assert "report.json" in caught.value.message.zh
    assert "\n" not in caught.value.message.en


def test_run_json_is_valid_and_lists_every_output(tmp_path):
    (tmp_path / "a.txt").write_text("abc")
    clock = StageClock(command=("shanhai", "run"))
    with clock.stage("read"):
        pass
    run = run_document(document_of(sample_report()), tmp_path, clock)
    validator("run-1").validate(run.model_dump(mode="json"))
    assert read_run(document_json(run)) == run
    # the SHA-256 of "abc" as FIPS 180-2 gives it
    assert run.outputs["a.txt"].sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert run.outputs["a.txt"].size_bytes == 3
    assert run.findings.model_dump() == {"error": 1, "warning": 1, "info": 1}
    assert run.verdicts == {"MET": 3, "MISSED": 1, "NO_DATA": 1, "NO_TARGET": 1}
    assert [stage.name for stage in run.stages] == ["read"]


def test_broken_run_json_is_refused(tmp_path):
    run = run_document(document_of(sample_report()), tmp_path, StageClock()).model_dump(mode="json")
    run["started"] = "yesterday"
    with pytest.raises(jsonschema.ValidationError):
        validator("run-1").validate(run)
    with pytest.raises(ConfigError):
        read_run(json.dumps(run))


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_stable_numbers_stay_close_and_stay_put(number):
    kept = stable(number)
    if not math.isfinite(number):
        assert kept is None
        return
    assert stable(kept) == kept
    assert math.isclose(kept, number, rel_tol=5.1e-12, abs_tol=1e-300)


@given(st.lists(st.floats(min_value=1, max_value=1e9), min_size=2, max_size=200))
def test_most_sums_in_another_order_are_the_same_number(numbers):
    there, back = stable(sum(numbers)), stable(sum(reversed(numbers)))
    assert math.isclose(there, back, rel_tol=1.1e-11)


def test_not_a_number_and_infinity_never_reach_the_file():
    report = sample_report(city(residents=math.inf))
    text = report_json(report)
    assert json.loads(text, parse_constant=pytest.fail)["city"]["residents"] is None


def test_status_enumeration_is_the_one_of_the_schema():
    assert set(shipped_schema("report-1")["$defs"]["Status"]["enum"]) == {status.value for status in Status}
    assert ReportDocument.model_fields.keys() == shipped_schema("report-1")["properties"].keys()
    assert RunDocument.model_fields.keys() == shipped_schema("run-1")["properties"].keys()
