"""The lines plans draw: districts, red line at two dates, control line and its adjustment, boundaries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
import shapely.ops
from scipy.optimize import linear_sum_assignment

from layers.demo.settings import CRS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from layers.demo.blocks import Blocks
    from layers.demo.ground import Ground

# Chinese name, English name, and a place (km in the plan) the district is sure to hold.
_DISTRICTS = (
    ("云山区", "Yunshan District", (6.0, 12.6)),
    ("东岭区", "Dongling District", (15.5, 12.6)),
    ("滨海新区", "Binhai New Area", (3.4, 6.6)),
    ("汇川区", "Huichuan District", (8.0, 7.2)),
    ("湾口区", "Wankou District", (12.2, 6.4)),
    ("临港新区", "Lingang New Area", (17.2, 7.2)),
)
_NORTH_KM, _WEST_KM, _EAST_KM = 10.1, 5.6, 14.6


def make_districts(ground: Ground, blocks: Blocks) -> gpd.GeoDataFrame:
    """Part the land along the river and three arterials; neighbours share their edges exactly."""
    river = ground.terrain.river
    head, mouth = np.array(river.coords[0]), np.array(river.coords[-1])
    frame = shapely.box(*shapely.buffer(ground.boundary, 2_000.0).bounds)
    tall = np.array([0.0, ground.settings.height_m])
    long = shapely.intersection(shapely.LineString([head + tall, *river.coords, mouth - tall]), frame)
    across = shapely.intersection(_cut(ground, blocks, _NORTH_KM, along_u=True), frame)
    south = min(shapely.get_parts(shapely.ops.split(frame, across)), key=lambda part: part.centroid.y)
    west, east = (
        shapely.intersection(_cut(ground, blocks, km, along_u=False), south) for km in (_WEST_KM, _EAST_KM)
    )
    lines = shapely.union_all([shapely.boundary(frame), long, across, west, east])
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    return _named(ground, faces)


def _cut(ground: Ground, blocks: Blocks, km: float, *, along_u: bool) -> shapely.LineString:
    """Give one arterial's line, from edge to edge of the modelled ground."""
    s = ground.settings
    beyond = 6_000.0
    if along_u:
        own = blocks.v[np.argmin(np.abs(blocks.v - s.place(0, km)[1]))]
        u = np.arange(s.x0 - beyond, s.x0 + s.width_m + beyond, 60.0)
        return shapely.LineString(blocks.warp(u, np.full_like(u, own)))
    own = blocks.u[np.argmin(np.abs(blocks.u - s.place(km, 0)[0]))]
    v = np.arange(s.y0 - beyond, s.y0 + s.height_m + beyond, 60.0)
    return shapely.LineString(blocks.warp(np.full_like(v, own), v))


def _named(ground: Ground, faces: NDArray[np.object_]) -> gpd.GeoDataFrame:
    """Name the largest pieces after the places nearest to them; small pieces join their neighbour."""
    faces = faces[np.argsort(-shapely.area(shapely.intersection(faces, ground.land)), kind="stable")]
    seats = np.array([ground.settings.place(*place) for _, _, place in _DISTRICTS])
    main = shapely.intersection(faces[: len(seats)], ground.land)
    middle = shapely.get_coordinates(shapely.centroid(main))
    away = ((middle[:, None, :] - seats[None, :, :]) ** 2).sum(-1)
    face, seat = linear_sum_assignment(away)
    owner = np.empty(len(faces), int)
    owner[face] = seat
    for n in range(len(seats), len(faces)):
        shared = shapely.length(shapely.intersection(faces[n], faces[: len(seats)]))
        owner[n] = owner[int(shared.argmax())]
    merged = [shapely.union_all(faces[owner == n]) for n in range(len(seats))]
    land = [shapely.intersection(ground.land, shape) for shape in merged]
    return gpd.GeoDataFrame(
        {
            "id": [f"44099{n + 1}" for n in range(len(land))],
            "name_zh": [zh for zh, _, _ in _DISTRICTS],
            "name_en": [en for _, en, _ in _DISTRICTS],
        },
        geometry=land,
        crs=CRS,
    )
