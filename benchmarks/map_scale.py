# ruff: noqa: E501 - what runs in the browser stays on its line
"""How big and how fast the map is, beside plain ``folium.GeoJson`` on the same footprints in the same run.

``python benchmarks/map_scale.py [COUNT ...] [--folium-up-to COUNT]``: builds a city with so many footprints,
writes its map, opens it in Chromium without network, and prints size, build time and memory, time until the
map answers, frame times while dragging and zooming, and how many of 400 sampled points are picked rightly.
Exits with 1 where a stated limit is broken.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

ROOT = Path(__file__).resolve().parents[1]
EPSG = CRS.from_epsg(4547)
SIDE_M = 42_000.0
CORNER = (480_000.0, 2_490_000.0)
LIMITS = {200_000: {"mb": 15, "build_s": 30, "peak_gb": 1.0, "ready_s": 3, "pan_p95_ms": 34, "worst_ms": 250},
          600_000: {"mb": 15, "ready_s": 5}}  # fmt: skip
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
)  # fmt: skip


def footprints(count: int) -> gpd.GeoDataFrame:
    """L-shaped buildings in towns of different density, from a fixed seed."""
    rng = np.random.default_rng(11)
    towns = rng.uniform(0.1 * SIDE_M, 0.9 * SIDE_M, (60, 2))
    centres = towns[rng.integers(60, size=count)] + rng.normal(0, 2200, (count, 2))
    centres = np.clip(centres, 200, SIDE_M - 200) + np.array(CORNER)
    size = rng.uniform(8, 32, (count, 2))
    turn = rng.uniform(0, np.pi, count)
    outline = np.array([[-1, -1], [1, -1], [1, 0], [0, 0], [0, 1], [-1, 1], [-1, -1]]) / 2
    points = outline[None, :, :] * size[:, None, :]
    cos, sin = np.cos(turn)[:, None], np.sin(turn)[:, None]
    x = points[..., 0] * cos - points[..., 1] * sin + centres[:, :1]
    y = points[..., 0] * sin + points[..., 1] * cos + centres[:, 1:]
    shapes = shapely.polygons(np.stack((x, y), axis=-1))
    kinds = np.array(["covered", "uncovered", "unknown"])[rng.choice(3, count, p=(0.72, 0.25, 0.03))]
    return gpd.GeoDataFrame(
        {
            "id": np.char.add("B", np.arange(count).astype(str)),
            "class": kinds,
            "area_m2": np.round(shapely.area(shapes), 1),
            "residents": rng.integers(0, 400, count),
        },
        geometry=shapes,
        crs=EPSG,
    )


def build(kind: str, count: int, out: Path) -> dict[str, float]:
    """Write one map in this process and say what it took."""
    frame = footprints(count)
    start = time.perf_counter()
    html = shanhai_page(frame) if kind == "shanhai" else folium_page(frame)
    out.write_text(html, encoding="utf-8")
    return {
        "build_s": time.perf_counter() - start,
        "peak_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
        "mb": out.stat().st_size / 1e6,
    }


def shanhai_page(frame: gpd.GeoDataFrame) -> str:
    """Draw the project's own map with the footprints as evidence."""
    sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "maps"), str(ROOT / "tests")]
    import dataclasses

    import map_cities

    from maps.page import render_map

    report = map_cities.organic_report(many=1)
    walk = dataclasses.replace(report.measures["park_walk_coverage"], evidence=frame)
    return render_map(dataclasses.replace(report, measures={**report.measures, "park_walk_coverage": walk}))


def folium_page(frame: gpd.GeoDataFrame) -> str:
    """Draw what a folium user writes first: GeoJson with a style function and a tooltip; its scripts inlined."""
    import folium

    sys.path.insert(0, str(ROOT))
    from maps.assets import leaflet_script, page_style

    colours = {"covered": "#2f7fbf", "uncovered": "#e0672c", "unknown": "#efc75e"}
    degrees = frame.to_crs(4326)
    west, south, east, north = degrees.total_bounds
    page = folium.Map([(south + north) / 2, (west + east) / 2], zoom_start=11, tiles=None, prefer_canvas=True)
    page.default_js, page.default_css = [], []
    folium.GeoJson(
        degrees,
        style_function=lambda feature: {"fillColor": colours[feature["properties"]["class"]], "weight": 0.6},
        tooltip=folium.GeoJsonTooltip(["class", "area_m2"]),
    ).add_to(page)
    html = page.get_root().render()
    inlined = f"<style>{page_style()}</style><script>{leaflet_script()}</script>"
    name = page.get_name()
    return html.replace("<head>", f"<head>{inlined}", 1).replace(
        "</html>", f"<script>window.shanhaiMap = {name};</script></html>"
    )


FRAMES = """(steps) => new Promise((resolve) => {
  const times = []; let last = performance.now();
  const tick = (now) => { times.push(now - last); last = now; window.__watching ? requestAnimationFrame(tick) : resolve(times); };
  window.__watching = true; requestAnimationFrame(tick);
})"""

