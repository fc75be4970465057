"""How many ventilation corridors are long, wide, open and aligned enough, by level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from analyses.areas import OUTSIDE, pieces
from analyses.attributes import text
from analyses.corridor_shape import angle_between, axis, ribbon_length, through_width
from analyses.indicator import EvidenceClass, Indicator, Parameter
from analyses.quantities import Beside, Measure, Quantity, Unit
from geo.area import area_m2, length_m
from geo.overlay import covered_parts, union_area_m2
from layers.catalogue import finding
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from layers.findings import Finding
    from layers.study import Study

_RECALLED = Text(
    "据北京等地做法转述；QX/T 437-2018 的数值未能核实",
    "recalled from practice in Beijing and elsewhere; the figures of QX/T 437-2018 could not be verified",
)
LEVELS = {"primary": Text("一级", "primary"), "secondary": Text("二级", "secondary")}


def _limit(level: str, what: str, default: float, unit: str, highest: float) -> Parameter:
    names = {
        "width_m": Text("最小宽度", "least width"),
        "length_m": Text("最小长度", "least length"),
        "angle_deg": Text("与盛行风的最大夹角", "greatest angle to the prevailing wind"),
    }
    return Parameter(
        f"corridor_{level}_{what}",
        default,
        Text(f"{LEVELS[level].zh}通风廊道{names[what].zh}", f"{names[what].en} of {level} corridors"),
        unit=unit,
        source="practice of corridor plans (recalled)",
        doubt=_RECALLED,
        minimum=0,
        maximum=highest,
    )


WIDTH = {"primary": _limit("primary", "width_m", 500.0, "m", 1e5)}
WIDTH["secondary"] = _limit("secondary", "width_m", 80.0, "m", 1e5)
LENGTH = {"primary": _limit("primary", "length_m", 5_000.0, "m", 1e6)}
LENGTH["secondary"] = _limit("secondary", "length_m", 1_000.0, "m", 1e6)
ANGLE = {"primary": _limit("primary", "angle_deg", 30.0, "°", 90)}
ANGLE["secondary"] = _limit("secondary", "angle_deg", 45.0, "°", 90)
OBSTRUCTION = Parameter(
    "corridor_obstruction_max",
    0.2,
    Text("廊道内建筑基底占比上限", "greatest share of a corridor covered by buildings"),
    source="practice of corridor plans (recalled): obstacles across 10-20 % of the width",
    doubt=Text(
        "原意为横断面阻挡比例，数值未核实；此处按基底面积占比",
        "meant of the width across and not verified; applied here to the area covered",
    ),
    minimum=0,
    maximum=1,
)
WIND = Parameter(
    "prevailing_wind_deg",
    -1.0,
    Text("盛行（软轻）风向方位角，−1 为未给出", "bearing of the prevailing light wind; -1: not given"),
    unit="°",
    source="the city's wind rose",
    doubt=Text(
        "须由本市风玫瑰给出；未给出时不核对夹角",
        "for the city's wind rose to say; while it is not given, angles are not checked",
    ),
    minimum=-1,
    maximum=360,
)


def measure(study: Study) -> Measure:
    """Count the corridors that meet the length, width, angle and obstruction limits of their level.

    Length is that of the rectangle with the corridor's area and perimeter; mean width is area over length;
    width is that of the widest way through it (a disc of that diameter can pass from end to end). Clear
    widths are the same with the buildings taken out. The bearing is that of the long side of the smallest
    rectangle around it. A corridor counts in the district that holds most of it.

    The counts of primary and secondary corridors, and of those drawn, stand beside.
    """
    corridors = _measured(study)
    wind = WIND.number(study)
    corridors["class"] = [_class(study, row, wind) for _, row in corridors.iterrows()]
    good = corridors[corridors["class"] == "meets"]
    city, by_district = _counts(study, good)
    beside = [
        Beside(level, Text(f"{title.zh}通风廊道", f"{title.en} corridors"), *_counts(study, _of(good, level)))
        for level, title in LEVELS.items()
    ]
    beside += [
        Beside(
            f"drawn_{level}",
            Text(f"图层中的{title.zh}通风廊道", f"{title.en} corridors drawn"),
            *_counts(study, _of(corridors, level)),
        )
        for level, title in LEVELS.items()
    ]
    return Measure(city, by_district, corridors, tuple(beside), _notes(study, wind), _findings(corridors))


def _measured(study: Study) -> gpd.GeoDataFrame:
    """Give each corridor that reaches the city its lengths, widths, bearing and obstruction."""
    frame = study.frame(LayerKind.VENTILATION_CORRIDORS).sort_values("id", kind="stable")
    frame = frame[shapely.intersects(frame.geometry.to_numpy(), study.boundary)].reset_index(drop=True)
    shapes = frame.geometry.to_numpy()
    size, around = area_m2(shapes, study.crs), length_m(shapes, study.crs)
    length = np.array([ribbon_length(*one) for one in zip(size, around, strict=True)])
    bearing = np.array([axis(shape)[0] for shape in shapes])
    inside = _buildings(study, shapes)
    built = np.array([union_area_m2(one, study.crs) for one in inside])
    width = np.array([through_width(shape) for shape in shapes])
    clear = np.array(
        [
            through_width(shape, one) if len(one) else least
            for shape, one, least in zip(shapes, inside, width, strict=True)
        ]
    )
    kept = [name for name in ("id", "name") if name in frame]
    return gpd.GeoDataFrame(
        {
            **{name: frame[name] for name in kept},
            "level": text(frame, "level"),
            "district": _districts(study, frame),
            "area_m2": size,
            "length_m": length,
            "width_m": width,
            "mean_width_m": size / length,
            "clear_width_m": clear,
            "mean_clear_width_m": (size - built) / length,
            "bearing_deg": bearing,
            "wind_angle_deg": _angles(bearing, WIND.number(study)),
            "obstruction": built / size,
        },
        geometry=shapes,
        crs=study.crs,
    )


def _buildings(study: Study, corridors: NDArray[Any]) -> list[NDArray[Any]]:
    """Give for each corridor what of the buildings lies inside it."""
    if LayerKind.BUILDINGS not in study.layers:
        return [np.empty(0, dtype=object) for _ in corridors]
    shapes = study.frame(LayerKind.BUILDINGS).geometry.to_numpy()
    bounds = shapely.bounds(shapes)
    shapely.prepare(corridors)
    found = []
    for corridor in corridors:
        west, south, east, north = corridor.bounds
        near = (bounds[:, 0] <= east) & (bounds[:, 2] >= west)
        rows = np.flatnonzero(near & (bounds[:, 1] <= north) & (bounds[:, 3] >= south))
        rows = rows[shapely.intersects(corridor, shapes[rows])]
        rows = rows[np.lexsort(bounds[rows].T)]
        found.append(covered_parts(shapes[rows], [corridor]))
    return found


def _angles(bearing: NDArray[np.float64], wind: float) -> list[float]:
    return [angle_between(one, wind) if wind >= 0 else float("nan") for one in bearing.tolist()]


def _districts(study: Study, frame: gpd.GeoDataFrame) -> list[str]:
    """Name the district that holds most of each corridor; of equals the first by id."""
    cut = pieces(study, frame[["id", frame.geometry.name]])
    cut = cut[cut["district"] != OUTSIDE].sort_values(["area_m2", "district"], ascending=[False, True])
    first = cut.drop_duplicates("id").set_index("id")["district"]
    return [str(first.get(key, OUTSIDE)) for key in frame["id"]]


def _class(study: Study, row: pd.Series[Any], wind: float) -> str:
    level = str(row["level"])
    if level not in LEVELS:
        return "no_level"
    slack = 1e-4  # of a width or length, so that one drawn to the limit meets it
    met = (
        row["length_m"] >= LENGTH[level].number(study) * (1 - slack),
        row["width_m"] >= WIDTH[level].number(study) * (1 - slack) - 0.1,
        row["obstruction"] <= OBSTRUCTION.number(study),
        wind < 0 or row["wind_angle_deg"] <= ANGLE[level].number(study) + slack,
    )
    return "meets" if all(met) else "fails"


def _of(corridors: gpd.GeoDataFrame, level: str) -> gpd.GeoDataFrame:
    return corridors[corridors["level"] == level]


def _counts(study: Study, corridors: pd.DataFrame) -> tuple[Quantity, dict[str, Quantity]]:
    seen = corridors["district"].value_counts()
    return Quantity(len(corridors), None, Unit.COUNT), {
        str(key): Quantity(int(seen.get(key, 0)), None, Unit.COUNT) for key in study.districts["id"]
    }


def _notes(study: Study, wind: float) -> tuple[Text, ...]:
    notes = [_FEATURES]
    if wind < 0:
        notes.insert(0, _NO_WIND)
    if LayerKind.BUILDINGS not in study.layers:
        notes.append(_NO_BUILDINGS)
    return tuple(notes)


def _findings(corridors: gpd.GeoDataFrame) -> tuple[Finding, ...]:
    return tuple(
        finding(
            "corridor.no_level",
            Text(
                f"通风廊道 {key} 没有级别，不计条数：请补 level 字段",
                f"ventilation corridor {key} has no level and is not counted: fill the field level",
            ),
            layer=LayerKind.VENTILATION_CORRIDORS,
            feature=str(key),
        )
        for key in corridors.loc[corridors["class"] == "no_level", "id"]
    )


_NO_WIND = Text(
    "未给出盛行风向（参数 prevailing_wind_deg），夹角未核对，条数只按长度、宽度与遮挡",
    "the prevailing wind is not given (parameter prevailing_wind_deg): angles are not checked; the count "
    "goes by length, width and obstruction alone",
)
_NO_BUILDINGS = Text("未提供建筑图层，未核对遮挡", "no buildings layer given: obstruction is not checked")
_FEATURES = Text(
    "每个要素按一条廊道计；一条廊道分成几段绘制时请先合并",
    "each feature counts as one corridor; join the parts of a corridor that was drawn in several",
)

INDICATOR = Indicator(
    id="ventilation_corridors",
    title=Text("通风廊道条数", "Ventilation corridors"),
    system="structure",
    unit=Unit.COUNT,
    needs=(LayerKind.VENTILATION_CORRIDORS,),
    uses=(LayerKind.BUILDINGS,),
    measure=measure,
    formula=Text(
        "长度、宽度、风向夹角与遮挡均符合其级别要求的廊道条数",
        "number of corridors that meet the length, width, angle and obstruction limits of their level",
    ),
    basis=Text(
        "《深圳率先打造美丽中国典范行动方案（2020—2025年）》第10条：探索规划5条一级、6条二级；"
        "QX/T 437-2018（数值未核实）",
        "Shenzhen action plan 2020-2025 cl. 10: explore planning 5 primary and 6 secondary; QX/T 437-2018 "
        "(its figures not verified)",
    ),
    parameters=(*WIDTH.values(), *LENGTH.values(), *ANGLE.values(), OBSTRUCTION, WIND),
    classes=(
        EvidenceClass("meets", Text("符合要求", "meets the limits"), "good"),
        EvidenceClass("fails", Text("不符合要求", "fails a limit"), "bad"),
        EvidenceClass("no_level", Text("级别不明，不计", "no level, not counted"), "review"),
    ),
    about=Text(
        "核对的是画出的廊道是否够长、够宽、够通畅，并不模拟通风效果。",
        "This checks whether the corridors drawn are long, wide and open enough; it does not model the wind.",
    ),
    edge_cases=(
        Text(
            "每个要素算一条廊道：分段绘制的须先合并，互相重叠的各算一条；没有级别的不计条数。",
            "Each feature is one corridor: join the parts of one drawn in several; corridors that overlap "
            "count each, and one without a level does not count.",
        ),
        Text(
            "没有给出盛行风向时不核对夹角，没有建筑图层时不核对遮挡，都在说明中写明。",
            "Without a prevailing wind angles are not checked, without buildings obstruction is not; notes "
            "say so.",
        ),
        Text(
            "伸出界外的廊道整条量测；跨区的廊道归面积最大的区。",
            "A corridor that reaches beyond the boundary is measured whole; one in several districts counts "
            "where most of it lies.",
        ),
    ),
)
