# ruff: noqa: E501 - what runs in the browser stays on its line
"""Odd cities: the page still works and says what is missing."""

from __future__ import annotations

import dataclasses
import json
import re

import geopandas as gpd
import numpy as np
import pytest
import shapely
import square_city
from map_cities import empty_evidence, indicator, report_of, result, square_report, target
from pyproj import CRS
from shapely import LineString, MultiPolygon, Point, Polygon, box

from analyses.quantities import Measure, Quantity, Unit
from analyses.report import Status
from layers.kinds import LayerKind
from layers.study import Layer, Source
from layers.text import Text
from maps.page import render_map

pytestmark = pytest.mark.browser


def model_of(html: str) -> dict:
    return json.loads(re.search(r'id="shanhai-data">(.*?)</script>', html, flags=re.DOTALL)[1])


def grid_districts(side: int) -> gpd.GeoDataFrame:
    step = 4000 / max(1, side)
    cells = [square_city.square(x * step, y * step, step) for y in range(side) for x in range(side)]
    many = len(cells)
    return square_city.frame(
        cells,
        id=[f"D{at:03d}" for at in range(many)],
        name_zh=[f"第{at}街道" for at in range(many)],
        name_en=[f"Subdistrict {at}" for at in range(many)],
        residents=[float("nan")] * many,
    )


def report_with(districts: gpd.GeoDataFrame, values: dict[str, float | None] | None = None):
    study = dataclasses.replace(square_city.square_study(), districts=districts)
    one = indicator("share", Text("占比", "share"), "parks")
    quantities = {
        key: Quantity(0.0, 0.0, Unit.RATIO) if value is None else Quantity(value, 1.0, Unit.RATIO)
        for key, value in (values or {}).items()
    }
    city = Quantity(0.5, 1.0, Unit.RATIO)
    measure = Measure(city, quantities, empty_evidence())
    return report_of(study, [(one, measure, [result(one, city, Status.MET, target=target("share", 0.4))])])


@pytest.mark.parametrize("side", [0, 1, 18])
def test_any_number_of_districts(open_page, side):
    districts = grid_districts(side)
    values = {key: at / max(1, len(districts)) for at, key in enumerate(districts["id"])}
    opened = open_page(render_map(report_with(districts, values))).ready()
    assert opened.do("document.querySelectorAll('.leaflet-districts-pane path').length") == side * side
    if side == 0:
        assert "没有区界数据" in opened.page.inner_text(".panel")
        opened.page.click(".actions .table")
        assert "没有区界数据" in opened.page.inner_text(".dialog")
    boxes = opened.do(
        "[...document.querySelectorAll('.district-label')].map(l => { const b = l.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; })"
    )
    apart = all(
        a[2] <= b[0] + 3 or b[2] <= a[0] + 3 or a[3] <= b[1] + 3 or b[3] <= a[1] + 3
        for at, a in enumerate(boxes)
        for b in boxes[:at]
    )
    assert apart
    opened.do("shanhai.app.print.prepare()")
    assert opened.do(
        "document.getElementById('sheet-side').scrollHeight <= document.getElementById('sheet-side').clientHeight + 1"
    )
    opened.silent()


@pytest.mark.parametrize("view", ["desktop", "phone"])
def test_names_of_200_characters(open_page, view):
    long = "很长的名字" * 40
    districts = square_city.districts()
    districts["name_zh"] = [long, long]
    districts["name_en"] = ["Longname" * 25, "Longname" * 25]
    report = report_with(districts, {"W": 0.2, "E": 0.7})
    study = dataclasses.replace(report.study, name=Text(long, "Longname" * 25))
    one = dataclasses.replace(report.indicators["share"], title=Text(long, "Longname" * 25))
    named = dataclasses.replace(
        report,
        study=study,
        indicators={"share": one},
        results=tuple(dataclasses.replace(r, title=one.title) for r in report.results),
    )
    opened = open_page(render_map(named), view).ready()
    opened.do("shanhai.app.selectDistrict('W', {zoom: true})")
    assert opened.do("document.documentElement.scrollWidth <= window.innerWidth")
    wide = opened.do(
        "[...document.querySelectorAll('.card, .rank, .panel, .details, .district-label')].filter(e => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflow === 'visible').map(e => e.className)"
    )
    assert wide == []
    opened.page.click(".actions .language")
    assert opened.do("document.documentElement.scrollWidth <= window.innerWidth")
    opened.silent()


