"""Outfalls and construction that the law forbids in drinking-water source zones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from analyses.areas import OUTSIDE, area_quantity, once, pieces
from analyses.attributes import truth
from analyses.indicator import EvidenceClass, Indicator
from analyses.overlays import inside
from analyses.quantities import Beside, Measure, Quantity, Unit
from analyses.slivers import SLIVER_AREA, SLIVER_WIDTH
from analyses.source_zones import FIRST, QUASI, SECOND, UNKNOWN, named_zones, strictest
from geo.overlay import is_sliver
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from layers.study import Study

RULES = {FIRST: ("water_related", False), SECOND: ("discharges", True), QUASI: ("heavy_polluter", True)}
"""By zone class: the attribute that decides, and the value that is forbidden."""
ARTICLES = {FIRST: "65", SECOND: "66", QUASI: "67"}
OUTFALL = "outfall"
RANK = {"violation": 0, "review": 1, "lawful": 2, "sliver": 3}


def measure(study: Study) -> Measure:
    """Count outfalls and construction that the law forbids in the zone they lie in.

    Art. 64: an outfall in any zone. Art. 65: in class I, construction unrelated to supply or protection.
    Art. 66: in class II, construction that discharges pollutants. Art. 67: in the quasi zone, heavy
    polluters. Where zones overlap the strictest holds. A missing attribute means review. A feature in two
    districts counts where its forbidden part is largest; one that only grazes a zone (a sliver) stands apart.
    """
    zones = strictest(named_zones(study))
    outfalls = _outfalls(study, zones)
    parts = _construction(study, zones)
    found = pieces(study, parts)
    shown = pieces(study, once(parts.drop(columns="area_m2", errors="ignore"), by=("rank", "id")))
    evidence = gpd.GeoDataFrame(
        pd.concat([outfalls, shown.drop(columns="rank")], ignore_index=True), crs=study.crs
    )
    forbidden = _features(found[found["class"] == "violation"])
    everything = pd.concat([outfalls["district"], forbidden["district"]])
    city, by_district = _counts(study, everything)
    articles = [
        Beside(
            f"article_{ARTICLES[zone]}",
            Text(f"第{article}条：{said.zh}", f"Art. {article}: {said.en}"),
            *_counts(study, forbidden.loc[forbidden["zone_class"] == zone, "district"]),
        )
        for zone, article, said in _ARTICLES
    ]
    beside = (
        Beside(
            "article_64", Text("第64条：排污口", "Art. 64: outfalls"), *_counts(study, outfalls["district"])
        ),
        *articles,
        Beside(
            "area", Text("疑似违规建设面积", "area of such construction"), *_area(study, shown, "violation")
        ),
        Beside(
            "review",
            Text("待核查建设项目数", "construction to be reviewed"),
            *_number(study, found, "review"),
        ),
        Beside("review_area", Text("待核查建设面积", "area to be reviewed"), *_area(study, shown, "review")),
        Beside(
            "slivers",
            Text("仅擦边的建设项目数", "construction that only grazes"),
            *_number(study, found, "sliver"),
        ),
    )
    return Measure(city, by_district, evidence, beside, _notes(study))


def _outfalls(study: Study, zones: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give the outfalls of the city that lie in a zone, with its class and their district."""
    if LayerKind.OUTFALLS not in study.layers:
        return _nothing(study, "district")
    given = study.frame(LayerKind.OUTFALLS)
    points = given[shapely.intersects(given.geometry.to_numpy(), study.boundary)]
    zone = _first_hit(points, zones)
    points, zone = points[zone >= 0], zone[zone >= 0]
    district = _first_hit(points, study.districts)
    names = np.append(study.districts["id"].to_numpy(dtype=object), OUTSIDE)
    zone_class = zones["zone_class"].to_numpy()[zone]
    return points.assign(**{"class": OUTFALL}).assign(zone_class=zone_class, district=names[district])


def _nothing(study: Study, column: str) -> gpd.GeoDataFrame:
    columns: dict[str, list[str]] = {"id": [], "class": [], "zone_class": [], column: []}
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries([], crs=study.crs), crs=study.crs)


