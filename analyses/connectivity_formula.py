"""How well patches hang together: PC, ECA and IIC, and what each patch contributes.

With patch areas ``a_i``, the landscape's area ``A_L``, best-path probabilities ``p*_ij`` and the number of
links ``nl_ij`` on the shortest way (Saura and Pascual-Hortal 2007; Pascual-Hortal and Saura 2006):

- ``PC = sum_ij a_i a_j p*_ij / A_L^2``, ``IIC = sum_ij a_i a_j / (1 + nl_ij) / A_L^2``, i = j included;
- ``ECA = sqrt(A_L^2 PC)`` (equivalent connected area), ``A_L`` cancels out;
- ``p_ij = exp(-k d_ij)`` with ``k = -ln(p0) / d0``: ``p0`` (0.5) holds **at** the distance ``d0``;
- ``dI_k = 100 (I - I without k) / I = intra + flux + connector``.

As ``-ln p`` is ``k d``, the best path is the shortest one by the sum of its gaps; patches cost nothing to
cross. Pairs whose best path is less likely than ``least`` count as 0, which lowers PC by at most
``least (sum a / A_L)^2``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.detours import path_sums
from geo.hops import hop_sums
from geo.patches import Links

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Dispersal:
    """How the probability of a crossing falls with distance: ``probability`` at ``distance_m``.

    Examples
    --------
    >>> way = Dispersal(1000.0, 0.5, 0.01)
    >>> way.probability_of(np.array([0.0, 1000.0, 2000.0])).tolist(), round(way.longest_m)
    ([1.0, 0.5, 0.25], 6644)
    """

    distance_m: float
    probability: float = 0.5
    least: float = 0.01

    @property
    def longest_m(self) -> float:
        """Distance at which the probability has fallen to ``least``."""
        return self.distance_m * math.log(self.least) / math.log(self.probability)

    def probability_of(self, distance_m: Floats) -> Floats:
        """Give ``exp(-k d)``."""
        return np.asarray(self.probability ** (distance_m / self.distance_m), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Probability:
    """PC and ECA of a landscape; ``intra``, ``flux`` and ``connector`` sum to each patch's dPC (per cent)."""

    pc: float
    eca_m2: float
    intra: Floats
    flux: Floats
    connector: Floats

    @property
    def dpc(self) -> Floats:
        """Share of PC that goes with each patch, in per cent."""
        return np.asarray(self.intra + self.flux + self.connector, dtype=np.float64)


def probability_of_connectivity(
    area_m2: Floats, links: Links, dispersal: Dispersal, landscape_m2: float
) -> Probability:
    """Compute PC, ECA and each patch's dPC with its three fractions.

    ``intra_k = a_k^2``, ``flux_k = 2 a_k sum_j a_j p*_kj``, and ``connector_k`` is what the other pairs lose
    when the patch is gone, each as a share of ``sum_ij a_i a_j p*_ij``; exact, not sampled.

    Parameters
    ----------
    area_m2
        Of each patch.
    links
        All links up to ``dispersal.longest_m``.
    landscape_m2
        Area of the landscape, patches included.

    Examples
    --------
    >>> links = Links(2, np.array([0]), np.array([1]), np.array([1000.0]))
    >>> found = probability_of_connectivity(np.array([1.0, 1.0]), links, Dispersal(1000.0), 10.0)
    >>> found.pc, [round(one, 2) for one in found.dpc.tolist()]
    (0.03, [66.67, 66.67])
    """
    sums = path_sums(links, area_m2, dispersal.probability_of, dispersal.longest_m)
    numerator = float((area_m2**2).sum()) + sums.total
    per = 100.0 / numerator if numerator else 0.0
    pc = numerator / landscape_m2**2
    return Probability(
        pc,
        math.sqrt(numerator),
        area_m2**2 * per,
        2 * sums.of_node * per,
        sums.through * per,
    )


def integral_index(area_m2: Floats, links: Links, landscape_m2: float) -> float:
    """Compute IIC; ``links`` are those that count as links (patches at most the threshold apart).

    Examples
    --------
    >>> integral_index(np.ones(2), Links(2, np.array([0]), np.array([1]), np.ones(1)), 10.0)
    0.03
    """
    return _integral(area_m2, links) / landscape_m2**2


def integral_losses(
    area_m2: Floats, links: Links, patches: Iterable[int], numerator: float | None = None
) -> Mapping[int, float]:
    """Compute dIIC (per cent) of the patches asked for, by taking each out in turn.

    One full computation for each: ask for the patches that matter.

    Parameters
    ----------
    area_m2, links, patches
        As for ``integral_index``, and the patches to take out.
    numerator
        IIC times the squared area of the landscape, where it is known already.
    """
    whole = _integral(area_m2, links) if numerator is None else numerator
    losses = {}
    for patch in patches:
        keep = (links.one != patch) & (links.other != patch)
        rest = Links(links.count, links.one[keep], links.other[keep], links.distance_m[keep])
        without = np.where(np.arange(links.count) == patch, 0.0, area_m2)
        losses[patch] = 100.0 * (whole - _integral(without, rest)) / whole if whole else 0.0
    return losses


def _integral(area_m2: Floats, links: Links) -> float:
    return float((area_m2**2).sum() + hop_sums(links, area_m2, lambda number: 1.0 / (1 + number)).sum())
