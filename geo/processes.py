"""Work in processes of their own: what is in memory is shared with them, what they give comes back whole.

Python lets one thread of a process compute at a time; two processes use two cores. They are forks, so that a
city need not be copied, and GEOS, which two threads may not ask about one prepared shape, is asked by each
process about its own. Where there is no safe fork (Windows, macOS) or one thread is allowed, or the system
refuses another process, or one ends before its time, the same work is done in this process instead.
"""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import pickle
import signal
import struct
import sys
import warnings
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO, Generic, Self, TypeVar

import psutil

from geo.threads import threads

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

T = TypeVar("T")

_DIE_WITH_PARENT = 1
_TWO = "2q"
_NONE_TAKEN = struct.pack(_TWO, 0, 0)
_MALLOC_TRIM_THRESHOLD, _MALLOC_MMAP_THRESHOLD = -1, -3
_LARGE_BYTES, _FREE_BYTES = 1 << 28, 1 << 30
_peak = [0.0]


def peak_mb() -> float:
    """Give the highest resident memory of this process and those beside it so far, in megabytes (1e6 bytes).

    Of a process beside only the growth counts: what it was born with it shares.
    """
    return max(_own_peak_mb(), _peak[0])


def can_fork() -> bool:
    """Say whether work may go to another process here."""
    return sys.platform == "linux" and threads() > 1 and multiprocessing.parent_process() is None


