"""Park green space per resident."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyses.areas import district_sums, once, pieces
from analyses.indicator import EvidenceClass, Indicator
from analyses.parameters import PARK_GREEN_CODES, RESIDENTIAL_CODES
from analyses.parks import coded_parks
from analyses.people import residents
from analyses.quantities import Measure, Quantity, Unit
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from layers.study import Study


def measure(study: Study) -> Measure:
    """Measure park green space inside the city over its residents; overlaps count once.

    Raises
    ------
    NotMeasurableError
        When the residents are not known, or no feature of the layer is coded park green space.
    """
    people = residents(study)
    found = pieces(study, once(coded_parks(study, PARK_GREEN_CODES)))
    found["class"] = "park"
    area = district_sums(study, found)
    by_district = {key: _per_person(area[key], number) for key, number in people.by_district.items()}
    note = Text(f"人口取自{people.origin.zh}", f"population: {people.origin.en}")
    city = _per_person(float(found["area_m2"].sum()), people.total)
    return Measure(city, by_district, found, notes=(note,))


def _per_person(area_m2: float, number: float) -> Quantity:
    return Quantity(area_m2, number, Unit.M2_PER_PERSON, Unit.M2, Unit.PERSONS)


INDICATOR = Indicator(
    id="park_area_per_capita",
    title=Text("人均公园绿地面积", "Park green space per capita"),
    system="parks",
    unit=Unit.M2_PER_PERSON,
    needs=(LayerKind.PARKS,),
    uses=(LayerKind.RESIDENTIAL,),
    measure=measure,
    formula=Text("公园绿地面积 ÷ 常住人口", "park green space ÷ residents"),
    basis=Text(
        "强制性园林规范要求大于 8.0 m²/人（据引文，标准号 GB 55014-2021 待核）；深圳 2023 年公布 14.69 m²/人",
        "the mandatory greening code asks for more than 8.0 m² per person (as quoted; its number "
        "GB 55014-2021 is recalled); Shenzhen published 14.69 for 2023",
    ),
    parameters=(PARK_GREEN_CODES, RESIDENTIAL_CODES),
    classes=(EvidenceClass("park", Text("公园绿地", "park green space"), "good"),),
    edge_cases=(
        Text(
            "代码不属公园绿地的不计：编为林地的自然公园、广场（1403）、防护绿地（1402）；"
            "图层没有代码时整层计入，"
            "有代码而没有一个是公园绿地时不给值；没有公园的区为 0。",
            "Land whose code is not park green does not count: natural parks coded as forest, squares "
            "(1403), protective green (1402); a layer without codes counts whole, "
            "one with codes and no park green among them gives no value; a district without parks has 0.",
        ),
        Text(
            "公园内的水面计入公园面积；重叠只计一次，界外部分不计。",
            "Water inside a park counts as park; overlaps count once, and what lies outside the boundary "
            "does not.",
        ),
        Text(
            "人口先取各区常住人口（city.toml 给出的全市总数优先），没有时取图层所载的人口，并注明来源。",
            "Residents are those of the districts (a total in city.toml comes first for the city), else "
            "those that a layer holds; a note says which.",
        ),
    ),
)
