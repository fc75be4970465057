"""Built-up land within 500 m of a rail station in a straight line; what is left are the blind spots."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from analyses.areas import area_quantity, layer_pieces
from analyses.attributes import text
from analyses.indicator import EvidenceClass, Indicator, NotMeasurableError, Parameter
from analyses.parameters import ACCESS_DISTANCE, RESIDENTIAL_CODES
from analyses.parks import circles_said, coverage, residential_pieces, split_by_service, split_by_walk
from analyses.quantities import Beside, Measure, Quantity, Unit
from analyses.walking import NODING, walk_network
from geo.network import Seeds, nearest_position
from geo.reach import reach
from layers.catalogue import finding
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from layers.findings import Finding
    from layers.study import Study

SEGMENTS = 64
"""Segments per quarter circle; a polygon of them loses 0.01 % of the circle's area."""
MORE = 1.001
"""A polygon so much wider than a circle holds all of it."""

RADIUS = Parameter(
    "rail_radius_m",
    500.0,
    Text("轨道站点覆盖半径", "radius around rail stations"),
    unit="m",
    source="Shenzhen action plan 2020-2025 cl. 50: radius of 500 m",
    minimum=1,
    maximum=20_000,
)
RADIUS_BESIDE = Parameter(
    "rail_radius_beside_m",
    800.0,
    Text("并列给出的覆盖半径", "wider radius reported beside"),
    unit="m",
    source="city check-ups with 800 m (third-party indicator catalogues)",
    doubt=Text("据第三方指标目录，原文未核实", "after third-party catalogues; no official text was verified"),
    minimum=1,
    maximum=20_000,
)
STATION_YEAR = Parameter(
    "rail_station_year",
    0.0,
    Text(
        "计入该年及以前开通的站点（0 为数据截止年）", "stations open by this year count (0: the as-of year)"
    ),
    source="the plan's words: stations, new ones included",
    doubt=Text("“含新建”按开通年份不晚于目标年理解", "new stations are those open by the target's year"),
    minimum=0,
    maximum=2200,
)


def measure(study: Study) -> Measure:
    """Measure built-up area inside the union of circles around stations over all built-up area.

    Where no built-up layer is given, residential land takes its place. Stations just outside the boundary
    serve; those that open after the year asked for do not, those without a year do and are reported. A
    wider radius, the walk along streets and the residents served stand beside.

    Formula: area within the radius ÷ area.

    Raises
    ------
    NotMeasurableError
        When no station is open by the year.
    """
    stations, notes, faults = _open_stations(study)
    points = _points(stations)
    ground, named = _ground(study)
    radius, wider = RADIUS.number(study), RADIUS_BESIDE.number(study)
    split = split_by_service(study, ground, _circles(points, radius))
    city, by_district = coverage(study, ground, split)
    blind = split[split["class"] == "uncovered"]
    far = split_by_service(study, ground, _circles(points, wider), covered_only=True)
    beside = [
        Beside("blind_spots", Text("盲区面积", "blind spots"), *area_quantity(study, blind)),
        Beside("wider", Text(f"半径 {wider:g} m", f"radius {wider:g} m"), *coverage(study, ground, far)),
        _on_foot(study, ground, far if wider >= radius * MORE else ground, points),
        _people(study, points),
        Beside(
            "stations", Text("计入的站点数", "stations counted"), Quantity(_count(stations), None, Unit.COUNT)
        ),
    ]
    return Measure(
        city, by_district, split, tuple(beside), (named, _kind_of_points(stations), *notes), faults
    )


