"""Drinking-water source zones: catchments of the reservoirs, found on the terrain; outfalls."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from layers.demo.cut import polygons_of
from layers.demo.settings import CRS
from layers.demo.waters import RESERVOIR_NAMES

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from layers.demo.field import Field
    from layers.demo.ground import Ground

_SHORE_M, _QUASI_M = 200.0, 500.0


def make_source_zones(ground: Ground) -> gpd.GeoDataFrame:
    """Give the zones of each reservoir: water and its shore, the rest of its catchment, a belt beyond."""
    basins = _catchments(ground)
    rows = []
    taken: BaseGeometry = shapely.Polygon()
    for name, water, basin in zip(RESERVOIR_NAMES, ground.reservoirs, basins, strict=False):
        whole = shapely.difference(
            shapely.intersection(shapely.union(basin, shapely.buffer(water, 60.0)), ground.land), taken
        )
        first = shapely.intersection(shapely.buffer(water, _SHORE_M, quad_segs=6), whole)
        first = shapely.union(first, water)
        belt = shapely.buffer(whole, _QUASI_M, quad_segs=6)
        quasi = shapely.difference(
            shapely.intersection(belt, ground.land), shapely.union_all([whole, water, taken])
        )
        rows += [
            (name, "一级保护区", first),
            (name, "二级保护区", shapely.difference(whole, first)),
            (name, "准保护区", quasi),
        ]
        taken = shapely.union_all([taken, whole, quasi])
    return gpd.GeoDataFrame(
        {
            "name": [f"{name}{zone}" for name, zone, _ in rows],
            "source_name": [name for name, _, _ in rows],
            "zone_class": [zone for _, zone, _ in rows],
        },
        geometry=[shapely.MultiPolygon(list(polygons_of(shape, 500.0))) for _, _, shape in rows],
        crs=CRS,
    )


def make_outfalls(ground: Ground, zones: gpd.GeoDataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Put outfalls along the river and the streams, and two where none may be."""
    lines = [ground.terrain.river, *(one.stream for one in ground.terrain.reservoirs)]
    points = []
    for line in lines:
        for share in rng.uniform(0.12, 0.9, max(3, round(line.length / 900.0))):
            place = np.array(line.interpolate(float(share), normalized=True).coords[0])
            points.append(place + rng.uniform(-25.0, 25.0, 2))
    free = ~shapely.intersects(shapely.union_all(zones.geometry.to_numpy()), shapely.points(points))
    inside = zones[zones["zone_class"] != "准保护区"].geometry.to_numpy()[:2]
    bad = shapely.get_coordinates(
        shapely.point_on_surface(shapely.difference(inside, shapely.union_all(ground.reservoirs)))
    )
    places = np.round(np.concatenate([np.array(points)[free], bad]), 1)
    places = places[shapely.contains_xy(ground.land, places[:, 0], places[:, 1])]
    return gpd.GeoDataFrame(
        {"name": [f"排污口{n + 1:02d}" for n in range(len(places))]}, geometry=shapely.points(places), crs=CRS
    )


def _catchments(ground: Ground) -> list[shapely.Polygon]:
    """Give what drains into each reservoir, by flooding the terrain from the sea upwards."""
    height = ground.terrain.height.coarse(2)
    label = np.zeros(height.values.shape, np.int64)
    x, y = height.mesh()
    for n, water in enumerate(ground.reservoirs):
        shapely.prepare(water)
        label[shapely.contains_xy(water, x, y)] = n + 1
    drained = _drained(height.values, label)
    basins = []
    for n in range(len(ground.reservoirs)):
        share = height.like((drained == n + 1).astype(float)).smoothed(1.1 * height.cell_m)
        found: Field = share
        parts = found.above(0.5)
        basins.append(shapely.simplify(parts[0], 8.0) if parts else shapely.Polygon())
    return basins


def _drained(height: NDArray[np.float64], label: NDArray[np.int64]) -> NDArray[np.int64]:
    """Hand each cell the label of the cell it drains to (priority flood from the edge and the sea)."""
    rows, columns = height.shape
    low = height.ravel().tolist()
    own = label.ravel().tolist()
    seen = np.zeros(height.shape, bool)
    seen[0], seen[-1], seen[:, 0], seen[:, -1] = True, True, True, True
    seen |= height < 0.0
    start = np.flatnonzero(seen)
    heap = [(low[cell], cell) for cell in start.tolist()]
    heapq.heapify(heap)
    done = seen.ravel().tolist()
    steps = (-columns - 1, -columns, -columns + 1, -1, 1, columns - 1, columns, columns + 1)
    size = rows * columns
    while heap:
        level, cell = heapq.heappop(heap)
        for step in steps:
            other = cell + step
            if 0 <= other < size and not done[other]:
                done[other] = True
                own[other] = own[other] or own[cell]
                heapq.heappush(heap, (max(level, low[other]), other))
    return np.array(own).reshape(height.shape)
