"""Damaged and unfit input: one sentence, nothing half-written, no crash."""

from __future__ import annotations

import json
import random
import warnings

import geopandas as gpd
import pytest
from osm_town import Town, boundary_file
from shapely import Point, box

from layers.errors import ConfigError, DataError
from layers.kinds import LayerKind
from layers.osm import import_osm, writing


@pytest.fixture
def town(tmp_path):
    town = Town()
    for number in range(1, 40):
        town.line(
            number, [(100 * number, 0), (100 * number, 3_000)], highway="residential", name=f"街{number}"
        )
    town.square(50, 500, 500, 100, leisure="park")
    return town.write(tmp_path / "town.osm.pbf")


@pytest.fixture
def boundary(tmp_path):
    return boundary_file(tmp_path / "boundary.geojson", 0, 0, 4_000, name="T")


@pytest.fixture
def refused(tmp_path, town, boundary):
    """Import something unfit; give the sentence, having made sure that nothing was written."""

    def run(error=DataError, extract=town, area=boundary, out=tmp_path / "out", **options):
        before = sorted(tmp_path.rglob("*"))
        with pytest.raises(error) as caught:
            import_osm(extract, area, out, **options)
        assert sorted(tmp_path.rglob("*")) == before
        message = caught.value.message
        assert message.zh
        assert "\n" not in message.en
        assert caught.value.exit_code == (3 if error is DataError else 2)
        return message.en

    return run


