# ruff: noqa: E501 - what runs in the browser stays on its line
"""Two runs on one page: the same map, left as it was, right as it is, and no number where none may stand."""

from __future__ import annotations

import dataclasses
import json
import re
from types import SimpleNamespace

import pytest
import shapely
from conftest import VIEWS, keep
from map_cities import organic_report, square_report
from test_map_injection import PAYLOADS, WALK_THROUGH, hostile, repr_js, squeezed

from analyses.changed_ground import changed_ground
from analyses.compare import Change, Comparison, compare
from analyses.outputs.report_json import document_of
from analyses.outputs.run_folder import write_run
from analyses.quantities import Unit
from analyses.report import Status
from layers.errors import ConfigError
from layers.kinds import LayerKind
from layers.text import Text
from maps.comparison import render_comparison
from maps.page import render_map
from maps.stored_page import read_page, read_run_page

browser = pytest.mark.browser
WALK = "park_walk_coverage"


def by_district(report):
    """The report with a result for every district, as an evaluation gives it."""
    measured, results = report.measures[WALK], list(report.results)
    told = {one.district for one in results if one.indicator == WALK}
    city = next(one for one in results if one.indicator == WALK)
    results += [
        dataclasses.replace(city, district=name, quantity=one, target=None, status=Status.NO_TARGET)
        for name, one in measured.by_district.items()
        if name not in told
    ]
    return dataclasses.replace(report, results=tuple(results))


