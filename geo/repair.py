"""Making shapes valid and of one dimension, without deciding anything in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
import shapely
from shapely import GeometryType

from geo.noding import same_place

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Shapes = NDArray[np.object_]

Dimension = Literal[0, 1, 2]
AT_A_TIME = 50_000
"""So many shapes are looked at together: all points of a million at once are much to hold."""


def made_valid(shapes: Shapes, sound: NDArray[np.bool_] | None = None) -> tuple[Shapes, NDArray[np.bool_]]:
    """Make invalid shapes valid by the structure of their rings; also say which were not valid.

    Holes stay holes and overlapping parts count once (GEOS ``structure`` method). ``sound`` says which are
    valid where that is known already.

    Examples
    --------
    >>> bow = np.array([shapely.from_wkt("POLYGON((0 0, 2 2, 2 0, 0 2, 0 0))")])
    >>> valid, was_bad = made_valid(bow)
    >>> float(valid[0].area), was_bad.tolist()
    (2.0, [True])
    """
    bad = ~(shapely.is_valid(shapes) if sound is None else sound) & ~shapely.is_missing(shapes)
    mended = shapes.copy()
    if bad.any():
        mended[bad] = shapely.make_valid(shapes[bad], method="structure", keep_collapsed=False)
    return mended, bad


def only_dimension(shapes: Shapes, dimension: Dimension) -> Shapes:
    """Keep of each shape the parts of one dimension; shapes without any become None.

    Examples
    --------
    >>> mixed = shapely.from_wkt("GEOMETRYCOLLECTION(POINT(0 0), POLYGON((0 0, 1 0, 1 1, 0 0)))")
    >>> only_dimension(np.array([mixed]), 2)[0].geom_type
    'Polygon'
    >>> only_dimension(np.array([mixed]), 1)[0] is None
    True
    """
    kept = shapes.copy()
    types = shapely.get_type_id(shapes)
    for i in np.flatnonzero(types == GeometryType.GEOMETRYCOLLECTION):
        parts = _flat_parts(shapes[i])
        parts = parts[shapely.get_dimensions(parts) == dimension]
        if len(parts) > 1:
            kept[i] = _joined(parts, dimension)
        else:
            kept[i] = parts[0] if len(parts) else None
    wrong = (shapely.get_dimensions(kept) != dimension) | shapely.is_empty(kept)
    kept[wrong] = None
    return kept


def _joined(parts: Shapes, dimension: Dimension) -> shapely.Geometry:
    if dimension == 0:
        return shapely.MultiPoint(list(parts))
    return shapely.MultiLineString(list(parts)) if dimension == 1 else shapely.union_all(parts)


def _flat_parts(shape: shapely.Geometry) -> Shapes:
    parts = shapely.get_parts(np.array([shape], dtype=object))
    while (shapely.get_type_id(parts) >= GeometryType.MULTIPOINT).any():
        parts = shapely.get_parts(parts)
    return parts[~shapely.is_empty(parts)]


def are_finite(shapes: Shapes) -> NDArray[np.bool_]:
    """Say which shapes have only finite x and y.

    Examples
    --------
    >>> are_finite(np.array([shapely.Point(0, 1), shapely.Point(0, float("inf"))])).tolist()
    [True, False]
    """
    finite = np.ones(len(shapes), dtype=bool)
    for start in range(0, len(shapes), AT_A_TIME):
        some = shapes[start : start + AT_A_TIME]
        if not np.isfinite(shapely.get_coordinates(some)).all():
            coordinates, owner = shapely.get_coordinates(some, return_index=True)
            finite[start + owner[~np.isfinite(coordinates).all(axis=1)]] = False
    return finite


def in_order(shapes: Shapes, ids: NDArray[np.str_]) -> NDArray[np.intp]:
    """Give the order of features by id and, among equal ids, by the bytes of their shapes.

    Examples
    --------
    >>> in_order(np.array([shapely.Point(1, 0), shapely.Point(0, 0)]), np.array(["b", "a"])).tolist()
    [1, 0]
    >>> in_order(np.array([shapely.Point(1, 0), None]), np.array(["a", "a"])).tolist()
    [1, 0]
    """
    order = np.argsort(ids, kind="stable")
    ordered = ids[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(ids) else np.empty(0, np.intp)
    lengths = np.diff(np.r_[starts, len(ids)])
    for start, length in zip(starts[lengths > 1], lengths[lengths > 1], strict=True):
        same = order[start : start + length]
        # a missing shape comes first
        wkb = [one or b"" for one in shapely.to_wkb(shapes[same], byte_order=0)]
        order[start : start + length] = same[sorted(range(length), key=wkb.__getitem__)]
    return order


def of_one_box(shapes: Shapes) -> NDArray[np.bool_]:
    """Say which shapes have the bounding box of another one; equal shapes always do, and few others.

    Examples
    --------
    >>> square, same, point = shapely.box(0, 0, 1, 1), shapely.box(0, 0, 1, 1, ccw=False), shapely.Point(0, 0)
    >>> of_one_box(np.array([square, point, same])).tolist()
    [True, False, True]
    """
    bounds = shapely.bounds(shapes)
    low = same_place(bounds[:, :2])
    some = np.flatnonzero(np.bincount(low)[low] > 1)
    both = low[some] * len(shapes) + same_place(bounds[some, 2:])
    result = np.zeros(len(shapes), bool)
    result[some] = pd.Series(both).duplicated(keep=False)
    return result
