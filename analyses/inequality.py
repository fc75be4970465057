"""How evenly something is spread over people: Gini, concentration index, Palma ratio, Theil T.

Every function takes values per person (``y``) and people (``w``) at each place and treats the ``w`` people of
a place as ``w`` persons with ``y`` each, fractions of a person included. Values are 0 or more. Where nobody
lives or nobody has anything the result is not a number: equality of nothing is undefined.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

TOP_SHARE, BOTTOM_SHARE = 0.1, 0.4


def gini(values: ArrayLike, people: ArrayLike) -> float:
    """Compute the Gini coefficient: twice the area between the Lorenz curve and the line of equality.

    ``G = 1 - Σ_k (p_k - p_{k-1}) (L_k + L_{k-1})`` with places ordered by value, ``p`` the running share of
    people and ``L`` of what they have; 0 where all have the same. It is not corrected for small numbers.

    Examples
    --------
    Two people, one has everything:

    >>> gini([0, 1], [1, 1])
    0.5
    """
    return concentration_index(values, people, values)


def concentration_index(values: ArrayLike, people: ArrayLike, ranking: ArrayLike) -> float:
    """Compute the standard concentration index: does it go to people of low or of high rank.

    ``C = 2 Σ_i w_i y_i r_i / (w μ) - 1``, ``r_i`` the fractional rank by ``ranking``; people of equal ranking
    share their middle rank. Below 0 where those of low ranking have more, above 0 where those of high ranking
    do, 0 where rank makes no difference; with the values themselves as ranking it is the Gini coefficient.
    Source: Kakwani, Wagstaff & van Doorslaer 1997.

    Examples
    --------
    >>> concentration_index([3, 1], [1, 1], [10, 20])
    -0.25
    """
    value, weight = _checked(values, people)
    order = np.asarray(ranking, np.float64)[np.asarray(people, np.float64) > 0]
    total = float((value * weight).sum())
    if not total:
        return math.nan
    _, group = np.unique(order, return_inverse=True)
    share = np.bincount(group, weight) / weight.sum()
    rank = np.cumsum(share) - share / 2
    return float(2 * (np.bincount(group, value * weight) * rank).sum() / total - 1)


def palma(values: ArrayLike, people: ArrayLike) -> float:
    """Compute the Palma ratio: mean of the best-supplied 10 % of people over mean of the worst-supplied 40 %.

    1 where all have the same; infinite where the worst-supplied 40 % have nothing. Places on the border of a
    share count in part. As income economists quote it (shares, not means) the ratio is a quarter of this.

    Examples
    --------
    >>> palma([1, 1, 1, 1, 2, 2, 2, 2, 2, 6], np.ones(10))
    6.0
    """
    value, weight = _checked(values, people)
    if not (value * weight).sum():
        return math.nan
    order = np.argsort(value, kind="stable")
    reached = np.concatenate([[0.0], np.cumsum(weight[order])]) / weight.sum()
    owned = np.concatenate([[0.0], np.cumsum((value * weight)[order])])
    low = float(np.interp(BOTTOM_SHARE, reached, owned))
    high = float(owned[-1] - np.interp(1.0 - TOP_SHARE, reached, owned))
    return (high / TOP_SHARE) / (low / BOTTOM_SHARE) if low > 0 else math.inf


@dataclass(frozen=True)
class Theil:
    """Theil T and its two parts: ``within`` groups and ``between`` them; both sum to ``total``."""

    total: float
    within: float
    between: float


def theil(values: ArrayLike, people: ArrayLike, groups: ArrayLike | None = None) -> Theil:
    """Compute Theil T, and how much of it lies within groups and between them.

    ``T = Σ_i (w_i / w) (y_i / μ) ln(y_i / μ)``, 0 for those who have nothing; from 0 (all the same) to
    ``ln w`` (one of w people has everything). With ``s_g`` the share of all that group ``g`` has:
    ``within = Σ_g s_g T_g``, ``between = Σ_g s_g ln(μ_g / μ)``. Without groups all of it is within.

    Examples
    --------
    >>> round(theil([0, 0, 0, 1], [1, 1, 1, 1]).total, 6), round(math.log(4), 6)
    (1.386294, 1.386294)
    """
    value, weight = _checked(values, people)
    owned = value * weight
    if not owned.sum():
        return Theil(math.nan, math.nan, math.nan)
    group = np.zeros(len(value), np.intp)
    if groups is not None:
        kept = np.asarray(groups)[np.asarray(people, np.float64) > 0]
        group = np.unique(kept, return_inverse=True)[1].reshape(-1)
    mean = owned.sum() / weight.sum()
    group_owned = np.asarray(np.bincount(group, owned), np.float64)
    group_mean = group_owned / np.bincount(group, weight)
    between = _weighted_logs(group_owned, group_mean / mean)
    total = _weighted_logs(owned, value / mean)
    own_mean = group_mean[group]
    ratio = np.divide(value, own_mean, out=np.zeros(len(value)), where=own_mean > 0)
    return Theil(total, _weighted_logs(owned, ratio), between)


def _weighted_logs(owned: Floats, ratio: Floats) -> float:
    """Sum the logarithms of ratios by share of what is owned; nothing for those who own nothing."""
    some = (owned > 0) & (ratio > 0)
    return float((owned[some] * np.log(ratio[some])).sum() / owned.sum())


def _checked(values: ArrayLike, people: ArrayLike) -> tuple[Floats, Floats]:
    """Give values and people where anybody lives."""
    value, weight = np.asarray(values, np.float64), np.asarray(people, np.float64)
    if value.shape != weight.shape:
        raise ValueError(f"{len(value)} values for {len(weight)} numbers of people")
    if not ((value >= 0).all() and (weight >= 0).all()):
        raise ValueError("values and numbers of people are 0 or more")
    lived = weight > 0
    return value[lived], weight[lived]
