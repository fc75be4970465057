"""Time the program against its peers: ``python -m benchmarks.run [CASE ...] [--quick]``.

Prints the table, appends it to ``benchmarks/results.csv``, writes ``docs/performance.md`` from it, and exits
with 1 where a goal is not reached. ``--quick`` runs small inputs, holds nothing against a goal and keeps
nothing: for trying the programme itself.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import importlib
import os
import platform
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.page import page

if TYPE_CHECKING:
    from benchmarks.measure import Row

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results.csv"
PAGE = ROOT / "docs" / "performance.md"
CASES = ("network", "service", "overlay", "zonal", "greenways", "connectivity", "whole", "hostile")
PEERS = ("shapely", "geopandas", "numpy", "scipy", "pandana", "networkx", "networkit", "rasterstats",
         "exactextract", "sedonadb", "duckdb")  # fmt: skip
FIELDS = ("date", "machine", "versions", "case", "size", "peer", "unit", "ours", "theirs", "ratio", "goal",
          "reached", "note")  # fmt: skip


def main() -> int:
    """Run the cases asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("case", nargs="*", choices=[[], *CASES], help="all unless given")
    parser.add_argument("--quick", action="store_true", help="small inputs, nothing kept")
    given = parser.parse_args()
    records = []
    for name in given.case or CASES:
        print(f"== {name} ({dt.datetime.now(tz=dt.UTC):%H:%M:%S})", flush=True)
        try:
            for row in importlib.import_module(f"benchmarks.{name}").rows(quick=given.quick):
                print(_line(row), flush=True)
                records.append(_record(row))
        except (ValueError, RuntimeError) as error:
            print(f"   {name}: {error}", flush=True)
            records.append(_failed(name, str(error)))
    if not given.quick:
        _append(records)
        PAGE.write_text(page(_latest()), encoding="utf-8", newline="\n")
    missed = [one for one in records if one["reached"] == "no"]
    print(f"{len(records)} rows, {len(missed)} goals not reached")
    return 1 if missed else 0


def _line(row: Row) -> str:
    mark = {True: "reached", False: "NOT REACHED", None: ""}[row.reached]
    times = " / ".join("-" if one is None else f"{one:.3g} {row.unit}" for one in (row.ours, row.peer))
    ratio = "-" if row.ratio is None else f"{row.ratio:.3g}"
    return f"   {row.case} | {row.size} | {row.peer_name} | {times} | {ratio} {row.goal} {mark} | {row.note}"


def _record(row: Row) -> dict[str, str]:
    return _stamp() | {
        "case": row.case, "size": row.size, "peer": row.peer_name, "unit": row.unit,
        "ours": _number(row.ours), "theirs": _number(row.peer), "ratio": _number(row.ratio), "goal": row.goal,
        "reached": {True: "yes", False: "no", None: ""}[row.reached], "note": row.note,
    }  # fmt: skip


def _failed(name: str, why: str) -> dict[str, str]:
    empty = dict.fromkeys(("size", "peer", "unit", "ours", "theirs", "ratio", "goal"), "")
    return _stamp() | empty | {"case": name, "reached": "no", "note": " ".join(why.split())[:300]}


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _stamp() -> dict[str, str]:
    versions = [f"Python {platform.python_version()}"]
    for name in PEERS:
        try:
            versions.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue
    return {
        "date": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "machine": f"{_processor()}, {os.cpu_count()} cores",
        "versions": "; ".join(versions),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(one.partition(":")[2].strip() for one in lines if one.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def _append(records: list[dict[str, str]]) -> None:
    new = not RESULTS.exists()
    with RESULTS.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        if new:
            writer.writeheader()
        writer.writerows(records)


def _latest() -> list[dict[str, str]]:
    """Give the last record of each case, size and peer, in the order of the cases.

    What a size says in brackets is counted anew in each run, and does not tell two sizes apart.
    """
    with RESULTS.open(encoding="utf-8", newline="") as file:
        last = {
            (one["case"], one["size"].partition(" (")[0], one["peer"]): one for one in csv.DictReader(file)
        }
    return list(last.values())


if __name__ == "__main__":
    sys.exit(main())
