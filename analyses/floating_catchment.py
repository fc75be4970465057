"""Two-step floating catchment: supply per person that people in reach of it share.

1. Every site divides its supply by the people in its catchment, each counted with a weight by distance:
   ``R_j = S_j / Σ_i w_ij D_i``.
2. Every place adds up what the sites in its catchment offer, with the same weights: ``A_i = Σ_j w_ij R_j``.

With weights 1 inside the catchment and 0 outside this is the plain method (2SFCA: Luo & Wang 2003); with
weights by zone it is the enhanced one (E2SFCA: Luo & Qi 2009); with a decay function, its generalisation.

What is supplied is what is received: ``Σ_i A_i D_i`` is the supply of all sites that have anybody in reach.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Indices = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Links:
    """Which places have which sites in their catchment: pairs with a weight, each pair at most once."""

    place: Indices
    site: Indices
    weight: Floats

    def reaching(self) -> Links:
        """Leave out the pairs of weight 0: they are out of reach."""
        near = self.weight > 0
        return Links(self.place[near], self.site[near], self.weight[near])


@dataclass(frozen=True, eq=False)
class Supplied:
    """What places receive and sites give.

    Attributes
    ----------
    per_person
        ``A_i``, supply per person at each place; 0 where no site is in reach.
    offered
        ``R_j``, supply per weighted person of each site; 0 where nobody is in reach.
    demand
        Weighted people in reach of each site.
    sites
        Number of sites in reach of each place.
    """

    per_person: Floats
    offered: Floats
    demand: Floats
    sites: Indices


def floating_catchment(links: Links, supply: Floats, demand: Floats) -> Supplied:
    """Compute supply per person by the two steps, from weighted pairs.

    Parameters
    ----------
    links
        Pairs of places and sites with weights.
    supply
        Of each site, such as its area in m².
    demand
        Of each place: people.

    Raises
    ------
    ValueError
        A supply, demand or weight is negative or not a number.

    Examples
    --------
    1,000 m² shared by 60 and 40 people; the second place also has 200 m² of its own:

    >>> links = Links(np.array([0, 1, 1]), np.array([0, 0, 1]), np.ones(3))
    >>> floating_catchment(links, np.array([1000.0, 200.0]), np.array([60.0, 40.0])).per_person.tolist()
    [10.0, 15.0]
    """
    for name, numbers in (("supply", supply), ("demand", demand), ("weight", links.weight)):
        if not (np.asarray(numbers) >= 0).all():
            raise ValueError(f"every {name} is a number of 0 or more")
    near = links.reaching()
    people = _sums(near.site, near.weight * demand[near.place], len(supply))
    offered = np.divide(supply, people, out=np.zeros(len(supply)), where=people > 0)
    per_person = _sums(near.place, near.weight * offered[near.site], len(demand))
    return Supplied(per_person, offered, people, np.bincount(near.place, minlength=len(demand)))


def _sums(group: Indices, numbers: Floats, size: int) -> Floats:
    return np.asarray(np.bincount(group, numbers, size), np.float64)
