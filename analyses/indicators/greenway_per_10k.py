"""Greenway length per 10,000 residents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyses.areas import district_sums
from analyses.greenways import GREENWAY_PARAMETERS, greenways
from analyses.indicator import Indicator
from analyses.lines_once import KM, LINE_CLASSES, line_notes
from analyses.parameters import RESIDENTIAL_CODES
from analyses.people import residents
from analyses.quantities import Measure, Quantity, Unit
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from layers.study import Study

TEN_THOUSAND = 1e4


def measure(study: Study) -> Measure:
    """Measure built greenway length over resident population.

    The residents are those of ``analyses.people``. A district whose residents are not known has no value.

    Raises
    ------
    NotMeasurableError
        When the city's residents are not known.
    """
    people = residents(study)
    lines = greenways(study)
    length = district_sums(study, lines.counted, "length_m")
    city = _per_10k(float(lines.counted["length_m"].sum()), people.total)
    by_district = {key: _per_10k(length[key], number) for key, number in people.by_district.items()}
    return Measure(city, by_district, lines.pieces, notes=line_notes(study, lines))


def _per_10k(length_m: float, number: float) -> Quantity:
    return Quantity(length_m / KM, number / TEN_THOUSAND, Unit.KM_PER_10K, Unit.KM, Unit.PERSONS_10K)


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
    parameters=(*GREENWAY_PARAMETERS, RESIDENTIAL_CODES),
    classes=LINE_CLASSES,
    edge_cases=(
        Text(
            "全市人口取 city.toml 的 residents，未填时取各区之和（有一个区不明就不求和），再取图层人口。",
            "The city's residents are those of city.toml, else the sum of the districts (not taken where one "
            "is unknown), else those that a layer holds.",
        ),
        Text(
            "常住人口不明的区没有值，不按 0 人计。",
            "A district whose residents are unknown has no value; it does not count as empty.",
        ),
        Text(
            "规划未建的绿道不计，同一路径只计一次。",
            "Planned greenways do not count, and each path counts once.",
        ),
    ),
)
