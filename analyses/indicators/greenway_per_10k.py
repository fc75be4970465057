"""Greenway length per 10,000 residents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analyses.areas import district_sums
from analyses.greenways import GREENWAY_PARAMETERS, greenways
from analyses.indicator import Indicator, NotMeasurableError
from analyses.lines_once import KM, LINE_CLASSES, line_notes
from analyses.quantities import Measure, Quantity, Unit
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from layers.study import Study

TEN_THOUSAND = 1e4


def measure(study: Study) -> Measure:
    """Measure built greenway length over resident population.

    The city's residents are those of the configuration, else the districts' sum. A district whose residents
    are not known has no value.

    Raises
    ------
    NotMeasurableError
        When the city's residents are not known.
    """
    known = _residents_by_district(study)
    total = study.residents
    if total is None and len(known) and len(known) == len(study.districts):
        total = sum(known.values())
    if total is None:
        raise NotMeasurableError(
            Text(
                "缺常住人口：请在 city.toml 的 [city] 填 residents，或在区图层填 residents 字段",
                "residents are not known: set residents under [city] in city.toml or fill the field "
                "residents of layer districts",
            )
        )
    lines = greenways(study)
    length = district_sums(study, lines.counted, "length_m")
    city = _per_10k(float(lines.counted["length_m"].sum()), total)
    by_district = {key: _per_10k(length[key], residents) for key, residents in known.items()}
    return Measure(city, by_district, lines.pieces, notes=line_notes(study, lines))


def _residents_by_district(study: Study) -> dict[str, float]:
    if "residents" not in study.districts:
        return {}
    numbers = pd.to_numeric(study.districts["residents"])
    return {
        str(key): float(number)
        for key, number in zip(study.districts["id"], numbers, strict=True)
        if pd.notna(number)
    }


def _per_10k(length_m: float, residents: float) -> Quantity:
    return Quantity(length_m / KM, residents / TEN_THOUSAND, Unit.KM_PER_10K, Unit.KM, Unit.PERSONS_10K)


INDICATOR = Indicator(
    id="greenway_per_10k",
    title=Text("万人拥有绿道长度", "Greenway length per 10,000 residents"),
    system="greenways",
    unit=Unit.KM_PER_10K,
    needs=(LayerKind.GREENWAYS,),
    measure=measure,
    formula=Text("绿道长度 ÷ 常住人口（万人）", "greenway length ÷ residents in 10,000"),
    basis=Text(
        "深圳 2022 年公布 1.77 km/万人；国家生态园林城市要求不低于 1.0 km/万人（转述，待核）",
        "Shenzhen published 1.77 km per 10,000 for 2022; the eco-garden-city standard asks for at least 1.0 "
        "(recalled, to be verified)",
    ),
    parameters=GREENWAY_PARAMETERS,
    classes=LINE_CLASSES,
)
