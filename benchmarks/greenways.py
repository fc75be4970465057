"""Length of greenways, each path once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import shapely

from benchmarks.made_up import greenway_lines
from benchmarks.measure import Row, faster, in_turns, require_same
from geo.lines import paths_once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

CASE = "length of lines, each path once"


def rows(*, quick: bool = False) -> Iterator[Row]:
    """Time it against one union of all lines, which nodes them and drops exact repeats."""
    km = 500 if quick else 5_000
    lines = greenway_lines(km)
    size = f"{len(lines):,} lines, {shapely.length(lines).sum() / 1e3:,.0f} km drawn"
    ours, plain = in_turns([partial(_ours, lines), partial(_union, lines)], 2)
    apart = require_same("length", ours.value, plain.value, 1e-6)
    note = f"same length to {apart:.0e}; only ours also finds paths drawn twice some metres apart"
    yield faster(CASE, size, "shapely union", (ours, plain), 0, note)


def _ours(lines: NDArray[Any]) -> float:
    return float(shapely.length(paths_once(lines, 0.001, 30.0).kept).sum())


def _union(lines: NDArray[Any]) -> float:
    return float(shapely.union_all(lines).length)
