# ruff: noqa: E501 - what runs in the browser stays on its line
"""The page as a reader meets it, in Chromium, from disk, with every request refused."""

from __future__ import annotations

import re
from typing import Any

import pytest
from conftest import VIEWS, keep
from map_cities import organic_report, square_report
from pyproj import Geod

from layers.kinds import LayerKind
from maps.page import render_map

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("view", VIEWS)
def test_opens_without_a_request_or_a_message(open_page, organic_html, view):
    opened = open_page(organic_html, view).ready()
    keep(opened, f"map-{view}")
    assert opened.do("document.querySelectorAll('.leaflet-districts-pane path').length") == 10
    assert opened.do("document.documentElement.scrollWidth <= window.innerWidth")
    assert "80.22" in opened.page.inner_text(".card.chosen")
    opened.silent()


def test_phone_sheet_opens_and_closes(open_page, organic_html):
    opened = open_page(organic_html, "phone").ready()
    page = opened.page
    page.click("#grip")
    assert page.get_attribute("#grip", "aria-expanded") == "true"
    page.wait_for_timeout(300)
    keep(opened, "map-phone-sheet")
    page.click("#grip")
    page.wait_for_timeout(300)
    opened.do("shanhai.app.selectDistrict('D2', {zoom: true})")
    page.wait_for_timeout(300)
    keep(opened, "map-phone-district")
    card = page.locator("#details").bounding_box()
    shape = page.locator(".leaflet-districts-pane path[aria-pressed=true]").bounding_box()
    assert shape["y"] + shape["height"] <= card["y"] + 1
    opened.silent()


def test_choosing_an_indicator_recolours_districts_and_shows_its_evidence(open_page, organic_html):
    opened = open_page(organic_html).ready()
    page = opened.page
    before = opened.do(
        "[...document.querySelectorAll('.leaflet-districts-pane path')].map(p => p.getAttribute('fill'))"
    )
    page.click(".card[data-id=red_line_share] .card-head")
    after = opened.do(
        "[...document.querySelectorAll('.leaflet-districts-pane path')].map(p => p.getAttribute('fill'))"
    )
    assert before != after
    assert opened.do(
        "shanhai.app.overlays.ofIndicator('red_line_share').every(e => shanhai.app.overlays.isOn(e))"
    )
    assert opened.do(
        "shanhai.app.overlays.ofIndicator('park_walk_coverage').every(e => !shanhai.app.overlays.isOn(e))"
    )
    page.click(".card.chosen .card-actions button")
    words = page.inner_text("#details")
    for part in ("公式", "依据", "示例规划", "20.00"):
        assert part in words
    opened.silent()


def test_details_say_formula_clause_parameters_doubt_and_dates(open_page, organic_html):
    opened = open_page(organic_html, hash_text="#show=park_walk_coverage").ready()
    opened.page.click(".card.chosen .card-actions button")
    words = opened.page.inner_text("#details")
    for part in (
        "300 m",
        "待核实",
        "2025-12-31",
        "缺少",
        "2035 年目标",
        "约束性",
        "直线 300 m",
        "缺少人口图层",
        "替代数据",
    ):
        assert part in words, part
    keep(opened, "map-details")
    opened.silent()


def test_map_bars_and_table_show_one_number(open_page, organic_html):
    """The ranked bar, the card, the table's cell and the model hold the same value."""
    opened = open_page(organic_html).ready()
    model = opened.do("shanhai.app.model.indicators.find(i => i.id === 'park_walk_coverage').districts")
    ranks = opened.do(
        "[...document.querySelectorAll('.rank')].map(r => [r.querySelector('.rank-name').textContent, r.querySelector('.rank-value').textContent])"
    )
    opened.page.click(".actions .table")
    rows = opened.do(
        "[...document.querySelectorAll('.dialog tbody tr')].map(r => [...r.children].map(c => c.textContent))"
    )
    heads = opened.do("[...document.querySelectorAll('.dialog thead th span')].map(s => s.textContent)")
    column = next(at for at, head in enumerate(heads) if head.startswith("公园步行"))
    table = {row[0]: row[column] for row in rows}
    assert table == dict(ranks)
    names = {d["id"]: d["name"]["zh"] for d in opened.do("shanhai.app.districts.list")}
    assert {names[key]: f"{100 * value['value']:.2f}" for key, value in model.items()} == table
    keep(opened, "map-table")
    opened.silent()


