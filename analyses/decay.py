"""How much a walk still counts with its length: seven functions of distance and zones.

Every function is 1 at no distance, never rises, and is 0 beyond the cutoff ``c`` (at it, the value of the
formula). With ``d`` the distance and ``u = d / c``:

=================  =================================  ==============================================
name               weight                             also called
=================  =================================  ==============================================
``binary``         1                                  cumulative, dichotomy
``linear``         1 - u
``exponential``    exp(-r u), r = 1                   negative exponential
``gaussian``       (exp(-u²/2) - g) / (1 - g)         Gaussian lowered to 0 at c, g = exp(-1/2)
``log_logistic``   1 / (1 + (2 u)^n), n = 4           Butterworth; one half at half the cutoff
``kernel``         1 - u²                             kernel density (Epanechnikov), its peak put to 1
``power``          (1 + u / s)^-b, s = 0.1, b = 2     gravity, kept finite at no distance
=================  =================================  ==============================================

No standard fixes a function or a shape; the shapes above are proposed and can be given in a call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


def binary(distance_m: ArrayLike, cutoff_m: float) -> Floats:
    """Weigh every distance up to the cutoff alike: 1.

    Examples
    --------
    >>> binary([0, 1000, 1001], 1000).tolist()
    [1.0, 1.0, 0.0]
    """
    return _cut(distance_m, cutoff_m, np.ones_like)


def linear(distance_m: ArrayLike, cutoff_m: float) -> Floats:
    """Let the weight fall evenly to 0 at the cutoff: 1 - d/c.

    Examples
    --------
    >>> linear([0, 250, 1000], 1000).tolist()
    [1.0, 0.75, 0.0]
    """
    return _cut(distance_m, cutoff_m, lambda u: 1.0 - u)


def exponential(distance_m: ArrayLike, cutoff_m: float, rate: float = 1.0) -> Floats:
    """Let the weight fall by the same share every metre: exp(-rate d/c).

    Examples
    --------
    >>> exponential([0, 1000, 1001], 1000).round(4).tolist()
    [1.0, 0.3679, 0.0]
    """
    return _cut(distance_m, cutoff_m, lambda u: np.exp(-rate * u))


def gaussian(distance_m: ArrayLike, cutoff_m: float) -> Floats:
    """Let the weight fall as a bell that ends at the cutoff: (exp(-(d/c)²/2) - g) / (1 - g), g = exp(-1/2).

    Examples
    --------
    >>> gaussian([0, 500, 1000], 1000).round(4).tolist()
    [1.0, 0.7014, 0.0]
    """
    end = np.exp(-0.5)
    return _cut(distance_m, cutoff_m, lambda u: (np.exp(-0.5 * u * u) - end) / (1.0 - end))


def log_logistic(distance_m: ArrayLike, cutoff_m: float, order: float = 4.0) -> Floats:
    """Keep near distances nearly whole and drop around half the cutoff: 1 / (1 + (2 d/c)^order).

    With an even order it is the power response of a Butterworth filter of half that order.

    Examples
    --------
    >>> log_logistic([0, 500, 1000], 1000).round(4).tolist()
    [1.0, 0.5, 0.0588]
    """
    return _cut(distance_m, cutoff_m, lambda u: 1.0 / (1.0 + (2.0 * u) ** order))


def kernel(distance_m: ArrayLike, cutoff_m: float) -> Floats:
    """Weigh by the Epanechnikov kernel with its peak put to 1: 1 - (d/c)².

    Examples
    --------
    >>> kernel([0, 500, 1000], 1000).tolist()
    [1.0, 0.75, 0.0]
    """
    return _cut(distance_m, cutoff_m, lambda u: 1.0 - u * u)


def power(distance_m: ArrayLike, cutoff_m: float, exponent: float = 2.0, near: float = 0.1) -> Floats:
    """Weigh by a power of distance as gravity does: (1 + d/(near c))^-exponent.

    The plain power of distance has no value at no distance; ``near`` is the share of the cutoff that is
    added to every distance before the whole is put to 1 at 0.

    Examples
    --------
    >>> power([0, 100, 1000], 1000).round(4).tolist()
    [1.0, 0.25, 0.0083]
    """
    return _cut(distance_m, cutoff_m, lambda u: (1.0 + u / near) ** -exponent)


DECAYS: dict[str, Callable[[ArrayLike, float], Floats]] = {
    "binary": binary,
    "linear": linear,
    "exponential": exponential,
    "gaussian": gaussian,
    "log_logistic": log_logistic,
    "kernel": kernel,
    "power": power,
}
"""The functions by name, with their shapes as proposed."""


def zones(distance_m: ArrayLike, cutoff_m: float, weights: Sequence[float]) -> Floats:
    """Weigh by zones of equal width: the first weight up to c/n, the second up to 2c/n, and so on.

    Raises
    ------
    ValueError
        The weights do not begin with 1, rise, or lie outside 0..1.

    Examples
    --------
    >>> zones([0, 300, 301, 900, 901], 900, (1, 0.68, 0.22)).tolist()
    [1.0, 1.0, 0.68, 0.22, 0.0]
    """
    given = np.asarray(weights, np.float64)
    good = given.ndim == 1 and len(given) > 0 and given[0] == 1.0 and (given >= 0).all()
    if not good or (np.diff(given) > 0).any():
        raise ValueError("zone weights begin with 1, never rise and are 0 or more")
    ends = cutoff_m * np.arange(1, len(given) + 1) / len(given)
    found = np.searchsorted(ends, np.asarray(distance_m, np.float64))
    return np.append(given, 0.0)[found]


def _cut(distance_m: ArrayLike, cutoff_m: float, weight: Callable[[Floats], Floats]) -> Floats:
    if not cutoff_m > 0:
        raise ValueError("the cutoff of a decay is above 0")
    distance = np.asarray(distance_m, np.float64)
    if (distance < 0).any():
        raise ValueError("distances are 0 or more")
    share = np.minimum(distance / cutoff_m, 1.0)
    return np.where(distance <= cutoff_m, weight(share), 0.0)
