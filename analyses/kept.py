"""Work that several indicators share, done once for each study."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable

    from layers.study import Study

T = TypeVar("T")


def once_per_study(work: Callable[[Study], T]) -> Callable[[Study], T]:
    """Keep what a function of a study gives for as long as the study lives.

    A study is data only and never changes; one with other parameters is another study. What is kept must not
    be changed by those who get it (frames are copied on writing) nor hold the study itself.

    Examples
    --------
    >>> calls = []
    >>> class Study: pass
    >>> @once_per_study
    ... def size(study):
    ...     calls.append(study)
    ...     return 1
    >>> city = Study()
    >>> size(city) + size(city), len(calls)
    (2, 1)
    """
    held: WeakKeyDictionary[Study, T] = WeakKeyDictionary()

    @wraps(work)
    def kept(study: Study) -> T:
        if study not in held:
            held[study] = work(study)
        return held[study]

    return kept
