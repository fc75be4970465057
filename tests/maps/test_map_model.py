# ruff: noqa: E501 - what runs in the browser stays on its line
"""What the page is told is what the report holds."""

from __future__ import annotations

import base64
import dataclasses

import numpy as np
import pytest
import square_city
from affine import Affine
from map_cities import organic_report, square_report
from rasterio.io import MemoryFile
from shapely import MultiPolygon, Polygon

from analyses.quantities import Beside, Quantity, Unit
from analyses.report import Status
from geo.raster import Grid, Surface
from layers.kinds import LayerKind
from layers.study import Layer, Source
from layers.text import Text
from maps.display import display_of
from maps.model import build_model
from maps.page import render_map
from maps.places import ground
from maps.raster import picture
from maps.results import indicator_entries, targets_judged


def entry(report, name):
    return next(one for one in indicator_entries(report) if one["id"] == name)


def test_numbers_targets_and_reasons_are_the_reports():
    walk = entry(square_report(), "park_walk_coverage")
    assert (walk["value"], walk["part"], walk["whole"]) == (0.5, 40_000.0, 80_000.0)
    assert (walk["status"], walk["gap"], walk["targets"][0]["value"]) == ("MISSED", -0.25, 0.75)
    assert walk["districts"]["E"]["value"] == 0.0
    assert walk["parameters"][0]["doubt"] == {"zh": "推荐值", "en": "recalled"}
    assert [(s["kind"], s["given"]) for s in walk["sources"]] == [("parks", True), ("streets", False)]


def test_a_zero_whole_has_no_value():
    assert entry(square_report(), "red_line_share")["districts"]["E"]["value"] is None


def test_of_several_targets_the_worst_verdict_leads():
    walk = entry(organic_report(many=5), "park_walk_coverage")
    assert [target["status"] for target in walk["targets"]] == ["MET", "MISSED"]
    assert walk["status"] == "MISSED"


def test_districts_show_the_number_the_title_names():
    report = square_report()
    walk = next(one for one in report.results if one.indicator == "park_walk_coverage")
    beside = {"E": Quantity(30_000.0, 40_000.0, Unit.RATIO)}
    variant = Beside("at_400_m", Text("400 m", "400 m"), None, by_district=beside)
    measure = dataclasses.replace(report.measures[walk.indicator], beside=(variant,))
    aimed = dataclasses.replace(walk.target, indicator="park_walk_coverage.at_400_m")
    results = [
        dataclasses.replace(walk, district="E", quantity=beside["E"], target=aimed),
        dataclasses.replace(walk, district="W", target=None, status=Status.NO_TARGET),
    ]
    shown = entry(
        dataclasses.replace(report, results=tuple(results), measures={walk.indicator: measure}),
        walk.indicator,
    )
    assert shown["value"] == 0.75
    assert {name: one["value"] for name, one in shown["districts"].items()} == {"E": 0.75, "W": None}


def test_targets_are_counted_one_by_one():
    report = organic_report(many=5)  # two targets on one card
    judged = targets_judged(report)
    assert sum(judged.values()) == sum(
        r.target is not None and r.status != "NO_TARGET" for r in report.results
    )
    cards = [one for one in indicator_entries(report) if one["status"] in {"MET", "MISSED", "NO_DATA"}]
    assert len(cards) < sum(judged.values())


def test_a_verdict_on_a_district_alone_still_gives_its_reason():
    report = square_report()
    only = tuple(dataclasses.replace(r, district="W") for r in report.results if r.status is Status.NO_DATA)
    sponge = entry(dataclasses.replace(report, results=only), "sponge_area_share")
    assert sponge["status"] == "NO_DATA"
    assert sponge["reason"]["en"] == "drainage units are missing"


def test_order_of_features_changes_no_byte():
    report = square_report()
    walk = report.measures["park_walk_coverage"]
    turned = dataclasses.replace(walk, evidence=walk.evidence.iloc[::-1])
    other = dataclasses.replace(report, measures={**report.measures, "park_walk_coverage": turned})
    assert render_map(report) == render_map(other)


def test_background_is_cut_to_the_city_and_parks_are_not():
    outside = square_city.square(-3000, 100, 2000)
    across = square_city.square(-500, 1000, 1000)
    frames = {
        kind: Layer(kind, square_city.frame([outside, across]), Source("x"))
        for kind in (LayerKind.WATER, LayerKind.PARKS)
    }
    study = dataclasses.replace(square_city.square_study(), layers=frames)
    model = build_model(dataclasses.replace(square_report(), study=study), "zh")
    layers = {one.get("kind"): one for one in model.value["layers"]}
    assert layers["water"]["features"] == 1
    assert layers["parks"]["features"] == 2
    assert layers["water"]["bounds"][0] == pytest.approx(model.value["ground"]["bounds"][0], abs=1e-5)


