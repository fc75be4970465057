"""A front page over several runs: cities, or dates of one city, on one scoreboard."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from branca.element import Figure

from analyses.report import Status
from layers.text import Text
from maps.assets import inline_script, site_style, texts, web_text
from maps.elements import DataElement, RawElement, StyleElement, TitleElement, with_policy
from maps.results import SYSTEMS, indicator_entries
from maps.units import unit_entries
from maps.wording import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analyses.outputs.document import ReportDocument
    from analyses.report import Report
    from layers.text import Lang

SCRIPTS = ("dom.js", "language.js", "numbers.js", "chart.js", "site.js")
TITLE = Text("生态空间评估 · 总览", "Ecological space · overview")


@dataclass(frozen=True)
class SiteEntry:
    """One run on the front page.

    ``href`` is the path of its map relative to the front page. ``counts`` holds how many indicators have each
    status; ``values`` holds, by indicator, what the scoreboard shows: title, system, value, unit, status.
    """

    name: Text
    as_of: dt.date | None
    run_id: str
    href: str
    counts: Mapping[str, int]
    values: Mapping[str, Mapping[str, Any]]
    synthetic: bool = False


def site_entry(report: Report, href: str) -> SiteEntry:
    """Take from a report what the front page shows of it."""
    entries = indicator_entries(report)
    counts: dict[str, int] = {}
    for entry in entries:
        counts[entry["status"]] = counts.get(entry["status"], 0) + 1
    kept = ("title", "system", "value", "unit", "status")
    study = report.study
    return SiteEntry(
        name=study.name,
        as_of=study.as_of,
        run_id=report.run_id,
        href=href,
        counts=counts,
        values={entry["id"]: {key: entry[key] for key in kept} for entry in entries},
        synthetic=study.synthetic,
    )


def document_entry(document: ReportDocument, href: str) -> SiteEntry:
    """Take from a stored report what the front page shows of it: one line per indicator, the city's.

    Where the city has several targets for an indicator the worst verdict is shown.
    """
    values: dict[str, dict[str, Any]] = {}
    for result in document.results:
        part = document.indicators.get(result.indicator)
        if result.district is not None or part is None:
            continue
        shown = values.get(result.indicator)
        if shown is None or _WORST.index(result.status) < _WORST.index(shown["status"]):
            values[result.indicator] = {
                "title": {"zh": part.title.zh, "en": part.title.en},
                "system": part.system,
                "value": result.value,
                "unit": result.unit,
                "status": result.status,
            }
    counts: dict[str, int] = {}
    for entry in values.values():
        counts[entry["status"]] = counts.get(entry["status"], 0) + 1
    city = document.city
    return SiteEntry(
        name=Text(city.name.zh, city.name.en),
        as_of=None if document.as_of is None else dt.date.fromisoformat(document.as_of),
        run_id=document.run_id,
        href=href,
        counts=counts,
        values=values,
        synthetic=city.synthetic,
    )


_WORST = (Status.MISSED, Status.NO_DATA, Status.MET, Status.NO_TARGET)


def render_site(entries: Sequence[SiteEntry], *, lang: Lang = "zh") -> str:
    """Write the front page over several runs, for a browser without network.

    It lists every run with its verdicts, sorted as the reader likes, and each indicator's value beside the
    other runs'; a run opens its own map. The same entries give the same bytes.
    """
    figure = Figure(title=None)
    value = {
        "lang": lang,
        "title": {"zh": TITLE.zh, "en": TITLE.en},
        "runs": [_run(entry) for entry in entries],
        "indicators": _indicators(entries),
        "units": unit_entries(),
        "texts": texts(),
    }
    body = "\n".join(web_text(name) for name in SCRIPTS)
    for element in (
        RawElement("head", web_text("head.html")),
        TitleElement(TITLE[lang]),
        StyleElement("style", site_style()),
    ):
        figure.header.add_child(element, name=element.get_name())
    figure.html.add_child(RawElement("shell", web_text("site.html")), name="shell")
    figure.html.add_child(DataElement("shanhai-data", value), name="data")
    script = inline_script(f"(() => {{\n'use strict';\n{body}\n}})();")
    figure.script.add_child(RawElement("app", script), name="app")
    page = figure.render().replace("<html>", f'<html lang="{"zh-CN" if lang == "zh" else "en"}">', 1)
    return with_policy(page)


def _run(entry: SiteEntry) -> dict[str, Any]:
    return {
        "name": words(entry.name.zh, entry.name.en, entry.run_id),
        "as_of": entry.as_of.isoformat() if entry.as_of else None,
        "run_id": entry.run_id,
        "href": relative_address(entry.href),
        "counts": dict(entry.counts),
        "values": {name: dict(value) for name, value in entry.values.items()},
        "synthetic": entry.synthetic,
    }


def relative_address(path: str) -> str:
    """Write a path as an address below the page's own folder; no scheme can be smuggled in.

    Examples
    --------
    >>> relative_address("示范市/map.html")
    './%E7%A4%BA%E8%8C%83%E5%B8%82/map.html'
    >>> relative_address("javascript:alert(1)")
    './javascript%3Aalert%281%29'
    """
    clean = path.replace("\\", "/").encode("utf-8", "replace").decode("utf-8")
    return "./" + quote(clean.lstrip("/"), safe="/")


def _indicators(entries: Sequence[SiteEntry]) -> list[dict[str, Any]]:
    """List every indicator of any run, system by system."""
    found: dict[str, dict[str, Any]] = {}
    for entry in entries:
        for name, value in entry.values.items():
            found.setdefault(
                name, {"id": name, "title": value["title"], "system": value["system"], "unit": value["unit"]}
            )
    return sorted(found.values(), key=lambda one: (SYSTEMS.index(one["system"]), one["id"]))
