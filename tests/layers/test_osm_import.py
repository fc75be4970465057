"""Importing a small town whose layers can be checked by hand."""

from __future__ import annotations

import json
import tomllib

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from osm_town import Town, boundary_file, degrees
from shapely import Point

from geo.area import area_m2
from layers.config import load_config
from layers.kinds import LayerKind
from layers.osm import import_osm
from layers.osm.topology import largest_part_share

L = LayerKind


@pytest.fixture
def boundary(tmp_path):
    return boundary_file(tmp_path / "boundary.geojson", 0, 0, 4_000, name="小镇")


@pytest.fixture
def bring(tmp_path, boundary):
    """Import a town and give the result and a reader of its layers."""

    def run(town: Town, **options):
        path = town.write(tmp_path / "town.osm.pbf", **options)
        done = import_osm(path, boundary, tmp_path / "out")
        return done, lambda kind: gpd.read_file(tmp_path / "out" / "layers.gpkg", layer=str(kind))

    return run


def codes(done) -> dict[str, set[str | None]]:
    found: dict[str, set[str | None]] = {}
    for one in done.findings:
        found.setdefault(one.code, set()).add(one.feature)
    return found


def crossing(*, joined: bool) -> Town:
    """Two streets that cross in the middle, with or without a common node."""
    town = Town()
    town.line(1, [(1_000, 2_000), (2_000, 2_000), (3_000, 2_000)], highway="residential", name="东西街")
    town.line(2, [(2_000, 1_000), (2_000, 2_000), (2_000, 3_000)], highway="primary", bridge="yes")
    if joined:
        town.ways[2][0][1] = 1_001
    return town


@pytest.mark.parametrize(("joined", "edges", "share"), [(True, 4, 1.0), (False, 2, 0.5)])
def test_streets_that_cross_are_joined_only_by_a_common_node(bring, joined, edges, share):
    done, layer = bring(crossing(joined=joined))
    streets = layer(L.STREETS)
    assert len(streets) == edges == done.counts[L.STREETS]
    assert largest_part_share(streets) == share
    assert set(streets["level"]) == {0, 1}
    assert set(streets["highway"]) == {"residential", "primary"}
    assert streets.loc[streets["highway"] == "residential", "name"].unique() == ["东西街"]


def test_private_ways_and_motorways_are_left_out_and_counted(bring):
    town = crossing(joined=True)
    town.line(3, [(0, 0), (500, 0)], highway="service", access="private")
    town.line(4, [(0, 100), (500, 100)], highway="motorway")
    town.line(5, [(0, 200), (500, 200)], highway="yellow brick road")
    done, layer = bring(town)
    assert {one.split(".")[0] for one in layer(L.STREETS)["id"]} == {"w1", "w2"}
    assert {"osm.ways_private", "osm.class_unknown"} <= set(codes(done))
    assert any("'yellow brick road'" in one.message.en for one in done.findings)


def test_a_locked_gate_parts_a_street(bring):
    town = crossing(joined=True)
    town.node(1_001, 2_000, 2_000, barrier="gate", locked="yes")
    done, layer = bring(town)
    streets = layer(L.STREETS)
    assert len(streets) == 4
    assert largest_part_share(streets) == 0.25
    assert "osm.barriers_closed" in codes(done)


def test_squares_are_walked_along_their_outline_and_are_parks(bring):
    town = Town()
    town.square(1, 1_000, 1_000, 100, highway="pedestrian", area="yes")
    town.square(2, 2_000, 1_000, 100)
    town.square(3, 2_030, 1_030, 40)
    town.relation(4, [("w", 2, "outer"), ("w", 3, "inner")], type="multipolygon", highway="pedestrian")
    town.square(5, 3_000, 1_000, 100, highway="pedestrian")
    _, layer = bring(town)
    lengths = {one.id: one.geometry.length for one in layer(L.STREETS).to_crs("EPSG:4547").itertuples()}
    assert lengths == pytest.approx({"w1.1": 400, "r4.1": 400, "r4.2": 160, "w5.1": 400}, rel=5e-3)
    parks = layer(L.PARKS)
    assert dict(zip(parks["id"], parks["code"], strict=True)) == {"w1": "1403", "r4": "1403"}


