"""One city in every vector format gives one report, byte for byte."""

from __future__ import annotations

import json

import pytest
from round_trip import BASES, FORMATS, report_of, rewritten
from square_files import MET, MISSED, WALK, written

from layers.config import load_config
from layers.demo import write_demo_city

CHEAP = (
    "red_line_share",
    "red_line_change",
    "source_zone_nesting",
    "greenway_length",
    "park_area_per_capita",
)


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    base = written(tmp_path_factory.mktemp("city"), MET, MISSED, WALK).toml()
    config, made = load_config(base), {}

    def report(name: str) -> str:
        if name not in made:
            folder = tmp_path_factory.mktemp("again")
            again = report_of(rewritten(config, base.parent, folder, FORMATS[name]))
            made[name] = json.dumps(again, ensure_ascii=False, indent=1)
        return made[name]

    return report


@pytest.mark.parametrize("name", sorted(set(FORMATS) - set(BASES.values())))
def test_every_format_gives_the_same_report(reports, name):
    base = reports(BASES[FORMATS[name].crs])
    assert json.loads(base)["results"]
    assert reports(name) == base


@pytest.mark.slow
def test_the_demo_city_does_too(tmp_path_factory):
    """Its thirty layers hold every geometry type; what is measured here needs no walking network."""
    base = tmp_path_factory.mktemp("demo")
    write_demo_city(base)
    config, made = load_config(base / "city.toml"), {}
    for name in ("GeoPackage", "Shapefile, GBK", "FileGDB", "GeoPackage, degrees", "KML"):
        path = rewritten(config, base, tmp_path_factory.mktemp("again"), FORMATS[name])
        made[name] = json.dumps(report_of(path, CHEAP), ensure_ascii=False, indent=1)
        assert made[name] == made[BASES[FORMATS[name].crs]], name
    assert len(json.loads(made["KML"])["results"]) >= len(CHEAP)
