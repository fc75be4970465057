"""Lines against polygons, measured along the lines, so that no stretch is counted twice or lost.

A street that follows the limit of two districts lies in both; whether GEOS then finds it in one, both or in
slivers of each is a matter of rounding. Here every stretch of a line gets one label, the lowest-ranking area
that holds it, or -1; the stretches of a line always sum to the line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.noding import along_lines, simple_parts
from geo.pieces import quarter
from geo.robust import apply, bags, pairs_hold, same_dimension

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Indices = NDArray[np.intp]

OUTSIDE = -1
TINY_M = 1e-6
"""Stretches shorter than this go to their neighbour."""


@dataclass(frozen=True, eq=False)
class LineParts:
    """Stretches of lines: ``shape[k]`` is what area ``area[k]`` (-1: none) holds of line ``line[k]``."""

    line: Indices
    area: Indices
    shape: NDArray[Any]


def meetings(features: NDArray[Any], areas: NDArray[Any]) -> tuple[Indices, Indices, NDArray[np.bool_]]:
    """Pairs of features and areas that may share something, and which of them hold the whole feature."""
    tree = shapely.STRtree(features)
    j, i = tree.query(areas)
    shapely.prepare(areas)
    whole = pairs_hold(shapely.covers, areas, j, features[i])
    meet = whole.copy()
    meet[~whole] = pairs_hold(shapely.intersects, areas, j[~whole], features[i[~whole]])
    order = np.lexsort([j[meet], i[meet]])
    return i[meet][order], j[meet][order], whole[meet][order]


def label_lines(lines: NDArray[Any], areas: NDArray[Any], max_vertices: int) -> LineParts:
    """Cut lines at the limits of areas; each stretch goes to the first area that holds it.

    Examples
    --------
    >>> from shapely import LineString, box
    >>> street = np.array([LineString([(10, 0), (10, 40)])])
    >>> parts = label_lines(street, np.array([box(0, 0, 10, 20), box(10, 0, 30, 30)]), 256)
    >>> parts.area.tolist(), shapely.length(parts.shape).tolist()
    ([-1, 0, 1], [10.0, 20.0, 10.0])
    """
    parts, owner = shapely.get_parts(lines, return_index=True)
    parts, index = simple_parts(parts)
    owner = owner[index]
    chunks = quarter(parts, max_vertices)
    parts, owner = chunks.shape, owner[chunks.source]
    part, area, begin, end = _held(parts, areas, max_vertices)
    part, label, begin, end = _labelled(shapely.length(parts), part, area, begin, end)
    shape = parts[part]
    cut = np.flatnonzero((begin > 0) | (end < shapely.length(shape)))
    shape[cut] = stretches(shape[cut], begin[cut], end[cut])
    key, group = np.unique(np.column_stack([owner[part], label]), axis=0, return_inverse=True)
    merged = shapely.line_merge(bags(shape, group.reshape(-1))) if len(key) else np.empty(0, object)
    return LineParts(key[:, 0].astype(np.intp), key[:, 1].astype(np.intp), np.asarray(merged, dtype=object))


def stretches(lines: NDArray[Any], begin: Floats, end: Floats) -> NDArray[Any]:
    """Cut from each line the stretch between two distances along it, the first below the second.

    Examples
    --------
    >>> bent = np.array([shapely.LineString([(0, 0), (10, 0), (10, 10)])])
    >>> stretches(bent, np.array([4.0]), np.array([12.0]))[0].wkt
    'LINESTRING (4 0, 10 0, 10 2)'
    """
    if not len(lines):
        return lines
    coords, line = shapely.get_coordinates(lines, return_index=True)
    along = along_lines(coords, line)
    between = (along > begin[line] + TINY_M) & (along < end[line] - TINY_M)
    ends = [shapely.get_coordinates(shapely.line_interpolate_point(lines, at)) for at in (begin, end)]
    whose = np.concatenate([np.arange(len(lines)), line[between], np.arange(len(lines))])
    order = np.argsort(whose, kind="stable")
    xy = np.concatenate([ends[0], coords[between], ends[1]])[order]
    return np.asarray(shapely.linestrings(xy, indices=whose[order]), dtype=object)


def _held(
    parts: NDArray[Any], areas: NDArray[Any], max_vertices: int
) -> tuple[Indices, Indices, Floats, Floats]:
    """Stretches of simple lines held by areas, as metres along: a fragment lies around its middle."""
    pieces = quarter(areas, max_vertices)
    i, j, whole = meetings(parts, pieces.shape)
    cut = ~whole
    fragments = same_dimension(
        apply(shapely.intersection, parts[i[cut]], pieces.shape[j[cut]]), parts[i[cut]]
    )
    lines, pair = shapely.get_parts(fragments, return_index=True)
    some = ~shapely.is_empty(lines)
    lines, pair = lines[some], pair[some]
    i_cut, j_cut = i[cut][pair], j[cut][pair]
    half = shapely.length(lines) / 2
    middle = shapely.line_locate_point(parts[i_cut], shapely.line_interpolate_point(lines, half))
    return (
        np.concatenate([i[whole], i_cut]),
        pieces.source[np.concatenate([j[whole], j_cut])],
        np.concatenate([np.zeros(int(whole.sum())), middle - half]),
        np.concatenate([shapely.length(parts[i[whole]]), middle + half]),
    )


def _labelled(
    length: Floats, part: Indices, area: Indices, begin: Floats, end: Floats
) -> tuple[Indices, Indices, Floats, Floats]:
    """Sweep along each line: between two marks the lowest area holding that stretch."""
    n = len(length)
    mark_part = np.concatenate([np.arange(n), np.arange(n), part, part])
    mark = np.concatenate([np.zeros(n), length, begin, end])
    mark = np.clip(mark, 0.0, length[mark_part])
    mark[mark > length[mark_part] - TINY_M] = length[mark_part][mark > length[mark_part] - TINY_M]
    order = np.lexsort([mark, mark_part])
    mark_part, mark = mark_part[order], mark[order]
    new = np.ones(len(mark), bool)
    new[1:] = (mark_part[1:] != mark_part[:-1]) | (np.diff(mark) > TINY_M)
    mark_part, mark = mark_part[new], mark[new]
    follows = mark_part[1:] == mark_part[:-1]
    low, high, owner = mark[:-1][follows], mark[1:][follows], mark_part[:-1][follows]
    label = np.full(len(low), np.iinfo(np.intp).max)
    centre = (low + high) / 2
    first = np.searchsorted(owner, part)
    last = np.searchsorted(owner, part, side="right")
    for k in range(int((last - first).max(initial=0))):
        at = first + k
        ok = np.flatnonzero(at < last)
        ok = ok[(begin[ok] <= centre[at[ok]]) & (centre[at[ok]] <= end[ok])]
        np.minimum.at(label, at[ok], area[ok])
    label[label == np.iinfo(np.intp).max] = OUTSIDE
    return owner, label, low, high
