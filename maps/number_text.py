"""Values and limits of classes as the page writes them, for what is drawn without a browser."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from analyses.formatting import UNIT_NAMES, format_value, rounded
from analyses.quantities import Unit
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layers.text import Lang
    from maps.classes import Classes

_NO_DATA = Text("无数据", "no data")
_MOST_DIGITS = 8
_SLACK = 0.02


def value_text(value: float | None, unit: str, lang: Lang) -> str:
    """Write a value with its unit.

    Examples
    --------
    >>> value_text(0.5, "ratio", "en"), value_text(None, "km", "en"), value_text(3, "of ours", "en")
    ('50.00 %', 'no data', '3 of ours')
    """
    if value is None:
        return _NO_DATA[lang]
    if unit not in set(Unit):
        return f"{value:g} {unit}".strip()
    return format_value(value, Unit(unit), lang)


def class_texts(classes: Classes, unit: str, lang: Lang) -> list[str]:
    """Say of each class from where to where it goes.

    Examples
    --------
    >>> from maps.classes import Classes
    >>> class_texts(Classes((0.25, 0.5), ("plain",) * 3, ("a", "b", "c"), 0.1, 0.9), "ratio", "en")
    ['< 25 %', '25 – 50 %', '≥ 50 %']
    """
    name = UNIT_NAMES[Unit(unit)][lang] if unit in set(Unit) else ""
    if not classes.limits:
        ends = list(dict.fromkeys(value_text(value, unit, lang) for value in (classes.low, classes.high)))
        return [" – ".join(ends)] * len(classes.colours)
    told = limit_texts(classes.limits, unit)
    inner = [f"{low} – {high}" for low, high in pairwise(told)]
    return [f"{one} {name}".rstrip() for one in (f"< {told[0]}", *inner, f"≥ {told[-1]}")]


def limit_texts(limits: Sequence[float], unit: str) -> list[str]:
    """Write limits with as few digits as tell each from the next and stand for it truly.

    Examples
    --------
    >>> limit_texts([0.0101, 0.0102], "ratio"), limit_texts([10.0, 20.0], "km")
    (['1.01', '1.02'], ['10', '20'])
    """
    held = [float(Decimal(repr(value)) * (100 if unit == "ratio" else 1)) for value in limits]
    gaps = [abs(high - low) for low, high in pairwise(held) if high != low]
    slack = (min(gaps) if gaps else abs(held[0])) * _SLACK
    digits = 0
    while digits < _MOST_DIGITS and any(abs(float(rounded(one, digits)) - one) > slack for one in held):
        digits += 1
    return [f"{rounded(one, digits):,f}" for one in held]
