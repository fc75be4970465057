"""A demo city that lies there already is not made again; one that differs in anything is."""

from __future__ import annotations

import json

import pytest

from layers.demo import kept_demo_city, write_demo_city
from layers.demo.kept import NOTE


@pytest.fixture
def folder(tmp_path):
    write_demo_city(tmp_path, size="town", seed=5)
    return tmp_path


def test_the_same_size_and_seed_are_found(folder):
    assert kept_demo_city(folder, size="town", seed=5) == folder / "city.toml"
    assert kept_demo_city(folder, size="town", seed=6) is None
    assert kept_demo_city(folder, size="demo", seed=5) is None


def test_a_folder_without_a_city_has_none(tmp_path):
    assert kept_demo_city(tmp_path / "nowhere", size="town", seed=5) is None


def test_one_changed_byte_makes_it_another_city(folder):
    raster = folder / "layers" / "terrain.tif"
    data = bytearray(raster.read_bytes())
    data[-1] ^= 1
    raster.write_bytes(data)
    assert kept_demo_city(folder, size="town", seed=5) is None


def test_a_missing_file_and_a_broken_note_are_no_city(folder):
    (folder / "layers" / "XZQ.dbf").unlink()
    assert kept_demo_city(folder, size="town", seed=5) is None
    (folder / NOTE).write_text("[]", encoding="utf-8")
    assert kept_demo_city(folder, size="town", seed=5) is None


def test_another_program_makes_it_again(folder):
    note = json.loads((folder / NOTE).read_text(encoding="utf-8"))
    assert {"city.toml", "layers/XZQ.shp"} <= set(note["files"])
    (folder / NOTE).write_text(json.dumps({**note, "program": "0" * 64}), encoding="utf-8")
    assert kept_demo_city(folder, size="town", seed=5) is None


def test_what_a_run_adds_beside_the_city_does_not_matter(folder):
    (folder / "run").mkdir()
    (folder / "run" / "report.json").write_text("{}", encoding="utf-8")
    assert kept_demo_city(folder, size="town", seed=5)
