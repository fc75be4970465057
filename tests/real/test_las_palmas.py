"""Las Palmas from its OpenStreetMap extract: the whole path, and its numbers computed another way."""

from __future__ import annotations

import json

import geopandas as gpd
import jsonschema
import numpy as np
import pytest
import shapely
from real_runs import ROOT, geodesic_km, geodesic_km2, needs, union
from real_walk import LIMIT_M, Beads

pytestmark = needs("las_palmas")
UTM = "EPSG:32628"
SAMPLE = 300


@pytest.fixture(scope="module")
def metric(las_palmas):
    """Imported layers in UTM, which the program itself does not use."""
    return {
        name: las_palmas.layer(name).to_crs(UTM)
        for name in ("boundary", "parks", "residential", "built_up", "streets", "red_line", "greenways")
    }


def test_import_and_run_take_seconds_and_judge_nothing(las_palmas, record_property):
    record_property("seconds", round(las_palmas.seconds, 1))
    assert las_palmas.seconds < 120
    assert las_palmas.code == 0
    assert {one["status"] for one in las_palmas.report["results"]} == {"NO_TARGET", "NO_DATA"}
    assert {one["target"] for one in las_palmas.report["results"]} == {None}


def test_the_report_keeps_to_its_schema_and_names_its_sources(las_palmas):
    schema = json.loads((ROOT / "docs" / "schema" / "report-1.json").read_text(encoding="utf-8"))
    jsonschema.validate(las_palmas.report, schema)
    assert las_palmas.report["as_of"] == "2023-02-21"
    named = {one["attribution"] for one in las_palmas.report["provenance"]["inputs"].values()}
    assert "© OpenStreetMap contributors, ODbL 1.0" in named
    page = (las_palmas.folder / "map.html").read_text(encoding="utf-8")
    assert "OpenStreetMap contributors" in page


def test_what_the_import_found_is_among_the_findings(las_palmas):
    written = json.loads((las_palmas.config.parent / "findings.json").read_text(encoding="utf-8"))
    shown = {(one["code"], one["feature"]) for one in las_palmas.report["findings"]}
    assert {(one["code"], one["feature"]) for one in written} <= shown
    assert "osm.built_up_closed" in {one["code"] for one in written}


def test_the_municipality_is_as_large_as_published(las_palmas):
    share = las_palmas.result("red_line_share")
    assert share["whole"] / 1e6 == pytest.approx(103.32, abs=0.01)
    assert share["whole"] / 1e6 == pytest.approx(
        geodesic_km2(las_palmas.layer("boundary").geometry), rel=1e-6
    )
    assert len({one["district"] for one in las_palmas.report["results"]}) == 30


def test_districts_sum_to_what_the_city_has_in_districts(las_palmas, metric):
    rows = [one for one in las_palmas.report["results"] if one["indicator"] == "park_walk_coverage"]
    parts = {one["district"]: one["part"] for one in rows}
    city = parts.pop(None)
    assert 0.98 * city < sum(parts.values()) <= city * (1 + 1e-9)


def test_red_line_area_is_that_of_plain_shapes(las_palmas):
    reserve = shapely.intersection(union(las_palmas.layer("red_line")), union(las_palmas.layer("boundary")))
    plain = geodesic_km2(gpd.GeoSeries([reserve], crs=4326))
    assert las_palmas.result("red_line_area")["value"] == pytest.approx(plain, rel=1e-6)
    assert 0.5 < plain < 1


def test_the_radius_coverage_is_that_of_plain_buffers(las_palmas, metric):
    parks = metric["parks"].assign(m2=lambda frame: frame.area)
    wide = parks[parks["m2"] >= 5_000].buffer(500)
    narrow = parks[(parks["m2"] >= 2_000) & (parks["m2"] < 5_000)].buffer(300)
    served = gpd.GeoDataFrame(geometry=[shapely.union_all([*wide, *narrow])], crs=UTM)
    urban = shapely.intersection(union(metric["built_up"]), union(metric["boundary"]))
    homes = gpd.GeoDataFrame(geometry=[union(metric["residential"]).intersection(urban)], crs=UTM)
    plain = gpd.overlay(homes, served, keep_geom_type=True).area.sum() / homes.area.sum()
    assert las_palmas.result("park_service_radius_coverage")["value"] == pytest.approx(plain, rel=2e-3)
    assert homes.area.sum() / 1e6 > 5


