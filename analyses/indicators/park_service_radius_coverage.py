"""Residential land within the official straight-line radius of parks: not the 5-minute walk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analyses.indicator import EvidenceClass, Indicator, Parameter
from analyses.parameters import PARK_CODES, RESIDENTIAL_CODES
from analyses.parks import (
    PLOTS_ONCE,
    built_up_homes,
    built_up_notes,
    circles_said,
    coded_parks,
    coverage,
    merged_parks,
    split_by_distance,
)
from analyses.quantities import Beside, Measure, Unit
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    import geopandas as gpd

    from layers.study import Study

BUFFER_SEGMENTS = 32
VARIANTS: dict[str, tuple[tuple[float, float], ...]] = {
    "2021": ((5_000.0, 500.0), (2_000.0, 300.0)),
    "later": ((5_000.0, 500.0), (400.0, 300.0)),
}
"""By variant: (smallest area in m², radius in m), largest parks first."""

VARIANT = Parameter(
    "park_radius_variant",
    "2021",
    Text("服务半径口径", "variant of the radii"),
    source="MOHURD city check-up 2021: ≥5000 m² 500 m; 2000–5000 m² 300 m",
    doubt=Text(
        "“later”口径（≥5000 m² 500 m；400–5000 m² 300 m）据转述，原文未核实",
        "the variant 'later' (≥5000 m² 500 m; 400-5000 m² 300 m) is recalled, its text not verified",
    ),
    choices=("2021", "later"),
)


def measure(study: Study) -> Measure:
    """Measure residential land inside the union of straight-line circles around park edges.

    Homes count inside the built-up area where that layer is given, else inside the boundary. The other
    variant and the population-weighted value stand beside.
    """
    parks = merged_parks(study, coded_parks(study, PARK_CODES))
    homes = built_up_homes(study)
    chosen = str(VARIANT.of(study))
    split = served(study, homes, parks, chosen)
    city, by_district = coverage(study, homes, split)
    beside = [_other_variant(study, homes, parks, chosen)]
    if "residents" in homes:
        title = Text("按常住人口", "by residents")
        beside.append(Beside("population", title, *coverage(study, homes, split, "residents")))
    return Measure(city, by_district, split, tuple(beside), (_NOT_WALK, *built_up_notes(study)))


def served(
    study: Study,
    homes: gpd.GeoDataFrame,
    parks: gpd.GeoDataFrame,
    variant: str,
    *,
    covered_only: bool = False,
) -> gpd.GeoDataFrame:
    """Split homes by circles of the radius each park's area earns; those below the least area have none."""
    area, radius = parks["area_m2"].to_numpy(), np.zeros(len(parks))
    for least, earned in reversed(VARIANTS[variant]):
        radius[area >= least] = earned
    serving = radius > 0
    sites = parks.geometry.to_numpy()[serving]
    return split_by_distance(study, homes, sites, radius[serving], BUFFER_SEGMENTS, covered_only=covered_only)


def _other_variant(study: Study, homes: gpd.GeoDataFrame, parks: gpd.GeoDataFrame, chosen: str) -> Beside:
    other = "later" if chosen == "2021" else "2021"
    split = served(study, homes, parks, other, covered_only=True)
    title = Text(f"口径 {other}", f"variant {other}")
    return Beside(f"variant_{other}", title, *coverage(study, homes, split))


_NOT_WALK = Text(
    "直线半径口径，不能用来判定“步行5分钟覆盖率”目标",
    "straight-line radii: not to be held against the 5-minute walk target",
)

INDICATOR = Indicator(
    id="park_service_radius_coverage",
    title=Text("公园绿地服务半径覆盖率", "Park green space service-radius coverage"),
    system="parks",
    unit=Unit.RATIO,
    needs=(LayerKind.PARKS, LayerKind.RESIDENTIAL),
    uses=(LayerKind.BUILT_UP,),
    measure=measure,
    formula=Text(
        "服务半径内居住用地面积 ÷ 居住用地面积（建成区内）；≥5000 m² 取 500 m，2000–5000 m² 取 300 m",
        "residential land within the radius ÷ residential land (built-up area); "
        "≥5000 m²: 500 m, 2000-5000 m²: 300 m",
    ),
    basis=Text(
        "住房城乡建设部城市体检指标（2021）；直线缓冲口径",
        "MOHURD city check-up indicators (2021); straight-line buffers",
    ),
    parameters=(VARIANT, PARK_CODES, RESIDENTIAL_CODES),
    classes=(
        EvidenceClass("uncovered", Text("未覆盖居住用地", "homes not covered"), "bad"),
        EvidenceClass("covered", Text("已覆盖居住用地", "homes covered"), "good"),
    ),
    about=Text(
        "这是直线半径口径，与“步行5分钟覆盖率”不是一个指标：深圳公布的本指标 2019 年起约为 91%，"
        "而 75% 的 2025 年目标针对后者。",
        "Straight-line radii; the 5-minute walk coverage is another indicator. Shenzhen has published about "
        "91 % of this one since 2019, while the target of 75 % by 2025 is about the other.",
    ),
    edge_cases=(
        Text(
            "park_id 相同的各部分合为一个公园再比面积，园内水面计入；被道路分开的公园是一个公园。",
            "Parts with one park_id are one park before its size is tested, water inside included; a park "
            "that a road divides is one park.",
        ),
        Text(
            "界外的公园照样服务；只有居住用地裁到建成区，没有建成区图层时取全域并注明。",
            "Parks outside the boundary serve all the same; only residential land is cut, to the built-up "
            "area or, where that is not given, to the city, and a note says so.",
        ),
        Text(
            "圈与圈重叠不重复计；部分覆盖的地块按覆盖面积计；混合用地按 residential_share（JZZB）折算。",
            "Circles that overlap count once; of a plot partly covered the covered area counts; a mixed-use "
            "plot counts by its residential_share (JZZB).",
        ),
        Text(
            "广场（1403）默认也计入；只计公园绿地时把 park_codes 设为 1401。收费或不开放的公园没有剔除。",
            "Squares (1403) serve too by default; set park_codes to 1401 for park green space alone. Parks "
            "that charge or are closed are not left out.",
        ),
    ),
    method=(PLOTS_ONCE, circles_said(BUFFER_SEGMENTS)),
)