def test_a_park_with_a_hole_has_the_area_of_the_ring(bring):
    town = Town()
    town.square(1, 1_000, 1_000, 200)
    town.square(2, 1_050, 1_050, 100)
    town.relation(9, [("w", 1, "outer"), ("w", 2, "inner")], type="multipolygon", leisure="park", name="环园")
    done, layer = bring(town)
    parks = layer(L.PARKS)
    assert parks["id"].tolist() == ["r9"]
    assert parks["code"].tolist() == ["1401"]
    assert area_m2(parks.geometry.to_numpy(), parks.crs)[0] == pytest.approx(30_000, rel=5e-3)
    assert not codes(done).keys() & {"osm.area_broken", "osm.area_incomplete"}


def test_parks_are_open_as_their_tags_say(bring):
    town = Town()
    cases = {
        1: ({"leisure": "park"}, None),
        2: ({"leisure": "park", "access": "yes"}, True),
        3: ({"leisure": "park", "fee": "yes"}, False),
        4: ({"leisure": "park", "access": "customers"}, False),
        5: ({"leisure": "garden", "access": "permissive"}, True),
        6: ({"place": "square", "fee": "no"}, True),
    }
    left_out = {
        11: {"leisure": "park", "access": "private"},
        12: {"leisure": "garden"},
        13: {"leisure": "nature_reserve"},
        14: {"landuse": "recreation_ground"},
        15: {"leisure": "garden", "access": "private"},
    }
    for number, tags in {**{n: tags for n, (tags, _) in cases.items()}, **left_out}.items():
        town.square(number, 100 * number, 500, 50, **tags)
    done, layer = bring(town)
    stated = {one.id: one.open for one in layer(L.PARKS).itertuples()}
    assert {int(key[1:]): None if pd.isna(value) else bool(value) for key, value in stated.items()} == {
        number: opened for number, (_, opened) in cases.items()
    }
    assert codes(done)["osm.park_private"] == {"w11"}
    private = next(one for one in done.findings if one.code == "osm.park_private")
    assert private.place == pytest.approx(degrees(1_100, 500), abs=1e-3)
    assert any("1 gardens" in one.message.en for one in done.findings)


def test_a_broken_area_is_a_finding_with_its_id_and_place_and_stops_nothing(bring):
    town = crossing(joined=True)
    town.line(10, [(500, 500), (600, 500), (600, 600)])
    town.relation(7, [("w", 10, "outer")], type="multipolygon", leisure="park")
    town.line(11, [(700, 500), (800, 600), (800, 500), (700, 600)], landuse="residential")
    town.ways[11][0].append(11_000)
    town.relation(8, [("w", 999, "outer"), ("w", 12, "outer")], type="multipolygon", natural="water")
    town.line(12, [(900, 500), (950, 500), (950, 550)])
    town.relation(9, [("w", 998, "outer")], type="multipolygon", natural="water")
    town.square(13, 1_200, 500, 50, leisure="park")
    done, layer = bring(town)
    found = codes(done)
    assert found["osm.area_broken"] == {"r7", "w11"}
    assert found["osm.area_incomplete"] == {"r8"}
    by_feature = {one.feature: one for one in done.findings}
    assert by_feature["r7"].place == pytest.approx(degrees(500, 500), abs=1e-6)
    assert by_feature["r7"].layer == "parks"
    assert by_feature["w11"].layer == "residential"
    assert layer(L.PARKS)["id"].tolist() == ["w13"]
    written = json.loads((done.config.parent / "findings.json").read_text(encoding="utf-8"))
    assert [one["code"] for one in written] == [one.code for one in done.findings]
    assert next(one for one in written if one["feature"] == "r7") == {
        "code": "osm.area_broken",
        "severity": "warning",
        "message": {
            "zh": "r7 的边界不闭合或自相交，未采用",
            "en": "the rings of r7 do not close or cross themselves; it is left out",
        },
        "layer": "parks",
        "feature": "r7",
        "place": list(degrees(500, 500)),
    }


