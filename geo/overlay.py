"""Overlay of polygon layers, built for big polygons: what lies inside what, counted once.

A polygon of 100,000 vertices is expensive because every operation walks all of them. Here big polygons are
first quartered into pieces of a few hundred vertices; a prepared containment test then settles most features
without any cutting, and only what crosses an edge is cut, against the few pieces it meets.

Everything works in the plane of one projected system; feed the results to ``geo.area`` for ellipsoidal sizes.
Polygons are expected to be valid; where GEOS refuses all the same, see ``geo.robust``.

Examples
--------
>>> from shapely import box
>>> plots = [box(0, 0, 10, 10), box(20, 0, 30, 10)]
>>> zones = [box(5, 0, 25, 10), box(5, 0, 8, 10)]
>>> [part.area for part in covered_parts(plots, zones)]
[50.0, 50.0]
>>> pairs = intersect(plots, zones)
>>> list(zip(pairs.left.tolist(), pairs.right.tolist(), pairs.area.tolist()))
[(0, 0, 50.0), (0, 1, 30.0), (1, 0, 50.0)]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.errors import GEOSException

from geo.area import area_m2
from geo.big_shapes import common_parts, few_pairs, home_of, near_parts, without
from geo.fragments import merged
from geo.line_overlay import OUTSIDE, label_lines, meetings
from geo.pieces import MAX_VERTICES, SAME, quarter
from geo.robust import (
    EMPTY,
    FINE_GRID_M,
    apply,
    as_array,
    bags,
    difference,
    same_dimension,
    union_each,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from pyproj import CRS
    from shapely.geometry.base import BaseGeometry

    from geo.robust import Geometries, Indices


@dataclass(frozen=True, eq=False)
class Pairs:
    """Where two layers meet: ``shape[k]`` is the common part of left[k] and right[k].

    Sorted by left, then right; each pair at most once; only parts of the left shape's own dimension.
    """

    left: Indices
    right: Indices
    shape: NDArray[Any]

    @property
    def area(self) -> NDArray[np.float64]:
        """Plane areas of the common parts."""
        return shapely.area(self.shape)


def intersect(left: Geometries, right: Geometries, max_vertices: int = MAX_VERTICES) -> Pairs:
    """Intersect two layers: every pair that shares more than an edge, with its common part.

    Parameters
    ----------
    left
        Polygons or lines; the result has their dimension.
    right
        Polygons.
    max_vertices
        Polygons above this are quartered first.
    """
    features, areas = as_array(left), as_array(right)
    whole_pairs = few_pairs(features, areas, max_vertices)
    if whole_pairs is not None:
        i, j = whole_pairs
        shape = common_parts(features[i], areas[j])
        keep = ~shapely.is_empty(shape)
        i, j = i[keep], j[keep]
        return Pairs(i, j, merged(shape[keep], np.arange(len(i)), features[i]))
    left_pieces = quarter(features, max_vertices)
    right_pieces = quarter(areas, max_vertices)
    i, j, whole = meetings(left_pieces.shape, right_pieces.shape)
    shape = left_pieces.shape[i]
    shape[~whole] = _cut(left_pieces.shape[i[~whole]], right_pieces.shape[j[~whole]])
    keep = ~shapely.is_empty(shape)
    a, b = left_pieces.source[i[keep]], right_pieces.source[j[keep]]
    key, group = np.unique(a * max(len(areas), 1) + b, return_inverse=True)
    pair_left, pair_right = key // max(len(areas), 1), key % max(len(areas), 1)

    def at_once(pairs: Indices) -> NDArray[Any]:
        return _cut(features[pair_left[pairs]], areas[pair_right[pairs]])

    return Pairs(pair_left, pair_right, merged(shape[keep], group, features[pair_left], at_once))


def _cut(features: NDArray[Any], areas: NDArray[Any]) -> NDArray[Any]:
    return same_dimension(apply(shapely.intersection, features, areas), features)


def covered_parts(features: Geometries, areas: Geometries, max_vertices: int = MAX_VERTICES) -> NDArray[Any]:
    """Give for each feature what of it lies inside the union of the areas; overlapping areas count once.

    Features may be polygons or lines; an uncovered one gives an empty geometry. One result per feature, in
    the order given.

    Examples
    --------
    >>> from shapely import box, LineString
    >>> street = LineString([(0, 5), (100, 5)])
    >>> covered_parts([street], [box(10, 0, 30, 10), box(20, 0, 50, 10)])[0].length
    40.0
    """
    return _by_kind(features, areas, max_vertices, inside=True)


def uncovered_parts(
    features: Geometries, areas: Geometries, max_vertices: int = MAX_VERTICES
) -> NDArray[Any]:
    """Give for each feature what of it lies outside all areas; with the covered part it makes the whole.

    Examples
    --------
    >>> from shapely import box
    >>> uncovered_parts([box(0, 0, 10, 10)], [box(0, 0, 4, 10), box(2, 0, 5, 10)])[0].area
    50.0
    """
    return _by_kind(features, areas, max_vertices, inside=False)


def _by_kind(features: Geometries, areas: Geometries, max_vertices: int, *, inside: bool) -> NDArray[Any]:
    """Lines are measured along themselves, polygons are cut."""
    shapes, targets = as_array(features), as_array(areas)
    linear = np.flatnonzero(shapely.get_dimensions(shapes) == 1)
    if len(linear) == 0:
        return (_inside if inside else _outside)(shapes, targets, max_vertices)
    result = np.full(len(shapes), shapely.LineString(), dtype=object)
    parts = label_lines(shapes[linear], targets, max_vertices)
    held = (parts.area != OUTSIDE) == inside
    result[linear] = merged(parts.shape[held], parts.line[held], shapes[linear])
    rest = np.setdiff1d(np.arange(len(shapes)), linear)
    result[rest] = (_inside if inside else _outside)(shapes[rest], targets, max_vertices)
    return result


def _inside(shapes: NDArray[Any], areas: NDArray[Any], max_vertices: int) -> NDArray[Any]:
    home = home_of(shapes, areas, max_vertices)
    result = shapes.copy()
    rest = np.flatnonzero(home == OUTSIDE)
    whole_pairs = few_pairs(shapes[rest], areas, max_vertices)
    if whole_pairs is not None:
        i, j = whole_pairs
        shape = common_parts(shapes[rest][i], areas[j])
        keep = ~shapely.is_empty(shape)
        result[rest] = merged(shape[keep], i[keep], shapes[rest])
        return result
    pieces = quarter(shapes[rest], max_vertices)
    quartered = quarter(areas, max_vertices).shape
    i, j, whole = meetings(pieces.shape, quartered)
    covered = np.zeros(len(pieces.shape), bool)
    covered[i[whole]] = True
    crossing = ~covered[i]
    fragments = _cut(pieces.shape[i[crossing]], quartered[j[crossing]])
    keep = ~shapely.is_empty(fragments)
    shape = np.concatenate([pieces.shape[covered], fragments[keep]])
    group = np.concatenate([pieces.source[covered], pieces.source[i[crossing][keep]]])

    def at_once(which: Indices) -> NDArray[Any]:
        own = shapes[rest][which]
        return _cut(own, _united_near(own, areas))

    result[rest] = merged(shape, group, shapes[rest], at_once)
    return result


def clip(geometries: Geometries, area: BaseGeometry) -> NDArray[Any]:
    """Clip features to one area; what lies outside becomes empty."""
    return covered_parts(geometries, [area])


def union(geometries: Geometries) -> BaseGeometry:
    """Unite polygons (or lines) into one shape.

    Groups that do not touch are united apart; the parts of each in the order of their place, so that the
    result does not depend on the order given.
    """
    parts = shapely.get_parts(as_array(geometries))
    parts = parts[~shapely.is_empty(parts)]
    if not len(parts):
        return EMPTY
    parts = parts[np.lexsort(shapely.bounds(parts).T)]
    try:
        return shapely.normalize(shapely.disjoint_subset_union_all(parts))
    except GEOSException:
        repaired = shapely.make_valid(parts)
        try:
            return shapely.normalize(shapely.union_all(repaired))
        except GEOSException:
            return shapely.normalize(shapely.union_all(repaired, grid_size=FINE_GRID_M))


def ranked_partition(geometries: Geometries, ranks: Sequence[float] | None = None) -> NDArray[Any]:
    """Take from each polygon what a higher-ranking one already holds: the results do not overlap.

    Their areas sum to the area of the union of all.

    Parameters
    ----------
    geometries
        Polygons.
    ranks
        Lower comes first; equal ranks, and all where none are given, in the order of the list.

    Examples
    --------
    >>> from shapely import box
    >>> [p.area for p in ranked_partition([box(0, 0, 2, 2), box(1, 0, 3, 2)])]
    [4.0, 2.0]
    >>> [p.area for p in ranked_partition([box(0, 0, 2, 2), box(1, 0, 3, 2)], ranks=[2, 1])]
    [2.0, 4.0]
    """
    shapes = as_array(geometries).copy()
    order = np.argsort(np.zeros(len(shapes)) if ranks is None else np.asarray(ranks), kind="stable")
    place = np.empty(len(shapes), np.intp)
    place[order] = np.arange(len(shapes))
    a, b = shapely.STRtree(shapes).query(shapes)
    before = place[b] < place[a]
    a, b = a[before], b[before]
    overlap = apply(_overlap, shapes[a], shapes[b])
    a, b = a[overlap], b[overlap]
    if not len(a):
        return shapes
    group, first = np.unique(a, return_inverse=True)
    sort = np.argsort(place[b], kind="stable")
    near = near_parts(shapes[b], shapes[a])
    taken = apply(union_each, bags(near[sort], first[sort]))
    shapes[group] = same_dimension(difference(shapes[group], taken), shapes[group])
    return shapes


def _overlap(one: NDArray[Any], other: NDArray[Any]) -> NDArray[np.bool_]:
    """Say which pairs share more than an edge."""
    return np.asarray(shapely.relate_pattern(one, other, "T********"))


@dataclass(frozen=True, eq=False)
class Split:
    """Parts of features by district: ``shape[k]`` is the part of ``feature[k]`` in ``district[k]``.

    ``district`` is -1 for what lies in no district.
    """

    feature: Indices
    district: Indices
    shape: NDArray[Any]


def split_by(features: Geometries, districts: Geometries, max_vertices: int = MAX_VERTICES) -> Split:
    """Split features at district limits, losing nothing: each feature's parts sum to the feature to 1e-9.

    Where districts overlap, the earlier one gets the common part; what lies in none comes back with
    district -1.

    Examples
    --------
    >>> from shapely import box
    >>> parts = split_by([box(0, 0, 10, 10)], [box(0, 0, 4, 10), box(4, 0, 8, 10)])
    >>> parts.district.tolist(), shapely.area(parts.shape).tolist()
    ([0, 1, -1], [40.0, 40.0, 20.0])
    """
    shapes, given = as_array(features), as_array(districts)
    linear = shapely.get_dimensions(shapes) == 1
    found = [_split_polygons(shapes, np.flatnonzero(~linear), given, max_vertices)]
    if linear.any():
        which = np.flatnonzero(linear)
        parts = label_lines(shapes[which], given, max_vertices)
        found.append((which[parts.line], parts.area, parts.shape))
    feature, district, shape = (np.concatenate(columns) for columns in zip(*found, strict=True))
    order = np.lexsort([np.where(district == OUTSIDE, len(given), district), feature])
    return Split(feature[order], district[order], shape[order])


def _split_polygons(
    shapes: NDArray[Any], which: Indices, districts: NDArray[Any], max_vertices: int
) -> tuple[Indices, Indices, NDArray[Any]]:
    tiles = ranked_partition(districts)
    home = home_of(shapes[which], tiles, max_vertices)
    settled, which = which[home != OUTSIDE], which[home == OUTSIDE]
    own = shapes[which]
    pairs = intersect(own, tiles, max_vertices)
    inside = np.bincount(pairs.left, pairs.area, minlength=len(own))
    open_ = np.flatnonzero(shapely.area(own) - inside > SAME * shapely.area(own))
    outside = _outside(own[open_], tiles, max_vertices)
    some = ~shapely.is_empty(outside)
    return (
        np.concatenate([settled, which[np.concatenate([pairs.left, open_[some]])]]),
        np.concatenate([home[home != OUTSIDE], pairs.right, np.full(int(some.sum()), OUTSIDE)]),
        np.concatenate([shapes[settled], pairs.shape, outside[some]]),
    )


def _outside(shapes: NDArray[Any], areas: NDArray[Any], max_vertices: int) -> NDArray[Any]:
    whole_pairs = few_pairs(shapes, areas, max_vertices)
    if whole_pairs is not None:
        return merged(without(shapes, areas, *whole_pairs), np.arange(len(shapes)), shapes)
    pieces = quarter(shapes, max_vertices)
    near = quarter(areas, max_vertices).shape
    i, j, whole = meetings(pieces.shape, near)
    rest = pieces.shape.copy()
    rest[i[whole]] = EMPTY
    crossing = ~shapely.is_empty(rest[i])
    i, j = i[crossing], j[crossing]
    if len(i):
        group, first = np.unique(i, return_inverse=True)
        taken = apply(union_each, bags(near[j], first))
        rest[group] = same_dimension(difference(rest[group], taken), rest[group])
    keep = ~shapely.is_empty(rest)

    def at_once(which: Indices) -> NDArray[Any]:
        return same_dimension(difference(shapes[which], _united_near(shapes[which], areas)), shapes[which])

    return merged(rest[keep], pieces.source[keep], shapes, at_once)


def _united_near(shapes: NDArray[Any], areas: NDArray[Any]) -> NDArray[Any]:
    """Unite for each shape the areas whose boxes meet its own."""
    which, found = shapely.STRtree(areas).query(shapes)
    united = np.full(len(shapes), EMPTY, dtype=object)
    some, group = np.unique(which, return_inverse=True)
    if len(some):
        united[some] = apply(union_each, bags(areas[found], group))
    return united


def union_area_m2(geometries: Geometries, crs: CRS) -> float:
    """Ellipsoidal area of the union: what several polygons hold is counted once."""
    return float(area_m2([union(geometries)], crs)[0])


def overlap_area_m2(left: Geometries, right: Geometries, crs: CRS) -> float:
    """Ellipsoidal area that lies in both layers, each square metre counted once."""
    return float(area_m2(covered_parts(ranked_partition(left), right), crs).sum())


def is_sliver(
    geometries: Geometries, max_area_m2: float = 1.0, max_width_m: float = 0.1
) -> NDArray[np.bool_]:
    """Say which polygons are slivers: smaller than an area, or narrower on average than a width.

    The mean width is ``2 * area / perimeter``. Empty ones are slivers.

    Examples
    --------
    >>> from shapely import box
    >>> is_sliver([box(0, 0, 1000, 0.05), box(0, 0, 0.5, 0.5), box(0, 0, 10, 10)]).tolist()
    [True, True, False]
    """
    shapes = as_array(geometries)
    area, perimeter = shapely.area(shapes), shapely.length(shapes)
    width = np.divide(2 * area, perimeter, out=np.zeros(len(shapes)), where=perimeter > 0)
    return np.asarray((area < max_area_m2) | (width < max_width_m))
