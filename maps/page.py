"""The planner's map: one HTML file that needs nothing beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layers.text import Text
from maps.assets import leaflet_script, page_script, page_style, web_text
from maps.basemaps import basemap_of
from maps.elements import (
    DataElement,
    PlannerMap,
    RawElement,
    ScriptElement,
    StyleElement,
    TitleElement,
    blob_script,
    figure_of,
    with_policy,
)
from maps.model import build_model

if TYPE_CHECKING:
    from analyses.report import Report
    from layers.text import Lang
    from maps.model import Model

PAGE_TITLE = Text("{city} · 生态空间评估", "{city} · ecological space")


_BLOBS = "<!--blobs-->"


def render_map(
    report: Report, *, lang: Lang = "zh", basemap: str = "none", basemap_key: str | None = None
) -> str:
    """Write a report as one HTML page with a map, for a browser without network.

    Parameters
    ----------
    report
        What is drawn; nothing else is read.
    lang
        The language the page opens in; it holds both.
    basemap
        ``none`` (no request is ever made), ``osm``, ``tianditu`` or ``amap``.
    basemap_key
        Tianditu's key (``tk``); it can be read in the file, and the page says so.

    Returns
    -------
    The page's text; the same report gives the same bytes.

    Raises
    ------
    ConfigError
        The basemap is not known, or lacks its key.
    """
    online = basemap_of(basemap, basemap_key)
    model = build_model(report, lang)
    model.value["basemap"] = online.entry if online else None
    return render_model(model, lang, online.hosts if online else ())


def render_model(model: Model, lang: Lang, image_hosts: tuple[str, ...] = ()) -> str:
    """Write a model as a page that may ask for pictures from these hosts alone."""
    planner_map = PlannerMap(model.centre, page_script())
    figure = figure_of(planner_map)
    title = PAGE_TITLE[lang].replace("{city}", model.value["city"]["name"][lang])
    for element in (
        RawElement("head", web_text("head.html")),
        TitleElement(title),
        StyleElement("style", page_style()),
        ScriptElement("leaflet", leaflet_script()),
    ):
        figure.header.add_child(element, name=element.get_name())
    figure.html.add_child(RawElement("shell", web_text("shell.html")), name="shell")
    figure.html.add_child(DataElement("shanhai-data", model.value), name="data")
    figure.html.add_child(RawElement("blobs", _BLOBS), name="blobs")
    page: str = figure.render()
    page = page.replace("<html>", f'<html lang="{"zh-CN" if lang == "zh" else "en"}">', 1)
    # The packed layers, nearly all of a page's bytes, come in last: every step before would copy them.
    before, after = with_policy(page, image_hosts).split(_BLOBS)
    blobs = [text for name, payload in sorted(model.blobs.items()) for text in blob_script(name, payload)]
    return "".join((before, *blobs, after))
