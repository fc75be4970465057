"""Where the city's land, sea and waters lie, and how much nature is worth keeping at each place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
import shapely.ops

from layers.demo.noise import Noise, bump, smoothstep
from layers.demo.terrain import make_terrain

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from layers.demo.field import Field
    from layers.demo.settings import Settings
    from layers.demo.terrain import Terrain

    Floats = NDArray[np.float64]

_CENTRES = ((8.0, 6.9, 2.6, 1.0), (12.2, 5.6, 2.2, 0.95), (15.3, 9.3, 1.7, 0.75), (4.3, 9.2, 1.5, 0.7))
STREAM_WIDTHS = (7.0, 12.0)
_CONTROL_SHARE, _RED_SHARE = 0.485, 0.235


@dataclass(frozen=True, eq=False)
class Ground:
    """The shapes everything else is placed on.

    ``nature`` grows with what ecology would keep; ``control_level`` and ``red_level`` are the levels above
    which the control line and the red line hold. ``urban`` is how dense the city wants to be, 0 to 1.
    """

    settings: Settings
    terrain: Terrain
    boundary: shapely.Polygon
    land: BaseGeometry
    all_land: BaseGeometry
    river: shapely.Polygon
    streams: tuple[BaseGeometry, ...]
    reservoirs: tuple[shapely.Polygon, ...]
    nature: Field
    urban: Field
    control_level: float
    red_level: float

    @property
    def sea(self) -> BaseGeometry:
        """The sea inside the boundary."""
        return shapely.difference(self.boundary, self.land)


def river_widths(settings: Settings) -> tuple[float, float]:
    """Width of the river at its head and at its mouth, metres."""
    return 16.0, 80.0 * settings.stretch**0.3


def make_ground(settings: Settings, rng: np.random.Generator) -> Ground:
    """Make land, waters and the fields that say where city and nature go."""
    terrain = make_terrain(settings, rng)
    noise = Noise(rng)
    boundary = _boundary(settings, noise, terrain)
    all_land = shapely.union_all(
        [shapely.simplify(part, 1.0) for part in terrain.inland.above(0.0, 12_000.0)]
    )
    land = shapely.intersection(all_land, boundary)
    land = shapely.multipolygons([part for part in shapely.get_parts(land) if part.area > 10_000.0])
    boundary_with_land = shapely.union(boundary, land)
    reservoirs = tuple(reservoir.water for reservoir in terrain.reservoirs)
    river = _widened(terrain.river, river_widths(settings))
    nature = _nature(terrain, noise, reservoirs)
    x, y = nature.mesh()
    shapely.prepare(land)
    inside = np.sort(nature.values[::2, ::2][shapely.contains_xy(land, x[:, ::2], y[::2])])
    return Ground(
        settings,
        terrain,
        boundary_with_land,
        land,
        all_land,
        river,
        tuple(
            shapely.difference(_widened(one.stream, STREAM_WIDTHS), shapely.union_all([river, *reservoirs]))
            for one in terrain.reservoirs
        ),
        reservoirs,
        nature,
        _urban(settings, noise, terrain),
        float(inside[int(len(inside) * (1.0 - _CONTROL_SHARE))]),
        float(inside[int(len(inside) * (1.0 - _RED_SHARE))]),
    )


def _boundary(settings: Settings, noise: Noise, terrain: Terrain) -> shapely.Polygon:
    """Give the administrative area: land and the sea before it, with a wandering edge."""
    x, y = terrain.height.mesh()
    west, south = settings.place(1.4, 0.9)
    east, north = settings.place(20.6, 15.4)
    bend = 900.0 * settings.stretch * noise.fractal(x, y, 5_000.0 * settings.stretch, 5)
    inside = np.minimum.reduce([x - west + bend, east - x + bend, north - y + bend, y - south + bend * 0.15])
    return shapely.simplify(terrain.height.like(inside).above(0.0)[0], 2.0)


def _nature(terrain: Terrain, noise: Noise, reservoirs: tuple[shapely.Polygon, ...]) -> Field:
    height = terrain.height.smoothed(80.0)
    x, y = height.mesh()
    value = np.minimum(height.values, 260.0) + 260.0 * terrain.slope.smoothed(80.0).values
    value += 0.25 * np.maximum(height.values - 260.0, 0.0)
    value += (6.0 + 0.16 * height.values) * noise.fractal(x, y, 1_300.0, 4)
    for water in reservoirs:
        west, south, east, north = shapely.buffer(water, 900.0).bounds
        part = np.ix_((y[:, 0] > south) & (y[:, 0] < north), (x[0] > west) & (x[0] < east))
        away = np.asarray(
            shapely.distance(water, shapely.points(*np.meshgrid(x[0][part[1][0]], y[part[0], 0])))
        )
        value[part] += 190.0 * (1.0 - smoothstep(away, 80.0, 650.0))
    return height.like(value)


def _urban(settings: Settings, noise: Noise, terrain: Terrain) -> Field:
    x, y = terrain.height.mesh()
    s = settings.stretch
    value = np.zeros_like(terrain.height.values)
    for cx, cy, radius, top in _CENTRES:
        place = settings.place(cx, cy)
        value = np.maximum(value, top * bump(x, y, place, 1_500.0 * radius * s))
    return terrain.height.like(np.clip(value + 0.16 * noise.fractal(x, y, 1_900.0, 3), 0.0, 1.0))


def banks(line: shapely.LineString, first_m: float, last_m: float) -> tuple[Floats, Floats]:
    """Give the left and the right bank of a watercourse that widens steadily from head to end."""
    points = shapely.get_coordinates(shapely.segmentize(line, 60.0))
    along = np.gradient(points, axis=0)
    along /= np.sqrt((along**2).sum(1, keepdims=True))
    left = np.stack([-along[:, 1], along[:, 0]], 1)
    share = np.linspace(0.0, 1.0, len(points))[:, None]
    half = (first_m + (last_m - first_m) * share**2) / 2.0
    return np.round(points + left * half, 2), np.round(points - left * half, 2)


def _widened(line: shapely.LineString, widths: tuple[float, float]) -> shapely.Polygon:
    left, right = banks(line, *widths)
    return shapely.buffer(shapely.Polygon(np.concatenate([left, right[::-1]])), 0.0)
