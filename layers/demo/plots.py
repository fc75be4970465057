"""Plots and what they are used for, who lives there, and the buildings on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from layers.demo.blocks import Kind
from layers.demo.settings import CRS

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from layers.demo.blocks import Blocks, Cells, Lots
    from layers.demo.ground import Ground

    Floats = NDArray[np.float64]
    Shapes = NDArray[np.object_]

_USES: dict[Kind, tuple[tuple[str, float], ...]] = {
    Kind.GRID: (("070102", 0.58), ("070101", 0.08), ("0901", 0.10), ("0804", 0.07), ("0806", 0.03),
                ("0801", 0.04), ("1208", 0.04), ("0702", 0.06)),
    Kind.GATED: (("070102", 0.80), ("070101", 0.10), ("0804", 0.06), ("0901", 0.04)),
    Kind.VILLAGE: (("070103", 0.93), ("0702", 0.04), ("0803", 0.03)),
    Kind.INDUSTRY: (("100101", 0.74), ("110101", 0.14), ("1208", 0.05), ("1302", 0.04), ("070102", 0.03)),
    Kind.CENTRE: (("0901", 0.30), ("0902", 0.26), ("070102", 0.24), ("0801", 0.08), ("0803", 0.07),
                  ("2301", 0.05)),
    Kind.PARK: (("1401", 1.0),),
    Kind.CAMPUS: (("0804", 0.55), ("0802", 0.25), ("0806", 0.20)),
}  # fmt: skip
# Floor area over plot area, and building floors, by kind of superblock.
_FAR = np.array([0.0, 1.9, 2.1, 2.3, 1.0, 2.6, 0.0, 0.8])
_FLOORS = np.array([0.0, 14.0, 22.0, 7.0, 4.0, 26.0, 0.0, 6.0])
_M2_PER_PERSON = 46.0
_LEAST_PLOT_M2 = 700.0
# Distance from building to building along and across the plot, by kind of superblock; share that is built.
_PITCH_U = np.array([1.0, 40.0, 52.0, 17.0, 66.0, 48.0, 1.0, 62.0])
_PITCH_V = np.array([1.0, 34.0, 38.0, 15.0, 48.0, 44.0, 1.0, 50.0])
_FILL = np.array([0.0, 0.56, 0.46, 0.76, 0.66, 0.62, 0.0, 0.5])


def make_plots(
    ground: Ground, blocks: Blocks, cells: Cells, dry: BaseGeometry, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Turn the cells of the superblocks into plots with a land-use code and residents.

    The index is the row of the cell in ``cells``.
    """
    shape = cells.polygons(blocks.warp)
    firm = _firm(ground, dry)
    shapely.prepare(firm)
    cut = np.flatnonzero(~shapely.covers(firm, shape))
    shape[cut] = _largest(shapely.intersection(shape[cut], firm))
    code = _codes(cells, rng)
    middle = blocks.warp((cells.u0 + cells.u1) / 2, (cells.v0 + cells.v1) / 2)
    dense = ground.urban.at(middle[:, 0], middle[:, 1])
    area = shapely.area(shape)
    homes = np.char.startswith(code.astype(str), "0701")
    crowd = rng.uniform(0.75, 1.2, len(shape)) * (0.62 + 0.6 * dense)
    residents = np.where(homes, np.floor(area * _FAR[cells.kind] * crowd / _M2_PER_PERSON), 0.0)
    share = np.where((cells.kind == Kind.CENTRE) & homes, 0.7, 1.0)
    frame = gpd.GeoDataFrame(
        {
            "block": cells.block,
            "kind": cells.kind,
            "code": code,
            "residents": np.floor(residents * share),
            "residential_share": share,
            "dense": dense,
        },
        geometry=shape,
        crs=CRS,
    )
    return frame[area >= _LEAST_PLOT_M2]


def _firm(ground: Ground, dry: BaseGeometry) -> BaseGeometry:
    """Where plots may lie: back from the quays, off the hills."""
    hills = ground.nature.above(ground.control_level + 5.0, 3e4)
    keep_off = [shapely.simplify(shapely.union_all(hills), 3.0), shapely.buffer(ground.river, 64.0)]
    return shapely.difference(shapely.buffer(dry, -12.0, quad_segs=2), shapely.union_all(keep_off))


