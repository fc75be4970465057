"""Whole runs of the demo city at three sizes, each in its own process, beside plainly reading its files.

A run is what ``shanhai run`` does, from the first import to the published folder, data checked, layers kept
for the next run. It and the plain reading are timed by the clock from outside, since a run uses both cores;
memory is that of all its processes in one more run, what they share counted once, looked at twice a second.
"""

from __future__ import annotations

import json
import math
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from benchmarks.measure import Row, costs, limit, progress, skipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analyses.report import Report

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / "build" / "bench"
SIZES = ("town", "demo", "city")
CASE = "whole run"
TRIALS = 5
"""How often each is timed, in turns, since a machine's speed changes; the quickest counts of each."""
MOST_GB = 4.0
LOOK_S = 0.5


@dataclass(frozen=True)
class Done:
    """What a process took, its children counted: seconds by the clock, CPU seconds, memory; its answer."""

    wall_s: float
    cpu_s: float
    peak_gb: float
    answer: dict[str, float] = field(default_factory=dict)


def rows(*, quick: bool = False) -> Iterator[Row]:
    """Run the sizes, smallest first; cities once made are kept under ``build/bench``."""
    runs: dict[float, Done] = {}
    for size in SIZES[:1] if quick else SIZES:
        config = _city(size)
        if config is None:
            yield skipped(CASE, size, "-", f"there is no demo city of size {size}")
            continue
        held = size == "city"
        trials = [[_process(*one) for one in _timed(config)] for _ in range(TRIALS)]
        plain, without, run = (min(one, key=lambda done: done.wall_s) for one in zip(*trials, strict=True))
        again = [_process("run", config, "map", "kept") for _ in range(TRIALS)]
        watched = _process("run", config, "map", watched=True)
        least = _process("floor", config).answer
        land_km2 = run.answer.pop("land_km2")
        runs[land_km2] = run
        name = f"{land_km2:,.0f} km2"
        floor = sum(least.values())
        for what, one, most in (("no map", without, 3), ("with map", run, 5)):
            said = _beyond(floor / (os.cpu_count() or 1) / plain.wall_s, most) + _stages(one)
            times = one.wall_s, plain.wall_s
            yield _held(
                costs(f"{CASE}, {what}", name, "plain reading, by the clock", times, most, said), held
            )
        parts = ", ".join(f"{part} {seconds:.1f}" for part, seconds in least.items())
        yield _held(
            costs("library calls alone", name, "plain reading", (floor, plain.cpu_s), 3, parts), held=False
        )
        yield _held(
            limit("peak memory", name, watched.peak_gb, MOST_GB, "GB", "all processes of a run with its map"),
            held,
        )
        kept = min(one.answer["read"] for one in again), run.answer["read"]
        yield _held(
            costs("reading again", name, "first reading", kept, 0.5, "layers kept from the first run"), held
        )
    if len(runs) > 1:
        exponent = _exponent({land: one.cpu_s for land, one in runs.items()})
        sizes = f"{min(runs):,.0f} to {max(runs):,.0f} km2"
        yield limit("growth exponent", sizes, exponent, 1.15, "", "fitted over CPU seconds with map")


def _timed(config: Path) -> tuple[tuple[str, Path] | tuple[str, Path, str], ...]:
    """Give what is timed against each other, in turns."""
    return ("plain", config), ("run", config), ("run", config, "map")


def _beyond(floor: float, most: float) -> str:
    """Say so where the libraries' own calls alone already cost more than the goal allows."""
    return f"out of reach, library calls alone take {floor:.1f} (ADR 11): " if floor > most else ""


def _stages(run: Done) -> str:
    stages = ", ".join(f"{name} {seconds:.1f}" for name, seconds in run.answer.items() if name != "land_km2")
    return f"{stages}; {run.cpu_s:.0f} CPU s"


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


def _process(what: str, config: Path, *words: str, watched: bool = False) -> Done:
    """Run this file in a process of its own, with ``watched`` looking at its memory, which holds it up."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "benchmarks.whole", what, str(config), *words]
    progress(" ".join(command[2:]))
    before, begin, peak = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter(), 0.0
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as failed:
        running = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=failed, text=True)
        while True:
            try:
                running.wait(LOOK_S)
                break
            except subprocess.TimeoutExpired:
                if watched:
                    peak = max(peak, _held_gb(running.pid))
        wall = time.perf_counter() - begin
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        said.seek(0)
        failed.seek(0)
        if running.returncode:
            raise RuntimeError(f"{' '.join(command)} failed:\n{failed.read()[-3000:]}")
        answer = json.loads(said.read().splitlines()[-1])
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Done(wall, cpu, peak, answer)


def _held_gb(pid: int) -> float:
    """Give the memory a process and its children hold, what they share once."""
    total = 0.0
    try:
        process = psutil.Process(pid)
        for one in (process, *process.children(recursive=True)):
            total += one.memory_full_info().pss / 1e9
    except psutil.Error:
        pass
    return total


def _plain(config_path: Path) -> dict[str, float]:
    """Read every file of a city as one would in a few lines: whole, nothing checked, nothing kept."""
    import geopandas as gpd
    import rasterio

    from layers.config import load_config
    from layers.kinds import SPECS

    config = load_config(config_path)
    for kind, section in config.layers.items():
        path = config_path.parent / section.path
        if SPECS[kind].shape == "raster":
            with rasterio.open(path) as file:
                file.read(1)
        else:
            gpd.read_file(path, **({"layer": section.layer} if section.layer else {}))
    return {}


def _folder(config_path: Path) -> Path:
    """Where a run leaves what it writes; the next replaces it."""
    return CACHE / f"{config_path.parent.name}-run"


def _run(config_path: Path, words: list[str]) -> dict[str, float]:
    """Do what ``shanhai run`` does, the page only with ``map``, with layers kept before only if ``kept``."""
    from analyses.outputs.run_folder import RunFolder, finish_run
    from layers.kept_layers import FOLDER
    from scripts.app import held_to_the_end, make_room
    from scripts.assessment import assess
    from scripts.console import Console

    make_room()
    if "kept" not in words:
        shutil.rmtree(config_path.parent / FOLDER, ignore_errors=True)
    with RunFolder(_folder(config_path)) as folder:
        assessment = held_to_the_end(
            assess(config_path, Console("en"), cache=True, evidence=folder.write_evidence)
        )
        report, clock = assessment.report, assessment.clock
        page = (lambda: _page(report)) if "map" in words else None
        finish_run(report, folder, map_html=page, clock=clock)
    stages = {stage.name: stage.seconds for stage in clock.stages}
    return {**stages, "land_km2": report.study.land.area / 1e6}


def _page(report: Report) -> str:
    from maps.page import render_map

    return render_map(report, lang="zh", basemap="none", basemap_key=None)


def _asked(what: str, config_path: Path, words: list[str]) -> dict[str, float]:
    if what == "plain":
        return _plain(config_path)
    if what == "floor":
        from analyses.outputs.evidence_gpkg import EVIDENCE
        from benchmarks.floor import floor

        return floor(config_path, _folder(config_path) / EVIDENCE)
    return _run(config_path, words)


if __name__ == "__main__":
    print(json.dumps(_asked(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])))
    if sys.argv[1] == "run":  # the program's way out
        from scripts.app import leave

        leave(0)
