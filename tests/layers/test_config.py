"""city.toml: read whole, or refused with every fault named in both languages."""

from __future__ import annotations

import contextlib
import json
import tomllib

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.config import config_schema, load_config, parse_config
from layers.errors import ConfigError
from layers.kinds import LayerKind

GOOD = """
schema = 1
[city]
id = "demo"
name = { zh = "示范市", en = "Demo" }
as_of = 2025-12-31
crs = "EPSG:4547"
residents = 5
[layers.boundary]
path = "layers/XZQ.shp"
[layers.parks]
path = "a.gdb"
layer = "GYLD"
datum = "gcj02"
as_of = 2024-12-31
where = { code = ["1401", "1403"], park_class = "city" }
fields = { id = "BSM" }
[parameters]
walk_distance_m = 300
mode = "x"
flag = true
[targets]
plans = ["p"]
geography = { shenzhen = "*" }
"""


def test_a_good_file_is_read():
    config = parse_config(GOOD)
    parks = config.layers[LayerKind.PARKS]
    assert config.city.name.text["zh"] == "示范市"
    assert str(config.city.as_of) == "2025-12-31"
    assert parks.where == {"code": ("1401", "1403"), "park_class": ("city",)}
    assert config.parameters == {"walk_distance_m": 300, "mode": "x", "flag": True}
    assert config.targets.plans == ("p",)


def test_the_schema_takes_what_the_reader_takes():
    table = json.loads(json.dumps(tomllib.loads(GOOD), default=str))
    jsonschema.validate(table, config_schema())
    table["city"]["nme"] = "x"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(table, config_schema())


@pytest.mark.parametrize(
    ("old", "new", "en", "zh"),
    [
        ('id = "demo"', 'id = "Demo!"', "city.id: may have a-z", "小写英文字母"),
        ("residents = 5", "resident = 5", "city.resident: unknown key; did you mean residents?", "residents"),
        ("[layers.parks]", "[layers.parcs]", "layers.parcs: unknown key; did you mean parks?", "parks"),
        ('path = "a.gdb"', "", "layers.parks.path: is missing", "缺少"),
        ("as_of = 2024-12-31", 'as_of = "2024"', "must be a date such as 2025-12-31", "应为日期"),
        ('"gcj02"', '"gcj-02"', "layers.parks.datum: must be", "只能是"),
        ('"EPSG:4547"', '"EPSG:3857"', "not Web Mercator", "网络墨卡托"),
        ('"EPSG:4547"', '"EPSG:4326"', "projected system in metres", "投影坐标系"),
        ('"EPSG:4547"', '"EPSG:99999"', "no such coordinate system", "认不出坐标系"),
        ("residents = 5", "residents = -5", "must not be below 0", "不能小于"),
        ("flag = true", "flag = [1]", "parameters.flag: must be one number", "parameters.flag"),
        ('id = "BSM"', 'nmae = "BSM"', "layers.parks.fields.nmae: this layer has no such field", "name"),
        ('park_class = "city"', 'klass = "city"', "layers.parks.where.klass", "没有这个字段"),
        ("[layers.boundary]", "[layers.water]", "add [layers.boundary]", "缺少行政区范围"),
        ("schema = 1", "schema = 2", "schema: must be 1", "只能是 1"),
        ('layer = "GYLD"', 'encoding = "gkb"', "no such text encoding: 'gkb'", "文本编码"),
        ('path = "a.gdb"', 'path = "postgresql://a:b@c/d"', "PGPASSWORD", "口令"),
        ("[city]", "[city", "not valid TOML", "line 3"),
        ('plans = ["p"]', 'plans = "p"', "targets.plans: must be a list", "列表"),
    ],
)
def test_each_fault_names_key_and_remedy(old, new, en, zh):
    assert old in GOOD
    with pytest.raises(ConfigError) as caught:
        parse_config(GOOD.replace(old, new))
    assert en in caught.value.message.en
    assert zh in caught.value.message.zh


def test_all_faults_come_together():
    text = GOOD.replace('id = "demo"', 'id = "D E"').replace("[layers.parks]", "[layers.parcs]")
    with pytest.raises(ConfigError) as caught:
        parse_config(text)
    assert caught.value.message.en.splitlines()[0] == "city.toml has 2 faults:"
    assert len(caught.value.message.en.splitlines()) == 3


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "no such file"), (b"\xc4\xe3", "UTF-8"), (b"#" * 4_000_001, "larger than")],
    ids=["missing", "gbk", "huge"],
)
def test_unreadable_files(tmp_path, content, said):
    path = tmp_path / "city.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match=said):
        load_config(path)


def test_a_folder_stands_for_the_file_in_it(tmp_path):
    (tmp_path / "city.toml").write_text("\ufeff" + GOOD, encoding="utf-8")
    assert load_config(tmp_path).city.id == "demo"


@settings(max_examples=50, deadline=None)
@given(st.integers(0, len(GOOD)), st.integers(0, 30), st.text(max_size=12))
def test_damaged_text_is_read_or_refused(start, length, inserted):
    text = GOOD[:start] + inserted + GOOD[start + length :]
    with contextlib.suppress(ConfigError):
        parse_config(text)
