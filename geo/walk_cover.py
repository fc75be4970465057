"""What of features lies within a walk: the service area, worked out only where features leave it open.

The buffers around the reachable stretches of streets overlap many times over, and their union is what takes
time. Most of it is not needed: a grid of cells smaller than the access distance tells which ground is wholly
within reach: a stretch passes so near a cell's middle that its buffer holds the cell. Features on such
ground alone are served as they are. Cells that leave it open are quartered, twice. For the rest only the
stretches near an open cell are buffered; the cells that are settled stand for all others. The covered set is
the same as with ``geo.service_area``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.cut_by_many import parts_within
from geo.feature_cells import FeatureCells, boxes_of, may_be_near
from geo.nearest import away_from, tree_of
from geo.network import LONG
from geo.overlay import covered_parts
from geo.ranges import spread_ranges
from geo.reach import edge_parts, part_vertices, seed_shapes
from geo.robust import EMPTY, as_array
from geo.service_area import QUAD_SEGS, buffered, reachable_parts, reachable_stretches, tiled_union

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.spatial import KDTree

    from geo.network import WalkNetwork
    from geo.reach import Reach
    from geo.robust import Geometries

    Floats = NDArray[np.float64]
    Indices = NDArray[np.intp]
    Flags = NDArray[np.bool_]

CELL_SHARE = 0.4
"""Side of a cell as a share of the access distance."""
LEVELS = 3
"""Sizes of cells: each size has half the side of the one before."""
FEW_CELLS = 1_000
"""Cells to a feature, over all, that mostly show whether it has ground nobody serves."""
WIDE_CELLS = 1_000
"""Above so many cells to a feature smaller ones settle too little."""
SAMPLE_SHARE = 0.25
"""Distance between sample points along streets, likewise."""
JOIN_SHARE = 0.5
"""How far beyond their use stretches are joined, likewise."""


def parts_within_walk(
    features: Geometries, near: Reach, limit_m: float, access_m: float, quad_segs: int = QUAD_SEGS
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Give for each polygon what of it lies within a walking distance of the seeds, and the rest.

    The rest is None where it was not needed to find the part within.

    Parameters
    ----------
    features
        Polygons.
    near
        Distances on the network, known at least as far as the limit less the access distance.
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
    >>> inside, _ = parts_within_walk(homes, near, limit_m=300, access_m=100)
    >>> [round(part.area) for part in inside]
    [1600, 779, 0]
    """
    shapes = as_array(features)
    discs = _late_discs(near, limit_m, access_m, quad_segs)
    cells = FeatureCells.over(shapes, access_m * CELL_SHARE) if access_m > 0 else None
    if cells is None:
        stretches = reachable_parts(near, limit_m - access_m)
        around = np.concatenate([buffered(stretches, access_m, quad_segs), discs])
        return covered_parts(shapes, tiled_union(around)), np.empty(len(shapes), dtype=object)
    return _by_cells(shapes, cells, _Walks(near, limit_m - access_m, discs, access_m, quad_segs))


def _late_discs(near: Reach, limit_m: float, access_m: float, quad_segs: int) -> NDArray[Any]:
    """Discs around seeds so dear that nothing is left of them after the access distance."""
    cost = near.seeds.cost_m
    late = (cost > limit_m - access_m) & (cost < limit_m)
    return np.asarray(
        shapely.buffer(seed_shapes(near)[late], limit_m - cost[late], quad_segs=quad_segs), dtype=object
    ).reshape(-1)