def test_missing_values_everywhere(open_page):
    report = report_with(square_city.districts(), {"W": None, "E": None})
    bare = dataclasses.replace(
        report,
        results=tuple(
            dataclasses.replace(r, quantity=None, status=Status.NO_DATA, target=None) for r in report.results
        ),
        measures={},
    )
    html = render_map(bare)
    opened = open_page(html).ready()
    assert "无法评判" in opened.page.inner_text(".summary")
    opened.page.click(".card-head")
    assert model_of(html)["indicators"][0]["value"] is None
    opened.page.click(".actions .table")
    opened.page.click(".tabs button:nth-child(2)")
    assert "无数据" in opened.page.inner_text(".dialog tbody")
    opened.silent()


def test_no_results_at_all(open_page):
    opened = open_page(render_map(report_of(square_city.square_study(), []))).ready()
    assert "没有指标" in opened.page.inner_text("#cards")
    opened.do("shanhai.app.print.prepare()")
    opened.silent()


def test_across_the_antimeridian(open_page):
    crs = CRS.from_proj4("+proj=tmerc +lat_0=-17 +lon_0=180 +k=1 +x_0=0 +y_0=0 +ellps=GRS80 +units=m")
    land = box(-20_000, -10_000, 20_000, 10_000)
    districts = gpd.GeoDataFrame(
        {"id": ["W", "E"], "name_zh": ["西", "东"], "name_en": ["W", "E"]},
        geometry=[box(-20_000, -10_000, 0, 10_000), box(0, -10_000, 20_000, 10_000)],
        crs=crs,
    )
    parks = gpd.GeoDataFrame(
        {"id": ["p"], "name": ["跨线公园"]}, geometry=[box(-3000, -3000, 3000, 3000)], crs=crs
    )
    study = dataclasses.replace(
        square_city.square_study(),
        crs=crs,
        boundary=land,
        land=land,
        districts=districts,
        layers={LayerKind.PARKS: Layer(LayerKind.PARKS, parks, Source("p.gpkg"))},
    )
    html = render_map(report_of(study, []), lang="en")
    west, _, east, _ = model_of(html)["ground"]["bounds"]
    assert east - west == pytest.approx(0.376, abs=0.01)
    opened = open_page(html, hash_text="#on=layer-parks-polygon").ready()
    assert opened.do("shanhai.app.overlays.hit(shanhai.app.ground.home.getCenter())") == {
        "layer": "layer-parks-polygon",
        "feature": 0,
    }
    assert opened.do("shanhai.app.map.getZoom()") > 9
    opened.page.mouse.move(700, 400)
    assert "180." not in opened.page.inner_text("#readout")
    opened.silent()


def test_a_million_vertices_in_one_polygon(open_page):
    angles = np.linspace(0, 2 * np.pi, 1_000_000, endpoint=False)
    radius = 1500 + 120 * np.sin(angles * 997) + 3 * np.sin(angles * 131_071)
    ring = np.column_stack((500_000 + radius * np.cos(angles), 2_500_000 + radius * np.sin(angles)))
    evidence = square_city.frame([Polygon(ring)], **{"class": ["x"]})
    report = square_report()
    walk = dataclasses.replace(report.measures["park_walk_coverage"], evidence=evidence)
    html = render_map(dataclasses.replace(report, measures={**report.measures, "park_walk_coverage": walk}))
    assert len(html) < 4_000_000
    opened = open_page(html, hash_text="#show=park_walk_coverage").ready()
    assert opened.do("shanhai.app.overlays.hit(shanhai.app.map.getCenter())?.feature") == 0
    opened.silent()


def test_mixed_and_missing_shapes(open_page):
    point, line = Point(500_000, 2_500_000), LineString([(499_000, 2_499_000), (501_000, 2_501_000)])
    shapes = [point, line, square_city.square(100, 100, 500), None, Polygon(), shapely.MultiPoint([point]),
              MultiPolygon([square_city.square(900, 900, 100)]), shapely.GeometryCollection([point, square_city.square(2000, 100, 300)])]  # fmt: skip
    evidence = square_city.frame(
        shapes, **{"class": ["covered", None, "uncovered", "covered", "covered", "new", "covered", "covered"]}
    )
    report = square_report()
    walk = dataclasses.replace(report.measures["park_walk_coverage"], evidence=evidence)
    opened = open_page(
        render_map(dataclasses.replace(report, measures={**report.measures, "park_walk_coverage": walk})),
        hash_text="#show=park_walk_coverage",
    ).ready()
    assert opened.do(
        "shanhai.app.overlays.ofIndicator('park_walk_coverage').map(e => [e.shape, e.features])"
    ) == [["polygon", 3], ["line", 1], ["point", 2]]
    text = opened.page.inner_text(".panel")
    assert "2 个要素没有图形" in text
    assert "未分类" in text
    opened.silent()
