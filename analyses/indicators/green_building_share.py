"""Floor area of green buildings over the floor area of all buildings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from analyses.areas import pieces, share_quantity
from analyses.attributes import text
from analyses.indicator import EvidenceClass, Indicator, NotMeasurableError, Parameter
from analyses.quantities import Beside, Measure, Quantity, Unit
from geo.repair import of_one_box
from layers.catalogue import finding
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    import geopandas as gpd

    from layers.findings import Finding
    from layers.study import Study

STARS = Parameter(
    "green_stars_min",
    2.0,
    Text("计为绿色建筑的最低星级", "fewest stars that count as green"),
    source="Shenzhen action plan 2020-2025 cl. 42: two stars or city silver and above",
    doubt=Text(
        "“市银级”按二星计；原文未说是存量还是新建建筑，也未说分母是全部建筑还是绿色建筑，此处取全部建筑",
        "city silver is taken as two stars; the plan does not say whether all or new buildings are meant, "
        "nor whether the share is of all buildings, as here, or of green ones",
    ),
    minimum=1,
    maximum=3,
)
LISTED = 50
"""Most buildings without floors that are named one by one."""


def measure(study: Study) -> Measure:
    """Measure the floor area of buildings with enough stars over the floor area of all buildings.

    Floor area is footprint (ellipsoidal) times floors. Where buildings say their key area only those that
    lie in one count, and all buildings stand beside. Buildings without floors are left out and reported;
    buildings without stars count as not green, so the share is a lower bound. Buildings of the very same
    shape count once.

    Raises
    ------
    NotMeasurableError
        When no building has floors, or none has stars.
    """
    buildings = _each_once(study.frame(LayerKind.BUILDINGS))
    floors, stars = _number(buildings, "floors"), _number(buildings, "green_stars")
    known = (floors > 0).to_numpy()
    if not known.any():
        raise NotMeasurableError(_missing("floors"))
    if stars.isna().all():
        raise NotMeasurableError(_missing("green_stars"))
    named = np.select([stars >= STARS.number(study), stars.isna()], ["green", "unrated"], "other")
    buildings = buildings.assign(floors=floors, key_area=text(buildings, "key_area"))
    buildings["class"] = named
    cut = pieces(study, buildings[known])
    cut["floor_area_m2"] = cut["area_m2"] * cut["floors"]
    everywhere = _share(study, cut)
    beside = [Beside("all_buildings", Text("全部建筑", "all buildings"), *everywhere)]
    unrated = share_quantity(study, cut[cut["class"] == "unrated"], cut, "floor_area_m2")
    beside.append(Beside("unrated", Text("星级不明的建筑面积", "floor area without a rating"), *unrated))
    faults = _findings(study, buildings[~known])
    keyed = cut[cut["key_area"] != ""]
    if keyed.empty:
        return Measure(*everywhere, cut, tuple(beside[1:]), (_NO_KEY_AREAS,), faults)
    beside += _key_areas(study, keyed)
    return Measure(*_share(study, keyed), keyed, tuple(beside), (_IN_KEY_AREAS,), faults)


def _share(study: Study, cut: pd.DataFrame) -> tuple[Quantity, dict[str, Quantity]]:
    return share_quantity(study, cut[cut["class"] == "green"], cut, "floor_area_m2")


def _key_areas(study: Study, keyed: gpd.GeoDataFrame) -> list[Beside]:
    return [
        Beside(
            f"key_area_{number}",
            Text(f"重点片区：{name}", f"key area: {name}"),
            *_share(study, keyed[keyed["key_area"] == name]),
        )
        for number, name in enumerate(sorted(set(keyed["key_area"])), start=1)
    ]


def _each_once(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Keep one of the buildings of one shape: of the fewest stars, if any, and floors."""
    least = frame.assign(_stars=_number(frame, "green_stars").fillna(-1.0), _floors=_number(frame, "floors"))
    order = least.sort_values(["_stars", "_floors", "id"], kind="stable").index
    ordered = frame.loc[order]
    shapes = ordered.geometry.to_numpy()
    alike = np.flatnonzero(of_one_box(shapes))
    same = pd.Series(shapely.to_wkb(shapely.normalize(shapes[alike])), dtype="object")
    first = np.ones(len(ordered), dtype=bool)
    first[alike[same.duplicated()]] = False
    return ordered[first].sort_values("id", kind="stable")