def changed(report, run_id="r-changed", factor=0.5):
    """The report as another run might give it: coverage by district scaled, half of the covered homes gone."""
    measure = report.measures[WALK]

    def less(quantity):
        return dataclasses.replace(quantity, part=quantity.part * factor)

    evidence = measure.evidence
    covered = evidence.index[evidence["class"] == "covered"]
    kept = evidence.drop(covered[: len(covered) // 2])
    scaled = dataclasses.replace(
        measure,
        city=less(measure.city),
        by_district={name: less(one) for name, one in measure.by_district.items()},
        evidence=kept,
    )
    results = tuple(
        dataclasses.replace(one, quantity=less(one.quantity))
        if one.indicator == WALK and one.quantity
        else one
        for one in report.results
    )
    return dataclasses.replace(
        report, results=results, measures={**report.measures, WALK: scaled}, run_id=run_id
    )


def page_of(old, new, folder, lang="zh", names=("甲", "乙"), ground=(WALK,)):
    runs = []
    for name, report in (("old", old), ("new", new)):
        runs.append(write_run(report, folder / name, map_html=render_map(report, lang=lang)))
    shapes = {name: changed_ground(*runs, name, ("covered",)) for name in ground}
    comparison = compare(document_of(old), document_of(new))
    return render_comparison(tuple(map(read_run_page, runs)), comparison, shapes, names, lang)


def data_of(html):
    return json.loads(re.search(r'id="shanhai-data">(.*?)</script>', html, re.DOTALL)[1])


@pytest.fixture(scope="session")
def pair():
    now = by_district(organic_report())
    return changed(now, factor=1.0), changed(now)


@pytest.fixture(scope="session")
def compared(pair, tmp_path_factory):
    old = dataclasses.replace(by_district(organic_report()), run_id="r-old")
    return page_of(old, pair[1], tmp_path_factory.mktemp("compared"))


def test_a_page_is_read_back_as_it_was_made():
    html = render_map(organic_report())
    model = read_page(html, "map.html")
    assert model.value == data_of(html)
    assert set(re.findall(r'<script type="text/plain" id="([^"]+)"', html)) == set(model.blobs)
    assert all(model.blobs.values())


@pytest.mark.parametrize("html", ["", "<html></html>", '<script type="application/json" id="shanhai-data">{"a"</script>', '<script type="application/json" id="shanhai-data">{"format": 0}</script>', '<script type="application/json" id="shanhai-data">[1]</script>'])  # fmt: skip
def test_what_is_no_page_of_this_version_is_refused(html):
    with pytest.raises(ConfigError, match="run shanhai run again"):
        read_page(html, "map.html")


def test_a_map_of_another_run_is_refused(pair):
    one = read_page(render_map(pair[0]), "map.html")
    other = document_of(dataclasses.replace(pair[1], run_id="r-else"))
    with pytest.raises(ConfigError, match="r-else"):
        render_comparison((one, one), compare(document_of(pair[0]), other), {}, ("a", "b"))


def test_what_did_not_change_is_in_the_page_once(compared):
    layers = data_of(compared)["layers"]
    eras = {entry["id"]: entry.get("era") for entry in layers}
    assert eras[f"evidence-{WALK}-polygon"] == "after"
    assert eras[f"before-evidence-{WALK}-polygon"] == "before"
    assert eras["layer-parks-polygon"] is None
    assert "before-layer-parks-polygon" not in eras
    assert not any(entry["group"] == "quality" and entry.get("era") for entry in layers)


def test_the_same_runs_give_the_same_bytes(pair, tmp_path):
    one = page_of(*pair, tmp_path / "a")
    assert one == page_of(*pair, tmp_path / "b")


def test_changed_ground_is_as_big_as_what_was_taken_away(compared, pair):
    lost = next(entry for entry in data_of(compared)["layers"] if entry.get("change"))
    before = organic_report().measures[WALK].evidence
    after = pair[1].measures[WALK].evidence
    gone = before.loc[before.index.difference(after.index)]
    rest = shapely.union_all(after[after["class"] == "covered"].geometry)
    expected = shapely.difference(shapely.union_all(gone.geometry), rest)
    assert lost["classes"][1]["id"] == "lost"
    assert lost["counts"][0] == 0
    assert lost["counts"][1] >= 1
    assert expected.area > 0


@browser
@pytest.mark.parametrize("view", VIEWS)
def test_opens_on_the_comparison(open_page, compared, view):
    opened = open_page(compared, view).ready()
    page = opened.page
    assert page.is_visible(".swipe-handle")
    assert page.inner_text(".swipe-name.before") == "此前 甲"
    assert page.inner_text(".swipe-name.after") == "现在 乙"
    assert opened.do("document.documentElement.scrollWidth <= window.innerWidth")
    assert "甲" in page.inner_text("#city-facts")
    keep(opened, f"compare-{view}")
    opened.silent()


@browser
def test_each_side_has_its_own_values_on_one_scale(open_page, compared):
    opened = open_page(compared, hash_text=f"#show={WALK}").ready()
    told = opened.do("""() => {
      const { app } = shanhai;
      const fills = (name) => [...document.querySelectorAll(`.leaflet-${name}-pane path`)].map((path) => path.getAttribute('fill'));
      const scale = app.districts.classes(app.indicator());
      const colour = (value) => scale.colours[scale.of(value)] ?? 'url(#missing-hatch)';
      return {
        before: fills('districts-before'), after: fills('districts'),
        then: app.districts.list.map((one) => colour(app.comparison.change(app.indicator().id, one.id)?.old.value)),
        now: app.districts.list.map((one) => colour(app.indicator().districts[one.id]?.value)),
        low: scale.low, high: scale.high,
        values: app.districts.list.flatMap((one) => { const c = app.comparison.change(app.indicator().id, one.id); return c ? [c.old.value, c.new.value] : []; }).filter((one) => one !== null),
      };
    }""")
    assert sorted(told["before"]) == sorted(told["then"])
    assert sorted(told["after"]) == sorted(told["now"])
    assert told["before"] != told["after"]
    assert (told["low"], told["high"]) == pytest.approx((min(told["values"]), max(told["values"])))
    opened.silent()


@browser
@pytest.mark.parametrize("view", ["desktop", "phone"])
def test_the_handle_parts_all_panes_by_key_and_finger(open_page, compared, view):
    opened = open_page(compared, view, hash_text=f"#show={WALK}").ready()
    page = opened.page
    edges = """() => {
      const cut = (name) => shanhai.app.map.getPane(name).style.clip.match(/-?[\\d.]+/g).map(Number);
      return { left: ['districts-before', 'evidence-before'].map((name) => cut(name)[1]), right: ['districts', 'evidence-after'].map((name) => cut(name)[3]) };
    }"""
    page.focus(".swipe-handle")
    at = float(page.get_attribute(".swipe-handle", "aria-valuenow"))
    page.keyboard.press("ArrowRight")
    assert float(page.get_attribute(".swipe-handle", "aria-valuenow")) == pytest.approx(at + 4, abs=1)
    assert "此前 甲" in page.get_attribute(".swipe-handle", "aria-valuetext")
    one = opened.do(edges)
    assert len({round(value, 3) for value in one["left"] + one["right"]}) == 1
    box = page.locator(".swipe-handle").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] - 60, box["y"] + 20)
    page.mouse.up()
    other = opened.do(edges)
    assert other["left"][0] < one["left"][0]
    opened.silent()


