"""One door for every vector source: to the canonical columns, in the source's own coordinate system."""

from __future__ import annotations

import re
import warnings
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from layers.database_address import is_database, shown_address
from layers.encoding import shapefile_encoding
from layers.errors import DataError
from layers.fields import match_fields, without_shadows
from layers.formats import SourceFile, fingerprint, locate, refuse, refuse_views
from layers.near_names import listed
from layers.raw import Raw, window
from layers.read_csv import read_csv
from layers.read_parquet import read_parquet
from layers.study import Source
from layers.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from layers.config import LayerSection
    from layers.kinds import LayerSpec
    from layers.raw import Bounds

_DAMAGED = (
    OSError,
    RuntimeError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    shapely.errors.ShapelyError,
)
"""What the reading libraries raise on damaged files; their own errors derive from these."""
_OF_KML = ("id", "Name", "description")
"""Columns that every placemark gets whether or not anyone filled them in."""
_PLAIN = {"object", "int8", "int16", "int32", "int64", "float32", "float64"}
_IN_UTF8 = {"gpkg", "gdb"}
_BATCH = 16_384
_STRAIGHT = {kind + name for kind in ("", "Multi") for name in ("Point", "LineString", "Polygon")}
LARGE = 200_000
"""From this many features on only those near the city are read."""


def read_layer(section: LayerSection, spec: LayerSpec, base: Path, near: Bounds | None = None) -> Raw:
    """Read a layer's needed columns and its shapes.

    Parameters
    ----------
    section
        Where it lies, from ``city.toml``.
    spec
        What it should be.
    base
        Folder that relative paths start from.
    near
        Longitude and latitude bounds of interest; large layers are read inside them only.

    Raises
    ------
    DataError
        The source is missing, damaged, of another format, empty where it may not be, or lacks a needed layer
        or column.
    """
    if is_database(section.path):
        return _from_database(section, spec, near)
    found = _settled(section, base)
    before = fingerprint(found)
    try:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            raw = _read_as(found, section, spec, near)
    except _DAMAGED as error:
        raise _unreadable(found, error) from None
    refuse_changed(found, before, raw.source)
    if raw.total == 0 and not spec.may_be_empty:
        raise refuse(
            section.path,
            "图层没有任何要素；如确无数据，请从 city.toml 中去掉该图层",
            "the layer has no features; where there is nothing to bring, take it out of city.toml",
        )
    kinds = (RuntimeWarning, UserWarning)
    notes = {
        _one_line(str(one.message).replace(found.opened, found.shown))
        for one in said
        if issubclass(one.category, kinds)
    }
    return replace(raw, notes=tuple(sorted(notes)))


def _settled(section: LayerSection, base: Path) -> SourceFile:
    """Find a layer's file; the log that an ended program left beside a GeoPackage is taken into it first.

    GDAL does so whenever it opens one: the file would change while it is read.
    """
    found = locate(section.path, base, section.layer)
    if found.format != "gpkg" or len(found.members) == 1:
        return found
    with warnings.catch_warnings(action="ignore"), suppress(*_DAMAGED):
        pyogrio.list_layers(found.opened)
    return locate(section.path, base, section.layer)


def _from_database(section: LayerSection, spec: LayerSpec, near: Bounds | None) -> Raw:
    shown = f"{shown_address(section.path)} {section.layer or ''}".strip()
    try:
        from layers.read_postgis import read_postgis  # noqa: PLC0415 - an optional extra
    except ImportError:
        raise refuse(
            shown,
            "需要先安装数据库支持：pip install '.[postgis]'",
            "install the database extra first: '.[postgis]'",
        ) from None
    raw = read_postgis(section, spec, near)
    if raw.total == 0 and not spec.may_be_empty:
        raise refuse(shown, "表没有任何行", "the table has no rows")
    return raw


def _read_as(found: SourceFile, section: LayerSection, spec: LayerSpec, near: Bounds | None) -> Raw:
    match found.format:
        case "csv":
            return _from_frame(*read_csv(found, section), found, section, spec)
        case "parquet":
            return _from_frame(*read_parquet(found), found, section, spec)
        case "tiff":
            raise refuse(section.path, "是栅格，此处需要矢量", "is a raster; a vector layer is needed here")
    return _read_ogr(found, section, spec, near)


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)[:200]


