r"""The exact service area: every place whose walking distance to the nearest seed is within a limit.

The distance of a place ``p`` is the least, over positions ``q`` on edges with ``|p - q| <= a`` (the access
distance), of ``|p - q| + net(q)``. The places within ``D`` are, exactly,

* the places within ``a`` of ``R``, the part of the network with ``net(q) <= D - a``, and
* for each seed whose own cost ``h`` lies in ``(D - a, D]``, the disc of radius ``D - h`` around it (around
  the whole of it where the seed is a stretch).

Why: take any position ``q`` with ``D - a < net(q) <= D`` and walk from it along its shortest way towards its
seed. Each metre takes one metre off ``net`` and adds at most one to ``|p - q|``, so the disc of radius
``D - net(q)`` lies inside the disc of every later position. The walk ends where ``net`` is ``D - a`` (its
disc lies in the buffer of ``R``) or at a seed with ``h > D - a`` (then in that seed's disc). With ``D < a``,
``R`` is empty and only the seeds' discs remain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.chains import chained
from geo.pieces import cut_to_tiles
from geo.reach import edge_parts, reach, row_order, seed_shapes
from geo.robust import apply, bags, union_each

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.network import Seeds, WalkNetwork
    from geo.reach import Reach

    Floats = NDArray[np.float64]
    Indices = NDArray[np.intp]

TILE_M = 500.0
QUAD_SEGS = 16
"""Segments per quarter circle; the polygon loses 0.16 % of a full circle's area."""
TILES_AT_ONCE = 8
LINES_AT_ONCE = 200


def service_area(
    network: WalkNetwork, seeds: Seeds, limit_m: float, access_m: float, quad_segs: int = QUAD_SEGS
) -> NDArray[Any]:
    """Give the places within a limit of the seeds, as polygons that do not overlap (their union is the area).

    Parameters
    ----------
    network, seeds
        Where one may walk, and from where.
    limit_m
        Greatest distance, access included.
    access_m
        Greatest straight-line distance between a place and the network.
    quad_segs
        Segments per quarter circle.

    Examples
    --------
    One straight street of 1 km, one seed in its middle: everything within 100 m of 400 m of street.

    >>> from shapely import LineString
    >>> from geo.network import Seeds, build_network
    >>> street = build_network([LineString([(0, 0), (1000, 0)])])
    >>> pieces = service_area(street, Seeds.at([0], [500.0]), limit_m=300, access_m=100)
    >>> shapely.union_all(pieces).bounds
    (200.0, -100.0, 800.0, 100.0)
    """
    return service_area_of(reach(network, seeds, limit_m), limit_m, access_m, quad_segs)


def service_area_of(near: Reach, limit_m: float, access_m: float, quad_segs: int = QUAD_SEGS) -> NDArray[Any]:
    """Give the service area from distances already known; they must reach at least as far as the limit."""
    shapes = reachable_parts(near, limit_m - access_m)
    cost = near.seeds.cost_m
    late = (cost > limit_m - access_m) & (cost <= limit_m)
    discs = shapely.buffer(seed_shapes(near)[late], limit_m - cost[late], quad_segs=quad_segs)
    return tiled_union(np.concatenate([buffered(shapes, access_m, quad_segs), discs]))


def buffered(
    stretches: NDArray[Any],
    radius_m: float,
    quad_segs: int = QUAD_SEGS,
    wanted: NDArray[np.bool_] | None = None,
) -> NDArray[Any]:
    """Buffer stretches of streets, joined into chains first so that few shapes cover the same.

    Where some are ``wanted``, chains without any of these are left out.
    """
    linear = shapely.length(stretches) > 0
    if wanted is None:
        wanted = np.ones(len(stretches), bool)
    chains = chained(stretches[linear], TILE_M, wanted[linear])
    shapes = np.concatenate([chains, stretches[~linear & wanted]])
    around = apply(_buffer(radius_m, quad_segs), shapes, chunk=LINES_AT_ONCE)
    return around[shapely.area(around) > 0]


def _buffer(radius_m: float, quad_segs: int) -> Any:  # noqa: ANN401 - a shapely operation
    return lambda shapes: shapely.buffer(shapes, radius_m, quad_segs=quad_segs)


def reachable_stretches(near: Reach, limit_m: float) -> tuple[Indices, Floats, Floats]:
    """Give the parts of edges within a network distance, sorted: the edge, from where and to where along it.

    Examples
    --------
    >>> from shapely import LineString
    >>> from geo.network import Seeds, build_network
    >>> street = build_network([LineString([(0, 0), (1000, 0)])])
    >>> [one.tolist() for one in reachable_stretches(reach(street, Seeds.at([0], [500.0])), 200)]
    [[0, 0], [300.0, 500.0], [500.0, 700.0]]
    """
    left, right = limit_m - near.cost_from_m, limit_m - near.cost_to_m
    length = near.to_m - near.from_m
    whole = (near.flat_m <= limit_m) | (np.maximum(left, 0) + np.maximum(right, 0) >= length)
    whole &= (left >= 0) | (right >= 0) | (near.flat_m <= limit_m)
    first, last = ~whole & (left >= 0), ~whole & (right >= 0)
    edge = np.concatenate([near.edge[whole], near.edge[first], near.edge[last]])
    begin = np.concatenate([near.from_m[whole], near.from_m[first], (near.to_m - right)[last]])
    end = np.concatenate([near.to_m[whole], (near.from_m + left)[first], near.to_m[last]])
    order = row_order(edge, begin, end)
    return edge[order], begin[order], end[order]


def reachable_parts(near: Reach, limit_m: float) -> NDArray[Any]:
    """Give the parts of edges within a network distance: whole edges, parts from one end or both, points.

    Examples
    --------
    >>> from shapely import LineString
    >>> from geo.network import Seeds, build_network
    >>> street = build_network([LineString([(0, 0), (1000, 0)])])
    >>> near = reach(street, Seeds.at([0], [500.0]))
    >>> [part.wkt for part in reachable_parts(near, 200)]
    ['LINESTRING (300 0, 500 0)', 'LINESTRING (500 0, 700 0)']
    """
    return edge_parts(near.network, *reachable_stretches(near, limit_m))


def tiled_union(polygons: NDArray[Any], tile_m: float = TILE_M) -> NDArray[Any]:
    """Unite very many polygons, tile by tile; gives pieces that do not overlap, in the order of the tiles.

    Examples
    --------
    >>> discs = shapely.buffer(shapely.points(np.arange(0, 5000, 10.0), 0), 100)
    >>> pieces = tiled_union(discs)
    >>> bool(abs(shapely.area(pieces).sum() / shapely.union_all(discs).area - 1) < 1e-9)
    True
    """
    polygons = polygons[shapely.area(polygons) > 0]
    if not len(polygons):
        return np.empty(0, dtype=object)
    bounds = shapely.bounds(polygons)
    polygons = polygons[np.lexsort(bounds.T)]
    bounds = shapely.bounds(polygons)
    home = np.floor((bounds[:, :2] + bounds[:, 2:]) / 2 / tile_m).astype(np.int64)
    blocks = apply(union_each, bags(polygons, _groups(home)), chunk=TILES_AT_ONCE)
    cut = cut_to_tiles(blocks, tile_m)
    return apply(union_each, bags(cut.shape, _groups(cut.tile)), chunk=TILES_AT_ONCE)


def _groups(tile: NDArray[np.int64]) -> NDArray[np.intp]:
    return np.asarray(np.unique(tile, axis=0, return_inverse=True)[1].reshape(-1), np.intp)
