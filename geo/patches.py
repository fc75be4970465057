"""Patches and the gaps between them: what touches is one patch, and a graph says how far apart patches lie.

Distances run from edge to edge in the plane of one projected system. The graph keeps links of a limited
length in lists, never in a matrix of all pairs.

Examples
--------
>>> from shapely import box
>>> shapes = patches_of([box(0, 0, 10, 10), box(10, 10, 20, 20), box(50, 0, 60, 10)])
>>> [one.area for one in shapes]
[200.0, 100.0]
>>> links = patch_links(shapes, 100.0)
>>> links.one.tolist(), links.other.tolist(), links.distance_m.tolist()
([0], [1], [30.0])
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from scipy import sparse
from scipy.sparse import csgraph

from geo.overlay import union
from geo.pieces import MAX_VERTICES, quarter
from geo.robust import apply, as_array, pairs_hold
from geo.threads import threads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geo.robust import Geometries, Indices

    Floats = NDArray[np.float64]

_CHUNK = 20_000


@dataclass(frozen=True, eq=False)
class Links:
    """Links between ``count`` patches: ``one[k] < other[k]``, sorted, each pair once, with its distance."""

    count: int
    one: Indices
    other: Indices
    distance_m: Floats

    def within(self, distance_m: float) -> Links:
        """Keep the links up to a length."""
        keep = self.distance_m <= distance_m
        return Links(self.count, self.one[keep], self.other[keep], self.distance_m[keep])

    def matrix(self) -> sparse.csr_array:
        """Give the links both ways as a sparse matrix of distances; entries of 0 are links too."""
        rows, columns = np.concatenate([self.one, self.other]), np.concatenate([self.other, self.one])
        held = np.concatenate([self.distance_m, self.distance_m])
        order = np.lexsort((columns, rows))
        starts = np.searchsorted(rows[order], np.arange(self.count + 1))
        shape = (self.count, self.count)
        return sparse.csr_array((held[order], columns[order].astype(np.int32), starts), shape=shape)


def patches_of(shapes: Geometries) -> NDArray[Any]:
    """Unite polygons into patches: what overlaps or touches, be it at a corner, is one patch.

    Patches come in the order of their place (west edge, south edge, ...), whatever the order given.
    """
    united = union(as_array(shapes))
    parts = shapely.get_parts(united)
    parts = parts[shapely.area(parts) > 0]
    if not len(parts):
        return parts
    one, other = shapely.STRtree(parts).query(parts, predicate="intersects")
    joined = sparse.coo_array((np.ones(len(one), bool), (one, other)), shape=(len(parts), len(parts)))
    count, group = csgraph.connected_components(joined, directed=False)
    order = np.argsort(group, kind="stable")
    size = np.bincount(group, minlength=count)
    bags = np.split(parts[order], np.cumsum(size)[:-1])
    whole = np.array([bag[0] if len(bag) == 1 else shapely.multipolygons(bag) for bag in bags], dtype=object)
    whole = shapely.normalize(whole)
    bounds = shapely.bounds(whole)
    return whole[np.lexsort((shapely.area(whole), *bounds.T[::-1]))]


def patch_links(patches: Geometries, longest_m: float) -> Links:
    """Link all patches that lie at most ``longest_m`` apart, edge to edge.

    Where the points at which the convex hulls of two patches come nearest belong to the patches, that is
    their distance; so most pairs are settled without walking all vertices. In the rest, patches of many
    vertices are quartered first, and the quarter nearest to the other patch is looked up in a tree, so that
    one forest of 100,000 vertices does not cost 100,000 steps for each of its neighbours.
    """
    shapes = as_array(patches)
    bounds = shapely.bounds(shapes)
    frames: NDArray[Any] = np.asarray(shapely.box(*bounds.T), dtype=object)
    wide = bounds + np.array([-longest_m, -longest_m, longest_m, longest_m])
    one, other = shapely.STRtree(frames).query(np.asarray(shapely.box(*wide.T), dtype=object))
    once = one < other
    one, other = one[once], other[once]
    away, settled = _by_hulls(shapes, one, other)
    near, far, distance = [one[settled]], [other[settled]], [away[settled]]
    open_ = ~settled & (away <= longest_m)
    for links in _walked(shapes, one[open_], other[open_], longest_m):
        near.append(links[0])
        far.append(links[1])
        distance.append(links[2])
    one, other, away = np.concatenate(near), np.concatenate(far), np.concatenate(distance)
    keep = away <= longest_m
    one, other, away = one[keep], other[keep], away[keep]
    order = np.lexsort((other, one))
    return Links(len(shapes), one[order], other[order], away[order])


def _by_hulls(shapes: NDArray[Any], one: Indices, other: Indices) -> tuple[Floats, NDArray[np.bool_]]:
    """Give the distance of the hulls of pairs, never more than their own, and where it is their own."""
    hulls = shapely.convex_hull(shapes)
    lines = apply(shapely.shortest_line, hulls[one], hulls[other], chunk=_CHUNK)
    ends = np.asarray(shapely.points(shapely.get_coordinates(lines)), dtype=object).reshape(-1, 2)
    shapely.prepare(shapes)
    own = pairs_hold(shapely.intersects, shapes, one, ends[:, 0])
    own[own] = pairs_hold(shapely.intersects, shapes, other[own], ends[own, 1])
    return np.asarray(shapely.length(lines), dtype=np.float64), own


def _walked(
    shapes: NDArray[Any], one: Indices, other: Indices, longest_m: float
) -> Iterator[tuple[Indices, Indices, Floats]]:
    """Give the distances of pairs whose hulls do not tell."""
    large = shapely.get_num_coordinates(shapes) > MAX_VERTICES
    small = ~large[one] & ~large[other]
    yield one[small], other[small], _distances(shapes, one[small], other[small])
    for patch in np.flatnonzero(large).tolist():
        mine = (one == patch) | ((other == patch) & ~large[one])
        if mine.any():
            against = np.where(one[mine] == patch, other[mine], one[mine])
            found, away = _from_large(shapes, patch, against, longest_m)
            yield np.minimum(found, patch), np.maximum(found, patch), away


def _distances(shapes: NDArray[Any], one: Indices, other: Indices) -> Floats:
    chunks = [slice(start, start + _CHUNK) for start in range(0, len(one), _CHUNK)]
    if len(chunks) < threads():
        return np.asarray(shapely.distance(shapes[one], shapes[other]), dtype=np.float64)
    with ThreadPoolExecutor(threads()) as pool:
        parts = pool.map(lambda part: shapely.distance(shapes[one[part]], shapes[other[part]]), chunks)
        return np.concatenate(list(parts))


def _from_large(
    shapes: NDArray[Any], patch: int, against: Indices, longest_m: float
) -> tuple[Indices, Floats]:
    """Give the patches within reach of a large one, and how far they are."""
    tree = shapely.STRtree(quarter([shapes[patch]]).shape)
    pieces = quarter(shapes[against])
    (asked, _), away = tree.query_nearest(
        pieces.shape, max_distance=longest_m, return_distance=True, all_matches=False
    )
    least = np.full(len(against), np.inf)
    np.minimum.at(least, pieces.source[asked], away)
    reached = np.isfinite(least)
    return against[reached], least[reached]


def components(links: Links) -> tuple[int, Indices]:
    """Count the connected components, and number each patch's, in the order of their first patch."""
    count, group = csgraph.connected_components(links.matrix(), directed=False)
    _, first = np.unique(group, return_index=True)
    rank = np.empty(count, dtype=np.intp)
    rank[np.argsort(first)] = np.arange(count)
    return int(count), rank[group]


