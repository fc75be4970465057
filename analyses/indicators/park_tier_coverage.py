"""Homes with a community, a city and a natural park within 10, 20 and 30 minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyses.indicator import EvidenceClass, Indicator, NotMeasurableError, Parameter
from analyses.parameters import ACCESS_DISTANCE, RESIDENTIAL_CODES
from analyses.parks import (
    PLOTS_ONCE,
    coverage,
    merged_parks,
    residential_pieces,
    split_by_distance,
    split_by_walk,
)
from analyses.quantities import Beside, Measure, Quantity, Unit
from analyses.walking import ENTRANCE_RULE, NODING, WALKS_SAID, access_findings, park_access
from geo.area_reach import areas_reach
from layers.findings import Finding, Severity
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from layers.study import Study

BUFFER_SEGMENTS = 32
_NO_MODE = Text(
    "规划未写出行方式与距离，属建议值",
    "the plan names neither a travel mode nor a distance; this value is proposed",
)

COMMUNITY_DISTANCE = Parameter(
    "tier_community_m",
    600.0,
    Text("社区公园：步行距离上限", "community park: longest walk"),
    unit="m",
    source="10 min at 1.0 m/s (up to 670 m at 1.11 m/s)",
    doubt=_NO_MODE,
    minimum=1,
    maximum=20_000,
)
CITY_DISTANCE = Parameter(
    "tier_city_m",
    1_200.0,
    Text("城市公园：步行距离上限", "city park: longest walk"),
    unit="m",
    source="20 min at 1.0 m/s (up to 1340 m at 1.11 m/s); the city's own aim is 2 km",
    doubt=_NO_MODE,
    minimum=1,
    maximum=20_000,
)
NATURAL_DISTANCE = Parameter(
    "tier_natural_m",
    5_000.0,
    Text("自然公园：直线距离上限", "natural park: longest straight line"),
    unit="m",
    source="the city's aim of 5 km; 25 min at 12 km/h",
    doubt=_NO_MODE,
    minimum=1,
    maximum=50_000,
)
TIERS: dict[str, tuple[Parameter, Text]] = {
    "community": (COMMUNITY_DISTANCE, Text("10分钟社区公园", "community park in 10 minutes")),
    "city": (CITY_DISTANCE, Text("20分钟城市公园", "city park in 20 minutes")),
    "natural": (NATURAL_DISTANCE, Text("30分钟自然公园", "natural park in 30 minutes")),
}
"""By class of park: how far it serves and what its tier is called."""
_CLASS_BY_TIERS = ("none", "one", "two", "all")


def measure(study: Study) -> Measure:
    """Measure residential land within reach of a park of each class over all residential land.

    Community and city parks are walked to along streets as in ``park_walk_coverage``; natural parks, to which
    people also ride, serve in a straight line from their edge. The class alone decides, not the land-use code
    or the size: natural parks are mostly forest land. A park serves its own class only. Each class by itself,
    by land and by residents, stands beside.

    Raises
    ------
    NotMeasurableError
        When no park has one of the three classes.
    """
    parks = _classified(study)
    homes = residential_pieces(study)
    split, findings = homes, list(_absent(parks))
    for tier in TIERS:
        own = parks[parks["park_class"] == tier].reset_index(drop=True)
        split, found = _split(study, split, tier, own)
        findings += found
        split[_column(tier)] = split["class"] == "covered"
    reached = split[[_column(tier) for tier in TIERS]].sum(axis=1).astype(int)
    split["class"] = [_CLASS_BY_TIERS[number] for number in reached]
    city, by_district = coverage(study, homes, _covered(split, split["class"] == "all"))
    lacking = _lacking(parks)
    if lacking is not None:
        nothing = Quantity(0.0, 0.0, Unit.RATIO, Unit.M2, Unit.M2)
        city, by_district = nothing, dict.fromkeys(by_district, nothing)
    return Measure(
        city,
        by_district,
        split.drop(columns=["weight", "plot_area_m2"], errors="ignore"),
        _beside(study, homes, split, parks),
        _notes(study, parks),
        tuple(dict.fromkeys(findings)),
        lacking,
    )


def _column(tier: str) -> str:
    return f"reaches_{tier}"


def _classified(study: Study) -> gpd.GeoDataFrame:
    """Give all parks with the class of a tier."""
    features = study.frame(LayerKind.PARKS)
    if "park_class" in features:
        parks = merged_parks(study, features)
        parks = parks[parks["park_class"].isin(list(TIERS))].reset_index(drop=True)
        if len(parks):
            return parks
    raise NotMeasurableError(
        Text(
            "没有公园注明类别：请在 parks 图层的 park_class 字段填 community、city 或 natural",
            "no park has a class: fill the field park_class of layer parks with community, city or natural",
        )
    )


def _split(
    study: Study, homes: gpd.GeoDataFrame, tier: str, parks: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, tuple[Finding, ...]]:
    """Split homes by what a tier serves; also what was found on the way into its parks."""
    distance, sites = TIERS[tier][0].number(study), parks.geometry.to_numpy()
    if parks.empty or tier == "natural":
        return split_by_distance(study, homes, sites, distance, BUFFER_SEGMENTS), ()
    access = park_access(study, parks)
    near = areas_reach(access, max(distance - ACCESS_DISTANCE.number(study), 0.0))
    split = split_by_walk(study, homes, near, distance)
    own, title = TIERS[tier][1], INDICATOR.title
    return split, access_findings(parks, access, Text(f"{title.zh}（{own.zh}）", f"{title.en} ({own.en})"))


def _covered(split: gpd.GeoDataFrame, which: pd.Series[bool]) -> gpd.GeoDataFrame:
    return split.assign(**{"class": which.map({True: "covered", False: "uncovered"})})


def _beside(
    study: Study, homes: gpd.GeoDataFrame, split: gpd.GeoDataFrame, parks: gpd.GeoDataFrame
) -> tuple[Beside, ...]:
    """Give each tier by land and by residents, and all three by residents."""
    found, present = [], set(parks["park_class"])
    for tier, (_, title) in TIERS.items():
        by_residents = Text(f"{title.zh}（按常住人口）", f"{title.en}, by residents")
        if tier not in present:
            found.append(Beside(tier, title, None, reason=_no_park(tier)))
            found.append(Beside(f"{tier}_population", by_residents, None, reason=_no_park(tier)))
            continue
        one = _covered(split, split[_column(tier)])
        found.append(Beside(tier, title, *coverage(study, homes, one)))
        found.append(_by_residents(study, homes, one, (f"{tier}_population", by_residents)))
    three = Text("三类公园均可达（按常住人口）", "all three, by residents")
    lacking = _lacking(parks)
    if lacking is not None:
        return (Beside("population", three, None, reason=lacking), *found)
    every = _covered(split, split["class"] == "all")
    return (_by_residents(study, homes, every, ("population", three)), *found)


def _by_residents(
    study: Study, homes: gpd.GeoDataFrame, split: gpd.GeoDataFrame, named: tuple[str, Text]
) -> Beside:
    if "residents" not in homes or not float(homes["residents"].sum()):
        return Beside(*named, None, reason=_NO_RESIDENTS)
    return Beside(*named, *coverage(study, homes, split, "residents"))


def _no_park(tier: str) -> Text:
    title = TIERS[tier][1]
    return Text(
        f"parks 图层没有类别为 {tier} 的公园，“{title.zh}”无从计算",
        f"layer parks has no park of class {tier}, so “{title.en}” cannot be computed",
    )


def _lacking(parks: gpd.GeoDataFrame) -> Text | None:
    """Say why the share for all three is not known: of a class the layer holds no park at all."""
    lacking = [tier for tier in TIERS if tier not in set(parks["park_class"])]
    if not lacking:
        return None
    zh, en = "、".join(lacking), ", ".join(lacking)
    return Text(
        f"parks 图层没有类别为 {zh} 的公园，三类均可达的比例无从计算；请补充该类公园或 park_class 字段",
        f"layer parks holds no park of class {en}, so the share for all three cannot be computed: add such "
        "parks or fill park_class",
    )


def _absent(parks: gpd.GeoDataFrame) -> list[Finding]:
    """Warn of classes the data does not have: without them the share for all three is not known."""
    return [
        Finding(
            Severity.WARNING,
            "park.class_absent",
            Text(
                f"{_no_park(tier).zh}；三类均可达的比例因此没有值，请补充该类公园或 park_class 字段",
                f"{_no_park(tier).en}; the share within reach of all three has therefore no value: "
                "add such parks or fill park_class",
            ),
            layer=LayerKind.PARKS,
        )
        for tier in TIERS
        if tier not in set(parks["park_class"])
    ]


def _notes(study: Study, parks: gpd.GeoDataFrame) -> tuple[Text, ...]:
    notes = [_NEVER_JUDGED]
    notes += [_no_park(tier) for tier in TIERS if tier not in set(parks["park_class"])]
    unknown = int(study.frame(LayerKind.PARKS)["park_class"].isna().sum())
    if unknown:
        notes.append(
            Text(
                f"parks 图层有 {unknown} 个要素未填 park_class，不属于任何一级",
                f"{unknown} features of layer parks have no park_class and belong to no tier",
            )
        )
    return tuple(notes)


_NEVER_JUDGED = Text(
    "规划未定比例、分母和出行方式：除非自设目标，不作判定",
    "the plan sets no share, denominator or travel mode: not judged unless a target of your own sets a share",
)
_NO_RESIDENTS = Text(
    "居住用地图层没有 residents 字段，未计算", "layer residential has no field residents; not computed"
)

INDICATOR = Indicator(
    id="park_tier_coverage",
    title=Text("10/20/30分钟公园可达比例", "Share within reach of parks in 10, 20 and 30 minutes"),
    system="parks",
    unit=Unit.RATIO,
    needs=(LayerKind.PARKS, LayerKind.RESIDENTIAL, LayerKind.STREETS),
    uses=(LayerKind.PARK_ENTRANCES,),
    measure=measure,
    formula=Text(
        "社区公园（步行600 m）、城市公园（步行1200 m）、自然公园（直线5000 m）均可达的居住用地面积"
        " ÷ 居住用地面积",
        "residential land within reach of a community park (600 m walk), a city park (1200 m walk) and a "
        "natural park (5000 m in a straight line) ÷ residential land",
    ),
    basis=Text(
        "《龙岗区生态环境保护“十四五”规划》第八章第三节：10分钟进社区公园，20分钟达城市公园，"
        "30分钟游自然公园；距离为建议值",
        "Longgang 14th five-year plan for the environment, ch. 8 sec. 3: a community park in 10 minutes, a "
        "city park in 20, a natural park in 30; the distances are proposed",
    ),
    parameters=(
        COMMUNITY_DISTANCE,
        CITY_DISTANCE,
        NATURAL_DISTANCE,
        ACCESS_DISTANCE,
        RESIDENTIAL_CODES,
        NODING,
        ENTRANCE_RULE,
    ),
    classes=(
        EvidenceClass("none", Text("三类均不可达", "none within reach"), "bad"),
        EvidenceClass("one", Text("一类可达", "one within reach"), "review"),
        EvidenceClass("two", Text("两类可达", "two within reach"), "neutral"),
        EvidenceClass("all", Text("三类均可达", "all three within reach"), "good"),
    ),
    about=Text(
        "规划写的是格局，没有比例、分母和出行方式，因此只给数值，不作判定。",
        "The plan draws a pattern without a share, a denominator or a travel mode, so the value is given "
        "and not judged.",
    ),
    edge_cases=(
        Text(
            "公园类别只看 park_class，不看代码和面积；没有填类别的公园不属于任何一类。",
            "The class of a park is its park_class, not its code or size; a park without one belongs to no "
            "tier.",
        ),
        Text(
            "每类公园只服务本类：自然公园不能代替社区公园。",
            "A park serves its own tier alone: a natural park does not stand for a community park.",
        ),
        Text(
            "图层中没有某一类公园时“三类均可达”没有值（不是 0），并给出警告；其余各类单独的值并列。",
            "Where the layer holds no park of one class the share for all three has no value (not 0), with a "
            "warning; the values of the other tiers stand beside.",
        ),
        Text(
            "社区公园和城市公园沿路网步行，自然公园取直线；界外的公园照样服务；"
            "混合用地按 residential_share（JZZB）折算。",
            "Community and city parks are walked to along streets, natural parks go by a straight line; "
            "parks outside the boundary serve too; a mixed-use plot counts by its residential_share (JZZB).",
        ),
    ),
    method=(WALKS_SAID, PLOTS_ONCE),
)
