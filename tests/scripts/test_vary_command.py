from __future__ import annotations

import json

import pytest
from command_line import shanhai
from square_files import WALK, walk_share, written

from layers.errors import ConfigError
from scripts.vary import parsed


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    return written(tmp_path_factory.mktemp("vary"), WALK).toml()


def test_the_table_names_the_band_and_the_fragile_verdict(city):
    ended = shanhai("vary", city, "--only", "park_walk_coverage", "--lang", "en")
    assert ended.code == 0
    row = next(line for line in ended.out.splitlines() if line.startswith("Walk coverage"))
    assert "14.4" in row
    assert "(access_m=50)" in row
    assert "37.8" in row
    assert "(walk_distance_m=400)" in row
    assert "missed (fragile)" in row
    assert "fragile (the verdict flips in the range): walk" in ended.out
    zh = shanhai("vary", city, "--only", "park_walk_coverage", "--lang", "zh").out
    assert "未达标（不稳）" in zh


def test_a_range_of_ones_own_and_json(city, tmp_path):
    file = tmp_path / "sensitivity.json"
    ended = shanhai(
        "vary", city, "--only", "park_walk_coverage", "--vary", "walk_distance_m=300:400:50",
        "--json", "--out", file,
    )  # fmt: skip
    assert json.loads(ended.out) == json.loads(file.read_text(encoding="utf-8"))
    band = next(one for one in json.loads(ended.out)["bands"] if one["target"] == "walk")
    assert [one["parameters"] for one in band["variants"]] == [
        {"walk_distance_m": 350.0},
        {"walk_distance_m": 400.0},
    ]
    assert band["variants"][0]["value"] == pytest.approx(walk_share(350, 100), rel=1e-3)
    assert band["fragile"] is True
    assert (band["status"], band["variants"][1]["status"]) == ("MISSED", "MET")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("walk_distance_m=300:400:50", (300.0, 350.0, 400.0)),
        ("walk_distance_m=300:401:50", (300.0, 350.0, 400.0)),
        ("access_m=0.1:0.3:0.1", None),
        ("access_m=50,100", (50.0, 100.0)),
        ("storage_rule=guide,DB13", ("guide", "DB13")),
        ("count_both_banks=true,false", (True, False)),
        ("walk_distance_m=400:300:50", None),
        ("walk_distance_m=300:400:0", None),
        ("walk_distance_m=300:400:1e-9", None),
        ("walk_distance_m=nan:400:1", None),
        ("walk_distance_m=", None),
        ("walk_distance_m", None),
        ("walk_distance_m=long", None),
        ("walk=300", None),
    ],
)
def test_how_ranges_are_written(words, expected):
    if expected is None:
        with pytest.raises(ConfigError):
            parsed([words])
    else:
        (values,) = parsed([words]).values()
        assert values == pytest.approx(expected) if isinstance(values[0], float) else values == expected


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--vary", "walk_distnce_m=1,2"], "did you mean walk_distance_m?"),
        (["--vary", "walk_distance_m=0"], "must not be below 1"),
        (["--only", "park_walk"], "park_walk_coverage"),
        (["--only", "red_line_share", "--vary", "walk_distance_m=300,400"], "none of the indicators uses"),
    ],
)
def test_a_wrong_option_is_one_sentence(city, options, said):
    ended = shanhai("vary", city, *options, "--lang", "en")
    assert ended.code == 2
    assert said in ended.sentence
