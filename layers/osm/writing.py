"""The folder an import leaves: ``layers.gpkg``, ``city.toml``, ``findings.json``; whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyogrio

from layers.errors import ConfigError, DataError
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import geopandas as gpd

    from layers.findings import Finding

LAYERS, CONFIG, FINDINGS = "layers.gpkg", "city.toml", "findings.json"
OSM_CREDIT = "© OpenStreetMap contributors, ODbL 1.0"
GIVEN = (LayerKind.BOUNDARY, LayerKind.DISTRICTS)
PROXIES: dict[LayerKind, str] = {
    LayerKind.PARKS: "park and square areas by tags, not the official park layer",
    LayerKind.RESIDENTIAL: "landuse=residential, and homes where that is rare; not the land-use survey",
    LayerKind.BUILT_UP: "urban land use and buildings, gaps under 100 m filled; not the official area",
    LayerKind.CONSTRUCTION: "building footprints without activity codes: encroachment is 'to review'",
    LayerKind.RED_LINE: "protected areas, not the ecological red line",
    LayerKind.GREENWAYS: "cycleways and signed walking or cycling routes, not the official greenways",
}
_MARK = "# shanhai import-osm "
_RUN_FILES = ("report.json", "run.json")


@contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """Give a temporary folder beside ``out`` that takes its place when the block ends well.

    Results of runs that lie inside ``out`` (folders with a report) are carried over.

    Raises
    ------
    ConfigError
        ``out`` holds something else than an earlier import, its ``city.toml`` was edited, or it cannot be
        written.
    """
    carried = _carried(out)
    temporary = out.parent / f".{out.name}.partial-{os.getpid()}"
    former = out.parent / f".{out.name}.former-{os.getpid()}"
    try:
        temporary.mkdir(parents=True)
    except OSError as error:
        raise ConfigError(
            Text(
                f"不能写 {out}（{error.strerror}）；请换一个文件夹",
                f"cannot write {out} ({error.strerror}); choose another folder",
            )
        ) from None
    try:
        yield temporary
        if out.exists():
            out.rename(former)
        temporary.rename(out)
        for name in carried:
            (former / name).rename(out / name)
    except BaseException:
        if former.exists() and not out.exists():
            former.rename(out)
        raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        shutil.rmtree(former, ignore_errors=True)


def _carried(out: Path) -> list[str]:
    if not out.exists():
        return []
    if not out.is_dir():
        raise ConfigError(
            Text(f"{out} 是文件，不是文件夹；请换一个", f"{out} is a file, not a folder; choose another")
        )
    carried = []
    for one in sorted(out.iterdir()):
        if one.name in (LAYERS, CONFIG, FINDINGS):
            continue
        if one.is_dir() and all((one / name).is_file() for name in _RUN_FILES):
            carried.append(one.name)
            continue
        raise ConfigError(
            Text(
                f"{out} 里已有别的内容（{one.name[:60]}），未改动；请换一个文件夹",
                f"{out} already holds something else ({one.name[:60]!r}) and is left alone; "
                "choose another folder",
            )
        )
    config = out / CONFIG
    if config.exists() and not _untouched(config.read_bytes()):
        raise ConfigError(
            Text(
                f"{config} 已被修改，未覆盖；请先移走它，或换一个文件夹",
                f"{config} was edited and is not overwritten; move it away or choose another folder",
            )
        )
    return carried


def _untouched(content: bytes) -> bool:
    first, _, rest = content.partition(b"\n")
    return first.decode("utf-8", "replace") == _MARK + hashlib.sha256(rest).hexdigest()


def write_layers(path: Path, layers: Mapping[LayerKind, gpd.GeoDataFrame], date: dt.date | None) -> None:
    """Write the layers into one GeoPackage; the same layers give the same bytes.

    Raises
    ------
    DataError
        The disk is full or fails.
    """
    stamp = f"{date or '1970-01-01'}T00:00:00.000Z"
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": stamp})
    try:
        for kind, frame in layers.items():
            lines = set(frame.geom_type) <= {"LineString"}
            points = set(frame.geom_type) <= {"Point"}
            shape = "LineString" if lines else "Point" if points else "MultiPolygon"
            pyogrio.write_dataframe(
                frame,
                path,
                layer=kind.value,
                driver="GPKG",
                geometry_type=shape,
                promote_to_multi=shape[0] == "M",
            )
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.FeatureError,
        pyogrio.errors.GeometryError,
        OSError,
    ) as error:
        reason = " ".join(str(error).split())[:200]
        raise DataError(
            Text(
                f"写不了 {path.name}（{reason}）；请检查磁盘空间",
                f"cannot write {path.name} ({reason}); check the disk space",
            )
        ) from None
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def write_findings(path: Path, findings: Sequence[Finding]) -> None:
    """Write the findings as a list that machines and the study can read."""
    rows = [
        {
            "code": one.code,
            "severity": one.severity.value,
            "message": {"zh": one.message.zh, "en": one.message.en},
            "layer": one.layer,
            "feature": one.feature,
            "place": None if one.place is None else [round(number, 7) for number in one.place],
        }
        for one in findings
    ]
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


@dataclass(frozen=True)
class CityAbout:
    """What ``[city]`` says: id, name, residents where given."""

    id: str
    name: str
    residents: int | None = None


def write_config(path: Path, city: CityAbout, kinds: Sequence[LayerKind], date: dt.date | None) -> None:
    """Write ``city.toml``; its first line lets a later import see whether it was edited."""
    lines = [
        "# Layers imported from OpenStreetMap; `shanhai run` takes this file as it is.",
        "# Layers with proxy = true stand in for official ones: replace their path when you have those.",
        "schema = 1",
        f"findings = {_quoted(FINDINGS)}",
        "",
        "[city]",
        f"id = {_quoted(city.id)}",
        f"name = {{ zh = {_quoted(city.name)}, en = {_quoted(city.name)} }}",
    ]
    lines += [f"as_of = {date}"] if date else []
    lines += [f"residents = {city.residents}"] if city.residents is not None else []
    for kind in kinds:
        lines += ["", *_section(kind, date)]
    lines += [
        "",
        "# To hold the city against a plan, take the marks away and name the plan:",
        "# [targets]",
        '# plans = ["shenzhen-beautiful-china-2020-2025"]',
        '# geography = { shenzhen = "*" }',
    ]
    text = "\n".join(lines) + "\n"
    content = text.encode()
    path.write_bytes(f"{_MARK}{hashlib.sha256(content).hexdigest()}\n".encode() + content)


def _section(kind: LayerKind, date: dt.date | None) -> list[str]:
    layer = LayerKind.BUILDINGS if kind is LayerKind.CONSTRUCTION else kind
    lines = [f"[layers.{kind}]", f"path = {_quoted(LAYERS)}", f"layer = {_quoted(layer)}"]
    if kind not in GIVEN:
        lines += [f"as_of = {date}"] if date else []
        lines += [f"attribution = {_quoted(OSM_CREDIT)}"]
    if kind in PROXIES:
        lines[:0] = [f"# {PROXIES[kind]}"]
        lines += ["proxy = true"]
    return lines


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def slug(name: str) -> str:
    """Make an id from a folder's name.

    Examples
    --------
    >>> slug("Las Palmas 2023"), slug("深圳")
    ('las-palmas-2023', 'city')
    """
    return re.sub(r"[^a-z0-9_]+", "-", name.lower()).strip("-")[:64] or "city"
