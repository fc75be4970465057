"""A city written again in another format, layer by layer; from the command line: the table for a whole city.

Every format gets the same shapes on the same grid, each of whose coordinates any format can hold exactly:
1/1024 m in a projected system, 1e-9 degree in a geographic one (KML knows no other).
"""

from __future__ import annotations

import re
import sys
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from pyproj import CRS

from analyses.outputs.report_json import report_document
from geo.transform import moved_to
from layers.config import CityConfig, load_config
from layers.kinds import SPECS, LayerKind
from layers.read import read_layer
from scripts.assessment import assess
from scripts.console import Console

if TYPE_CHECKING:
    from collections.abc import Callable

    Settings = dict[str, Any]

METRES, DEGREES = CRS.from_epsg(4547), CRS.from_epsg(4326)
GRID_M = 1 / 1024
DIGITS = 9


def _ogr(folder: Path, kind: str, frame: gpd.GeoDataFrame, name: str, **options: Any) -> Settings:
    with warnings.catch_warnings(action="ignore"):  # of columns cut to ten bytes
        pyogrio.write_dataframe(frame, folder / name, **options)
    return {"path": name}


def _gpkg(folder: Path, kind: str, frame: gpd.GeoDataFrame) -> Settings:
    return _ogr(folder, kind, frame, "all.gpkg", layer=kind, append=True) | {"layer": kind}


def _gbk(folder: Path, kind: str, frame: gpd.GeoDataFrame) -> Settings:
    settings = _ogr(folder, kind, frame, f"{kind}.shp", encoding="gbk")
    (folder / f"{kind}.cpg").unlink()
    return settings


def _zipped(folder: Path, kind: str, frame: gpd.GeoDataFrame) -> Settings:
    _ogr(folder, kind, frame, f"{kind}.shp", encoding="utf-8")
    with zipfile.ZipFile(folder / f"{kind}.zip", "w") as archive:
        for path in sorted(folder.glob(f"{kind}.*")):
            if path.suffix != ".zip":
                archive.write(path, f"成果/{path.name}")
                path.unlink()
    return {"path": f"{kind}.zip"}


def _gdb(folder: Path, kind: str, frame: gpd.GeoDataFrame) -> Settings:
    options: Settings = {"driver": "OpenFileGDB", "layer": kind, "append": (folder / "all.gdb").exists()}
    if frame.crs == METRES:
        options["XYSCALE"] = 1 / GRID_M
    if (shapely.get_dimensions(frame.geometry.to_numpy()) > 0).all():
        options["promote_to_multi"] = True
    return _ogr(folder, kind, frame, "all.gdb", **options) | {"layer": kind}


def _geojson(folder: Path, kind: str, frame: gpd.GeoDataFrame) -> Settings:
    return _ogr(folder, kind, frame, f"{kind}.geojson", COORDINATE_PRECISION=12)


def _flatgeobuf(folder: Path, kind: str, frame: gpd.GeoDataFrame) -> Settings:
    return _ogr(folder, kind, frame, f"{kind}.fgb")


def _parquet(folder: Path, kind: str, frame: gpd.GeoDataFrame) -> Settings:
    frame.to_parquet(folder / f"{kind}.parquet")
    return {"path": f"{kind}.parquet"}


def _csv(folder: Path, kind: str, frame: gpd.GeoDataFrame) -> Settings:
    table = frame.drop(columns="geometry").assign(WKT=shapely.to_wkt(frame.geometry, rounding_precision=-1))
    table.to_csv(folder / f"{kind}.csv", index=False, encoding="utf-8-sig")
    return {"path": f"{kind}.csv", "crs": f"EPSG:{frame.crs.to_epsg()}"}


def _kml(folder: Path, kind: str, frame: gpd.GeoDataFrame) -> Settings:
    return _ogr(folder, kind, frame, f"{kind}.kml", driver="KML") | {"layer": kind}


@dataclass(frozen=True)
class Format:
    """A way to write a layer, and the system it is written in."""

    write: Callable[[Path, str, gpd.GeoDataFrame], Settings]
    crs: CRS = METRES


