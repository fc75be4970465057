"""Greenway length per square kilometre of the whole administrative area."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyses.areas import district_sums, land_pieces
from analyses.greenways import GREENWAY_PARAMETERS, greenways
from analyses.indicator import Indicator
from analyses.lines_once import KM, LINE_CLASSES, line_notes
from analyses.quantities import Measure, Quantity, Unit
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from layers.study import Study

KM2 = 1e6


def measure(study: Study) -> Measure:
    """Measure built greenway length over land area (the whole of it, not the built-up part)."""
    lines = greenways(study)
    land = land_pieces(study)
    length = district_sums(study, lines.counted, "length_m")
    area = district_sums(study, land)
    city = _density(float(lines.counted["length_m"].sum()), float(land["area_m2"].sum()))
    by_district = {key: _density(length[key], area[key]) for key in area}
    return Measure(city, by_district, lines.pieces, notes=line_notes(study, lines))


def _density(length_m: float, area_m2: float) -> Quantity:
    return Quantity(length_m / KM, area_m2 / KM2, Unit.KM_PER_KM2, Unit.KM, Unit.KM2)


INDICATOR = Indicator(
    id="greenway_density",
    title=Text("绿道密度", "Greenway density"),
    system="greenways",
    unit=Unit.KM_PER_KM2,
    needs=(LayerKind.GREENWAYS,),
    uses=(LayerKind.LAND,),
    measure=measure,
    formula=Text("绿道长度 ÷ 行政区陆域面积", "greenway length ÷ land area of the administrative area"),
    basis=Text(
        "深圳 2022 年：3119 km ÷ 1997.47 km² = 1.56 km/km²，分母为全市面积而非建成区",
        "Shenzhen 2022: 3,119 km ÷ 1,997.47 km² = 1.56 km/km²; over the whole city, not the built-up area",
    ),
    parameters=GREENWAY_PARAMETERS,
    classes=LINE_CLASSES,
    edge_cases=(
        Text(
            "分母是全部陆域面积，不是建成区；没有陆域图层时以行政区范围为陆域。",
            "The whole is all land, not the built-up area; where no land layer is given the boundary stands "
            "for it.",
        ),
        Text(
            "规划未建的绿道不计；未注明是否建成的计入，并注明长度。",
            "Planned greenways do not count; those that do not say whether they are built do, and a note "
            "gives their length.",
        ),
        Text(
            "同一路径重复绘制只计一次；河两岸各有一条时算两条。",
            "A path drawn twice counts once; one path on either bank of a river makes two.",
        ),
    ),
)
