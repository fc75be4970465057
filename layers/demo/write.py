"""Writing the city as official data arrives: file formats, layer names and field names of deliveries."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import numpy as np
import pyogrio
import shapely

from geo.datum import shifted
from layers.demo.places import PLACES
from layers.demo.settings import SYNTHETIC
from layers.kinds import SPECS, LayerKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import geopandas as gpd

    from layers.demo.places import Place

_L = LayerKind


_DRIVERS = {".shp": "ESRI Shapefile", ".gdb": "OpenFileGDB", ".gpkg": "GPKG", ".geojson": "GeoJSON"}
_FIXED_TIME = "2025-12-31T00:00:00.000Z"
# Field names where the layer's own delivery name is not the first of the aliases.
_NAMES = {
    (_L.RED_LINE, "stated_area_m2"): "STBHHXMJ",
    (_L.RED_LINE_BASELINE, "stated_area_m2"): "STBHHXMJ",
}


def write_layers(folder: Path, layers: dict[LayerKind, gpd.GeoDataFrame]) -> None:
    """Write all vector layers into the folder ``layers`` of the city."""
    target = folder / "layers"
    target.mkdir(parents=True, exist_ok=True)
    with _fixed_time():
        for kind, place in PLACES.items():
            if kind in layers:
                _write_one(target / place.path, place, delivered(kind, layers[kind]))


def delivered(kind: LayerKind, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give a layer the names, ids and remarks of an official delivery."""
    made = frame.copy()
    made["geometry"] = shapely.set_precision(made.geometry.to_numpy(), 0.001, mode="pointwise")
    if "id" not in made:
        made.insert(0, "id", [f"{n + 1:06d}" for n in range(len(made))])
    names = {}
    for field in SPECS[kind].fields:
        names[field.name] = _NAMES.get((kind, field.name), (*field.aliases, field.name)[0])
    made = made.rename(columns=names)
    made["BZ"] = SYNTHETIC
    return made[[*(column for column in made.columns if column != "geometry"), "geometry"]]


def _write_one(path: Path, place: Place, frame: gpd.GeoDataFrame) -> None:
    driver = _DRIVERS[path.suffix]
    options: dict[str, str] = {}
    if driver == "ESRI Shapefile":
        options["encoding"] = "GBK"
    elif driver == "GPKG":
        options["layer_options"] = {"DESCRIPTION": SYNTHETIC, "SPATIAL_INDEX": "NO"}  # type: ignore[assignment]
    elif driver == "OpenFileGDB":
        options["layer_options"] = {"LAYER_ALIAS": SYNTHETIC}  # type: ignore[assignment]
    extra = {"layer": place.layer} if place.layer else {}
    pyogrio.write_dataframe(
        frame,
        path,
        driver=driver,
        append=place.layer is not None and path.exists(),
        promote_to_multi=False if driver == "GeoJSON" else None,
        **extra,
        **options,
    )
    path.with_suffix(".cpg").unlink(missing_ok=True)


def in_gcj02(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give points as map services hand them out: GCJ-02 degrees, to seven places."""
    points = shifted(frame.to_crs("EPSG:4326").geometry.to_numpy(), "gcj02")
    places = np.round(shapely.get_coordinates(points), 7)
    return frame.set_geometry(shapely.points(places)).set_crs("EPSG:4326", allow_override=True)


@contextlib.contextmanager
def _fixed_time() -> Iterator[None]:
    """Let GDAL write one fixed date, so that the same city gives the same bytes where formats allow."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _FIXED_TIME})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