def test_gaps_between_joined_areas_are_closed_and_lakes_stay():
    land = square_city.square(0, 0, 4000)
    sliver, lake = square_city.square(500, 500, 2000, 5), square_city.square(2500, 2500, 800)
    torn = Polygon(land.exterior, [sliver.exterior, lake.exterior])
    study = dataclasses.replace(square_city.square_study(), land=MultiPolygon([torn]))
    shapes = [one["shape"]["coordinates"] for one in ground(study, display_of(study))["districts"]]
    assert [len(rings) for rings in shapes] == [1, 2]


@pytest.mark.filterwarnings("ignore:Dataset has no geotransform")
def test_a_raster_becomes_a_picture_in_its_place():
    values = np.ma.MaskedArray(np.tile(np.arange(1.0, 5.0), (4, 1)), mask=np.eye(4, dtype=bool))
    grid = Grid(square_city.EPSG, Affine(1000, 0, square_city.X0, 0, -1000, square_city.Y0 + 4000), (4, 4))
    study = square_city.square_study()
    drawn = picture(
        Surface(grid, values, "人"), ["#000000", "#ff0000", "#00ff00", "#0000ff"], display_of(study)
    )
    with MemoryFile(base64.b64decode(drawn["url"].split(",")[1])) as memory, memory.open() as source:
        classes = set(np.unique(source.read(1)).tolist())
    assert classes == {0, 1, 2, 3, 4}
    assert [one["title"]["zh"] for one in drawn["legend"]] == ["1", "2", "3", "4"]
    west, south, east, north = ground(study, display_of(study))["bounds"]
    assert np.abs(np.array(drawn["bounds"]) - [[south, west], [north, east]]).max() < 1e-3


def test_an_empty_raster_is_left_out():
    nothing = np.ma.MaskedArray(np.zeros((2, 2)), mask=True)
    grid = Grid(square_city.EPSG, Affine(1, 0, 0, 0, -1, 0), (2, 2))
    assert picture(Surface(grid, nothing), ["#000000"], display_of(square_city.square_study())) is None


@pytest.mark.browser
@pytest.mark.parametrize(("name", "key"), [("osm", None), ("tianditu", "abcdef0123456789"), ("amap", None)])
def test_basemaps_ask_only_their_own_host(open_page, name, key):
    html = render_map(square_report(), basemap=name, basemap_key=key)
    opened = open_page(html).ready()
    host = {"osm": "tile.openstreetmap.org", "tianditu": "tianditu.gov.cn", "amap": "is.autonavi.com"}[name]
    assert opened.outside()
    assert all(host in url for url in opened.outside())
    if name == "tianditu":
        assert "密钥" in opened.page.inner_text(".panel")
    if name == "amap":
        shift = opened.do(
            "(() => { const layer = shanhai.app.basemap.getLayers()[0]; const c = shanhai.app.map.getCenter();"
            " const box = layer._getTiledPixelBounds(c).getCenter(), plain = shanhai.app.map.project(c, layer._tileZoom);"
            " return [box.x - plain.x, box.y - plain.y, 156543.03392 * Math.cos(c.lat * Math.PI / 180) / 2 ** layer._tileZoom]; })()"
        )
        east, south = shift[0] * shift[2], shift[1] * shift[2]
        assert 350 < east < 650
        assert 150 < south < 450


def test_no_basemap_no_host():
    html = render_map(square_report())
    policy = html.split('http-equiv="Content-Security-Policy" content="')[1].split('"')[0]
    assert "https:" not in policy
    assert "'unsafe-eval'" not in policy
    assert policy.count("'sha256-") == 2


def test_a_very_big_layer_keeps_what_names_a_row_and_says_so(monkeypatch):
    monkeypatch.setattr("maps.columns._MOST_ROWS_WHOLE", 1)
    model = build_model(square_report(), "zh")
    walk = next(one for one in model.value["layers"] if one.get("indicator") == "park_walk_coverage")
    assert [column["key"] for column in walk["columns"]] == ["name", "id", "class", "district"]
    assert walk["columns_left_out"] == 1
