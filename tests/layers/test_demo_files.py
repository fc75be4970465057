"""What the demo city leaves on disk: formats, names, datum, and that it is read back without errors."""

from __future__ import annotations

import hashlib
import json
import tomllib

import numpy as np
import pyogrio
import pytest
import rasterio
import shapely

from layers.config import load_config
from layers.demo import write_demo_city
from layers.errors import ConfigError
from layers.findings import Severity
from layers.kinds import LayerKind
from layers.open_study import open_study


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_demo_city(tmp_path_factory.mktemp("demo") / "city").parent


@pytest.fixture(scope="module")
def study(folder):
    return open_study(load_config(folder / "city.toml"), folder)


def test_shapefiles_are_gbk_without_cpg(folder):
    assert not list(folder.rglob("*.cpg"))
    raw = (folder / "layers" / "XZQ_QX.dbf").read_bytes()
    assert "云山区".encode("gbk") in raw
    assert "云山区".encode() not in raw


def test_official_layer_and_field_names(folder):
    layers = {name for name, _ in pyogrio.list_layers(folder / "layers" / "规划管控.gdb")}
    assert {"STBHHX", "JBSTKZX", "CZKFBJ", "YJJBNTBHTB", "DLTB", "YYSSYBHQ"} <= layers
    fields = set(pyogrio.read_info(folder / "layers" / "规划管控.gdb", layer="STBHHX")["fields"])
    assert {"BSM", "STBHHXMJ", "BZ"} <= fields


def test_everything_says_it_is_synthetic(folder):
    config = tomllib.loads((folder / "city.toml").read_text(encoding="utf-8"))
    assert config["city"]["synthetic"] is True
    assert all("合成" in layer["attribution"] for layer in config["layers"].values())
    assert "合成数据" in (folder / "README.txt").read_text(encoding="utf-8")
    with rasterio.open(folder / "layers" / "land_cover_2025.tif") as cover:
        assert "synthetic" in cover.tags()["TIFFTAG_IMAGEDESCRIPTION"]
        assert cover.dtypes == ("uint8",)
        assert cover.colormap(1)[10] == (0, 100, 0, 255)


def test_the_city_is_read_without_errors_and_loses_nothing(folder, study):
    assert [one for one in study.findings if one.severity is Severity.ERROR] == []
    given = {LayerKind(kind) for kind in tomllib.loads((folder / "city.toml").read_text("utf-8"))["layers"]}
    assert given == set(LayerKind) - {LayerKind.RESISTANCE}
    assert given - {LayerKind.BOUNDARY, LayerKind.LAND, LayerKind.DISTRICTS} == {
        *study.layers,
        *study.surfaces,
    }
    assert list(study.districts["name_zh"])[:2] == ["云山区", "东岭区"]


def test_entrances_are_shifted_on_disk_and_lie_on_their_parks_when_read(folder, study):
    parks = study.frame(LayerKind.PARKS)
    entrances = study.frame(LayerKind.PARK_ENTRANCES)
    edge = parks.dissolve("park_id").boundary
    away = shapely.distance(entrances.geometry.to_numpy(), edge.loc[entrances["park_id"]].to_numpy())
    assert np.max(away) < 0.1
    raw = json.loads((folder / "layers" / "公园出入口.geojson").read_text(encoding="utf-8"))
    lon, lat = raw["features"][0]["geometry"]["coordinates"]
    assert 114 < lon < 115
    assert 21.5 < lat < 22.5


def contents(folder):
    """A hash per layer of what it holds, whatever dates the format writes about itself."""
    found = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    for path in sorted((folder / "layers").iterdir()):
        if path.suffix in (".gpkg", ".gdb", ".shp", ".geojson"):
            for name, _ in pyogrio.list_layers(path):
                frame = pyogrio.read_dataframe(path, layer=name)
                text = frame.drop(columns="geometry").to_csv(index=False).encode()
                whole = text + b"".join(shapely.to_wkb(frame.geometry.to_numpy()))
                found[path.name, name] = hashlib.sha256(whole).hexdigest()
        elif path.suffix == ".tif":
            found[path.name] = path.read_bytes()
    return found


def test_the_same_seed_replaces_the_city_by_the_same_city(folder):
    before = contents(folder)
    write_demo_city(folder)
    assert contents(folder) == before
    assert len(before) > 35
    assert not [path for path in folder.iterdir() if path.name.startswith(".demo-")]


def test_another_city_is_not_overwritten(tmp_path):
    (tmp_path / "city.toml").write_text('[city]\nid = "real"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="another city"):
        write_demo_city(tmp_path)
    assert (tmp_path / "city.toml").read_text(encoding="utf-8") == '[city]\nid = "real"\n'


def test_unknown_size_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="no such size: 'huge'"):
        write_demo_city(tmp_path, size="huge")
