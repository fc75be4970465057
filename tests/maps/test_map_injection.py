# ruff: noqa: E501 - what runs in the browser stays on its line
"""Hostile text in every field a city's data can bring: the build succeeds, nothing runs, the text is shown."""

from __future__ import annotations

import dataclasses
import re
from html import unescape

import pytest
import square_city

from analyses.indicator import EvidenceClass, Indicator, Parameter
from analyses.quantities import Beside, Measure, Quantity, Unit
from analyses.report import Provenance, Report, Result, Status
from analyses.target import Target
from layers.findings import Finding, Severity
from layers.kinds import LayerKind
from layers.study import Layer, Source
from layers.text import Text
from maps.page import render_map
from maps.site import SiteEntry, render_site

PAYLOADS = (
    "<img src=x onerror=__pwn(1)>",
    "</script><script>__pwn(2)</script>",
    "</title><script>__pwn(3)</script>",
    "</style><script>__pwn(4)</script>",
    "${__pwn(5)}",
    "`+__pwn(6)+`",
    '"onmouseover=__pwn(7) x="',
    "'onmouseover=__pwn(8) x='",
    "{{7*7}}",
    "{% raw %}",
    "{#x#}",
    "{{ cycler.__init__.__globals__.os.getpid() }}",
    "\u2028__pwn(9)\u2029",
    "javascript:__pwn(10)",
    "<svg onload=__pwn(11)>",
    "<!--<script>__pwn(12)",
    "]]>",
    "\ud800 lone",
    "__proto__",
    "constructor",
)  # fmt: skip


def hostile(payload: str) -> Report:
    """A report whose every text is the payload."""
    p, both = payload, Text(payload, payload)
    source = Source(p, p, p, 1, p, p, p, attribution=p)
    q = p.encode("utf-8", "replace").decode()  # a frame's text columns hold no lone surrogates
    parks = square_city.frame(
        [square_city.square(200, 200, 900)], id=[q], name=[q], park_class=[q], **{q: [q]}
    )
    zones = square_city.frame([square_city.square(2600, 2000, 900)], id=[q], zone_class=[q], name=[q])
    layers = {
        LayerKind.PARKS: Layer(LayerKind.PARKS, parks, source, proxy=True),
        LayerKind.SOURCE_ZONES: Layer(LayerKind.SOURCE_ZONES, zones, source),
        LayerKind.RED_LINE: Layer(LayerKind.RED_LINE, zones, source),
        LayerKind.RED_LINE_BASELINE: Layer(LayerKind.RED_LINE_BASELINE, zones, source),
    }
    districts = square_city.districts()
    districts["id"] = [f"{q}a", f"{q}b"]
    districts["name_zh"] = districts["name_en"] = [q, q]
    study = dataclasses.replace(
        square_city.square_study(), name=both, id=p, districts=districts, layers=layers
    )
    evidence = square_city.frame(
        [square_city.square(600, 2600, 900), square_city.square(2600, 600, 900)],
        id=[q, q + "2"], name=[q, q], district=[q, f"{q}a"], **{"class": [q, "other"], f"{q}!": [q, q]},
    )  # fmt: skip
    indicator = Indicator(
        id=p, title=both, system="parks", unit=Unit.RATIO, needs=(LayerKind.PARKS, LayerKind.STREETS),
        measure=lambda _study: None, formula=both, basis=both, about=both, classes=(EvidenceClass(p, both, "bad"),),
        parameters=(Parameter(p, p, both, p, p, both),),
    )  # fmt: skip
    share = Quantity(1.0, 4.0, Unit.RATIO)
    measure = Measure(
        share, {f"{q}a": share, f"{q}b": Quantity(1.0, 0.0, Unit.RATIO)}, evidence,
        (Beside(p, both, share), Beside(p, both, None, reason=both)), (both,),
    )  # fmt: skip
    target = Target(p, p, p, both, ">=", 0.5, "ratio", 2025, p, "binding", p, p, both)
    used = {p: {"value": p, "unit": p, "default": p, "verified": False, "doubt": p}}
    city = Result(p, both, None, share, Status.MISSED, both, target, -0.25, used, (p,))
    results = (
        city,
        Result(p, both, f"{q}a", share, Status.MET, both, target),
        Result(f"{p}x", both, None, None, Status.NO_DATA, both, declared=True),
    )
    findings = (Finding(Severity.ERROR, p, both, p, p, (114.0, 22.59)),)
    provenance = Provenance({p: source}, p, {p: p}, {p: p}, (p,))
    return Report(study, results, findings, provenance, {p: indicator}, {p: measure}, p)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_never_enters_the_page_as_markup_or_template(payload):
    html = render_map(hostile(payload))
    outside = re.sub(r'<script type="application/json".*?</script>', "", html, flags=re.DOTALL)
    executable = re.findall(r"<script>(.*?)</script>", outside, flags=re.DOTALL)
    assert len(executable) == 2
    assert "__pwn" not in "".join(executable)
    assert html.count("</script>") == html.count("<script")
    title = re.search(r"<title>(.*?)</title>", html, flags=re.DOTALL)
    assert title
    assert unescape(title[1]).startswith(payload.strip().replace("\ud800", "?"))
    assert "{{7*7}}" not in html.replace(title[0], "")
    assert html.count("</title>") == html.count("</style>") == 1
    assert render_map(hostile(payload)) == html


