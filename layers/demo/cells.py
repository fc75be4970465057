"""Which polygon each cell of a raster lies in, strip by strip, for polygons that do not overlap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


class Edges:
    """The edges of polygons over a raster whose row 0 lies in the north.

    A cell belongs to the polygon its centre lies in. Walking along a row of centres, each edge crossed
    enters its polygon or leaves it, by the way the edge runs; the sum of what was entered and not left is the
    polygon the walker is in.

    Parameters
    ----------
    shapes
        Polygons or multipolygons that do not overlap.
    west, north
        Corner of the raster.
    cell_m
        Length of a cell's side.
    """

    def __init__(self, shapes: NDArray[np.object_], west: float, north: float, cell_m: float) -> None:
        parts, owner = shapely.get_parts(shapely.orient_polygons(shapes), return_index=True)
        rings, part = shapely.get_rings(parts, return_index=True)
        points, ring = shapely.get_coordinates(rings, return_index=True)
        column = (points[:, 0] - west) / cell_m - 0.5
        row = (north - points[:, 1]) / cell_m - 0.5
        same = np.flatnonzero(ring[1:] == ring[:-1])
        top, end = np.minimum(row[same], row[same + 1]), np.maximum(row[same], row[same + 1])
        # Rows whose centres the edge crosses: from ``first`` up to but without ``last``.
        first, last = np.ceil(top).astype(np.int64), np.ceil(end).astype(np.int64)
        order = np.flatnonzero(first < last)
        order = order[np.argsort(first[order], kind="stable")]
        from_point = same[order]
        self._first, self._last = first[order], last[order]
        self._row, self._column = row[from_point], column[from_point]
        drop = row[from_point + 1] - self._row
        self._slant = (column[from_point + 1] - self._column) / drop
        number = owner[part[ring[from_point]]] + 1
        self._enters = np.where(drop > 0, number, -number)
        self._tallest = int((self._last - self._first).max(initial=0))

    def owner(self, first_row: int, rows: int, columns: int) -> Ints:
        """Give, for a strip of rows, the number of the polygon of each cell, from 1, or 0."""
        low = np.searchsorted(self._first, first_row - self._tallest, "left")
        high = np.searchsorted(self._first, first_row + rows, "left")
        edge = np.arange(low, high)
        begin = np.maximum(self._first[edge], first_row)
        count = np.maximum(np.minimum(self._last[edge], first_row + rows) - begin, 0)
        which = np.repeat(edge, count)
        row = np.repeat(begin - np.cumsum(count) + count, count) + np.arange(len(which))
        at = np.ceil(self._column[which] + (row - self._row[which]) * self._slant[which])
        at = at.astype(np.int64).clip(0, columns)
        place = (row - first_row) * (columns + 1) + at
        change = np.bincount(place, weights=self._enters[which], minlength=rows * (columns + 1))
        inside = np.cumsum(change.reshape(rows, columns + 1)[:, :-1], axis=1)
        return np.asarray(np.rint(inside), np.int64)
