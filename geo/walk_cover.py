"""What of features lies within a walk: the service area, worked out only where features leave it open.

The buffers around the reachable stretches of streets overlap many times over, and their union is what takes
time. Most of it is not needed: a grid of cells smaller than the access distance tells which ground is wholly
within reach: a stretch passes so near a cell's middle that its buffer holds the cell. Features on such
ground alone are served as they are. For the rest only the stretches near an open cell are buffered; the cells
that are settled stand for all others. The covered set is the same as with ``geo.service_area``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from scipy.spatial import KDTree

from geo.overlay import covered_parts
from geo.reach import seed_shapes, spread_ranges
from geo.robust import EMPTY, as_array
from geo.service_area import QUAD_SEGS, buffered, reachable_parts, tiled_union
from geo.threads import threads

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.reach import Reach
    from geo.robust import Geometries

    Floats = NDArray[np.float64]
    Indices = NDArray[np.intp]

CELL_SHARE = 0.4
"""Side of a cell as a share of the access distance."""
SAMPLE_SHARE = 0.1
"""Distance between sample points along streets, likewise."""
MOST_CELLS = 20_000_000
"""Above this many cells the whole service area is made instead."""
MOST_MARKS = 4_000_000
STRETCHES_AT_ONCE = 50_000
_HALF_DIAGONAL = float(np.sqrt(0.5))


def parts_within_walk(
    features: Geometries, near: Reach, limit_m: float, access_m: float, quad_segs: int = QUAD_SEGS
) -> NDArray[Any]:
    """Give for each polygon what of it lies within a walking distance of the seeds (maybe empty).

    Parameters
    ----------
    features
        Polygons.
    near
        Distances on the network, known at least as far as the limit.
    limit_m, access_m, quad_segs
        As in ``geo.service_area``.

    Examples
    --------
    >>> from shapely import LineString, box
    >>> from geo.network import Seeds, build_network
    >>> from geo.reach import reach
    >>> street = build_network([LineString([(0, 0), (1000, 0)])])
    >>> near = reach(street, Seeds.at([0], [500.0]), 300)
    >>> homes = [box(480, 10, 520, 50), box(780, -50, 880, 0), box(900, 0, 950, 50)]
    >>> [round(part.area) for part in parts_within_walk(homes, near, limit_m=300, access_m=100)]
    [1600, 779, 0]
    """
    shapes = as_array(features)
    discs = _late_discs(near, limit_m, access_m, quad_segs)
    stretches = reachable_parts(near, limit_m - access_m)
    cells = _Cells.over(shapes, access_m * CELL_SHARE) if access_m > 0 else None
    if cells is None:
        around = np.concatenate([buffered(stretches, access_m, quad_segs), discs])
        return covered_parts(shapes, tiled_union(around))
    return _by_cells(shapes, cells, _near(stretches, shapes, access_m), discs, (access_m, quad_segs))


def _late_discs(near: Reach, limit_m: float, access_m: float, quad_segs: int) -> NDArray[Any]:
    """Discs around seeds so dear that nothing is left of them after the access distance."""
    cost = near.seeds.cost_m
    late = (cost > limit_m - access_m) & (cost < limit_m)
    return np.asarray(
        shapely.buffer(seed_shapes(near)[late], limit_m - cost[late], quad_segs=quad_segs), dtype=object
    ).reshape(-1)


class _Cells:
    """Square cells over the boxes of features: which cell belongs to which feature."""

    def __init__(self, side_m: float, place: NDArray[np.int64], feature: Indices, cell: Indices) -> None:
        self.side_m = side_m
        self.place = place
        self.feature = feature
        self.cell = cell

    @property
    def middle(self) -> Floats:
        """Coordinates of the cells' middles."""
        return np.asarray((self.place + 0.5) * self.side_m, np.float64)

    @classmethod
    def over(cls, shapes: NDArray[Any], side_m: float) -> _Cells | None:
        """Lay cells over features; None where that would be too many."""
        some = np.flatnonzero(~shapely.is_empty(shapes))
        bounds = shapely.bounds(shapes[some])
        low = np.floor(bounds[:, :2] / side_m).astype(np.int64)
        size = np.floor(bounds[:, 2:] / side_m).astype(np.int64) - low + 1
        count = size[:, 0] * size[:, 1]
        if not len(some) or count.sum() > MOST_CELLS:
            return None
        which, number = spread_ranges(np.zeros(len(some), np.int64), count)
        column = low[which, 0] + number % size[which, 0]
        row = low[which, 1] + number // size[which, 0]
        first = low.min(axis=0)
        width = int((low + size)[:, 0].max() - first[0])
        key, cell = np.unique((row - first[1]) * width + (column - first[0]), return_inverse=True)
        place = np.column_stack([key % width + first[0], key // width + first[1]])
        return cls(side_m, place, some[which], cell.reshape(-1))


def _near(stretches: NDArray[Any], shapes: NDArray[Any], access_m: float) -> NDArray[Any]:
    """Keep the stretches whose box comes near the box of a feature, and maybe some more around.

    Both are laid on cells; counts of marked cells summed from the corner tell whether a box holds any.
    """
    wide = shapely.bounds(shapes[~shapely.is_empty(shapes)]) + np.array([-1, -1, 1, 1]) * access_m
    if not len(wide) or not len(stretches):
        return stretches[:0]
    low, high = wide[:, :2].min(axis=0), wide[:, 2:].max(axis=0)
    side_m = max(access_m, float(np.sqrt(np.prod(high - low) / MOST_MARKS)))
    shape = np.floor((high - low) / side_m).astype(np.int64) + 1
    first, last = _places(wide, low, side_m, shape)
    marks = np.zeros(
        shape + 1, np.int32
    )  # +1 where a box begins, -1 beyond its end: summed, the boxes over a cell
    for corner, sign in (((0, 0), 1), ((1, 1), 1), ((0, 1), -1), ((1, 0), -1)):
        at = np.where(corner, last + 1, first)
        np.add.at(marks, (at[:, 0], at[:, 1]), sign)
    held = np.zeros(shape + 1, np.int64)
    held[1:, 1:] = (marks.cumsum(axis=0).cumsum(axis=1)[:-1, :-1] > 0).cumsum(axis=0).cumsum(axis=1)
    bounds = shapely.bounds(stretches)
    first, last = _places(bounds, low, side_m, shape)
    (x0, y0), (x1, y1) = first.T, last.T + 1
    some = held[x1, y1] - held[x0, y1] - held[x1, y0] + held[x0, y0] > 0
    some &= ((bounds[:, 2:] >= low) & (bounds[:, :2] <= high)).all(axis=1)
    near: NDArray[Any] = stretches[some]
    return near


def _places(
    bounds: Floats, low: Floats, side_m: float, shape: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last cell of boxes, those outside the grid moved to its rim."""
    cells = np.floor((bounds - np.tile(low, 2)) / side_m).astype(np.int64)
    cells = np.clip(cells, 0, np.tile(shape - 1, 2))
    return cells[:, :2], cells[:, 2:]


def _by_cells(
    shapes: NDArray[Any],
    cells: _Cells,
    stretches: NDArray[Any],
    discs: NDArray[Any],
    how: tuple[float, int],
) -> NDArray[Any]:
    access_m, quad_segs = how
    half_m = cells.side_m * _HALF_DIAGONAL
    near_m = access_m * (1 + SAMPLE_SHARE) + half_m
    sample, owner = _samples(stretches, SAMPLE_SHARE * access_m)
    away = _away(cells.middle, sample, near_m)
    settled = away <= access_m * np.cos(np.pi / 4 / quad_segs) - half_m
    live = np.isfinite(away) & ~settled
    _wake(live, settled, cells, discs, half_m)
    result = np.full(len(shapes), EMPTY, dtype=object)
    met = np.unique(cells.feature[(settled | live)[cells.cell]])
    result[met] = shapes[met]
    shapely.prepare(shapes[met])
    waiting = _touching(shapes, cells, live, met, half_m)
    by_live = np.unique(cells.feature[waiting])
    rest = np.setdiff1d(met, by_live)
    by_dead = np.unique(cells.feature[_touching(shapes, cells, ~settled & ~live, rest, half_m)])
    partly = np.union1d(by_live, by_dead)
    if len(partly):
        needed = np.isfinite(_away(sample, cells.middle[np.unique(cells.cell[waiting])], near_m))
        known = np.unique(cells.cell[np.isin(cells.feature, partly) & settled[cells.cell]])
        lines = buffered(stretches[np.unique(owner[needed])], access_m, quad_segs)
        around = tiled_union(np.concatenate([lines, discs, _boxes(cells, known)]))
        result[partly] = covered_parts(shapes[partly], around)
    return result


def _samples(stretches: NDArray[Any], step_m: float) -> tuple[Floats, Indices]:
    """Points along stretches, no further apart than a step, and whose they are; no dense line is kept."""
    points, owners = [np.empty((0, 2))], [np.empty(0, np.intp)]
    for begin in range(0, len(stretches), STRETCHES_AT_ONCE):
        dense = shapely.segmentize(stretches[begin : begin + STRETCHES_AT_ONCE], step_m)
        xy, owner = shapely.get_coordinates(dense, return_index=True)
        points.append(xy)
        owners.append(owner + begin)
    return np.concatenate(points), np.concatenate(owners)


def _away(points: Floats, places: Floats, within_m: float) -> Floats:
    """Distance of each point to the nearest of some places; inf beyond a limit."""
    if not len(places):
        return np.full(len(points), np.inf)
    tree = KDTree(places, leafsize=32, compact_nodes=False, balanced_tree=False)
    found, _ = tree.query(points, distance_upper_bound=within_m, workers=threads())
    return np.asarray(found, np.float64)


def _wake(
    live: NDArray[np.bool_], settled: NDArray[np.bool_], cells: _Cells, discs: NDArray[Any], half_m: float
) -> None:
    """Mark the cells that a disc may reach."""
    if len(discs):
        asleep = np.flatnonzero(~live & ~settled)
        points = shapely.points(cells.middle[asleep])
        hit, _ = shapely.STRtree(discs).query(points, predicate="dwithin", distance=half_m)
        live[asleep[hit]] = True


def _touching(
    shapes: NDArray[Any], cells: _Cells, which: NDArray[np.bool_], features: Indices, half_m: float
) -> Indices:
    """Pairs of features and marked cells that are not surely apart."""
    pairs = np.flatnonzero(which[cells.cell] & np.isin(cells.feature, features))
    points = shapely.points(cells.middle[cells.cell[pairs]])
    return pairs[shapely.dwithin(shapes[cells.feature[pairs]], points, half_m)]


def _boxes(cells: _Cells, which: Indices) -> NDArray[Any]:
    """Give cells as boxes, those side by side in one row as one."""
    place = cells.place[which]
    place = place[np.lexsort([place[:, 0], place[:, 1]])]
    if not len(place):
        return np.empty(0, dtype=object)
    begins = np.ones(len(place), bool)
    begins[1:] = (place[1:, 1] != place[:-1, 1]) | (place[1:, 0] != place[:-1, 0] + 1)
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(place)) - 1
    corners = np.column_stack([place[first], place[last] + 1]) * cells.side_m
    return np.asarray(shapely.box(*corners.T), dtype=object)
