"""From ``city.toml`` to a study."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from multiprocessing import parent_process
from typing import TYPE_CHECKING, cast

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS
from shapely import MultiPolygon, Polygon

from geo.crs import study_crs
from geo.processes import shared_out
from geo.threads import threads
from geo.transform import moved_to
from layers.catalogue import finding
from layers.check_shift import check_outline
from layers.earlier_findings import earlier_findings
from layers.errors import DataError
from layers.formats import fingerprint, locate
from layers.kinds import SPECS, LayerKind
from layers.place import WGS84, far_from_zone, to_system
from layers.prepare import Prepared, Whereabouts, prepare
from layers.read_raster import ReadSurface, read_city_surface
from layers.study import Layer, Study
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from layers.config import CityConfig, LayerSection
    from layers.findings import Finding
    from layers.kept_layers import LayerCache

    Progress = Callable[[str, int, int], None]

_AREAS = (LayerKind.BOUNDARY, LayerKind.DISTRICTS, LayerKind.LAND)


def open_study(
    config: CityConfig, base: Path, progress: Progress | None = None, cache: LayerCache | None = None
) -> Study:
    """Read a city.

    Parameters
    ----------
    config
        What ``city.toml`` says.
    base
        Folder that its relative paths start from.
    progress
        Called before each layer that this process reads with its kind, how many went before, and the total of
        all layers.
    cache
        Where prepared layers are kept from run to run; none unless given.

    Returns
    -------
    The study: frames in the study's system with canonical columns, ids unique text, valid shapes in an order
    that does not depend on the source's; everything that was changed or left out is a finding.

    Raises
    ------
    DataError
        A layer is missing, unreadable, empty, of the wrong type, without a needed field, without a coordinate
        system or with coordinates that cannot be in it, or wholly outside the city.
    """
    first = LayerKind.BOUNDARY if LayerKind.BOUNDARY in config.layers else LayerKind.DISTRICTS
    order = [first, *(kind for kind in LayerKind if kind in config.layers and kind != first)]
    said = count()

    def tell(kind: LayerKind) -> None:
        (progress or _silent)(kind.value, next(said), len(order))

    def read(kind: LayerKind, place: Whereabouts | None) -> Prepared:
        tell(kind)
        return (prepare if cache is None else cache.prepared)(kind, config.layers[kind], base, place)

    with _hashing(config, base):
        outline, boundary, where = _outline(first, read(first, None), config.city.crs)
    area = gpd.GeoSeries([boundary], crs=where.crs)

    def reading(kind: LayerKind) -> Callable[[], Prepared | ReadSurface | str]:
        def work() -> Prepared | ReadSurface | str:
            if SPECS[kind].shape == "raster":
                tell(kind)
                return read_city_surface(kind, config.layers[kind], base, area)
            if cache is not None and parent_process() is not None:  # it travels faster by way of the folder
                return cache.laid(kind, config.layers[kind], base, where)
            return read(kind, where)

        return work

    def arrived(kind: LayerKind, one: Prepared | ReadSurface | str) -> Prepared | ReadSurface:
        if not isinstance(one, str):
            return one
        return (None if cache is None else cache.read(one)) or read(kind, where)

    # What is kept is read faster than it would come from another process, and so are rasters.
    found = {first: outline, **_kept(order[1:], config, base, where, cache)}
    rest = [kind for kind in order if kind not in found]
    read_ones = _all([reading(kind) for kind in rest], rest, config, base)
    found |= {kind: arrived(kind, one) for kind, one in zip(rest, read_ones, strict=True)}
    ready = {kind: one for kind in order if isinstance(one := found[kind], Prepared)}
    surfaces = {kind: one for kind in order if isinstance(one := found[kind], ReadSurface)}
    if cache is not None:
        cache.prune()
    crs = where.crs
    districts, placed = _districts(ready.get(LayerKind.DISTRICTS), boundary, crs)
    findings, noted = earlier_findings(config.findings, base)
    findings += [one for layer in ready.values() for one in layer.findings]
    findings += [one for raster in surfaces.values() for one in raster.findings]
    sources = {kind.value: layer.source for kind, layer in ready.items()}
    sources |= {kind.value: raster.source for kind, raster in surfaces.items()} | noted
    layers = {
        kind: Layer(kind, one.frame, one.source, config.layers[kind].as_of, config.layers[kind].proxy)
        for kind, one in ready.items()
        if kind not in _AREAS
    }
    return Study(
        id=config.city.id,
        name=config.city.name.text,
        crs=crs,
        boundary=boundary,
        land=_land(ready.get(LayerKind.LAND), boundary),
        districts=districts,
        layers=layers,
        surfaces={kind: raster.surface for kind, raster in surfaces.items()},
        parameters=dict(config.parameters),
        findings=tuple(findings + placed),
        as_of=config.city.as_of,
        synthetic=config.city.synthetic,
        residents=config.city.residents,
        sources=sources,
    )


def _silent(_kind: str, _done: int, _total: int) -> None:
    """Say nothing about progress."""


def _hashing(config: CityConfig, base: Path) -> ThreadPoolExecutor:
    """Begin to hash the files side by side; to leave the ``with`` block of what is given waits for it.

    By their hashes layers of earlier runs are found, before there is anything to share with another process.
    """
    pool = ThreadPoolExecutor(threads())
    for section in {one.path: one for one in config.layers.values()}.values():
        with suppress(DataError, OSError):  # said when the layer is read
            pool.submit(fingerprint, locate(section.path, base, section.layer))
    return pool


def _kept(
    kinds: list[LayerKind], config: CityConfig, base: Path, where: Whereabouts, cache: LayerCache | None
) -> dict[LayerKind, Prepared | ReadSurface]:
    """Give the layers that an earlier run prepared from the same content."""
    if cache is None:
        return {}
    vector = [kind for kind in kinds if SPECS[kind].shape != "raster"]
    found = {kind: cache.kept(kind, config.layers[kind], base, where) for kind in vector}
    return {kind: one for kind, one in found.items() if one is not None}


def _all(
    tasks: list[Callable[[], Prepared | ReadSurface | str]],
    kinds: list[LayerKind],
    config: CityConfig,
    base: Path,
) -> list[Prepared | ReadSurface | str]:
    """Read layers, in two processes where there is more to it than rasters."""
    if all(SPECS[kind].shape == "raster" for kind in kinds):
        return [task() for task in tasks]
    return shared_out(tasks, [_size(kind, config.layers[kind], base) for kind in kinds])


def _size(kind: LayerKind, section: LayerSection, base: Path) -> float:
    """Give the bytes of a layer's files; rasters, small until read, and databases are the largest."""
    if SPECS[kind].shape == "raster":
        return float("inf")
    try:
        return sum(one.stat().st_size for one in locate(section.path, base, section.layer).members)
    except (DataError, OSError):
        return float("inf")


