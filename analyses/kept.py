"""Work that several indicators share, done once for each study."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable

    from layers.study import Study

P = ParamSpec("P")
T = TypeVar("T")


_FORGET: list[Callable[[], object]] = []


def forgotten_after_measuring(forget: Callable[[], object]) -> None:
    """Name what lets go of work that is kept for measures and that nothing asks for afterwards."""
    _FORGET.append(forget)


def forget_kept_work() -> None:
    """Let go of all that measures share, a city's street network above all.

    For a command that has measured once and goes on to write and draw. Whatever is asked for again is made
    again, so that results are the same.
    """
    for forget in _FORGET:
        forget()


def once_per_study(
    work: Callable[Concatenate[Study, P], T],
) -> Callable[Concatenate[Study, P], T]:
    """Keep what a function of a study gives for as long as the study lives.

    A study is data only and never changes; one with other parameters is another study. What is kept must not
    be changed by those who get it (frames are copied on writing) nor hold the study itself. Each further
    argument, such as the kind of a layer, has a result of its own.

    Examples
    --------
    >>> calls = []
    >>> class Study: pass
    >>> @once_per_study
    ... def size(study, times):
    ...     calls.append(study)
    ...     return times
    >>> city = Study()
    >>> size(city, 1) + size(city, 1) + size(city, 2), len(calls)
    (4, 2)
    """
    held: WeakKeyDictionary[Study, dict[tuple[object, ...], T]] = WeakKeyDictionary()
    forgotten_after_measuring(held.clear)

    @wraps(work)
    def kept(study: Study, /, *args: P.args, **kwargs: P.kwargs) -> T:
        own = held.setdefault(study, {})
        key = (*args, *sorted(kwargs.items()))
        if key not in own:
            own[key] = work(study, *args, **kwargs)
        return own[key]

    return kept