def test_table_sorts_and_csv_is_safe(open_page):
    report = square_report()
    frame = report.study.districts
    frame["name_zh"] = ["=1+1", "+cmd"]
    opened = open_page(render_map(report)).ready()
    page = opened.page
    page.click(".actions .table")
    page.click(".dialog thead th:nth-child(3) button")
    first = page.inner_text(".dialog tbody tr:first-child")
    page.click(".dialog thead th:nth-child(3) button")
    assert first != page.inner_text(".dialog tbody tr:first-child")
    with page.expect_download() as download:
        page.click(".dialog-actions .soft")
    text = download.value.path().read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    assert b'\r\n"\'=1+1",' in text
    assert b'"\'+cmd",' in text
    assert b",10000," in text
    opened.silent()


def test_language_toggle_changes_every_text_title_and_lang(open_page, organic_html):
    opened = open_page(organic_html).ready()
    page = opened.page
    assert (page.title(), opened.do("document.documentElement.lang")) == (
        "山海示范市（合成） · 生态空间评估",
        "zh-CN",
    )
    opened.do("shanhai.app.showDefinition('park_walk_coverage')")
    page.click(".actions .language")
    assert (page.title(), opened.do("document.documentElement.lang")) == (
        "Shanhai Demo City (synthetic) · ecological space",
        "en",
    )
    left = opened.do(
        "[...document.querySelectorAll('body *')].filter(e => !['SCRIPT', 'STYLE', 'NOSCRIPT'].includes(e.tagName)"
        " && !e.classList.contains('language') && e.closest('#details') === null)"
        ".flatMap(e => [...e.childNodes].filter(n => n.nodeType === 3).map(n => n.textContent)"
        ".concat(e.getAttribute('aria-label') ?? '', e.getAttribute('title') ?? '', e.getAttribute('placeholder') ?? ''))"
        ".filter(text => /[\\u4e00-\\u9fff]/.test(text))"
    )
    assert left == []
    keep(opened, "map-english")
    page.click(".actions .language")
    assert "数据表" in page.inner_text(".actions")
    opened.silent()


def test_missing_values_say_so(open_page):
    report = square_report()
    opened = open_page(render_map(report), hash_text="#show=red_line_share").ready()
    assert "无数据" in opened.page.inner_text(".ranks")
    assert (
        opened.do("document.querySelectorAll('.leaflet-districts-pane path[fill*=missing-hatch]').length")
        == 1
    )
    opened.page.click(".actions .language")
    assert "No data" in opened.page.inner_text(".ranks")
    assert "drainage units are missing" in opened.page.inner_text(".card.NO_DATA")
    opened.silent()


def test_search_by_keyboard(open_page, organic_html):
    opened = open_page(organic_html).ready()
    page = opened.page
    page.focus("#search")
    page.keyboard.type("龙")
    page.wait_for_selector("#search-list li")
    names = page.locator("#search-list li span").all_inner_texts()
    assert names[:2] == ["龙华区", "龙岗区"]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert opened.do("shanhai.app.store.get().district") == "D7"
    page.fill("#search", "公园12")
    page.wait_for_selector("#search-list li")
    page.keyboard.press("Enter")
    page.wait_for_selector("#details h2:has-text('公园12')")
    page.fill("#search", "不存在的地方")
    page.wait_for_selector("#search-list .nothing")
    opened.silent()


def test_everything_is_reached_by_keyboard(open_page, organic_html):
    opened = open_page(organic_html).ready()
    seen = set()
    for _ in range(140):
        opened.page.keyboard.press("Tab")
        seen.add(
            opened.do(
                "(e => e.id || e.className.baseVal || e.className || e.tagName)(document.activeElement)"
            )
        )
    told = " ".join(map(str, seen))
    for part in (
        "search",
        "card-head",
        "rank",
        "panel-toggle",
        "layer-",
        "leaflet-interactive",
        "action",
        "filter",
    ):
        assert part in told, (part, seen)
    opened.do("document.querySelector('.leaflet-districts-pane path').focus()")
    opened.page.keyboard.press("Enter")
    assert opened.page.is_visible("#details")
    opened.page.keyboard.press("Escape")
    assert not opened.page.is_visible("#details")
    opened.silent()