def _outline(
    kind: LayerKind, layer: Prepared, wanted: str | None
) -> tuple[Prepared, Polygon | MultiPolygon, Whereabouts]:
    """Settle the study's system from the layer that says where the city is."""
    if wanted is not None:
        crs = CRS.from_user_input(wanted)
    else:
        degrees = moved_to(layer.frame.geometry, WGS84).to_numpy()
        crs = study_crs(shapely.union_all(shapely.make_valid(degrees)))
    frame, found = to_system(layer.frame, crs, kind)
    frame = frame.set_geometry(shapely.make_valid(frame.geometry.to_numpy(), method="structure"), crs=crs)
    if kind == LayerKind.DISTRICTS:
        said = Text(
            "没有 boundary 图层，以各区合并代替",
            "no boundary layer; the union of the districts stands for it",
        )
        found.append(finding("topology.boundary_from_districts", said, layer=kind.value))
    boundary = _polygons(shapely.union_all(frame.geometry.to_numpy()))
    if boundary.area <= 0:
        raise DataError(Text(f"{kind}：范围面积为零", f"{kind}: the city's area is zero"))
    found += far_from_zone(boundary, crs)
    placed = Prepared(frame, layer.source, (*layer.findings, *found))
    return placed, boundary, Whereabouts.around(boundary, crs)


def _land(layer: Prepared | None, boundary: Polygon | MultiPolygon) -> Polygon | MultiPolygon:
    if layer is None:
        return boundary
    land = _polygons(shapely.intersection(shapely.union_all(layer.frame.geometry.to_numpy()), boundary))
    if land.is_empty:
        raise DataError(
            Text("land：陆域与行政区范围没有重叠", "land: the land lies nowhere inside the boundary")
        )
    return land


def _districts(
    layer: Prepared | None, boundary: Polygon | MultiPolygon, crs: CRS
) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    columns = ["id", "name_zh", "name_en", "residents", "geometry"]
    if layer is None:
        empty = {name: np.array([], dtype=float if name == "residents" else object) for name in columns[:-1]}
        return gpd.GeoDataFrame(empty, geometry=[], crs=crs), []
    frame, findings = _merged(layer.frame)
    outline = shapely.union_all(frame.geometry.to_numpy())
    findings += check_outline(outline, boundary, crs, layer.source.datum)
    shapes = [_polygons(one) for one in shapely.intersection(frame.geometry.to_numpy(), boundary)]
    frame = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=crs))
    for name in frame.loc[frame.geometry.is_empty, "id"]:
        said = Text(f"districts：区 {name} 不在行政区范围内", f"districts: {name} lies outside the boundary")
        findings.append(finding("topology.outside", said, layer="districts", feature=str(name)))
    frame = frame[~frame.geometry.is_empty].reset_index(drop=True)
    frame["name_zh"] = frame["name_zh"].fillna(frame["id"])
    frame["name_en"] = frame["name_en"].fillna(frame["name_zh"]) if "name_en" in frame else frame["name_zh"]
    if "residents" not in frame:
        frame["residents"] = np.nan
    return frame[columns], findings


def _merged(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Make rows of one id one district: shapes united, residents summed, names from the first row."""
    repeated = frame["id"].duplicated(keep=False)
    if not repeated.any():
        return frame, []
    names = sorted(set(frame.loc[repeated, "id"]))
    said = Text(
        f"districts：同一代码的多行合并为一个区（{'、'.join(names[:10])}），人口相加",
        f"districts: rows of one id are one district ({', '.join(names[:10])}); residents are summed",
    )
    how = {name: "first" for name in frame.columns if name not in {"id", "geometry"}}
    if "residents" in how:
        how["residents"] = "sum"
    merged = (
        frame.dissolve(by="id", aggfunc=how, as_index=False) if how else frame.dissolve("id", as_index=False)
    )
    return merged, [finding("attribute.merged", said, layer="districts"), *_conflicts(frame)]


def _conflicts(frame: gpd.GeoDataFrame) -> list[Finding]:
    names = [one for one, rows in frame.groupby("id") if rows["name_zh"].nunique() > 1]
    if not names:
        return []
    said = Text(
        f"districts：{'、'.join(map(str, names[:10]))} 的各行名称不一致，采用第一行",
        f"districts: rows of {', '.join(map(str, names[:10]))} differ in name; the first is used",
    )
    return [finding("attribute.conflict", said, layer="districts")]


def _polygons(shape: shapely.Geometry) -> Polygon | MultiPolygon:
    parts = [one for one in shapely.get_parts(shape) if one.geom_type == "Polygon"]
    return cast("Polygon | MultiPolygon", shapely.union_all(parts) if parts else Polygon())
