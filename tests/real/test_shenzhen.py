"""Shenzhen: ten districts with sea, land from traffic zones in Web Mercator."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely
from conftest import preparation
from real_runs import DATA, GEOD, geodesic_km2, needs, run_city, union
from shapely import box

from geo.area import area_m2

pytestmark = needs("shenzhen")
CENSUS = 17_494_398
LINES = """
[layers.red_line]
path = "line.gpkg"
layer = "now"
as_of = 2025-12-31
[layers.red_line_baseline]
path = "line.gpkg"
layer = "before"
as_of = 2020-12-31
"""


@pytest.fixture(scope="module")
def zones():
    return gpd.read_file(DATA / "shenzhen" / "traffic_zones.shp")


def test_ten_districts_with_their_residents(shenzhen):
    districts = shenzhen.study.districts
    assert len(districts) == 10
    assert "Dapeng" in set(districts["id"])
    # the census table has no row for Dapeng: its people are in another district's
    assert districts["residents"].sum() == CENSUS
    assert shenzhen.study.residents == CENSUS
    assert shenzhen.report["city"]["name"]["zh"] == "深圳市"


def test_land_is_measured_on_the_ellipsoid_not_in_web_mercator(shenzhen, zones):
    study = shenzhen.study
    land = area_m2([study.land], study.crs)[0] / 1e6
    once = gpd.GeoSeries([union(zones.to_crs(4547))], crs=4547)
    inside = once.to_crs(4326).intersection(union(gpd.read_file(DATA / "shenzhen/districts_wgs84.geojson")))
    assert land == pytest.approx(geodesic_km2(inside), rel=1e-5)
    assert land == pytest.approx(geodesic_km2(zones.geometry), rel=0.03)
    # the published 1,953.8 km² is the plane area in UTM zone 50, whose edge lies far away: 0.14 % too large
    assert zones.to_crs(32650).area.sum() / 1e6 == pytest.approx(1_953.8, abs=0.01)
    assert geodesic_km2(zones.geometry) == pytest.approx(1_951.13, abs=0.01)
    naive = zones.area.sum() / 1e6
    assert naive / geodesic_km2(zones.geometry) == pytest.approx(1.18, abs=0.005)
    assert "crs.web_mercator" in {one["code"] for one in shenzhen.report["findings"]}


def test_the_boundary_includes_sea_that_the_land_does_not(shenzhen):
    study = shenzhen.study
    boundary, land = area_m2([study.boundary, study.land], study.crs) / 1e6
    assert land < 0.97 * boundary
    assert area_m2(study.districts.geometry.to_numpy(), study.crs).sum() / 1e6 == pytest.approx(
        boundary, rel=1e-3
    )


def test_without_ecological_layers_nothing_is_passed(shenzhen):
    assert shenzhen.code == 3
    statuses = {one["status"] for one in shenzhen.report["results"]}
    assert statuses == {"NO_DATA", "NO_TARGET"}
    assert all(one["value"] is None for one in shenzhen.report["results"])


def test_targets_of_longgang_are_judged_on_longgang_alone(tmp_path):
    """The line shrinks in Longgang and grows more elsewhere: the city gains, Longgang misses."""
    config = preparation("shenzhen").prepare(DATA / "shenzhen", tmp_path)
    districts = gpd.read_file(tmp_path / "districts.gpkg").to_crs(4547).set_index("id").geometry
    longgang, baoan = (_square(districts[name]) for name in ("Longgang", "Bao'an"))
    now = [longgang(2_000), baoan(4_000)]
    for name, squares in (("now", now), ("before", [longgang(3_000), baoan(1_000)])):
        lines = gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=squares, crs=4547)
        lines.to_file(tmp_path / "line.gpkg", layer=name)
    text = config.read_text(encoding="utf-8").replace("[targets]", f"{LINES}\n[targets]")
    config.write_text(text, encoding="utf-8")
    run = run_city(config, "--only", "red_line_area", "--allow-missing")
    assert run.result("red_line_area")["value"] == pytest.approx(_geodesic(now), rel=1e-6)
    judged = [one for one in run.results("red_line_area", "Longgang") if one["target"] is not None]
    assert [one["status"] for one in judged] == ["MISSED"]
    assert judged[0]["value"] == pytest.approx(_geodesic(now[:1]), rel=1e-6)
    assert judged[0]["gap"] is None or judged[0]["gap"] < 0
    assert run.code == 1


def _square(shape):
    inner = shapely.point_on_surface(shape.buffer(-2_500))
    return lambda side: box(inner.x - side / 2, inner.y - side / 2, inner.x + side / 2, inner.y + side / 2)


def _geodesic(squares) -> float:
    degrees = gpd.GeoSeries([shapely.segmentize(one, 50) for one in squares], crs=4547).to_crs(4326)
    return sum(abs(GEOD.geometry_area_perimeter(one)[0]) for one in degrees) / 1e6


def test_true_data_raises_no_error(shenzhen):
    assert shenzhen.errors == []
