"""Units as the page writes them: their names and how many decimals the report gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analyses.formatting import UNIT_NAMES, format_number

if TYPE_CHECKING:
    from analyses.quantities import Unit


def unit_entries() -> dict[str, dict[str, Any]]:
    """Describe every unit, so that page and report write numbers alike.

    Examples
    --------
    >>> unit_entries()["km2"]["digits"]
    2
    """
    return {
        str(unit): {"name": {"zh": name.zh, "en": name.en}, "digits": _decimals(unit)}
        for unit, name in UNIT_NAMES.items()
    }


def _decimals(unit: Unit) -> int:
    return len(format_number(0.0, unit).partition(".")[2])