PICK = """(points) => points.map(([lng, lat, id]) => {
  const found = shanhai.app.overlays.hit(L.latLng(lat, lng));
  return Boolean(found) && found.layer === 'evidence-park_walk_coverage-polygon' && [found.feature, id];
})"""


def watch(path: Path, kind: str, frame: gpd.GeoDataFrame) -> dict[str, float]:
    """Open a map in Chromium and measure it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(180_000)
        start = time.perf_counter()
        page.goto(path.as_uri(), wait_until="load", timeout=180_000)
        if kind == "shanhai":
            page.evaluate("window.shanhai.ready.then(() => true)")
        page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"
        )
        ready = time.perf_counter() - start
        pan = during(page, lambda: drag(page))
        zoom = during(
            page, lambda: (page.mouse.move(900, 450), page.mouse.wheel(0, -240), page.wait_for_timeout(1500))
        )
        picked = pick(page, frame) if kind == "shanhai" else float("nan")
        browser.close()
    return {
        "ready_s": ready,
        "pan_p95_ms": float(np.percentile(pan, 95)),
        "zoom_p95_ms": float(np.percentile(zoom, 95)),
        "worst_ms": max(*pan, *zoom),
        "picked": picked,
    }


def during(page, act) -> list[float]:
    """Collect the times between frames while something is done."""
    page.evaluate(f"() => {{ window.__frames = ({FRAMES})(); }}")
    act()
    page.evaluate("() => { window.__watching = false; }")
    return page.evaluate("() => window.__frames")


def drag(page) -> None:
    page.mouse.move(900, 450)
    page.mouse.down()
    for step in range(30):
        page.mouse.move(900 - 9 * step, 450 + 4 * step)
        page.wait_for_timeout(16)
    page.mouse.up()
    page.wait_for_timeout(700)


def pick(page, frame: gpd.GeoDataFrame) -> float:
    """Ask the page what lies at points inside footprints that no other covers."""
    rng = np.random.default_rng(5)
    sample = frame.iloc[rng.choice(len(frame), 1200, replace=False)]
    points = gpd.GeoSeries(sample.geometry.representative_point())
    near, _ = frame.sindex.query(points, predicate="intersects")
    single = np.bincount(near, minlength=len(points)) == 1
    chosen, places = sample[single][:400], points[single][:400].to_crs(4326)
    asked = [[p.x, p.y, i] for p, i in zip(places, chosen["id"], strict=True)]
    page.evaluate(
        "shanhai.app.store.set({on: {'layer-parks-polygon': false, 'layer-water-polygon': false}}); null"
    )
    page.evaluate(
        "shanhai.app.overlays.loadColumns('evidence-park_walk_coverage-polygon').then((c) => { window.ids = c[0]; return true; })"
    )
    found = page.evaluate(PICK, asked)
    ids = page.evaluate("window.ids")
    return sum(bool(one) and ids[one[0]] == one[1] for one in found) * 400 / len(asked)


def measured(kind: str, count: int) -> dict[str, float]:
    """Build in a process of its own, so that its peak memory is its own, then watch."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "map.html"
        done = subprocess.run(
            [sys.executable, __file__, "--build", kind, str(count), str(out)],
            capture_output=True,
            text=True,
            check=True,
        )
        return {**json.loads(done.stdout), **watch(out, kind, footprints(count))}


def broken(count: int, row: dict[str, float]) -> list[str]:
    """Name the limits a row breaks."""
    faults = [
        f"{name} {row[name]:.2f} > {limit}"
        for name, limit in LIMITS.get(count, {}).items()
        if row[name] > limit
    ]
    return faults + ([f"picked {row['picked']:.0f} of 400"] if row["picked"] < 400 else [])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("counts", nargs="*", type=int)
    parser.add_argument("--folium-up-to", type=int, default=20_000)
    parser.add_argument("--build", nargs=3)
    given = parser.parse_args()
    if given.build:
        kind, count, out = given.build
        print(json.dumps(build(kind, int(count), Path(out))))
        return 0
    names = ("mb", "build_s", "peak_gb", "ready_s", "pan_p95_ms", "zoom_p95_ms", "worst_ms", "picked")
    print(f"{'map':8} {'polygons':>9} " + " ".join(f"{name:>11}" for name in names))
    faults = []
    for count in given.counts or (20_000, 200_000, 600_000):
        for kind in ("shanhai", "folium"):
            if kind == "folium" and count > given.folium_up_to:
                continue
            row = measured(kind, count)
            print(f"{kind:8} {count:9,} " + " ".join(f"{row[name]:11.2f}" for name in names), flush=True)
            faults += [f"{count:,}: {fault}" for fault in broken(count, row)] if kind == "shanhai" else []
    print("\n".join(faults) or "all limits held")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
