"""Length of bidao (blueways) along the water, banks counted once unless asked otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from analyses.attributes import text
from analyses.indicator import Indicator, Parameter
from analyses.lines_once import (
    LINE_CLASSES,
    PATH_SHARED,
    PATH_TOLERANCE,
    REPEATED,
    Lines,
    length_quantity,
    line_besides,
    line_notes,
    line_pieces,
    physical_lines,
)
from analyses.quantities import Beside, Measure, Unit
from geo.lines import paths_once
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from layers.study import Study

COUNT_BOTH_BANKS = Parameter(
    "count_both_banks",
    default=False,
    about=Text("两岸分别计长", "count each bank's length"),
    source="proposed",
    doubt=Text(
        "未找到官方计长规则；默认沿河（岸）只计一次",
        "no official rule was found; by default the length along the water counts once",
    ),
    choices=(True, False),
)
CORRIDOR_WIDTH = Parameter(
    "corridor_width_m",
    100.0,
    Text("同一河段两岸碧道的最大间距", "how far apart the two banks' lines of one reach may lie"),
    unit="m",
    source="proposed",
    doubt=Text("未找到官方宽度，100 m 为建议值", "no official width was found; 100 m is proposed"),
    minimum=1,
    maximum=2_000,
)
BANKS = ("left", "right")
TWICE = 2.0


def measure(study: Study) -> Measure:
    """Measure built bidao inside the city in kilometres.

    Each physical path counts once. Lines of the left and the right bank of one reach (same name, no farther
    apart than ``corridor_width_m``) count once, along the longer one; with ``count_both_banks`` each bank
    counts, and a line that stands for both (``bank`` = both) counts twice.
    """
    both = bool(COUNT_BOTH_BANKS.of(study))
    lines = physical_lines(
        study, study.frame(LayerKind.BIDAO), PATH_TOLERANCE.number(study), PATH_SHARED.number(study)
    )
    pieces = lines.pieces if both else _banks_once(study, lines)
    lines = Lines(_weighted(pieces, both=both), lines.whole)
    city, by_district = length_quantity(study, lines.counted)
    beside = (*line_besides(study, lines), *_by_type(study, lines))
    return Measure(city, by_district, lines.pieces, beside, (_rule(both=both), *line_notes(study, lines)))


def _banks_once(study: Study, lines: Lines) -> gpd.GeoDataFrame:
    """Mark as repeated what runs on the other bank beside a longer line of the same reach."""
    whole = lines.whole
    width = CORRIDOR_WIDTH.number(study)
    shapes = whole.geometry.to_numpy().copy()
    again = np.full(len(whole), shapely.MultiLineString(), dtype=object)
    sided = text(whole, "bank").isin(BANKS).to_numpy()
    names = text(whole, "name").to_numpy()
    for name in sorted(set(names[sided])):
        rows = np.flatnonzero(sided & (names == name))
        once = paths_once(shapes[rows], width, 1.2 * width, keys=whole["id"].iloc[rows].tolist())
        shapes[rows], again[rows] = once.kept, once.repeated
    kept = whole.set_geometry(gpd.GeoSeries(shapes, index=whole.index, crs=study.crs))
    other = whole.assign(**{"class": REPEATED.id})
    other = other.set_geometry(gpd.GeoSeries(again, index=whole.index, crs=study.crs))
    cut = [line_pieces(study, part[~part.geometry.is_empty]) for part in (kept, other)]
    rest = lines.pieces[~lines.pieces.index.isin(lines.counted.index)]
    return gpd.GeoDataFrame(pd.concat([*cut, rest], ignore_index=True), crs=study.crs)


def _weighted(pieces: gpd.GeoDataFrame, *, both: bool) -> gpd.GeoDataFrame:
    """Count twice what stands for both banks, where banks count apart."""
    factor = np.where(text(pieces, "bank") == "both", TWICE, 1.0) if both else 1.0
    return pieces.assign(length_m=pieces["length_m"] * factor)


def _by_type(study: Study, lines: Lines) -> tuple[Beside, ...]:
    counted = lines.counted
    kinds = text(counted, "bidao_type")
    found = []
    for number, kind in enumerate(sorted(set(kinds) - {""}), start=1):
        length = length_quantity(study, counted[kinds == kind])
        found.append(Beside(f"type_{number}", Text(f"类型：{kind}", f"type: {kind}"), *length))
    return tuple(found)


def _rule(*, both: bool) -> Text:
    if both:
        return Text("两岸分别计长", "each bank's length is counted")
    return Text(
        "沿河（岸）只计一次，两岸不重复计", "the length along the water counts once, not once per bank"
    )


INDICATOR = Indicator(
    id="bidao_length",
    title=Text("碧道长度", "Length of bidao (blueways)"),
    system="greenways",
    unit=Unit.KM,
    needs=(LayerKind.BIDAO,),
    measure=measure,
    formula=Text(
        "L = Σ 已建碧道长度（同一路径、同一河段两岸只计一次）",
        "L = Σ length of built bidao, each path and each reach once",
    ),
    basis=Text(
        "《广东万里碧道总体规划（2020—2035年）》；计长规则未见公开文本（建议值，见参数）",
        "Guangdong bidao master plan 2020-2035; its rule for counting length was not found (see parameters)",
    ),
    parameters=(COUNT_BOTH_BANKS, CORRIDOR_WIDTH, PATH_TOLERANCE, PATH_SHARED),
    classes=LINE_CLASSES,
    about=Text(
        "碧道沿河、沿湖库而建；这里只量长度，不核对廊道宽度，也不核对建设内容。",
        "Bidao follow rivers, lakes and reservoirs; this is their length alone, neither the width of the "
        "corridor nor what was built in it.",
    ),
    edge_cases=(
        Text(
            "名称相同、岸别为左岸和右岸且相距不超过 corridor_width_m 的线沿较长的一侧计一次；"
            "没有岸别的线各计各的。",
            "Lines of a left and a right bank that share a name and lie no farther apart than "
            "corridor_width_m count once, along the longer; lines that name no bank count each.",
        ),
        Text(
            "岸别为 both 的线默认计一次；count_both_banks 打开时计两次。",
            "A line whose bank is “both” counts once, and twice when count_both_banks is on.",
        ),
        Text(
            "规划未建的线不计；未注明是否建成的线计入，并单列其长度。",
            "Planned lines do not count; lines that do not say whether they are built count, and their "
            "length stands beside.",
        ),
        Text(
            "只计行政区范围内的部分；不在任何区内的部分只计入全市。",
            "Only what lies inside the boundary counts; what lies in no district counts for the city alone.",
        ),
    ),
)