def test_every_home_lies_in_the_built_up_area_drawn_around_them(las_palmas):
    walk, radius = (
        las_palmas.result(one)["whole"] for one in ("park_walk_coverage", "park_service_radius_coverage")
    )
    assert radius == pytest.approx(walk, rel=1e-4)


def test_the_walk_coverage_agrees_with_beads_on_streets(las_palmas, metric):
    parks = metric["parks"][metric["parks"].area >= 400].geometry.to_numpy()
    beads = Beads(metric["streets"].geometry.to_numpy(), parks)
    split = gpd.read_file(las_palmas.folder / "evidence.gpkg", layer="park_walk_coverage").to_crs(UTM)
    places = _places(split, np.random.default_rng(7))
    owner, row = shapely.STRtree(split.geometry.to_numpy()).query(shapely.points(places), "intersects")
    covered = np.zeros(SAMPLE, dtype=bool)
    covered[owner[(split["class"] == "covered").to_numpy()[row]]] = True
    crossed, inferred = beads.to_crossed(places), beads.to_inferred(places)
    least = np.minimum(crossed, inferred)
    # beads are 2 m apart; guessed entrances stand 20 m apart, beads along the whole edge
    doubtful = (np.abs(crossed - LIMIT_M) < 3) | ((crossed > LIMIT_M) & (np.abs(inferred - LIMIT_M) < 25))
    assert doubtful.sum() < 0.1 * SAMPLE
    differ = np.flatnonzero((covered != (least <= LIMIT_M)) & ~doubtful)
    assert not len(differ), [(places[k].round(), covered[k], crossed[k], inferred[k]) for k in differ]
    assert 50 < covered.sum() < SAMPLE - 50
    assert covered.mean() == pytest.approx(las_palmas.result("park_walk_coverage")["value"], abs=0.1)


def _places(homes, rng) -> np.ndarray:
    """Points spread evenly over the homes' area."""
    area = homes.area.to_numpy()
    chosen = homes.geometry.to_numpy()[rng.choice(len(homes), SAMPLE, p=area / area.sum())]
    places = []
    for shape in chosen:
        west, south, east, north = shape.bounds
        while True:
            point = shapely.Point(rng.uniform(west, east), rng.uniform(south, north))
            if shape.contains(point):
                break
        places.append((point.x, point.y))
    return np.array(places)


def test_values_lie_in_the_order_their_definitions_give(las_palmas):
    walk = las_palmas.result("park_walk_coverage")["value"]
    assert 0.5 < walk < las_palmas.beside("park_walk_coverage", "longer_walk") < 1
    assert walk < las_palmas.beside("park_walk_coverage", "straight_line") < 1
    radius = las_palmas.result("park_service_radius_coverage")["value"]
    assert radius <= las_palmas.beside("park_service_radius_coverage", "variant_later")


def test_greenways_are_no_longer_than_the_ways_they_are_made_of(las_palmas, metric):
    inside = metric["greenways"].clip(union(metric["boundary"]))
    once = gpd.GeoSeries([shapely.union_all(inside.geometry.to_numpy())], crs=UTM)
    value = las_palmas.result("greenway_length")["value"]
    assert value <= geodesic_km(once) * (1 + 1e-6)
    assert value == pytest.approx(geodesic_km(once), rel=0.02)


def test_encroachment_is_the_footprint_of_buildings_in_the_reserve(las_palmas, metric):
    reserve = union(metric["red_line"]).intersection(union(metric["boundary"]))
    buildings = las_palmas.layer("buildings").to_crs(UTM)
    inside = union(buildings[buildings.intersects(reserve)]).intersection(reserve)
    assert las_palmas.result("red_line_encroachment")["value"] == pytest.approx(inside.area, rel=2e-3)


def test_true_data_raises_no_error(las_palmas):
    assert las_palmas.errors == []