class Aside(Generic[T]):
    """Work begun in a process of its own; ``result`` waits for it.

    An error of the work is raised by ``result`` as it was. Leaving the ``with`` block without asking for the
    result ends the process.

    Examples
    --------
    >>> with Aside(lambda: sum(range(10))) as work:
    ...     work.result()
    45
    """

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._process: multiprocessing.process.BaseProcess | None = None
        self._answer: BinaryIO | None = None
        if can_fork():
            with contextlib.suppress(OSError):
                self._begin()

    def _begin(self) -> None:
        give_back()
        answer = os.fdopen(os.memfd_create("answer"), "w+b")  # memory that both can reach: the fastest way
        process = multiprocessing.get_context("fork").Process(
            target=_serve, args=(self._work, answer, os.getpid()), daemon=True
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # its threads hold no lock the work asks for
            try:
                process.start()
            except OSError:
                answer.close()
                raise
        self._process, self._answer = process, answer

    def result(self) -> T:
        """Give what the work gives; done here where no other process could do it."""
        if self._process is None or self._answer is None:
            return self._work()
        self._process.join()
        self._answer.seek(0)
        try:
            done, value, grown_mb = pickle.load(self._answer)  # noqa: S301 - this program wrote it
        except (EOFError, pickle.UnpicklingError):  # it ended before its time, as by the want of memory
            self._end()
            return self._work()
        self._end()
        _peak[0] = max(_peak[0], _own_peak_mb() + grown_mb)
        if not done:
            raise value
        answer: T = value
        return answer

    def _end(self) -> None:
        if self._process is not None and self._answer is not None:
            self._process.kill()
            self._process.join()
            self._answer.close()
        self._process = None

    def __enter__(self) -> Self:
        """Give the work."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process, whatever it is at."""
        self._end()


def shared_out(tasks: Sequence[Callable[[], T]], weights: Sequence[float] | None = None) -> list[T]:
    """Do tasks that do not depend on each other, in as many processes as threads are allowed.

    Parameters
    ----------
    tasks
        This process takes them from the first on, those beside it from the last back, until they meet: what
        is done beside must travel, so that the largest answers belong in front.
    weights
        About how large each task is: the largest come first. Without them, in the order of the tasks.

    Returns
    -------
    What each gives, in the order of the tasks.

    Raises
    ------
    Exception
        The error of the first task, in their order, that ends in one.

    Examples
    --------
    >>> shared_out([lambda: 1 + 1, lambda: 2 * 3])
    [2, 6]
    """
    helpers = min(threads(), len(tasks)) - 1
    if helpers < 1 or not can_fork():
        return [task() for task in tasks]
    order = range(len(tasks)) if weights is None else sorted(range(len(tasks)), key=lambda i: -weights[i])

    def work(end: int) -> dict[int, tuple[bool, Any]]:
        done: dict[int, tuple[bool, Any]] = {}
        while True:
            taken = _take(counts, end)
            if sum(taken) >= len(order):
                return done
            number = order[taken[0]] if end == 0 else order[-1 - taken[1]]
            done[number] = _outcome(tasks[number])

    with contextlib.ExitStack() as stack:
        try:
            counts = stack.enter_context(os.fdopen(os.memfd_create("taken"), "w+b", buffering=0)).fileno()
            os.pwrite(counts, _NONE_TAKEN, 0)
        except OSError:
            return [task() for task in tasks]
        asides = [stack.enter_context(Aside(partial(work, 1))) for _ in range(helpers)]
        done = work(0)
        for one in asides:
            done |= one.result()
    outcomes = [  # what a process had taken that ended before its time is done here
        done[number] if number in done else _outcome(task) for number, task in enumerate(tasks)
    ]
    for whole, value in outcomes:
        if not whole:
            raise value
    return [value for _, value in outcomes]


def _take(counts: int, end: int) -> tuple[int, int]:
    """Take a task from the front (0) or the back (1): say how many were taken from either before.

    The lock is one that the system takes from a process that ends.
    """
    import fcntl  # noqa: PLC0415 - there is none on Windows

    fcntl.lockf(counts, fcntl.LOCK_EX)
    try:
        front, back = struct.unpack(_TWO, os.pread(counts, len(_NONE_TAKEN), 0))
        os.pwrite(counts, struct.pack(_TWO, front + (end == 0), back + (end == 1)), 0)
    finally:
        fcntl.lockf(counts, fcntl.LOCK_UN)
    return front, back


def _outcome(task: Callable[[], Any]) -> tuple[bool, Any]:
    try:
        return True, task()
    except Exception as error:  # noqa: BLE001 - raised again where the results are gathered
        return False, error


def keep_freed() -> None:
    """Let this process keep freed memory for its next arrays; those from the system must be cleared first.

    ``give_back`` gives it back all the same.

    Examples
    --------
    >>> keep_freed()
    """
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError):  # not every C library can
            library = ctypes.CDLL(None)
            library.mallopt(_MALLOC_MMAP_THRESHOLD, _LARGE_BYTES)
            library.mallopt(_MALLOC_TRIM_THRESHOLD, _FREE_BYTES)


def give_back() -> None:
    """Let the system have the memory that lies free; what two processes hold free counts twice.

    Examples
    --------
    >>> give_back()
    """
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError):  # not every C library can
            ctypes.CDLL(None).malloc_trim(0)


def _serve(work: Callable[[], Any], answer: BinaryIO, parent: int) -> None:
    """Do the work in the new process and leave what it gives, or nothing: then it is done by who asked."""
    with contextlib.suppress(BaseException):  # nobody reads what this process says
        _do(work, answer, parent)


def _do(work: Callable[[], Any], answer: BinaryIO, parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        return
    born_mb = psutil.Process().memory_info().rss / 1e6
    done, value = _outcome(work)
    grown_mb = max(0.0, _own_peak_mb() - born_mb)
    try:
        pickle.dump((done, value, grown_mb), answer, protocol=pickle.HIGHEST_PROTOCOL)
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        answer.seek(0)
        answer.truncate()
        pickle.dump((False, TypeError(f"what the work gives cannot be sent: {error}"), grown_mb), answer)
    answer.flush()


def _own_peak_mb() -> float:
    if sys.platform == "win32":
        return float(psutil.Process().memory_info().peak_wset) / 1e6
    import resource  # noqa: PLC0415 - there is none on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6
