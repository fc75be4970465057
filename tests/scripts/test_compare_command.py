from __future__ import annotations

import json
import shutil

import geopandas as gpd
import pyogrio
import pytest
import shapely
from command_line import shanhai
from square_city import frame, square
from square_files import written

from scripts.console import Console

ONLY = ("--only", "red_line_area", "--only", "control_line_area", "--only", "park_area_per_capita")


def run(folder, red, control, **more):
    city = written(folder)
    city.write("red_line", frame(red, id=[f"r{i}" for i in range(len(red))]))
    city.write("control_line", frame(control, id=[f"c{i}" for i in range(len(control))]))
    for kind, shapes in more.items():
        city.write(kind, shapes)
    assert shanhai("run", city.toml(), *ONLY).code == 0
    return folder / "run"


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """The red line moves 100 m east and keeps its size; the control line loses a strip of 100 m by 1 km."""
    base = tmp_path_factory.mktemp("compare")
    old = run(base / "old", [square(0, 0, 1_000)], [square(2_000, 0, 1_000)])
    new = run(base / "new", [square(100, 0, 1_000)], [square(2_000, 0, 900, 1_000)])
    return old, new


def test_gains_and_losses_as_shapes(two, tmp_path):
    ended = shanhai("compare", *two, "--out", tmp_path / "out", "--lang", "en")
    assert (ended.code, ended.err) == (0, "")
    path = tmp_path / "out" / "changes.gpkg"
    assert sorted(name for name, _ in pyogrio.list_layers(path)) == ["control_line_area", "red_line_area"]
    changes = gpd.read_file(path, layer="red_line_area")
    gained, lost = (
        shapely.union_all(changes.geometry[changes["class"] == kind].to_numpy())
        for kind in ("gained", "lost")
    )
    assert gained.symmetric_difference(square(1_000, 0, 100, 1_000)).area < 1e-3
    assert lost.symmetric_difference(square(0, 0, 100, 1_000)).area < 1e-3
    first = path.read_bytes()
    shanhai("compare", *two, "--out", tmp_path / "out")
    assert path.read_bytes() == first


def test_the_line_against_its_baseline_gains_and_loses_what_its_area_does(tmp_path):
    """What was put in since the baseline is part of the value: the old run holds 0.4 km² of it."""
    baseline = frame([square(0, 0, 1_000)], id=["b"])
    runs = []
    for name, red in (("old", square(0, 0, 1_400, 1_000)), ("new", square(100, 0, 1_400, 1_000))):
        city = written(tmp_path / name)
        city.write("red_line", frame([red], id=["r"])).write("red_line_baseline", baseline)
        assert shanhai("run", city.toml(), "--only", "red_line_change", "--only", "red_line_area").code == 0
        runs.append(tmp_path / name / "run")
    assert shanhai("compare", *runs, "--out", tmp_path / "out").code == 0
    path = tmp_path / "out" / "changes.gpkg"
    sums = {
        layer: gpd.read_file(path, layer=layer).groupby("class")["area_m2"].sum()
        for layer in ("red_line_change", "red_line_area")
    }
    for kind in ("gained", "lost"):
        assert sums["red_line_change"][kind] == pytest.approx(100_000, rel=1e-6)
        assert sums["red_line_area"][kind] == pytest.approx(100_000, rel=1e-6)


def test_the_rules_are_said_in_words(two):
    en = shanhai("compare", *two, "--lang", "en").out
    assert "ecological red line: area not reduced: kept; net change" in en
    assert "the total holds but the line moved" in en
    assert "basic ecological control line: no more taken out than put in: broken; net change -100,0" in en
    zh = shanhai("compare", *two, "--lang", "zh").out
    assert "生态保护红线：面积不减少——符合" in zh
    assert "基本生态控制线：占补平衡（调入不少于调出）——不符合" in zh
    rules = json.loads(shanhai("compare", *two, "--json").out)["rules"]
    assert [set(one) for one in rules] == [{"zh", "en"}] * 2


