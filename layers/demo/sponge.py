"""The sponge city: drainage units, plots with their surfaces, and what holds water back on them."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.demo.blocks import rectangles
from layers.demo.settings import CRS

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from layers.demo.blocks import Blocks, Cells

    Floats = NDArray[np.float64]

_UNIT_M = 1_900.0
_LEAST_PLOT_M2 = 3_500.0
_KEY_AREAS = ("湖心重点片区", "湾口重点片区", "滨海重点片区", "云山科学城", "东岭新城", "临港重点片区")
# Surfaces from the edge of a plot inwards: name, volume runoff coefficient.
_SURFACES = (("绿地", 0.15), ("混凝土或沥青路面及广场", 0.85), ("透水铺装", 0.30), ("硬屋面", 0.85))
_FACILITIES = ("下沉式绿地", "雨水花园", "调蓄池")


def make_drainage_units(
    blocks: Blocks, built_up: BaseGeometry, rng: np.random.Generator
) -> tuple[gpd.GeoDataFrame, NDArray[np.int64]]:
    """Part the built-up area into drainage units; also say which unit each superblock is in."""
    u0, v0 = blocks.u[0], blocks.v[0]
    columns = np.floor((blocks.u - u0) / _UNIT_M).astype(int)
    rows = np.floor((blocks.v - v0) / _UNIT_M).astype(int)
    lines_u = [blocks.u[np.argmax(columns == n)] for n in np.unique(columns)] + [blocks.u[-1] + 200.0]
    lines_v = [blocks.v[np.argmax(rows == n)] for n in np.unique(rows)] + [blocks.v[-1] + 200.0]
    box = np.array(
        [(a, c, b, d) for a, b in itertools.pairwise(lines_u)
         for c, d in itertools.pairwise(lines_v)]
    )  # fmt: skip
    shapes = shapely.intersection(rectangles(blocks.warp, box, sides=32), built_up)
    keep = np.flatnonzero(shapely.area(shapes) > 1.0)
    owner = np.searchsorted(lines_u, blocks.u[blocks.i], "right") - 1
    owner = owner * (len(lines_v) - 1) + np.searchsorted(lines_v, blocks.v[blocks.j], "right") - 1
    number = np.full(len(box), -1)
    number[keep] = np.arange(len(keep))
    n = len(keep)
    large = np.argsort(-shapely.area(shapes[keep]), kind="stable")[: len(_KEY_AREAS)]
    key = np.full(n, None, object)
    key[np.sort(large)] = _KEY_AREAS
    frame = gpd.GeoDataFrame(
        {
            "id": [f"PS{k + 1:03d}" for k in range(n)],
            "name": [f"第{k + 1}排水分区" for k in range(n)],
            "target_capture": np.array([0.6, 0.65, 0.68, 0.7])[rng.integers(0, 4, n)],
            "flood_failure": np.where(rng.uniform(size=n) < 0.06, "是", "否"),
            "key_area": key,
        },
        geometry=shapes[keep],
        crs=CRS,
    )
    return frame, number[owner]


def make_sponge_plots(
    plots: gpd.GeoDataFrame, units: gpd.GeoDataFrame, unit_of_block: NDArray[np.int64]
) -> gpd.GeoDataFrame:
    """Give the plots that are assessed, each in its unit; the index is that of ``plots``."""
    unit = unit_of_block[plots["block"].to_numpy()]
    fits = (plots.area.to_numpy() >= _LEAST_PLOT_M2) & (unit >= 0)
    inside = np.zeros(len(plots), bool)
    _, met = shapely.STRtree(plots.geometry.to_numpy()).query(units.geometry.to_numpy(), "intersects")
    inside[met] = True
    kept = plots[fits & inside]
    unit = unit[fits & inside]
    return gpd.GeoDataFrame(
        {
            "id": [f"DK{n:05d}" for n in kept.index],
            "name": [f"海绵地块{n}" for n in kept.index],
            "unit_id": units["id"].to_numpy()[unit],
            "target_capture": units["target_capture"].to_numpy()[unit],
        },
        geometry=kept.geometry.to_numpy(),
        crs=CRS,
        index=kept.index,
    )


def make_surfaces(
    sponge: gpd.GeoDataFrame, plots: gpd.GeoDataFrame, blocks: Blocks, cells: Cells, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Part each plot into a green rim, paving and roofs that together fill it."""
    own = cells.take(sponge.index.to_numpy())
    green = plots.loc[sponge.index, "code"].str.startswith("14").to_numpy()
    rim = np.where(green, 0.72, rng.uniform(0.16, 0.42, len(sponge)))
    shares = np.stack([rim, rim + (1 - rim) * 0.34, rim + (1 - rim) * rng.uniform(0.4, 0.72, len(sponge))], 1)
    frames = []
    outer = sponge.geometry.to_numpy()
    for n, (name, coefficient) in enumerate(_SURFACES):
        if n < len(_SURFACES) - 1:
            core = shapely.intersection(_core(blocks, own, shares[:, n]), sponge.geometry.to_numpy())
            shape = shapely.difference(outer, core)
            outer = core
        else:
            shape = outer
        frames.append(
            gpd.GeoDataFrame(
                {"plot_id": sponge["id"].to_numpy(), "surface": name, "coefficient": coefficient},
                geometry=shape,
                crs=CRS,
            )
        )
    whole = pd.concat(frames, ignore_index=True)
    whole = whole[whole.area > 1.0].sort_values("plot_id", kind="stable").reset_index(drop=True)
    return gpd.GeoDataFrame(whole, crs=CRS)