def test_a_way_with_missing_nodes_keeps_the_rest(bring):
    town = Town()
    town.line(1, [(x, 1_000) for x in range(1_000, 1_700, 100)], highway="path")
    del town.nodes[1_003]
    done, layer = bring(town)
    streets = layer(L.STREETS).to_crs("EPSG:4547")
    assert streets["id"].tolist() == ["w1.1", "w1.2"]
    assert streets.length.tolist() == pytest.approx([200, 200], rel=5e-3)
    assert "osm.ways_cut" in codes(done)


def test_buildings_have_floors_and_use_and_serve_as_construction(bring):
    town = Town()
    for number, tags in enumerate(
        [
            {"building": "apartments", "building__levels": "5"},
            {"building": "yes", "building__levels": "many"},
            {"building": "no"},
        ],
        1,
    ):
        town.square(number, 300 * number, 500, 20, **tags)
    town.square(9, 4_100, 500, 20, building="yes")
    done, layer = bring(town)
    buildings = layer(L.BUILDINGS)
    assert buildings["id"].tolist() == ["w1", "w2"]
    assert buildings["use"].tolist() == ["apartments", ""]
    assert buildings["floors"].fillna(-1).tolist() == [5, -1]
    config = load_config(done.config)
    assert config.layers[L.CONSTRUCTION].layer == "buildings"
    assert config.layers[L.CONSTRUCTION].proxy
    assert not config.layers[L.BUILDINGS].proxy


def test_homes_stand_in_where_residential_land_is_hardly_mapped(bring):
    town = Town()
    town.square(1, 0, 0, 100, landuse="residential")
    town.square(2, 1_000, 0, 100, landuse="industrial")
    town.square(11, 10, 10, 20, building="house")
    town.square(12, 200, 10, 20, building="apartments")
    town.square(13, 300, 10, 20, building="yes")
    town.square(14, 1_010, 10, 20, building="yes")
    town.square(15, 1_050, 10, 20, building="house")
    town.square(16, 400, 10, 20, building="yes", shop="supermarket")
    town.square(17, 500, 10, 20, building="warehouse")
    done, layer = bring(town)
    residential = layer(L.RESIDENTIAL)
    assert residential["id"].tolist() == ["w1", "w12", "w13", "w15"]
    assert set(residential["code"]) == {"0701"}
    said = next(one for one in done.findings if one.code == "osm.residential_from_buildings")
    assert "25.0%" in said.message.en
    assert "3 more footprints" in said.message.en
    assert "1 of them" in said.message.en
    assert "home" not in layer(L.BUILDINGS).columns


def test_homes_add_nothing_where_half_of_them_lie_on_residential_land(bring):
    town = Town()
    town.square(1, 0, 0, 100, landuse="residential")
    town.square(11, 10, 10, 20, building="house")
    town.square(12, 200, 10, 20, building="house")
    done, layer = bring(town)
    assert layer(L.RESIDENTIAL)["id"].tolist() == ["w1"]
    assert "osm.residential_from_buildings" not in codes(done)


def test_homes_serve_even_where_no_residential_land_is_mapped_at_all(bring):
    town = Town()
    town.square(12, 200, 10, 20, building="yes")
    done, layer = bring(town)
    assert layer(L.RESIDENTIAL)["id"].tolist() == ["w12"]
    assert "residential" not in {one.layer for one in done.findings if one.code == "osm.layer_empty"}


