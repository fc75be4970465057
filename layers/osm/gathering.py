"""Objects collected while a file is read; only those near the city stay, so memory follows the city."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import LineString

if TYPE_CHECKING:
    from collections.abc import Iterable

    from layers.osm.tagging import Attributes

BATCH = 20_000
WGS84 = "EPSG:4326"

Box = tuple[float, float, float, float]


@dataclass(eq=False)
class Gathering:
    """Shapes with attributes, and for lines the OSM nodes they run through.

    ``add`` takes a shape as hexadecimal WKB in degrees; what does not touch ``near`` is let go in batches.
    """

    near: Box
    rows: list[tuple[str, Attributes]] = field(default_factory=list)
    nodes: list[list[int]] = field(default_factory=list)
    _shapes: list[str] = field(default_factory=list)
    _kept: list[shapely.Geometry] = field(default_factory=list)

    def add(self, name: str, shape: str, attributes: Attributes, nodes: list[int] | None = None) -> None:
        """Take one object; ``name`` is its id such as ``w12``."""
        self.rows.append((name, attributes))
        self._shapes.append(shape)
        self.nodes.append(nodes or [])
        if len(self._shapes) >= BATCH:
            self._sift()

    def _sift(self) -> None:
        fresh = shapely.from_wkb(self._shapes)
        done = len(self._kept)
        west, south, east, north = shapely.bounds(fresh).T
        keep = (
            (west <= self.near[2])
            & (east >= self.near[0])
            & (south <= self.near[3])
            & (north >= self.near[1])
        )
        kept = np.flatnonzero(keep)
        self._kept += list(fresh[kept])
        self.rows[done:] = [self.rows[done + i] for i in kept]
        self.nodes[done:] = [self.nodes[done + i] for i in kept]
        self._shapes.clear()

    def frame(self, columns: Iterable[str]) -> gpd.GeoDataFrame:
        """Give what was kept, in the order of the file, with the columns asked for."""
        self._sift()
        data = {"id": pd.Series([name for name, _ in self.rows], dtype="str")}
        for column in columns:
            values = [attributes.get(column) for _, attributes in self.rows]
            data[column] = _typed(values)
        return gpd.GeoDataFrame(data, geometry=list(self._kept), crs=WGS84)


def _typed(values: list[str | float | bool | None]) -> pd.Series:
    stated = [value for value in values if value is not None]
    if stated and all(isinstance(value, bool) for value in stated):
        return pd.Series(values, dtype="boolean")
    if stated and all(isinstance(value, int) for value in stated):
        return pd.Series(values, dtype="Int32")
    if stated and all(isinstance(value, int | float) for value in stated):
        return pd.Series(values, dtype="Float64")
    return pd.Series(["" if value is None else str(value) for value in values], dtype="str")


def line_wkb(points: list[tuple[float, float]]) -> str:
    """Give a line as hexadecimal WKB."""
    return str(shapely.to_wkb(LineString(points), hex=True))
