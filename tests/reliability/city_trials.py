"""Whole runs of a city that must give the same files: twice, with other threads, with features shuffled."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from command_line import shanhai_process
from reliability.reordered_city import differing, rewritten
from square_city import frame, line, point, square
from square_files import MET, MISSED, UNJUDGED, WALK, written

from layers.demo import write_demo_city

if TYPE_CHECKING:
    from pathlib import Path


def small_city(folder: Path) -> Path:
    """Write the square city with overlaps, neighbours, repeated ids and faults, and give its city.toml."""
    city = written(folder, MET, MISSED, WALK, UNJUDGED)
    homes = [square(x, y, 90) for x in range(1_000, 2_000, 100) for y in (890, 1_020)]
    city.write("residential", frame(homes, BSM=[f"h{i % 15}" for i in range(20)], YDDM=["0701"] * 20))
    parks = [square(800, 900, 200), square(900, 900, 200), square(1_500, 1_200, 80), square(3_000, 10, 5)]
    city.write("parks", frame(parks, GYBH=["A", "A", "B", "C"], YDDM=["1401"] * 4).drop(columns="id"))
    streets = [line((x, 0), (x, 4_000)) for x in range(0, 4_001, 400)]
    streets += [line((0, y), (4_000, y)) for y in range(0, 4_001, 500)]
    city.write("streets", frame(streets).drop(columns="id"))
    city.write("park_entrances", frame([point(800, 1_000), point(1_100, 1_000), point(1_500, 1_240)]))
    red = [square(0, 0, 2_000), square(1_900, 0, 500), square(0, 0, 2_000), square(3_000, 3_000, 700)]
    city.write("red_line", frame(red).drop(columns="id"))
    city.write("control_line", frame([square(500, 500, 1_000), square(1_400, 500, 1_000)]))
    sheds = [square(x, 100, 30) for x in range(100, 2_600, 50)]
    city.write("construction", frame(sheds).drop(columns="id"))
    city.write(
        "greenways", frame([line((0, 5), (3_000, 5)), line((2_000, 8), (4_000, 8))]).drop(columns="id")
    )
    return city.toml()


def demo_city(folder: Path) -> Path:
    """Write the demo city and give its city.toml."""
    return write_demo_city(folder)


def run(config: Path, out: Path, *options: str, **environment: str) -> Path:
    """Run a city in a process of its own, with another hash seed each time it is asked for one."""
    ended = shanhai_process("run", config, "--out", out, "--no-cache", *options, **environment)
    assert ended.code in (0, 1, 3), ended.err
    assert (out / "report.json").is_file(), ended.err
    return out


def identical(one: Path, other: Path) -> bool:
    names = {path.name for folder in (one, other) for path in folder.iterdir()} - {"run.json"}
    return all((one / name).read_bytes() == (other / name).read_bytes() for name in names)


def twice(config: Path, folder: Path) -> tuple[int, int]:
    """Run twice, with strings hashed otherwise; how often all files were the same, of how often."""
    first, second = (run(config, folder / f"seed-{seed}", PYTHONHASHSEED=seed) for seed in ("1", "2"))
    return int(identical(first, second)), 1


def threads(config: Path, folder: Path) -> tuple[int, int]:
    """Run with one thread and with two."""
    first, second = (run(config, folder / f"jobs-{jobs}", "--jobs", jobs) for jobs in ("1", "2"))
    return int(identical(first, second)), 1


def shuffled_layers(config: Path, folder: Path, number: int, seed: int = 1) -> tuple[int, int]:
    """Run with the features of every vector layer shuffled; the inputs' hashes and the run's name apart."""
    chance = random.Random(seed)  # noqa: S311 - orders, no secrets
    first = run(rewritten(config, folder / "plain", None), folder / "plain-run")
    same = 0
    for turn in range(number):
        mixed = rewritten(config, folder / f"mixed-{turn}", chance)
        same += not differing(first, run(mixed, folder / f"mixed-{turn}-run"))
    return same, number
