"""The ecological index EI (HJ 192-2015) and the regional index EQI: plain formulas on plain numbers.

The coefficients are the fixed national ones (HJ 192-2015 as third-party code has it; the five weights are
confirmed by a published city result). They are never derived anew: that would break comparison. EI and EQI
are not comparable with each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HABITAT = 511.2642131067
"""Habitat quality: coefficient of the weighted share of land classes (also in a second source)."""
RIVER, LAKE, RESOURCES = 84.3704083981, 591.7908642005, 86.3869548281
"""Water network density: river length, water area, water resources."""
STRESS = 236.04356779
"""Land stress."""
COD, NH3, SO2, DUST, NOX, SOLID = (
    4.3937397289,
    40.1764754986,
    0.0648660287,
    4.0904459321,
    0.5103049278,
    0.0749894283,
)
"""Pollution load, by pollutant."""
LOAD_WEIGHTS = {"cod": 0.2, "nh3": 0.2, "so2": 0.2, "dust": 0.1, "nox": 0.2, "solid": 0.1}
EI_WEIGHTS = (0.35, 0.25, 0.15, 0.15, 0.10)
"""Biological abundance, vegetation cover, water network, 100 - land stress, 100 - pollution load."""
TOP = 100.0

Grade = Literal["excellent", "good", "fair", "poor", "bad"]
GRADES: tuple[tuple[float, Grade], ...] = (
    (75.0, "excellent"),
    (55.0, "good"),
    (35.0, "fair"),
    (20.0, "poor"),
    (0.0, "bad"),
)
"""Lower bounds, inclusive: 优, 良, 一般, 较差, 差."""
CHANGES = ((8.0, "significant"), (3.0, "clear"), (1.0, "slight"), (0.0, "none"))
"""Least absolute change of EI, inclusive, and its name."""
JUST_BELOW = 0.1
"""A restricted index is cut to this much below the floor of its class."""
LEVEL_3_TOP = 54.9
EQI_GRADES = (70.0, 55.0, 40.0, 30.0)
"""Lower bounds of classes 1 to 4 of EQI; recalled, consistent with published pairs."""
EQI_CHANGES = (1.0, 2.0, 4.0)
"""Bounds between stable, slight, moderate and clear change of EQI; recalled and unsure."""


@dataclass(frozen=True)
class SubIndices:
    """The five sub-indices of EI, 0 to 100."""

    abundance: float
    vegetation: float
    water: float
    stress: float
    load: float


def capped(value: float, top: float = TOP) -> float:
    """Cut a sub-index to its highest value, 100 unless said otherwise (recalled)."""
    return min(value, top)


def habitat_quality(weighted_area: float, area: float) -> float:
    """Compute habitat quality from the sum of class weight x sub-class weight x area.

    ``HQ = 511.2642131067 * sum(w_class * w_sub * A) / A``

    Examples
    --------
    >>> round(habitat_quality(0.35 * 0.60 * 4.0, 4.0), 2)
    107.37
    """
    return HABITAT * weighted_area / area


def biological_abundance(habitat: float, biodiversity: float | None) -> float:
    """Average habitat quality and the biodiversity index; habitat quality alone where there is no index.

    Like the other sub-indices not cut to 100; see ``capped``.
    """
    return habitat if biodiversity is None else (biodiversity + habitat) / 2


def vegetation_cover(mean_ndvi: float, coefficient: float) -> float:
    """Compute the vegetation cover index: coefficient x regional mean NDVI (times 10,000)."""
    return coefficient * mean_ndvi


def effective_resources(amount: float, mean: float) -> float:
    """Cut the water resources of a wet year (any unit, that of the result).

    With ``a = amount / mean``: the amount up to 1.4, ``mean * (2.4 - a)`` up to 2.4, nothing beyond. At 1.4
    the rule jumps from 1.4 to 1.0 times the mean.

    Examples
    --------
    >>> [round(effective_resources(one, 10.0), 6) for one in (14.0, 15.0, 24.0, 25.0)]
    [14.0, 9.0, 0.0, 0.0]
    """
    ratio = amount / mean
    if ratio <= 1.4:  # noqa: PLR2004 - the rule's own bounds
        return amount
    return mean * (2.4 - ratio) if ratio <= 2.4 else 0.0  # noqa: PLR2004


def water_network(river_km: float, water_km2: float, resources_million_m3: float, area_km2: float) -> float:
    """Compute the water network density index.

    ``WN = (84.3704083981 * L / A + 591.7908642005 * S / A + 86.3869548281 * Q / A) / 3``
    """
    parts = RIVER * river_km + LAKE * water_km2 + RESOURCES * resources_million_m3
    return parts / area_km2 / 3


def land_stress(
    severe_km2: float, moderate_km2: float, built_km2: float, other_km2: float, area_km2: float
) -> float:
    """Compute the land stress index.

    ``LS = 236.04356779 * (0.4 * severe + 0.2 * moderate erosion + 0.2 * built + 0.2 * other) / A``
    """
    stressed = 0.4 * severe_km2 + 0.2 * moderate_km2 + 0.2 * built_km2 + 0.2 * other_km2
    return STRESS * stressed / area_km2


def pollution_load(emissions_t: Mapping[str, float], rain_mm: float, area_km2: float) -> float:
    """Compute the pollution load index from yearly emissions in tonnes.

    COD and NH3 go by rain (mm) times area (km2), the others by area. Keys: ``cod``, ``nh3``, ``so2``,
    ``dust``, ``nox``, ``solid``.
    """
    water = rain_mm * area_km2
    factor = {
        "cod": COD / water,
        "nh3": NH3 / water,
        "so2": SO2 / area_km2,
        "dust": DUST / area_km2,
        "nox": NOX / area_km2,
        "solid": SOLID / area_km2,
    }
    return sum(weight * factor[key] * emissions_t[key] for key, weight in LOAD_WEIGHTS.items())


def ecological_index(parts: SubIndices) -> float:
    """Combine the sub-indices, before any restriction.

    ``EI = 0.35 BA + 0.25 VC + 0.15 WN + 0.15 (100 - LS) + 0.10 (100 - PL)``

    Examples
    --------
    Nantong 2017, as the city published it:

    >>> round(ecological_index(SubIndices(30.59, 76.93, 93.94, 6.08, 1.48)), 2)
    67.97
    """
    terms = (parts.abundance, parts.vegetation, parts.water, TOP - parts.stress, TOP - parts.load)
    return sum(weight * term for weight, term in zip(EI_WEIGHTS, terms, strict=True))


def restricted(index: float, level: int) -> float:
    """Apply the environmental restriction: a cap, never an addend.

    Level 2 cuts to just below the floor of the index's class; level 3 to at most 54.9, else one class down;
    any other level changes nothing. The lowest class stays as it is.

    Examples
    --------
    >>> restricted(80.0, 2), restricted(80.0, 3), restricted(40.0, 3), restricted(10.0, 2)
    (74.9, 54.9, 34.9, 10.0)
    """
    floor = next(bound for bound, _ in GRADES if index >= bound or bound == 0)
    if level not in (2, 3) or floor == 0:
        return index
    below = round(floor - JUST_BELOW, 1)
    return min(below, LEVEL_3_TOP) if level == 3 else below  # noqa: PLR2004 - the rule's level


def grade(index: float) -> Grade:
    """Name the class of an EI.

    Examples
    --------
    >>> grade(67.97), grade(75.0), grade(54.99)
    ('good', 'excellent', 'fair')
    """
    return next((name for bound, name in GRADES if index >= bound), "bad")


def change(before: float, after: float) -> str:
    """Name the change between two EI values: its size, and ``better`` or ``worse``.

    Examples
    --------
    >>> change(62.4, 61.4), change(61.1, 61.9), change(50.0, 58.0)
    ('slight worse', 'none', 'significant better')
    """
    step = round(after - before, 9)
    size = next(name for bound, name in CHANGES if abs(step) >= bound)
    return size if size == "none" else f"{size} {'better' if step > 0 else 'worse'}"


def regional_index(values: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Combine EQI's parts with weights of the user's own; none are shipped, for none could be verified.

    Parts that count against nature go in as ``100 - value``.

    Raises
    ------
    ValueError
        Where weights and values do not name the same parts, a weight is negative, or they do not sum to 1.

    Examples
    --------
    >>> regional_index({"pattern": 60.0, "function": 40.0}, {"pattern": 0.5, "function": 0.5})
    50.0
    """
    if set(values) != set(weights):
        raise ValueError("values and weights must name the same parts")
    if min(weights.values(), default=0.0) < 0 or abs(sum(weights.values()) - 1) > 1e-9:  # noqa: PLR2004
        raise ValueError("weights must not be negative and must sum to 1")
    return sum(weights[key] * values[key] for key in sorted(values))


def regional_grade(index: float, bounds: Sequence[float] = EQI_GRADES) -> int:
    """Give the class of an EQI, 1 the best to 5.

    Examples
    --------
    >>> regional_grade(59.77), regional_grade(54.76), regional_grade(29.9)
    (2, 3, 5)
    """
    return 1 + sum(index < bound for bound in bounds)


def regional_change(before: float, after: float, bounds: Sequence[float] = EQI_CHANGES) -> int:
    """Give the degree of a change of EQI with its sign: 0 stable, 1 slight, 2 moderate, 3 clear.

    Examples
    --------
    >>> regional_change(60.0, 60.9), regional_change(60.0, 58.0), regional_change(60.0, 64.0)
    (0, -2, 3)
    """
    step = round(after - before, 9)
    degree = sum(abs(step) >= bound for bound in bounds)
    return degree if step > 0 else -degree
