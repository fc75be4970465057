"""A first ``city.toml`` for a folder of layers: what each seems to be, and what is missing."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyogrio
import rasterio
import rasterio.errors

from layers.errors import ConfigError, DataError
from layers.formats import locate
from layers.kinds import SPECS, LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from layers.formats import SourceFile

MOST_FILES = 500
_FILES = (".shp", ".gpkg", ".geojson", ".json", ".parquet", ".geoparquet", ".fgb", ".kml")
_SUFFIXES = {*_FILES, ".tif", ".tiff", ".zip"}
_FOR_ANY_CITY = (
    LayerKind.BOUNDARY,
    LayerKind.DISTRICTS,
    LayerKind.PARKS,
    LayerKind.STREETS,
    LayerKind.RESIDENTIAL,
)
_WORDS: dict[LayerKind, tuple[str, ...]] = {
    LayerKind.BOUNDARY: ("行政区范围", "市界", "市域", "boundary", "municipality"),
    LayerKind.DISTRICTS: ("区界", "行政区划", "街道", "districts", "district"),
    LayerKind.LAND: ("陆域", "land_area"),
    LayerKind.RED_LINE: ("生态保护红线", "生态红线", "red_line", "redline"),
    LayerKind.CONTROL_LINE: ("基本生态控制线", "control_line"),
    LayerKind.DEVELOPMENT_BOUNDARY: ("城镇开发边界", "development_boundary"),
    LayerKind.BASIC_FARMLAND: ("永久基本农田", "基本农田", "farmland"),
    LayerKind.LAND_USE: ("土地利用", "用地现状", "地类图斑", "land_use", "landuse"),
    LayerKind.SOURCE_ZONES: ("饮用水", "水源保护区", "水源地", "source_zone"),
    LayerKind.GREENWAYS: ("绿道", "greenway"),
    LayerKind.BIDAO: ("碧道", "bidao"),
    LayerKind.PARKS: ("公园", "绿地", "广场", "parks", "park"),
    LayerKind.PARK_ENTRANCES: ("公园出入口", "公园入口", "出入口", "entrance"),
    LayerKind.STREETS: ("路网", "道路", "街道中心线", "streets", "roads", "highway"),
    LayerKind.RESIDENTIAL: ("居住用地", "住宅用地", "residential"),
    LayerKind.BUILDINGS: ("建筑", "buildings", "building"),
    LayerKind.BUILT_UP: ("建成区", "built_up", "builtup"),
    LayerKind.DRAINAGE_UNITS: ("排水分区", "drainage"),
    LayerKind.STATIONS: ("轨道站点", "地铁站", "stations"),
    LayerKind.WATER: ("水域", "水体", "water"),
    LayerKind.RIVERS: ("河流", "rivers"),
    LayerKind.COASTLINE: ("海岸线", "coastline", "coast"),
    LayerKind.SHORELINES: ("河湖岸线", "shoreline"),
    LayerKind.FOREST: ("森林", "林地", "forest"),
    LayerKind.OUTFALLS: ("排污口", "outfall"),
    LayerKind.VENTILATION_CORRIDORS: ("通风廊道", "ventilation"),
    LayerKind.LAND_COVER: ("土地覆盖", "land_cover", "landcover"),
    LayerKind.POPULATION_GRID: ("人口格网", "population", "人口"),
    LayerKind.TERRAIN: ("地形", "高程", "dem", "dtm", "terrain"),
    LayerKind.NDVI: ("植被指数", "ndvi"),
}


@dataclass(frozen=True)
class _Seen:
    path: str
    layer: str | None
    shape: str
    crs: str

    @property
    def names(self) -> tuple[str, ...]:
        stem = self.path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        return (self.layer, stem) if self.layer else (stem,)


def propose_config(folder: Path) -> str:
    """Write a commented ``city.toml`` for a folder of layers.

    Layers are recognised by official codes and by Chinese and English names; each guess says what it rests
    on, what was not recognised and what is missing is listed.

    Raises
    ------
    ConfigError
        No such folder, or no layer in it.
    """
    if not folder.is_dir():
        raise ConfigError(Text(f"没有文件夹 {folder}", f"no such folder: {folder}"))
    seen, unread = _look(folder)
    if not seen:
        raise ConfigError(
            Text(f"{folder} 里没有认得的图层文件", f"{folder} holds no layer files that are known")
        )
    chosen: dict[LayerKind, tuple[_Seen, str]] = {}
    rest: list[tuple[_Seen, str]] = []
    for one in seen:
        kind, why = _guess(one)
        if kind is None:
            rest.append((one, "名称与代码都不认识 / neither name nor code is known"))
        elif kind in chosen:
            rest.append((one, f"也像 {kind} / also looks like {kind}"))
        else:
            chosen[kind] = (one, why)
    return _written(folder, chosen, rest, unread)


def _look(folder: Path) -> tuple[list[_Seen], list[str]]:
    seen: list[_Seen] = []
    unread: list[str] = []
    for path in _files(folder):
        shown = path.relative_to(folder).as_posix()
        try:
            seen += _layers(locate(shown, folder), shown)
        except (DataError, OSError, RuntimeError, ValueError, rasterio.errors.RasterioError) as error:
            unread.append(f"{shown}: {error}")
    return seen, unread


def _files(folder: Path) -> Iterator[Path]:
    found = sorted(path for pattern in ("*", "*/*") for path in folder.glob(pattern) if _is_source(path))
    yield from found[:MOST_FILES]


def _is_source(path: Path) -> bool:
    suffix = path.suffix.lower()
    return path.is_dir() if suffix == ".gdb" else suffix in _SUFFIXES and path.is_file()


def _layers(found: SourceFile, shown: str) -> Iterator[_Seen]:
    if found.format == "tiff":
        with rasterio.open(found.path, driver="GTiff") as file:
            yield _Seen(shown, None, "raster", str(file.crs or ""))
        return
    if found.format == "parquet":
        yield _Seen(shown, None, "any", "")
        return
    rows = [(str(name), kind) for name, kind in pyogrio.list_layers(found.opened) if kind is not None]
    for name, kind in rows:
        crs = pyogrio.read_info(found.opened, layer=name)["crs"] or ""
        yield _Seen(shown, name if len(rows) > 1 else None, _shape(str(kind)), str(crs))


def _shape(kind: str) -> str:
    for word, shape in (("Polygon", "polygon"), ("Surface", "polygon"), ("Line", "line"), ("Curve", "line")):
        if word in kind:
            return shape
    return "point" if "Point" in kind else "any"


def _guess(seen: _Seen) -> tuple[LayerKind | None, str]:
    """Give the kind whose official code, or whose longest word, is in the layer's or the file's name."""
    best: tuple[int, LayerKind, str] | None = None
    for kind, spec in SPECS.items():
        if not _fits(spec.shape, seen.shape):
            continue
        for name in seen.names:
            tokens = re.split(r"[^A-Z0-9]+", name.upper())
            for code in spec.official_codes:
                if code in tokens or name.upper() == code:
                    return kind, f"官方代码 / official code {code}"
            for word in (*_WORDS.get(kind, ()), kind.value, spec.title.zh):
                if word in name.lower() and (best is None or len(word.encode()) > best[0]):
                    best = (len(word.encode()), kind, f"名称含 / name has “{word}”")
    return (best[1], best[2]) if best else (None, "")


def _fits(wanted: str, seen: str) -> bool:
    """Tell whether a layer's shape can serve a kind; "any" is any vector shape, never a raster."""
    if "raster" in (wanted, seen):
        return wanted == seen
    return "any" in (wanted, seen) or wanted == seen


