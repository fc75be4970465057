"""Every code that the code emits is in the catalogue, and no other is."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

from layers.catalogue import CATALOGUE, findings_page

PREFIXES = "|".join(sorted({code.partition(".")[0] for code in CATALOGUE}))
CODES = re.compile(rf'"((?:{PREFIXES})\.[a-z][a-z0-9_]*)"')
NOT_CODES = re.compile(r"\.(gpkg|geojson|shp|csv|tif|json|toml|xlsx|xml)$")


def emitted():
    root = Path(__file__).parents[2]
    files = [path for package in ("layers", "analyses") for path in (root / package).rglob("*.py")]
    texts = [path.read_text(encoding="utf-8") for path in files if not path.stem.startswith("catalogue")]
    found = {code for text in texts for code in CODES.findall(text)}
    return {code for code in found if not NOT_CODES.search(code)}


def test_every_code_emitted_is_in_the_catalogue():
    assert emitted() - set(CATALOGUE) == set()


def test_no_code_is_idle():
    assert set(CATALOGUE) - emitted() == set()


def test_codes_are_unique():
    folder = Path(__file__).parents[2] / "layers"
    modules = [importlib.import_module(f"layers.{path.stem}") for path in folder.glob("catalogue_*.py")]
    rows = [
        row for one in modules for name, value in vars(one).items() if name.endswith("ROWS") for row in value
    ]
    assert len({row[0] for row in rows}) == len(rows) == len(CATALOGUE)


def test_the_page_lists_every_code_in_both_languages():
    for lang in ("zh", "en"):
        page = findings_page(lang)
        for code, rule in CATALOGUE.items():
            assert f"| `{code}` | {rule.severity} | {rule.meaning[lang]} | {rule.remedy[lang]} |" in page
