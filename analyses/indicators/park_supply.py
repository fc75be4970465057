"""Park green space per resident by what each home can walk to and shares with others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from analyses.decay import DECAYS, zones
from analyses.floating_catchment import Links, Supplied, floating_catchment
from analyses.indicator import EvidenceClass, Indicator, NotMeasurableError, Parameter
from analyses.parameters import ACCESS_DISTANCE, PARK_GREEN_CODES, RESIDENTIAL_CODES
from analyses.parks import coded_parks, merged_parks, population_findings, residential_pieces
from analyses.quantities import Beside, Measure, Quantity, Unit
from analyses.spread import spread_beside
from analyses.walking import ENTRANCE_RULE, NODING, WALKS_SAID, access_findings, park_access
from geo.area import area_m2
from geo.area_distances import AreaDistances, area_distances
from geo.overlay import ranked_partition
from layers.errors import ConfigError
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from layers.findings import Finding
    from layers.study import Study

    Floats = NDArray[np.float64]

CATCHMENT = Parameter(
    "supply_catchment_m",
    1_000.0,
    Text("服务圈：步行距离上限", "catchment: longest walk"),
    unit="m",
    source="15 min on foot, 1 km (15-minute community life circle)",
    doubt=Text("服务圈大小无国家标准，属建议值", "no standard fixes the catchment; this value is proposed"),
    minimum=1,
    maximum=20_000,
)
METHOD = Parameter(
    "supply_method",
    "2sfca",
    Text("两步移动搜寻法的变体", "variant of the two-step floating catchment"),
    source="2sfca: Luo & Wang 2003, weights by supply_decay; e2sfca: Luo & Qi 2009, weights by zones",
    doubt=Text("无标准规定所用方法，属建议", "no standard fixes the method; this choice is proposed"),
    choices=("2sfca", "e2sfca"),
)
DECAY = Parameter(
    "supply_decay",
    "gaussian",
    Text("随距离衰减的函数（2sfca）", "decay with distance (2sfca)"),
    source="binary is the method as first published",
    doubt=Text(
        "无标准规定衰减函数及其形状，属建议；未衰减（binary）的结果并列给出",
        "no standard fixes the function or its shape; proposed, with the result without decay beside",
    ),
    choices=tuple(DECAYS),
)
ZONE_WEIGHTS = Parameter(
    "supply_zone_weights",
    "1,0.68,0.22",
    Text("等宽距离带的权重（e2sfca）", "weights of zones of equal width (e2sfca)"),
    source="Luo & Qi 2009 (recalled)",
    doubt=Text("权重凭记忆引用，原文未核实", "the weights are recalled, the paper was not seen"),
)
THRESHOLD = Parameter(
    "supply_threshold_m2",
    8.0,
    Text("供给不足的界限（每人）", "below this a resident is under-supplied"),
    unit="m²",
    source="more than 8.0 m² of park green per person in the mandatory greening code (as quoted)",
    doubt=Text(
        "标准号 GB 55014-2021 待核；该值为全市人均要求，用于逐户判断属建议",
        "the code's number GB 55014-2021 is to be verified; it asks for 8.0 on the average of a city, to use "
        "it home by home is proposed",
    ),
    minimum=0,
)


def measure(study: Study) -> Measure:
    """Measure the park green space each resident can walk to, shared with all who can walk there too.

    Every park's area (overlaps once) is divided among the residents within the catchment, weighted by
    distance; every home adds up what the parks in its catchment offer. The value is the mean over residents.
    Distances are walks from the centroid of each residential plot (a point inside
    where that lies outside) to the parks' entrances. Parks and
    homes beyond the boundary take part as far as the layers show them; only residents inside count in the
    value.

    Raises
    ------
    NotMeasurableError
        When residential land has no residents, or no park counts.
    ConfigError
        When the zone weights cannot be read.
    """
    lived_in = residential_pieces(study)
    homes, unknown = _peopled(lived_in)
    if not homes["residents"].sum():
        raise NotMeasurableError(_NO_RESIDENTS)
    parks, green_m2 = _parks(study)
    everybody = pd.concat([homes, _neighbours(study)], ignore_index=True)
    pairs, findings = _walks(study, parks, everybody)
    people = everybody["residents"].to_numpy(dtype=float)
    found = _supplied(pairs, _weights(study, pairs.distance_m), green_m2, people)
    evidence = _evidence(study, homes, found, pairs)
    by_district = {str(key): _mean(evidence[evidence["district"] == key]) for key in study.districts["id"]}
    beside = [*_shares(study, evidence), _unreached(green_m2, found)]
    if DECAY.of(study) != "binary" or METHOD.of(study) != "2sfca":
        plain = _supplied(pairs, np.ones(len(pairs.place)), green_m2, people)
        beside.insert(1, _plain(study, _evidence(study, homes, plain, pairs)))
    beside += spread_beside(study, evidence, "supply_m2_per_person")
    return Measure(
        _mean(evidence),
        by_district,
        evidence,
        tuple(beside),
        _notes(unknown),
        (*findings, *population_findings(lived_in)),
    )


def _peopled(homes: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, int]:
    """Give homes with a number of residents each, and how many of them said none."""
    if "residents" not in homes:
        return homes.assign(residents=0.0), 0
    number = homes["residents"].astype(float)
    return homes.assign(residents=number.fillna(0.0)), int(homes.loc[number.isna(), "id"].nunique())


def _parks(study: Study) -> tuple[gpd.GeoDataFrame, Floats]:
    """Give the parks that are green space, and the area of each that no park before it has."""
    parks = merged_parks(study, coded_parks(study, PARK_GREEN_CODES))
    return parks, area_m2(ranked_partition(parks.geometry.to_numpy()), study.crs)


def _neighbours(study: Study) -> gpd.GeoDataFrame:
    """Give the homes beyond the boundary that the layer shows: they share the parks at the rim."""
    around = shapely.box(*study.frame(LayerKind.RESIDENTIAL).total_bounds)
    return _peopled(residential_pieces(study, shapely.difference(around, study.boundary)))[0]


def _walks(
    study: Study, parks: gpd.GeoDataFrame, homes: gpd.GeoDataFrame
) -> tuple[AreaDistances, tuple[Finding, ...]]:
    access = park_access(study, parks)
    points = _middles(homes.geometry.to_numpy())
    found = area_distances(access, points, CATCHMENT.number(study), ACCESS_DISTANCE.number(study))
    row = pd.Index(parks["id"].to_numpy(dtype=object)).get_indexer(access.ids)
    pairs = AreaDistances(found.place, row[found.area], found.distance_m)
    return pairs, access_findings(parks, access, INDICATOR.title)


def _middles(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Give the centroid of each shape, or some point inside where that lies outside."""
    middle = shapely.centroid(shapes)
    away = ~shapely.intersects(shapes, middle)
    middle[away] = shapely.point_on_surface(shapes[away])
    return np.asarray(middle, dtype=object)


