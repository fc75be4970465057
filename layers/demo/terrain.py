"""The lie of the land: coast, hills, a river in its valley, basins that dams close."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy import ndimage

from layers.demo.cut import stretch
from layers.demo.field import Field
from layers.demo.noise import Noise, bump, smoothstep

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from layers.demo.settings import Settings

    Floats = NDArray[np.float64]

# Places of the 200 km² plan, km from its south-west corner.
_SOURCE, _MOUTH = (11.9, 14.9), (9.6, 3.2)
_BASINS = (((5.6, 11.6), (10.3, 8.6)), ((16.4, 11.9), (11.6, 9.9)))
_MORE_BASINS = (
    ((8.1, 13.2), (11.1, 11.4)),
    ((14.2, 13.3), (11.9, 12.2)),
    ((3.2, 12.9), (6.2, 11.1)),
    ((19.0, 13.2), (15.6, 11.3)),
)
_HILLS = ((5.2, 7.4, 0.75, 120.0), (13.9, 7.3, 0.85, 150.0), (8.3, 9.7, 0.6, 90.0), (16.9, 8.2, 0.7, 110.0))
_HEADLANDS = ((18.3, 4.6, 1.7, 330.0), (3.1, 5.3, 1.2, 210.0))


@dataclass(frozen=True, eq=False)
class Reservoir:
    """A basin closed by a dam: water surface, dam, and the stream that leaves it."""

    water: shapely.Polygon
    dam: shapely.LineString
    stream: shapely.LineString
    level_m: float


@dataclass(frozen=True, eq=False)
class Terrain:
    """Heights, how far a place lies inside the coast, the river's line, the reservoirs."""

    height: Field
    inland: Field
    river: shapely.LineString
    reservoirs: tuple[Reservoir, ...]
    slope: Field


@dataclass(frozen=True, eq=False)
class _Basin:
    reservoir: Reservoir
    depth: Floats
    upstream: NDArray[np.bool_]


def make_terrain(settings: Settings, rng: np.random.Generator) -> Terrain:
    """Shape the ground from smooth noise, ridges and the course of the river."""
    noise = Noise(rng)
    rows, columns = (
        round(settings.height_m / settings.cell_m) + 1,
        round(settings.width_m / settings.cell_m) + 1,
    )
    blank = Field(settings.x0, settings.y0, settings.cell_m, np.zeros((rows, columns)))
    bent = _bent(settings, noise, blank)
    inland = blank.like(_inland(settings, noise, bent))
    river = _course(settings, noise, _SOURCE, _MOUTH, 900.0)
    ways = (_BASINS + _MORE_BASINS)[: settings.reservoirs]
    streams = [_stream(settings, noise, start, end, river) for start, end in ways]
    valleys = _distance(blank, [river, *streams])
    height = _height(settings, noise, inland, bent, valleys)
    basins = [_basin(settings, noise, height, stream) for stream in streams]
    for basin in basins:
        height = _hollow(height, basin)
    reservoirs = tuple(basin.reservoir for basin in basins)
    return Terrain(height, inland, river, reservoirs, _slope(height))


def _bent(settings: Settings, noise: Noise, field: Field) -> tuple[Floats, Floats]:
    """Give the cells' places bent by smooth noise, so that no form is round or straight."""
    x, y = field.mesh()
    s = settings.stretch
    return (
        x + 1_500.0 * s**0.7 * noise.fractal(x, y, 5_000.0 * s**0.5, 5),
        y + 1_500.0 * s**0.7 * noise.fractal(y, x, 5_000.0 * s**0.5, 5),
    )


