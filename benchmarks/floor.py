"""What a whole run cannot do without: the libraries' own calls on a city, each once, and nothing between.

Reading by the fastest way each format has, the fingerprint and the check for validity of what was read, the
ground that lies in two plots of land use, one search over the streets, cell shares of the rasters by
district, and the evidence a run wrote, written again. No rule, no repair, no district is cut and no finding
made here, so that no program built on these libraries, with the same evidence to write, can take less.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import exactextract
import numpy as np
import pyogrio
import rasterio
import shapely
from scipy.sparse.csgraph import dijkstra

from geo.network import symmetric_graph
from layers.config import load_config
from layers.kinds import SPECS, LayerKind

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd

RASTERS = (LayerKind.LAND_COVER, LayerKind.LAND_COVER_BASELINE, LayerKind.NDVI)
FAR_M = 2_000.0


class _Clock:
    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def of(self, name: str, work: Callable[[], Any]) -> Any:
        begin = time.process_time()
        value = work()
        self.seconds[name] = self.seconds.get(name, 0.0) + time.process_time() - begin
        return value


def floor(config_path: Path, evidence: Path) -> dict[str, float]:
    """Give the CPU seconds of each kind of call on a city and the evidence of its run."""
    clock, base, config = _Clock(), config_path.parent, load_config(config_path)
    frames: dict[LayerKind, gpd.GeoDataFrame] = {}
    surfaces: dict[LayerKind, Path] = {}
    files: set[Path] = set()
    for kind, section in config.layers.items():
        path = base / section.path
        files.update(one for one in _members(path) if one.is_file())
        if SPECS[kind].shape == "raster":
            clock.of("rasters", lambda path=path: _band(path))
            surfaces[kind] = path
        else:
            frames[kind] = clock.of("layers", lambda path=path, layer=section.layer: _layer(path, layer))
    clock.of("fingerprints", lambda: [hashlib.sha256(one.read_bytes()).digest() for one in sorted(files)])
    clock.of("validity", lambda: [shapely.is_valid(one.geometry.to_numpy()) for one in frames.values()])
    if LayerKind.LAND_USE in frames:
        clock.of("overlaps", lambda: _overlaps(frames[LayerKind.LAND_USE].geometry.to_numpy()))
    if LayerKind.STREETS in frames:
        clock.of("one search", lambda: _search(frames[LayerKind.STREETS].geometry.to_numpy()))
    for kind in RASTERS:
        if kind in surfaces:
            clock.of("cell shares", lambda kind=kind: _shares(surfaces[kind], frames[LayerKind.DISTRICTS]))
    written = {
        str(name): pyogrio.read_dataframe(evidence, layer=name) for name, _ in pyogrio.list_layers(evidence)
    }
    with tempfile.TemporaryDirectory() as folder:
        clock.of("evidence", lambda: _write(written, Path(folder, "evidence.gpkg")))
    return clock.seconds


def _members(path: Path) -> list[Path]:
    if path.suffix == ".gdb":
        return sorted(path.rglob("*"))
    return sorted(path.parent.glob(f"{path.stem}.*")) if path.suffix == ".shp" else [path]


def _band(path: Path) -> Any:
    with rasterio.open(path) as file:
        return file.read(1)


def _layer(path: Path, layer: str | None) -> gpd.GeoDataFrame:
    with warnings.catch_warnings(action="ignore"):
        fast = path.suffix == ".gpkg"
        return pyogrio.read_dataframe(path, use_arrow=fast, **({"layer": layer} if layer else {}))


def _overlaps(shapes: Any) -> Any:
    """Find what lies in two plots at once, ground that must not count twice."""
    one, two = shapely.STRtree(shapes).query(shapes, "intersects")
    one, two = one[one < two], two[one < two]
    shapely.prepare(shapes)
    apart = shapely.touches(shapes[one], shapes[two])
    return shapely.intersection(shapes[one[~apart]], shapes[two[~apart]])


def _search(streets: Any) -> Any:
    """Search from one end of every thousandth street, ends numbered by their coordinates."""
    ends = np.concatenate([shapely.get_point(streets, 0), shapely.get_point(streets, -1)])
    xy = np.ascontiguousarray(shapely.get_coordinates(ends)).view("complex128").ravel()
    nodes, number = np.unique(xy, return_inverse=True)
    start, end = number[: len(streets)], number[len(streets) :]
    graph = symmetric_graph(start, end, shapely.length(streets), len(nodes))
    return dijkstra(graph, indices=np.unique(start[::1000]), min_only=True, limit=FAR_M)


def _shares(path: Path, districts: gpd.GeoDataFrame) -> Any:
    with rasterio.open(path) as file:
        zones = districts.to_crs(file.crs)[["geometry"]]
    return exactextract.exact_extract(
        str(path), zones, ["unique", "frac"] if path.stem != "ndvi" else ["mean"]
    )


def _write(frames: dict[str, gpd.GeoDataFrame], path: Path) -> None:
    for name, frame in frames.items():
        pyogrio.write_dataframe(frame, path, layer=name, driver="GPKG", promote_to_multi=True, use_arrow=True)
