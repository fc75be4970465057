"""Fragments of cut shapes put together again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo.pieces import SAME
from geo.robust import EMPTY, apply, bags, size, union_each

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo.robust import Indices

MANY = 2_000
"""Fragments of one shape from which on it is cut again, all of it at once."""


def merged(
    fragments: NDArray[Any],
    group: Indices,
    originals: NDArray[Any],
    at_once: Callable[[Indices], NDArray[Any]] | None = None,
) -> NDArray[Any]:
    """Put fragments of one group together; a group that is the whole original becomes the original again.

    The time of uniting grows with the square of their number, so ``at_once``, where given, cuts the
    originals that fell into very many in one piece.
    """
    whole = np.full(len(originals), EMPTY, dtype=object)
    count = np.bincount(group, minlength=len(originals))
    many = np.flatnonzero(count > MANY) if at_once is not None else np.empty(0, np.intp)
    if at_once is not None and len(many):
        whole[many] = at_once(many)
        count[many] = 0
    fragments, group = fragments[count[group] > 0], group[count[group] > 0]
    alone = count[group] == 1
    whole[group[alone]] = fragments[alone]
    several = np.flatnonzero(count > 1)
    if len(several):
        rank = np.full(len(originals), -1)
        rank[several] = np.arange(len(several))
        whole[several] = apply(union_each, bags(fragments[~alone], rank[group[~alone]]))
    part, full = size(whole), size(originals)
    same = (part > 0) & (np.abs(part - full) <= SAME * full)
    return np.where(same, originals, whole)
