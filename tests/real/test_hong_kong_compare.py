"""Hong Kong's two dates, each run by itself, compared: what is subtracted, what is refused."""

from __future__ import annotations

import json
import subprocess
import sys

import geopandas as gpd
import pytest
import shapely
from conftest import preparation
from real_runs import DATA, ROOT, needs, shanhai, union

pytestmark = needs("hongkong")
SOURCE = DATA / "hongkong"
LINE = "red_line_area"


@pytest.fixture(scope="module")
def dates(tmp_path_factory):
    """Run folders of 2000, of 2022, and of 2000 without the baseline of the line."""
    out = tmp_path_factory.mktemp("hong_kong_dates")
    now = preparation("hong_kong").prepare(SOURCE, out)
    then, bare = out / "city_2000.toml", out / "city_bare.toml"
    text = then.read_text(encoding="utf-8")
    start, end = (text.index(f"[layers.{name}]") for name in ("red_line_baseline", "land_cover_baseline"))
    bare.write_text(text[:start] + text[end:], encoding="utf-8")
    folders = [out / name for name in ("run_2000", "run_2022", "run_bare")]
    for config, folder in zip((then, now, bare), folders, strict=True):
        assert shanhai("run", config, "--out", folder, "--only", LINE)[0] == 0
    return folders


@pytest.fixture(scope="module")
def plain(dates):
    """Protected land of 2000 and 2022, united by plain shapes from the source and cut to the land."""
    land = gpd.read_file(dates[0].parent / "boundary.gpkg").geometry.item()
    frame = gpd.read_file(SOURCE / "CountryParksProtectedAreas_shp.zip")
    both = [frame[(frame["AppearYear"] <= year) & (frame["EndYear"] > year)] for year in (2000, 2022)]
    return [union(one).intersection(land) for one in both]


def compared(old, new, *options: object) -> dict:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.entry", "compare", str(old), str(new), "--json", *map(str, options)],
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=300,
    )
    return json.loads(done.stdout)


def test_the_change_is_that_of_plain_shapes(dates, plain, tmp_path):
    found = compared(dates[0], dates[1], "--out", tmp_path)
    line = next(one for one in found["changes"] if one["indicator"] == LINE)
    before, now = plain
    assert line["obstacles"] == []
    assert line["old"] == pytest.approx(before.area / 1e6, rel=1e-4)
    assert line["value"] == pytest.approx((now.area - before.area) / 1e6, rel=1e-3)
    assert line["better"]
    ground = gpd.read_file(tmp_path / "changes.gpkg", layer=LINE)
    gained = union(ground[ground["class"] == "gained"])
    lost = ground.loc[ground["class"] == "lost", "area_m2"].sum()
    assert gained.area == pytest.approx(now.difference(before).area, rel=1e-3)
    assert shapely.symmetric_difference(gained, now.difference(before)).area < 1e-3 * gained.area
    assert lost == pytest.approx(before.difference(now).area, abs=10)
    assert any("area not reduced: kept" in one["en"] for one in found["rules"])


def test_a_date_without_the_baseline_is_not_subtracted(dates):
    found = compared(dates[2], dates[1])
    line = next(one for one in found["changes"] if one["indicator"] == LINE)
    assert line["value"] is None
    assert any("red_line_baseline" in one["en"] for one in line["obstacles"])
    assert any("not comparable" in one["en"] for one in found["rules"])
