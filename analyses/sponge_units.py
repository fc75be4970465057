"""The drainage units of a study, judged from their plots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.attributes import text, truth
from analyses.sponge import TOLERANCE
from analyses.sponge_contents import Faults
from analyses.sponge_plots import numbers
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    import geopandas as gpd

    from layers.findings import Finding
    from layers.study import Study


@dataclass(frozen=True, eq=False)
class JudgedUnits:
    """The units: frame with ``capture``, ``capture_most``, ``plots`` and ``class``, findings and notes."""

    frame: gpd.GeoDataFrame
    findings: tuple[Finding, ...]
    notes: tuple[Text, ...]


def judged_units(study: Study, plots: gpd.GeoDataFrame) -> JudgedUnits:
    """Judge every drainage unit: ``pass``, ``fail`` or ``unknown``.

    The capture ratio of a unit is the area-weighted mean of its plots'. It is bounded: a plot that could not
    be assessed captures between nothing and everything. A unit passes where the least ratio meets the target,
    fails where the greatest misses it or a flooding or black-water failure is on record, and is unknown in
    between, without plots or without a target.
    """
    units = study.frame(LayerKind.DRAINAGE_UNITS).sort_values("id", kind="stable")
    ids = units["id"].astype(str)
    by_unit = _bounds(plots)
    least, most, count = (ids.map(by_unit[name]).to_numpy(dtype=float) for name in ("least", "most", "plots"))
    target = numbers(units, "target_capture")
    failure = truth(units, "flood_failure")
    flooded = failure.fillna(value=False).to_numpy(dtype=bool)
    classes = np.full(len(units), "unknown", dtype=object)
    classes[least >= target - TOLERANCE] = "pass"
    classes[(most < target - TOLERANCE) | flooded] = "fail"
    faults = Faults()
    said = Text("排水分区没有目标控制率", "the unit has no target capture ratio")
    for one in ids[np.isnan(target)]:
        faults.add("sponge.target_missing", LayerKind.DRAINAGE_UNITS, one, said)
    frame = units.assign(
        **{
            "id": ids,
            "capture": least,
            "capture_most": most,
            "plots": np.nan_to_num(count),
            "class": classes.astype(str),
            "key_area": text(units, "key_area"),
        }
    )
    return JudgedUnits(frame, faults.findings(), _notes(frame, int(failure.isna().sum())))


def _bounds(plots: gpd.GeoDataFrame) -> pd.DataFrame:
    """Give, by drainage unit, the least and greatest area-weighted capture ratio and the number of plots."""
    area = plots["plot_area_m2"]
    table = pd.DataFrame(
        {
            "unit": text(plots, "unit_id"),
            "area": area,
            "least": area * plots["capture"].fillna(0.0),
            "most": area * plots["capture_most"].fillna(1.0),
            "plots": 1.0,
        }
    )
    sums = table[table["area"] > 0].groupby("unit", sort=True)[["area", "least", "most", "plots"]].sum()
    return sums.assign(least=sums["least"] / sums["area"], most=sums["most"] / sums["area"])


def _notes(frame: gpd.GeoDataFrame, unrecorded: int) -> tuple[Text, ...]:
    notes = []
    if unrecorded:
        notes.append(
            Text(
                f"{unrecorded} 个排水分区没有内涝、黑臭记录，只按控制率判定",
                f"{unrecorded} units have no record of flooding or black water; judged on capture alone",
            )
        )
    bare = int((frame["plots"] == 0).sum())
    if bare:
        notes.append(
            Text(
                f"{bare} 个排水分区没有地块，不能判定，按未达标计",
                f"{bare} units have no plot: not judged, counted as failing",
            )
        )
    return tuple(notes)