@browser
def test_evidence_is_drawn_on_its_own_side_only(open_page, compared):
    opened = open_page(compared, hash_text=f"#show={WALK}").ready()
    panes = opened.do(
        "Object.fromEntries([...shanhai.app.overlays.entries.values()].filter(e => shanhai.app.overlays.isOn(e)).map(e => [e.id, shanhai.app.overlays.drawnLayers().find(l => l.data && l.data.id === e.id)?.options.pane]))"
    )
    assert panes[f"evidence-{WALK}-polygon"] == "evidence-after"
    assert panes[f"before-evidence-{WALK}-polygon"] == "evidence-before"
    assert panes[f"change-{WALK}-polygon"] == "context"
    opened.page.click(".panel .wide")
    opened.page.wait_for_timeout(100)
    assert not opened.page.is_visible(".swipe-handle")
    shown = opened.do(
        "[...shanhai.app.overlays.entries.values()].filter(e => shanhai.app.overlays.isOn(e)).map(e => e.id)"
    )
    assert f"evidence-{WALK}-polygon" in shown
    assert f"before-evidence-{WALK}-polygon" not in shown
    assert opened.do("getComputedStyle(shanhai.app.map.getPane('districts-before')).visibility") == "hidden"
    opened.silent()


@browser
def test_cards_say_old_new_and_change(open_page, compared, pair):
    opened = open_page(compared, hash_text=f"#show={WALK}").ready()
    page = opened.page
    old, new = organic_report().measures[WALK].city, pair[1].measures[WALK].city
    opened.do(f"shanhai.app.showDefinition('{WALK}')")
    words = page.inner_text("#details .change")
    for part in (f"{100 * old.value:.2f}", f"{100 * new.value:.2f}", f"−{100 * (old.value - new.value):.2f}", "分子", "分母", f"{old.part:,.0f}", f"{new.part:,.0f}"):  # fmt: skip
        assert part in words, (part, words)
    assert f"−{100 * (old.value - new.value):.2f}" in page.inner_text(".card.chosen .card-change")
    opened.do("shanhai.app.selectDistrict(shanhai.app.districts.list[0].id)")
    assert "−" in page.inner_text("#details .change .delta >> nth=0")
    keep(opened, "compare-details")
    page.click(".actions .table")
    assert page.inner_text(".tabs [aria-pressed=true]") == "变化"
    rows = page.locator(".dialog tbody tr").all_inner_texts()
    assert any(f"-{100 * (old.value - new.value):.2f}" in row for row in rows)
    opened.silent()


@browser
def test_where_runs_are_not_comparable_the_swipe_is_off_and_says_why(open_page, pair, tmp_path):
    """Another formula on one side: the reason stands in panel and card, and nothing is subtracted."""
    old = organic_report()
    other = dataclasses.replace(old.indicators[WALK], formula=Text("另一公式", "another formula"))
    old = dataclasses.replace(old, indicators={**old.indicators, WALK: other}, run_id="r-old")
    html = page_of(old, pair[1], tmp_path, ground=())
    opened = open_page(html, hash_text=f"#show={WALK}").ready()
    page = opened.page
    assert not page.is_visible(".swipe-handle")
    assert page.locator(".panel .wide").count() == 0
    assert "指标定义不同" in page.inner_text(".panel .flag")
    opened.do(f"shanhai.app.showDefinition('{WALK}')")
    assert "指标定义不同" in page.inner_text("#details .change")
    assert page.inner_text("#details .change .delta >> nth=0") == "–"
    assert "→" not in page.inner_text(".leaflet-labels-pane")
    assert opened.do("shanhai.app.overlays.isOn(shanhai.app.overlays.get('before-evidence-park_walk_coverage-polygon'))") is False  # fmt: skip
    page.click(".card[data-id=red_line_share] .card-head")
    assert page.is_visible(".swipe-handle")
    opened.silent()


