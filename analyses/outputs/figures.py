"""Numbers as outputs store them (stable over machines), and as their tables show them."""

from __future__ import annotations

import math

from analyses.formatting import UNIT_NAMES, format_number, format_value
from analyses.quantities import Unit
from layers.text import Lang, Text

SIGNIFICANT_DIGITS = 12
NOTHING = "–"

COMPARISONS: dict[str, Text] = {
    ">=": Text("≥", "≥"),
    "<=": Text("≤", "≤"),
    "=": Text("=", "="),
    ">": Text(">", ">"),
    "<": Text("<", "<"),
    "not_lower": Text("不低于基期", "not below the baseline"),
    "track": Text("跟踪，不设数值", "tracked, no number set"),
}
_POINTS = Text("个百分点", "points")


def stable(number: float | None) -> float | None:
    """Round to twelve significant digits; None, infinite and undefined numbers become None.

    The last digits of a sum depend on the order of its terms, so on the number of threads and on the
    machine; with twelve digits a city's area is still given to a square millimetre.

    Examples
    --------
    >>> stable(0.1 + 0.2), stable(float("nan")), stable(-0.0)
    (0.3, None, 0.0)
    """
    if number is None or not math.isfinite(number):
        return None
    return float(f"{float(number):.{SIGNIFICANT_DIGITS}g}") + 0.0


def unit_name(unit: str, lang: Lang) -> str:
    """Give the name of a unit; one that only a plan knows is its own name.

    Examples
    --------
    >>> unit_name("km2", "en"), unit_name("份/年", "en")
    ('km²', '份/年')
    """
    return UNIT_NAMES[Unit(unit)][lang] if unit in set(Unit) else unit


def shown(number: float | None, unit: str, lang: Lang) -> str:
    """Give a number with its unit as a reader sees it; a ratio in per cent; a dash where there is none.

    Examples
    --------
    >>> shown(0.75, "ratio", "en"), shown(None, "km", "en"), shown(3, "份/年", "en")
    ('75.00 %', '–', '3.00 份/年')
    """
    if unit in set(Unit):
        return format_value(stable(number), Unit(unit), lang)
    text = format_number(stable(number), Unit.INDEX)
    return text if number is None or not unit else f"{text} {unit}"


def shown_gap(gap: float | None, unit: str, lang: Lang) -> str:
    """Give a gap with its sign; the gap between two ratios is in percentage points.

    Examples
    --------
    >>> shown_gap(-0.05, "ratio", "en"), shown_gap(1.5, "km2", "en"), shown_gap(None, "km", "en")
    ('-5.00 points', '+1.50 km²', '–')
    """
    kept = stable(gap)
    if kept is None:
        return NOTHING
    sign = "+" if kept > 0 else ""
    if unit == Unit.RATIO:
        return f"{sign}{format_number(kept, Unit.RATIO)} {_POINTS[lang]}"
    return sign + shown(kept, unit, lang)


def shown_target(comparison: str, value: float | None, unit: str, lang: Lang) -> str:
    """Give what a target asks, such as ``≥ 75.00 %``.

    Examples
    --------
    >>> shown_target(">=", 0.75, "ratio", "en"), shown_target("track", None, "km", "zh")
    ('≥ 75.00 %', '跟踪，不设数值')
    """
    sign = COMPARISONS.get(comparison, Text(comparison, comparison))[lang]
    return sign if value is None else f"{sign} {shown(value, unit, lang)}"
