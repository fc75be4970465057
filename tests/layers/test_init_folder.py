"""A folder of layers becomes a city.toml that opens as it is."""

from __future__ import annotations

import pyogrio
import pytest
from city_files import CityFiles, boundary, districts, parks
from square_city import frame, line, point, square

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
    CityFiles(tmp_path).write("x", frame([line((0, 0), (9, 9))]), "公园边线.gpkg")
    assert "[layers.parks]" not in propose_config(tmp_path).replace("# [layers.parks]", "")


def test_nothing_to_propose(tmp_path):
    with pytest.raises(ConfigError, match="holds no layer"):
        propose_config(tmp_path)
    with pytest.raises(ConfigError, match="no such folder"):
        propose_config(tmp_path / "none")


def proposed(folder):
    return parse_config(propose_config(folder)).layers


def test_earlier_years_are_baselines(tmp_path):
    for name in ("STBHHX_2025", "STBHHX_2018", "DLTB_2020", "DLTB"):
        CityFiles(tmp_path).write("x", parks(), f"{name}.gpkg")
    CityFiles(tmp_path).write("x", boundary(), "XZQ.gpkg")
    found = proposed(tmp_path)
    assert found[LayerKind.RED_LINE].path == "STBHHX_2025.gpkg"
    assert found[LayerKind.RED_LINE_BASELINE].path == "STBHHX_2018.gpkg"
    assert found[LayerKind.RED_LINE_BASELINE].as_of.year == 2018
    assert found[LayerKind.LAND_USE].path == "DLTB.gpkg"
    assert found[LayerKind.LAND_USE_BASELINE].as_of.isoformat() == "2020-12-31"


def test_several_rows_with_codes_and_names_are_districts(tmp_path):
    CityFiles(tmp_path).write("x", districts(), "XZQ.shp")
    CityFiles(tmp_path).write("x", boundary(), "XZQ_市.shp")
    found = proposed(tmp_path)
    assert found[LayerKind.DISTRICTS].path == "XZQ.shp"
    assert found[LayerKind.BOUNDARY].path == "XZQ_市.shp"


@pytest.mark.parametrize(
    ("kind", "shape", "columns"),
    [
        ("parks", square(0, 0, 9), {"GYBH": ["a"]}),
        ("streets", line((0, 0), (9, 9)), {"BX": [1]}),
        ("residential", square(0, 0, 9), {"YDDM": ["070102"]}),
        ("parks", square(0, 0, 9), {"YDDM": ["1401"]}),
        ("source_zones", square(0, 0, 9), {"BHQJB": ["一级"]}),
        ("buildings", square(0, 0, 9), {"CS": [3]}),
        ("population", point(0, 0), {"CZRK": [3]}),
        ("shorelines", line((0, 0), (9, 9)), {"HALX": ["自然"]}),
        ("control_line_changes", square(0, 0, 9), {"TZFX": ["调入"]}),
    ],
)
def test_unknown_names_are_known_by_their_fields(tmp_path, kind, shape, columns):
    CityFiles(tmp_path).write("x", frame([shape], **columns), "图层1.gpkg")
    CityFiles(tmp_path).write("x", boundary(), "市界.gpkg")
    assert LayerKind(kind) in proposed(tmp_path)


def test_many_kinds_of_land_are_land_use(tmp_path):
    codes = ["0701", "1401", "0301", "1207", "0801", "1701"]
    plots = frame([square(20.0 * i, 0, 9) for i in range(6)], YDDM=codes)
    CityFiles(tmp_path).write("x", plots, "图层1.gpkg").write("y", boundary(), "市界.gpkg")
    assert LayerKind.LAND_USE in proposed(tmp_path)


def test_adjustments_are_not_the_line_itself(tmp_path):
    CityFiles(tmp_path).write("x", parks(), "JBSTKZX.gpkg").write("y", boundary(), "市界.gpkg")
    CityFiles(tmp_path).write("x", parks(), "JBSTKZX_TZ.gpkg")
    found = proposed(tmp_path)
    assert found[LayerKind.CONTROL_LINE].path == "JBSTKZX.gpkg"
    assert found[LayerKind.CONTROL_LINE_CHANGES].path == "JBSTKZX_TZ.gpkg"
