"""The front page over several runs."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from conftest import VIEWS, keep
from map_cities import organic_report, square_report

from layers.text import Text
from maps.site import relative_address, render_site, site_entry


def entries():
    city = organic_report(many=5)
    other = dataclasses.replace(square_report(as_of=dt.date(2024, 12, 31)), run_id="r-older")
    return [
        site_entry(city, "demo/map.html"),
        site_entry(other, "方城/map.html"),
        dataclasses.replace(
            site_entry(city, "b/map.html"), name=Text("第二市", "Second City"), synthetic=False, as_of=None
        ),
    ]


def test_counts_and_values_are_the_reports():
    first = entries()[0]
    assert sum(first.counts.values()) == len(first.values) == 11
    assert first.values["greenway_density"]["value"] == pytest.approx(1.32)
    assert first.values["forest_cover"]["value"] is None


def test_an_address_has_no_scheme():
    for path in (
        "javascript:alert(1)",
        "https://example.com/x",
        "//example.com",
        "\\\\host\\x",
        'a" onclick="b',
    ):
        address = relative_address(path)
        assert address.startswith("./")
        assert not set('":<>') & set(address)


def test_same_entries_same_bytes():
    assert render_site(entries()) == render_site(entries())


@pytest.mark.browser
@pytest.mark.parametrize("view", VIEWS)
def test_front_page(open_page, view):
    opened = open_page(render_site(entries()), view)
    page = opened.page
    keep(opened, f"site-{view}")
    assert page.locator(".run").count() == 3
    assert opened.do("document.documentElement.scrollWidth <= window.innerWidth")
    names = lambda: page.locator(".score tbody th").all_inner_texts()  # noqa: E731
    before = names()
    page.click(".score thead th:first-child button")
    assert names() == before[::-1]
    page.click(".score thead th:nth-child(4) button")
    assert page.get_attribute(".score thead th:nth-child(4)", "aria-sort") == "ascending"
    page.click(".language")
    assert page.title() == "Ecological space · overview"
    assert "Second City" in page.inner_text("body")
    opened.silent()


@pytest.mark.browser
def test_empty_front_page(open_page):
    opened = open_page(render_site([]))
    assert "还没有评估结果" in opened.page.inner_text("body")
    opened.silent()
