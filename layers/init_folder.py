"""A first ``city.toml`` for a folder of layers: what each seems to be, and what is missing."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow.parquet
import pyogrio
import rasterio
import rasterio.errors

from layers.encoding import shapefile_encoding
from layers.errors import ConfigError, DataError
from layers.fields import match_fields
from layers.formats import locate
from layers.guess_kind import BASELINES, Guess, Seen, guess_kind, year_of
from layers.kinds import SPECS, LayerKind
from layers.parse import is_empty, tidy
from layers.specs.types import CODE
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from layers.formats import SourceFile

MOST_FILES = 500
MOST_CODES = 2_000
_CODED = replace(SPECS[LayerKind.LAND_USE], fields=(CODE,))
_FILES = (".shp", ".gpkg", ".geojson", ".json", ".parquet", ".geoparquet", ".fgb", ".kml")
_SUFFIXES = {*_FILES, ".tif", ".tiff", ".zip"}
_FOR_ANY_CITY = (
    LayerKind.BOUNDARY,
    LayerKind.DISTRICTS,
    LayerKind.PARKS,
    LayerKind.STREETS,
    LayerKind.RESIDENTIAL,
)


def propose_config(folder: Path) -> str:
    """Write a commented ``city.toml`` for a folder of layers.

    Layers are recognised by official codes, by Chinese and English names, and by their fields and land-use
    codes; each guess says what it rests on, what was not recognised and what is missing is listed.

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
    chosen, rest = _chosen(seen)
    return _written(folder, chosen, rest, unread)


def _chosen(seen: list[Seen]) -> tuple[dict[LayerKind, Guess], list[tuple[Seen, str]]]:
    """Give each kind its layer: the surest guess, of several years the latest, an earlier one as baseline."""
    chosen: dict[LayerKind, Guess] = {}
    rest: list[tuple[Seen, str]] = []
    guesses = [(one, guess_kind(one)) for one in seen]
    for one, guess in sorted(guesses, key=_surest_first):
        if guess is None:
            rest.append((one, "名称、代码与字段都不认识 / neither name, code nor fields are known"))
            continue
        kind = guess.kind
        if kind in chosen and kind in BASELINES and year_of(one) is not None:
            kind = BASELINES[kind]
        if kind in chosen:
            rest.append((one, f"也像 {kind} / also looks like {kind}"))
        else:
            chosen[kind] = replace(guess, kind=kind)
    order = {(one.path, one.layer): place for place, one in enumerate(seen)}
    return chosen, sorted(rest, key=lambda one: order[one[0].path, one[0].layer])


def _surest_first(found: tuple[Seen, Guess | None]) -> tuple[int, int, str, str]:
    seen, guess = found
    year = year_of(seen)
    newest = -9_999 if year is None else -year
    return (guess.rank if guess else 9, newest, seen.path, seen.layer or "")


def _look(folder: Path) -> tuple[list[Seen], list[str]]:
    seen: list[Seen] = []
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


def _layers(found: SourceFile, shown: str) -> Iterator[Seen]:
    if found.format == "tiff":
        with rasterio.open(found.path, driver="GTiff") as file:
            yield Seen(shown, None, "raster", str(file.crs or ""))
        return
    if found.format == "parquet":
        yield Seen(shown, None, "any", "", tuple(pyarrow.parquet.read_schema(found.path).names))
        return
    rows = [(str(name), kind) for name, kind in pyogrio.list_layers(found.opened) if kind is not None]
    encoding = shapefile_encoding(found) if found.format == "shapefile" else None
    for name, kind in rows:
        info = pyogrio.read_info(found.opened, layer=name, encoding=encoding, force_feature_count=True)
        fields = tuple(str(one) for one in info["fields"])
        yield Seen(
            shown,
            name if len(rows) > 1 else None,
            _shape(str(kind)),
            str(info["crs"] or ""),
            fields,
            int(info["features"]),
            _codes(found.opened, name, fields),
        )


def _codes(opened: str, layer: str, fields: tuple[str, ...]) -> tuple[str, ...]:
    """Give the land-use codes of the first features."""
    matched = match_fields(_CODED, fields, {}, opened)
    if not matched:
        return ()
    column = matched["code"]
    frame = pyogrio.read_dataframe(
        opened, layer=layer, columns=[column], max_features=MOST_CODES, read_geometry=False
    )
    return tuple(tidy(one) for one in frame[column] if not is_empty(one))


def _shape(kind: str) -> str:
    for word, shape in (("Polygon", "polygon"), ("Surface", "polygon"), ("Line", "line"), ("Curve", "line")):
        if word in kind:
            return shape
    return "point" if "Point" in kind else "any"


def _written(
    folder: Path, chosen: dict[LayerKind, Guess], rest: list[tuple[Seen, str]], unread: list[str]
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
            lines += ["", *_section(chosen[kind])]
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


def _section(guess: Guess) -> list[str]:
    spec, seen = SPECS[guess.kind], guess.seen
    lines = [
        _comment(f"{spec.title.zh} / {spec.title.en}；{guess.why}"),
        f"[layers.{guess.kind}]",
        f"path = {_quoted(seen.path)}",
    ]
    if seen.layer is not None:
        lines.append(f"layer = {_quoted(seen.layer)}")
    year = year_of(seen)
    if year is not None:
        lines.append(f"as_of = {year}-12-31  # 由名称推断 / from the name")
    if not seen.crs and seen.shape != "any":
        lines.append('# crs = "EPSG:4547"  # 图层没有坐标系，必须填写 / the layer has none: give it')
    return lines


def _quoted(text: str) -> str:
    """Write text as a TOML string; JSON's escapes are TOML's."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    return "# " + re.sub(r"[\x00-\x1f\x7f\u2028\u2029]+", " ", text)
