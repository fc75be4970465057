from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest
from command_line import shanhai, shanhai_process
from shapely import Polygon
from square_city import frame, square
from square_files import MET, MISSED, UNJUDGED, WALK, write_targets, written

# exit code by what the targets come to, plain and with --allow-missing
TRUTHS = [
    ((), 0, 0),
    ((MET,), 0, 0),
    ((MISSED,), 1, 1),
    ((UNJUDGED,), 3, 0),
    ((MET, MISSED), 1, 1),
    ((MET, UNJUDGED), 3, 0),
    ((MISSED, UNJUDGED), 3, 1),
    ((MET, MISSED, UNJUDGED), 3, 1),
]


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A run with each set of targets; its report is what most checks look at."""

    def run(*targets, binding="none", geography="square", parks=None):
        key = (targets, binding, geography, parks)
        if key not in made:
            folder = tmp_path_factory.mktemp("city")
            city = written(folder, *targets, binding=binding, geography=geography)
            if parks is not None:
                city.write("parks", frame([square(800, 900, parks)], BSM=["p1"], YDDM=["1401"]))
            ended = shanhai("run", city.toml(), "--only", "red_line_share", "--only", "bidao_length",
                                    "--only", "park_area_per_capita")  # fmt: skip
            assert "Traceback" not in ended.err
            made[key] = folder / "run" / "report.json", ended
        return made[key]

    made = {}
    return run


@pytest.mark.parametrize(("targets", "plain", "allowing"), TRUTHS)
def test_exit_codes_of_run_and_check_agree(runs, targets, plain, allowing):
    report, ended = runs(*targets)
    assert ended.code == plain
    assert shanhai("check", report).code == plain
    assert shanhai("check", report.parent).code == plain
    assert shanhai("check", report, "--allow-missing").code == allowing


def test_a_city_is_judged_from_its_layers_and_no_file_is_written(tmp_path):
    city = written(tmp_path, MISSED).toml()
    before = sorted(tmp_path.iterdir())
    ended = shanhai_process("check", city, "--only", "red_line_share", "--lang", "en")
    assert (ended.code, ended.err) == (1, "")
    assert "25.00 %" in ended.out
    assert "≥ 30.00 %" in ended.out
    assert "-5.00 points" in ended.out
    assert sorted(tmp_path.iterdir()) == before


def test_only_leaves_other_targets_out_of_the_verdict(runs):
    report, _ = runs(MET, UNJUDGED)
    assert shanhai("check", report, "--only", "red_line_share").code == 0
    assert shanhai("check", report, "--only", "bidao_length").code == 3
    both = shanhai("check", report, "--only", "red_line_share", "--only", "bidao_length")
    assert both.code == 3


@pytest.mark.parametrize(("binding", "plain", "binding_only"), [("binding", 1, 1), ("expected", 1, 0)])
def test_binding_only(runs, binding, plain, binding_only):
    report, _ = runs(MISSED, binding=binding)
    assert shanhai("check", report).code == plain
    assert shanhai("check", report, "--binding-only").code == binding_only


def test_a_district_by_id_or_name(tmp_path):
    city = written(tmp_path, MISSED, geography="west")
    city.more += 'geography = { west = "440301" }\n'
    config = city.toml()
    met_in_the_west = ["check", config, "--only", "red_line_share"]
    assert shanhai(*met_in_the_west, "--district", "440301").code == 0  # half of it, 30 % asked
    assert shanhai(*met_in_the_west, "--district", "西区", "--format", "json").code == 0
    only_east = shanhai(*met_in_the_west, "--district", "440302", "--format", "json")
    assert {one["district"] for one in json.loads(only_east.out)["results"]} == {"440302"}
    whole = shanhai(*met_in_the_west, "--district", "*", "--format", "json")
    assert {one["district"] for one in json.loads(whole.out)["results"]} == {None}
    wrong = shanhai(*met_in_the_west, "--district", "西", "--lang", "en")
    assert wrong.code == 2
    assert "did you mean 西区?" in wrong.sentence


def test_strict_fails_on_warnings_about_the_data_alone(tmp_path):
    clean = written(tmp_path / "clean", MET)
    assert shanhai("check", clean.toml(), "--strict", "--only", "red_line_share").code == 0
    bow_tie = Polygon([square(0, 0, 2_000).exterior.coords[k] for k in (0, 2, 1, 3)])
    faulty = written(tmp_path / "faulty", MET)
    faulty.write("red_line", frame([square(0, 0, 2_000), bow_tie], BSM=["r1", "r2"]))
    config = faulty.toml()
    assert shanhai("check", config, "--only", "red_line_share").code == 0
    strict = shanhai("check", config, "--only", "red_line_share", "--strict", "--lang", "en")
    assert strict.code == 3
    assert "warnings" in strict.err


@pytest.mark.parametrize(
    ("width", "tolerance", "code"),
    [(200, 0, 0), (210, 0, 0), (190, 0, 1), (190, 0.09, 1), (190, 0.0976, 0), (190, 0.5, 0)],
)
def test_a_baseline_fails_what_got_worse_beyond_the_tolerance(runs, width, tolerance, code):
    """A park of 190 m instead of 200 m is 9.75 % less for each resident."""
    old, _ = runs(MET)
    new, _ = runs(MET, parks=width)
    ended = shanhai(
        "check", new, "--baseline", old.parent, "--tolerance", tolerance, "--only",
        "park_area_per_capita", "--district", "*", "--lang", "en",
    )  # fmt: skip
    assert ended.code == code
    assert ("9.75% worse than the baseline" in ended.err) is (code == 1)


def test_a_verdict_lost_since_the_baseline_fails_and_what_cannot_be_compared_is_3(runs, tmp_path):
    met, _ = runs(MET)
    raised = (*MET[:5], "0.3", *MET[6:])
    missed, _ = runs(raised)
    ended = shanhai("check", missed, "--baseline", met, "--only", "red_line_share", "--lang", "en")
    assert ended.code == 1
    assert "target share-met: MET → MISSED" in ended.err
    other = json.loads(met.read_text(encoding="utf-8"))
    other["city"]["id"] = "elsewhere"
    (tmp_path / "other.json").write_text(json.dumps(other), encoding="utf-8")
    ended = shanhai(
        "check", met, "--baseline", tmp_path / "other.json", "--only", "red_line_share", "--lang", "en"
    )
    assert ended.code == 3
    assert "different cities: elsewhere → square" in ended.err


def test_every_format_says_the_same_verdict(runs):
    report, _ = runs(MISSED, UNJUDGED)

    def said(form):
        ended = shanhai("check", report, "--format", form, "--lang", "en")
        assert ended.code == 3
        return ended.out

    assert "missed" in said("text")
    statuses = {
        one["target"]["id"]: one["status"] for one in json.loads(said("json"))["results"] if one["target"]
    }
    assert statuses == {"share-missed": "MISSED", "bidao": "NO_DATA"}
    suite = ET.fromstring(said("junit"))  # noqa: S314 - our own
    assert (len(list(suite.iter("failure"))), len(list(suite.iter("testcase")))) >= (1, 3)
    assert any("[layers.bidao]" in (one.get("message") or "") for one in suite.iter("skipped"))
    assert json.loads(said("sarif"))["version"] == "2.1.0"
    assert said("markdown").startswith("#")
    github = said("github").splitlines()
    assert sum(one.startswith("::error ") for one in github) == 1
    assert sum(one.startswith("::warning ") and "Bidao" in one for one in github) == 1


@pytest.mark.parametrize(
    "options",
    [["--format", "yaml"], ["--tolerance", "-1"], ["--tolerance", "x"], ["--nonsense"], ["--lang", "fr"]],
)
def test_wrong_usage_is_2(runs, options):
    report, _ = runs(MET)
    assert shanhai("check", report, *options).code == 2


@pytest.mark.parametrize("content", ["", "{}", "[]", "not json", '{"schema_version": 99}'])
def test_a_report_that_is_none_is_refused(tmp_path, content):
    path = tmp_path / "report.json"
    path.write_text(content)
    ended = shanhai("check", path, "--lang", "en")
    assert ended.code == 2
    assert str(path) in ended.sentence


def test_an_own_plan_with_an_unknown_indicator_names_the_nearest(tmp_path):
    city = written(tmp_path, MET)
    wrong = ("x", "red_line_shares", "红线", "red line", ">=", "0.2", "ratio")
    write_targets(tmp_path / "own.csv", (wrong,), binding="none", geography="square")
    for lang in ("zh", "en"):
        ended = shanhai("check", city.toml(), "--lang", lang)
        assert ended.code == 2
        assert "red_line_share" in ended.sentence
        assert "own.csv" in ended.sentence


def test_a_pipe_gets_the_result_alone(tmp_path):
    ended = shanhai_process(
        "check", written(tmp_path, WALK).toml(), "--only", "red_line_share", SHANHAI_LANG="en"
    )
    assert ended.err == ""
    assert "\x1b" not in ended.out