def test_a_run_compared_with_itself_changed_nothing(two, tmp_path):
    ended = shanhai("compare", two[0], two[0], "--out", tmp_path / "out", "--lang", "en")
    assert "no comparable ground changed" in ended.out
    assert "broken" not in ended.out
    assert not (tmp_path / "out").exists()


def test_what_cannot_be_compared_is_said_and_has_no_shapes(two, tmp_path):
    report = json.loads((two[1] / "report.json").read_text(encoding="utf-8"))
    other = tmp_path / "other"
    other.mkdir()
    report["city"]["id"] = "elsewhere"
    (other / "report.json").write_text(json.dumps(report), encoding="utf-8")
    (other / "evidence.gpkg").write_bytes((two[1] / "evidence.gpkg").read_bytes())
    ended = shanhai("compare", two[0], other, "--out", tmp_path / "out", "--lang", "en")
    assert "not comparable and not subtracted" in ended.out
    assert "ecological red line: not comparable (different cities: square → elsewhere)" in ended.out
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("size", [0, 3_000])
def test_damaged_evidence_is_one_sentence(two, tmp_path, size):
    old, new = two
    shutil.copytree(new, tmp_path / "new")
    evidence = tmp_path / "new" / "evidence.gpkg"
    evidence.write_bytes(evidence.read_bytes()[:size])
    ended = shanhai("compare", old, tmp_path / "new", "--out", tmp_path / "changes", "--lang", "en")
    assert ended.code == 2
    assert "missing or damaged" in ended.sentence


def test_reports_without_their_folder_compare_without_shapes(two, tmp_path):
    copies = [tmp_path / name / "report.json" for name in ("old", "new")]
    for copy, folder in zip(copies, two, strict=True):
        copy.parent.mkdir()
        copy.write_bytes((folder / "report.json").read_bytes())
    assert "area not reduced: kept" in shanhai("compare", *copies, "--lang", "en").out
    ended = shanhai("compare", *copies, "--out", tmp_path / "out", "--lang", "en")
    assert ended.code == 2
    assert "evidence.gpkg" in ended.sentence


def test_the_map_of_two_runs(two, tmp_path):
    page = tmp_path / "compare.html"
    ended = shanhai("compare", *two, "--map", page, "--lang", "en")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.rstrip().endswith(str(page))
    text = page.read_text(encoding="utf-8")
    assert '<html lang="en">' in text
    assert 'id="change-red_line_area-polygon-shapes"' in text
    assert "before old" in text
    again = tmp_path / "again.html"
    shanhai("compare", *two, "--map", again, "--lang", "en")
    assert again.read_bytes() == page.read_bytes()


def test_the_map_needs_two_runs_with_maps(two, tmp_path):
    for folder, name in zip(two, ("old", "new"), strict=True):
        shutil.copytree(folder, tmp_path / name)
    (tmp_path / "old" / "map.html").unlink()
    page = tmp_path / "compare.html"
    ended = shanhai("compare", tmp_path / "old", tmp_path / "new", "--map", page, "--lang", "en")
    assert ended.code == 2
    assert "map.html" in ended.sentence
    (tmp_path / "old" / "map.html").write_text("<html>", encoding="utf-8")
    ended = shanhai("compare", tmp_path / "old", tmp_path / "new", "--map", page, "--lang", "en")
    assert ended.code == 2
    assert "run shanhai run again" in ended.sentence
    assert not page.exists()


def test_names_cannot_turn_or_colour_the_terminal(capsys):
    Console("en").say("park\u202egnp\x1b[31m")
    assert capsys.readouterr().out == "park\ufffdgnp\ufffd[31m\n"


def test_help_lists_the_exit_codes_and_a_broken_rule_is_no_failure(two):
    assert "退出码 exit code: 0" in shanhai("compare", "--help").out
    ended = shanhai("compare", *two, "--lang", "en")
    assert "broken" in ended.out
    assert ended.code == 0