def _first_hit(points: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """Give for each point the first area that holds it, -1 where none does."""
    hit = np.full(len(points), -1, dtype=np.int64)
    point, area = shapely.STRtree(areas.geometry.to_numpy()).query(
        points.geometry.to_numpy(), predicate="intersects"
    )
    order = np.argsort(-area, kind="stable")
    hit[point[order]] = area[order]
    return hit


def _construction(study: Study, zones: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Cut construction by zone class and judge each part."""
    if LayerKind.CONSTRUCTION not in study.layers:
        return _nothing(study, "rank")
    found = []
    for zone_class in (*RULES, UNKNOWN):
        part = inside(
            study.frame(LayerKind.CONSTRUCTION), zones[zones["zone_class"] == zone_class].geometry.to_numpy()
        )
        verdict = _verdict(part, zone_class)
        thin = is_sliver(part.geometry.to_numpy(), SLIVER_AREA.number(study), SLIVER_WIDTH.number(study))
        verdict[thin] = "sliver"
        ranks = [RANK[one] for one in verdict]
        found.append(part.assign(zone_class=zone_class, rank=ranks, **{"class": verdict}))
    return gpd.GeoDataFrame(pd.concat(found, ignore_index=True), crs=study.crs)


def _verdict(part: gpd.GeoDataFrame, zone_class: str) -> NDArray[np.object_]:
    verdict = np.full(len(part), "review", dtype=object)
    if zone_class in RULES:
        name, forbidden = RULES[zone_class]
        said = truth(part, name)
        verdict[(said == forbidden).fillna(value=False).to_numpy(dtype=bool)] = "violation"
        verdict[(said != forbidden).fillna(value=False).to_numpy(dtype=bool)] = "lawful"
    return verdict


def _features(parts: gpd.GeoDataFrame) -> pd.DataFrame:
    """Count each feature once: in the strictest zone, in the district where its part is largest."""
    plain = pd.DataFrame(parts[["id", "zone_class", "district", "area_m2"]])
    plain = plain.assign(
        order=plain["zone_class"].map({zone: rank for rank, zone in enumerate((*RULES, UNKNOWN))})
    )
    size = plain.sort_values(["id", "area_m2", "district"], ascending=[True, False, True], kind="stable")
    where = size.drop_duplicates("id").set_index("id")["district"]
    zone = (
        plain.sort_values(["id", "order"], kind="stable").drop_duplicates("id").set_index("id")["zone_class"]
    )
    return pd.DataFrame({"district": where, "zone_class": zone})


def _counts(study: Study, districts: pd.Series[str]) -> tuple[Quantity, dict[str, Quantity]]:
    each = districts.value_counts()
    return _count(len(districts)), {str(key): _count(int(each.get(key, 0))) for key in study.districts["id"]}


def _number(study: Study, found: gpd.GeoDataFrame, name: str) -> tuple[Quantity, dict[str, Quantity]]:
    return _counts(study, _features(found[found["class"] == name])["district"])


def _area(study: Study, shown: gpd.GeoDataFrame, name: str) -> tuple[Quantity, dict[str, Quantity]]:
    return area_quantity(study, shown[shown["class"] == name], Unit.M2)


def _count(number: int) -> Quantity:
    return Quantity(float(number), None, Unit.COUNT, Unit.COUNT)


def _notes(study: Study) -> tuple[Text, ...]:
    return tuple(
        Text(f"缺图层 {kind}，相应条款未检查", f"layer {kind} is missing: its article is not checked")
        for kind in (LayerKind.OUTFALLS, LayerKind.CONSTRUCTION)
        if kind not in study.layers
    )


_ARTICLES = (
    (FIRST, "65", Text("一级区内与供水无关的建设", "in class I, unrelated to supply or protection")),
    (SECOND, "66", Text("二级区内排放污染物的建设", "in class II, discharging pollutants")),
    (QUASI, "67", Text("准保护区内严重污染水体的建设", "in the quasi zone, heavily polluting")),
)

INDICATOR = Indicator(
    id="source_zone_violations",
    title=Text(
        "饮用水水源保护区内疑似违法项目数", "Violation candidates in drinking-water source protection zones"
    ),
    system="source_zones",
    unit=Unit.COUNT,
    needs=(LayerKind.SOURCE_ZONES,),
    any_of=((LayerKind.OUTFALLS, LayerKind.CONSTRUCTION),),
    uses=(LayerKind.OUTFALLS, LayerKind.CONSTRUCTION),
    measure=measure,
    formula=Text(
        "保护区内排污口数 + 各级保护区内法律禁止的建设项目数（重叠处按最严级别）",
        "outfalls in zones + construction forbidden in its zone class (strictest class where zones overlap)",
    ),
    basis=Text(
        "《水污染防治法》第六十四至六十七条（第六十七条据转述）",
        "Water Pollution Prevention and Control Law Art. 64-67 (Art. 67 recalled)",
    ),
    parameters=(SLIVER_AREA, SLIVER_WIDTH),
    classes=(
        EvidenceClass(OUTFALL, Text("排污口", "outfall"), "bad"),
        EvidenceClass("violation", Text("疑似违法建设", "violation candidate"), "bad"),
        EvidenceClass("review", Text("待核查（缺属性）", "to be reviewed (attribute missing)"), "review"),
        EvidenceClass("lawful", Text("未见违反", "nothing against it"), "neutral"),
        EvidenceClass("sliver", Text("仅擦边", "only grazes the zone"), "context"),
    ),
    higher_is_better=False,
    about=Text(
        "“疑似违法”由属性推出：一级区看是否与供水和保护水源有关，二级区看是否排放污染物，"
        "准保护区看是否严重污染水体；须以执法认定为准。",
        "Candidates follow from attributes: in class I whether it serves supply or protection, in class II "
        "whether it discharges, in the quasi zone whether it pollutes heavily. Whether the law was broken "
        "is for the authority to find.",
    ),
    edge_cases=(
        Text(
            "缺少所需属性的建设、级别不明的保护区内的建设都待核查；级别不明的保护区内的排污口仍计入。",
            "Construction that lacks the attribute, or lies in a zone of unknown class, needs review; an "
            "outfall in such a zone still counts.",
        ),
        Text(
            "跨几级保护区的项目每部分按所在级别判断，整个项目只计一次，归入最严的一级。",
            "Each part of a project across zones is judged by the class it lies in; the project counts "
            "once, under the strictest.",
        ),
        Text(
            "不论建成年份：第六十五、六十六条要求已建成的也拆除或关闭。",
            "The year built makes no difference: Art. 65 and 66 have existing ones torn down or closed as "
            "well.",
        ),
        Text(
            "只擦到保护区边缘（碎斑）的项目单列；缺排污口或建设图层时，说明哪些条款没有检查。",
            "Projects that only graze a zone (slivers) stand apart; where outfalls or construction are not "
            "given a note says what is not checked.",
        ),
    ),
)