def _open_stations(study: Study) -> tuple[gpd.GeoDataFrame, tuple[Text, ...], tuple[Finding, ...]]:
    """Keep the stations open by the year, and report those that do not say when they opened."""
    stations = study.frame(LayerKind.STATIONS).sort_values("id", kind="stable")
    year = pd.Series(np.nan, index=stations.index)
    if "open_year" in stations:
        numbers = pd.to_numeric(stations["open_year"]).to_numpy(dtype=float, na_value=np.nan)
        year = pd.Series(numbers, index=stations.index)
    limit = STATION_YEAR.number(study) or (study.as_of.year if study.as_of else np.inf)
    later = (year > limit).to_numpy()
    if later.all():
        raise NotMeasurableError(
            Text(
                "没有已开通的轨道站点：请检查 stations 图层的 open_year 字段与参数 rail_station_year",
                "no rail station is open: see the field open_year of layer stations and the parameter "
                "rail_station_year",
            )
        )
    notes = []
    if later.any():
        notes.append(
            Text(
                f"{int(later.sum())} 个站点晚于 {limit:.0f} 年开通，未计入",
                f"{int(later.sum())} stations open after {limit:.0f} and are not counted",
            )
        )
    return (
        stations[~later],
        tuple(notes),
        _undated(stations[year.isna().to_numpy()], every=bool(year.isna().all())),
    )


def _undated(stations: gpd.GeoDataFrame, *, every: bool) -> tuple[Finding, ...]:
    if every and len(stations):
        message = Text(
            "stations 图层没有开通年份，全部按已开通计入：请补 open_year 字段",
            "layer stations has no opening years, all count as open: fill the field open_year",
        )
        return (finding("station.no_year", message, layer=LayerKind.STATIONS),)
    return tuple(
        finding(
            "station.no_year",
            Text(
                f"站点 {key} 没有开通年份，按已开通计入：请补 open_year 字段",
                f"station {key} has no opening year and counts as open: fill the field open_year",
            ),
            layer=LayerKind.STATIONS,
            feature=str(key),
        )
        for key in stations["id"]
    )


def _points(stations: gpd.GeoDataFrame) -> NDArray[np.object_]:
    shapes = stations.geometry.to_numpy()
    return np.asarray(np.where(shapely.get_dimensions(shapes) == 0, shapes, shapely.centroid(shapes)), object)


def _count(stations: gpd.GeoDataFrame) -> int:
    named = text(stations, "station_id")
    return len(set(named.where(named != "", "id:" + stations["id"].astype(str))))


def _kind_of_points(stations: gpd.GeoDataFrame) -> Text:
    drawn = int((shapely.get_dimensions(stations.geometry.to_numpy()) > 0).sum())
    entrances = int((text(stations, "station_id") != "").sum())
    if drawn:
        return Text(
            f"{drawn} 个站点为面或线，取其形心；其余取所给的点",
            f"{drawn} stations are polygons or lines: their centroids are used, of the rest the points given",
        )
    if entrances:
        return Text(
            f"半径自出入口量起（{entrances} 个点注明所属站点）",
            f"the radius is taken from entrances ({entrances} points name their station)",
        )
    return Text(
        "半径自所给的站点点位量起；未注明是出入口还是站中心",
        "the radius is taken from the points given, which do not say whether they are entrances or centres",
    )


def _circles(points: NDArray[np.object_], radius_m: float) -> NDArray[np.object_]:
    return np.asarray(shapely.buffer(points, radius_m, quad_segs=SEGMENTS), object)


def _ground(study: Study) -> tuple[gpd.GeoDataFrame, Text]:
    if LayerKind.BUILT_UP in study.layers:
        return layer_pieces(study, LayerKind.BUILT_UP), _BUILT_UP
    return residential_pieces(study), _RESIDENTIAL


def _on_foot(
    study: Study, ground: gpd.GeoDataFrame, around: gpd.GeoDataFrame, points: NDArray[np.object_]
) -> Beside:
    """Measure the ground within the same distance along streets, the way to the street included.

    ``around`` is what of the ground lies near stations: no walk leads further than a straight line.
    """
    limit = RADIUS.number(study)
    title = Text(f"沿路网步行 {limit:g} m", f"walk of {limit:g} m along streets")
    if LayerKind.STREETS not in study.layers:
        reason = Text("缺步行路网图层 streets，未计算", "layer streets is missing; not computed")
        return Beside("walk", title, None, reason=reason)
    network = walk_network(study)
    start = nearest_position(network, shapely.get_parts(points), limit)
    if not len(start.edge):
        reason = Text("没有站点邻近路网，未计算", "no station lies near a street; not computed")
        return Beside("walk", title, None, reason=reason)
    near = reach(network, Seeds.at(start.edge, start.along_m, start.distance_m), limit)
    split = split_by_walk(study, around, near, limit, covered_only=True)
    return Beside("walk", title, *coverage(study, ground, split))