def _unreadable(found: SourceFile, error: Exception) -> DataError:
    said = _one_line(str(error))
    return refuse(
        found.shown, f"读不了，文件可能已损坏（{said}）", f"cannot be read, it may be damaged ({said})"
    )


def _from_frame(
    frame: gpd.GeoDataFrame, encoding: str, found: SourceFile, section: LayerSection, spec: LayerSpec
) -> Raw:
    columns = [str(name) for name in frame.columns if name != frame.geometry.name]
    matched = match_fields(spec, columns, section.fields, found.shown)
    values = pd.DataFrame({name: frame[name] for name in dict.fromkeys(matched.values())}, index=frame.index)
    kept = gpd.GeoDataFrame(values, geometry=frame.geometry.to_numpy(), crs=frame.crs)
    return Raw(kept, matched, source_of(found, section, frame.crs, encoding), len(frame))


def refuse_changed(found: SourceFile, before: tuple[str, int], source: Source) -> None:
    """Make sure that a file is still what it was before it was read; what was read may be neither.

    Raises
    ------
    DataError
        It changed.
    """
    if (source.sha256, source.size_bytes) != before:
        raise refuse(
            found.shown,
            "读取时文件有变化；请等写入结束后重新运行",
            "the file changed while it was read; run again when nobody writes to it",
        )


def source_of(found: SourceFile, section: LayerSection, crs: CRS | None, encoding: str) -> Source:
    """Describe where a layer came from, fingerprint included."""
    sha256, size = fingerprint(found)
    return Source(
        path=section.path,
        layer=section.layer,
        sha256=sha256,
        size_bytes=size,
        crs=section.crs or _crs_name(crs),
        datum=section.datum or "wgs84",
        encoding=encoding,
        attribution=section.attribution,
    )


def _crs_name(crs: CRS | None) -> str:
    if crs is None:
        return ""
    return str(crs.to_string() if crs.to_epsg() else crs.name)


def _read_ogr(found: SourceFile, section: LayerSection, spec: LayerSpec, near: Bounds | None) -> Raw:
    layer = _choose_layer(found, section)
    if found.format == "gpkg" and layer is not None:
        refuse_views(found, layer)
    encoding = section.encoding
    if found.format == "shapefile" and encoding is None:
        encoding = shapefile_encoding(found)
    info = pyogrio.read_info(found.opened, layer=layer, encoding=encoding, force_feature_count=True)
    columns = [str(name) for name in info["fields"] if name != "geometry"]
    if found.format == "kml":
        columns = without_shadows(spec, columns, _OF_KML)
    matched = match_fields(spec, columns, section.fields, found.shown)
    crs = _crs(section, info["crs"])
    total = int(info["features"])
    bbox = window(near, crs) if near is not None and total > LARGE else None
    options = {"layer": layer, "encoding": encoding, "columns": list(dict.fromkeys(matched.values()))}
    fast = _reads_alike(found, info, matched)
    try:
        frame = _frame(found.opened, fast=fast, bbox=bbox, **options)
        if bbox is not None and len(frame) == 0:  # its axes may be swapped, its system another: to be seen
            bbox = None
            frame = _frame(found.opened, fast=fast, bbox=None, **options)
    except UnicodeDecodeError:
        raise undecodable(found.shown, encoding or "utf-8") from None
    if bbox is None and len(frame) < total:
        raise refuse(
            found.shown,
            f"应有 {total} 个要素，只读出 {len(frame)} 个，文件可能已损坏",
            f"says it has {total} features but only {len(frame)} can be read; it may be damaged",
        )
    if not isinstance(frame, gpd.GeoDataFrame):
        frame = gpd.GeoDataFrame(frame, geometry=np.full(len(frame), None))
    frame = frame.set_crs(crs, allow_override=True) if crs is not None else frame
    curves = "Curve" in str(info["geometry_type"]) or "Surface" in str(info["geometry_type"])
    source = source_of(found, section, crs, encoding or str(info["encoding"] or ""))
    return Raw(frame, matched, source, total, curves)


