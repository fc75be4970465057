"""Writing the city as official data arrives: file formats, layer names and field names of deliveries."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyogrio
import shapely
from pyproj import CRS

from geo import robust
from geo.area import area_m2
from geo.datum import shifted
from layers.demo.places import PLACES, RASTERS
from layers.demo.settings import CRS as EPSG
from layers.demo.settings import SYNTHETIC
from layers.demo.surfaces import write_raster
from layers.errors import ConfigError
from layers.kinds import SPECS, LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd
    from numpy.typing import NDArray

    from layers.demo.places import Place
    from layers.demo.surfaces import Raster

_L = LayerKind


_DRIVERS = {".shp": "ESRI Shapefile", ".gdb": "OpenFileGDB", ".gpkg": "GPKG", ".geojson": "GeoJSON"}
_POLYGON, _MULTIPOLYGON = 3, 6
# Rows written at a time.
_ROWS = 150_000
# One fixed date, so that the same city gives the same bytes where formats allow; and no waiting for the disk
# after each layer: the folder takes its place only when it is whole.
_GDAL_OPTIONS = {
    "OGR_CURRENT_DATE": "2025-12-31T00:00:00.000Z",
    "OGR_SQLITE_SYNCHRONOUS": "OFF",
    "OGR_SQLITE_JOURNAL": "OFF",
}
# Field names where the layer's own delivery name is not the first of the aliases.
_NAMES = {
    (_L.RED_LINE, "stated_area_m2"): "STBHHXMJ",
    (_L.RED_LINE_BASELINE, "stated_area_m2"): "STBHHXMJ",
}


def write_layers(
    target: Path, layers: dict[LayerKind, gpd.GeoDataFrame], surfaces: dict[LayerKind, Raster]
) -> None:
    """Write all layers into an empty folder, taking each out of ``layers``; the rasters beside the rest."""
    with _gdal_options(), ThreadPoolExecutor(1) as pool:
        rasters = [
            pool.submit(write_raster, target / place.path, surfaces[kind])
            for kind, place in RASTERS.items()
            if kind in surfaces
        ]
        for kind in PLACES:
            if kind in layers:
                _write_layer(target, kind, layers.pop(kind))
        for one in rasters:
            one.result()


def _write_layer(target: Path, kind: LayerKind, layer: gpd.GeoDataFrame) -> None:
    """Write a layer, a large one in portions: what a format needs in memory is many times the shapes."""
    place = PLACES[kind]
    path = target / place.path
    written = 0
    for first in range(0, max(1, len(layer)), _ROWS):
        frame = delivered(kind, layer.iloc[first : first + _ROWS], written)
        written += len(frame)
        shown = in_gcj02(frame) if dict(place.extra).get("datum") == '"gcj02"' else frame
        shapes = (layer if len(layer) > _ROWS else frame).geometry.to_numpy()
        _write_one(path, place, shown, several=bool((shapely.get_type_id(shapes) > _POLYGON).any()))


def delivered(kind: LayerKind, frame: gpd.GeoDataFrame, before: int = 0) -> gpd.GeoDataFrame:
    """Give a layer, or what follows so many rows of it, the names, ids and remarks of a delivery."""
    made = frame.copy()
    made["geometry"] = _plain(made.geometry.to_numpy(), polygons=SPECS[kind].shape == "polygon")
    made = made[~made.geometry.is_empty.to_numpy()]
    if "id" not in made:
        made.insert(0, "id", [f"{before + n + 1:06d}" for n in range(len(made))])
    if any(field.name == "stated_area_m2" for field in SPECS[kind].fields) and "stated_area_m2" not in made:
        made["stated_area_m2"] = np.round(area_m2(made.geometry.to_numpy(), CRS.from_user_input(EPSG)), 2)
    names = {}
    for field in SPECS[kind].fields:
        names[field.name] = _NAMES.get((kind, field.name), (*field.aliases, field.name)[0])
    made = made.rename(columns=names)
    made["BZ"] = SYNTHETIC
    return made[[*(column for column in made.columns if column != "geometry"), "geometry"]]


def _plain(shapes: NDArray[np.object_], *, polygons: bool) -> NDArray[np.object_]:
    """Round to millimetres, mend what that broke, and drop the lines a cut leaves beside polygons."""
    made = robust.apply(partial(shapely.set_precision, grid_size=0.001, mode="pointwise"), shapes)
    if not polygons:
        return made
    broken = ~robust.apply(shapely.is_valid, made)
    made[broken] = shapely.make_valid(made[broken], method="structure", keep_collapsed=False)
    for n in np.flatnonzero(shapely.get_type_id(made) > _MULTIPOLYGON):
        parts = shapely.get_parts(shapely.get_parts(made[n]))
        made[n] = shapely.multipolygons(parts[shapely.get_type_id(parts) == _POLYGON])
    return made


def _write_one(path: Path, place: Place, frame: gpd.GeoDataFrame, *, several: bool) -> None:
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
        promote_to_multi=several,
        **extra,
        **options,
    )
    path.with_suffix(".cpg").unlink(missing_ok=True)


def in_gcj02(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give points as map services hand them out: GCJ-02 degrees, to seven places."""
    points = shifted(frame.to_crs("EPSG:4326").geometry.to_numpy(), "gcj02")
    places = np.round(shapely.get_coordinates(points), 7)
    return frame.set_geometry(shapely.points(places)).set_crs("EPSG:4326", allow_override=True)


def refuse_other_city(folder: Path) -> None:
    """Refuse a folder that holds a city which is not a demo city.

    Raises
    ------
    ConfigError
        It does.
    """
    ours = folder / "city.toml"
    if ours.exists() and "synthetic = true" not in ours.read_text(encoding="utf-8", errors="replace"):
        raise ConfigError(
            Text(
                f"{folder} 中已有另一座城市的 city.toml；请换一个文件夹",
                f"{folder} holds the city.toml of another city; choose another folder",
            )
        )


@contextlib.contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Give an empty folder to write into; when all went well its contents take their place in ``folder``.

    Raises
    ------
    ConfigError
        ``folder`` cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".demo-", dir=folder) as name:
            target = Path(name)
            yield target
            shutil.rmtree(folder / "layers", ignore_errors=True)
            for made in sorted(target.iterdir(), key=lambda path: path.name == "city.toml"):
                made.replace(folder / made.name)
    except OSError as error:
        raise ConfigError(
            Text(
                f"无法写入 {folder}：{error.strerror or error}；请检查权限和磁盘空间",
                f"cannot write to {folder}: {error.strerror or error}; check permissions and free space",
            )
        ) from error


@contextlib.contextmanager
def _gdal_options() -> Iterator[None]:
    """Set GDAL's options while the city is written, and put back what they were."""
    before = {name: pyogrio.get_gdal_config_option(name) for name in _GDAL_OPTIONS}
    pyogrio.set_gdal_config_options(_GDAL_OPTIONS)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)
