"""Take the pictures of the README from the demo city: the map on a desk and a phone, and two runs compared.

::

    python docs/pictures/take.py build/demo

The comparison is with the same city after every third park was given up.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import geopandas as gpd
from playwright.sync_api import Browser, sync_playwright

from layers.config import load_config

HERE = Path(__file__).parent
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
DESK, PHONE = (1440, 900), (390, 844)
SHOWN = "#show=park_walk_coverage&lang=zh"


def take(demo: Path) -> None:
    """Take all pictures of the run in a folder that ``shanhai demo`` made."""
    with tempfile.TemporaryDirectory() as name:
        page = compared(demo, Path(name))
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
            shoot(browser, demo / "run" / "map.html", DESK, "map-desktop")
            shoot(browser, demo / "run" / "map.html", PHONE, "map-phone")
            shoot(browser, page, DESK, "map-compare")
            browser.close()


def shoot(browser: Browser, page: Path, size: tuple[int, int], name: str) -> None:
    """Take one picture."""
    session = browser.new_context(viewport={"width": size[0], "height": size[1]})
    tab = session.new_page()
    tab.goto(page.resolve().as_uri() + SHOWN)
    tab.wait_for_function("window.shanhai !== undefined")
    tab.evaluate("window.shanhai.ready.then(() => true)")
    tab.wait_for_timeout(500)
    tab.screenshot(path=HERE / f"{name}.png")
    print(HERE / f"{name}.png")
    session.close()


def compared(demo: Path, folder: Path) -> Path:
    """Run the city without every third park and compare; give the page."""
    city = folder / "fewer-parks"
    shutil.copytree(demo, city, ignore=shutil.ignore_patterns("run", ".shanhai-cache"))
    source = load_config(city / "city.toml").layers["parks"]
    parks = gpd.read_file(city / source.path, layer=source.layer)
    parks[[at % 3 > 0 for at in range(len(parks))]].to_file(city / "layers" / "parks.gpkg", layer="parks")
    text = (city / "city.toml").read_text(encoding="utf-8")
    head = re.compile(r'(\[layers\.parks\]\npath = )"[^"]*"(\nlayer = )"[^"]*"')
    (city / "city.toml").write_text(head.sub(r'\1"layers/parks.gpkg"\2"parks"', text), encoding="utf-8")
    page = folder / "compare.html"
    shanhai("run", city / "city.toml", codes=(0, 1))
    shanhai("compare", demo / "run", city / "run", "--map", page, "--lang", "zh")
    return page


def shanhai(*words: object, codes: tuple[int, ...] = (0,)) -> None:
    """Run a command of the program, which may end with one of these codes."""
    ended = subprocess.run([sys.executable, "-m", "scripts.entry", *map(str, words)], check=False)  # noqa: S603 - ours
    if ended.returncode not in codes:
        raise SystemExit(ended.returncode)


if __name__ == "__main__":
    take(Path(sys.argv[1]))
