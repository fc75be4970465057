"""Construction: the built plots, and single works in the hills that the checks must look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.demo.settings import CRS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from layers.demo.ground import Ground

    Shapes = NDArray[np.object_]

# Works in nature: name, project type, allowed-activity code, code of use, width, depth (m), how many.
_WORKS = (
    ("护林巡查站", "巡护管理设施", "1", "1312", 36.0, 24.0, 4),
    ("气象监测站", "科研", "1", "1312", 22.0, 18.0, 3),
    ("原住居民住宅", "住宅", "2", "0703", 60.0, 45.0, 3),
    ("自然教育中心", "教育", "5", "0803", 70.0, 46.0, 2),
    ("森林公园游客中心", "旅游设施", "5", "0803", 84.0, 52.0, 2),
    ("输电铁塔", "市政公用设施", "6", "1303", 16.0, 16.0, 10),
    ("高位水池", "市政公用设施", "6", "1301", 48.0, 40.0, 3),
    ("山体生态修复工程", "生态修复", "8", "1402", 160.0, 110.0, 2),
    ("仓储厂房", "工业", None, "100101", 120.0, 76.0, 4),
    ("度假山庄", "住宅", None, "0904", 110.0, 84.0, 3),
    ("采石场堆场", "采矿", None, "1002", 190.0, 130.0, 2),
    ("停车场", "交通", None, "1208", 90.0, 60.0, 2),
)
_INDUSTRY = ("100101", "110101", "1002")


def make_construction(ground: Ground, plots: gpd.GeoDataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Give construction: plots near the control line, works inside the lines, works in source zones."""
    nature = ground.nature.at(*shapely.get_coordinates(shapely.centroid(plots.geometry.to_numpy())).T)
    edge = plots[(nature > ground.control_level - 12.0) & ~plots["code"].isin(["1401", "1403", "2301"])]
    near = gpd.GeoDataFrame(
        {
            "name": "已建地块",
            "code": edge["code"].to_numpy(),
            "activity_code": None,
            "project_type": np.where(edge["code"].isin(_INDUSTRY), "工业", "住宅"),
            "level": "地上",
        },
        geometry=edge.geometry.to_numpy(),
        crs=CRS,
    )
    frames = [near, _works(ground, rng), _beside_reservoirs(ground, rng), _underground(ground)]
    made = gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=CRS)
    made = made[shapely.intersects(ground.land, made.geometry.to_numpy())].reset_index(drop=True)
    n = len(made)
    year = 1988 + np.floor(rng.uniform(0.0, 36.0, n)).astype(int)
    made["built_year"] = pd.array(np.where(rng.uniform(size=n) < 0.06, 0, year), "Int32")
    made.loc[made["built_year"] == 0, "built_year"] = pd.NA
    permitted = rng.uniform(size=n) < 0.72
    made["permit_no"] = [
        f"合成许字{y}-{k:04d}" if has else None
        for k, (y, has) in enumerate(zip(year, permitted, strict=True))
    ]
    industry = made["code"].isin(_INDUSTRY)
    made["water_related"] = np.where(made["name"].str.contains("水池|取水|泵站"), "是", "否")
    made["discharges"] = np.where(industry & (rng.uniform(size=n) < 0.5), "是", "否")
    made["heavy_polluter"] = np.where(industry & (rng.uniform(size=n) < 0.08), "是", "否")
    unknown = rng.uniform(size=n) < 0.1
    made.loc[unknown, ["discharges", "water_related"]] = None
    return made


def _works(ground: Ground, rng: np.random.Generator) -> gpd.GeoDataFrame:
    total = sum(count for *_, count in _WORKS)
    places = _places(ground, total, rng)
    frames = []
    first = 0
    for name, kind, activity, code, width, depth, count in _WORKS:
        shapes = _turned(places[first : first + count], width, depth, rng)
        frames.append(_frame(shapes, [f"{name}{k + 1}" for k in range(count)], kind, activity, code))
        first += count
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=CRS)


