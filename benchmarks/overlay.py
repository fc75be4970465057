"""Footprints against big polygons."""

from __future__ import annotations

import importlib.util
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from benchmarks.made_up import SIDE_M, rectangles, rough_polygons
from benchmarks.measure import Row, faster, require_same, skipped, taken
from geo.overlay import intersect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Shapes = NDArray[Any]

CASE = "overlay with big polygons"
EPSG = "EPSG:4547"
SAME = 1e-9


def rows(*, quick: bool = False) -> Iterator[Row]:
    """Time the intersection of every footprint with every polygon it meets."""
    count, polygons, vertices = (2_000, 4, 20_000) if quick else (20_000, 14, 363_000)
    plots, zones = rectangles(count, (8, 60), SIDE_M), rough_polygons(polygons, vertices)
    zones = shapely.make_valid(zones, method="structure", keep_collapsed=False)
    size = (
        f"{count:,} footprints, {polygons} polygons of {shapely.get_num_coordinates(zones).sum():,} vertices"
    )
    ours = taken(partial(_ours, plots, zones))
    for name, peer, goal in (
        ("geopandas.overlay", _geopandas, 0 if quick else 40),
        ("sedonadb", _sedonadb, 0 if quick else 1),
        ("duckdb spatial", _duckdb, 0 if quick else 1),
    ):
        try:
            theirs = taken(partial(peer, plots, zones))
        except ImportError as error:
            yield skipped(CASE, size, name, f"not run: {error}")
            continue
        apart = require_same("common area", ours.value, theirs.value, SAME)
        yield faster(CASE, size, name, (ours, theirs), goal, f"same area to {apart:.0e}")


def _ours(plots: Shapes, zones: Shapes) -> float:
    return float(intersect(plots, zones).area.sum())


def _frames(plots: Shapes, zones: Shapes) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    one = gpd.GeoDataFrame({"plot": np.arange(len(plots))}, geometry=plots, crs=EPSG)
    return one, gpd.GeoDataFrame({"zone": np.arange(len(zones))}, geometry=zones, crs=EPSG)


def _geopandas(plots: Shapes, zones: Shapes) -> float:
    one, two = _frames(plots, zones)
    return float(gpd.overlay(one, two, how="intersection", keep_geom_type=True).area.sum())


_QUERY = """
    SELECT sum(ST_Area(ST_Intersection(a.geometry, b.geometry))) AS area
    FROM a JOIN b ON ST_Intersects(a.geometry, b.geometry)
"""


def _sedonadb(plots: Shapes, zones: Shapes) -> float:
    import sedona.db

    session = sedona.db.connect()
    for name, frame in zip("ab", _frames(plots, zones), strict=True):
        session.create_data_frame(frame).to_view(name)
    return float(session.sql(_QUERY).to_pandas()["area"].iloc[0])


def _duckdb(plots: Shapes, zones: Shapes) -> float:
    import duckdb
    import pandas as pd

    package = importlib.util.find_spec("duckdb_extension_spatial")
    if package is None or package.origin is None:
        raise ImportError("duckdb_extension_spatial")
    found = next(Path(package.origin).parent.rglob("spatial.duckdb_extension"))
    session = duckdb.connect()
    session.load_extension(str(found))
    for name, shapes in (("a", plots), ("b", zones)):
        session.register(f"raw_{name}", pd.DataFrame({"wkb": shapely.to_wkb(shapes)}))
        made = f"SELECT ST_GeomFromWKB(wkb) AS geometry FROM raw_{name}"  # noqa: S608 - a name from above
        session.execute(f"CREATE TABLE {name} AS {made}")
    return float(session.execute(_QUERY).fetchone()[0])