@browser
def test_two_dates_without_districts(open_page, tmp_path):
    """Dates name the sides; where there are no districts the shapes still swipe."""
    import datetime as dt  # noqa: PLC0415

    now = square_report()
    empty = now.study.districts.iloc[:0]
    bare = dataclasses.replace(now.study, districts=empty)
    then = dataclasses.replace(bare, as_of=dt.date(2001, 2, 3), layers={})
    old = dataclasses.replace(now, study=then, run_id="r-old")
    new = dataclasses.replace(now, study=bare, run_id="r-new")
    opened = open_page(page_of(old, new, tmp_path, ground=())).ready()
    assert opened.page.inner_text(".swipe-name.before") == "此前 2001-02-03"
    parks = opened.do("shanhai.app.overlays.get('layer-parks-polygon').era")
    assert parks == "after"
    assert LayerKind.PARKS in now.study.layers
    opened.silent()


def hostile_comparison(text, then, now):
    """What a document would refuse is put straight into the changes."""

    def figures(value):
        return SimpleNamespace(
            value=value, part=value, whole=1.0, part_unit=text, whole_unit=text, status=text
        )

    both = Text(text, text)
    changes = [
        Change(text, both, place, Unit.RATIO, figures(0.25), figures(0.5), barred, (), higher_is_better=True)
        for place, barred in ((None, ()), (f"{text}a", ()), (f"{text}b", (both,)), (f"{text}c", (both, both)))
    ]
    changes.append(Change(f"{text}x", both, None, None, None, figures(1.0), (both,), ()))
    return Comparison(then, now, None, None, (both,), tuple(changes))


@browser
@pytest.mark.parametrize("view", ["desktop", "phone"])
def test_hostile_names_stay_text(open_page, view):
    text = " ".join(PAYLOADS[:17])
    old = dataclasses.replace(hostile(text), run_id=text + "1")
    new = hostile(text)
    pages = tuple(read_page(render_map(one), "map.html") for one in (old, new))
    html = render_comparison(pages, hostile_comparison(text, text + "1", text), {}, (text, text))
    assert html.count("</script>") == html.count("<script")
    opened = open_page("<!doctype html>", view)
    page = opened.page
    page.add_init_script("window.__pwned = []; window.__pwn = (at) => window.__pwned.push(at);")
    with open(opened.address.removeprefix("file://"), "w", encoding="utf-8") as sink:  # noqa: PTH123
        sink.write(html)
    page.goto(opened.address)
    opened.ready()
    shown = page.evaluate(WALK_THROUGH.replace("PAYLOAD", repr_js(text)))
    assert page.evaluate("window.__pwned") == []
    everything = squeezed("\n".join([*shown, page.inner_text("body")]))
    assert squeezed(text) in everything
    assert "49" not in everything
    opened.silent()


@browser
def test_the_comparison_prints_whole_with_each_layer_named_once(open_page, compared):
    opened = open_page(compared, hash_text=f"#show={WALK}").ready()
    opened.do("shanhai.app.print.prepare()")
    assert "此前 甲" in opened.page.inner_text("#sheet-side")
    legend = opened.page.inner_text("#sheet-legend")
    assert legend.count("300 米内可达公园的居住用地") == 1
    home = opened.do(
        "(() => { const { map, ground } = shanhai.app; return map.getBoundsZoom(ground.home) - map.getZoom(); })()"
    )
    assert abs(home) < 0.5
    opened.do("shanhai.app.print.restore()")
    opened.silent()


@browser
def test_on_a_phone_the_handle_stays_above_the_card(open_page, compared):
    opened = open_page(compared, "phone", hash_text=f"#show={WALK}").ready()
    opened.do("shanhai.app.selectDistrict(shanhai.app.districts.list[0].id, {zoom: true})")
    opened.page.wait_for_timeout(200)
    handle = opened.page.locator(".swipe-handle").bounding_box()
    card = opened.page.locator("#details").bounding_box()
    assert handle["y"] + handle["height"] <= card["y"]
    opened.silent()


