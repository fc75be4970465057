"""Where the three control lines overlap: red line, permanent basic farmland, development boundary."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from analyses.areas import area_quantity, layer_once, once, pieces
from analyses.indicator import EvidenceClass, Indicator
from analyses.overlays import inside
from analyses.quantities import Beside, Measure, Quantity, Unit
from analyses.slivers import SLIVER_AREA, SLIVER_WIDTH
from geo.overlay import is_sliver, union
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from layers.study import Study

RED, FARM, URBAN = LayerKind.RED_LINE, LayerKind.BASIC_FARMLAND, LayerKind.DEVELOPMENT_BOUNDARY
PAIRS = (
    ("red_urban", RED, URBAN, Text("红线与城镇开发边界", "red line and development boundary")),
    ("red_farm", RED, FARM, Text("红线与永久基本农田", "red line and basic farmland")),
    (
        "farm_urban",
        FARM,
        URBAN,
        Text("永久基本农田与城镇开发边界", "basic farmland and development boundary"),
    ),
)


def measure(study: Study) -> Measure:
    """Measure the area claimed by two of the three lines, each place once, without slivers.

    Every connected overlap is one row of evidence. It is a sliver when its area is below ``sliver_area_m2``
    or its mean width ``2 area / perimeter`` below ``sliver_width_m``; slivers are counted apart. The areas of
    each pair stand beside (a place where all three meet is in all of them).
    """
    given = [pair for pair in PAIRS if pair[1] in study.layers and pair[2] in study.layers]
    overlaps = {key: _overlaps(study, key, one, other) for key, one, other, _ in given}
    everything = _together(study, list(overlaps.values()))
    slivers = everything["class"] == "sliver"
    each_once = once(everything[~slivers].assign(order=range(int((~slivers).sum()))), by=("order",))
    conflicts = pieces(study, each_once.drop(columns="order"))
    thin = pieces(study, everything[slivers])
    city, by_district = area_quantity(study, conflicts)
    beside = [
        Beside("slivers", Text("碎斑面积", "area of slivers"), *area_quantity(study, thin, Unit.M2)),
        Beside("sliver_count", Text("碎斑个数", "slivers"), _count(thin["id"].nunique())),
        Beside("conflict_count", Text("冲突处数", "places in conflict"), _count(conflicts["id"].nunique())),
    ]
    for key, _, _, title in given:
        found = overlaps[key]
        beside.append(Beside(key, title, *area_quantity(study, pieces(study, found[found["class"] == key]))))
    evidence = _together(study, [conflicts, thin])
    return Measure(city, by_district, evidence, tuple(beside), (*_absent(study), _SEA))


def _overlaps(study: Study, key: str, one: LayerKind, other: LayerKind) -> gpd.GeoDataFrame:
    """List the connected overlaps of two layers, slivers classed as such."""
    meeting = inside(layer_once(study, one), study.frame(other).geometry.to_numpy())
    shapes = shapely.get_parts(union(meeting.geometry.to_numpy()))
    parts = gpd.GeoDataFrame(geometry=gpd.GeoSeries(shapes, crs=study.crs), crs=study.crs)
    corner = parts.bounds
    parts = parts.iloc[np.lexsort((corner["maxy"], corner["maxx"], corner["miny"], corner["minx"]))]
    thin = is_sliver(parts.geometry.to_numpy(), SLIVER_AREA.number(study), SLIVER_WIDTH.number(study))
    names = [f"{key}-{number}" for number in range(1, len(parts) + 1)]
    return parts.assign(id=names, pair=key, **{"class": np.where(thin, "sliver", key)}).reset_index(drop=True)


def _together(study: Study, frames: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    some = [frame for frame in frames if len(frame)] or frames[:1]
    return gpd.GeoDataFrame(pd.concat(some, ignore_index=True), crs=study.crs)


def _count(number: int) -> Quantity:
    return Quantity(float(number), None, Unit.COUNT, Unit.COUNT)


def _absent(study: Study) -> tuple[Text, ...]:
    absent = [kind for kind in (RED, FARM, URBAN) if kind not in study.layers]
    return tuple(
        Text(f"缺图层 {kind}，与它的重叠未检查", f"layer {kind} is missing: overlaps with it are not checked")
        for kind in absent
    )


_SEA = Text(
    "海域红线按定义在城镇开发边界之外；开发边界内的“开天窗”按图形计",
    "the red line at sea lies outside the development boundary by construction; "
    "holes in that boundary are taken as drawn",
)

INDICATOR = Indicator(
    id="control_lines_overlap",
    title=Text("三条控制线重叠面积", "Overlap of the three control lines"),
    system="red_line",
    unit=Unit.KM2,
    needs=(),
    any_of=((RED, FARM), (RED, URBAN), (FARM, URBAN)),
    uses=(RED, FARM, URBAN),
    measure=measure,
    formula=Text(
        "面积(红线∩开发边界 ∪ 红线∩基本农田 ∪ 基本农田∩开发边界)，碎斑单列",
        "area(red ∩ urban ∪ red ∩ farmland ∪ farmland ∩ urban), slivers apart",
    ),
    basis=Text(
        "三条控制线不交叉、不重叠、不冲突：厅字〔2019〕48号",
        "the three lines must not cross, overlap or conflict: General Offices [2019] No. 48",
    ),
    parameters=(SLIVER_AREA, SLIVER_WIDTH),
    classes=(
        *(EvidenceClass(key, title, "bad") for key, _, _, title in PAIRS),
        EvidenceClass("sliver", Text("碎斑", "sliver"), "context"),
    ),
    higher_is_better=False,
    about=Text(
        "量的是三条控制线图形的重叠；重叠如何处置由规划协调决定，图上的冲突不是对某个项目的结论。",
        "This measures where the drawn lines overlap; what to do about it is for the plans to settle, and a "
        "conflict on the map says nothing of any project.",
    ),
    edge_cases=(
        Text(
            "三线同时重叠的地方主值只计一次，但在每一对的分项中各计一次。",
            "A place where all three meet counts once in the value and once in each pair beside it.",
        ),
        Text(
            "面积或平均宽度低于容差的重叠列为碎斑，面积和个数单列，不删除。",
            "An overlap below the tolerance of area or of mean width is a sliver: area and number stand "
            "apart, nothing is dropped.",
        ),
        Text(
            "边线相接不算重叠；开发边界的“开天窗”和红线内挖出的村庄按图形不计。",
            "Sharing an edge is no overlap; holes in the development boundary and villages cut out of the "
            "red line are outside as drawn.",
        ),
        Text(
            "只给出两条线时只检查这一对，并说明缺哪条线。",
            "With two of the lines only that pair is checked, and the missing line is named.",
        ),
    ),
)