FORMATS = {
    "GeoPackage": Format(_gpkg),
    "Shapefile, GBK": Format(_gbk),
    "Shapefile, zipped": Format(_zipped),
    "FileGDB": Format(_gdb),
    "GeoJSON": Format(_geojson),
    "FlatGeobuf": Format(_flatgeobuf),
    "GeoParquet": Format(_parquet),
    "CSV with WKT": Format(_csv),
    "GeoPackage, degrees": Format(_gpkg, DEGREES),
    "GeoJSON, degrees": Format(_geojson, DEGREES),
    "CSV with WKT, degrees": Format(_csv, DEGREES),
    "KML": Format(_kml, DEGREES),
}
BASES = {METRES: "GeoPackage", DEGREES: "GeoPackage, degrees"}


def on_grid(frame: gpd.GeoDataFrame, crs: CRS) -> gpd.GeoDataFrame:
    """Bring shapes to a system and its grid, and numbers to six decimals, which every format can hold."""
    moved = moved_to(frame.geometry, crs)

    def snap(points: np.ndarray) -> np.ndarray:
        return np.round(points, DIGITS) if crs.is_geographic else np.round(points / GRID_M) * GRID_M

    shapes = shapely.transform(shapely.force_2d(moved.to_numpy()), snap)
    frame = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=crs))
    frame = frame[shapely.is_valid(shapes)]  # what rounding broke every format would mend in a way of its own
    floats = frame.select_dtypes("float").columns
    return frame.assign(**{name: frame[name].round(6) for name in floats})


def rewritten(config: CityConfig, base: Path, folder: Path, form: Format) -> Path:
    """Write a city in one format into a folder; give its city.toml."""
    text = (base / "city.toml").read_text(encoding="utf-8")
    for kind, section in config.layers.items():
        settings: Settings = {"path": str((base / section.path).resolve())}
        if SPECS[kind].shape != "raster" and section.datum is None:
            frame = on_grid(read_layer(section, SPECS[kind], base).frame, form.crs)
            several = len(np.unique(shapely.get_dimensions(frame.geometry.to_numpy()))) > 1
            able = FORMATS[BASES[form.crs]] if several else form  # points among polygons: not every format
            settings = able.write(folder, kind.value, frame)
        elif section.layer is not None:
            settings["layer"] = section.layer
        text = _resettled(text, kind, settings)
    for name in (config.targets.declared, *config.targets.plans):
        if name is not None and (base / name).is_file():
            (folder / name).write_bytes((base / name).read_bytes())
    path = folder / "city.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _resettled(text: str, kind: LayerKind, settings: Settings) -> str:
    """Replace path, layer, encoding and crs of one section of city.toml; keep the rest."""
    head, mark, rest = text.partition(f"[layers.{kind}]\n")
    assert mark, kind
    body, bracket, tail = rest.partition("\n[")
    body = re.sub(r"(?m)^(path|layer|encoding|crs) *=.*\n?", "", body)
    lines = "".join(f"{key} = '{value}'\n" for key, value in settings.items())
    return head + mark + lines + body + bracket + tail


def report_of(path: Path, only: tuple[str, ...] | None = None) -> dict[str, Any]:
    """The whole report (or some indicators of it) without what says where it comes from."""
    document = report_document(assess(path, Console("en"), only).report)
    for name in ("run_id", "provenance"):
        document.pop(name)
    return document


def main(base: Path, folder: Path, *names: str) -> int:
    """Print for every format (or those named) whether it gives the report that GeoPackage gives; else 1."""
    config, reports = load_config(base / "city.toml"), {}
    chosen = {name: form for name, form in FORMATS.items() if not names or name in names}
    needed = {BASES[form.crs] for form in chosen.values()}
    differing = 0
    for name, form in sorted(FORMATS.items(), key=lambda one: one[0] not in needed):
        if name not in chosen and name not in needed:
            continue
        (place := folder / re.sub(r"\W+", "-", name)).mkdir(parents=True)
        reports[name] = report_of(rewritten(config, base, place, form))
        same = reports[name] == reports[BASES[form.crs]]
        differing += not same
        print(f"{name:24} {'the same report' if same else 'DIFFERS'}", flush=True)  # noqa: T201 - its table
    return int(differing > 0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:]))