def _written(
    folder: Path, chosen: dict[LayerKind, tuple[_Seen, str]], rest: list[tuple[_Seen, str]], unread: list[str]
) -> str:
    name = _quoted(folder.resolve().name or "city")
    city = re.sub(r"[^a-z0-9_-]+", "-", folder.resolve().name.lower()).strip("-")[:64] or "city"
    lines = [
        "# 由 shanhai init 生成的草稿，请逐项核对 / a draft by shanhai init: check every line",
        "schema = 1",
        "",
        "[city]",
        f"id = {_quoted(city)}",
        f"name = {{ zh = {name}, en = {name} }}  # 请改为城市名 / put the city's name",
        "# as_of = 2025-12-31  # 数据日期 / date of the data",
        "# residents = 0  # 全市常住人口 / residents of the whole city",
    ]
    for kind in SPECS:
        if kind in chosen:
            lines += ["", *_section(kind, *chosen[kind])]
    missing = [kind for kind in _FOR_ANY_CITY if kind not in chosen]
    if missing:
        lines += ["", "# 还缺 / still missing:"]
        lines += [f"# [layers.{kind}]  # {SPECS[kind].title.zh} / {SPECS[kind].title.en}" for kind in missing]
    if rest:
        lines += ["", "# 未采用 / not used:"]
        lines += [_comment(f"{one.path} {one.layer or ''}（{why}）") for one, why in rest]
    if unread:
        lines += ["", "# 读不了 / could not be read:", *(_comment(one) for one in unread)]
    return "\n".join(lines) + "\n"


def _section(kind: LayerKind, seen: _Seen, why: str) -> list[str]:
    spec = SPECS[kind]
    lines = [
        _comment(f"{spec.title.zh} / {spec.title.en}；{why}"),
        f"[layers.{kind}]",
        f"path = {_quoted(seen.path)}",
    ]
    if seen.layer is not None:
        lines.append(f"layer = {_quoted(seen.layer)}")
    if not seen.crs and seen.shape != "any":
        lines.append('# crs = "EPSG:4547"  # 图层没有坐标系，必须填写 / the layer has none: give it')
    return lines


def _quoted(text: str) -> str:
    """Write text as a TOML string; JSON's escapes are TOML's."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    return "# " + re.sub(r"[\x00-\x1f\x7f\u2028\u2029]+", " ", text)
