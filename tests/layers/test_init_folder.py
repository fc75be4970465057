"""A folder of layers becomes a city.toml that opens as it is."""

from __future__ import annotations

import pyogrio
import pytest
from city_files import CityFiles, boundary, districts, parks
from square_city import line

from layers.config import load_config, parse_config
from layers.errors import ConfigError
from layers.init_folder import propose_config
from layers.kinds import LayerKind
from layers.open_study import open_study


@pytest.fixture
def folder(tmp_path):
    city = CityFiles(tmp_path)
    city.write("boundary", boundary(), "XZQ.shp").write("districts", districts(), "各区区界.geojson")
    pyogrio.write_dataframe(parks(), tmp_path / "交付.gdb", driver="OpenFileGDB", layer="STBHHX")
    pyogrio.write_dataframe(
        parks(), tmp_path / "交付.gdb", driver="OpenFileGDB", layer="公园绿地", append=False
    )
    city.write("x", parks(), "mystery.gpkg")
    (tmp_path / "broken.gpkg").write_bytes(b"no")
    return tmp_path


def test_the_draft_opens(folder):
    text = propose_config(folder)
    config = parse_config(text)
    assert config.layers[LayerKind.RED_LINE].layer == "STBHHX"
    assert config.layers[LayerKind.PARKS].layer == "公园绿地"
    assert config.layers[LayerKind.BOUNDARY].path == "XZQ.shp"
    (folder / "city.toml").write_text(text, encoding="utf-8")
    study = open_study(load_config(folder), folder)
    assert len(study.districts) == 2


def test_it_says_what_it_did_not_use_and_what_is_missing(folder):
    text = propose_config(folder)
    assert "# mystery.gpkg" in text
    assert "# broken.gpkg" in text
    assert "# [layers.streets]" in text
    assert "官方代码 / official code STBHHX" in text


def test_hostile_names_stay_text(tmp_path):
    name = 'park"\n[city]\nid = "evil'
    pyogrio.write_dataframe(parks(), tmp_path / "a.gpkg", layer=name)
    pyogrio.write_dataframe(parks(), tmp_path / "a.gpkg", layer="市界", append=True)
    config = parse_config(propose_config(tmp_path))
    assert config.layers[LayerKind.PARKS].layer == name
    assert config.city.id != "evil"


def test_a_line_layer_is_not_taken_for_parks(tmp_path):
    from square_city import frame  # noqa: PLC0415 - beside its use

    CityFiles(tmp_path).write("x", frame([line((0, 0), (9, 9))]), "公园边线.gpkg")
    assert "[layers.parks]" not in propose_config(tmp_path).replace("# [layers.parks]", "")


def test_nothing_to_propose(tmp_path):
    with pytest.raises(ConfigError, match="holds no layer"):
        propose_config(tmp_path)
    with pytest.raises(ConfigError, match="no such folder"):
        propose_config(tmp_path / "none")
