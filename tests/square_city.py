"""A city of whole numbers: every answer can be checked in the head.

Land is a square of 4 km, from (498000, 2498000) to (502000, 2502000) in EPSG:4547, on the central meridian,
where plane and ellipsoidal areas agree to better than 1e-6. Two districts, ``W`` and ``E``, of 8 km² each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
from pyproj import CRS
from shapely import LineString, Point, Polygon, box

from layers.kinds import SPECS, LayerKind
from layers.study import Layer, Source, Study
from layers.text import Text

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

EPSG = CRS.from_epsg(4547)
X0, Y0 = 498_000.0, 2_498_000.0
LAND = box(X0, Y0, X0 + 4_000, Y0 + 4_000)


def square(x_m: float, y_m: float, width_m: float, height_m: float | None = None) -> Polygon:
    """A rectangle whose lower left corner lies x, y metres from the city's."""
    height_m = width_m if height_m is None else height_m
    return box(X0 + x_m, Y0 + y_m, X0 + x_m + width_m, Y0 + y_m + height_m)


def line(*points: tuple[float, float]) -> LineString:
    return LineString([(X0 + x, Y0 + y) for x, y in points])


def point(x_m: float, y_m: float) -> Point:
    return Point(X0 + x_m, Y0 + y_m)


def frame(geometries: list[BaseGeometry], **columns: list[Any]) -> gpd.GeoDataFrame:
    """A frame in the city's system; ``id`` is given where none is."""
    columns.setdefault("id", [str(i) for i in range(len(geometries))])
    return gpd.GeoDataFrame(columns, geometry=geometries, crs=EPSG)


def layer(kind: LayerKind, geometries: list[BaseGeometry], **columns: list[Any]) -> Layer:
    proxy = bool(columns.pop("proxy", False))
    return Layer(kind, frame(geometries, **columns), Source(path=f"{kind}.gpkg"), proxy=proxy)


def districts() -> gpd.GeoDataFrame:
    return frame(
        [square(0, 0, 2_000, 4_000), square(2_000, 0, 2_000, 4_000)],
        id=["W", "E"],
        name_zh=["西区", "东区"],
        name_en=["West", "East"],
        residents=[10_000.0, 30_000.0],
    )


def square_study(*layers: Layer, **parameters: Any) -> Study:
    """The study of the square city with the layers given."""
    for one in layers:
        assert one.kind in SPECS
    return Study(
        id="square",
        name=Text("方城", "Square City"),
        crs=EPSG,
        boundary=LAND,
        land=LAND,
        districts=districts(),
        layers={one.kind: one for one in layers},
        parameters=parameters,
        synthetic=True,
        residents=40_000.0,
        as_of=pd.Timestamp("2025-12-31").date(),
    )