def test_a_truncated_extract_is_refused_at_any_length(tmp_path, refused, town):
    content = town.read_bytes()
    short = tmp_path / "short.osm.pbf"
    lengths = {0, 1, 3, 4, 5, 20, len(content) // 3, len(content) // 2, len(content) - 1}
    for length in sorted(lengths | set(range(30, len(content), len(content) // 20))):
        short.write_bytes(content[:length])
        assert any(word in refused(extract=short) for word in ("damaged", "overlap"))


def test_flipped_bytes_never_crash(tmp_path, town, boundary):
    chance = random.Random(7)  # noqa: S311 - reproducible faults
    content = town.read_bytes()
    broken = tmp_path / "broken.osm.pbf"
    refusals = 0
    for i in range(40):
        damaged = bytearray(content)
        for _ in range(3):
            damaged[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        broken.write_bytes(bytes(damaged))
        try:
            import_osm(broken, boundary, tmp_path / f"out{i}")
        except DataError:
            refusals += 1
            assert not (tmp_path / f"out{i}").exists()
    assert refusals > 20


def test_a_file_that_is_no_extract_is_refused(tmp_path, refused, boundary):
    for name, content in (
        ("a.osm.pbf", b"not a PBF at all" * 50),
        ("a.txt", b"hello"),
        ("a.osm", b"<html></html>"),
    ):
        (tmp_path / name).write_bytes(content)
        assert "damaged" in refused(extract=tmp_path / name)
    assert "damaged" in refused(extract=boundary)


def test_a_missing_extract_or_boundary_is_named(tmp_path, refused):
    assert "no OpenStreetMap file" in refused(extract=tmp_path / "none.osm.pbf")
    assert "none.geojson" in refused(area=tmp_path / "none.geojson")
    assert "none.gpkg" in refused(districts=tmp_path / "none.gpkg")


def test_text_that_is_not_utf8_costs_the_object_alone(tmp_path, boundary):
    town = Town()
    town.square(1, 500, 500, 100, leisure="park", name="ABCDEFGH")
    town.square(2, 700, 500, 100, leisure="park", name="whole")
    path = town.write(tmp_path / "t.osm.pbf", format="pbf,pbf_compression=none")
    content = path.read_bytes()
    assert content.count(b"ABCDEFGH") == 1
    path.write_bytes(content.replace(b"ABCDEFGH", b"AB\xff\xfeEFGH"))
    done = import_osm(path, boundary, tmp_path / "out")
    assert done.counts[LayerKind.PARKS] == 1
    assert {one.feature for one in done.findings if one.code == "osm.text_undecodable"} == {"w1"}


def test_an_unfit_boundary_is_named_with_the_remedy(tmp_path, refused):
    places = {
        "points": gpd.GeoDataFrame(geometry=[Point(114, 22)], crs=4326),
        "bare": gpd.GeoDataFrame(geometry=[box(114, 22, 115, 23)]),
        "metres": gpd.GeoDataFrame(geometry=[box(5e5, 2e6, 6e5, 3e6)], crs=4326),
        "elsewhere": gpd.GeoDataFrame(geometry=[box(8, 50, 8.1, 50.1)], crs=4326),
    }
    said = {}
    for name, frame in places.items():
        with warnings.catch_warnings(action="ignore"):  # the writer warns of what is tested here
            frame.to_file(tmp_path / f"{name}.gpkg")
    for name in places:
        said[name] = refused(area=tmp_path / f"{name}.gpkg")
    assert "holds no polygons" in said["points"]
    assert "no coordinate system" in said["bare"]
    assert "not on Earth" in said["metres"]
    assert "do not overlap" in said["elsewhere"]
    (tmp_path / "broken.geojson").write_text('{"type": "FeatureCollection", "features": [')
    assert "broken.geojson" in refused(area=tmp_path / "broken.geojson")


def test_the_box_in_the_header_tells_what_the_extract_covers(tmp_path, refused, boundary):
    town = Town()
    town.square(1, 500, 500, 100, leisure="park")
    elsewhere = town.write(tmp_path / "far.osm.pbf", box=(50_000, 0, 60_000, 10_000))
    assert "do not overlap" in refused(extract=elsewhere)
    half = town.write(tmp_path / "half.osm.pbf", box=(0, 0, 2_000, 4_000))
    done = import_osm(half, boundary, tmp_path / "half")
    assert "osm.extract_small" in {one.code for one in done.findings}
    whole = town.write(tmp_path / "whole.osm.pbf", box=(-100, -100, 4_100, 4_100))
    done = import_osm(whole, boundary, tmp_path / "whole")
    assert "osm.extract_small" not in {one.code for one in done.findings}


def test_districts_elsewhere_are_refused(refused, tmp_path):
    far = boundary_file(tmp_path / "far.geojson", 50_000, 0, 1_000, XZQDM="1", XZQMC="x")
    assert "no district" in refused(districts=far)


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path, refused):
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.docx").write_text("years of work")
    assert "thesis.docx" in refused(ConfigError)
    assert (out / "thesis.docx").read_text() == "years of work"


def test_an_out_that_cannot_be_written_is_refused(tmp_path, refused):
    (tmp_path / "file").write_text("x")
    assert "is a file" in refused(ConfigError, out=tmp_path / "file")
    assert "cannot write" in refused(ConfigError, out=tmp_path / "file" / "below")


def test_a_second_import_replaces_the_first_and_keeps_the_runs_inside(tmp_path, town, boundary):
    out = tmp_path / "out"
    import_osm(town, boundary, out)
    run = out / "run"
    run.mkdir()
    for name in ("report.json", "run.json"):
        (run / name).write_text("{}")
    smaller = Town()
    smaller.square(1, 500, 500, 100, leisure="park")
    done = import_osm(smaller.write(tmp_path / "small.osm.pbf"), boundary, out)
    assert set(done.counts) == {LayerKind.BOUNDARY, LayerKind.PARKS}
    assert sorted(one.name for one in out.iterdir()) == ["city.toml", "findings.json", "layers.gpkg", "run"]
    assert (run / "report.json").exists()
    assert not [one for one in tmp_path.iterdir() if one.name.startswith(".")]


def test_an_edited_configuration_is_not_overwritten(tmp_path, town, boundary, refused):
    out = tmp_path / "out"
    done = import_osm(town, boundary, out)
    done.config.write_text(done.config.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    assert "was edited" in refused(ConfigError)


def test_a_failure_while_writing_leaves_the_earlier_import_whole(tmp_path, town, boundary, monkeypatch):
    out = tmp_path / "out"
    import_osm(town, boundary, out)
    before = {one.name: one.read_bytes() for one in out.iterdir()}

    def full(*_args, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing.pyogrio, "write_dataframe", full)
    with pytest.raises(DataError, match="disk space"):
        import_osm(town, boundary, out)
    assert {one.name: one.read_bytes() for one in out.iterdir()} == before
    assert not [one for one in tmp_path.iterdir() if one.name.startswith(".")]


def test_findings_file_is_a_list_even_without_findings(tmp_path):
    writing.write_findings(tmp_path / "f.json", [])
    assert json.loads((tmp_path / "f.json").read_text()) == []