def test_land_use_water_and_protected_areas_find_their_layers(bring):
    town = Town()
    tags = [
        {"landuse": "residential"},
        {"landuse": "industrial"},
        {"amenity": "school"},
        {"natural": "water", "water": "pond"},
        {"landuse": "reservoir"},
        {"natural": "water"},
        {"boundary": "protected_area", "protect_class": "2"},
        {"boundary": "protected_area", "protect_class": "22"},
        {"leisure": "nature_reserve"},
        {"boundary": "national_park"},
        {"landuse": "farmland"},
    ]
    for number, one in enumerate(tags, 1):
        town.square(number, 200 * number, 500, 100, **one)
    town.line(20, [(0, 0), (100, 100)], waterway="river", name="R")
    town.line(21, [(0, 100), (100, 200)], natural="coastline")
    town.line(22, [(0, 100), (100, 200)], waterway="drain")
    done, layer = bring(town)
    ids = {kind: layer(kind)["id"].tolist() for kind in (L.RESIDENTIAL, L.BUILT_UP, L.RED_LINE, L.RIVERS)}
    assert ids == {
        L.RESIDENTIAL: ["w1"],
        L.BUILT_UP: ["b1", "b2", "b3"],
        L.RED_LINE: ["w7", "w9", "w10"],
        L.RIVERS: ["w20"],
    }
    assert layer(L.RESIDENTIAL)["code"].tolist() == ["0701"]
    assert layer(L.COASTLINE)["id"].tolist() == ["w21"]
    water = layer(L.WATER)
    assert water["id"].tolist() == ["w4", "w5", "w6"]
    assert water["water_type"].tolist() == ["lake", "reservoir", "other"]
    assert codes(done)["osm.protected_not_nature"] == {"w8"}
    assert {one.message.zh for one in done.findings if one.code == "osm.layer_empty"} == {
        "数据中没有步行路网，未写出该图层",
        "数据中没有公园绿地与广场，未写出该图层",
        "数据中没有建筑，未写出该图层",
        "数据中没有轨道站点，未写出该图层",
        "数据中没有绿道，未写出该图层",
    }


def test_a_station_mapped_twice_is_one_point(bring):
    town = Town()
    town.square(1, 1_000, 1_000, 100, railway="station", name="北站")
    town.node(1, 1_050, 1_050, railway="station", name="北站")
    town.square(2, 2_000, 1_000, 100, railway="station", name="南站")
    town.node(3, 3_000, 1_000, railway="station", station="miniature")
    town.node(4, 3_000, 2_000, railway="tram_stop")
    _, layer = bring(town)
    stations = layer(L.STATIONS)
    assert stations["id"].tolist() == ["n1", "w2"]
    assert all(isinstance(point, Point) for point in stations.geometry)


def test_greenways_are_cycleways_and_signed_routes_at_their_widest_level(bring):
    town = Town()
    for number in range(1, 6):
        town.line(number, [(100 * number, 0), (100 * number, 90)], highway="path")
    town.line(6, [(0, 500), (90, 500)], highway="cycleway")
    town.line(7, [(0, 600), (90, 600)], route="ferry")
    town.relation(1, [("w", 1, ""), ("w", 2, ""), ("w", 7, "")], type="route", route="hiking", network="lwn")
    town.relation(2, [("w", 2, "")], type="route", route="bicycle", network="rcn")
    town.relation(3, [("w", 3, "")], type="route", route="bus")
    town.relation(4, [("w", 4, "")], type="route", route="foot")
    _, layer = bring(town)
    greenways = layer(L.GREENWAYS)
    assert dict(zip(greenways["id"], greenways["level"], strict=True)) == {
        "w1": "local",
        "w2": "regional",
        "w4": "",
        "w6": "",
    }
    assert greenways["built"].all()


def test_parks_just_outside_are_kept_and_things_far_away_are_not(bring):
    town = crossing(joined=True)
    town.square(11, 5_500, 500, 100, leisure="park")
    town.square(12, 6_500, 500, 100, leisure="park")
    town.square(13, 8_000, 500, 100, natural="water")
    town.square(14, 10_000, 500, 100, natural="water")
    town.square(15, 3_950, 500, 100, landuse="residential")
    town.square(16, 4_200, 500, 100, landuse="residential")
    town.line(17, [(5_900, 900), (6_900, 900)], highway="path")
    town.line(18, [(6_100, 900), (6_900, 900)], highway="path")
    _, layer = bring(town)
    assert layer(L.PARKS)["id"].tolist() == ["w11"]
    assert layer(L.WATER)["id"].tolist() == ["w13"]
    assert layer(L.RESIDENTIAL)["id"].tolist() == ["w15"]
    assert {"w17.1"} == {one for one in layer(L.STREETS)["id"] if one.startswith(("w17", "w18"))}


