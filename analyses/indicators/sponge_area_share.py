"""Share of the built-up area in drainage units that meet their capture ratio."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from analyses.areas import layer_once, layer_pieces, once, pieces, share_quantity
from analyses.attributes import text
from analyses.indicator import EvidenceClass, Indicator
from analyses.quantities import Beside, Measure, Quantity, Unit
from analyses.sponge import STORAGE_RULE
from analyses.sponge_plots import sponge_plots
from analyses.sponge_rain import RAIN
from analyses.sponge_units import judged_units
from geo.overlay import covered_parts, uncovered_parts
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from layers.study import Study


def measure(study: Study) -> Measure:
    """Measure the built-up area inside passing drainage units over all built-up area.

    A unit passes where the area-weighted capture ratio of its plots meets its target and no flooding or
    black-water failure is on record. Built-up area in no unit, or in a unit that cannot be judged, counts as
    failing; where units overlap the failing one has the common part. The sum of single passing plots stands
    beside: it is another figure, not the official one.

    Raises
    ------
    NotMeasurableError
        Where the design rainfall cannot be read.
    """
    plots = sponge_plots(study)
    units = judged_units(study, plots.frame)
    built = layer_once(study, LayerKind.BUILT_UP)
    whole = layer_pieces(study, LayerKind.BUILT_UP)
    evidence = _evidence(study, built, units.frame)
    city, by_district = share_quantity(study, evidence[evidence["class"] == "pass"], whole)
    passing = plots.frame[plots.frame["class"] == "pass"]
    single = pieces(study, _within(once(passing), built))
    beside = [
        Beside(
            "single_plots",
            Text("单个达标地块面积之和（非官方口径）", "sum of single passing plots (not official)"),
            *share_quantity(study, single, whole),
        )
    ]
    beside += [
        Beside(name, title, *share_quantity(study, evidence[evidence["class"] == name], whole))
        for name, title in (
            ("unknown", Text("分区未能判定的建成区", "built-up area of units not judged")),
            ("unassigned", Text("不在任何分区的建成区", "built-up area in no unit")),
        )
    ]
    beside += _key_areas(study, evidence)
    return Measure(
        city,
        by_district,
        evidence,
        tuple(beside),
        (*plots.notes, *units.notes),
        plots.findings + units.findings,
    )


def _evidence(study: Study, built: gpd.GeoDataFrame, units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Cut the units to the built-up area and the districts, and add what lies in no unit."""
    ranked = once(units.assign(rank=units["class"] == "pass"), by=("rank", "id")).drop(columns="rank")
    inside = pieces(study, _within(ranked, built))
    rest = uncovered_parts(built.geometry.to_numpy(), units.geometry.to_numpy())
    outside = gpd.GeoDataFrame({"id": "unassigned:" + built["id"].astype(str)}, geometry=rest, crs=study.crs)
    outside = pieces(study, outside[~outside.geometry.is_empty]).assign(**{"class": "unassigned"})
    return gpd.GeoDataFrame(
        pd.concat([part for part in (inside, outside) if len(part)] or [inside], ignore_index=True),
        crs=study.crs,
    )


def _within(frame: gpd.GeoDataFrame, built: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Cut polygons to the built-up area."""
    parts = covered_parts(frame.geometry.to_numpy(), built.geometry.to_numpy())
    cut = frame.set_geometry(gpd.GeoSeries(parts, index=frame.index, crs=frame.crs))
    return cut[~cut.geometry.is_empty]


def _key_areas(study: Study, evidence: gpd.GeoDataFrame) -> list[Beside]:
    """List the key areas: how many there are, and the share of each one's built-up area that passes."""
    name = text(evidence, "key_area").to_numpy()
    names = sorted(set(name) - {""})
    districts = [str(key) for key in study.districts["id"]]
    seen = {key: len(set(name[(evidence["district"] == key).to_numpy()]) - {""}) for key in districts}
    found = [
        Beside(
            "key_areas",
            Text("重点片区个数", "key areas"),
            Quantity(len(names), None, Unit.COUNT),
            {key: Quantity(count, None, Unit.COUNT) for key, count in seen.items()},
        )
    ]
    for number, one in enumerate(names, start=1):
        area = evidence[name == one]
        share = share_quantity(study, area[area["class"] == "pass"], area)
        found.append(Beside(f"key_area_{number}", Text(f"重点片区：{one}", f"key area: {one}"), *share))
    return found


INDICATOR = Indicator(
    id="sponge_area_share",
    title=Text("海绵城市面积占建成区面积比例", "Sponge-city share of the built-up area"),
    system="sponge",
    unit=Unit.RATIO,
    needs=(
        LayerKind.BUILT_UP,
        LayerKind.DRAINAGE_UNITS,
        LayerKind.SPONGE_PLOTS,
        LayerKind.SPONGE_SURFACES,
        LayerKind.SPONGE_FACILITIES,
    ),
    measure=measure,
    formula=Text(
        "面积(∪达标排水分区 ∩ ∪建成区) ÷ 面积(∪建成区)；分区达标：Σ Aᵢαᵢ/Σ Aᵢ ≥ 目标且无内涝、黑臭",
        "area(∪ passing units ∩ ∪ built-up) ÷ area(∪ built-up); a unit passes where Σ Aᵢαᵢ/Σ Aᵢ ≥ target "
        "and nothing floods",
    ),
    basis=Text(
        "国办发〔2015〕75号；GB/T 51345-2018（以排水分区为单元评价；达标条件为转述，待核）",
        "State Council Office [2015] No. 75; GB/T 51345-2018 "
        "(assessed by drainage unit; the conditions recalled)",
    ),
    parameters=(RAIN, STORAGE_RULE),
    classes=(
        EvidenceClass("pass", Text("达标排水分区内", "in a unit that passes"), "good"),
        EvidenceClass("fail", Text("未达标排水分区内", "in a unit that fails"), "bad"),
        EvidenceClass("unknown", Text("分区未能判定", "in a unit not judged"), "review"),
        EvidenceClass("unassigned", Text("不在任何排水分区", "in no unit"), "context"),
    ),
    edge_cases=(
        Text(
            "不在任何排水分区、或分区不能判定的建成区留在分母中，按未达标计，面积占比并列。",
            "Built-up area in no drainage unit, or in one that cannot be judged, stays in the whole as not "
            "passing; the shares stand beside.",
        ),
        Text(
            "分区重叠的地方按未达标的分区计。",
            "Where units overlap the one that does not pass has the place.",
        ),
        Text(
            "没有内涝、黑臭记录的分区只按控制率判定，并注明个数。",
            "Units without a record of flooding or black water are judged on capture alone, and their "
            "number is told.",
        ),
        Text(
            "分区内数据不可用的地块按可能的最小和最大控制率参与，两种情形结论不同时该分区不作判定。",
            "A plot that cannot be assessed takes part with the least and the greatest ratio it can have; "
            "where the two disagree the unit is not judged.",
        ),
    ),
)