@dataclass(frozen=True, eq=False)
class _Walks:
    """Reachable stretches of streets within a limit, discs beside them, and how both cover ground."""

    near: Reach
    limit_m: float
    discs: NDArray[Any]
    access_m: float
    quad_segs: int

    @property
    def sure_m(self) -> float:
        """How near to a stretch its buffer, a polygon, holds everything."""
        return float(self.access_m * np.cos(np.pi / 4 / self.quad_segs))

    def sampled_m(self, half_m: float) -> float:
        """How far a cell's middle may be from the nearest sample of a stretch that serves part of it."""
        return float(np.hypot(self.access_m + half_m, self.access_m * SAMPLE_SHARE / 2))

    def crossings(self) -> Floats:
        """Coordinates of the ends of edges within the limit."""
        near, network = self.near, self.near.network
        reached = np.zeros(len(network.nodes), bool)
        first = (near.cost_from_m <= self.limit_m) & (near.from_m <= 0)
        reached[network.start[near.edge[first]]] = True
        last = (near.cost_to_m <= self.limit_m) & (near.to_m >= network.length_m[near.edge])
        reached[network.end[near.edge[last]]] = True
        return network.nodes.compress(reached, axis=0)

    def stretches(self, middle: Floats, within_m: float) -> _Stretches:
        """Give the stretches that come near some places, and maybe some more."""
        near, network = self.near, self.near.network
        if len(middle) <= len(near.edge):  # else a look at each place would cost more than it saves
            long_m = LONG * float(np.mean(network.length_m)) if len(network.start) else 0.0
            around = may_be_near(network.nodes, middle, within_m + long_m)
            used = around[network.start] | (network.length_m > long_m)
            near = near.rows(np.flatnonzero(used[near.edge]))
        return _Stretches.of(network, reachable_stretches(near, self.limit_m), SAMPLE_SHARE * self.access_m)


@dataclass(frozen=True, eq=False)
class _Stretches:
    """Stretches of edges, and sample points along them: coordinates, and whose they are."""

    network: WalkNetwork
    edge: Indices
    from_m: Floats
    to_m: Floats
    sample: Floats
    owner: Indices

    @classmethod
    def of(cls, network: WalkNetwork, parts: tuple[Indices, Floats, Floats], step_m: float) -> _Stretches:
        """Lay sample points along stretches, no further apart than a step, at all their vertices too."""
        xy, owner = part_vertices(network, *parts)
        way = np.diff(xy, axis=0, append=xy[-1:])
        way[:-1][owner[1:] != owner[:-1]] = 0.0
        count = np.maximum(np.ceil(np.hypot(way[:, 0], way[:, 1]) / step_m), 1.0).astype(np.intp)
        vertex, rank = spread_ranges(np.zeros_like(count), count)
        sample = xy.take(vertex, axis=0) + way.take(vertex, axis=0) * (rank / count[vertex])[:, None]
        return cls(network, *parts, sample, owner[vertex])

    def lines(self, which: Indices) -> NDArray[Any]:
        """Give some of the stretches as lines."""
        return edge_parts(self.network, self.edge[which], self.from_m[which], self.to_m[which])


def _by_cells(shapes: NDArray[Any], cells: FeatureCells, walks: _Walks) -> tuple[NDArray[Any], NDArray[Any]]:
    """Find the features that cells do not settle, and cut these."""
    settled = cells.beside(walks.crossings(), walks.sure_m)
    stretches = walks.stretches(cells.middle[~settled], walks.sampled_m(cells.half_m))
    tree = tree_of(stretches.sample)
    sizes = [_Size.of(cells, settled, tree, walks)]
    shapely.prepare(shapes[np.unique(cells.feature[sizes[0].live[cells.cell]])])
    waiting = cells.touching(shapes, sizes[0].live)
    levels = LEVELS if len(cells.cell) <= WIDE_CELLS * len(shapes) else 1
    while len(waiting) and len(sizes) < levels:
        cells = cells.quartered(waiting)
        sizes.append(_Size.of(cells, np.zeros(len(cells.place), bool), tree, walks))
        waiting = cells.touching(shapes, sizes[-1].live)
    by_live = np.unique(cells.feature[waiting])
    served = [size.cells.feature[size.settled[size.cells.cell]] for size in sizes]
    met = np.unique(np.concatenate([by_live, *served]))
    inside, rest = np.full(len(shapes), EMPTY, dtype=object), np.empty(len(shapes), dtype=object)
    inside[met] = shapes[met]
    partly = np.union1d(by_live, _with_dead_ground(shapes, sizes, np.setdiff1d(met, by_live)))
    if len(partly):
        leaves = cells.middle[np.unique(cells.cell[waiting])]
        around = np.concatenate([_buffers_near(stretches, leaves, cells.half_m, walks), walks.discs])
        several = len(sizes) > 1  # else the features are so wide that their boxes tell nothing
        frames = _frames(sizes, cells.cell[waiting], cells.feature[waiting], partly) if several else None
        known = _known(sizes, partly)
        inside[partly], rest[partly] = parts_within(shapes[partly], around, known, frames)
    return inside, rest


