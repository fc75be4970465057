"""A limit on how long something may take: stops what hangs in Python, and fails what came back too late."""

from __future__ import annotations

import signal
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SLOWEST_S = 10.0


@contextmanager
def soon(limit_s: float = SLOWEST_S) -> Iterator[None]:
    """Fail unless the block ends within the limit."""

    def too_late(*_: object) -> None:
        raise AssertionError(f"still running after {limit_s:g} s")

    before = signal.signal(signal.SIGALRM, too_late)
    signal.setitimer(signal.ITIMER_REAL, limit_s)
    started = time.monotonic()
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert time.monotonic() - started < limit_s