def test_address_brings_back_the_view(open_page, organic_html):
    opened = open_page(organic_html).ready()
    opened.do(
        "shanhai.app.selectIndicator('red_line_share'); shanhai.app.map.setView([22.6, 114.1], 13.25, {animate: false}); null"
    )
    opened.page.click(".actions .language")
    text = opened.do("shanhai.app.address.text()")
    again = open_page(organic_html, hash_text=text).ready()
    assert again.do("shanhai.app.store.get().indicator") == "red_line_share"
    assert again.do("[shanhai.app.map.getZoom(), shanhai.app.language.is()]") == [13.25, "en"]
    strange = open_page(
        organic_html, hash_text="#at=x/y/z&show=<img src=x onerror=alert(1)>&on=%22,__proto__&lang=xx"
    ).ready()
    assert strange.do("shanhai.app.store.get().lang") == "zh"
    strange.silent()


def test_measures_on_the_ellipsoid(open_page, organic_html):
    opened = open_page(organic_html).ready()
    points = [(113.9, 22.5), (114.1, 22.52), (114.15, 22.7), (113.95, 22.66)]
    geod = Geod(ellps="WGS84")
    area, around = geod.polygon_area_perimeter(*zip(*points, strict=True))
    opened.do("shanhai.app.measure.start('area')")
    for lng, lat in points:
        opened.do(f"shanhai.app.map.fire('click', {{latlng: L.latLng({lat}, {lng})}}); null")
    opened.do("shanhai.app.map.fire('dblclick', {}); null")
    told = re.findall(r"[\d,.]+", opened.page.inner_text("#notice"))
    assert float(told[0].replace(",", "")) == pytest.approx(abs(area) / 1e6, rel=2e-5)
    assert float(told[1].replace(",", "")) == pytest.approx(around / 1e3, rel=1e-5)
    opened.page.keyboard.press("Escape")
    assert opened.do("shanhai.app.measure.mode()") is None
    opened.silent()


def test_swipe_parts_two_dates(open_page, organic_html):
    opened = open_page(organic_html).ready()
    opened.page.click(".panel .wide")
    opened.do("shanhai.ready")
    opened.page.focus(".swipe-handle")
    for _ in range(3):
        opened.page.keyboard.press("ArrowRight")
    assert opened.page.get_attribute(".swipe-handle", "aria-valuenow") == "62"
    clips = opened.do(
        "['swipe-before', 'swipe-after'].map(n => shanhai.app.map.getPane(n).style.clip.match(/-?[\\d.]+/g).map(Number))"
    )
    assert clips[0][1] == pytest.approx(clips[1][3], abs=0.01)
    assert "2018-12-31" in opened.page.inner_text(".swipe-name.before")
    opened.page.wait_for_timeout(300)
    keep(opened, "map-swipe")
    opened.silent()


