"""Ways into parks: trails on the hills, paths that lead up to them, and surveyed entrances."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from scipy.spatial import cKDTree

from layers.demo.settings import CRS
from layers.demo.streets import PATH, nodes, split_ring

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from layers.demo.streets import Streets

    Shapes = NDArray[np.object_]

_TRAIL_INSIDE_M, _APPROACH_M = 70.0, 900.0
_NEAR_M = 42.0
_BESIDE_ROADS_M = 18.0


def add_trails(streets: Streets, hills: Shapes) -> None:
    """Lay a round trail in each hill park and lead paths from the nearest street ends up to it."""
    ends = nodes(streets)
    tree = cKDTree(ends)
    ground = shapely.STRtree(streets.shape[streets.level == 0])
    for hill in hills:
        through = ground.geometries[ground.query(hill, predicate="intersects")]
        roads = shapely.buffer(shapely.union_all(through), _BESIDE_ROADS_M, quad_segs=2)
        inner = shapely.difference(shapely.buffer(hill, -_TRAIL_INSIDE_M, quad_segs=3), roads)
        core = max(shapely.get_parts(inner), key=lambda part: part.area, default=None)
        if core is None or core.is_empty:
            continue
        ring = shapely.LineString(shapely.simplify(core, 5.0).exterior.coords)
        joints: list[shapely.Point] = []
        ways: list[shapely.LineString] = []
        for share in np.arange(8) / 8.0:
            spot = ring.interpolate(float(share), normalized=True)
            away, at = tree.query((spot.x, spot.y))
            street_end = shapely.Point(ends[at])
            foot = ring.interpolate(ring.project(street_end))
            way = shapely.LineString([street_end, foot])
            if away > _APPROACH_M or any(foot.distance(other) < 150.0 for other in joints):
                continue
            met = ground.geometries[ground.query(way, predicate="intersects")]
            if hill.contains(street_end) or any(
                way.intersection(one).distance(street_end) > 0.01 for one in met
            ):
                continue
            joints.append(foot)
            ways.append(way)
        if joints:
            streets.add(ways, PATH)
            streets.add(split_ring(ring, joints) or [ring], PATH)


def make_entrances(parks: gpd.GeoDataFrame, streets: Streets, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Survey the entrances of two parks in three: where paths come in, else opposite the nearest streets."""
    walked = streets.shape[(streets.level == 0) & streets.foot]
    tree = shapely.STRtree(walked)
    surveyed = set(parks["park_id"][rng.uniform(size=len(parks)) < 0.67])
    points: list[tuple[float, float]] = []
    owner: list[str] = []
    for shape, park in zip(parks.geometry, parks["park_id"], strict=True):
        if park not in surveyed:
            continue
        near = walked[np.sort(tree.query(shape, predicate="dwithin", distance=_NEAR_M))]
        edge = shapely.boundary(shape)
        crossing = shapely.get_coordinates(shapely.intersection(near, edge))
        if len(crossing) == 0 and len(near):
            crossing = shapely.get_coordinates(shapely.shortest_line(near, edge))[1::2]
        points_here: list[tuple[float, float]] = []
        for x, y in crossing:
            if all((x - a) ** 2 + (y - b) ** 2 > 60.0**2 for a, b in points_here):
                points_here.append((x, y))
        points += points_here
        owner += [park] * len(points_here)
    return gpd.GeoDataFrame({"park_id": owner}, geometry=shapely.points(np.array(points)), crs=CRS)
