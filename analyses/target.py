"""What a plan promises: one row of a plan's table of targets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from layers.text import Text

Comparison = Literal[">=", "<=", "=", ">", "<", "not_lower", "track"]
Binding = Literal["binding", "expected", "none"]


@dataclass(frozen=True)
class Target:
    """One quantified target.

    Attributes
    ----------
    id
        Unique over all plans, such as ``sz-2025-park-walk``.
    plan
        Id of the plan (the name of its CSV file).
    indicator
        Id of the indicator that measures it, or of a declared value where no geometry can give it.
    comparison
        ``not_lower`` compares with the baseline; ``track`` means the plan gives no number to test.
    value
        In the indicator's unit (a ratio is 0..1), None for ``not_lower`` and ``track``.
    geography
        Whom it binds: ``shenzhen``, ``longgang``, ``guangdong``, ``prd``, ``gba``, ...
    binding
        约束性 / 预期性 as the plan says; ``none`` where the plan does not say.
    spatial
        Whether the promise is about space (parks, lines, water bodies) rather than a plain statistic.
    row
        Row of the scoreboard the target belongs to: a promise with several numbers, or one that several
        documents repeat, is one row with several targets. None in a plan of the user's own.
    quote
        The plan's own words.
    """

    id: str
    plan: str
    indicator: str
    title: Text
    comparison: Comparison
    value: float | None
    unit: str
    year: int | None
    geography: str
    binding: Binding
    clause: str
    source: str
    note: Text
    theme: str = ""
    spatial: bool = True
    row: int | None = None
    quote: str = ""
