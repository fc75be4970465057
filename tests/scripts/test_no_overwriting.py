"""Commands that write one file leave alone what is not theirs to replace."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from command_line import shanhai
from square_files import written


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    city = written(tmp_path_factory.mktemp("kept") / "city")
    assert shanhai("run", city.toml(), "--only", "red_line_area").code == 0
    return city.folder


def commands(city, path):
    """Every command that writes one file, with the option that names it."""
    toml, run = city / "city.toml", city / "run"
    return {
        "compare-map": ("compare", run, run, "--map", path),
        "report-html": ("report", run, "--html", path),
        "report-docx": ("report", run, "--docx", path),
        "map": ("map", toml, "--only", "red_line_area", "--out", path),
        "validate-map": ("validate", toml, "--map", path),
        "validate-sarif": ("validate", toml, "--sarif", path),
        "vary": ("vary", toml, "--only", "red_line_encroachment", "--out", path),
        "delineate": ("delineate-source-zone", toml, "--river", "1", "--kind", "river", "--out", path),
    }


NAMES = tuple(commands(Path(), Path()))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_file_of_another_kind_is_left_as_it_is(city, tmp_path, name, lang):
    path = tmp_path / "mine.toml"
    path.write_text("precious", encoding="utf-8")
    ended = shanhai(*commands(city, path)[name], "--lang", lang)
    assert ended.code == 2
    assert str(path) in ended.sentence
    assert ("不覆盖" if lang == "zh" else "not overwritten") in ended.sentence
    assert path.read_text(encoding="utf-8") == "precious"
    assert [one.name for one in tmp_path.iterdir()] == ["mine.toml"]


@pytest.mark.parametrize("name", NAMES)
def test_a_run_stays_as_it_was(city, tmp_path, name):
    run = tmp_path / "other"
    shutil.copytree(city / "run", run)
    for there in ("map.html", "new.html"):
        ended = shanhai(*commands(city, run / there)[name], "--lang", "en")
        assert ended.code == 2
        assert "folder of a run" in ended.sentence
    assert shanhai("verify", run).code == 0


def test_the_folder_of_the_changes_and_of_a_site_is_no_run(city, tmp_path):
    run = tmp_path / "other"
    shutil.copytree(city / "run", run)
    for arguments in (("compare", run, run, "--out", run), ("map", "--site", run, run)):
        ended = shanhai(*arguments, "--lang", "en")
        assert ended.code == 2
        assert "folder of a run" in ended.sentence
    assert shanhai("verify", run).code == 0


def test_what_the_option_left_the_last_time_is_replaced_and_a_folder_is_not(city, tmp_path):
    for name in ("r.html", "r.HTM"):
        (tmp_path / name).write_text("old", encoding="utf-8")
        assert shanhai("report", city / "run", "--html", tmp_path / name).code == 0
        assert (tmp_path / name).read_text(encoding="utf-8") != "old"
    (tmp_path / "folder.html").mkdir()
    ended = shanhai("report", city / "run", "--html", tmp_path / "folder.html", "--lang", "en")
    assert ended.code == 2
    assert "is a folder" in ended.sentence


def test_a_run_refuses_a_folder_of_another_before_it_reads_a_layer(tmp_path):
    city = written(tmp_path / "city")
    out = tmp_path / "mine"
    out.mkdir()
    (out / "notes.txt").write_text("precious")
    for layer in (tmp_path / "city").glob("*.g*"):
        layer.write_bytes(b"broken")
    ended = shanhai("run", city.toml(), "--out", out, "--lang", "en")
    assert ended.code == 2
    assert "notes.txt" in ended.sentence
    (out / "notes.txt").unlink()
    ended = shanhai("run", city.toml(), "--out", out, "--lang", "en")
    assert ended.code == 3
    assert "boundary.gpkg" in ended.sentence
    assert list(out.iterdir()) == []
    assert sorted(one.name for one in tmp_path.iterdir()) == ["city", "mine"]


def test_a_fault_of_the_configuration_is_said_before_one_of_the_folder(tmp_path):
    ended = shanhai("run", tmp_path / "nowhere" / "city.toml", "--lang", "en")
    assert ended.code == 2
    assert "city.toml" in ended.sentence
    assert list(tmp_path.iterdir()) == []
