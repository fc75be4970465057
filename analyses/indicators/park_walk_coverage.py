"""Homes from which a park or square can be reached within a five-minute walk along streets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyses.indicator import EvidenceClass, Indicator
from analyses.parameters import (
    ACCESS_DISTANCE,
    PARK_CODES,
    PARK_MIN_AREA,
    RESIDENTIAL_CODES,
    WALK_DISTANCE,
    WALK_DISTANCE_BESIDE,
)
from analyses.parks import (
    PLOTS_ONCE,
    circles_said,
    coded_parks,
    coverage,
    merged_parks,
    population_findings,
    require_parks,
    residential_pieces,
    split_by_distance,
    split_by_walks,
)
from analyses.quantities import Beside, Measure, Unit
from analyses.walking import ENTRANCE_RULE, NODING, WALKS_SAID, access_findings, park_access
from geo.area_reach import areas_reach
from geo.service_area import QUAD_SEGS
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    import geopandas as gpd

    from layers.study import Study

BUFFER_SEGMENTS = 32


def measure(study: Study) -> Measure:
    """Measure residential land within the walk of a park entrance over all residential land.

    The distance of a place is the least, over all positions on walkable edges within ``access_m`` of it, of
    the straight line to that position plus the way along the network from there to an entrance. Positions
    are exact on their edges. Nothing is walked inside the park itself. Parks just outside the boundary serve.

    The value at the longer walk, the straight-line value and the population-weighted value stand beside.
    """
    parks = merged_parks(study, coded_parks(study, PARK_CODES))
    parks = parks[parks["area_m2"] >= PARK_MIN_AREA.number(study)].reset_index(drop=True)
    require_parks(parks)
    homes = residential_pieces(study)
    access = park_access(study, parks)
    limit, longer = WALK_DISTANCE.number(study), WALK_DISTANCE_BESIDE.number(study)
    access_m = ACCESS_DISTANCE.number(study)
    near = areas_reach(access, max(limit, longer, access_m) - access_m)
    split, far = split_by_walks(study, homes, near, (limit, longer))
    city, by_district = coverage(study, homes, split)
    beside = _beside(study, homes, split)
    beside.append(
        Beside(
            "longer_walk", Text(f"步行 {longer:g} m", f"walk of {longer:g} m"), *coverage(study, homes, far)
        )
    )
    sites = parks.geometry.to_numpy()
    straight = split_by_distance(study, homes, sites, limit, BUFFER_SEGMENTS, covered_only=True)
    title = Text(f"直线 {limit:g} m（不作判定）", f"straight line {limit:g} m (not judged)")
    beside.append(Beside("straight_line", title, *coverage(study, homes, straight)))
    return Measure(
        city,
        by_district,
        split,
        tuple(beside),
        findings=(*access_findings(parks, access, INDICATOR.title), *population_findings(homes)),
    )


def _beside(study: Study, homes: gpd.GeoDataFrame, split: gpd.GeoDataFrame) -> list[Beside]:
    title = Text("按常住人口", "by residents")
    if "residents" not in homes or not float(homes["residents"].sum()):
        reason = Text(
            "居住用地图层没有 residents 字段，也没有可用的人口或建筑图层，未计算",
            "layer residential has no field residents, and no layer of population or buildings serves "
            "instead; not computed",
        )
        return [Beside("population", title, None, reason=reason)]
    return [Beside("population", title, *coverage(study, homes, split, "residents"))]


INDICATOR = Indicator(
    id="park_walk_coverage",
    title=Text("公园绿地、广场步行5分钟覆盖率", "Park and square 5-minute walk coverage"),
    system="parks",
    unit=Unit.RATIO,
    needs=(LayerKind.PARKS, LayerKind.RESIDENTIAL, LayerKind.STREETS),
    uses=(LayerKind.PARK_ENTRANCES,),
    measure=measure,
    formula=Text(
        "步行距离内居住用地面积 ÷ 居住用地面积；步行距离 = min(到路上某点直线 + 该点沿路网到出入口)",
        "residential land within the walk ÷ residential land; walk = min over positions on streets of "
        "(straight line there + way along the network to an entrance)",
    ),
    basis=Text(
        "《深圳率先打造美丽中国典范行动方案（2020—2025年）》第49条：2025年达到75%；"
        "指标名见 TD/T 1063-2021（原文待核）",
        "Shenzhen action plan 2020-2025 cl. 49: 75 % by 2025; the indicator's name as in TD/T 1063-2021 "
        "(its text to be verified)",
    ),
    parameters=(
        WALK_DISTANCE,
        WALK_DISTANCE_BESIDE,
        ACCESS_DISTANCE,
        PARK_MIN_AREA,
        PARK_CODES,
        RESIDENTIAL_CODES,
        NODING,
        ENTRANCE_RULE,
    ),
    classes=(
        EvidenceClass("uncovered", Text("未覆盖居住用地", "homes not covered"), "bad"),
        EvidenceClass("covered", Text("已覆盖居住用地", "homes covered"), "good"),
    ),
    about=Text(
        "从一处居住用地沿最有利的可步行路走到公园出入口，不超过步行距离上限，这处用地就算覆盖。",
        "A place is covered when the best way along walkable streets from it to an entrance of a park is no "
        "longer than the limit.",
    ),
    edge_cases=(
        Text(
            "界外的公园照样服务；只裁剪居住用地。",
            "Parks outside the boundary serve all the same; only residential land is cut.",
        ),
        Text(
            "部分覆盖的地块按覆盖面积计；混合用地按 residential_share（JZZB）折算。",
            "Of a plot partly covered the covered area counts; a mixed-use plot counts by its "
            "residential_share (JZZB).",
        ),
        Text(
            "没有出入口的公园，以道路与其边界的交点为出入口，再没有则由邻近道路推定；"
            "无法步行进入的不计服务，并给出警告。",
            "A park without given entrances has them where ways meet its edge, else they are inferred from "
            "ways nearby; one that cannot be walked into serves nobody, with a warning.",
        ),
        Text(
            "没有路网就不给值，不用直线圈代替；收费或不开放的公园没有剔除。",
            "Without streets there is no value, and no circle takes its place; parks that charge or are "
            "closed are not left out.",
        ),
    ),
    method=(WALKS_SAID, PLOTS_ONCE, circles_said(QUAD_SEGS)),
)
