"""Folium's element tree with elements of our own, whose text no template engine ever reads.

Folium's macro elements compile what they rendered once more as a Jinja template, so that a layer's name could
run code. The elements here give their text back as it is; data goes into the page through them alone.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

import folium
from branca.element import Element, Figure

from layers.text import visible
from maps.assets import script_hash
from maps.safe_json import safe_json, utf8_text

if TYPE_CHECKING:
    from collections.abc import Mapping

MAP_ID = "city"
_ELEMENT_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_NO_HASH_TYPES = frozenset({"application/json", "text/plain"})


class RawElement(Element):
    """An element that renders to a text as it is."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__()
        self._name, self._id = name, ""
        self.text = text

    def render(self, **_kwargs: Any) -> str:  # noqa: ANN401 - branca's signature
        """Give the text, never compiled."""
        return self.text


class StyleElement(RawElement):
    """A style sheet."""

    def __init__(self, name: str, css: str) -> None:
        safe = css.replace("</style", r"<\/style")
        super().__init__(name, f"<style>{safe}</style>")


class ScriptElement(RawElement):
    """A script of our own or of a library; never data."""

    def __init__(self, name: str, script: str) -> None:
        super().__init__(name, f"<script>{script}</script>")
        self.script = script


class DataElement(RawElement):
    """Data for the page's script as one block of JSON."""

    def __init__(self, name: str, value: Mapping[str, Any]) -> None:
        super().__init__(name, f'<script type="application/json" id="{name}">{safe_json(value)}</script>')


class TitleElement(RawElement):
    """The page's title, escaped."""

    def __init__(self, title: str) -> None:
        super().__init__("title", f"<title>{html.escape(visible(utf8_text(title)))}</title>")


def blob_script(name: str, payload: str) -> tuple[str, str, str]:
    """Give packed data in base64 as a block no browser runs; in three texts, so that it is not copied."""
    if not _ELEMENT_ID.fullmatch(name) or not _BASE64.fullmatch(payload):
        raise ValueError(f"{name!r} is no element id, or its payload is not base64")
    return f'<script type="text/plain" id="{name}">', payload, "</script>"


class PlannerMap(folium.Map):
    """A folium map without outside scripts, with a fixed id, followed by the page's own script."""

    def __init__(self, centre: tuple[float, float], app_script: str) -> None:
        super().__init__(
            location=centre,
            zoom_start=10,
            tiles=None,
            zoom_control=False,
            zoom_snap=0,
            zoom_delta=0.5,
            keyboard_pan_delta=120,
            wheel_px_per_zoom_level=100,
            attribution_control=False,
            fade_animation=False,
        )
        self._id = MAP_ID
        self.default_js: list[tuple[str, str]] = []
        self.default_css: list[tuple[str, str]] = []
        self.app_script = app_script

    def render(self, **kwargs: Any) -> str:  # noqa: ANN401 - branca's signature
        """Let folium write the map's start, then put our script after it.

        Folium's head (which forbids zooming on phones) gives way to ours.
        """
        super().render(**kwargs)  # type: ignore[no-untyped-call]
        figure = figure_of(self)
        figure.header.add_child(RawElement("map_head", ""), name=self.get_name())
        start = f"window.shanhaiMap = {self.get_name()};\n{self.app_script}"
        figure.script.add_child(RawElement("app", start), name="app")
        return ""


def figure_of(planner_map: PlannerMap) -> Figure:
    """Give the figure a map stands in."""
    figure = planner_map.get_root()
    if not isinstance(figure, Figure):
        raise TypeError("a planner map stands in a figure")
    return figure


def with_policy(page: str, image_hosts: tuple[str, ...] = ()) -> str:
    """Fill in the page's Content-Security-Policy: only its own scripts, by hash; no connection."""
    hashes = " ".join(script_hash(script) for script in _executable_scripts(page))
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src {hashes}",
            "style-src 'unsafe-inline'",
            f"img-src data: blob: {' '.join(image_hosts)}".strip(),
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    return page.replace("<!--policy-->", meta, 1)


def _executable_scripts(page: str) -> list[str]:
    """Find the scripts a browser would run; data blocks are left out."""
    scripts = []
    at = 0
    while (start := page.find("<script", at)) >= 0:
        opened = page.index(">", start) + 1
        at = page.index("</script>", opened)
        if not any(kind in page[start:opened] for kind in _NO_HASH_TYPES):
            scripts.append(page[opened:at])
    return scripts
