"""How many threads share one operation. Results do not depend on it."""

from __future__ import annotations

import os

MOST = 4
_number = [min(MOST, os.cpu_count() or 1)]


def threads() -> int:
    """Give the number of threads that may share an operation: the cores, at most four, unless set."""
    return _number[0]


def set_threads(number: int) -> None:
    """Set the number of threads for this process.

    Raises
    ------
    ValueError
        It is not positive.

    Examples
    --------
    >>> before = threads()
    >>> set_threads(1)
    >>> threads()
    1
    >>> set_threads(before)
    """
    if number < 1:
        raise ValueError(f"{number} threads can do nothing")
    _number[0] = number
