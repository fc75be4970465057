"""Shapes handed to exactextract as bytes: its own way, through text, takes longer than its sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely
from exactextract.feature import Feature, FeatureSource

from geo.robust import as_array
from geo.transform import moved_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd
    from pyproj import CRS


class Zones(FeatureSource):  # type: ignore[misc]  # the package has no types
    """The shapes of a series in the system of a raster, in their order and without any field."""

    def __init__(self, shapes: gpd.GeoSeries, crs: CRS) -> None:
        super().__init__()
        self._shapes = shapely.to_wkb(as_array(moved_to(shapes, crs).to_numpy()))
        self._wkt = crs.to_wkt()

    def count(self) -> int:
        """Tell how many shapes there are."""
        return len(self._shapes)

    def srs_wkt(self) -> str:
        """Name the system of the shapes."""
        return self._wkt

    def __iter__(self) -> Iterator[Feature]:
        """Give the shapes one by one."""
        return map(_Zone, self._shapes)


class _Zone(Feature):  # type: ignore[misc]  # as above
    """One shape; what is computed of it goes to the table, not to it."""

    def __init__(self, wkb: bytes) -> None:
        super().__init__()
        self._wkb = wkb

    def geometry(self) -> bytes:
        return self._wkb

    def fields(self) -> list[str]:
        return []