def rounded_away(report):
    """Coverage a little higher than before, and less than is shown of it."""
    one = next(one for one in report.results if one.indicator == WALK and one.district is None)
    bit = dataclasses.replace(one.quantity, part=one.quantity.part + one.quantity.whole * 1e-6)
    results = tuple(
        dataclasses.replace(each, quantity=bit) if each is one else each for each in report.results
    )
    return dataclasses.replace(report, results=results, run_id="r-bit")


@browser
def test_what_rounds_to_zero_has_no_sign_and_is_neither_better_nor_worse(open_page, tmp_path):
    now = by_district(organic_report())
    opened = open_page(
        page_of(now, rounded_away(now), tmp_path, ground=()), hash_text=f"#show={WALK}"
    ).ready()
    page = opened.page
    assert opened.do(f"shanhai.app.comparison.change('{WALK}', null).value") > 0
    assert page.inner_text(".card.chosen .card-change b").split() == ["0.00", "个百分点"]
    assert page.locator(".card.chosen .card-change b.NO_TARGET").count() == 1
    opened.do(f"shanhai.app.showDefinition('{WALK}')")
    assert page.locator("#details .change .better").count() == 0
    page.click(".actions .table")
    rows = page.locator(".dialog tbody tr").all_inner_texts()
    assert rows
    assert not any("+" in row or "向好" in row for row in rows)
    opened.silent()


def binding(report, run_id, east):
    """The red line's share with a target that binds the east alone, where it has this value."""
    share = next(one for one in report.results if one.indicator == "red_line_share" and one.target)
    place = str(report.study.districts["id"].iloc[0])
    quantity = dataclasses.replace(share.quantity, part=east, whole=1.0)
    others = tuple(one for one in report.results if one.indicator != "red_line_share")
    results = (
        *others,
        dataclasses.replace(share, target=None, status=Status.NO_TARGET),
        dataclasses.replace(share, district=place, quantity=quantity),
    )
    return dataclasses.replace(report, results=results, run_id=run_id)


@browser
def test_a_card_whose_target_binds_a_district_says_the_change_there_and_in_the_city(open_page, tmp_path):
    old, new = (binding(organic_report(), f"r-{share}", share) for share in (0.5, 0.25))
    html = page_of(old, new, tmp_path, ground=())
    place = str(new.study.districts["id"].iloc[0])
    assert data_of(html)["before"]["bound"] == {"red_line_share": place}
    opened = open_page(html).ready()
    lines = opened.page.locator(".card[data-id=red_line_share] .card-change").all_inner_texts()
    assert "50.00 → 25.00" in lines[0]
    assert "−25.00" in lines[0]
    assert lines[1].startswith("全市")
    opened.silent()


@browser
def test_rules_and_cautions_stand_above_the_cards_and_among_the_sources(open_page, tmp_path):
    report = organic_report()
    measured = next(one for one in report.results if one.quantity)
    line = dataclasses.replace(
        measured, indicator="red_line_area", title=Text("红线面积", "red line area"), district=None, target=None,
        status=Status.NO_TARGET,
    )  # fmt: skip

    def with_line(km2, run_id):
        quantity = dataclasses.replace(
            measured.quantity, part=km2, whole=None, unit=Unit.KM2, part_unit=Unit.KM2, whole_unit=None
        )
        one = dataclasses.replace(line, quantity=quantity)
        return dataclasses.replace(report, results=(*report.results, one), run_id=run_id)

    old, new = with_line(2.0, "r-2"), with_line(1.0, "r-1")
    pages = tuple(read_page(render_map(one), "map.html") for one in (old, new))
    comparison = dataclasses.replace(
        compare(document_of(old), document_of(new)), cautions=(Text("坐标系不同", "systems"),)
    )
    opened = open_page(render_comparison(pages, comparison, {}, ("甲", "乙"))).ready()
    page = opened.page
    (rule,) = page.locator("#summary .rules li.MISSED").all_inner_texts()
    assert "面积不减少——不符合；净变化 -1,000,000 m²" in rule
    assert page.inner_text("#summary .cautions") == "坐标系不同"
    page.click(".actions .about")
    assert page.inner_text(".dialog .rules") == rule
    assert page.inner_text(".dialog .cautions") == "坐标系不同"
    opened.silent()
