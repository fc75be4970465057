"""Land use without gaps or overlaps, at two dates, under the codes of the survey layer DLTB."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from geo import robust
from layers.demo.blocks import HALF_ARTERIAL_M, rectangles
from layers.demo.settings import CRS

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from layers.demo.blocks import Blocks
    from layers.demo.ground import Ground

    Shapes = NDArray[np.object_]

_TILE_M = 1_500.0
_NEW_SHARE = 0.07
# What stands next to a tile is cut to the tile and so much more before it is united: most of it is far away.
_MARGIN_M = 1.0
# Cuts, and unions of many shapes, that a thread takes at a time.
_CUTS, _UNIONS = 500, 50


@dataclass(frozen=True, eq=False)
class _Tier:
    """Shapes that do not overlap one another, their codes now and at the baseline."""

    shape: Shapes
    code: NDArray[np.object_]
    before: NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Quarters:
    """What people made of the land: superblocks, plots, fields."""

    blocks: Blocks
    plots: gpd.GeoDataFrame
    fields: gpd.GeoDataFrame


def make_land_use(
    ground: Ground,
    quarters: Quarters,
    works: gpd.GeoDataFrame,
    forest: Shapes,
    rng: np.random.Generator,
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Give land use now and at the baseline, covering the land exactly."""
    tiers = [
        _water(ground),
        _works(works),
        _plots(quarters.plots, rng),
        _roads(quarters.blocks, ground),
        _same(quarters.fields.geometry.to_numpy(), quarters.fields["code"].to_numpy()),
        _forest(forest, ground),
        _rest(ground),
    ]
    held = np.empty(0, object)
    rows = []
    for tier in tiers:
        owner, parts = _less(tier.shape, held, ground.land)
        rows.append((parts, tier.code[owner], tier.before[owner]))
        held = _outermost(held, tier.shape)
    shapes = np.concatenate([parts for parts, _, _ in rows])
    now = np.concatenate([code for _, code, _ in rows])
    before = np.concatenate([code for _, _, code in rows])
    return (
        gpd.GeoDataFrame({"code": now}, geometry=shapes, crs=CRS),
        gpd.GeoDataFrame({"code": before}, geometry=shapes, crs=CRS),
    )


def _less(shape: Shapes, held: Shapes, land: BaseGeometry) -> tuple[NDArray[np.int64], Shapes]:
    """Take from each shape what earlier tiers hold and what lies beyond the land; give the parts."""
    shape = shape.copy()
    own, other = shapely.STRtree(held).query(shape, predicate="intersects")
    if len(own):
        box: Shapes = np.asarray(
            shapely.box(*(shapely.bounds(shape[own]) + _MARGIN_M * np.array([-1.0, -1.0, 1.0, 1.0])).T)
        )
        near = held[other]
        over = ~shapely.contains(box, near)
        near[over] = robust.apply(shapely.intersection, near[over], box[over], chunk=_CUTS)
        hit, group = np.unique(own, return_inverse=True)
        taken = robust.apply(robust.union_each, robust.bags(near, group), chunk=_UNIONS)
        shape[hit] = robust.difference(shape[hit], taken)
    shapely.prepare(land)
    over = ~shapely.covers(land, shape)
    shape[over] = shapely.intersection(shape[over], land)
    parts, owner = shapely.get_parts(shape, return_index=True)
    keep = (shapely.get_type_id(parts) == 3) & (shapely.area(parts) > 0.0)
    return owner[keep], parts[keep]


def _outermost(held: Shapes, added: Shapes) -> Shapes:
    """Add shapes to those that hold ground, and drop those that lie in an added one: they hold no more."""
    _, inner = shapely.STRtree(held).query(added, predicate="covers")
    return np.concatenate([np.delete(held, inner), added])


def _same(shape: Shapes, code: NDArray[np.object_]) -> _Tier:
    return _Tier(shape, code.astype(object), code.astype(object))


def _water(ground: Ground) -> _Tier:
    streams = list(ground.streams)
    shapes = np.array([ground.river, *streams, *ground.reservoirs], object)
    code = np.array(["1701"] * (1 + len(streams)) + ["1703"] * len(ground.reservoirs), object)
    return _same(shapes, code)


def _works(works: gpd.GeoDataFrame) -> _Tier:
    ground = works[(works["level"] == "地上") & (works["name"] != "已建地块")]
    shape = ground.geometry.to_numpy()
    free = np.ones(len(shape), bool)
    a, b = shapely.STRtree(shape).query(shape, predicate="intersects")
    free[a[a > b]] = False
    new = (ground["built_year"].fillna(0).to_numpy() >= 2012)[free]
    code = ground["code"].to_numpy()[free].astype(object)
    return _Tier(shape[free], code, np.where(new, "0301", code).astype(object))


def _plots(plots: gpd.GeoDataFrame, rng: np.random.Generator) -> _Tier:
    code = plots["code"].to_numpy().astype(object)
    edge = plots["dense"].to_numpy() < 0.3
    new = edge & (rng.uniform(size=len(plots)) < 3.0 * _NEW_SHARE)
    was = np.array(["0103", "0201", "0404", "0301"], object)[rng.integers(0, 4, len(plots))]
    return _Tier(plots.geometry.to_numpy(), code, np.where(new, was, code).astype(object))


def _roads(blocks: Blocks, ground: Ground) -> _Tier:
    box = np.stack(
        [blocks.u[blocks.i], blocks.v[blocks.j], blocks.u[blocks.i + 1], blocks.v[blocks.j + 1]], 1
    )
    box += np.array([-1.0, -1.0, 1.0, 1.0]) * HALF_ARTERIAL_M
    city = shapely.union_all(rectangles(blocks.warp, box, sides=8))
    hills = shapely.union_all(ground.nature.above(ground.control_level + 5.0, 3e4))
    parts = shapely.intersection(shapely.difference(city, hills), _tiles(ground, 900.0))
    parts = parts[~shapely.is_empty(parts)]
    return _same(parts, np.full(len(parts), "1207", object))


def _forest(forest: Shapes, ground: Ground) -> _Tier:
    tiles = _tiles(ground, _TILE_M)
    tree = shapely.STRtree(tiles)
    own, tile = tree.query(forest, predicate="intersects")
    parts = shapely.intersection(forest[own], tiles[tile])
    code = np.where(tile % 11 == 0, "0302", np.where(tile % 7 == 0, "0303", "0301"))
    return _same(parts, code.astype(object))


def _rest(ground: Ground) -> _Tier:
    tiles = _tiles(ground, _TILE_M / 2)
    parts = shapely.intersection(tiles, ground.land)
    keep = ~shapely.is_empty(parts)
    code = np.array(["0404", "0201", "2301", "0404", "0304", "0403"], object)[np.flatnonzero(keep) * 5 % 6]
    coast = shapely.distance(shapely.boundary(ground.sea), parts[keep]) < 1.0
    code = np.where(coast & (np.arange(len(code)) % 4 == 0), "0507", code)
    return _same(parts[keep], np.where(code == "0403", "0404", code).astype(object))


def _tiles(ground: Ground, side_m: float) -> Shapes:
    x0, y0, x1, y1 = ground.land.bounds
    x, y = np.meshgrid(np.arange(x0, x1, side_m), np.arange(y0, y1, side_m))
    return np.asarray(shapely.box(x.ravel(), y.ravel(), x.ravel() + side_m, y.ravel() + side_m))
