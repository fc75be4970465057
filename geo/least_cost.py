"""Cheapest ways over a grid of resistance, and where they are dearest.

Moving from a cell to one of its eight neighbours costs the mean of the two resistances times the distance of
their centres. A masked cell is a barrier. A way between two shapes is looked for in a window around the place
where they are nearest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import rasterio.features
import shapely
from affine import Affine
from scipy import sparse
from scipy.sparse import csgraph

from geo.raster import Grid, Surface

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely import LineString, Point
    from shapely.geometry.base import BaseGeometry

    Floats = NDArray[np.float64]
    Window = tuple[slice, slice]

_STEPS = ((0, 1), (1, 0), (1, 1), (1, -1))


class ResistanceError(ValueError):
    """A resistance of zero, below zero or without bound: such a way would cost nothing, or nothing sure."""


@dataclass(frozen=True, eq=False)
class LeastCostPath:
    """A cheapest way.

    ``line`` runs through cell centres from the first shape to the second; ``step_cost`` and ``step_m`` are
    cost and length of each of its steps, in that order (before straight runs are made one segment).
    """

    line: LineString
    step_cost: Floats
    step_m: Floats

    @property
    def cost(self) -> float:
        """Cost of the whole way: resistance times metres."""
        return float(self.step_cost.sum())


@dataclass(frozen=True, eq=False)
class Bottleneck:
    """The dearest stretch of a way: its middle, its mean resistance and its share in the cost."""

    place: Point
    resistance: float
    share: float


def check_resistance(surface: Surface) -> None:
    """Refuse a surface on which a way could cost nothing.

    Raises
    ------
    ResistanceError
        When a cell that is not masked holds zero, a negative number or no finite one.
    """
    held = surface.values.compressed()
    wrong = int((~np.isfinite(held) | (held <= 0)).sum())
    if wrong:
        raise ResistanceError(f"{wrong} of {len(held)} cells are not above zero")


def least_cost_path(
    resistance: Surface, one: BaseGeometry, other: BaseGeometry, margin_m: float
) -> LeastCostPath | None:
    """Find the cheapest way from one shape to another.

    Parameters
    ----------
    resistance
        Square cells in the plane of a metric system, all above zero (see ``check_resistance``).
    one, other
        Polygons or points in the same system; every cell they touch belongs to them.
    margin_m
        How far around the shortest straight link the way may go.

    Returns
    -------
    The way, or None where barriers or the window leave none. Shapes that share a cell have a way of no
    length there.
    """
    link = shapely.shortest_line(one, other)
    window = _window(resistance.grid, shapely.box(*link.bounds).buffer(margin_m).bounds)
    part = resistance.values[window]
    if not part.size:
        return None
    transform = resistance.grid.transform @ Affine.translation(window[1].start, window[0].start)
    grid = Grid(resistance.grid.crs, transform, part.shape)
    starts, ends = (
        np.flatnonzero(_touched(shape, grid) & ~np.ma.getmaskarray(part)) for shape in (one, other)
    )
    if not len(starts) or not len(ends):
        return None
    graph = _cells_graph(part, grid.transform.a)
    cost, before, _ = csgraph.dijkstra(
        graph, directed=False, indices=starts, min_only=True, return_predecessors=True
    )
    best = ends[np.argmin(cost[ends])]
    if not np.isfinite(cost[best]):
        return None
    cells = [int(best)]
    while before[cells[-1]] >= 0:
        cells.append(int(before[cells[-1]]))
    return _path(np.array(cells[::-1]), cost, grid)


def dearest_stretch(path: LeastCostPath, stretch_m: float) -> Bottleneck | None:
    """Find the stretch of a way, ``stretch_m`` long or the whole way, that costs most.

    None for a way of no length. Of equal stretches the first counts.
    """
    if not len(path.step_m):
        return None
    along = np.concatenate([[0.0], np.cumsum(path.step_m)])
    spent = np.concatenate([[0.0], np.cumsum(path.step_cost)])
    length = min(stretch_m, float(along[-1]))
    # the dearest stretch begins or ends at a cell
    begins = np.concatenate([along, along - length])
    begins = np.unique(begins.clip(0, along[-1] - length).round(9))
    costs = np.interp(begins + length, along, spent) - np.interp(begins, along, spent)
    first = int(np.argmax(costs >= costs.max() * (1 - 1e-12)))
    middle = shapely.line_interpolate_point(path.line, begins[first] + length / 2)
    return Bottleneck(middle, float(costs[first] / length), float(costs[first] / spent[-1]))


def _window(grid: Grid, bounds: tuple[float, ...]) -> Window:
    size, (rows, columns) = grid.transform.a, grid.shape
    left, right = (bounds[0] - grid.transform.c) / size, (bounds[2] - grid.transform.c) / size
    top, bottom = (grid.transform.f - bounds[3]) / size, (grid.transform.f - bounds[1]) / size
    across = np.clip([np.floor(left), np.ceil(right)], 0, columns).astype(int)
    down = np.clip([np.floor(top), np.ceil(bottom)], 0, rows).astype(int)
    return slice(int(down[0]), int(down[1])), slice(int(across[0]), int(across[1]))


def _touched(shape: BaseGeometry, grid: Grid) -> NDArray[np.bool_]:
    marked = rasterio.features.rasterize(
        [(shape, 1)], out_shape=grid.shape, transform=grid.transform, all_touched=True, dtype=np.uint8
    )
    return np.asarray(marked, dtype=bool)


def _cells_graph(values: np.ma.MaskedArray, size: float) -> sparse.csr_array:
    held = np.ma.filled(values.astype(np.float64), np.nan)
    number = np.arange(held.size).reshape(held.shape)
    rows, columns = held.shape
    one, other, cost = [], [], []
    for down, right in _STEPS:
        here = np.s_[: rows - down, max(-right, 0) : columns - max(right, 0)]
        there = np.s_[down:, max(right, 0) : columns - max(-right, 0)]
        paid = (held[here] + held[there]) / 2 * size * np.hypot(down, right)
        open_ = np.isfinite(paid)
        one.append(number[here][open_])
        other.append(number[there][open_])
        cost.append(paid[open_])
    ends = (np.concatenate(one), np.concatenate(other))
    return sparse.coo_array((np.concatenate(cost), ends), shape=(held.size, held.size)).tocsr()


def _path(cells: NDArray[np.intp], cost: Floats, grid: Grid) -> LeastCostPath:
    row, column = np.divmod(cells, grid.shape[1])
    size = grid.transform.a
    places = np.column_stack(
        [grid.transform.c + (column + 0.5) * size, grid.transform.f - (row + 0.5) * size]
    )
    if len(places) == 1:
        places = np.repeat(places, 2, axis=0)
    steps = np.hypot(*np.diff(places, axis=0).T)[: len(cells) - 1]
    turn = np.ones(len(places), bool)
    moves = np.diff(places, axis=0)
    turn[1:-1] = (moves[1:] != moves[:-1]).any(axis=1)
    return LeastCostPath(shapely.LineString(places[turn]), np.diff(cost[cells]), steps)
