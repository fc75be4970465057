"""Waters and their edges: water surfaces, river lines, banks with their revetment, the coastline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.demo.cut import equal_pieces, lines_of
from layers.demo.ground import STREAM_WIDTHS, banks, river_widths
from layers.demo.settings import CRS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from layers.demo.ground import Ground

    Shapes = NDArray[np.object_]

RIVER_NAME = "云汇河"
STREAM_NAMES = ("西溪", "东溪", "石门溪", "青竹溪", "梅坑水", "大坪水")
RESERVOIR_NAMES = ("云湖水库", "东岭水库", "石门水库", "青竹水库", "梅坑水库", "大坪水库")
_PIECE_M = 340.0
# Chances of each revetment in the country and in the city.
_REVETMENTS = ("自然", "植物", "石笼", "透水", "垂直硬质", "斜坡硬质")
_COUNTRY = (0.66, 0.18, 0.06, 0.02, 0.03, 0.05)
_CITY = (0.10, 0.27, 0.10, 0.09, 0.26, 0.18)


def make_water(ground: Ground) -> gpd.GeoDataFrame:
    """Give the water surfaces; the sea only inside the boundary."""
    river = shapely.intersection(ground.river, ground.all_land)
    streams = [
        shapely.difference(shapely.intersection(one, ground.all_land), river) for one in ground.streams
    ]
    n = len(ground.reservoirs)
    return gpd.GeoDataFrame(
        {
            "name": [RIVER_NAME, *STREAM_NAMES[:n], *RESERVOIR_NAMES[:n], "山海湾"],
            "water_type": ["河流"] * (1 + n) + ["水库"] * n + ["海域"],
        },
        geometry=[river, *streams, *ground.reservoirs, ground.sea],
        crs=CRS,
    )


def make_rivers(ground: Ground) -> gpd.GeoDataFrame:
    """Give the lines of the river and its streams, down to the coast."""
    lines = [ground.terrain.river, *(reservoir.stream for reservoir in ground.terrain.reservoirs)]
    return gpd.GeoDataFrame(
        {"name": [RIVER_NAME, *STREAM_NAMES[: len(lines) - 1]]},
        geometry=[lines_of(shapely.intersection(line, ground.land))[0] for line in lines],
        crs=CRS,
    )


def make_shorelines(ground: Ground, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Give both banks of the river and the streams and the shores of the reservoirs, piece by piece."""
    rows: list[tuple[shapely.LineString, str, str, str]] = []
    widths = river_widths(ground.settings)
    for side, points in zip(("左岸", "右岸"), banks(ground.terrain.river, *widths), strict=True):
        rows += [
            (piece, RIVER_NAME, "河流", side) for piece in equal_pieces(shapely.LineString(points), _PIECE_M)
        ]
    for name, reservoir in zip(STREAM_NAMES, ground.terrain.reservoirs, strict=False):
        for side, points in zip(("左岸", "右岸"), banks(reservoir.stream, *STREAM_WIDTHS), strict=True):
            free = shapely.difference(shapely.LineString(points), ground.river)
            rows += [
                (piece, name, "河流", side)
                for part in shapely.get_parts(free)
                for piece in equal_pieces(part, _PIECE_M)
            ]
    shapes = shapely.intersection(np.array([row[0] for row in rows]), ground.land)
    frame = gpd.GeoDataFrame(
        {
            "name": [row[1] for row in rows],
            "water_type": [row[2] for row in rows],
            "side": [row[3] for row in rows],
        },
        geometry=shapes,
        crs=CRS,
    )
    frame = frame[frame.length > 5.0].reset_index(drop=True)
    middle = shapely.get_coordinates(
        shapely.line_interpolate_point(frame.geometry.to_numpy(), 0.5, normalized=True)
    )
    urban = ground.urban.at(middle[:, 0], middle[:, 1]) > 0.16
    draw = rng.uniform(size=len(frame))
    edges = np.where(urban[:, None], np.cumsum(_CITY), np.cumsum(_COUNTRY))
    frame["revetment"] = np.array(_REVETMENTS, object)[(draw[:, None] > edges).sum(1).clip(0, 5)]
    buried = urban & frame["name"].ne(RIVER_NAME).to_numpy() & (rng.uniform(size=len(frame)) < 0.12)
    frame.loc[buried, "revetment"] = "暗渠"
    frame["exempt"] = np.where(rng.uniform(size=len(frame)) < 0.02, "是", "否")
    return gpd.GeoDataFrame(pd.concat([frame, _shores(ground)], ignore_index=True), crs=CRS)


def make_coastline(ground: Ground, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Give the coast, natural under the hills and artificial before the city, islands apart."""
    inner = shapely.buffer(ground.boundary, 1.0)
    rows = []
    parts = shapely.get_parts(ground.land)
    mainland = int(shapely.area(parts).argmax())
    for n, part in enumerate(parts):
        edge = shapely.intersection(shapely.boundary(part), shapely.boundary(ground.sea))
        edge = lines_of(shapely.intersection(edge, inner))
        for line in edge:
            rows += [(piece, "是" if n == mainland else "否") for piece in equal_pieces(line, 600.0)]
    shapes = np.array([row[0] for row in rows])
    middle = shapely.get_coordinates(shapely.line_interpolate_point(shapes, 0.5, normalized=True))
    urban = ground.urban.at(middle[:, 0], middle[:, 1])
    draw = rng.uniform(size=len(rows))
    sort = np.where(
        urban > 0.34, np.where(draw < 0.8, "人工", "整治修复"), np.where(draw < 0.85, "自然", "人工")
    )
    sort[shapely.distance(shapes, ground.river) < 60.0] = "河口"
    return gpd.GeoDataFrame(
        {"shoreline_type": sort, "mainland": [row[1] for row in rows]}, geometry=shapes, crs=CRS
    )


def _shores(ground: Ground) -> gpd.GeoDataFrame:
    rows = []
    for name, reservoir in zip(RESERVOIR_NAMES, ground.terrain.reservoirs, strict=False):
        dam = shapely.buffer(reservoir.dam, 2.0)
        ring = shapely.boundary(reservoir.water)
        natural = lines_of(shapely.difference(ring, dam))
        rows += [(piece, name, "自然", "否") for line in natural for piece in equal_pieces(line, 900.0)]
        rows.append((lines_of(shapely.intersection(ring, dam))[0], name, "垂直硬质", "是"))
    return gpd.GeoDataFrame(
        {
            "name": [row[1] for row in rows],
            "water_type": "水库",
            "side": "岸线",
            "revetment": [row[2] for row in rows],
            "exempt": [row[3] for row in rows],
        },
        geometry=[row[0] for row in rows],
        crs=CRS,
    )