def _weights(study: Study, distance_m: Floats) -> Floats:
    catchment = CATCHMENT.number(study)
    if METHOD.of(study) == "2sfca":
        return DECAYS[str(DECAY.of(study))](distance_m, catchment)
    text = str(ZONE_WEIGHTS.of(study))
    try:
        return zones(distance_m, catchment, [float(one) for one in text.split(",")])
    except ValueError as error:
        raise ConfigError(
            Text(
                f"[parameters] 的 supply_zone_weights（{text!r}）应为以 1 开头、不递增、逗号分隔的数",
                f"supply_zone_weights under [parameters] ({text!r}) must be numbers separated by commas that "
                "begin with 1 and never rise",
            )
        ) from error


def _supplied(pairs: AreaDistances, weight: Floats, green_m2: Floats, people: Floats) -> Supplied:
    return floating_catchment(Links(pairs.place, pairs.area, weight), green_m2, people)


def _evidence(
    study: Study, homes: gpd.GeoDataFrame, found: Supplied, pairs: AreaDistances
) -> gpd.GeoDataFrame:
    """Give the homes inside the city with their class and supply."""
    count = len(homes)
    supply, sites = found.per_person[:count], found.sites[:count]
    nearest = np.full(len(found.per_person), np.inf)
    np.minimum.at(nearest, pairs.place, pairs.distance_m)
    short = supply < THRESHOLD.number(study)
    of_people = np.where(sites == 0, "none", np.where(short, "under", "well"))
    named = ["name"] if "name" in homes else []
    kept = homes[["id", *named, "district", "area_m2", "residents", homes.geometry.name]]
    return kept.assign(
        **{
            "class": np.where(homes["residents"] > 0, of_people, "unpeopled"),
            "supply_m2_per_person": supply,
            "parks_in_reach": sites,
            "nearest_park_m": np.where(np.isfinite(nearest), nearest, np.nan)[:count],
        }
    )


def _mean(homes: pd.DataFrame) -> Quantity:
    people = homes["residents"]
    return Quantity(
        float((homes["supply_m2_per_person"] * people).sum()),
        float(people.sum()),
        Unit.M2_PER_PERSON,
        Unit.M2,
        Unit.PERSONS,
    )


def _people_share(
    study: Study, homes: pd.DataFrame, classes: tuple[str, ...]
) -> tuple[Quantity, dict[str, Quantity]]:
    chosen = homes["residents"].where(homes["class"].isin(classes), 0.0)

    def share(rows: pd.Series[bool]) -> Quantity:
        part, whole = float(chosen[rows].sum()), float(homes.loc[rows, "residents"].sum())
        return Quantity(part, whole, Unit.RATIO, Unit.PERSONS, Unit.PERSONS)

    districts = {str(key): share(homes["district"] == key) for key in study.districts["id"]}
    return share(homes["residents"] >= 0), districts