def make_facilities(
    sponge: gpd.GeoDataFrame, surfaces: gpd.GeoDataFrame, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Give the storage of about half the plots: enough to reach the target, or not quite."""
    area = sponge.area.to_numpy()
    inner = surfaces.assign(runoff=surfaces.area * surfaces["coefficient"]).groupby("plot_id")["runoff"].sum()
    runoff = inner.reindex(sponge["id"]).fillna(0.0).to_numpy()
    need = runoff * 0.030
    unit = pd.factorize(sponge["unit_id"])[0]
    zeal = rng.uniform(0.35, 1.75, unit.max() + 1)[unit] * rng.uniform(0.75, 1.25, len(sponge))
    volume = need * np.minimum(zeal, 1.4)
    frames = []
    for n, name in enumerate(_FACILITIES):
        part = volume * (0.5, 0.2, 0.3)[n]
        depth = (0.15, 0.25, 2.5)[n]
        size = np.round(np.minimum(part / depth, 0.4 * area), 1)
        points = shapely.get_coordinates(shapely.point_on_surface(sponge.geometry.to_numpy()))
        points = points + np.array([(-9.0, 0.0), (9.0, 0.0), (0.0, 9.0)][n])
        frames.append(
            gpd.GeoDataFrame(
                {
                    "plot_id": sponge["id"].to_numpy(),
                    "facility": name,
                    "area_m2": size,
                    "depth_m": depth,
                    "volume_m3": np.round(size * depth, 1),
                },
                geometry=shapely.points(np.round(points, 2)),
                crs=CRS,
            )
        )
    whole = gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=CRS)
    return whole[whole["volume_m3"] > 0.5].sort_values("plot_id", kind="stable").reset_index(drop=True)


def _core(blocks: Blocks, own: Cells, share: Floats) -> NDArray[np.object_]:
    """Give the middle of each cell that leaves a share of it as a rim."""
    scale = np.sqrt(1.0 - share)
    mu, mv = (own.u0 + own.u1) / 2, (own.v0 + own.v1) / 2
    du, dv = (own.u1 - own.u0) / 2 * scale, (own.v1 - own.v0) / 2 * scale
    return rectangles(blocks.warp, np.stack([mu - du, mv - dv, mu + du, mv + dv], 1))
