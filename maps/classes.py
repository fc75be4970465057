"""Classes of value and their colours, as ``web/colours.js`` makes them in the browser."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)
_HIGHER = (">=", ">")
_CLOSED_BELOW = ("<=", ">")
_ONE_SIDE = 3
_PLAIN_STEPS = 5


@dataclass(frozen=True)
class Classes:
    """``limits[i]`` parts class i from class i + 1; ``sides`` say what a class means for the target."""

    limits: tuple[float, ...]
    sides: tuple[str, ...]
    colours: tuple[str, ...]
    low: float
    high: float
    closed_below: bool = False

    def of(self, value: float | None) -> int:
        """Give the class of a value, -1 where there is none."""
        if value is None or not math.isfinite(value) or not self.colours:
            return -1
        return (bisect_left if self.closed_below else bisect_right)(self.limits, value)


def comparable_target(indicator: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Give the city's target that says something about a district: of a share or a density, not of a sum."""
    if indicator["whole"] is None:
        return None
    numbered = [one for one in indicator["targets"] if one["value"] is not None]
    alike = [one for one in numbered if one["status"] == indicator["status"]]
    found = next(iter(alike or numbered), None)
    return found if found is not None and found["comparison"] in (">=", ">", "<=", "<") else None


def classes_of(
    values: Sequence[float | None], target: Mapping[str, Any] | None, ramps: Mapping[str, Sequence[str]]
) -> Classes:
    """Part values into classes of round limits, at the target where there is one.

    Examples
    --------
    >>> ramps = {"above": ["a", "b", "c", "d"], "below": ["e", "f", "g", "h"]}
    >>> classes_of([0.5, 0.9], {"value": 0.75, "comparison": ">="}, ramps).limits
    (0.6, 0.7, 0.75, 0.8)
    """
    held = [value for value in values if value is not None and math.isfinite(value)]
    if not held:
        return Classes((), (), (), 0.0, 0.0)
    low, high = min(held), max(held)
    if target is None:
        limits = _above(steps(low, high, _PLAIN_STEPS), low)[:4]
        sides = ["plain"] * (len(limits) + 1)
    else:
        limits = _limits_around(float(target["value"]), low, high)
        sides = _sides(limits, target, low)
    closed = target is not None and target["comparison"] in _CLOSED_BELOW
    return Classes(tuple(limits), tuple(sides), tuple(_colours(sides, ramps)), low, high, closed)


def steps(low: float, high: float, most: int) -> list[float]:
    """Give round numbers between two, at most about so many.

    Examples
    --------
    >>> steps(3, 17, 5)
    [5.0, 10.0, 15.0]
    """
    if not high > low:
        return []
    raw = (high - low) / most
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(nice for nice in _NICE if raw / power <= nice) * power
    found, value = [], math.ceil(low / step + 1e-9) * step
    while value < high - step * 1e-6:
        found.append(float(f"{value:.12g}"))
        value += step
    return found


def _above(values: Sequence[float], least: float) -> list[float]:
    return [value for value in values if value > least]


def _limits_around(target: float, low: float, high: float) -> list[float]:
    below = _above(steps(low, target, _ONE_SIDE), low) if low < target else []
    above = _above(steps(target, high, _ONE_SIDE), target) if high > target else []
    middle = [target] if low < target <= high else []
    return [*below[-_ONE_SIDE:], *middle, *above[:_ONE_SIDE]]


def _sides(limits: Sequence[float], target: Mapping[str, Any], low: float) -> list[str]:
    goal = float(target["value"])
    lower = [low, *limits]
    under = [limit <= goal for limit in limits] + [lower[-1] < goal]
    return ["below" if one is (target["comparison"] in _HIGHER) else "above" for one in under]


def _colours(sides: Sequence[str], ramps: Mapping[str, Sequence[str]]) -> list[str]:
    """Give stronger colours further from the target."""
    if sides[0] == "plain":
        ramp = ramps["plain"]
        skip = 1 if len(sides) < len(ramp) else 0
        return [ramp[2 if len(sides) == 1 else min(len(ramp) - 1, at + skip)] for at in range(len(sides))]
    turn = next((at for at, side in enumerate(sides) if side != sides[0]), -1)
    found = []
    for at, side in enumerate(sides):
        if turn < 0:
            depth = min(at + 1 if side == "above" else len(sides) - at, 3)
        else:
            depth = turn - 1 - at if at < turn else at - turn
        found.append(ramps[side][min(len(ramps[side]) - 1, depth)])
    return found
