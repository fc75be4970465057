"""Whole runs of the demo city at three sizes, each in its own process, beside plainly reading its files."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.measure import Row, costs, limit, progress, skipped

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / "build" / "bench"
SIZES = ("town", "demo", "city")
CASE = "whole run"
MOST_GB = 4.0


@dataclass(frozen=True)
class Parts:
    """CPU seconds of the parts of one run, and the peak memory in GB up to the end of each."""

    seconds: dict[str, float]
    peak_gb: dict[str, float]
    land_km2: float


def rows(*, quick: bool = False) -> Iterator[Row]:
    """Run the sizes, smallest first; cities once made are kept under ``build/bench``."""
    runs: dict[str, Parts] = {}
    for size in SIZES[:1] if quick else SIZES:
        config = _city(size)
        if config is None:
            yield skipped(CASE, size, "-", f"there is no demo city of size {size}")
            continue
        plain = _child("plain", config)
        run = runs[size] = _child("run", config)
        name = f"{run.land_km2:,.0f} km2"
        read = plain.seconds["read"]
        without = sum(run.seconds[part] for part in ("read", "measure", "write"))
        note = ", ".join(f"{part} {seconds:.1f}" for part, seconds in run.seconds.items())
        held = size == "city"
        least = _child("floor", config).seconds
        floor = sum(least.values())
        all_of = without + run.seconds["map"]
        for what, ours, most in (("no map", without, 3), ("with map", all_of, 5)):
            said = _beyond(floor / read, most) + note
            yield _held(costs(f"{CASE}, {what}", name, "plain reading", (ours, read), most, said), held)
        parts = ", ".join(f"{part} {seconds:.1f}" for part, seconds in least.items())
        yield _held(costs("library calls alone", name, "plain reading", (floor, read), 3, parts), held=False)
        peak = max(run.peak_gb.values())
        yield _held(limit("peak memory", name, peak, MOST_GB, "GB", "stages and map in one process"), held)
        again = _child("run", config, cached=True)
        kept = again.seconds["read"]
        yield _held(costs("reading again", name, "first reading", (kept, run.seconds["read"]), 0.5,
                          "prepared layers kept from the first run"), held)  # fmt: skip
    if len(runs) > 1:
        exponent = _exponent({one.land_km2: sum(one.seconds.values()) for one in runs.values()})
        sizes = " to ".join(
            f"{one.land_km2:,.0f}" for one in (min(runs.values(), key=_land), max(runs.values(), key=_land))
        )
        yield limit("growth exponent", f"{sizes} km2", exponent, 1.15, "", "fitted over CPU seconds with map")


def _beyond(floor: float, most: float) -> str:
    """Say so where the libraries' own calls already cost more than the goal allows."""
    return f"out of reach, library calls alone take {floor:.1f} (ADR 11): " if floor > most else ""


def _land(run: Parts) -> float:
    return run.land_km2


def _held(row: Row, held: bool) -> Row:
    """Hold only the largest size against the goal; the others stand for the growth."""
    if held:
        return row
    return Row(row.case, row.size, row.peer_name, row.ours, row.peer, row.ratio, "", None, row.note, row.unit)


def _exponent(seconds_by_size: dict[float, float]) -> float:
    """Slope of log time over log size, least squares."""
    xs = [math.log(size) for size in seconds_by_size]
    ys = [math.log(seconds) for seconds in seconds_by_size.values()]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)


def _city(size: str) -> Path | None:
    from layers.demo import SIZES as KNOWN
    from layers.demo import kept_demo_city, write_demo_city

    if size not in KNOWN:
        return None
    folder = CACHE / size
    return kept_demo_city(folder, size=size) or write_demo_city(folder, size=size)


def _child(what: str, config: Path, *, cached: bool = False) -> Parts:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SHANHAI_CACHE": str(CACHE / "prepared")}
    command = [sys.executable, "-m", "benchmarks.whole", what, str(config)] + (["cached"] if cached else [])
    progress(" ".join(command[2:]))
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr[-3000:]}")
    return Parts(**json.loads(done.stdout.splitlines()[-1]))


class _Parts:
    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.peak_gb: dict[str, float] = {}

    def part(self, name: str, work: Any) -> Any:
        import time

        from geo.processes import peak_mb

        begin = time.process_time()
        value = work()
        self.seconds[name] = self.seconds.get(name, 0.0) + time.process_time() - begin
        self.peak_gb[name] = peak_mb() / 1e3
        return value


def _plain(config_path: Path) -> dict[str, Any]:
    """Read every file of a city as one would in a few lines: whole, nothing checked, nothing kept."""
    import geopandas as gpd
    import rasterio

    from layers.config import load_config
    from layers.kinds import SPECS

    def read() -> float:
        for kind, section in config.layers.items():
            path = config_path.parent / section.path
            if SPECS[kind].shape == "raster":
                with rasterio.open(path) as file:
                    file.read(1)
            else:
                gpd.read_file(path, **({"layer": section.layer} if section.layer else {}))
        return 0.0

    config = load_config(config_path)
    parts = _Parts()
    parts.part("read", read)
    return {"seconds": parts.seconds, "peak_gb": parts.peak_gb, "land_km2": 0.0}


def _floor(config_path: Path) -> dict[str, Any]:
    from benchmarks.floor import floor

    return {"seconds": floor(config_path, _evidence(config_path)), "peak_gb": {}, "land_km2": 0.0}


def _evidence(config_path: Path) -> Path:
    """Where the evidence of a run stays for the calls it takes to write it."""
    return CACHE / f"{config_path.parent.name}-evidence.gpkg"


def _run(config_path: Path, *, cached: bool) -> dict[str, Any]:
    from analyses.evaluate import Request, evaluate
    from analyses.kept import forget_kept_work
    from analyses.outputs.run_folder import write_run
    from analyses.provenance import build_provenance, run_id
    from analyses.targets import load_plans
    from layers.config import load_config
    from layers.kept_layers import LayerCache
    from layers.open_study import open_study
    from maps.page import render_map

    parts = _Parts()
    config, base = load_config(config_path), config_path.parent
    cache = LayerCache(CACHE / "prepared" / config.city.id)
    if not cached:
        cache.clear()
    study = parts.part("read", lambda: open_study(config, base, cache=cache))
    provenance = build_provenance(study, "0" * 64, config.targets.plans)
    targets, request = load_plans(config.targets.plans, base), Request(places=config.targets.geography)
    report = parts.part("measure", lambda: evaluate(study, targets, provenance, run_id(provenance), request))
    forget_kept_work()
    page = parts.part("map", lambda: render_map(report, lang="zh", basemap="none", basemap_key=None))
    with tempfile.TemporaryDirectory() as folder:
        parts.part("write", lambda: write_run(report, Path(folder, "run"), map_html=page))
        shutil.copy(Path(folder, "run", "evidence.gpkg"), _evidence(config_path))
    return {"seconds": parts.seconds, "peak_gb": parts.peak_gb, "land_km2": study.land.area / 1e6}


if __name__ == "__main__":
    wanted, city = sys.argv[1], Path(sys.argv[2])
    if wanted == "run":
        found = _run(city, cached="cached" in sys.argv[3:])
    else:
        found = {"plain": _plain, "floor": _floor}[wanted](city)
    print(json.dumps(found))
