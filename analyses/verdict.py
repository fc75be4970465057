"""From results to the exit code that an automated check acts on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from analyses.report import Status
from layers.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

ALL_MET = 0
TARGET_MISSED = 1
NOT_JUDGED = 3


class Judged(Protocol):
    """What a verdict is counted from: a ``Result``, or a result read back from ``report.json``."""

    @property
    def status(self) -> Status:
        """The verdict on the target."""

    @property
    def target(self) -> object | None:
        """The target, or None where there is none."""


class Found(Protocol):
    """What a strict verdict looks at: a ``Finding``, or one read back from ``report.json``."""

    @property
    def severity(self) -> Severity:
        """How bad it is."""


def strict_code(code: int, findings: Iterable[Found]) -> int:
    """Give the exit code where warnings about the data count: then 3, as data unfit to judge from.

    Examples
    --------
    >>> strict_code(1, [])
    1
    """
    faulty = any(one.severity in (Severity.ERROR, Severity.WARNING) for one in findings)
    return max(code, NOT_JUDGED) if faulty else code


def exit_code(results: Iterable[Judged], *, allow_missing: bool = False) -> int:
    """Give the exit code: the largest that holds.

    Parameters
    ----------
    results
        What was judged.
    allow_missing
        Whether a target that could not be judged for want of data is passed over.

    Returns
    -------
    code
        0 where every target judged was met, 1 where at least one was missed, 3 where one could not be
        judged. A measure without any target never changes the code.

    Examples
    --------
    >>> exit_code([])
    0
    """
    code = ALL_MET
    for result in results:
        if result.status is Status.MISSED:
            code = max(code, TARGET_MISSED)
        elif result.status is Status.NO_DATA and result.target is not None and not allow_missing:
            code = max(code, NOT_JUDGED)
    return code