def _people(study: Study, points: NDArray[np.object_]) -> Beside:
    title = Text("按常住人口", "by residents")
    if LayerKind.RESIDENTIAL in study.layers:
        homes = residential_pieces(study)
        if "residents" in homes and float(homes["residents"].sum()):
            around = _circles(points, RADIUS.number(study))
            split = split_by_service(study, homes, around, covered_only=True)
            return Beside("population", title, *coverage(study, homes, split, "residents"))
    reason = Text("没有居住用地的 residents 字段，未计算", "no residents of residential land; not computed")
    return Beside("population", title, None, reason=reason)


_BUILT_UP = Text("分母为建成区", "the whole is the built-up area")
_RESIDENTIAL = Text(
    "未提供建成区图层，分母为居住用地", "no built-up layer given: the whole is residential land"
)

INDICATOR = Indicator(
    id="rail_station_coverage",
    title=Text("轨道站点500米半径覆盖率", "Rail station coverage within 500 m"),
    system="structure",
    unit=Unit.RATIO,
    needs=(LayerKind.STATIONS,),
    uses=(LayerKind.STREETS,),
    any_of=((LayerKind.BUILT_UP, LayerKind.RESIDENTIAL),),
    measure=measure,
    formula=Text(
        "站点半径并集内的建成区（缺则居住用地）面积 ÷ 其总面积；直线半径",
        "built-up area (else residential land) inside the union of circles ÷ all of it; straight lines",
    ),
    basis=Text(
        "《深圳率先打造美丽中国典范行动方案（2020—2025年）》第50条：逐步减灭500米半径覆盖盲区，未定比例",
        "Shenzhen action plan 2020-2025 cl. 50: fewer blind spots of the 500 m radius, no share is set",
    ),
    parameters=(RADIUS, RADIUS_BESIDE, STATION_YEAR, ACCESS_DISTANCE, RESIDENTIAL_CODES, NODING),
    classes=(
        EvidenceClass("uncovered", Text("覆盖盲区", "blind spot"), "bad"),
        EvidenceClass("covered", Text("半径内", "within the radius"), "good"),
    ),
    about=Text(
        "主值是覆盖率，盲区就是未覆盖的部分，其面积并列给出。行动方案只要求逐步减灭盲区，"
        "没有规定比例和分母。",
        "The value is the share covered; the blind spots are the rest, and their area stands beside. The "
        "action plan asks for fewer blind spots and sets neither a share nor a denominator.",
    ),
    edge_cases=(
        Text(
            "界外的站点服务界内；圈与圈重叠不重复计，部分覆盖按面积计。",
            "Stations outside the boundary serve inside it; circles that overlap count once, and partial "
            "cover counts by area.",
        ),
        Text(
            "开通年份晚于截止年的站点不计；没有年份的站点计入，并列为数据问题。",
            "Stations that open after the year asked for do not count; those without a year do and are "
            "reported.",
        ),
        Text(
            "面状站点取形心；给出出入口时自出入口量起，说明中写明用的是哪一种。",
            "Of stations drawn as areas the centroid is used; where entrances are given the radius starts "
            "there, and a note says which.",
        ),
        Text(
            "分母是建成区；没有建成区图层时用居住用地，并注明；"
            "居住用地中的混合用地按 residential_share（JZZB）折算。",
            "The whole is the built-up area, or residential land where no such layer is given, and a note "
            "says so; of residential land a mixed-use plot counts by its residential_share (JZZB).",
        ),
    ),
    method=(circles_said(SEGMENTS),),
)
