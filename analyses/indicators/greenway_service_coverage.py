"""Residential land within one kilometre of a greenway."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyses.greenways import GREENWAY_PARAMETERS, greenways
from analyses.indicator import EvidenceClass, Indicator, Parameter
from analyses.parameters import RESIDENTIAL_CODES
from analyses.parks import (
    PLOTS_ONCE,
    built_up_homes,
    built_up_notes,
    circles_said,
    coverage,
    split_by_distance,
)
from analyses.quantities import Beside, Measure, Unit
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from layers.study import Study

BUFFER_SEGMENTS = 32

GREENWAY_RADIUS = Parameter(
    "greenway_radius_m",
    1_000.0,
    Text("绿道服务半径（直线）", "service radius of greenways (straight line)"),
    unit="m",
    source="MOHURD city check-up 2021: 1 km (15 min walking, 5 min cycling)",
    minimum=1,
    maximum=10_000,
)


def measure(study: Study) -> Measure:
    """Measure residential land within the radius of a built greenway over all residential land.

    Homes count inside the built-up area where that layer is given, else inside the boundary; greenways just
    outside the city serve homes inside it.
    """
    lines = greenways(study)
    homes = built_up_homes(study)
    radius = GREENWAY_RADIUS.number(study)
    split = split_by_distance(study, homes, lines.whole.geometry.to_numpy(), radius, BUFFER_SEGMENTS)
    city, by_district = coverage(study, homes, split)
    beside: tuple[Beside, ...] = ()
    if "residents" in homes:
        title = Text("按常住人口", "by residents")
        beside = (Beside("population", title, *coverage(study, homes, split, "residents")),)
    return Measure(city, by_district, split, beside, built_up_notes(study))


INDICATOR = Indicator(
    id="greenway_service_coverage",
    title=Text("绿道服务半径覆盖率", "Greenway service coverage"),
    system="greenways",
    unit=Unit.RATIO,
    needs=(LayerKind.GREENWAYS, LayerKind.RESIDENTIAL),
    uses=(LayerKind.BUILT_UP,),
    measure=measure,
    formula=Text(
        "绿道两侧 1 km 内居住用地面积 ÷ 居住用地面积（建成区内）",
        "residential land within 1 km of a greenway ÷ residential land (built-up area)",
    ),
    basis=Text(
        "住房城乡建设部城市体检指标（2021）：1 km，约步行15分钟或骑行5分钟；直线距离",
        "MOHURD city check-up indicators (2021): 1 km, about 15 minutes on foot or 5 by bicycle, "
        "in a straight line",
    ),
    parameters=(GREENWAY_RADIUS, RESIDENTIAL_CODES, *GREENWAY_PARAMETERS),
    classes=(
        EvidenceClass("uncovered", Text("未覆盖居住用地", "homes not covered"), "bad"),
        EvidenceClass("covered", Text("已覆盖居住用地", "homes covered"), "good"),
    ),
    edge_cases=(
        Text(
            "按直线距离；河流、铁路等阻隔没有考虑。",
            "Distances are straight lines; rivers, railways and other barriers are not seen.",
        ),
        Text(
            "界外的绿道服务界内的居住用地；只裁剪居住用地。",
            "Greenways outside the boundary serve homes inside it; only residential land is cut.",
        ),
        Text(
            "给出建成区图层时只看建成区内的居住用地，否则取全域，并注明。",
            "Where a built-up layer is given only residential land inside it counts, else that of the whole "
            "city, and a note says so.",
        ),
        Text(
            "部分覆盖的地块按覆盖的面积计，不整块计入；混合用地按 residential_share（JZZB）折算。",
            "Of a plot partly covered the covered area counts, not the whole plot; a mixed-use plot counts "
            "by its residential_share (JZZB).",
        ),
    ),
    method=(PLOTS_ONCE, circles_said(BUFFER_SEGMENTS)),
)
