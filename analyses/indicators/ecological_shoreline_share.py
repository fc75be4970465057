"""Share of river and lake banks that are ecological, both banks counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

from analyses.areas import district_sums
from analyses.attributes import text, truth
from analyses.indicator import EvidenceClass, Indicator, Parameter
from analyses.lines_once import KM, line_pieces
from analyses.quantities import Beside, Measure, Quantity, Unit
from geo.lines import paths_once
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from layers.study import Study

LAKES = ("lake", "reservoir")

ECOLOGICAL = Parameter(
    "ecological_revetments",
    "natural,planted,gabion,porous",
    Text("计为生态岸线的护岸形式（逗号分隔）", "revetments that are ecological (comma separated)"),
    source="after the eco-garden-city rate: build and material of the bank fit ecology",
    doubt=Text(
        "石笼、多孔护岸是否算生态没有公开规定，此处计入",
        "no public text says whether gabions and porous revetments are ecological; here they are",
    ),
)
CULVERTS_COUNT = Parameter(
    "culverts_count",
    default=True,
    about=Text("暗渠计入分母（非生态岸线）", "culverts count as banks that are not ecological"),
    source="proposed: the plans ask for daylighting",
    doubt=Text("没有标准规定暗渠是否计入", "no standard says whether culverts count"),
    choices=(True, False),
)
BANK_TOLERANCE = Parameter(
    "bank_tolerance_m",
    0.5,
    Text("同侧岸线视为重复的最大间距", "how far apart two drawings of one bank may lie"),
    unit="m",
    source="proposed",
    doubt=Text("建议值；只在同名同侧岸线之间去重", "proposed; applied within one name and side alone"),
    minimum=0,
    maximum=10,
)


def measure(study: Study) -> Measure:
    """Measure ecological bank length over all bank length inside the city.

    Both banks count. Ecological are the revetments of ``ecological_revetments``: natural, planted, gabion
    and porous unless said otherwise. Any other known revetment does not count, nor do culverts, which stay in
    the whole unless ``culverts_count`` is off. Exempt banks (water lanes, wharves, historic parks) are in
    neither. Banks of unknown revetment stay in the whole, so the share is a lower bound.
    """
    pieces = _classed(study)
    counted = pieces[pieces["class"].isin(_in_whole(study))]
    city, by_district = _share(study, counted)
    water = text(counted, "water_type")
    beside = [
        Beside("rivers", Text("河流", "rivers"), *_share(study, counted[water == "river"])),
        Beside("lakes", Text("湖库", "lakes and reservoirs"), *_share(study, counted[water.isin(LAKES)])),
    ]
    for one in INDICATOR.classes:
        chosen = pieces[pieces["class"] == one.id]
        beside.append(Beside(one.id, one.title, *_length(study, chosen)))
    return Measure(city, by_district, pieces, tuple(beside), _notes(pieces))


def _in_whole(study: Study) -> tuple[str, ...]:
    return ("ecological", "hard", "review", *(("culvert",) if CULVERTS_COUNT.of(study) else ()))


def _classed(study: Study) -> gpd.GeoDataFrame:
    """Class the banks, each once, and cut them to the city and the districts."""
    banks = study.frame(LayerKind.SHORELINES)
    kind = text(banks, "revetment")
    named = np.select(
        [
            truth(banks, "exempt").fillna(value=False).to_numpy(dtype=bool),
            (kind == "").to_numpy(),
            (kind == "culvert").to_numpy(),
            kind.isin([name.strip() for name in str(ECOLOGICAL.of(study)).split(",")]).to_numpy(),
        ],
        ["exempt", "review", "culvert", "ecological"],
        "hard",
    )
    banks = banks.assign(**{"class": named})
    tolerance = BANK_TOLERANCE.number(study)
    group = text(banks, "name") + "\x00" + text(banks, "side")
    shapes = banks.geometry.to_numpy().copy()
    for name in sorted(set(group)):
        rows = np.flatnonzero((group == name).to_numpy())
        keys = banks["id"].iloc[rows].tolist()
        shapes[rows] = paths_once(shapes[rows], tolerance, 6 * tolerance + 1.0, keys=keys).kept
    once = banks.set_geometry(gpd.GeoSeries(shapes, index=banks.index, crs=study.crs))
    return line_pieces(study, once[~once.geometry.is_empty])


def _share(study: Study, counted: pd.DataFrame) -> tuple[Quantity, dict[str, Quantity]]:
    good = counted[counted["class"] == "ecological"]
    part, whole = district_sums(study, good, "length_m"), district_sums(study, counted, "length_m")
    city = _ratio(float(good["length_m"].sum()), float(counted["length_m"].sum()))
    return city, {key: _ratio(part[key], whole[key]) for key in whole}


def _ratio(part_m: float, whole_m: float) -> Quantity:
    return Quantity(part_m / KM, whole_m / KM, Unit.RATIO, Unit.KM, Unit.KM)


def _length(study: Study, pieces: pd.DataFrame) -> tuple[Quantity, dict[str, Quantity]]:
    sums = district_sums(study, pieces, "length_m")
    city = Quantity(float(pieces["length_m"].sum()) / KM, None, Unit.KM)
    return city, {key: Quantity(value / KM, None, Unit.KM) for key, value in sums.items()}


def _notes(pieces: pd.DataFrame) -> tuple[Text, ...]:
    unknown = pieces.loc[pieces["class"] == "review", "id"].nunique()
    if not unknown:
        return ()
    return (
        Text(
            f"{unknown} 段岸线护岸形式不明，计入分母，比例为下限：请补 revetment 字段",
            f"the revetment of {unknown} banks is unknown; they stay in the whole, so the share is a lower "
            "bound: fill the field revetment",
        ),
    )


INDICATOR = Indicator(
    id="ecological_shoreline_share",
    title=Text("河湖生态岸线比例", "River and lake ecological shoreline share"),
    system="greenways",
    unit=Unit.RATIO,
    needs=(LayerKind.SHORELINES,),
    measure=measure,
    formula=Text(
        "生态岸线长度 ÷ 岸线总长度（两岸均计，可不计入的岸段除外）",
        "length of ecological banks ÷ length of all banks (both banks; exempt ones left out)",
    ),
    basis=Text(
        "深圳口径未见公开；参照国家生态园林城市“水体岸线自然化率”",
        "Shenzhen's own definition was not found; after the eco-garden-city rate of naturalised banks",
    ),
    parameters=(ECOLOGICAL, CULVERTS_COUNT, BANK_TOLERANCE),
    classes=(
        EvidenceClass("ecological", Text("生态岸线", "ecological bank"), "good"),
        EvidenceClass("hard", Text("硬质岸线", "hard bank"), "bad"),
        EvidenceClass("culvert", Text("暗渠", "culvert"), "bad"),
        EvidenceClass("review", Text("护岸形式不明", "revetment unknown"), "review"),
        EvidenceClass("exempt", Text("可不计入", "exempt"), "context"),
    ),
    about=Text(
        "按护岸形式判断是否生态；岸坡形态和滨水绿带没有核对。",
        "Whether a bank is ecological goes by its revetment; the form of the bank and the green beside the "
        "water are not checked.",
    ),
    edge_cases=(
        Text(
            "两岸都计；同名同侧重复绘制的岸线只计一次。",
            "Both banks count; a bank drawn twice under one name and side counts once.",
        ),
        Text(
            "暗渠默认计入分母（非生态岸线）；culverts_count 关闭时不计。",
            "Culverts stay in the whole as banks that are not ecological, unless culverts_count is off.",
        ),
        Text(
            "护岸形式不明的岸段计入分母，比例因此是下限；注明可不计入的岸段两边都不计。",
            "Banks of unknown revetment stay in the whole, so the share is a lower bound; exempt banks are "
            "in neither.",
        ),
        Text(
            "只针对河流的目标用并列的“河流”值；未注明水体类型的岸段只在合计中。",
            "A target for rivers alone goes by the value for rivers beside; banks that name no water body "
            "are in the total alone.",
        ),
    ),
)