def _places(ground: Ground, count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw places in the hills, half of them inside the red line."""
    x0, y0, x1, y1 = ground.land.bounds
    draw = rng.uniform(size=(count * 60, 2)) * (x1 - x0, y1 - y0) + (x0, y0)
    level = ground.nature.at(draw[:, 0], draw[:, 1])
    shapely.prepare(ground.land)
    fine = shapely.contains_xy(ground.land, draw[:, 0], draw[:, 1]) & (level > ground.control_level + 4.0)
    for water in ground.reservoirs:
        fine &= shapely.distance(water, shapely.points(draw)) > 150.0
    return np.round(draw[fine][:count], 1)


def _turned(
    places: NDArray[np.float64], width: float, depth: float, rng: np.random.Generator
) -> list[shapely.Polygon]:
    """Give rectangles turned at random."""
    made = []
    for x, y in places:
        ahead = rng.uniform(-1.0, 1.0, 2)
        ahead /= np.sqrt((ahead**2).sum())
        a, b = ahead * width / 2, np.array([-ahead[1], ahead[0]]) * depth / 2
        at = np.array([x, y])
        made.append(shapely.Polygon(np.round([at - a - b, at + a - b, at + a + b, at - a + b], 2)))
    return made


def _beside_reservoirs(ground: Ground, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Works on the shores: intakes and pumping stations, and some that have no business there."""
    frames = []
    for n, water in enumerate(ground.reservoirs):
        ring = shapely.buffer(water, 90.0).exterior
        places = shapely.get_coordinates(ring.interpolate(np.array([0.08, 0.3, 0.52, 0.74]), normalized=True))
        shapes = _turned(places, 52.0, 36.0, rng)
        frames += [
            _frame(shapes[:1], [f"{n + 1}号水库取水泵站"], "市政公用设施", "6", "1301"),
            _frame(shapes[1:2], [f"{n + 1}号水库农家乐"], "旅游设施", None, "0901"),
            _frame(shapes[2:3], [f"{n + 1}号水库旧厂房"], "工业", None, "100101"),
        ]
        wide = shapely.buffer(water, 420.0).exterior
        places = shapely.get_coordinates(wide.interpolate(np.array([0.2, 0.6]), normalized=True))
        frames.append(
            _frame(
                _turned(places, 90.0, 60.0, rng),
                [f"{n + 1}号水库养殖场", f"{n + 1}号水库加工厂"],
                "工业",
                None,
                "100101",
            )
        )
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=CRS)


def _underground(ground: Ground) -> gpd.GeoDataFrame:
    """Tunnels through the range and a sunken waterworks: their projection only."""
    place = ground.settings.place
    tunnels = [
        shapely.buffer(shapely.LineString([place(5.2, 11.9), place(7.6, 13.4), place(8.6, 15.0)]), 14.0,
                       cap_style="flat"),
        shapely.buffer(shapely.LineString([place(17.6, 11.0), place(18.0, 13.0), place(17.4, 15.0)]), 14.0,
                       cap_style="flat"),
    ]  # fmt: skip
    x, y = place(13.2, 7.2)
    works = shapely.box(x, y, x + 210.0, y + 130.0)
    shapes = [shapely.intersection(one, ground.land) for one in (*tunnels, works)]
    names = ["云山隧道", "东岭隧道", "地下净水厂"]
    kinds = ["道路交通设施", "道路交通设施", "市政公用设施"]
    frame = _frame(shapes, names, "", "6", "1207")
    frame["project_type"] = kinds
    frame["level"] = "地下"
    return frame


def _frame(
    shapes: Sequence[BaseGeometry], names: list[str], kind: str, activity: str | None, code: str
) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"name": names, "code": code, "activity_code": activity, "project_type": kind, "level": "地上"},
        geometry=shapes,
        crs=CRS,
    )
