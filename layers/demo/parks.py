"""Parks and squares of every sort an inventory holds, the awkward ones included."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from layers.demo.blocks import Kind
from layers.demo.cut import stretch
from layers.demo.settings import CRS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from layers.demo.ground import Ground

    Floats = NDArray[np.float64]
    Shapes = NDArray[np.object_]

_HOMES = (Kind.GRID, Kind.GATED, Kind.VILLAGE, Kind.CENTRE)
_OPEN_BLOCKS = (Kind.GRID, Kind.CENTRE)
_SERVES_M = 290.0
_LARGEST_M2 = 24_000.0


def choose_parks(ground: Ground, plots: gpd.GeoDataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Choose plots that become parks, and add hill, river, tiny, outlying and fenced-off ones.

    The plots chosen get land-use code 1401 or 1403 and lose their residents (``plots`` is changed).
    """
    settings = ground.settings
    inside = shapely.covers(ground.boundary, plots.geometry.to_numpy())
    found = [_city_parks(plots, inside), _community_parks(plots, inside, settings.parks, rng)]
    taken = pd.concat(found)
    outside = _outside(ground, plots, inside)
    greens = np.concatenate([taken["plot"], outside["plot"]])
    plots.loc[greens, "code"] = "1401"
    plots.loc[greens, "residents"] = 0.0
    plots.loc[taken.loc[taken["park_class"] == "square", "plot"], "code"] = "1403"
    found += [outside, _hills(ground), _banks(ground, rng), _tiny(plots, rng)]
    parks = gpd.GeoDataFrame(pd.concat(found, ignore_index=True), crs=CRS)
    paid = np.flatnonzero(parks["park_class"] == "city")[2:4]
    parks.loc[paid, "open"] = False
    parks["park"] = np.where(parks["park"] == "", [f"x{n}" for n in range(len(parks))], parks["park"])
    return parks


def _frame(
    shapes: Shapes | Sequence[BaseGeometry], sort: str, plot: NDArray[np.int64] | None = None, park: str = ""
) -> gpd.GeoDataFrame:
    n = len(shapes)
    return gpd.GeoDataFrame(
        {
            "plot": np.full(n, -1) if plot is None else plot,
            "park_class": [sort] * n,
            "park": [park] * n,
            "open": np.ones(n, bool),
            "trails": np.zeros(n, bool),
        },
        geometry=list(shapes),
        crs=CRS,
    )


def _city_parks(plots: gpd.GeoDataFrame, inside: NDArray[np.bool_]) -> gpd.GeoDataFrame:
    chosen = plots[(plots["kind"] == Kind.PARK) & inside]
    return _frame(chosen.geometry.to_numpy(), "city", chosen.index.to_numpy())