def least_forest(links: Links, weight: Floats) -> tuple[Indices, Floats]:
    """Find the links that join all that can be joined at the least length, and what each holds together.

    Parameters
    ----------
    links
        The graph; equal lengths are taken in the order of the links.
    weight
        A weight for each patch, such as its area.

    Returns
    -------
    Positions of the kept links, shortest first, and for each the product of the weights of the two parts
    its loss would leave.
    """
    order = np.argsort(links.distance_m, kind="stable")
    root = np.arange(links.count)
    kept = [k for k in order.tolist() if _join(root, int(links.one[k]), int(links.other[k]))]
    chosen = np.array(kept, dtype=np.intp)
    forest = Links(links.count, links.one[chosen], links.other[chosen], links.distance_m[chosen])
    return chosen, _sides(forest, weight)


def _find(root: Indices, node: int) -> int:
    while root[node] != node:
        root[node] = root[root[node]]
        node = int(root[node])
    return node


def _join(root: Indices, one: int, other: int) -> bool:
    a, b = _find(root, one), _find(root, other)
    root[max(a, b)] = min(a, b)
    return a != b


def _sides(forest: Links, weight: Floats) -> Floats:
    """Give for each link of a forest the product of the weights on its two sides."""
    matrix = forest.matrix()
    below = np.array(weight, dtype=np.float64)
    parent = np.full(forest.count, -1)
    total = np.zeros(forest.count)
    for start in range(forest.count):
        if parent[start] != -1:
            continue
        order, before = csgraph.breadth_first_order(matrix, start, directed=False)
        parent[order] = before[order]
        parent[start] = start
        for node in order[:0:-1].tolist():
            below[parent[node]] += below[node]
        total[order] = below[start]
    child = np.where(parent[forest.one] == forest.other, forest.one, forest.other)
    return np.asarray(below[child] * (total[child] - below[child]), dtype=np.float64)