def test_the_configuration_loads_and_names_the_source_and_the_day(bring):
    done, _ = bring(crossing(joined=True))
    config = load_config(done.config)
    assert config.city.name.zh == "小镇"
    assert config.city.id == "out"
    assert str(config.city.as_of) == str(done.date) == "2024-05-06"
    streets = config.layers[L.STREETS]
    assert streets.attribution == "© OpenStreetMap contributors, ODbL 1.0"
    assert str(streets.as_of) == "2024-05-06"
    assert config.layers[L.BOUNDARY].attribution == ""
    assert set(config.layers) == {L.BOUNDARY, L.STREETS}


def test_without_a_day_in_the_header_the_newest_object_gives_it(bring):
    done, _ = bring(crossing(joined=True), date=None)
    assert str(done.date) == "2024-05-06"


def test_the_same_input_gives_the_same_bytes(tmp_path, boundary):
    town = crossing(joined=True)
    town.square(11, 500, 500, 100, leisure="park")
    path = town.write(tmp_path / "town.osm.pbf")
    for name in ("one", "two"):
        import_osm(path, boundary, tmp_path / name / "city")
    for file in ("layers.gpkg", "city.toml", "findings.json"):
        assert (tmp_path / "one/city" / file).read_bytes() == (tmp_path / "two/city" / file).read_bytes()


def test_xml_extracts_are_read_too(tmp_path, boundary):
    path = crossing(joined=True).write(tmp_path / "town.osm", format="xml")
    assert import_osm(path, boundary, tmp_path / "out").counts[L.STREETS] == 4


def test_districts_are_taken_by_official_field_names_or_guessed(tmp_path, boundary):
    path = crossing(joined=True).write(tmp_path / "town.osm.pbf")
    square = gpd.read_file(boundary).geometry[0]
    for fields in (
        {"XZQDM": "440301", "XZQMC": "西区", "人口": 12.0},
        {"pop": 5, "Código": 77, "Título": "W"},
    ):
        frame = gpd.GeoDataFrame({key: [value] for key, value in fields.items()}, geometry=[square], crs=4326)
        frame.to_crs("EPSG:4547").to_file(tmp_path / "d.gpkg")
        done = import_osm(path, boundary, tmp_path / "out", districts=tmp_path / "d.gpkg")
        found = gpd.read_file(done.config.parent / "layers.gpkg", layer="districts").iloc[0]
        if "XZQDM" in fields:
            assert (found["id"], found["name_zh"], found["residents"]) == ("440301", "西区", 12.0)
            assert "osm.district_fields" not in codes(done)
        else:
            assert (found["id"], found["name_zh"]) == ("5", "W")
            assert "osm.district_fields" in codes(done)


def test_hostile_names_arrive_as_they_are_and_break_nothing(bring, tmp_path):
    evil = "</script>{{7*7}}'; DROP TABLE parks;--\n\"\\\x7f😀"
    town = Town()
    town.square(1, 1_000, 1_000, 100, leisure="park", name=evil, highway=evil)
    boundary_file(tmp_path / "boundary.geojson", 0, 0, 4_000, name=evil)
    done, layer = bring(town)
    assert layer(L.PARKS)["name"].tolist() == [evil]
    assert load_config(done.config).city.name.en == evil.strip()
    assert set(pyogrio.list_layers(done.config.parent / "layers.gpkg")[:, 0]) == {"boundary", "parks"}
    assert tomllib.loads(done.config.read_text(encoding="utf-8"))["city"]["id"] == "out"