def _number(frame: gpd.GeoDataFrame, name: str) -> pd.Series[float]:
    if name not in frame:
        return pd.Series(np.nan, index=frame.index, dtype=float)
    return pd.Series(pd.to_numeric(frame[name]).to_numpy(dtype=float, na_value=np.nan), index=frame.index)


def _findings(study: Study, without: gpd.GeoDataFrame) -> tuple[Finding, ...]:
    """Report buildings whose floor area is not known, one by one or, where they are many, together."""
    without = without[shapely.intersects(without.geometry.to_numpy(), study.boundary)]
    if len(without) <= LISTED:
        return tuple(
            finding(
                "building.no_floors",
                Text(
                    f"建筑 {key} 没有层数，未计入：请补 floors 字段",
                    f"building {key} has no floors and is left out: fill the field floors",
                ),
                layer=LayerKind.BUILDINGS,
                feature=str(key),
            )
            for key in without["id"]
        )
    message = Text(
        f"{len(without)} 栋建筑没有层数，未计入：请补 floors 字段",
        f"{len(without)} buildings have no floors and are left out: fill the field floors",
    )
    return (finding("building.no_floors", message, layer=LayerKind.BUILDINGS),)


def _missing(field: str) -> Text:
    return Text(
        f"buildings 图层没有一栋建筑填写 {field}：请补该字段",
        f"no building of layer buildings has {field}: fill that field",
    )


_NO_KEY_AREAS = Text(
    "建筑未注明重点片区，按全部建筑计；规划目标只针对重点区域",
    "no building names its key area, so all buildings count; the plan's target binds the key areas alone",
)
_IN_KEY_AREAS = Text(
    "只计注明重点片区的建筑；全部建筑的比例并列给出",
    "only buildings that name a key area count; the share of all buildings stands beside",
)

INDICATOR = Indicator(
    id="green_building_share",
    title=Text("二星及以上绿色建筑面积比例", "Floor-area share of green buildings (two stars or more)"),
    system="structure",
    unit=Unit.RATIO,
    needs=(LayerKind.BUILDINGS,),
    measure=measure,
    formula=Text(
        "达到星级的建筑面积 ÷ 建筑面积；建筑面积 = 基底面积 × 层数",
        "floor area of buildings with enough stars ÷ floor area; floor area = footprint × floors",
    ),
    basis=Text(
        "《深圳率先打造美丽中国典范行动方案（2020—2025年）》第42条：2025年重点区域达 80%",
        "Shenzhen action plan 2020-2025 cl. 42: 80 % in the key areas by 2025",
    ),
    parameters=(STARS,),
    classes=(
        EvidenceClass("green", Text("绿色建筑（达到星级）", "green building, enough stars"), "good"),
        EvidenceClass("other", Text("其他建筑", "other building"), "neutral"),
        EvidenceClass("unrated", Text("星级不明，按非绿色计", "no rating, counted as not green"), "review"),
    ),
    edge_cases=(
        Text(
            "有建筑注明重点片区时，主值只含这些建筑，全部建筑并列；都未注明时按全部建筑计，并注明。",
            "Where buildings name a key area the value holds those alone, with all buildings beside; where "
            "none does all buildings count, and a note says so.",
        ),
        Text(
            "没有层数的建筑两边都不计，列为数据问题；星级不明的按非绿色计，比例因此是下限。",
            "Buildings without floors are in neither and are reported; those without a rating count as not "
            "green, so the share is a lower bound.",
        ),
        Text(
            "图形完全相同的建筑只计一次，星级不同时取较低的（不明视为最低）；部分重叠的不去重；"
            "跨市界的建筑按界内基底计。",
            "Buildings of the very same shape count once, by the lower rating where they differ (none being "
            "the lowest); partial overlaps are left as drawn; of one across the boundary what lies inside "
            "counts.",
        ),
    ),
)