@dataclass(frozen=True, eq=False)
class _Size:
    """Cells of one size: those wholly served, and those that may be served in part."""

    cells: FeatureCells
    settled: Flags
    live: Flags

    @classmethod
    def of(cls, cells: FeatureCells, settled: Flags, samples: KDTree | None, walks: _Walks) -> _Size:
        """Settle cells by the samples of streets around; some may be known to be settled."""
        settled, live = settled.copy(), np.zeros(len(settled), bool)
        open_ = np.flatnonzero(~settled)
        away = away_from(samples, cells.middle[open_], walks.sampled_m(cells.half_m))
        settled[open_] = away <= walks.sure_m - cells.half_m
        live[open_] = np.isfinite(away) & ~settled[open_]
        if len(walks.discs):
            asleep = np.flatnonzero(~live & ~settled)
            points = shapely.points(cells.middle[asleep])
            hit, _ = shapely.STRtree(walks.discs).query(points, predicate="dwithin", distance=cells.half_m)
            live[asleep[hit]] = True
        return cls(cells, settled, live)


def _with_dead_ground(shapes: NDArray[Any], sizes: list[_Size], features: Indices) -> Indices:
    """Features of some that also touch cells nobody serves; a few of these show it for most features."""
    found = np.zeros(len(shapes), bool)
    shapely.prepare(shapes[features])
    waiting = np.zeros(len(shapes), bool)
    waiting[features] = True
    for few in (True, False):
        for size in sizes if len(features) else ():
            cells, dead = size.cells, ~size.settled & ~size.live
            own = np.flatnonzero(waiting[cells.feature] & dead[cells.cell])
            if few:
                own = own[:: max(len(own) // (FEW_CELLS * int(waiting.sum()) + 1), 1)]
            some = FeatureCells(cells.side_m, cells.place, cells.feature[own], cells.cell[own])
            touched = some.feature[some.touching(shapes, dead)]
            found[touched], waiting[touched] = True, False
    return np.flatnonzero(found)


def _buffers_near(stretches: _Stretches, leaves: Floats, half_m: float, walks: _Walks) -> NDArray[Any]:
    """Buffer the stretches that may serve a part of the smallest cells.

    Those a little further away are joined to them first: a buffer's corners depend on how a street goes on.
    """
    within_m, join_m = walks.sampled_m(half_m), walks.access_m * JOIN_SHARE
    close = np.flatnonzero(may_be_near(stretches.sample, leaves, within_m + join_m))
    away = away_from(tree_of(leaves), stretches.sample.take(close, axis=0), within_m + join_m)
    owner = stretches.owner[close]
    joined, wanted = (np.zeros(len(stretches.edge), bool) for _ in range(2))
    joined[owner[np.isfinite(away)]] = True
    wanted[owner[away <= within_m]] = True
    which = np.flatnonzero(joined)
    return buffered(stretches.lines(which), walks.access_m, walks.quad_segs, wanted[which])


def _frames(sizes: list[_Size], leaves: Indices, owner: Indices, features: Indices) -> Floats:
    """Give the box of the ground of some features that is not known to be wholly served."""
    found = [(sizes[-1].cells, leaves, owner)]
    found += [
        (size.cells, size.cells.cell[dead], size.cells.feature[dead])
        for size in sizes
        for dead in [np.flatnonzero(~(size.settled | size.live)[size.cells.cell])]
    ]
    low, high = np.full((len(features), 2), np.inf), np.full((len(features), 2), -np.inf)
    for cells, cell, feature in found:
        place = np.minimum(np.searchsorted(features, feature), len(features) - 1)
        own = features[place] == feature
        corner = cells.place[cell[own]]
        np.minimum.at(low, place[own], corner * cells.side_m)
        np.maximum.at(high, place[own], (corner + 1) * cells.side_m)
    return np.hstack([low, high])


def _known(sizes: list[_Size], features: Indices) -> tuple[NDArray[Any], Indices]:
    """Give the ground of some features that is wholly served, as boxes, and whose it is."""
    found, owner = [], []
    for size in sizes:
        cells = size.cells
        place = np.searchsorted(features, cells.feature)
        own = features[np.minimum(place, len(features) - 1)] == cells.feature
        pairs = np.flatnonzero(own & size.settled[cells.cell])
        boxes, first = boxes_of(cells.place[cells.cell[pairs]], place[pairs], cells.side_m)
        found.append(boxes)
        owner.append(first)
    return np.concatenate(found), np.concatenate(owner)