def _inland(settings: Settings, noise: Noise, bent: tuple[Floats, Floats]) -> Floats:
    """Metres inside the coast (negative at sea), bent so that the coast has bays and islets."""
    x, y = bent
    s = settings.stretch
    coast = settings.place(0, 4.4)[1] + 900.0 * s * noise.at(x, np.full_like(x, 7e5), 6_500.0 * s)
    coast = coast + 1_700.0 * s * bump(x, y * 0.0, (settings.place(9.6, 0)[0], 0.0), 2_000.0 * s)
    for hill_x, hill_y, radius, _ in _HEADLANDS:
        coast -= 2_300.0 * s * bump(x, y, settings.place(hill_x, hill_y - 1.3), radius * 1_000.0 * s)
    islets = sum(
        size * 1_000.0 * s * bump(x, y, settings.place(*place), 620.0 * s**0.5)
        for place, size in (((6.6, 2.2), 3.4), ((12.6, 1.9), 3.6), ((13.6, 2.3), 3.3))
    )
    return np.asarray(y - coast + 420.0 * noise.fractal(x, y, 1_900.0, 5) + islets)


def _course(
    settings: Settings, noise: Noise, start: tuple[float, float], end: tuple[float, float], swing_m: float
) -> shapely.LineString:
    """Wind a watercourse from place to place of the plan."""
    a, b = np.array(settings.place(*start)), np.array(settings.place(*end))
    length = float(np.sqrt(((b - a) ** 2).sum()))
    t = np.linspace(0.0, 1.0, max(8, round(length / 60.0)))
    across = np.array([-(b - a)[1], (b - a)[0]]) / length
    s = settings.stretch
    swing = swing_m * s * noise.at(t * length, np.full_like(t, a[0]), 5_200.0 * s)
    swing += 170.0 * noise.fractal(t * length, np.full_like(t, a[1]), 1_500.0, 2)
    held = np.minimum(1.0, 6.0 * np.minimum(t, 1.0 - t))
    points = a + t[:, None] * (b - a) + (held * swing)[:, None] * across
    return shapely.LineString(np.round(points, 2))


def _stream(
    settings: Settings,
    noise: Noise,
    start: tuple[float, float],
    end: tuple[float, float],
    river: shapely.LineString,
) -> shapely.LineString:
    """Lead a stream from a basin to the river's own line."""
    free = _course(settings, noise, start, end, 350.0)
    joint = river.interpolate(river.project(shapely.Point(settings.place(*end))))
    points = shapely.get_coordinates(free)
    pull = np.linspace(0.0, 1.0, len(points))[:, None] ** 2
    points = points + pull * (np.array([joint.x, joint.y]) - points[-1])
    met = shapely.LineString(points).intersection(river)
    line = shapely.LineString(np.round(points, 2))
    if met.is_empty:
        return line
    first = min(line.project(shapely.Point(p)) for p in shapely.get_coordinates(met))
    return stretch(line, 0.0, first) if first > 0 else line


def _height(
    settings: Settings, noise: Noise, inland: Field, bent: tuple[Floats, Floats], valley: Floats
) -> Field:
    """Metres above the sea: a coastal plain, a range in the north, single hills and headlands."""
    x, y = inland.mesh()
    bent_x, bent_y = bent
    s = settings.stretch
    shore = np.maximum(inland.values, 0.0)
    low = 2.5 + 0.0025 * shore / s**0.5 + 4.0 * smoothstep(shore, 0.0, 3_000.0)
    low += 6.0 * smoothstep(shore, 500.0, 3_000.0) * (1.0 + noise.fractal(x, y, 2_400.0, 3))
    range_north = smoothstep(bent_y - settings.place(0, 9.9)[1], 0.0, 5_600.0 * s)
    crest = noise.ridged(bent_x, y, 4_200.0 * s**0.5, 6)
    high = range_north * (30.0 + 760.0 * crest**3)
    rough = 0.35 + 1.1 * noise.ridged(x, y, 1_900.0, 5)
    for hill_x, hill_y, radius, top in (*_HILLS, *_HEADLANDS):
        form = bump(bent_x, bent_y, settings.place(hill_x, hill_y), 1_000.0 * radius * s**0.7)
        high += np.maximum(form - 0.1, 0.0) * top * rough
    high *= 0.05 + 0.95 * smoothstep(valley, 60.0, 1_500.0 * s**0.5)
    sea = -2.0 + 0.012 * np.minimum(inland.values, 0.0)
    height = np.where(inland.values > 0, (low + high) * smoothstep(shore, -60.0, 260.0), sea)
    return inland.like(height).smoothed(35.0)


