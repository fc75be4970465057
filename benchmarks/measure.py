"""Timing two things in one run, and the rows of the table of results."""

from __future__ import annotations

import math
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")


@dataclass(frozen=True)
class Taken(Generic[T]):
    """What a piece of work gave, and the seconds it took: on the clock, and of this process on any core."""

    value: T
    wall_s: float
    cpu_s: float


@dataclass(frozen=True)
class Row:
    """One line of the table.

    ``ours`` and ``peer`` are CPU seconds (or megabytes, or an exponent, as ``unit`` says). ``ratio`` is what
    is held against ``goal``; ``reached`` is None where there is nothing to hold, and ``note`` says why.
    """

    case: str
    size: str
    peer_name: str
    ours: float | None
    peer: float | None
    ratio: float | None
    goal: str
    reached: bool | None
    note: str = ""
    unit: str = "s"


def progress(text: str) -> None:
    """Say what is being worked on, apart from the table."""
    print(f"   ... {text}", file=sys.stderr, flush=True)


def taken(work: Callable[[], T]) -> Taken[T]:
    """Do a piece of work once."""
    wall, cpu = time.perf_counter(), time.process_time()
    value = work()
    return Taken(value, time.perf_counter() - wall, time.process_time() - cpu)


def in_turns(works: Sequence[Callable[[], T]], rounds: int) -> list[Taken[T]]:
    """Do several works in turns and give the best of each, so that other load hits them alike."""
    best: list[Taken[T]] = [taken(work) for work in works]
    for _ in range(rounds - 1):
        for k, work in enumerate(works):
            again = taken(work)
            if again.cpu_s < best[k].cpu_s:
                best[k] = again
    return best


def faster(
    case: str, size: str, peer_name: str, times: tuple[Taken[object], Taken[object]], at_least: float,
    note: str = "",
) -> Row:  # fmt: skip
    """Say how many times faster than a peer: the smaller of the ratios by CPU and by clock.

    By the clock alone a peer that uses all cores would look better than it is, by CPU alone worse.
    """
    ours, peer = times
    ratio = min(peer.cpu_s / max(ours.cpu_s, 1e-9), peer.wall_s / max(ours.wall_s, 1e-9))
    goal = f">= {at_least:g}x" if at_least else ""
    return Row(
        case, size, peer_name, ours.cpu_s, peer.cpu_s, ratio, goal,
        ratio >= at_least if at_least else None, note,
    )  # fmt: skip


def costs(
    case: str, size: str, peer_name: str, times: tuple[float, float], at_most: float,
    note: str = "", unit: str = "s",
) -> Row:  # fmt: skip
    """Say how many times as much as something else it costs, by CPU."""
    ours, peer = times
    ratio = ours / max(peer, 1e-9)
    return Row(case, size, peer_name, ours, peer, ratio, f"<= {at_most:g}x", ratio <= at_most, note, unit)


def limit(case: str, size: str, value: float, at_most: float, unit: str = "s", note: str = "") -> Row:
    """Hold a value against an absolute limit."""
    return Row(case, size, "-", value, None, value, f"<= {at_most:g} {unit}", value <= at_most, note, unit)


def skipped(case: str, size: str, peer_name: str, why: str) -> Row:
    """Say that a peer was not run, and why."""
    return Row(case, size, peer_name, None, None, None, "", None, why)


def require_same(what: str, one: float, two: float, relative: float) -> float:
    """Refuse to compare speeds of different answers; gives the relative difference."""
    apart = abs(one - two) / max(abs(one), abs(two), 1e-300)
    if not apart <= relative or not math.isfinite(apart):
        raise ValueError(f"{what}: {one!r} and {two!r} differ by {apart:.2e}, more than {relative:g}")
    return apart
