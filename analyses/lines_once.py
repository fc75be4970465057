"""Lengths of a study's lines: each physical path once, cut to the city and split by district."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from analyses.areas import OUTSIDE, district_sums
from analyses.attributes import truth
from analyses.formatting import format_value
from analyses.indicator import EvidenceClass, Parameter
from analyses.quantities import Beside, Quantity, Unit
from geo.area import length_m
from geo.lines import paths_once
from geo.overlay import clip, split_by
from layers.text import Text

if TYPE_CHECKING:
    from layers.study import Study

KM = 1_000.0

PATH_TOLERANCE = Parameter(
    "path_tolerance_m",
    5.0,
    Text("视为同一路径的最大间距", "how far apart two drawings of the same path may lie"),
    unit="m",
    source="proposed",
    doubt=Text(
        "没有标准规定重复数字化的容差；5 m 为建议值，两岸小路间距更大时仍各计一次",
        "no standard fixes a tolerance for double digitising; 5 m is proposed: paths on two banks stay two",
    ),
    minimum=0,
    maximum=50,
)
PATH_SHARED = Parameter(
    "path_shared_m",
    30.0,
    Text("同行多长才视为同一路径", "length two lines must run together to be the same path"),
    unit="m",
    source="proposed",
    doubt=Text(
        "建议值：容差的6倍，20°以上的交叉不被截短",
        "proposed: six times the tolerance, so that crossings of 20 degrees and more lose nothing",
    ),
    minimum=1,
    maximum=500,
)
COUNTED = EvidenceClass("counted", Text("计入", "counted"), "good")
UNKNOWN = EvidenceClass(
    "unknown", Text("计入，建成情况未注明", "counted, built or not is not said"), "review"
)
REPEATED = EvidenceClass("repeated", Text("重复绘制，不再计入", "drawn again, not counted twice"), "neutral")
PLANNED = EvidenceClass("planned", Text("未建成，不计入", "not built, not counted"), "context")
LINE_CLASSES = (COUNTED, UNKNOWN, REPEATED, PLANNED)


@dataclass(frozen=True, eq=False)
class Lines:
    """Lines of one kind, classed and cut.

    ``pieces`` has the columns of the layer, ``class`` (one of ``LINE_CLASSES``), ``district`` and
    ``length_m`` (ellipsoidal); ``whole`` is what counts, uncut, for what lies just outside the city.
    """

    pieces: gpd.GeoDataFrame
    whole: gpd.GeoDataFrame

    @property
    def counted(self) -> gpd.GeoDataFrame:
        """The pieces whose length counts."""
        return self.pieces[self.pieces["class"].isin([COUNTED.id, UNKNOWN.id])]


def physical_lines(study: Study, frame: gpd.GeoDataFrame, tolerance_m: float, shared_m: float) -> Lines:
    """Class the lines of a layer and cut them to the city and the districts.

    What is planned (``built`` is false) does not count; where ``built`` is not said the line counts and is
    marked. Of what counts each physical path is kept once (``geo.lines.paths_once``).
    """
    built = truth(frame, "built")
    planned = frame[built.eq(other=False).fillna(value=False)].assign(**{"class": PLANNED.id})
    real = frame[~frame.index.isin(planned.index)]
    real = real.assign(**{"class": np.where(built.loc[real.index].isna(), UNKNOWN.id, COUNTED.id)})
    once = paths_once(real.geometry.to_numpy(), tolerance_m, shared_m, keys=real["id"].tolist())
    kept = real.set_geometry(gpd.GeoSeries(once.kept, index=real.index, crs=study.crs))
    again = real.assign(**{"class": REPEATED.id})
    again = again.set_geometry(gpd.GeoSeries(once.repeated, index=real.index, crs=study.crs))
    parts = [part[~part.geometry.is_empty] for part in (kept, again, planned)]
    everything = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=study.crs)
    return Lines(line_pieces(study, everything), parts[0])


def line_pieces(study: Study, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Cut lines to the boundary and the districts; a line along a common limit goes to the first district.

    Returns
    -------
    Every column of ``frame`` with ``district`` (``""`` outside every district) and ``length_m``.
    """
    inside = clip(frame.geometry.to_numpy(), study.boundary)
    parts = split_by(inside, study.districts.geometry.to_numpy())
    some = shapely.length(parts.shape) > 0
    names = np.append(study.districts["id"].to_numpy(dtype=object), OUTSIDE)
    pieces = frame.iloc[parts.feature[some]].drop(columns=["district", "length_m"], errors="ignore")
    pieces = pieces.set_geometry(gpd.GeoSeries(parts.shape[some], index=pieces.index, crs=study.crs))
    pieces = pieces.assign(district=names[parts.district[some]]).reset_index(drop=True)
    return pieces.assign(length_m=length_m(pieces.geometry.to_numpy(), study.crs))


def length_quantity(study: Study, pieces: pd.DataFrame) -> tuple[Quantity, dict[str, Quantity]]:
    """Sum ``length_m`` for the city and by district, in kilometres."""
    city = Quantity(float(pieces["length_m"].sum()) / KM, None, Unit.KM, Unit.KM)
    sums = district_sums(study, pieces, "length_m")
    return city, {key: Quantity(value / KM, None, Unit.KM, Unit.KM) for key, value in sums.items()}


def line_besides(study: Study, lines: Lines) -> tuple[Beside, ...]:
    """Report beside a length what was counted without knowing, and what was left out and why."""
    found = []
    for one in (UNKNOWN, REPEATED, PLANNED):
        part = lines.pieces[lines.pieces["class"] == one.id]
        found.append(Beside(one.id, one.title, *length_quantity(study, part)))
    return tuple(found)


def line_notes(study: Study, lines: Lines) -> tuple[Text, ...]:
    """Say what a reader must know of a length: lines whose state is unknown, lines in no district."""
    notes = []
    unknown = lines.pieces[lines.pieces["class"] == UNKNOWN.id]
    if len(unknown):
        notes.append(
            Text(
                "{count} 条线未注明是否建成，已计入（{length}）：请补 built 字段",
                "{count} lines do not say whether they are built and are counted ({length}): "
                "fill the field built",
            ).format(count=unknown["id"].nunique(), length=_km(unknown))
        )
    outside = lines.counted[lines.counted["district"] == OUTSIDE]
    if outside["length_m"].sum() >= 1.0 and len(study.districts):
        notes.append(
            Text(
                "{length} 不在任何区内，只计入全市",
                "{length} lies in no district and counts for the city alone",
            ).format(length=_km(outside))
        )
    return tuple(notes)


def _km(pieces: pd.DataFrame) -> str:
    return format_value(float(pieces["length_m"].sum()) / KM, Unit.KM, "en")
