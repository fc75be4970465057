# ruff: noqa: E501 - what runs in the browser stays on its line
"""The picture for reports: the same classes as the page, shapes where they lie, the same bytes each time."""

from __future__ import annotations

import dataclasses
import io
import json

import numpy as np
import pytest
import shapely
from conftest import ARTEFACTS
from hypothesis import given, settings
from hypothesis import strategies as st
from map_cities import organic_report, square_report
from PIL import Image
from test_map_injection import PAYLOADS, hostile

from maps.assets import palette
from maps.classes import classes_of, comparable_target
from maps.fonts import VARIABLE, Fonts, find_fonts
from maps.number_text import class_texts
from maps.packed import pack, world_units
from maps.page import render_map
from maps.static_ground import Frame, Ground, rgb
from maps.static_map import HEIGHT, WIDTH, chosen_indicator, draw_map
from maps.stored_page import read_page
from maps.unpacked import unpack


def model_of(report, lang="zh"):
    return read_page(render_map(report, lang=lang), "map.html")


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)))


@pytest.fixture(scope="module")
def organic():
    return model_of(organic_report())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_same_page_gives_the_same_picture(organic, lang):
    png = draw_map(organic, lang)
    assert png == draw_map(organic, lang)
    assert pixels(png).shape == (HEIGHT, WIDTH, 3)
    ARTEFACTS.mkdir(exist_ok=True)
    (ARTEFACTS / f"report-picture-{lang}.png").write_bytes(png)


def test_districts_have_the_colour_of_their_class(organic):
    """A pixel in a district, away from what lies on it, has its class's colour."""
    value = organic.value
    indicator = chosen_indicator(value)
    evidence = [one for one in value["layers"] if "indicator" in one]
    bare = dataclasses.replace(organic, value={**value, "layers": evidence})
    png = pixels(draw_map(bare, "zh", Fonts(None, None)))
    ramps = palette()["ramps"]
    values = [indicator["districts"].get(one["id"], {}).get("value") for one in value["ground"]["districts"]]
    classes = classes_of(values, comparable_target(indicator), ramps)
    seen = {tuple(colour) for colour in png.reshape(-1, 3)[::7].tolist()}
    used = {classes.colours[classes.of(one)] for one in values if one is not None}
    assert used
    for colour in used:
        assert rgb(colour) in seen
    for colour in {c for ramp in ("above", "below", "plain") for c in ramps[ramp]} - set(classes.colours):
        assert rgb(colour) not in seen


def test_without_districts_or_layers_there_is_still_a_picture():
    report = square_report()
    study = dataclasses.replace(report.study, districts=report.study.districts.iloc[:0], layers={})
    empty = dataclasses.replace(report, study=study, results=(), measures={}, indicators={}, findings=())
    assert pixels(draw_map(model_of(empty), "en")).std() > 1


@pytest.mark.parametrize("payload", [" ".join(PAYLOADS), "字" * 200, "\u202e" * 50, ""])
@pytest.mark.parametrize("fonts", [None, Fonts(None, None)])
def test_hostile_and_long_names_stay_within_the_picture(payload, fonts):
    png = draw_map(model_of(hostile(payload)), "zh", fonts)
    assert (pixels(png)[:, -8:] == 255).all()


def test_without_a_chinese_font_the_picture_is_in_english(organic, monkeypatch, tmp_path):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "none.ttf"))
    assert not find_fonts().chinese
    assert draw_map(organic, "zh") == draw_map(organic, "en")
    monkeypatch.delenv(VARIABLE)
    if find_fonts().chinese:
        assert draw_map(organic, "zh") != draw_map(organic, "en")


def test_holes_and_islands_are_drawn_as_they_are():
    """Against plain shapely: the filled share of the picture is the area of the shapes."""
    ring = shapely.Polygon(shapely.box(10, 10, 90, 90).exterior, [shapely.box(30, 30, 70, 70).exterior])
    ground = Ground(Frame((0.0, 0.0, 100.0, 100.0), 100, 100), "#ffffff")
    ground.fill(np.array([ring, shapely.box(45, 45, 55, 55)], dtype=object), {"fill": "#000000"})
    dark = np.asarray(ground.finished())[:, :, 0] < 128
    assert dark.sum() == pytest.approx(ring.area + 100, rel=0.01)
    assert not dark[35, 35]
    assert dark[50, 50]


corners = st.tuples(st.floats(100, 120), st.floats(-60, 60), st.floats(0.01, 3), st.booleans())


@settings(max_examples=30, deadline=None)
@given(st.lists(corners, max_size=6))
def test_what_is_packed_is_read_back(boxes):
    """Areas in steps of the world are those of the shapes as projected, holes taken out."""
    shapes = []
    for x, y, size, holed in boxes:
        hole = (
            [shapely.box(x + size * 0.25, y + size * 0.25, x + size * 0.5, y + size * 0.5).exterior]
            if holed
            else []
        )
        shapes.append(shapely.Polygon(shapely.box(x, y, x + size, y + size).exterior, hole))
    import geopandas as gpd  # noqa: PLC0415

    packed = pack(
        gpd.GeoSeries(shapes, crs=4326), list(range(len(shapes))), list("abcdef"[: len(shapes)]), "polygon"
    )
    read, classes = unpack(packed.meta(), packed.payload)
    assert len(read) == len(shapes)
    for shape, at in zip(read, classes, strict=True):
        expected = shapely.transform(shapes[at], lambda points: world_units(points).astype(float))
        assert shape.area == pytest.approx(expected.area)
        assert shape.symmetric_difference(expected).area <= 1e-9 * expected.area


@pytest.mark.browser
def test_classes_and_their_words_are_the_pages(open_page, organic_html):
    """The picture and the page part values alike, for targets of either direction and for none."""
    rng = np.random.default_rng(5)
    cases = [([*rng.normal(m, s, 7).tolist(), None], t) for m, s in ((0.6, 0.2), (0.75, 0.001), (50, 30)) for t in (None, (">=", 0.75), ("<=", 0.6), (">", 55.0))]  # fmt: skip
    cases += [([0.5], None), ([0.5], (">=", 0.75)), ([], None), ([1.0, 1.0], None), ([0.3, 0.2], (">=", 0.9))]
    opened = open_page(organic_html, hash_text="#show=park_walk_coverage&lang=en").ready()
    for values, target in cases:
        goal = None if target is None else {"comparison": target[0], "value": target[1], "unit": "ratio"}
        ours = classes_of(values, goal, palette()["ramps"])
        told = opened.do(
            f"""(() => {{
              const {{ app }} = shanhai;
              const indicator = app.indicator();
              const values = {json.dumps(values)};
              app.districts.list.forEach((one, at) => {{ indicator.districts[one.id] = {{ value: values[at] ?? null }}; }});
              indicator.targets = {json.dumps([{**goal, "status": "MET"}] if goal else [])};
              indicator.whole = 1;
              app.districts.recolour(); app.panel.draw();
              const scale = app.districts.classes(indicator);
              return {{ limits: scale.limits, sides: scale.sides, colours: scale.colours, of: values.map((one) => scale.of(one)),
                texts: [...document.querySelectorAll('#panel fieldset:first-of-type .layer:first-of-type .key-text')].map((one) => one.textContent) }};
            }})()"""
        )
        assert told["limits"] == pytest.approx(ours.limits)
        assert (tuple(told["sides"]), tuple(told["colours"])) == (ours.sides, ours.colours)
        assert told["of"] == [ours.of(one) for one in values]
        shown = [text.split(" · ")[0] for text in told["texts"] if not text.startswith("No data")][::-1]
        assert shown == class_texts(ours, "ratio", "en")