def _shares(study: Study, homes: pd.DataFrame) -> list[Beside]:
    least = THRESHOLD.number(study)
    short = Text(f"供给不足（低于 {least:g} m²/人）的居民", f"residents with less than {least:g} m²")
    none = Text("服务圈内没有公园的居民", "residents with no park in their catchment")
    return [
        Beside("under_supplied", short, *_people_share(study, homes, ("none", "under"))),
        Beside("not_served", none, *_people_share(study, homes, ("none",))),
    ]


def _plain(study: Study, homes: pd.DataFrame) -> Beside:
    title = Text("供给不足的居民（不计衰减）", "residents under-supplied, distances without weight")
    return Beside("under_supplied_plain", title, *_people_share(study, homes, ("none", "under")))


def _unreached(green_m2: Floats, found: Supplied) -> Beside:
    nobody = float(green_m2[found.demand == 0].sum())
    title = Text("服务圈内没有居民的公园面积占比", "share of park area with no resident in its catchment")
    return Beside(
        "unreached_area", title, Quantity(nobody, float(green_m2.sum()), Unit.RATIO, Unit.M2, Unit.M2)
    )


def _notes(unknown: int) -> tuple[Text, ...]:
    if not unknown:
        return (_EDGES,)
    return (
        _EDGES,
        Text(
            f"居住用地图层有 {unknown} 个要素未填 residents，按 0 人计",
            f"{unknown} features of layer residential have no residents and count as empty",
        ),
    )


_EDGES = Text(
    "界外公园全额计入供给，界外居民仅在图层中有数据时参与分享",
    "parks beyond the boundary count in full; residents beyond it share them only where the layer shows them",
)
_NO_RESIDENTS = Text(
    "居住用地没有人口：请在居住用地图层填 residents 字段",
    "residential land has no residents: fill the field residents of layer residential",
)

INDICATOR = Indicator(
    id="park_supply",
    title=Text("人均可达公园绿地（两步移动搜寻法）", "Reachable park green space per resident"),
    system="parks",
    unit=Unit.M2_PER_PERSON,
    needs=(LayerKind.PARKS, LayerKind.RESIDENTIAL, LayerKind.STREETS),
    uses=(LayerKind.PARK_ENTRANCES,),
    measure=measure,
    formula=Text(
        "公园 j 的人均面积 R = 面积 ÷ Σ(权重×服务圈内居民)；居住地 i 的供给 A = Σ(权重×R)；取居民加权平均",
        "per park R = area ÷ Σ (weight × residents in its catchment); per home A = Σ (weight × R); mean over "
        "residents",
    ),
    basis=Text(
        "两步移动搜寻法（Luo & Wang 2003；增强型 Luo & Qi 2009）；无国家标准",
        "two-step floating catchment (Luo & Wang 2003; enhanced: Luo & Qi 2009); no standard prescribes it",
    ),
    parameters=(
        CATCHMENT,
        METHOD,
        DECAY,
        ZONE_WEIGHTS,
        THRESHOLD,
        ACCESS_DISTANCE,
        PARK_GREEN_CODES,
        RESIDENTIAL_CODES,
        NODING,
        ENTRANCE_RULE,
    ),
    classes=(
        EvidenceClass("none", Text("服务圈内没有公园", "no park in the catchment"), "bad"),
        EvidenceClass("under", Text("供给不足", "under-supplied"), "review"),
        EvidenceClass("well", Text("供给充足", "well supplied"), "good"),
        EvidenceClass("unpeopled", Text("未记录居民", "no residents recorded"), "context"),
    ),
    about=Text(
        "每个公园的面积由步行可达的居民分享，越远分得越少；它说的是每人分到多少，而不是够不够得着。",
        "The area of each park is shared by the residents who can walk to it, less the farther they live: "
        "it tells how much there is for each, not merely whether a park is near.",
    ),
    edge_cases=(
        Text(
            "界外的公园全额计入；界外居民只在居住用地图层画到的范围内参与分享。",
            "Parks beyond the boundary count in full; residents beyond it share them as far as the "
            "residential layer shows them.",
        ),
        Text(
            "每块居住用地只有一个步行距离，自其形心（形心在外时取内部一点）量起。",
            "Each residential plot has one walk, from its centroid, or from a point inside where the "
            "centroid lies outside.",
        ),
        Text(
            "没有填人口的地块按 0 人计，不影响平均值，并注明个数；人口完全不明时不给值；"
            "由人口或建筑图层转来的人口按 residential_share（JZZB）折算后的面积分摊。",
            "Plots without residents count as empty, leave the mean alone and are told by number; where no "
            "residents are known at all there is no value. Residents moved from a layer of population or of "
            "buildings go by land counted by its residential_share (JZZB).",
        ),
        Text("公园之间重叠的面积只分一次。", "Where parks overlap, the common area is shared out once."),
    ),
    method=(WALKS_SAID,),
)
