"""The lines plans draw: districts, red line at two dates, control line and its adjustment, boundaries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
import shapely.ops

from layers.demo.settings import CRS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from layers.demo.blocks import Blocks
    from layers.demo.ground import Ground

# North-west, north-east, then from west to east.
_DISTRICTS = (
    ("云山区", "Yunshan District"),
    ("东岭区", "Dongling District"),
    ("滨海新区", "Binhai New Area"),
    ("汇川区", "Huichuan District"),
    ("湾口区", "Wankou District"),
    ("临港新区", "Lingang New Area"),
)
_NORTH_KM, _WEST_KM, _EAST_KM = 10.1, 5.6, 14.6


def make_districts(ground: Ground, blocks: Blocks) -> gpd.GeoDataFrame:
    """Part the land along the river and three arterials; neighbours share their edges exactly."""
    river = ground.terrain.river
    head, mouth = np.array(river.coords[0]), np.array(river.coords[-1])
    frame = shapely.box(*shapely.buffer(ground.boundary, 2_000.0).bounds)
    tall = np.array([0.0, 3.0 * ground.settings.height_m])
    long = shapely.LineString([head + tall, *river.coords, mouth - tall])
    across = _cut(ground, blocks, _NORTH_KM, along_u=True)
    west, east = (_cut(ground, blocks, km, along_u=False) for km in (_WEST_KM, _EAST_KM))
    noded = shapely.union_all([shapely.boundary(frame), *(shapely.intersection(line, frame)
                               for line in (long, across, west, east))])  # fmt: skip
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    inner = shapely.point_on_surface(faces)
    north = _beyond(inner, across, frame, axis=1)
    columns = [_beyond(inner, line, frame, axis=0) for line in (west, long, east)]
    owner = np.where(north, np.where(columns[1], 1, 0), 2 + np.sum(columns, axis=0))
    merged = [shapely.union_all(faces[owner == n]) for n in range(len(_DISTRICTS))]
    return gpd.GeoDataFrame(
        {
            "id": [f"44099{n + 1}" for n in range(len(_DISTRICTS))],
            "name_zh": [zh for zh, _ in _DISTRICTS],
            "name_en": [en for _, en in _DISTRICTS],
        },
        geometry=[shapely.intersection(ground.land, shape) for shape in merged],
        crs=CRS,
    )


def _beyond(
    places: NDArray[np.object_], line: shapely.LineString, frame: shapely.Polygon, *, axis: int
) -> NDArray[np.bool_]:
    """Tell which places lie on the far side of a line: east of it (axis 0) or north of it (axis 1)."""
    parts = shapely.get_parts(shapely.ops.split(frame, line))
    far = max(parts, key=lambda part: part.centroid.coords[0][axis])
    return np.asarray(shapely.contains(far, places))


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
