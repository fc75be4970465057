"""The sponge plots of a study: each with its coefficient, storage and capture, or unknown with a finding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd

from analyses.attributes import text
from analyses.kept import once_per_study
from analyses.sponge import (
    STORAGE_RULE,
    SpongeFaultError,
    capture_of,
    composite_coefficient,
    counted_storage_m3,
)
from analyses.sponge_contents import Contents, Faults, contents_of
from analyses.sponge_rain import SHENZHEN, rain_of
from geo.area import area_m2
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from analyses.sponge import StorageRule
    from analyses.sponge_rain import RainCurve
    from layers.findings import Finding
    from layers.study import Study

SURFACE_TOLERANCE = 0.05
"""Share by which the mapped surfaces may miss or exceed their plot before it is worth a warning."""
COLUMNS = [
    "plot_area_m2",
    "target",
    "coefficient",
    "storage_m3",
    "needed_m3",
    "used_m3",
    "depth_mm",
    "capture",
    "capture_most",
    "class",
]


@dataclass(frozen=True, eq=False)
class SpongePlots:
    """The plots: frame, findings and what a reader must know.

    ``frame`` has the layer's columns and ``COLUMNS``: ``capture`` and ``capture_most`` bound the capture
    ratio, ``class`` is ``pass``, ``fail`` or ``unknown``; numbers are NaN where they are not known.
    """

    frame: gpd.GeoDataFrame
    findings: tuple[Finding, ...]
    notes: tuple[Text, ...]


@dataclass(frozen=True)
class _Assessor:
    """What every plot is assessed with."""

    contents: Contents
    curve: RainCurve
    faults: Faults


@once_per_study
def sponge_plots(study: Study) -> SpongePlots:
    """Assess every plot of a study by the volume method.

    A plot with an input that cannot be made into a number is ``unknown``, never a guess; so is one without a
    target of its own or of its drainage unit, or whose target lies where the rain curve does not decide.

    Raises
    ------
    NotMeasurableError
        Where the design rainfall cannot be read.
    """
    curve = rain_of(study)
    rule = cast("StorageRule", STORAGE_RULE.of(study))
    faults = Faults()
    plots = study.frame(LayerKind.SPONGE_PLOTS).sort_values("id", kind="stable")
    ids = plots["id"].astype(str).tolist()
    by = _Assessor(contents_of(study, set(ids), rule, faults), curve, faults)
    areas = area_m2(plots.geometry.to_numpy(), study.crs).tolist()
    targets = _targets(study, plots, faults)
    rows = []
    for plot, area, target in zip(ids, areas, targets.tolist(), strict=True):
        row = {"plot_area_m2": area, "target": target, "class": "unknown"}
        rows.append(row if plot in by.contents.refused else row | _assessed(plot, area, target, by))
    columns = pd.DataFrame(rows, index=plots.index, columns=COLUMNS)
    columns = columns.astype(dict.fromkeys(COLUMNS[:-1], "float64") | {"class": "str"})
    frame = plots.drop(columns=COLUMNS, errors="ignore").join(columns)
    return SpongePlots(frame, faults.findings(), _notes(frame, curve))


def _assessed(plot: str, area: float, target: float, by: _Assessor) -> dict[str, object]:
    """Give the columns of one plot, or none where its surfaces give no coefficient."""
    surfaces = by.contents.surfaces.get(plot, [])
    mapped = [one.area_m2 for one in surfaces]
    try:
        coefficient = composite_coefficient(mapped, [one.coefficient for one in surfaces])
    except SpongeFaultError as error:
        by.faults.add(error.code, LayerKind.SPONGE_PLOTS, plot, error.message)
        return {}
    if abs(sum(mapped) - area) > SURFACE_TOLERANCE * area:
        by.faults.add("sponge.surface_area", LayerKind.SPONGE_PLOTS, plot, _AREAS_DIFFER)
    facilities = by.contents.facilities.get(plot, [])
    held, twice = counted_storage_m3(facilities, {one.kind for one in surfaces})
    for facility, fault in twice:
        by.faults.add(fault.code, LayerKind.SPONGE_FACILITIES, facility, fault.message)
    found = capture_of(by.curve, held, coefficient, area, None if np.isnan(target) else target)
    return {
        "coefficient": coefficient,
        "storage_m3": held,
        "needed_m3": found.needed_m3,
        "used_m3": found.used_m3,
        "depth_mm": found.depth_mm if np.isfinite(found.depth_mm) else np.nan,
        "capture": found.low,
        "capture_most": found.high,
        "class": {True: "pass", False: "fail", None: "unknown"}[found.passes],
    }


_AREAS_DIFFER = Text(
    f"下垫面合计与地块面积相差超过 {SURFACE_TOLERANCE:.0%}，径流系数按已绘下垫面加权",
    f"surfaces and plot differ in area by more than {SURFACE_TOLERANCE:.0%}; the coefficient is that of the "
    "surfaces drawn",
)


def _targets(study: Study, plots: gpd.GeoDataFrame, faults: Faults) -> NDArray[np.float64]:
    """Give each plot's target: its own, or its drainage unit's, or NaN with a finding."""
    own = numbers(plots, "target_capture")
    units = text(plots, "unit_id")
    if LayerKind.DRAINAGE_UNITS in study.layers:
        frame = study.frame(LayerKind.DRAINAGE_UNITS)
        of_unit = pd.Series(numbers(frame, "target_capture"), index=frame["id"].astype(str))
        orphan = ~units.isin(of_unit.index)
        said = Text("所属排水分区不在图层中", "its drainage unit is not among the units")
        for one in plots.loc[orphan, "id"].astype(str):
            faults.add("sponge.orphan", LayerKind.SPONGE_PLOTS, one, said)
        own = np.where(np.isnan(own), units.map(of_unit).to_numpy(dtype=float), own)
    said = Text("地块及其排水分区都没有目标控制率", "neither the plot nor its unit has a target")
    for one in plots.loc[np.isnan(own), "id"].astype(str):
        faults.add("sponge.target_missing", LayerKind.SPONGE_PLOTS, one, said)
    return np.asarray(own, dtype=float)


def numbers(frame: gpd.GeoDataFrame, name: str) -> NDArray[np.float64]:
    """Give a column as floats, NaN where there is no number; all NaN where there is no such column."""
    if name not in frame:
        return np.full(len(frame), np.nan)
    return np.asarray(pd.to_numeric(frame[name], errors="coerce"), dtype=float)


def _notes(frame: gpd.GeoDataFrame, curve: RainCurve) -> tuple[Text, ...]:
    notes = []
    if curve.source == SHENZHEN:
        notes.append(
            Text(
                "设计降雨量取深圳表（50%–85%）；其他城市须用参数 sponge_rain 给出自己的表或逐日降雨",
                "design rainfall from the Shenzhen table (50 to 85 %); another city must bring its own table "
                "or daily rain as parameter sponge_rain",
            )
        )
    beyond = int((frame["capture"] < frame["capture_most"]).sum())
    if beyond:
        notes.append(
            Text(
                f"{beyond} 个地块的有效降雨量在降雨曲线之外，不外推，按控制率下限计",
                f"{beyond} plots hold a rainfall outside the curve; nothing is extrapolated, they count with "
                "the least ratio they can have",
            )
        )
    unknown = int(frame["capture"].isna().sum())
    if unknown:
        notes.append(
            Text(
                f"{unknown} 个地块数据不可用，未评价（见数据问题）",
                f"{unknown} plots could not be assessed; see the findings",
            )
        )
    return tuple(notes)
