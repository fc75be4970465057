"""Singapore: park connectors as greenways, subzones with residents as districts."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely
from real_runs import DATA, geodesic_km, geodesic_km2, needs, union

pytestmark = needs("singapore")
SVY21 = "EPSG:3414"


@pytest.fixture(scope="module")
def source():
    folder = DATA / "singapore"
    subzones = gpd.read_file(folder / "home2park_sgp.gpkg", layer="pop_sgp")
    return {
        "subzones": subzones[subzones["year"] == 2020].to_crs(SVY21),
        "connectors": gpd.read_file(folder / "nparks_pcn_park_connectors.gpkg").to_crs(SVY21),
        "parks": gpd.read_file(folder / "nparks_parks.gpkg").to_crs(SVY21),
    }


def test_nothing_is_judged_and_all_subzones_are_there(singapore):
    assert singapore.code == 0
    assert len(singapore.study.districts) == 332
    assert singapore.study.districts["residents"].sum() == 4_051_500


def test_each_path_counts_once(singapore, source):
    lines = source["connectors"].geometry.to_numpy()
    drawn = geodesic_km(source["connectors"].geometry)
    same = geodesic_km(gpd.GeoSeries([shapely.union_all(lines)], crs=SVY21))
    # strips 5 m wide, united: where two drawings of a path lie on each other the strip is there once
    strips = shapely.union_all(shapely.buffer(lines, 2.5, cap_style="flat")).area / 5 / 1e3
    value = singapore.result("greenway_length")["value"]
    assert drawn == pytest.approx(335.4, abs=0.1)
    assert value < same < drawn
    assert value == pytest.approx(strips, rel=3e-3)
    assert value + singapore.beside("greenway_length", "repeated") == pytest.approx(drawn, rel=1e-3)


def test_density_and_length_per_head_follow_from_area_and_residents(singapore, source):
    length = singapore.result("greenway_length")["value"]
    area = geodesic_km2(gpd.GeoSeries([union(source["subzones"])], crs=SVY21))
    assert singapore.result("greenway_density")["value"] == pytest.approx(length / area, rel=1e-5)
    assert singapore.result("greenway_per_10k")["value"] == pytest.approx(length / 405.15, rel=1e-9)


def test_park_area_per_head_is_that_of_plain_shapes(singapore, source):
    inside = union(source["parks"]).intersection(union(source["subzones"]))
    area = geodesic_km2(gpd.GeoSeries([inside], crs=SVY21)) * 1e6
    found = singapore.result("park_area_per_capita")
    assert found["part"] == pytest.approx(area, rel=1e-5)
    assert found["value"] == pytest.approx(area / 4_051_500, rel=1e-5)


def test_subzones_sum_to_the_city(singapore):
    rows = [one for one in singapore.report["results"] if one["indicator"] == "greenway_length"]
    city = next(one["value"] for one in rows if one["district"] is None)
    assert sum(one["value"] for one in rows if one["district"] is not None) == pytest.approx(city, rel=1e-6)


def test_what_the_data_cannot_say_is_said(singapore):
    row = singapore.result("park_walk_coverage")
    assert row["value"] is None
    assert "residential" in row["reason"]["en"]


def test_true_data_raises_no_error(singapore):
    assert singapore.errors == []