def make_buildings(
    plots: gpd.GeoDataFrame, blocks: Blocks, lots: Lots, dense: float, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Put rows of buildings on the lots of the plots; each is a true rectangle inside its plot.

    ``dense`` is how far apart they stand against the usual; where it is less, they keep less of a yard.
    """
    row_of = np.full(int(lots.cell.max(initial=0)) + 1, -1)
    row_of[plots.index.to_numpy()] = np.arange(len(plots))
    row = row_of[lots.cell]
    own, row = lots.place.take(row >= 0), row[row >= 0]
    kind = own.kind
    margin = np.where(kind == Kind.VILLAGE, 1.0, 7.0 if dense == 1.0 else 2.0)
    free = plots["code"].isin(["1401", "1403", "1208", "2301"]).to_numpy()[row]
    width, depth = own.u1 - own.u0 - 2 * margin, own.v1 - own.v0 - 2 * margin
    nu = np.maximum(1, np.floor(width / (dense * _PITCH_U[kind]))).astype(np.int64)
    nv = np.maximum(1, np.floor(depth / (dense * _PITCH_V[kind]))).astype(np.int64)
    count = np.where(free | (width < 10.0) | (depth < 10.0), 0, nu * nv)
    owner = np.repeat(np.arange(len(count)), count)
    step = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    keep = rng.uniform(size=len(owner)) < 0.93
    owner, step = owner[keep], step[keep]
    a, b = np.divmod(step, nv[owner])
    pitch_u, pitch_v = width[owner] / nu[owner], depth[owner] / nv[owner]
    u = own.u0[owner] + margin[owner] + (a + 0.5) * pitch_u
    v = own.v0[owner] + margin[owner] + (b + 0.5) * pitch_v
    fill = _FILL[kind[owner]] * rng.uniform(0.8, 1.05, len(owner))
    shape = _turned(blocks, u, v, np.minimum(pitch_u, 58.0) * fill, np.minimum(pitch_v, 40.0) * fill)
    host = plots.geometry.to_numpy()[row[owner]]
    shapely.prepare(plots.geometry.to_numpy())
    inside = shapely.contains_properly(host, shape)
    owner, shape = owner[inside], shape[inside]
    floors = np.maximum(1, np.round(_FLOORS[kind[owner]] * rng.uniform(0.5, 1.4, len(owner))))
    stars = rng.choice([0, 0, 0, 1, 2, 2, 3], len(owner))
    return gpd.GeoDataFrame(
        {
            "plot": plots.index.to_numpy()[row[owner]],
            "code": plots["code"].to_numpy()[row[owner]],
            "floors": floors.astype(np.int64),
            "green_stars": stars,
        },
        geometry=shape,
        crs=CRS,
    )


def _codes(cells: Cells, rng: np.random.Generator) -> NDArray[np.object_]:
    draw = rng.uniform(size=len(cells.kind))
    code = np.full(len(draw), "2301", object)
    for kind, uses in _USES.items():
        here = np.flatnonzero(cells.kind == kind)
        edges = np.cumsum([share for _, share in uses])
        edges[-1] = 1.0
        names = np.array([name for name, _ in uses], object)
        code[here] = names[np.searchsorted(edges, draw[here], "right").clip(0, len(names) - 1)]
    return code


def _turned(blocks: Blocks, u: Floats, v: Floats, width: Floats, depth: Floats) -> Shapes:
    """Place rectangles, turned as the streets round them are."""
    centre = blocks.warp(u, v)
    ahead = blocks.warp(u + 30.0, v) - blocks.warp(u - 30.0, v)
    ahead /= np.sqrt((ahead**2).sum(-1, keepdims=True))
    side = np.stack([-ahead[:, 1], ahead[:, 0]], -1)
    a, b = ahead * width[:, None] / 2, side * depth[:, None] / 2
    ring = np.stack([centre - a - b, centre + a - b, centre + a + b, centre - a + b, centre - a - b], 1)
    return np.asarray(shapely.polygons(np.round(ring, 2)))


def _largest(shapes: Shapes) -> Shapes:
    """Keep the largest polygon of each shape."""
    result = np.full(len(shapes), shapely.Polygon(), object)
    parts, owner = shapely.get_parts(shapes, return_index=True)
    area = shapely.area(parts)
    order = np.lexsort((area, owner))
    result[owner[order]] = parts[order]
    result[shapely.get_type_id(result) != 3] = shapely.Polygon()
    return result
