"""The files the page is made of: our own under ``maps/web`` and Leaflet's from its package."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from importlib import resources
from typing import Any

from layers.errors import ConfigError
from layers.text import Text

LEAFLET_VERSION = "1.9.3"
LEAFLET_SHA256 = {
    "leaflet.js": "5819285cec137b229c94e1ee5ad73e8b6b84345a4367d60f75fe477fe0fb7b03",
    "leaflet.css": "90b693d86392a4779c861b28cf307e7e59c3fb35328c4d8b95f58f814d38c722",
}

STYLES = ("base.css", "sidebar.css", "map.css", "details.css", "dialogs.css", "phone.css", "print.css")
SCRIPTS = (
    "dom.js",
    "store.js",
    "language.js",
    "numbers.js",
    "geodesy.js",
    "colours.js",
    "packed.js",
    "tiles.js",
    "basemaps.js",
    "map.js",
    "compare.js",
    "districts.js",
    "overlays.js",
    "panel.js",
    "chart.js",
    "cards.js",
    "faults.js",
    "details.js",
    "search.js",
    "measure.js",
    "swipe.js",
    "table.js",
    "dialogs.js",
    "print.js",
    "address.js",
    "app.js",
)
_ICON_URL = re.compile(r"url\(images/[^)]*\)")
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)


def web_text(name: str) -> str:
    """Read one of our own page files."""
    return resources.files("maps").joinpath("web", name).read_text(encoding="utf-8")


@cache
def texts() -> dict[str, Any]:
    """Read every sentence of the page in both languages, by key."""
    return dict(json.loads(web_text("texts.json")))


@cache
def palette() -> dict[str, Any]:
    """Read the colours of tones, layers and classes."""
    return dict(json.loads(web_text("palette.json")))


def page_style() -> str:
    """Leaflet's style, its pictures left out, and ours."""
    leaflet = _ICON_URL.sub("none", _leaflet("leaflet.css"))
    return "\n".join((leaflet, *(web_text(name) for name in STYLES)))


def site_style() -> str:
    """Give our style for the front page over several runs."""
    return "\n".join(web_text(name) for name in ("base.css", "sidebar.css", "site.css"))


def leaflet_script() -> str:
    """Leaflet's script under its licence text."""
    script = _SOURCE_MAP.sub("", _leaflet("leaflet.js"))
    return inline_script(f"/*!\n{web_text('leaflet-license.txt')}*/\n{script}")


def page_script() -> str:
    """Our scripts as one function, so that nothing leaks into the page."""
    body = "\n".join(web_text(name) for name in SCRIPTS)
    return inline_script(f"(() => {{\n'use strict';\n{body}\n}})();")


def inline_script(script: str) -> str:
    """Make a script safe to stand between script tags: no closing tag, no comment opening."""
    return script.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def script_hash(script: str) -> str:
    """Give the source expression by which a Content-Security-Policy allows exactly this script."""
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _leaflet(name: str) -> str:
    """Read a file of Leaflet from its package, refusing any other version.

    Raises
    ------
    ConfigError
        The installed package is not the one this page was tested with.
    """
    raw = resources.files("xstatic.pkg.leaflet").joinpath("data", name).read_bytes()
    if hashlib.sha256(raw).hexdigest() != LEAFLET_SHA256[name]:
        raise ConfigError(
            Text(
                f"已安装的 XStatic-Leaflet 中的 {name} 不是 {LEAFLET_VERSION} 版；"
                "请安装 XStatic-Leaflet==1.9.3.0",
                f"{name} of the installed XStatic-Leaflet is not version {LEAFLET_VERSION}; "
                "install XStatic-Leaflet==1.9.3.0",
            )
        )
    return raw.decode("utf-8").replace("\r\n", "\n")
