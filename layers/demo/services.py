"""Rail stations, ventilation corridors, separate sewers, and where people live."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from layers.demo.blocks import Kind
from layers.demo.cut import polygons_of
from layers.demo.settings import CRS

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from layers.demo.blocks import Blocks
    from layers.demo.ground import Ground

# Lines of the metro: along u (east-west) or not, place in the plan (km), from, to, opening year.
_METRO = ((True, 6.4, 3.0, 18.4, 2009), (False, 8.0, 4.2, 11.0, 2017), (True, 9.2, 3.4, 17.6, 2020),
          (False, 15.4, 5.2, 11.4, 2027))  # fmt: skip
_STATION_M = 1_250.0
_PRIMARY_KM, _SECONDARY_KM = (3.7, 13.1, 18.4), (5.6, 6.6, 7.6, 8.4, 9.3, 10.2)


def make_stations(ground: Ground, blocks: Blocks) -> gpd.GeoDataFrame:
    """Put stations along four metro lines, one of them not open yet."""
    rows = []
    for line, (along_u, km, first, last, year) in enumerate(_METRO):
        place = ground.settings.place
        if along_u:
            own = blocks.v[np.argmin(np.abs(blocks.v - place(0, km)[1]))]
            t = np.arange(place(first, 0)[0], place(last, 0)[0], _STATION_M)
            points = blocks.warp(t, np.full_like(t, own))
        else:
            own = blocks.u[np.argmin(np.abs(blocks.u - place(km, 0)[0]))]
            t = np.arange(place(0, first)[1], place(0, last)[1], _STATION_M)
            points = blocks.warp(np.full_like(t, own), t)
        rows += [(f"{line + 1}号线第{n + 1}站", year, point) for n, point in enumerate(points)]
    shapes = shapely.points(np.array([point for _, _, point in rows]))
    frame = gpd.GeoDataFrame(
        {
            "name": [name for name, _, _ in rows],
            "open_year": np.array([year for _, year, _ in rows], np.int32),
        },
        geometry=shapes,
        crs=CRS,
    )
    dry = shapely.contains(ground.land, shapes) & ~shapely.intersects(ground.river, shapes)
    return frame.iloc[np.flatnonzero(dry)].reset_index(drop=True)


def make_corridors(ground: Ground, blocks: Blocks) -> gpd.GeoDataFrame:
    """Keep wide lanes open for the sea wind: the river valley and belts across the city."""
    s = ground.settings
    rows = [("云汇河通风廊道", "主要", shapely.buffer(ground.terrain.river, 270.0, quad_segs=3))]
    for n, km in enumerate(_PRIMARY_KM):
        own = blocks.u[np.argmin(np.abs(blocks.u - s.place(km, 0)[0]))]
        v = np.arange(s.place(0, 3.0)[1], s.place(0, 11.6)[1], 120.0)
        line = shapely.LineString(blocks.warp(np.full_like(v, own), v))
        rows.append((f"主通风廊道{n + 2}", "主要", shapely.buffer(line, 255.0, cap_style="flat")))
    for n, km in enumerate(_SECONDARY_KM):
        own = blocks.v[np.argmin(np.abs(blocks.v - s.place(0, km)[1]))]
        start = s.place((4.5, 11.0, 6.0, 13.5, 3.2, 15.0)[n], 0)[0]
        u = np.arange(start, start + 2_600.0, 100.0)
        line = shapely.LineString(blocks.warp(u, np.full_like(u, own)))
        rows.append((f"次通风廊道{n + 1}", "次要", shapely.buffer(line, 62.0, cap_style="flat")))
    return gpd.GeoDataFrame(
        {"name": [name for name, _, _ in rows], "level": [level for _, level, _ in rows]},
        geometry=[polygons_of(shapely.intersection(shape, ground.land))[0] for _, _, shape in rows],
        crs=CRS,
    )


def make_sewer_service(
    built_up: BaseGeometry, plots: gpd.GeoDataFrame, districts: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Give where rain and sewage run apart: the city but for some of its villages."""
    villages = plots[(plots["kind"] == Kind.VILLAGE) & (plots["block"] % 3 != 0)]
    old = shapely.buffer(shapely.union_all(villages.geometry.to_numpy()), 3.0, quad_segs=1)
    served = shapely.difference(built_up, old)
    areas = gpd.GeoDataFrame(
        {"name": [f"{name}雨污分流片区" for name in districts["name_zh"]]},
        geometry=list(shapely.intersection(districts.geometry.to_numpy(), served)),
        crs=CRS,
    ).explode(ignore_index=True)
    return areas[areas.area > 2_000.0].reset_index(drop=True)


def make_population(homes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give the residents of each residential plot as a point on it."""
    points: NDArray[np.object_] = shapely.point_on_surface(homes.geometry.to_numpy())
    return gpd.GeoDataFrame({"residents": homes["residents"].to_numpy()}, geometry=points, crs=CRS)
