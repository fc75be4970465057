"""Hold a report against an earlier one and find what got worse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyses.compare import NOISE
from analyses.report import Status
from analyses.verdict import ALL_MET, NOT_JUDGED, TARGET_MISSED
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analyses.compare import Change, Comparison

_RANK = {Status.MET: 0, Status.MISSED: 1, Status.NO_DATA: 2}


@dataclass(frozen=True)
class Regression:
    """One thing that got worse, and in which way."""

    change: Change
    reason: Text


@dataclass(frozen=True)
class Regressions:
    """What got worse, and what cannot be compared."""

    worse: tuple[Regression, ...]
    not_compared: tuple[Change, ...]

    def exit_code(self, *, allow_missing: bool = False) -> int:
        """Give 1 where anything got worse, 3 where something could not be compared, else 0; the largest."""
        code = TARGET_MISSED if self.worse else ALL_MET
        return max(code, NOT_JUDGED) if self.not_compared and not allow_missing else code


def regressions(comparison: Comparison, tolerance: float = 0.0) -> Regressions:
    """Find what got worse.

    Parameters
    ----------
    comparison
        The earlier report and this one.
    tolerance
        How much worse a value may be, as a share of the earlier value (0.01 is one per cent).

    Notes
    -----
    Worse is: a value that moved the wrong way by more than the tolerance, a number that is no longer there,
    a target met that is missed now, a target judged that no longer can be. An indicator that neither
    direction is better for can only lose its number or its verdict.
    """
    worse = tuple(one for change in comparison.changes for one in _worse(change, tolerance))
    reported = {id(one.change) for one in worse}
    blocked = tuple(
        change
        for change in comparison.changes
        if change.obstacles and change.old is not None and id(change) not in reported
    )
    return Regressions(worse, blocked)


def _worse(change: Change, tolerance: float) -> Iterator[Regression]:
    old = change.old.value if change.old else None
    new = change.new.value if change.new else None
    if old is not None and new is None:
        yield Regression(change, Text("原有数值，现在没有", "had a number and has none now"))
    elif change.better is False and old is not None and change.value is not None:
        moved = abs(change.value)
        if moved > max(tolerance, NOISE) * abs(old):
            yield Regression(
                change,
                Text("比基线变差 {moved:.2%}", "{moved:.2%} worse than the baseline").format(
                    moved=moved / abs(old) if old else float("inf")
                ),
            )
    for target in change.targets:
        if target.old in _RANK and target.new in _RANK and _RANK[target.new] > _RANK[target.old]:
            yield Regression(
                change,
                Text("目标 {target}：{old} → {new}", "target {target}: {old} → {new}").format(
                    target=target.target, old=target.old, new=target.new
                ),
            )
