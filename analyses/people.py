"""How many people live in the city and in each district, and where that is known from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from analyses.indicator import NotMeasurableError
from analyses.parks import residential_pieces
from analyses.population import has_residents, residents_on
from geo.overlay import ranked_partition
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
    of residential land, then those of the population layer, the population grid or the buildings. The city's
    figure holds for the total wherever it is given.

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
    if LayerKind.RESIDENTIAL in study.layers and has_residents(study.frame(LayerKind.RESIDENTIAL)):
        homes = residential_pieces(study)
        by_district = homes.groupby("district")["residents"].sum()
        found = {str(key): float(by_district.get(key, 0.0)) for key in study.districts["id"]}
        origin = Text("居住用地图层的常住人口", "residents of the residential layer")
        return People(float(homes["residents"].sum()), found, origin)
    counted = _counted(study)
    if counted is not None:
        return counted
    raise NotMeasurableError(
        Text(
            "缺常住人口：请在 city.toml 的 [city] 填 residents，或在区、居住用地图层填 residents 字段",
            "residents are not known: set residents under [city] in city.toml or fill the field residents of "
            "layer districts or residential",
        )
    )


def _counted(study: Study) -> People | None:
    """Count residents by district, and where no district is, from a layer that says where they live."""
    districts = study.districts.geometry.to_numpy()
    rest = shapely.difference(study.boundary, shapely.union_all(districts))
    moved = residents_on(study, np.array([*ranked_partition(districts), rest], dtype=object))
    if moved is None or not moved.conserved or not moved.after:
        return None
    found = dict(zip(study.districts["id"].astype(str), moved.residents[:-1].tolist(), strict=True))
    return People(moved.after, found, moved.origin)


def _of_districts(study: Study) -> dict[str, float]:
    if "residents" not in study.districts:
        return {}
    numbers = pd.to_numeric(study.districts["residents"])
    return {
        str(key): float(number)
        for key, number in zip(study.districts["id"], numbers, strict=True)
        if pd.notna(number)
    }
