"""The page's files: pinned, licensed, linted as far as cheap, free of what must not be there."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
import shutil
import subprocess
from importlib import metadata, resources
from pathlib import Path

import numpy as np
import pytest

from layers.errors import ConfigError
from maps import assets
from maps.assets import inline_script, leaflet_script, page_script, page_style, palette, texts
from maps.basemaps import basemap_of

MAPS = Path(assets.__file__).parent
WEB = MAPS / "web"


def test_leaflet_is_the_pinned_version_with_its_licence():
    assert metadata.version("XStatic-Leaflet") == "1.9.3.0"
    for name, digest in assets.LEAFLET_SHA256.items():
        raw = resources.files("xstatic.pkg.leaflet").joinpath("data", name).read_bytes()
        assert hashlib.sha256(raw).hexdigest() == digest
    script = leaflet_script()
    assert script.startswith("/*!\nLeaflet 1.9.3\nBSD 2-Clause License")
    assert "sourceMappingURL" not in script


def test_another_leaflet_is_refused(monkeypatch):
    monkeypatch.setitem(assets.LEAFLET_SHA256, "leaflet.js", "0" * 64)
    with pytest.raises(ConfigError, match=r"1\.9\.3"):
        leaflet_script()


def test_no_way_for_text_to_become_markup():
    banned = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc"
    )
    for path in WEB.glob("*.js"):
        assert not banned.search(path.read_text(encoding="utf-8")), path.name
    folium_parts = re.compile(
        r"folium\.(Popup|Tooltip|GeoJson|LayerControl|Choropleth|Marker)|Element\(f[\"']"
    )
    for path in MAPS.glob("*.py"):
        assert not folium_parts.search(path.read_text(encoding="utf-8")), path.name


def test_nothing_is_fetched_from_outside():
    for text in (page_style(), *(path.read_text(encoding="utf-8") for path in WEB.glob("*.html"))):
        assert not re.search(r"(?:src|href|url)\s*[=(]\s*[\"']?(?:https?:)?//", text)
    assert "url(images" not in page_style()


def test_every_script_and_style_is_used():
    used = {*assets.SCRIPTS, *assets.STYLES, "site.js", "site.css"}
    assert {path.name for path in WEB.iterdir() if path.suffix in {".js", ".css"}} == used


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_scripts_parse():
    for path in sorted(WEB.glob("*.js")):
        subprocess.run([shutil.which("node") or "node", "--check", str(path)], check=True)


def test_every_text_has_both_languages_and_is_used():
    written = "".join(
        path.read_text(encoding="utf-8") for path in WEB.glob("*.[jh]*") if path.name != "texts.json"
    )
    families = (
        "status_",
        "system_",
        "group_",
        "severity_",
        "shape_",
        "binding_",
        "title_",
        "measure_",
        "side_",
        "change_",
    )
    for key, pair in texts().items():
        assert pair["zh"].strip(), key
        assert pair["en"].strip(), key
        assert set(re.findall(r"\{\w+\}", pair["zh"])) == set(re.findall(r"\{\w+\}", pair["en"])), key
        stem = key.removesuffix("_short")
        assert key.startswith(families) or re.search(rf"['\"`]{re.escape(stem)}['\"`]", written), key
    asked = set(re.findall(r"\bt\('(\w+)'", written)) | set(re.findall(r'data-t(?:-label)?="(\w+)"', written))
    assert asked <= set(texts())


def test_scripts_cannot_close_their_tag():
    assert inline_script("a = '</script>'; <!-- b") == "a = '<\\/script>'; <\\!-- b"
    assert "</script" not in page_script() + leaflet_script()


@pytest.mark.parametrize(("name", "key"), [("bing", None), ("tianditu", None), ("tianditu", "a b&<x>")])
def test_unknown_basemap_or_key_is_refused(name, key):
    with pytest.raises(ConfigError):
        basemap_of(name, key)


def rgb(colour: str) -> np.ndarray:
    value = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


# Linear-light matrices of full dichromacy (Vienot, Brettel and Mollon 1999; protan and deutan).
VISION = {
    "normal": np.eye(3),
    "protan": np.array([[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]]),
    "deutan": np.array([[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]]),
    "grey": np.tile([0.2126, 0.7152, 0.0722], (3, 1)),
}


def lab(linear: np.ndarray) -> np.ndarray:
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ linear / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(np.clip(xyz, 0, None)), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def difference(one: str, other: str, vision: str) -> float:
    seen = [lab(VISION[vision] @ rgb(colour)) for colour in (one, other)]
    return float(np.linalg.norm(seen[0] - seen[1]))


@pytest.mark.parametrize("vision", ["normal", "protan", "deutan"])
def test_colours_are_told_apart_by_colour_blind_readers(vision):
    tones = palette()["tones"]
    for one, other in itertools.combinations(("good", "bad", "review", "neutral"), 2):
        assert difference(tones[one]["fill"], tones[other]["fill"], vision) > 12, (one, other)
    changes = palette()["changes"]
    assert changes["gained"]["hatch"] != changes["lost"]["hatch"]
    for one, other in itertools.product(changes.values(), tones.values()):
        assert difference(one["fill"], other["fill"], vision) > 8 or one["hatch"] != other.get("hatch")
    assert difference(changes["gained"]["fill"], changes["lost"]["fill"], vision) > 12
    ramps = palette()["ramps"]
    for near, far in itertools.product(ramps["above"], ramps["below"]):
        assert difference(near, far, vision) > 6, (near, far)
    for ramp in ("above", "below", "plain"):
        for one, other in itertools.pairwise(ramps[ramp]):
            assert difference(one, other, vision) > 5, (one, other)


def test_no_tone_is_told_by_colour_alone():
    """Good is plain, bad and review carry different hatches; each verdict has a sign and a word."""
    tones = palette()["tones"]
    assert "hatch" not in tones["good"]
    assert tones["bad"]["hatch"] != tones["review"]["hatch"]
    signs = (WEB / "chart.js").read_text(encoding="utf-8")
    for status in ("MET", "MISSED", "NO_DATA", "NO_TARGET"):
        assert re.search(rf"\b{status}: 'M", signs)
        assert f"status_{status}" in texts()


def test_palette_is_plain_hex():
    for colour in re.findall(r'"(#[^"]*)"', json.dumps(palette())):
        assert re.fullmatch(r"#[0-9a-f]{6}", colour), colour
