"""How evenly residents are supplied: the values that stand beside a supply per person."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from analyses.inequality import concentration_index, gini, palma, theil
from analyses.quantities import Beside, Quantity, Unit
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from layers.study import Study

_DENSITY = "density"
_ALONE = Text(
    "没有两个以上有居民的区，无法分解", "there are no two districts with residents to decompose between"
)
_UNDEFINED = Text(
    "无人得到供给，或最少的 40% 居民供给为零，无定义",
    "undefined: nobody is supplied, or the worst-supplied 40 % have nothing",
)


def spread_beside(study: Study, homes: pd.DataFrame, column: str) -> list[Beside]:
    """Give Gini, Palma, concentration by density and Theil T of a supply, for the city and each district.

    Parameters
    ----------
    study
        For its districts.
    homes
        Columns ``district``, ``residents``, ``area_m2`` and the supply per person.
    column
        Name of the supply.
    """
    area = homes["area_m2"].to_numpy(dtype=float)
    people = homes["residents"].to_numpy(dtype=float)
    dense = np.divide(people, area, out=np.zeros(len(area)), where=area > 0)
    rows = homes.assign(**{_DENSITY: dense})

    def by_density(some: pd.DataFrame) -> float:
        return concentration_index(some[column], some["residents"], some[_DENSITY])

    measures: tuple[tuple[str, Text, Callable[[pd.DataFrame], float]], ...] = (
        ("gini", Text("基尼系数", "Gini coefficient"), lambda some: gini(some[column], some["residents"])),
        (
            "palma",
            Text(
                "帕尔马比（最多10%与最少40%居民的均值比）", "Palma ratio (means of top 10 % and bottom 40 %)"
            ),
            lambda some: palma(some[column], some["residents"]),
        ),
        (
            "concentration_by_density",
            Text(
                "集中指数（按居住密度排序，负值偏向低密度）",
                "concentration index by residential density (below 0: more where few live)",
            ),
            by_density,
        ),
        (
            "theil",
            Text("泰尔指数 T", "Theil T"),
            lambda some: theil(some[column], some["residents"]).total,
        ),
    )
    found = [_one(study, rows, *one) for one in measures]
    return [*found, _between(rows, column)]


def _one(
    study: Study, rows: pd.DataFrame, name: str, title: Text, compute: Callable[[pd.DataFrame], float]
) -> Beside:
    """Compute an index for the city and each district; districts where it is undefined are left out."""
    city = compute(rows)
    districts = {str(key): compute(rows[rows["district"] == key]) for key in study.districts["id"]}
    return Beside(
        name,
        title,
        _index(city) if math.isfinite(city) else None,
        {key: _index(value) for key, value in districts.items() if math.isfinite(value)},
        None if math.isfinite(city) else _UNDEFINED,
    )


def _index(value: float) -> Quantity:
    return Quantity(value, None, Unit.INDEX, Unit.INDEX)


def _between(rows: pd.DataFrame, column: str) -> Beside:
    """Give the share of Theil T that lies between districts, the rest being within them."""
    title = Text("泰尔指数中区间差异占比", "share of Theil T between districts")
    lived = set(rows.loc[rows["residents"] > 0, "district"])
    if len(lived) <= 1:
        return Beside("theil_between", title, None, reason=_ALONE)
    parts = theil(rows[column], rows["residents"], rows["district"].to_numpy(dtype=str))
    if not math.isfinite(parts.total):
        return Beside("theil_between", title, None, reason=_UNDEFINED)
    return Beside(
        "theil_between", title, Quantity(parts.between, parts.total, Unit.RATIO, Unit.INDEX, Unit.INDEX)
    )
