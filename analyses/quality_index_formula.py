"""The Shenzhen ecological-environment quality index: scores, weights, levels; exact decimals.

Weights and the yearly table are those of 《深圳市生态环境质量指数》 (2016-2021), Tables 1 and 2. How a
measured value becomes a score is not stated there; ``score`` is inferred from the raw values that the text
gives and reproduces all but one (sewage capacity 2021), so its limits are parameters, not constants.

Everything is computed in ``Decimal`` and rounded half to even: half-up would print 86.71 for 2017 (published
86.70), binary floats 93.75 for the capability level of 2021 (published 93.76).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

CENT = Decimal("0.01")
LOWEST_SCORE = Decimal(60)
SCORE_RANGE = Decimal(40)


@dataclass(frozen=True)
class Item:
    """An observed item of the index.

    ``low`` and ``high`` are the inferred values that score 60 and 100 (``low > high`` where less is better);
    both None means that the value in per cent is the score itself. ``declared`` is the declared indicator
    that gives the value; ``level`` the sub-level it belongs to.
    """

    id: str
    declared: str
    title: Text
    level: str
    weight: Decimal
    low: float | None
    high: float | None


ITEMS = (
    Item("pm25", "pm25", Text("PM2.5年均浓度", "PM2.5 annual mean"), "environment", Decimal("0.05"), 35, 15),
    Item(
        "sections",
        "good_sections_share",
        Text("国考省考断面水质优良率", "good river sections"),
        "environment",
        Decimal("0.05"),
        0,
        0.905,
    ),
    Item(
        "coast",
        "coastal_water_good_share",
        Text("近岸海域水质优良面积比例", "good coastal water"),
        "environment",
        Decimal("0.05"),
        0,
        0.52,
    ),
    Item(
        "noise",
        "night_noise_compliance",
        Text("声环境功能区夜间达标率", "night noise compliance"),
        "environment",
        Decimal("0.05"),
        0,
        0.75,
    ),
    Item(
        "tap_water",
        "tap_water_compliance",
        Text("管网饮用水质量", "tap water quality"),
        "safety",
        Decimal("0.10"),
        0.97,
        1,
    ),
    Item(
        "ei", "ei_published", Text("生态环境状况指数", "ecological index"), "safety", Decimal("0.10"), 55, 75
    ),
    Item(
        "sewage",
        "sewage_capacity",
        Text("城市生活污水集中处理能力", "sewage treatment capacity"),
        "capability",
        Decimal("0.20"),
        0,
        850,
    ),
    Item(
        "solid_waste",
        "solid_waste_use",
        Text("一般工业固体废物资源利用率", "industrial solid waste put to use"),
        "capability",
        Decimal("0.20"),
        0,
        1,
    ),
    Item(
        "satisfaction",
        "public_satisfaction",
        Text("公众对城市生态环境提升满意度", "public satisfaction"),
        "satisfaction",
        Decimal("0.20"),
        None,
        None,
    ),
)

LEVELS: dict[str, tuple[Text, tuple[str, ...]]] = {
    "environment": (Text("环境质量水平", "environment level"), ("environment",)),
    "safety": (Text("质量安全水平", "safety level"), ("safety",)),
    "quality": (Text("质量水平", "quality level"), ("environment", "safety")),
    "capability": (Text("质量提升能力", "development capability"), ("capability",)),
    "satisfaction": (Text("质量获得感", "public satisfaction"), ("satisfaction",)),
}
"""Sub-levels of Table 1 and the groups of items each is made of."""


def score(value: float, low: float, high: float) -> Decimal:
    """Score a measured value: ``60 + 40·clip((x − low)/(high − low), 0, 1)``, to two decimals.

    Examples
    --------
    >>> score(18, 35, 15), score(66.6, 55, 75), score(0.619, 0, 0.75)
    (Decimal('94.00'), Decimal('83.20'), Decimal('93.01'))
    """
    x, lowest, highest = (Decimal(repr(float(number))) for number in (value, low, high))
    share = min(max((x - lowest) / (highest - lowest), Decimal(0)), Decimal(1))
    return published(LOWEST_SCORE + SCORE_RANGE * share)


def published(value: Decimal) -> Decimal:
    """Round to the two decimals of the published table, half to even.

    Examples
    --------
    >>> published(Decimal("86.705")), published(Decimal("93.755"))
    (Decimal('86.70'), Decimal('93.76'))
    """
    return value.quantize(CENT, rounding=ROUND_HALF_EVEN)


def total(scores: Mapping[str, Decimal]) -> Decimal:
    """Give the index, exact: the weighted sum of the nine scores (``KeyError`` where one is missing)."""
    return sum((item.weight * scores[item.id] for item in ITEMS), Decimal(0))


def level(name: str, scores: Mapping[str, Decimal]) -> Decimal:
    """Give a sub-level, exact: the weighted mean of the scores of its items."""
    _, groups = LEVELS[name]
    items = [item for item in ITEMS if item.level in groups]
    weight = sum((item.weight for item in items), Decimal(0))
    return sum((item.weight * scores[item.id] for item in items), Decimal(0)) / weight
