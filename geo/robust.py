"""Shapely operations over arrays: threaded, and healing what GEOS refuses.

Where an operation fails, the shapes are repaired and, at last, put on a grid of a micrometre. One that fails
even then raises: area is never dropped silently.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.errors import GEOSException

from geo.threads import threads

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    Geometries = Sequence[BaseGeometry | None] | NDArray[Any]
    Indices = NDArray[np.intp]

FINE_GRID_M = 1e-6
"""Grid for the last attempt when GEOS cannot overlay two shapes in floating point."""
COARSE_GRID_M = 1e-3
"""Grid for a difference that GEOS got wrong."""
UNCHANGED, OVERLAPS = 1e-12, 1e-9
EMPTY = shapely.Polygon()
COLLECTION_TYPE = 7
CHUNK = 2_000
"""Elements a thread takes at a time; fewer are not worth a thread."""


def as_array(geometries: Geometries) -> NDArray[Any]:
    """Give geometries as an array of their own, missing ones as empty polygons."""
    shapes = np.array(geometries, dtype=object).reshape(-1)
    shapes[shapely.is_missing(shapes)] = EMPTY
    return shapes


def same_dimension(shapes: NDArray[Any], like: NDArray[Any]) -> NDArray[Any]:
    """Keep of each shape only the parts of the other's dimension, as where areas also touch along edges."""
    wanted = shapely.get_dimensions(like)
    shapes = shapes.copy()
    shapes[(shapely.get_dimensions(shapes) < wanted) & ~shapely.is_empty(shapes)] = EMPTY
    mixed = np.flatnonzero(shapely.get_type_id(shapes) == COLLECTION_TYPE)
    if len(mixed):
        parts, index = shapely.get_parts(shapes[mixed], return_index=True)
        inner, inner_index = shapely.get_parts(parts, return_index=True)
        index = index[inner_index]
        dimension = shapely.get_dimensions(inner)
        shapes[mixed] = EMPTY
        for make, wants in ((shapely.multilinestrings, 1), (shapely.multipolygons, 2)):
            own = (dimension == wants) & (wanted[mixed][index] == wants)
            if own.any():
                which, group = np.unique(index[own], return_inverse=True)
                shapes[mixed[which]] = make(inner[own], indices=group)
    return shapes


def apply(operation: Callable[..., NDArray[Any]], *arrays: NDArray[Any], chunk: int = CHUNK) -> NDArray[Any]:
    """Run a shapely operation over arrays, in threads where there is enough to do, healing what fails."""
    return _in_threads(operation, arrays, np.arange(0, len(arrays[0]), chunk))


def pairs_hold(
    predicate: Callable[..., NDArray[Any]], first: NDArray[Any], which: Indices, second: NDArray[Any]
) -> NDArray[np.bool_]:
    """Hold ``first[which]`` against ``second`` in threads, each of the first in one thread only.

    GEOS builds the index of a prepared geometry while it is asked, and two threads asking the same one crash
    (libgeos/geos issue 825).
    """
    _, object_of = np.unique(
        [id(one) for one in first], return_inverse=True
    )  # one shape may stand in two rows
    order = np.argsort(object_of[which], kind="stable")
    sorted_which = which[order]
    changes = np.flatnonzero(np.diff(object_of[sorted_which], prepend=-1))
    wanted = np.arange(0, len(which), CHUNK)
    starts = np.unique(changes[np.searchsorted(changes, wanted, side="right") - 1]) if len(which) else wanted
    result = np.empty(len(which), bool)
    result[order] = _in_threads(predicate, (first[sorted_which], second[order]), starts)
    return result


def _in_threads(
    operation: Callable[..., NDArray[Any]], arrays: Sequence[NDArray[Any]], starts: Indices
) -> NDArray[Any]:
    """Run an operation over slices that begin at ``starts``, in threads where there are several."""
    if len(starts) <= 1 or threads() == 1:
        return _healing(operation, *arrays)
    for array in arrays:
        shapely.bounds(array)  # GEOS works out a collection's box when first asked: before two threads ask it
    cuts = [slice(a, b) for a, b in zip(starts, [*starts[1:], len(arrays[0])], strict=True)]
    with ThreadPoolExecutor(threads()) as pool:
        results = pool.map(lambda cut: _healing(operation, *(array[cut] for array in arrays)), cuts)
        return np.concatenate(list(results))


def _healing(operation: Callable[..., NDArray[Any]], *arrays: NDArray[Any]) -> NDArray[Any]:
    try:
        return np.asarray(operation(*arrays))
    except GEOSException:
        if len(arrays[0]) > 1:
            middle = len(arrays[0]) // 2
            first = _healing(operation, *(array[:middle] for array in arrays))
            return np.concatenate([first, _healing(operation, *(array[middle:] for array in arrays))])
    repaired = [shapely.make_valid(array) for array in arrays]
    try:
        return np.asarray(operation(*repaired))
    except GEOSException:
        on_grid = [shapely.set_precision(array, FINE_GRID_M) for array in repaired]
        return np.asarray(operation(*on_grid))


def difference(first: NDArray[Any], second: NDArray[Any]) -> NDArray[Any]:
    """Take one shape from another, pair by pair, and make sure that something was taken.

    GEOS 3.14 can give the whole first shape back, without an error, where the second covers it but for a
    hair. A difference that equals its first shape although the two overlap is made again on a fine grid.
    """
    result = apply(shapely.difference, first, second)
    whole = size(first)
    taken = (whole > 0) & ~shapely.is_empty(second)  # GEOS fails on a collection beside an empty shape
    unchanged = np.flatnonzero(taken & (np.abs(size(result) - whole) <= UNCHANGED * whole))
    if len(unchanged):
        common = apply(shapely.intersection, first[unchanged], second[unchanged])
        shared = size(same_dimension(common, first[unchanged]))  # an edge in common is no area
        wrong = unchanged[shared > OVERLAPS * whole[unchanged]]
        if len(wrong):
            result[wrong] = shapely.difference(first[wrong], second[wrong], grid_size=COARSE_GRID_M)
    return result


def bags(shapes: NDArray[Any], group: Indices) -> NDArray[Any]:
    """Put shapes of the same group (0, 1, 2, ... without gaps) into one collection each."""
    order = np.argsort(group, kind="stable")
    collections = shapely.geometrycollections(shapes[order], indices=group[order])
    return np.asarray(collections, dtype=object)


def union_each(bags: NDArray[Any]) -> NDArray[Any]:
    """Unite the members of each collection."""
    return np.asarray(shapely.unary_union(bags.reshape(-1, 1), axis=1))


def size(shapes: NDArray[Any]) -> NDArray[np.float64]:
    """Length of lines, area of polygons, in the plane."""
    return np.where(shapely.get_dimensions(shapes) == 1, shapely.length(shapes), shapely.area(shapes))