def test_prints_one_page(open_page, organic_html, tmp_path):
    opened = open_page(organic_html).ready()
    pdf = opened.page.pdf(path=str(tmp_path / "map.pdf"), prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page[^s]", pdf)) == 1
    assert re.search(rb"/MediaBox\s*\[\s*0 0 84[12][.\d]* 59[45]", pdf)
    assert not opened.do("document.body.classList.contains('printing')")
    opened.do("shanhai.app.print.prepare()")
    words = opened.page.inner_text("#sheet") + opened.page.inner_text(".top")
    for part in (
        "山海示范市",
        "2025-12-31",
        "公园步行",
        "300 米内可达",
        "公园绿地与广场",
        "坐标系",
        "公式",
        "合成",
    ):
        assert part in words, part
    assert opened.page.is_visible(".leaflet-control-scale-line")
    opened.do("shanhai.app.print.restore()")
    opened.silent()


def test_reduced_motion_and_focus_are_respected(open_page, organic_html):
    opened = open_page(organic_html, "phone", reduced_motion="reduce").ready()
    assert opened.do("getComputedStyle(document.getElementById('side')).transitionDuration") in {"0s", ""}
    opened.silent()


@pytest.mark.parametrize("scale", [1, 1.3])
def test_shapes_are_drawn_where_they_lie(open_page, organic_html, scale):
    """Outside the land no tile has a pixel of evidence, at whole and broken pixel ratios."""
    opened = open_page(organic_html, device_scale_factor=scale).ready()
    wrong = opened.do("""() => {
      const map = shanhai.app.map;
      const layer = shanhai.app.overlays.drawnLayers().find((one) => one.options.pane === 'evidence');
      let drawn = 0, wrong = 0;
      for (const {el, coords} of Object.values(layer._tiles)) {
        const pixels = el.getContext('2d').getImageData(0, 0, el.width, el.height).data;
        for (let y = 0; y < el.height; y += 3) for (let x = 0; x < el.width; x += 3) {
          if (pixels[(y * el.width + x) * 4 + 3] < 255) continue;
          drawn += 1;
          const world = WORLD_OF(coords, x + 0.5, y + 0.5, el.width);
          const hit = layer.data && HIT(layer.data, world);
          if (!hit) wrong += 1;
        }
      }
      return [drawn, wrong];
      function WORLD_OF(c, x, y, size) { const step = 512 / size; return map.unproject([c.x * 512 + x * step, c.y * 512 + y * step], c.z); }
      function HIT(data, point) {
        const p = map.project(point, 0), unit = 2 ** 28 / 256, slack = 3 * unit / 2 ** map.getZoom();
        const x = p.x * unit, y = p.y * unit;
        for (let i = 0; i < data.features; i++) if (data.boxes[i*4] - slack <= x && data.boxes[i*4+2] + slack >= x && data.boxes[i*4+1] - slack <= y && data.boxes[i*4+3] + slack >= y) return true;
        return false;
      }
    }""")
    assert wrong[0] > 50
    assert wrong[1] == 0


def two_maps() -> tuple[str, str]:
    return render_map(square_report()), render_map(organic_report(many=5))


def test_two_maps_in_one_process_stand_alone(open_page):
    first, second = two_maps()
    assert (render_map(square_report()), render_map(organic_report(many=5))) == (first, second)
    for html, count in ((first, 2), (second, 10)):
        opened = open_page(html).ready()
        assert opened.do("shanhai.app.districts.list.length") == count
        opened.silent()


def contrast(one: Any, other: Any) -> float:
    def light(colour: Any) -> float:
        linear = [
            c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in colour)
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dark = sorted((light(one), light(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("view", ["desktop", "phone"])
def test_text_contrast(open_page, organic_html, view):
    """Every visible text stands out from the nearest opaque ground by 4.5 to 1."""
    opened = open_page(organic_html, view).ready()
    opened.do("shanhai.app.showDefinition('park_walk_coverage')")
    pairs = opened.do("""() => {
      const numbers = (text) => text.match(/[\\d.]+/g).map(Number);
      const out = new Map();
      for (const e of document.querySelectorAll('.top *, .side *, .panel *, .details *, .tools *')) {
        const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
        if (!own || !e.checkVisibility() || e.closest('svg') || e.disabled || e.closest(':disabled')) continue;
        let ground = e;
        while (ground && (numbers(getComputedStyle(ground).backgroundColor)[3] ?? 1) < 1) ground = ground.parentElement;
        const pair = [numbers(getComputedStyle(e).color).slice(0, 3), ground ? numbers(getComputedStyle(ground).backgroundColor).slice(0, 3) : [255, 255, 255], e.className];
        out.set(JSON.stringify(pair.slice(0, 2)), pair);
      }
      return [...out.values()];
    }""")
    assert len(pairs) > 8
    assert [(pair, round(contrast(*pair[:2]), 2)) for pair in pairs if contrast(*pair[:2]) < 4.5] == []


def test_no_head_of_a_table_is_broken_inside_a_word(open_page, organic_html):
    """Every word of a head stands on one line, at any width of the window."""
    for view in ("desktop", "phone"):
        opened = open_page(organic_html, view, hash_text="#lang=en").ready()
        opened.page.click(".actions .table")
        broken = opened.do("""() => [...document.querySelectorAll('.dialog thead span, .dialog tbody th')].flatMap((cell) => {
          const text = cell.firstChild;
          return [...text.textContent.matchAll(/[A-Za-z]+/g)].filter((word) => {
            const range = document.createRange();
            range.setStart(text, word.index);
            range.setEnd(text, word.index + word[0].length);
            return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1;
          }).map((word) => word[0]);
        })""")
        assert broken == []
        assert opened.do("document.querySelectorAll('.dialog thead th').length") > 4
        opened.silent()


@pytest.mark.parametrize(
    ("limits", "unit", "told"),
    [
        ([0.0101, 0.0102, 0.0103], "ratio", ["1.01", "1.02", "1.03"]),
        ([0.01, 0.0104, 0.0108], "km2", ["0.0100", "0.0104", "0.0108"]),
        ([10, 20, 30], "km", ["10", "20", "30"]),
        ([0.6, 0.75], "ratio", ["60", "75"]),
        ([12500, 15000], "m2", ["12,500", "15,000"]),
        ([0], "index", ["0"]),
        ([], "index", []),
    ],
)
def test_limits_of_classes_are_told_apart(open_page, organic_html, limits, unit, told):
    opened = open_page(organic_html).ready()
    assert opened.do(f"shanhai.app.numbers.limits({limits}, '{unit}')") == told


def test_map_list_and_card_round_alike(open_page, organic_html):
    opened = open_page(organic_html, hash_text="#show=park_walk_coverage").ready()
    ranks = opened.do(
        "Object.fromEntries([...document.querySelectorAll('.rank')].map(r => [r.querySelector('.rank-name').textContent, r.querySelector('.rank-value').textContent]))"
    )
    labels = opened.do(
        "[...document.querySelectorAll('.district-label')].map(l => [l.querySelector('.name').textContent, l.querySelector('b')?.textContent])"
    )
    assert len(labels) > 3
    for name, value in labels:
        assert value is None or value == f"{ranks[name]}%"


def test_marks_that_turn_text_are_seen_and_do_nothing(open_page):
    """A name that would read backwards reads as it is written, with a mark where the turn stood."""
    report = square_report()
    report.study.districts["name_zh"] = ["公园\u202egnp\u202c", "\u2067东\u0007区\u2069"]
    parks = report.study.layers[LayerKind.PARKS].frame
    parks["name"] = "\u202e园公"
    opened = open_page(render_map(report)).ready()
    page = opened.page
    assert page.inner_text(".leaflet-labels-pane").count("\ufffd") >= 2
    page.fill("#search", "园公")
    page.wait_for_selector("#search-list li")
    page.keyboard.press("Enter")
    page.wait_for_selector("#details h2:has-text('园公')")
    page.click(".actions .table")
    with page.expect_download() as download:
        page.click(".dialog-actions .soft")
    told = opened.do(
        "document.body.innerText + [...document.querySelectorAll('[aria-label], [title]')].map(e => e.getAttribute('aria-label') + e.getAttribute('title')).join('')"
    )
    unseen = re.compile("[\x00-\x08\x0e-\x1f\u202a-\u202e\u2066-\u2069]")
    assert "公园\ufffdgnp\ufffd" in told
    assert not unseen.search(told)
    assert not unseen.search(download.value.path().read_text(encoding="utf-8"))
    opened.silent()


def test_groups_of_layers_fold(open_page, organic_html):
    opened = open_page(organic_html).ready()
    page = opened.page
    assert page.get_attribute("#fold-control", "aria-expanded") == "false"
    assert page.locator("#layer-layer-red_line-polygon").count() == 0
    page.focus("#fold-control")
    page.keyboard.press("Enter")
    assert page.get_attribute("#fold-control", "aria-expanded") == "true"
    page.check("#layer-layer-red_line-polygon")
    page.uncheck("#layer-layer-red_line-polygon")
    assert page.is_visible("#layer-layer-red_line-polygon")
    opened.silent()
