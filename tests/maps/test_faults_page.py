# ruff: noqa: E501 - what runs in the browser stays on its line
"""A page of faults alone: every finding in a list, those with a place on the map, and the way from one to the other."""

from __future__ import annotations

import dataclasses

import pytest
from conftest import VIEWS, keep
from map_cities import organic_report, square_report
from test_map_injection import PAYLOADS, squeezed

from layers.findings import Finding, Severity
from layers.text import Text
from maps.page import render_map

pytestmark = pytest.mark.browser


def faults_of(report, findings):
    return dataclasses.replace(report, results=(), measures={}, indicators={}, findings=tuple(findings))


def finding(at, severity=Severity.WARNING, layer="parks", place=(114.01, 22.59), text="面积极小"):
    return Finding(severity, "geometry.tiny", Text(text, f"{text} en"), layer, f"{at:03d}", place)


@pytest.fixture(scope="module")
def faults():
    report = organic_report()
    west, south, east, north = 113.8, 22.5, 114.3, 22.8
    placed = [
        finding(
            at,
            list(Severity)[at % 3],
            ("parks", "red_line")[at % 2],
            (west + (east - west) * at / 30, south + (north - south) * (at % 7) / 7),
        )
        for at in range(30)
    ]
    return render_map(faults_of(report, [*placed, finding(99, place=None, layer=None)]))


@pytest.mark.parametrize("view", VIEWS)
def test_faults_are_listed_and_drawn(open_page, faults, view):
    opened = open_page(faults, view).ready()
    assert opened.page.locator(".card.fault").count() == 31
    assert opened.do("shanhai.app.overlays.isOn(shanhai.app.overlays.get('findings'))")
    assert opened.do("shanhai.app.overlays.get('findings').features") == 30
    assert opened.page.locator(".card:not(.fault)").count() == 0
    assert opened.do("document.documentElement.scrollWidth <= window.innerWidth")
    keep(opened, f"faults-{view}")
    opened.silent()


def test_a_fault_leads_to_its_place_and_shows_its_layer(open_page, faults):
    opened = open_page(faults).ready()
    page = opened.page
    page.click(".filter.error")
    assert page.locator(".card.fault").count() == 10
    page.focus(".card.fault.error .card-head")
    page.keyboard.press("Enter")
    assert "面积极小" in page.inner_text("#details")
    place = opened.do("[shanhai.app.map.getCenter().lng, shanhai.app.map.getCenter().lat]")
    places = opened.do("shanhai.app.model.findings.filter(f => f.severity === 'error').map(f => f.place)")
    assert any(place == pytest.approx(one, abs=1e-4) for one in places)
    kinds = opened.do(
        "[...shanhai.app.overlays.entries.values()].filter(e => shanhai.app.overlays.isOn(e) && e.kind).map(e => e.kind)"
    )
    assert {"parks", "red_line"} & set(kinds)
    page.click(".filter.error")
    opened.do("[...document.querySelectorAll('.card.fault')].at(-1).querySelector('button').click()")
    assert "没有位置" in page.inner_text("#notice")
    opened.silent()


def test_a_clean_city_says_so(open_page):
    opened = open_page(render_map(faults_of(square_report(), []))).ready()
    assert "没有发现问题" in opened.page.inner_text("#cards")
    opened.silent()


def test_hostile_faults_stay_text(open_page):
    text = " ".join(PAYLOADS[:17])
    report = faults_of(
        square_report(), [finding(1, layer=text, text=text), finding(2, Severity.ERROR, text, None, text)]
    )
    opened = open_page("<!doctype html>")
    page = opened.page
    page.add_init_script("window.__pwned = []; window.__pwn = (at) => window.__pwned.push(at);")
    with open(opened.address.removeprefix("file://"), "w", encoding="utf-8") as sink:  # noqa: PTH123
        sink.write(render_map(report))
    page.goto(opened.address)
    opened.ready()
    for at in range(2):
        page.locator(".card.fault .card-head").nth(at).click()
    page.click(".actions .language")
    assert page.evaluate("window.__pwned") == []
    assert squeezed(text) in squeezed(page.inner_text("body"))
    opened.silent()