def _community_parks(
    plots: gpd.GeoDataFrame, inside: NDArray[np.bool_], about: int, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Spread parks over the residential quarters, some in two parts of one park across a street."""
    area = plots.area.to_numpy()
    fits = inside & plots["kind"].isin([int(k) for k in _HOMES]).to_numpy() & (area < _LARGEST_M2)
    candidates = np.flatnonzero(fits)
    homes = np.flatnonzero(plots["residents"].to_numpy() > 0)
    centre = shapely.get_coordinates(shapely.centroid(plots.geometry.to_numpy()))
    rows = candidates[
        _spread(
            centre[candidates], centre[homes], np.asarray(area[homes], np.float64), round(0.88 * about), rng
        )
    ]
    index = plots.index.to_numpy()[rows]
    sort = np.where(plots["kind"].to_numpy()[rows] == Kind.CENTRE, "square", "community")
    result = _frame(plots.geometry.to_numpy()[rows], "community", index)
    result["park_class"] = sort
    result["park"] = [f"c{n}" for n in range(len(rows))]
    twins = []
    block = plots["block"].to_numpy()
    for n, row in enumerate(rows):
        if n % 9 or plots["kind"].to_numpy()[row] not in _OPEN_BLOCKS or row + 1 >= len(plots):
            continue
        if block[row + 1] == block[row] and row + 1 not in rows:
            twins.append(_frame([plots.geometry.iloc[row + 1]], sort[n], index[n : n + 1] * 0
                                + plots.index[row + 1], f"c{n}"))  # fmt: skip
    return gpd.GeoDataFrame(pd.concat([result, *twins]), crs=CRS)


def _spread(
    places: Floats, homes: Floats, weight: Floats, count: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Choose places one after the other, each where it newly serves most homes, with some bad luck."""
    reach = cKDTree(places).sparse_distance_matrix(cKDTree(homes), _SERVES_M, output_type="coo_matrix")
    homes_of = csr_array((np.ones(reach.nnz, bool), (reach.row, reach.col)), shape=reach.shape)
    places_of = homes_of.T.tocsr()
    luck = rng.uniform(0.55, 1.0, len(places))
    unserved = weight.copy()
    gain = np.asarray(homes_of @ unserved)
    chosen: list[int] = []
    for _ in range(min(count, len(places))):
        best = int((gain * luck).argmax())
        chosen.append(best)
        served = homes_of.indices[homes_of.indptr[best] : homes_of.indptr[best + 1]]
        near = places_of[served]
        gain -= np.asarray(near.T @ (0.88 * unserved[served]))
        gain[chosen] = -1.0
        unserved[served] *= 0.12
    return np.array(chosen, np.int64)


def _outside(ground: Ground, plots: gpd.GeoDataFrame, inside: NDArray[np.bool_]) -> gpd.GeoDataFrame:
    """Parks of the neighbours, just across the boundary."""
    away = shapely.distance(ground.boundary, plots.geometry.to_numpy())
    near = np.flatnonzero((away > 0.0) & (away < 220.0) & ~inside & (plots["kind"] != Kind.NONE))
    rows = near[:3]
    return _frame(plots.geometry.to_numpy()[rows], "community", plots.index.to_numpy()[rows])


def _hills(ground: Ground) -> gpd.GeoDataFrame:
    """Country parks: the isolated hills, and hilltops and an islet that no path reaches."""
    level = ground.control_level + 8.0
    hills = [part for part in ground.nature.above(level, 1.2e5) if part.area < 4.0e6]
    hills = [shapely.simplify(part, 6.0) for part in hills if ground.boundary.covers(part)][:6]
    tops = [part for part in ground.nature.above(ground.red_level + 60.0, 4.0e4) if part.area < 2.0e6]
    tops = [
        part for part in tops if ground.boundary.covers(part) and not any(h.intersects(part) for h in hills)
    ]
    islets = sorted(shapely.get_parts(ground.land), key=lambda part: -part.area)[1:2]
    islets = [shapely.simplify(shapely.buffer(one, -60.0), 3.0) for one in islets]
    walked = _frame(hills, "natural")
    walked["trails"] = True
    middle = shapely.get_coordinates(shapely.centroid(walked.geometry.to_numpy()))
    inner = ground.urban.at(middle[:, 0], middle[:, 1]) > 0.15
    walked.loc[inner, "park_class"] = "city"
    wild = _frame([*tops[:2], *(one for one in islets if one.area > 4e4)], "natural")
    return gpd.GeoDataFrame(pd.concat([walked, wild], ignore_index=True), crs=CRS)


def _banks(ground: Ground, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Riverside parks of two parts, one on each bank."""
    river = ground.terrain.river
    frames = []
    for n, share in enumerate((0.42, 0.55, 0.68, 0.8)):
        middle = share * river.length
        reach = stretch(river, middle - 260.0, middle + 260.0)
        band = shapely.buffer(reach, 42.0 + 12.0 * rng.uniform(), cap_style="flat")
        strip = shapely.difference(
            shapely.intersection(band, ground.land), shapely.buffer(ground.river, 16.5)
        )
        sides = [part for part in shapely.get_parts(strip) if part.area > 2_000.0]
        if len(sides) > 1:
            frames.append(_frame([shapely.multipolygons(sides)], "city", park=f"r{n}"))
    return gpd.GeoDataFrame(pd.concat(frames), crs=CRS) if frames else _frame([], "city")


def _tiny(plots: gpd.GeoDataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Pocket greens too small to count."""
    homes = plots[plots["code"].str.startswith("0701")]
    rows = rng.choice(len(homes), 6, replace=False)
    centre = shapely.get_coordinates(shapely.centroid(homes.geometry.to_numpy()[np.sort(rows)]))
    half = rng.uniform(6.0, 9.5, len(centre))
    box = np.stack([centre[:, 0] - half, centre[:, 1] - half, centre[:, 0] + half, centre[:, 1] + half], 1)
    return _frame(np.asarray(shapely.box(*np.round(box, 2).T)), "community")
