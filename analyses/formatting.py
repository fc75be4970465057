"""Numbers as people read them: decimal, half to even, with the unit's name; only for display."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from analyses.quantities import Unit
from layers.text import Text

if TYPE_CHECKING:
    from layers.text import Lang

UNIT_NAMES: dict[Unit, Text] = {
    Unit.RATIO: Text("%", "%"),
    Unit.M2: Text("m²", "m²"),
    Unit.KM2: Text("km²", "km²"),
    Unit.M: Text("m", "m"),
    Unit.KM: Text("km", "km"),
    Unit.COUNT: Text("个", ""),
    Unit.PERSONS: Text("人", "people"),
    Unit.PERSONS_10K: Text("万人", "10,000 people"),
    Unit.M2_PER_PERSON: Text("m²/人", "m² per person"),
    Unit.KM_PER_KM2: Text("km/km²", "km/km²"),
    Unit.KM_PER_10K: Text("km/万人", "km per 10,000 people"),
    Unit.M3: Text("m³", "m³"),
    Unit.MM: Text("mm", "mm"),
    Unit.INDEX: Text("", ""),
    Unit.CLASS: Text("类", ""),
    Unit.UG_PER_M3: Text("µg/m³", "µg/m³"),
    Unit.MG_PER_L: Text("mg/L", "mg/L"),
    Unit.M3_PER_10K_YUAN: Text("m³/万元", "m³ per 10,000 yuan"),
    Unit.M3_PER_YEAR: Text("m³/年", "m³ per year"),
    Unit.T_10K_PER_DAY: Text("万 t/日", "10,000 t per day"),
    Unit.T_PER_DAY: Text("t/日", "t per day"),
    Unit.T_PER_YEAR: Text("t/年", "t per year"),
    Unit.MINUTES: Text("分钟", "min"),
    Unit.DAYS: Text("天", "days"),
    Unit.TIMES: Text("倍", "times"),
    Unit.WATER_CLASS: Text("类", "(water class)"),
}
_DIGITS = {Unit.M2: 0, Unit.COUNT: 0, Unit.PERSONS: 0, Unit.M3: 0, Unit.M3_PER_YEAR: 0, Unit.CLASS: 0}


def rounded(value: float, digits: int) -> Decimal:
    """Round half to even on the shortest decimal that names the float.

    Examples
    --------
    >>> rounded(86.705, 2), rounded(0.125, 2)
    (Decimal('86.70'), Decimal('0.12'))
    """
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN)


def format_number(value: float | None, unit: Unit, digits: int | None = None) -> str:
    """Write a value without its unit; a ratio in per cent; a dash where there is none.

    Examples
    --------
    >>> format_number(0.75, Unit.RATIO), format_number(1234567.0, Unit.M2), format_number(None, Unit.KM)
    ('75.00', '1,234,567', '–')
    """
    if value is None:
        return "–"
    shown = value * 100 if unit is Unit.RATIO else value
    return f"{rounded(shown, _DIGITS.get(unit, 2) if digits is None else digits):,f}"


def format_value(value: float | None, unit: Unit, lang: Lang, digits: int | None = None) -> str:
    """Write a value with its unit.

    Examples
    --------
    >>> format_value(0.75, Unit.RATIO, "en"), format_value(1.5, Unit.KM_PER_10K, "zh")
    ('75.00 %', '1.50 km/万人')
    """
    number = format_number(value, unit, digits)
    name = UNIT_NAMES[unit][lang]
    return f"{number} {name}" if name and value is not None else number