WALK_THROUGH = """async () => {
  const app = window.shanhai.app;
  const pause = () => new Promise((resolve) => setTimeout(resolve, 20));
  const shown = [];
  const look = async () => { await pause(); shown.push(document.body.innerText, document.title); };
  await window.shanhai.ready;
  await look();
  for (const one of app.model.indicators) { app.selectIndicator(one.id); app.showDefinition(one.id); await look(); }
  app.selectIndicator(app.model.indicators[0].id);
  for (const one of app.districts.list) { app.selectDistrict(one.id, {zoom: true}); await look(); }
  for (const entry of app.model.layers) {
    app.showLayer(entry.id);
    for (let at = 0; at < entry.features; at += 1) { await app.selectFeature(entry.id, at, {zoom: true}); await look(); }
  }
  app.ground.fitHome();
  for (const kind of app.table.kinds()) { await app.dialogs.openTable(kind[0]); await look(); document.querySelector('.dialog th button')?.click(); await look(); }
  app.dialogs.openAbout();
  await look();
  app.dialogs.close();
  for (const finding of app.model.findings) { app.showFinding(finding); await look(); }
  document.querySelector('.actions .language').click();
  await look();
  app.store.set({swipe: app.swipePair()});
  await look();
  app.store.set({swipe: null});
  app.print.prepare();
  await look();
  app.print.restore();
  app.ground.fitHome();
  const input = document.getElementById('search');
  input.value = PAYLOAD;
  input.dispatchEvent(new Event('input'));
  await pause(); await pause();
  await look();
  return shown;
}"""


@pytest.mark.browser
@pytest.mark.parametrize("payload", [PAYLOADS[0], PAYLOADS[4], PAYLOADS[8], "all of them"])
def test_nothing_runs_on_load_hover_or_click(open_page, payload):
    text = " ".join(PAYLOADS[:17]) if payload == "all of them" else payload
    opened = open_page("<!doctype html>")
    page = opened.page
    page.add_init_script("window.__pwned = []; window.__pwn = (at) => window.__pwned.push(at);")
    file = opened.address.removeprefix("file://")
    with open(file, "w", encoding="utf-8") as sink:  # noqa: PTH123 - the page's own file
        sink.write(render_map(hostile(text)))
    page.goto(opened.address)
    opened.ready()
    shown = page.evaluate(WALK_THROUGH.replace("PAYLOAD", repr_js(text)))
    for x, y in ((560, 300), (800, 400), (900, 500), (700, 600), (150, 300), (450, 200)):
        page.mouse.move(x, y)
        page.wait_for_timeout(40)
        page.mouse.click(x, y)
        page.wait_for_timeout(30)
    assert page.evaluate("window.__pwned") == []
    everything = "\n".join([*shown, page.inner_text("body")])
    assert squeezed(text) in squeezed(everything)
    if "7*7" in text:
        assert "49" not in everything
    assert (
        page.evaluate("document.querySelectorAll('img[src=x], svg[onload], [onmouseover], [onerror]').length")
        == 0
    )
    opened.silent()


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u2028\u2029]+", " ", text).strip()


def repr_js(text: str) -> str:
    import json  # noqa: PLC0415

    return json.dumps(text)


@pytest.mark.browser
def test_site_shows_hostile_names_as_text(open_page):
    entries = [
        SiteEntry(Text(p, p), None, p, f"{at}/map.html", {"MET": 1}, {}, synthetic=True)
        for at, p in enumerate(PAYLOADS[:17])
    ]
    opened = open_page(render_site(entries))
    assert opened.do("window.__pwned ?? null") is None
    shown = squeezed(opened.page.inner_text("body"))
    for payload in PAYLOADS[:13]:
        assert squeezed(payload) in shown
    opened.silent()
