"""The lines plans draw round nature: red line at two dates, control line, and its adjustment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from geo.threads import threads
from layers.demo.cut import polygons_of, stretch
from layers.demo.noise import Noise, bump
from layers.demo.settings import CRS

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from layers.demo.detail import Drawn
    from layers.demo.ground import Ground

# Where the red line grew and where it shrank, from west to east in the plan.
_GAINED_KM = (12.4, 21.5)
_LOST_KM = (0.0, 6.3)


def make_red_line(
    ground: Ground, drawn: Drawn, rng: np.random.Generator
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Give the red line now and at the baseline: some land was lost, more was gained, on land and at sea."""
    noise = Noise(rng)
    parts = (None, _band(ground, *_GAINED_KM), _band(ground, *_LOST_KM))
    levels = (ground.red_level, ground.red_level - 16.0, ground.red_level - 13.0)
    with ThreadPoolExecutor(threads()) as pool:
        base, gained, lost = pool.map(lambda level, part: _drawn(drawn, level, part), levels, parts)
    now, before = shapely.union(base, gained), shapely.union(base, lost)
    bays, less = _bays(ground, noise, 0.24), _bays(ground, noise, 0.27)
    frames = []
    for land_part, sea_part in ((now, bays), (before, less)):
        land = polygons_of(shapely.intersection(land_part, ground.land), 2e4)
        sea = polygons_of(shapely.intersection(sea_part, ground.sea), 2e4)
        frames.append(
            gpd.GeoDataFrame(
                {
                    "name": [f"山体生态保护红线{n + 1}" for n in range(len(land))]
                    + [f"海域生态保护红线{n + 1}" for n in range(len(sea))],
                    "domain": ["陆域"] * len(land) + ["海域"] * len(sea),
                },
                geometry=[*land, *sea],
                crs=CRS,
            )
        )
    return frames[0], frames[1]


def _drawn(drawn: Drawn, level: float, part: shapely.Polygon | None) -> BaseGeometry:
    if part is None:
        return shapely.union_all(drawn.above(level, 6e4))
    return shapely.intersection(shapely.union_all(drawn.near(part.bounds).above(level, 6e4)), part)


def make_control_line(ground: Ground, drawn: Drawn) -> gpd.GeoDataFrame:
    """Give the control line: hills, reservoirs, and the green belt of the upper river."""
    river = ground.terrain.river
    upper = shapely.buffer(stretch(river, 0.0, 0.62 * river.length), 75.0, quad_segs=4)
    hills = drawn.above(ground.control_level, 5e4)
    area = shapely.intersection(shapely.union_all([*hills, upper, *ground.reservoirs]), ground.land)
    pieces = polygons_of(area, 2e4)
    return gpd.GeoDataFrame(
        {"name": [f"基本生态控制线{n + 1}" for n in range(len(pieces))]}, geometry=pieces, crs=CRS
    )


def _band(ground: Ground, first_km: float, last_km: float) -> shapely.Polygon:
    """Give the northern ground between two places of the plan, from west to east."""
    place = ground.settings.place
    return shapely.box(*place(first_km, 10.0), *place(last_km, ground.settings.height_km))


def _bays(ground: Ground, noise: Noise, level: float) -> BaseGeometry:
    """Give the marine part: the waters round the islets and off the eastern headland."""
    x, y = ground.nature.mesh()
    s = ground.settings.stretch
    value = 0.16 * noise.fractal(x, y, 1_800.0 * s**0.5, 3)
    for cx, cy, radius in ((13.2, 2.1, 2.3), (18.0, 3.0, 2.4), (6.6, 2.2, 1.5)):
        value = np.maximum(
            value, bump(x, y, ground.settings.place(cx, cy), 1_000.0 * radius * s) + 0.4 * value
        )
    return shapely.union_all(ground.nature.like(value).above(level, 1e5))
