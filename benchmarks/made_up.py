"""Made-up inputs, the same every time: street grids, polygons with rough edges, footprints, rasters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Shapes = NDArray[np.object_]

BLOCK_M = 90.0
CORNER = np.array([480_000.0, 2_490_000.0])
SIDE_M = 42_000.0


def street_grid(nodes: int, edges_per_node: float = 1.7, seed: int = 5) -> Shapes:
    """Streets of a bent grid: crossings shifted, a share of the blocks open, each street with one bend."""
    rng = np.random.default_rng(seed)
    side = round(np.sqrt(nodes))
    col, row = np.meshgrid(np.arange(side), np.arange(side))
    at = np.stack([col, row], -1).reshape(-1, 2) * BLOCK_M + rng.normal(0, BLOCK_M / 6, (side * side, 2))
    number = np.arange(side * side).reshape(side, side)
    start = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()])
    end = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()])
    kept = rng.random(len(start)) < edges_per_node * side * side / len(start)
    start, end = start[kept], end[kept]
    middle = (at[start] + at[end]) / 2 + rng.normal(0, BLOCK_M / 12, (len(start), 2))
    xy = np.stack([at[start], middle, at[end]], 1) + CORNER
    return np.asarray(shapely.linestrings(xy), dtype=object)


def beside_streets(streets: Shapes, count: int, away_m: float = 15.0, seed: int = 6) -> Shapes:
    """Points beside streets, such as gates, in the order of the streets."""
    rng = np.random.default_rng(seed)
    which = np.sort(rng.integers(len(streets), size=count))
    on = shapely.line_interpolate_point(streets[which], rng.random(count), normalized=True)
    turn = rng.uniform(0, 2 * np.pi, count)
    far = rng.uniform(0, away_m, count)
    xy = shapely.get_coordinates(on) + far[:, None] * np.stack([np.cos(turn), np.sin(turn)], 1)
    return np.asarray(shapely.points(xy), dtype=object)


def rectangles(count: int, side_m: tuple[float, float], extent_m: float, seed: int = 7) -> Shapes:
    """Scatter turned rectangles over a square."""
    rng = np.random.default_rng(seed)
    centre = rng.uniform(0, extent_m, (count, 2)) + CORNER
    size = rng.uniform(*side_m, (count, 2))
    turn = rng.uniform(0, np.pi, count)
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) / 2
    points = corners[None] * size[:, None]
    cos, sin = np.cos(turn)[:, None], np.sin(turn)[:, None]
    x = points[..., 0] * cos - points[..., 1] * sin + centre[:, :1]
    y = points[..., 0] * sin + points[..., 1] * cos + centre[:, 1:]
    return np.asarray(shapely.polygons(np.stack([x, y], -1)), dtype=object)


def rough_polygons(count: int, vertices: int, seed: int = 8) -> Shapes:
    """Star-shaped polygons with rough edges, like zones drawn along contours; they may overlap."""
    rng = np.random.default_rng(seed)
    each = vertices // count
    centre = rng.uniform(0.15 * SIDE_M, 0.85 * SIDE_M, (count, 2)) + CORNER
    turn = np.linspace(0, 2 * np.pi, each, endpoint=False)
    waves = np.unique(np.geomspace(2, each // 8, 40).astype(int))
    made = []
    for n in range(count):
        phase = rng.uniform(0, 2 * np.pi, len(waves))
        rough = (np.sin(np.outer(turn, waves) + phase) / waves**0.9).sum(axis=1)
        radius = rng.uniform(2_500, 6_000) * np.exp(0.35 * rough)
        made.append(np.stack([np.cos(turn), np.sin(turn)], 1) * radius[:, None] + centre[n])
    return np.asarray(shapely.polygons(np.stack(made)), dtype=object)


def greenway_lines(total_km: float, repeated: float = 0.1, seed: int = 9) -> Shapes:
    """Winding ways of 2 km, a share of them drawn twice, point for point."""
    rng = np.random.default_rng(seed)
    count = int(total_km / 2)
    steps = 40
    heading = np.cumsum(rng.normal(0, 0.25, (count, steps)), axis=1) + rng.uniform(0, 2 * np.pi, (count, 1))
    move = 2_000.0 / steps * np.stack([np.cos(heading), np.sin(heading)], -1)
    begin = rng.uniform(0, SIDE_M, (count, 1, 2)) + CORNER
    xy = np.concatenate([begin, begin + np.cumsum(move, axis=1)], axis=1)
    ways = np.asarray(shapely.linestrings(xy), dtype=object)
    return np.concatenate([ways, ways[: int(count * repeated)]])


def cover_grid(rows: int, columns: int, seed: int = 10) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Land cover of six classes in patches, and residents per cell."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(1, 7, (rows // 20 + 1, columns // 20 + 1), dtype=np.uint8)
    cover = np.repeat(np.repeat(coarse, 20, axis=0), 20, axis=1)[:rows, :columns].copy()
    noise = rng.random((rows, columns), dtype=np.float32)
    cover[noise < 0.03] = 3
    people = np.where(cover == 5, noise * 8, 0).astype(np.float32)
    return cover, people
