"""The open land: fields, forest, what the development boundary takes in, and how it all conflicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from geo.pieces import quarter
from layers.demo.blocks import Kind, rectangles
from layers.demo.settings import CRS

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from layers.demo.blocks import Blocks
    from layers.demo.ground import Ground

    Shapes = NDArray[np.object_]

_SLIVER_M = 0.05
_STAND_M = 2_400.0


def make_fields(ground: Ground, blocks: Blocks, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Lay fields and orchards on the flat land the city has left free."""
    i, j = np.nonzero(blocks.kind == Kind.NONE)
    a, b = np.divmod(np.arange(20), 4)
    u = blocks.u[i, None] + (blocks.u[i + 1] - blocks.u[i])[:, None] * (a[None, :] / 5.0)
    v = blocks.v[j, None] + (blocks.v[j + 1] - blocks.v[j])[:, None] * (b[None, :] / 4.0)
    wide = ((blocks.u[i + 1] - blocks.u[i]) / 5.0)[:, None] + 0.0 * u
    deep = ((blocks.v[j + 1] - blocks.v[j]) / 4.0)[:, None] + 0.0 * v
    box = np.stack([u + 3.0, v + 3.0, u + wide - 3.0, v + deep - 3.0], -1).reshape(-1, 4)
    middle = blocks.warp((box[:, 0] + box[:, 2]) / 2, (box[:, 1] + box[:, 3]) / 2)
    nature = ground.nature.at(middle[:, 0], middle[:, 1])
    inland = ground.terrain.inland.at(middle[:, 0], middle[:, 1])
    slope = ground.terrain.slope.at(middle[:, 0], middle[:, 1])
    draw = rng.uniform(size=len(box))
    fine = (nature < ground.control_level + 4.0) & (inland > 160.0) & (slope < 0.13) & (draw < 0.82)
    shape = rectangles(blocks.warp, box[fine], sides=2)
    wet = shapely.union_all(
        [shapely.buffer(one, 70.0) for one in (ground.river, *ground.streams, *ground.reservoirs)]
    )
    keep = shapely.covers(ground.land, shape) & ~shapely.intersects(wet, shape)
    shape, draw = shape[keep], draw[fine][keep]
    code = np.where(draw < 0.22, "0101", np.where(draw < 0.52, "0103", np.where(draw < 0.72, "0201", "0404")))
    return gpd.GeoDataFrame({"code": code}, geometry=shape, crs=CRS)


def make_farmland(fields: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give the fields that are permanent basic farmland."""
    crops = fields[fields["code"].str.startswith("01")]
    kept = crops.iloc[[n for n in range(len(crops)) if n % 5 != 0]]
    return gpd.GeoDataFrame(
        {"name": "永久基本农田", "code": kept["code"].to_numpy()}, geometry=kept.geometry.to_numpy(), crs=CRS
    )


def make_forest(ground: Ground) -> gpd.GeoDataFrame:
    """Give the forest of the hills, a few clearings left out."""
    parts = shapely.union_all(ground.nature.above(ground.control_level + 12.0, 2e4))
    wave = np.abs(ground.nature.values % 60.0 - 30.0) / 30.0
    clearings = ground.nature.like(wave).above(0.93, 3e3)
    clear = shapely.union_all([shapely.simplify(one, 6.0) for one in clearings])
    area = shapely.difference(
        shapely.intersection(parts, ground.land), shapely.union_all([clear, *ground.reservoirs])
    )
    x0, y0, x1, y1 = ground.land.bounds
    x, y = np.meshgrid(np.arange(x0, x1, _STAND_M), np.arange(y0, y1, _STAND_M))
    stands = shapely.box(x.ravel(), y.ravel(), x.ravel() + _STAND_M, y.ravel() + _STAND_M)
    pieces = shapely.get_parts(shapely.intersection(stands, area))
    pieces = pieces[shapely.area(pieces) > 3_000.0]
    return gpd.GeoDataFrame(
        {"code": np.where(np.arange(len(pieces)) % 9 == 8, "0305", "0301")},
        geometry=pieces,
        crs=CRS,
    )


def make_development_boundary(
    ground: Ground, built_up: BaseGeometry, farmland: Shapes, red_line: Shapes
) -> gpd.GeoDataFrame:
    """Draw the development boundary: city and reserve, in conflict with a few fields and the red line."""
    grown = shapely.buffer(shapely.buffer(built_up, 150.0, quad_segs=3), -110.0, quad_segs=3)
    red = shapely.union_all(red_line)
    town = shapely.STRtree(quarter([built_up]).shape)
    (field, _), away = town.query_nearest(farmland, return_distance=True, all_matches=False)
    near = field[np.argsort(away, kind="stable")]
    clash = shapely.union_all(farmland[near[4:7]])
    area = shapely.difference(grown, shapely.union_all([*farmland, *ground.reservoirs, ground.river]))
    area = shapely.union(area, clash)
    shapely.prepare(red)
    gap = shapely.shortest_line(red, built_up)
    edge = shapely.get_point(gap, 0)
    blob = shapely.buffer(edge, 420.0, quad_segs=6)
    moved = shapely.transform(red, lambda c: c + np.array([_SLIVER_M, 0.7 * _SLIVER_M]))
    beside = shapely.difference(blob, moved)
    bite = shapely.intersection(shapely.buffer(edge, 60.0), red)
    link = shapely.buffer(gap, 90.0)
    reserve = shapely.union_all([beside, bite, shapely.difference(link, moved)])
    area = shapely.intersection(shapely.union(area, reserve), ground.land)
    parts = shapely.get_parts(area)
    parts = parts[shapely.area(parts) > 2_000.0]
    return gpd.GeoDataFrame({"name": "城镇开发边界"}, geometry=list(parts), crs=CRS, index=range(len(parts)))


def make_changes(ground: Ground, control_line: Shapes) -> gpd.GeoDataFrame:
    """Give three cases of adjusting the control line: balanced, in deficit, and away from the line."""
    line = shapely.union_all(control_line)
    inner = shapely.intersection(line, shapely.buffer(ground.land, -400.0))
    ring = max(shapely.get_parts(inner), key=lambda part: part.area).exterior
    edge = [
        point
        for point in (ring.interpolate(share, normalized=True) for share in np.linspace(0.0, 0.99, 60))
        if line.boundary.distance(point) < 0.5
    ]
    places = [edge[int(share * (len(edge) - 1))] for share in (0.1, 0.2, 0.45, 0.55, 0.8)]
    away = shapely.Point(ground.settings.place(9.0, 6.6))
    rows = [
        ("2023-01", "调出", shapely.intersection(shapely.buffer(places[0], 150.0), line)),
        ("2023-01", "调入", shapely.difference(shapely.buffer(places[1], 190.0), line)),
        ("2024-02", "调出", shapely.intersection(shapely.buffer(places[2], 160.0), line)),
        ("2024-02", "调入", shapely.difference(shapely.buffer(places[3], 120.0), line)),
        ("2025-03", "调出", shapely.intersection(shapely.buffer(places[4], 90.0), line)),
        ("2025-03", "调入", shapely.difference(shapely.buffer(away, 110.0), line)),
    ]
    shapes = [max(shapely.get_parts(shapely.intersection(shape, ground.land)), key=lambda p: p.area)
              for _, _, shape in rows]  # fmt: skip
    return gpd.GeoDataFrame(
        {
            "name": [f"{case} {way}地块" for case, way, _ in rows],
            "case": [case for case, _, _ in rows],
            "direction": [way for _, way, _ in rows],
        },
        geometry=shapes,
        crs=CRS,
    )
