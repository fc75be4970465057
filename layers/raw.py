"""A layer as it came from its source, before anything is decided about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd

from geo.transform import moved_to

if TYPE_CHECKING:
    from pyproj import CRS

    from layers.study import Source

Bounds = tuple[float, float, float, float]
SPARE_DEG = 0.02
"""Added around a window for layers that arrive shifted (GCJ-02 moves by up to about 700 m)."""


@dataclass(frozen=True, eq=False)
class Raw:
    """A layer as it came: chosen columns under their source names, shapes untouched.

    ``total`` is the number of features the source says it has, -1 where it does not say; ``notes`` are the
    reading library's own warnings.
    """

    frame: gpd.GeoDataFrame
    matched: dict[str, str]
    source: Source
    total: int
    curves: bool = False
    notes: tuple[str, ...] = ()


def window(near: Bounds, crs: CRS | None) -> Bounds | None:
    """Bring bounds in degrees into a source's system, widened; None where the system is not known.

    Examples
    --------
    >>> from pyproj import CRS
    >>> window((114.0, 22.0, 115.0, 23.0), CRS.from_epsg(4490))
    (113.98, 21.98, 115.02, 23.02)
    """
    if crs is None:
        return None
    west, south = near[0] - SPARE_DEG, near[1] - SPARE_DEG
    east, north = near[2] + SPARE_DEG, near[3] + SPARE_DEG
    if crs.is_geographic:
        return west, south, east, north
    corners = gpd.GeoSeries.from_xy([west, east, west, east], [south, north, north, south], crs=4326)
    x0, y0, x1, y1 = (float(one) for one in moved_to(corners, crs).total_bounds)
    margin = 0.01 * max(x1 - x0, y1 - y0)
    return x0 - margin, y0 - margin, x1 + margin, y1 + margin
