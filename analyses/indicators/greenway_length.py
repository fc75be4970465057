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
)
