"""How many people live in the city and in each district, and where that is known from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from analyses.indicator import NotMeasurableError
from analyses.parks import residential_pieces
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layers.study import Study


@dataclass(frozen=True)
class People:
    """Residents of the city and of each district where they are known; ``origin`` says from where."""

    total: float
    by_district: Mapping[str, float]
    origin: Text


def residents(study: Study) -> People:
    """Find the resident population.

    The districts' own figures come first, then the city's figure in the configuration, then the residents
    of residential land. The city's figure holds for the total wherever it is given.

    Raises
    ------
    NotMeasurableError
        When none of them is given.
    """
    known = _of_districts(study)
    if known and len(known) == len(study.districts):
        origin = Text("区图层的常住人口", "residents of the districts layer")
        return People(study.residents or sum(known.values()), known, origin)
    if study.residents:
        return People(study.residents, known, Text("city.toml 的 residents", "residents in city.toml"))
    if LayerKind.RESIDENTIAL in study.layers and "residents" in study.frame(LayerKind.RESIDENTIAL):
        homes = residential_pieces(study)
        by_district = homes.groupby("district")["residents"].sum()
        found = {str(key): float(by_district.get(key, 0.0)) for key in study.districts["id"]}
        origin = Text("居住用地图层的常住人口", "residents of the residential layer")
        return People(float(homes["residents"].sum()), found, origin)
    raise NotMeasurableError(
        Text(
            "缺常住人口：请在 city.toml 的 [city] 填 residents，或在区、居住用地图层填 residents 字段",
            "residents are not known: set residents under [city] in city.toml or fill the field residents of "
            "layer districts or residential",
        )
    )


def _of_districts(study: Study) -> dict[str, float]:
    if "residents" not in study.districts:
        return {}
    numbers = pd.to_numeric(study.districts["residents"])
    return {
        str(key): float(number)
        for key, number in zip(study.districts["id"], numbers, strict=True)
        if pd.notna(number)
    }
