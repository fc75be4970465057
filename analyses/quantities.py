"""What a measure gives: part and whole, so that a ratio can be audited and summed over districts."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from layers.findings import Finding
    from layers.text import Text


class Unit(StrEnum):
    """Units a value, a part or a whole may have; a ratio is 0..1 inside and printed in per cent."""

    RATIO = "ratio"
    M2 = "m2"
    KM2 = "km2"
    M = "m"
    KM = "km"
    COUNT = "count"
    PERSONS = "persons"
    PERSONS_10K = "10k persons"
    M2_PER_PERSON = "m2/person"
    KM_PER_KM2 = "km/km2"
    KM_PER_10K = "km/10k persons"
    M3 = "m3"
    MM = "mm"
    INDEX = "index"
    CLASS = "class"
    UG_PER_M3 = "ug/m3"
    MG_PER_L = "mg/L"
    M3_PER_10K_YUAN = "m3/10k yuan"
    M3_PER_YEAR = "m3/year"
    T_10K_PER_DAY = "10k t/day"
    T_PER_DAY = "t/day"
    T_PER_YEAR = "t/year"
    MINUTES = "min"
    DAYS = "days"
    TIMES = "times"
    WATER_CLASS = "water class"


@dataclass(frozen=True)
class Quantity:
    """A number with its unit: ``part``, or ``part / whole`` where there is a whole.

    ``value`` is None where the whole is zero: zero residential land has no coverage, not 0 %.

    Examples
    --------
    >>> Quantity(1.0, 4.0, Unit.RATIO).value
    0.25
    >>> Quantity(1.0, 0.0, Unit.RATIO).value is None
    True
    """

    part: float
    whole: float | None
    unit: Unit
    part_unit: Unit | None = None
    whole_unit: Unit | None = None

    @property
    def value(self) -> float | None:
        """The number itself, or None where it is undefined."""
        if self.whole is None:
            return self.part if math.isfinite(self.part) else None
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True)
class Beside:
    """A value reported beside the main one (the 400 m variant, the population-weighted variant, ...)."""

    id: str
    title: Text
    quantity: Quantity | None
    by_district: Mapping[str, Quantity] = field(default_factory=dict)
    reason: Text | None = None


@dataclass(frozen=True, eq=False)
class Measure:
    """The number of an indicator for one study, with what is needed to defend it.

    Attributes
    ----------
    city
        For the whole city.
    by_district
        By district id; parts and wholes sum to the city's within 1e-6 where the quantity is additive.
    evidence
        What the map draws, in the study's system. Columns: ``id``, ``class`` (one of the indicator's
        evidence classes), optionally ``name``, ``area_m2``, ``length_m``, ``district`` and further plain
        columns to show; geometry. The number is computed from these shapes.
    beside
        Values reported beside the main one.
    notes
        What a reader must know to read the number rightly.
    findings
        Faults in data that only this measure can see.
    undefined
        Why the number is not defined, where that is known better than that the whole is zero.
    """

    city: Quantity
    by_district: Mapping[str, Quantity]
    evidence: gpd.GeoDataFrame
    beside: tuple[Beside, ...] = ()
    notes: tuple[Text, ...] = ()
    findings: tuple[Finding, ...] = ()
    undefined: Text | None = None