def _distance(like: Field, lines: list[shapely.LineString]) -> Floats:
    """Metres from every cell to the nearest line, along the grid."""
    rows, columns = like.values.shape
    free = np.ones((rows, columns), bool)
    for line in lines:
        points = shapely.get_coordinates(shapely.segmentize(line, like.cell_m / 2))
        c = np.clip(np.round((points[:, 0] - like.x0) / like.cell_m).astype(int), 0, columns - 1)
        r = np.clip(np.round((points[:, 1] - like.y0) / like.cell_m).astype(int), 0, rows - 1)
        free[r, c] = False
    return np.asarray(like.cell_m * ndimage.distance_transform_edt(free))


def _basin(settings: Settings, noise: Noise, height: Field, stream: shapely.LineString) -> _Basin:
    """Hollow out the head of a stream: how deep under the water line, and the line itself."""
    x, y = height.mesh()
    head = np.asarray(stream.coords[0])
    level = float(np.round(height.at(head[:1], head[1:])[0] + 18.0, 1))
    radius = 900.0 * settings.stretch**0.5
    arms = 1.0 + 1.7 * noise.fractal(x, y, 1_250.0, 4)
    depth = bump(x, y, (float(head[0]), float(head[1])), radius) * 3.6 * arms - 1.0
    deep = height.like(depth).above(0.0, 1e4)
    filled = min(deep, key=lambda part: part.distance(shapely.Point(head)))
    outlet = float(stream.project(shapely.Point(stream.intersection(filled).coords[-1])))
    crest, place, along = min(
        (_across(filled, stream, share * outlet) for share in (0.6, 0.68, 0.76, 0.84, 0.9)),
        key=lambda dam: dam[0].length,
    )
    across = np.array([-along[1], along[0]])
    far = 9_000.0
    upstream = shapely.Polygon([place + far * across, place - far * across,
                                place - far * (across + along), place + far * (across - along)])  # fmt: skip
    water = max(shapely.get_parts(filled.intersection(upstream)), key=lambda part: part.area)
    above = (x - place[0]) * along[0] + (y - place[1]) * along[1] < 0
    leaving = stretch(stream, stream.project(shapely.Point(place)), stream.length)
    return _Basin(Reservoir(shapely.Polygon(water.exterior), crest, leaving, level), depth, above)


def _across(
    filled: shapely.Polygon, stream: shapely.LineString, distance_m: float
) -> tuple[shapely.LineString, Floats, Floats]:
    """Give the line of a dam across the stream, its place and the way the water flows there."""
    place = np.asarray(stream.interpolate(distance_m).coords[0])
    along = place - np.asarray(stream.interpolate(distance_m - 200.0).coords[0])
    along /= np.sqrt((along**2).sum())
    side = 9_000.0 * np.array([-along[1], along[0]])
    edge = shapely.get_parts(shapely.LineString([place + side, place - side]).intersection(filled))
    near = min(edge, key=lambda part: part.distance(shapely.Point(place)))
    return shapely.LineString(shapely.get_coordinates(near)), place, along


def _hollow(height: Field, basin: _Basin) -> Field:
    """Dig the basin and close its rim, but for the dam's side."""
    level, depth = basin.reservoir.level_m, basin.depth
    rim = level + 2.0 + 60.0 * np.clip(-depth, 0.0, 0.25)
    raised = np.where((depth > -0.55) & (depth <= 0), np.maximum(height.values, rim), height.values)
    ground = np.where(depth > 0, level - 24.0 * depth - 1.0, raised)
    foot = np.where(depth > -0.5, np.minimum(height.values, level - 12.0), height.values)
    return height.like(np.where(basin.upstream, ground, foot))


def _slope(height: Field) -> Field:
    dy, dx = np.gradient(height.values, height.cell_m)
    return height.like(np.sqrt(dx * dx + dy * dy))
