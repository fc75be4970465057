"""Length of built greenways, each physical path once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyses.greenways import GREENWAY_PARAMETERS, greenways
from analyses.indicator import Indicator
from analyses.lines_once import LINE_CLASSES, length_quantity, line_besides, line_notes
from analyses.quantities import Measure, Unit
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from layers.study import Study


def measure(study: Study) -> Measure:
    """Measure the built greenways inside the city in kilometres.

    Repeats, overlaps and double digitising within ``path_tolerance_m`` count once; planned lines do not
    count. Paths on the two banks of a river are two paths.
    """
    lines = greenways(study)
    city, by_district = length_quantity(study, lines.counted)
    return Measure(city, by_district, lines.pieces, line_besides(study, lines), line_notes(study, lines))


INDICATOR = Indicator(
    id="greenway_length",
    title=Text("绿道长度", "Greenway length"),
    system="greenways",
    unit=Unit.KM,
    needs=(LayerKind.GREENWAYS,),
    measure=measure,
    formula=Text("L = Σ 已建绿道长度（同一路径只计一次）", "L = Σ length of built greenways, each path once"),
    basis=Text(
        "计长规则无公开标准（建议值，见参数）；深圳 2022 年公布 3119 km、2023 年 3406 km",
        "no public standard says how to count (proposed, see parameters); Shenzhen published 3,119 km for "
        "2022 and 3,406 km for 2023",
    ),
    parameters=GREENWAY_PARAMETERS,
    classes=LINE_CLASSES,
    edge_cases=(
        Text(
            "规划未建的绿道不计；未注明是否建成的计入，并单列其长度。",
            "Planned greenways do not count; those that do not say whether they are built do, and their "
            "length stands beside.",
        ),
        Text(
            "重复、重叠和双线绘制在容差内只计一次；河两岸各有一条时算两条。",
            "Repeats, overlaps and double drawing within the tolerance count once; one path on either bank "
            "of a river makes two.",
        ),
        Text(
            "只计行政区范围内的部分；不在任何区内的部分只计入全市。",
            "Only what lies inside the boundary counts; what lies in no district counts for the city alone.",
        ),
    ),
)
