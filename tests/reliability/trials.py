"""What a run folder must survive; used by the tests and by the table of ``make reliability``."""

from __future__ import annotations

import dataclasses
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sample_reports import sample_report

from analyses.outputs.run_document import RUN_JSON
from analyses.outputs.run_folder import write_run
from analyses.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import geopandas as gpd

    from analyses.report import Report

ROOT = Path(__file__).resolve().parents[2]
LONGEST_S = 0.6


def environment() -> dict[str, str]:
    """Give the environment in which the packages and the sample reports are found."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}


class Nursery:
    """The process that starts writers."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("nursery.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment(),
        )
        assert self._line() == "ready"

    def _line(self) -> str:
        return self.process.stdout.readline().strip()

    def start(self, out: Path, mode: str) -> int:
        """Start a writer and give its process id."""
        self.process.stdin.write(f"{out} {mode}\n")
        self.process.stdin.flush()
        return int(self._line())

    def ended(self) -> int:
        """Wait for the writer and give its exit code (minus the signal that ended it)."""
        return int(self._line())

    def close(self) -> None:
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


@contextmanager
def nursery() -> Iterator[Nursery]:
    one = Nursery()
    try:
        yield one
    finally:
        one.close()


def kills(folder: Path, number: int, mode: str, seed: int = 1) -> tuple[int, int]:
    """Kill writers at random moments; give how often the result was whole after it, of how many kills.

    After each kill the folder holds one complete result. Where folders cannot change names in one step
    (mode ``plain``) it may lie aside under its other name until the next run, which puts it back.
    """
    chance = random.Random(seed)  # noqa: S311 - moments, no secrets
    out = folder / f"run-{mode}"
    write_run(sample_report(), out)
    survived = 0
    with nursery() as writers:
        for _ in range(number):
            process = writers.start(out, mode)
            time.sleep(chance.uniform(0, LONGEST_S))
            os.kill(process, signal.SIGKILL)
            assert writers.ended() == -signal.SIGKILL
            aside = list(folder.glob(f".{out.name}.shanhai-*.old")) if mode == "plain" else []
            place = out if out.exists() else aside[0]
            survived += verify(place).whole
    write_run(sample_report(), out)
    assert verify(out).whole
    assert [path.name for path in folder.iterdir() if path.name.startswith(f".{out.name}.")] == []
    return survived, number


def together(folder: Path) -> int:
    """Start a second writer into a folder that a first one is writing; give its exit code."""
    out = folder / "shared"
    with nursery() as first, nursery() as second:
        process = first.start(out, "forever")
        try:
            while not _stopped_while_writing(process, out):
                pass
            second.start(out, "once")
            return second.ended()
        finally:
            os.kill(process, signal.SIGKILL)
            first.ended()


def _stopped_while_writing(process: int, out: Path) -> bool:
    """Stop a writer; where it was not writing just then, let it go on."""
    time.sleep(0.02)
    os.kill(process, signal.SIGSTOP)
    time.sleep(0.02)
    if list(out.parent.glob(f".{out.name}.shanhai-*.tmp")):
        return True
    os.kill(process, signal.SIGCONT)
    return False


def reordered(folder: Path, number: int, seed: int = 1) -> tuple[int, int]:
    """Write reports whose rows stand in another order; how often the files were the same, of how many."""
    chance = random.Random(seed)  # noqa: S311 - orders, no secrets
    first = _contents(write_run(sample_report(), folder / "ordered"))
    same = 0
    for turn in range(number):
        report = shuffled(sample_report(), chance)
        same += _contents(write_run(report, folder / f"shuffled-{turn}")) == first
    return same, number


def shuffled(report: Report, chance: random.Random) -> Report:
    """Give the same report with results, findings, districts and evidence in another order."""

    def mixed(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        order = list(range(len(frame)))
        chance.shuffle(order)
        return frame.iloc[order]

    measures = {
        name: dataclasses.replace(one, evidence=mixed(one.evidence)) for name, one in report.measures.items()
    }
    return dataclasses.replace(
        report,
        study=dataclasses.replace(report.study, districts=mixed(report.study.districts)),
        results=tuple(chance.sample(report.results, len(report.results))),
        findings=tuple(chance.sample(report.findings, len(report.findings))),
        measures=dict(chance.sample(list(measures.items()), len(measures))),
    )


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != RUN_JSON}


def full_disk(folder: Path, limits: Sequence[int]) -> tuple[int, int]:
    """Run where no file may grow beyond a limit; how often the earlier result was left whole, of how many."""
    out = folder / "limited"
    write_run(sample_report(), out)
    before = _contents(out)
    survived = 0
    for limit in limits:
        ended = subprocess.run(
            [sys.executable, str(Path(__file__).with_name("limited.py")), str(out), str(limit)],
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        sentence = ended.stdout.strip()
        clear = ended.returncode == 2 and "disk is full" in sentence and "\n" not in sentence
        left = [path.name for path in folder.iterdir() if path.name.startswith(".")]
        survived += clear and not left and verify(out).whole and _contents(out) == before
    return survived, len(limits)