def _reads_alike(found: SourceFile, info: dict[str, Any], matched: dict[str, str]) -> bool:
    """Say whether reading by Arrow, twice as fast, gives the same: plain values in UTF-8, no curves."""
    wanted = set(matched.values())
    held = [
        (str(dtype), str(more))
        for name, dtype, more in zip(info["fields"], info["dtypes"], info["ogr_subtypes"], strict=True)
        if name in wanted
    ]
    plain = bool(held) and all(dtype in _PLAIN and more != "OFSTJSON" for dtype, more in held)
    return found.format in _IN_UTF8 and plain and str(info["geometry_type"]).removesuffix(" Z") in _STRAIGHT


def _frame(opened: str, *, fast: bool, **options: Any) -> Any:  # noqa: ANN401 - as the library takes
    """Read the columns; what the fast way stumbles over is read the other way, which says what is wrong."""
    options |= {"force_2d": False, "datetime_as_string": True}
    if fast:
        with suppress(*_DAMAGED):
            frame = _from_batches(opened, options)
            types = shapely.get_type_id(frame.geometry.to_numpy())
            if (types <= shapely.GeometryType.GEOMETRYCOLLECTION).all():
                return frame
    return pyogrio.read_dataframe(opened, on_invalid="fix", **options)


def _from_batches(opened: str, options: dict[str, Any]) -> gpd.GeoDataFrame:
    """Read by Arrow, making the shapes of some features at a time: the bytes of all are much to hold.

    The other columns are copied, as a batch is let go only as a whole.
    """
    shapes, values = [], []
    with pyogrio.open_arrow(opened, use_pyarrow=True, batch_size=_BATCH, **options) as (meta, batches):
        name = meta["geometry_name"] or "wkb_geometry"
        for batch in batches:
            shapes.append(shapely.from_wkb(batch[name].to_numpy(zero_copy_only=False), on_invalid="fix"))
            values.append(batch.drop_columns([name]).take(pa.array(np.arange(len(batch)))))
    frame = pa.Table.from_batches(values).to_pandas()
    return gpd.GeoDataFrame(frame, geometry=np.concatenate(shapes), crs=meta["crs"])


def undecodable(shown: str, encoding: str) -> DataError:
    """Make the error for text that is not in the encoding it is said to be in."""
    return refuse(
        shown,
        f"文本不是合法的 {encoding}；请在该图层写明 encoding（常用 gbk、gb18030、utf-8）",
        f"text is not valid {encoding}; name the layer's encoding (often gbk, gb18030 or utf-8)",
    )


def _choose_layer(found: SourceFile, section: LayerSection) -> str | None:
    if found.format in {"shapefile", "flatgeobuf", "geojson"}:
        return None
    names = [str(row[0]) for row in pyogrio.list_layers(found.opened) if row[1] is not None]
    if section.layer is None:
        if len(names) == 1:
            return names[0]
        said = "、".join(names[:20]), ", ".join(names[:20])
        raise refuse(
            found.shown, f"有多个图层，请用 layer 指明：{said[0]}", f"has several layers; name one: {said[1]}"
        )
    if section.layer not in names:
        near = listed(section.layer, names)
        raise refuse(
            found.shown, f"没有图层“{section.layer}”{near.zh}", f"has no layer {section.layer!r}{near.en}"
        )
    return section.layer


def _crs(section: LayerSection, said: Any) -> CRS | None:  # noqa: ANN401 - as the library gives it
    text = section.crs or said
    try:
        return CRS.from_user_input(text) if text else None
    except CRSError:
        return None


def filtered(values: pd.DataFrame, where: dict[str, tuple[Any, ...]]) -> pd.Series:
    """Say which rows meet every condition of ``where``; codes are compared by prefix.

    Examples
    --------
    >>> frame = pd.DataFrame({"code": ["140101", "0701"]})
    >>> filtered(frame, {"code": ("1401",)}).tolist()
    [True, False]
    """
    kept = pd.Series(True, index=values.index)
    for name, wanted in where.items():
        if name not in values:
            raise DataError(
                Text(
                    f"where.{name}：源数据没有这个字段，无法筛选",
                    f"where.{name}: the source has no such field to filter by",
                )
            )
        if name == "code":
            kept &= values[name].fillna("").str.startswith(tuple(str(one) for one in wanted))
        else:
            kept &= values[name].isin(list(wanted))
    return kept
