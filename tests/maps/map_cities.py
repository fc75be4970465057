# ruff: noqa: E501 - rows of sample data stay on their line
"""Reports for the map's tests: a small square one, and one with shapes like a real city's to look at."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
import square_city
from affine import Affine
from pyproj import CRS
from shapely import LineString, Point, Polygon, box
from shapely.affinity import translate
from shapely.ops import polygonize

from analyses.indicator import EvidenceClass, Indicator, Parameter
from analyses.quantities import Beside, Measure, Quantity, Unit
from analyses.report import Provenance, Report, Result, Status
from analyses.target import Target
from geo.raster import Grid, Surface
from layers.findings import Finding, Severity
from layers.kinds import LayerKind
from layers.study import Layer, Source, Study
from layers.text import Text

EPSG = CRS.from_epsg(4547)
WALK = (
    EvidenceClass("covered", Text("300 米内可达公园的居住用地", "homes within 300 m of a park"), "good"),
    EvidenceClass("uncovered", Text("300 米内不可达的居住用地", "homes further than 300 m"), "bad"),
    EvidenceClass("unknown", Text("路网缺失，待核查", "no streets known, to be checked"), "review"),
)
RED = (
    EvidenceClass("inside", Text("红线内", "inside the red line"), "good"),
    EvidenceClass("encroaching", Text("红线内建设用地（待核查）", "construction inside (review)"), "review"),
)


def indicator(name: str, title: Text, system: Any, unit: Unit = Unit.RATIO, **more: Any) -> Indicator:
    more.setdefault("formula", Text("达标面积 ÷ 总面积", "area that meets it ÷ whole area"))
    more.setdefault("basis", Text("示例规划 第 3 条", "sample plan, clause 3"))
    more.setdefault("needs", ())
    return Indicator(name, title, system, unit, measure=lambda _study: None, **more)


def target(of: str, value: float | None, comparison: Any = ">=", **more: Any) -> Target:
    facts: dict[str, Any] = {
        "id": f"t-{of}",
        "plan": "sample-plan",
        "indicator": of,
        "title": Text("2025 年目标", "target for 2025"),
        "comparison": comparison,
        "value": value,
        "unit": "ratio",
        "year": 2025,
        "geography": "demo",
        "binding": "binding",
        "clause": "第 3 条",
        "source": "示例规划（2020–2025）",
        "note": Text("", ""),
    }
    return Target(**(facts | more))


def result(of: Indicator, quantity: Quantity | None, status: Status, **more: Any) -> Result:
    more.setdefault("district", None)
    reason = more.pop("reason", Text("与目标比较得出", "compared with the target"))
    return Result(of.id, of.title, more.pop("district"), quantity, status, reason, **more)


def report_of(
    study: Study, measured: list[tuple[Indicator, Measure | None, list[Result]]], **more: Any
) -> Report:
    inputs = {str(kind): layer.source for kind, layer in study.layers.items()}
    return Report(
        study=study,
        results=tuple(one for _, _, results in measured for one in results),
        findings=more.pop("findings", ()),
        provenance=Provenance(inputs, "0" * 64, {"shanhai": "0.1.0", "shapely": "2.2"}, {}, ("sample-plan",)),
        indicators={one.id: one for one, _, _ in measured},
        measures={one.id: measure for one, measure, _ in measured if measure is not None},
        run_id=more.pop("run_id", "r-3f9a2c71"),
    )


def empty_evidence() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"id": [], "class": []}, geometry=[], crs=EPSG)


def square_report(**study_changes: Any) -> Report:
    """Two districts, three indicators: met, missed, without data."""
    parks = square_city.layer(
        LayerKind.PARKS, [square_city.square(200, 200, 300)], name=["西区公园"], area_m2=[90_000.0]
    )
    study = replace(square_city.square_study(parks), **study_changes)
    homes = square_city.frame(
        [square_city.square(600, 600, 200), square_city.square(2600, 600, 200)],
        **{"class": ["covered", "uncovered"], "name": ["一号地块", "二号地块"], "district": ["W", "E"]},
        area_m2=[40_000.0, 40_000.0],
    )
    walk = indicator(
        "park_walk_coverage",
        Text("公园步行 5 分钟覆盖率", "park 5-minute walk coverage"),
        "parks",
        classes=WALK,
        needs=(LayerKind.PARKS, LayerKind.STREETS),
        parameters=(
            Parameter(
                "walk_distance_m",
                300.0,
                Text("步行距离", "walking distance"),
                "m",
                "示例",
                Text("推荐值", "recalled"),
            ),
        ),
    )
    share = Quantity(40_000.0, 80_000.0, Unit.RATIO, Unit.M2, Unit.M2)
    by = {"W": Quantity(40_000.0, 40_000.0, Unit.RATIO), "E": Quantity(0.0, 40_000.0, Unit.RATIO)}
    red = indicator("red_line_share", Text("生态保护红线占比", "red line share"), "red_line")
    red_share = Quantity(4e6, 16e6, Unit.RATIO, Unit.M2, Unit.M2)
    red_by = {"W": Quantity(4e6, 8e6, Unit.RATIO), "E": Quantity(0.0, 0.0, Unit.RATIO)}
    sponge = indicator("sponge_area_share", Text("海绵城市达标面积占比", "sponge area share"), "sponge")
    return report_of(
        study,
        [
            (
                red,
                Measure(red_share, red_by, empty_evidence()),
                [result(red, red_share, Status.MET, target=target(red.id, 0.2))],
            ),
            (
                walk,
                Measure(share, by, homes),
                [result(walk, share, Status.MISSED, target=target(walk.id, 0.75), gap=-0.25)],
            ),
            (
                sponge,
                None,
                [
                    result(
                        sponge,
                        None,
                        Status.NO_DATA,
                        reason=Text("缺少排水分区图层", "drainage units are missing"),
                        target=target(sponge.id, 0.6),
                    )
                ],
            ),
        ],
        findings=(
            Finding(
                Severity.WARNING,
                "geometry.invalid",
                Text("公园 0 自相交，已修复", "park 0 repaired"),
                "parks",
                "0",
                (114.0, 22.59),
            ),
        ),
    )


def wiggle(
    a: tuple[float, float], b: tuple[float, float], rng: np.random.Generator, rough: float, depth: int
) -> list:
    """A line between two points, bent at ever finer scales."""
    points = [np.array(a), np.array(b)]
    for _ in range(depth):
        longer = [points[0]]
        for one, two in itertools.pairwise(points):
            along = two - one
            bend = np.array([-along[1], along[0]]) * rng.normal(0, rough)
            longer += [(one + two) / 2 + bend, two]
        points = longer
    return [tuple(point) for point in points]


def blob(
    x: float, y: float, radius: float, rng: np.random.Generator, points: int = 40, rough: float = 0.18
) -> Polygon:
    angles = np.linspace(0, 2 * np.pi, points, endpoint=False)
    waves = sum(rng.normal(0, rough / k) * np.cos(k * angles + rng.uniform(0, 6.3)) for k in (2, 3, 5, 7))
    radii = radius * (1 + waves)
    return shapely.make_valid(
        Polygon(np.column_stack((x + radii * np.cos(angles), y + radii * np.sin(angles))))
    ).buffer(0)


NAMES = [
    ("光明区", "Guangming"),
    ("宝安区", "Bao'an"),
    ("龙华区", "Longhua"),
    ("南山区", "Nanshan"),
    ("福田区", "Futian"),
    ("罗湖区", "Luohu"),
    ("盐田区", "Yantian"),
    ("龙岗区", "Longgang"),
    ("坪山区", "Pingshan"),
    ("大鹏新区", "Dapeng"),
]
CENTRES = [(9, 21), (4, 14), (15, 15), (7, 6), (14, 6), (20, 7), (27, 9), (25, 17), (33, 15), (39, 6)]
ORIGIN = (480_000.0, 2_490_000.0)


def organic_ground(rng: np.random.Generator) -> tuple[Polygon, list[Any]]:
    """Land with a ragged coast, cut into ten districts along ragged lines."""
    corners = [
        (0, 13),
        (4, 22),
        (9, 26),
        (14, 22),
        (22, 23),
        (30, 21),
        (37, 19),
        (43, 9),
        (44, 2),
        (38, 0),
        (34, 5),
        (27, 4),
        (20, 2),
        (12, 1),
        (5, 0),
        (1, 6),
    ]
    coast: list[tuple[float, float]] = []
    for a, b in zip(corners, [*corners[1:], corners[0]], strict=True):
        coast += wiggle(a, b, rng, 0.09, 6)[:-1]
    land = shapely.make_valid(Polygon(coast)).buffer(0)
    land = max(shapely.get_parts(land), key=lambda part: part.area)
    cells = shapely.voronoi_polygons(
        shapely.multipoints(np.array(CENTRES)), extend_to=land.buffer(20), only_edges=True
    )
    lines = []
    for part in shapely.get_parts(shapely.get_parts(cells)):
        a, b = sorted([part.coords[0], part.coords[-1]])
        lines.append(LineString(wiggle(a, b, rng, 0.07, 6)))
    noded = shapely.union_all([*lines, land.exterior])
    pieces = [piece for piece in polygonize(noded) if land.contains(piece.representative_point())]
    groups: dict[int, list[Polygon]] = {}
    for piece in pieces:
        near = min(range(len(CENTRES)), key=lambda at: piece.centroid.distance(Point(CENTRES[at])))
        groups.setdefault(near, []).append(piece)
    districts = [shapely.union_all(groups[at]) for at in range(len(CENTRES))]
    return place(shapely.union_all(districts)), [place(shape) for shape in districts]


def place(shape: Any) -> Any:
    """From the sketch's kilometres to the study's metres."""
    return shapely.transform(shape, lambda points: points * 1000.0 + np.array(ORIGIN))


def layer(
    kind: LayerKind, shapes: list[Any], as_of: dt.date | None = None, proxy: bool = False, **columns: Any
) -> Layer:
    columns.setdefault("id", [f"{kind}-{at}" for at in range(len(shapes))])
    frame = gpd.GeoDataFrame(columns, geometry=shapes, crs=EPSG)
    return Layer(kind, frame, Source(f"layers/{kind}.gpkg", attribution="示例数据"), as_of=as_of, proxy=proxy)


def plots(districts: list[Any], rng: np.random.Generator, many: int) -> gpd.GeoDataFrame:
    """Residential blocks in clusters, turned at random."""
    rows: dict[str, list[Any]] = {
        "id": [],
        "class": [],
        "name": [],
        "area_m2": [],
        "district": [],
        "residents": [],
    }
    shapes = []
    for at, district in enumerate(districts):
        west, south, east, north = district.bounds
        share = (0.92, 0.6, 0.55, 0.8, 0.95, 0.88, 0.9, 0.66, 0.72, 0.97)[at]
        towns = [(rng.uniform(west, east), rng.uniform(south, north)) for _ in range(5)]
        while len(rows["id"]) < (at + 1) * many:
            x, y = towns[rng.integers(5)] + rng.normal(0, 900, 2)
            w, d = rng.uniform(50, 170, 2)
            block = shapely.affinity.rotate(box(x, y, x + w, y + d), rng.uniform(-15, 15))
            if not district.contains(block):
                towns.append((rng.uniform(west, east), rng.uniform(south, north)))
                towns.pop(0) if rng.random() < 0.3 else towns.pop()
                continue
            good = rng.random() < share
            rows["id"].append(f"R{len(rows['id']):05d}")
            rows["class"].append("covered" if good else ("unknown" if rng.random() < 0.12 else "uncovered"))
            rows["name"].append(f"{NAMES[at][0]}居住地块 {len(rows['id'])}")
            rows["area_m2"].append(block.area)
            rows["district"].append(f"D{at}")
            rows["residents"].append(float(rng.integers(80, 900)))
            shapes.append(block)
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=EPSG)


def organic_study(rng: np.random.Generator) -> Study:
    land, shapes = organic_ground(rng)
    inner = land.buffer(-400)

    def inside(points: int, margin: float = 0) -> list[tuple[float, float]]:
        west, south, east, north = land.bounds
        found: list[tuple[float, float]] = []
        area = land.buffer(-margin)
        while len(found) < points:
            x, y = rng.uniform(west, east), rng.uniform(south, north)
            if area.contains(Point(x, y)):
                found.append((x, y))
        return found

    parks = [blob(x, y, rng.lognormal(5.4, 0.55), rng).intersection(inner) for x, y in inside(180, 500)]
    hills = [blob(x, y, rng.uniform(1500, 3200), rng, 90).intersection(land) for x, y in inside(9, 1500)]
    red = [shape for shape in shapely.get_parts(shapely.union_all(hills)) if shape.area > 1e5]
    earlier = [shapely.union_all([one, translate(one, 250, -300)]).intersection(land) for one in red]
    ways = []
    for _ in range(16):
        a, b = inside(2)
        way = shapely.line_merge(LineString(wiggle(a, b, rng, 0.12, 5)).intersection(land))
        ways += [part for part in shapely.get_parts(way) if part.geom_type == "LineString"]
    lakes = [blob(x, y, rng.uniform(300, 900), rng, 60).intersection(inner) for x, y in inside(7, 2000)]
    frame = gpd.GeoDataFrame(
        {
            "id": [f"D{at}" for at in range(10)],
            "name_zh": [zh for zh, _ in NAMES],
            "name_en": [en for _, en in NAMES],
            "residents": [float(v) for v in rng.integers(200_000, 4_000_000, 10)],
        },
        geometry=shapes,
        crs=EPSG,
    )
    day = dt.date(2025, 12, 31)
    given = [
        layer(
            LayerKind.PARKS,
            parks,
            day,
            name=[f"{'东西南北中'[at % 5]}{'湖山江海林'[at // 5 % 5]}公园{at}" for at in range(180)],
        ),
        layer(LayerKind.RED_LINE, red, day, name=[f"红线 {at}" for at in range(len(red))]),
        layer(LayerKind.RED_LINE_BASELINE, earlier, dt.date(2018, 12, 31)),
        layer(LayerKind.CONTROL_LINE, [shapely.union_all(hills).buffer(350).intersection(land)], day),
        layer(LayerKind.GREENWAYS, ways, day, proxy=True, name=[f"绿道 {at}" for at in range(len(ways))]),
        layer(LayerKind.WATER, lakes, day, name=[f"水库 {at}" for at in range(7)]),
        layer(
            LayerKind.SOURCE_ZONES,
            [lakes[0].buffer(150), lakes[1].buffer(700)],
            day,
            zone_class=["first_class", "second_class"],
        ),
    ]
    cells = rng.random((120, 200)).cumsum(axis=1) % 7 * 1000
    grid = Grid(EPSG, Affine(220, 0, ORIGIN[0], 0, -220, ORIGIN[1] + 26_500), cells.shape)
    masked = np.ma.MaskedArray(cells, mask=rng.random(cells.shape) < 0.02)
    return Study(
        id="demo",
        name=Text("山海示范市（合成）", "Shanhai Demo City (synthetic)"),
        crs=EPSG,
        boundary=land,
        land=land,
        districts=frame,
        layers={one.kind: one for one in given},
        surfaces={LayerKind.POPULATION_GRID: Surface(grid, masked, "人/格")},
        synthetic=True,
        as_of=day,
        residents=float(frame["residents"].sum()),
    )


def organic_report(many: int = 250, seed: int = 7) -> Report:
    """A city of ten districts with every status, several systems, findings and two dates of the red line."""
    rng = np.random.default_rng(seed)
    study = organic_study(rng)
    homes = plots(list(study.districts.geometry), rng, many)
    measured: list[tuple[Indicator, Measure | None, list[Result]]] = [
        walk_result(study, homes),
        red_line_result(study, rng),
        *plain_results(study, rng),
    ]
    findings = tuple(
        Finding(
            severity,
            code,
            Text(f"图层“公园”要素 {at}：{zh}", f"layer parks, feature {at}: {en}"),
            "parks",
            str(at),
            (113.88 + 0.03 * at, 22.55 + 0.012 * (at % 5)) if at < 9 else None,
        )
        for at, (severity, code, zh, en) in enumerate(
            [
                (Severity.ERROR, "geometry.empty", "没有图形，已略去", "has no shape and was left out"),
                (
                    Severity.WARNING,
                    "geometry.invalid",
                    "边界自相交，已修复，面积变化 12 m²",
                    "was repaired, area changed by 12 m²",
                ),
                (
                    Severity.INFO,
                    "park.no_entrance",
                    "未给出入口，由路网推断",
                    "has no entrance; inferred from streets",
                ),
            ]
            * 4
        )
    )
    return report_of(study, measured, findings=findings)


def walk_result(study: Study, homes: gpd.GeoDataFrame) -> tuple[Indicator, Measure, list[Result]]:
    walk = indicator(
        "park_walk_coverage",
        Text("公园步行 5 分钟覆盖率", "Park 5-minute walk coverage"),
        "parks",
        formula=Text(
            "步行路网 300 m 内可到达 ≥ 400 m² 公园或广场入口的居住用地面积 ÷ 居住用地总面积",
            "Residential land from which an entrance of a park of at least 400 m² is within 300 m on the walking network ÷ all residential land",
        ),
        basis=Text(
            "《深圳率先打造美丽中国典范规划纲要（2020–2035）》", "Shenzhen Beautiful China plan 2020-2035"
        ),
        about=Text("沿路网计算，不用直线缓冲。", "Along the network, not by straight buffers."),
        classes=WALK,
        needs=(LayerKind.PARKS, LayerKind.STREETS, LayerKind.RESIDENTIAL),
        uses=(LayerKind.PARK_ENTRANCES,),
        parameters=(
            Parameter(
                "walk_distance_m", 300.0, Text("步行距离", "walking distance"), "m", "规划纲要指标解释"
            ),
            Parameter(
                "access_m",
                100.0,
                Text("接入距离", "access distance"),
                "m",
                "",
                Text("取自服务区常用裁剪值", "the usual trim of service areas"),
            ),
            Parameter("min_park_m2", 400.0, Text("公园最小面积", "smallest park"), "m²", "GB 55014"),
        ),
    )
    area = homes.geometry.area
    covered = area.where(homes["class"] == "covered", 0.0)
    by = {
        district: Quantity(float(covered[rows].sum()), float(area[rows].sum()), Unit.RATIO, Unit.M2, Unit.M2)
        for district, rows in homes.groupby("district").groups.items()
    }
    city = Quantity(float(covered.sum()), float(area.sum()), Unit.RATIO, Unit.M2, Unit.M2)
    beside = (
        Beside("walk_400", Text("步行 400 m", "walking 400 m"), Quantity(0.87, 1.0, Unit.RATIO)),
        Beside(
            "straight_300",
            Text("直线 300 m（仅供比较）", "straight 300 m (to compare)"),
            Quantity(0.94, 1.0, Unit.RATIO),
        ),
        Beside(
            "people", Text("按人口", "by residents"), None, reason=Text("缺少人口图层", "no population layer")
        ),
    )
    notes = (
        Text("公园边界外 5 km 内的公园也计入服务。", "Parks within 5 km outside the boundary serve too."),
    )
    measure = Measure(city, by, homes, beside, notes)
    results = [
        result(
            walk,
            city,
            Status.MET,
            target=target("walk", 0.75),
            gap=city.value - 0.75,
            reason=Text("78.34 % ≥ 75.00 %", "78.34 % ≥ 75.00 %"),
        ),
        result(
            walk,
            city,
            Status.MISSED,
            target=target(
                "walk-2035", 0.9, year=2035, title=Text("2035 年目标", "target for 2035"), binding="expected"
            ),
            gap=city.value - 0.9,
            reason=Text("低于 2035 年目标 90.00 %", "short of 90.00 % for 2035"),
            proxy_layers=("greenways",),
        ),
    ]
    return walk, measure, results


def red_line_result(study: Study, rng: np.random.Generator) -> tuple[Indicator, Measure, list[Result]]:
    red = indicator(
        "red_line_share",
        Text("生态保护红线占陆域面积比", "Red line share of land"),
        "red_line",
        classes=RED,
        needs=(LayerKind.RED_LINE, LayerKind.LAND),
    )
    inside = study.frame(LayerKind.RED_LINE)
    shapes, kinds = list(inside.geometry), ["inside"] * len(inside)
    for _ in range(60):
        hill = shapes[rng.integers(len(inside))]
        west, south, east, north = hill.bounds
        plot = box(0, 0, *rng.uniform(40, 160, 2))
        plot = translate(plot, rng.uniform(west, east), rng.uniform(south, north))
        if hill.contains(plot):
            shapes.append(plot)
            kinds.append("encroaching")
    evidence = gpd.GeoDataFrame(
        {"id": [str(at) for at in range(len(shapes))], "class": kinds}, geometry=shapes, crs=EPSG
    )
    union = shapely.union_all(np.asarray(inside.geometry.array))
    by = {
        row.id: Quantity(
            row.geometry.intersection(union).area / 1e6,
            row.geometry.area / 1e6,
            Unit.RATIO,
            Unit.KM2,
            Unit.KM2,
        )
        for row in study.districts.itertuples()
    }
    city = Quantity(
        sum(q.part for q in by.values()),
        sum(q.whole or 0 for q in by.values()),
        Unit.RATIO,
        Unit.KM2,
        Unit.KM2,
    )
    return (
        red,
        Measure(city, by, evidence),
        [
            result(
                red, city, Status.MET, target=target("red", 0.2), reason=Text("高于目标", "above the target")
            )
        ],
    )


def plain_results(
    study: Study, rng: np.random.Generator
) -> list[tuple[Indicator, Measure | None, list[Result]]]:
    rows = [
        ("red_line_encroachment", Text("生态保护红线内建设用地面积", "Construction inside the red line"), "red_line", Unit.KM2, 1.84, Status.MISSED, ("<=", 0.0)),
        ("control_line_share", Text("基本生态控制线占陆域比例", "Control line share of land"), "control_line", Unit.RATIO, 0.4963, Status.MISSED, (">=", 0.5)),
        ("source_zone_violations", Text("水源保护区内违规排口", "Outfalls inside source zones"), "source_zones", Unit.COUNT, 3.0, Status.MISSED, ("<=", 0.0)),
        ("greenway_density", Text("绿道密度", "Greenway density"), "greenways", Unit.KM_PER_KM2, 1.32, Status.MET, (">=", 1.2)),
        ("greenway_length", Text("绿道长度", "Greenway length"), "greenways", Unit.KM, 1129.4, Status.NO_TARGET, None),
        ("park_area_per_capita", Text("人均公园绿地面积", "Park area per person"), "parks", Unit.M2_PER_PERSON, 12.44, Status.NO_TARGET, None),
        ("sponge_area_share", Text("海绵城市达标面积占建成区比例", "Sponge area share of built-up area"), "sponge", Unit.RATIO, None, Status.NO_DATA, (">=", 0.6)),
        ("habitat_quality", Text("生境质量指数", "Habitat quality"), "structure", Unit.INDEX, 0.71, Status.NO_TARGET, None),
        ("forest_cover", Text("森林覆盖率", "Forest cover"), "structure", Unit.RATIO, None, Status.NO_DATA, (">=", 0.398)),
    ]  # fmt: skip
    out: list[tuple[Indicator, Measure | None, list[Result]]] = []
    for name, title, system, unit, value, status, goal in rows:
        one = indicator(
            name,
            title,
            system,
            unit,
            higher_is_better=goal is None or goal[0] == ">=",
            needs=(LayerKind.FOREST,) if value is None else (),
        )
        aim = target(name, goal[1], goal[0], unit=str(unit)) if goal else None
        if value is None:
            out.append(
                (
                    one,
                    None,
                    [
                        result(
                            one,
                            None,
                            status,
                            target=aim,
                            reason=Text(
                                "缺少图层，无法计算；请提供后重新运行",
                                "a layer is missing; give it and run again",
                            ),
                        )
                    ],
                )
            )
            continue
        whole = 100.0 if unit in {Unit.RATIO, Unit.KM_PER_KM2, Unit.M2_PER_PERSON} else None
        city = Quantity(value * (whole or 1), whole, unit)
        by = {
            row.id: Quantity(value * (whole or 0.1) * float(rng.uniform(0.6, 1.4)), whole, unit)
            for row in study.districts.itertuples()
        }
        if name == "park_area_per_capita":
            by["D9"] = Quantity(0.0, 0.0, unit)
        reason = (
            Text("与目标比较得出", "compared with the target")
            if goal
            else Text("规划未设目标", "no plan sets a target")
        )
        out.append(
            (one, Measure(city, by, empty_evidence()), [result(one, city, status, target=aim, reason=reason)])
        )
    return out
