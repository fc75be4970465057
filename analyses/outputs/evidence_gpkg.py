"""``evidence.gpkg``: the shapes every number was computed from, one layer per indicator, for any GIS."""

from __future__ import annotations

import errno
import re
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FieldError, GeometryError

from analyses.outputs.escaping import is_xml_text, xml_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pyproj import CRS

    from analyses.report import Report

DISTRICTS = "districts"
# What GDAL would write as the time of the last change of each layer; and the disk is made to hold the file
# once it is whole (``swap.sync_folder``), not after each layer.
_OPTIONS = {"OGR_CURRENT_DATE": "2000-01-01T00:00:00.000Z", "OGR_SQLITE_SYNCHRONOUS": "OFF"}
_RESERVED = frozenset({"fid", "geom", "geometry", "rowid", "oid", "_rowid_"})
_NAME_LIMIT = 60
_POINT, _MULTIPOINT = shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT
_FAMILIES = {
    "MultiPoint": {_POINT, _MULTIPOINT},
    "MultiLineString": {shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING},
    "MultiPolygon": {shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON},
}


def write_evidence(report: Report, path: Path) -> None:
    """Write ``evidence.gpkg``: the districts, then each indicator's evidence in a layer of its name.

    Everything is in the study's coordinate system. Rows are in the order of id, class and shape, shapes
    are normalised, the date of change is fixed, so that the same evidence gives the same bytes.

    Raises
    ------
    OSError
        The file cannot be written in full, as on a full disk.
    """
    write_layers(_frames(report), path)


def write_layers(frames: Iterable[tuple[str, gpd.GeoDataFrame]], path: Path) -> None:
    """Write frames that are ``ready`` as the layers of a GeoPackage, without the time of writing.

    The disk may not hold them yet when this ends.

    Raises
    ------
    OSError
        The file cannot be written in full, as on a full disk.
    """
    before = {name: pyogrio.get_gdal_config_option(name) for name in _OPTIONS}
    pyogrio.set_gdal_config_options(_OPTIONS)
    try:
        for name, frame in frames:
            _write(frame, name, path)
    finally:
        pyogrio.set_gdal_config_options(before)


def _frames(report: Report) -> Iterator[tuple[str, gpd.GeoDataFrame]]:
    crs = report.study.crs
    yield DISTRICTS, ready(report.study.districts.set_crs(crs, allow_override=True))
    for name in sorted(report.measures):
        evidence = report.measures[name].evidence
        yield name, ready(evidence if evidence.crs == crs else _moved(evidence, crs))


def _moved(evidence: gpd.GeoDataFrame, crs: CRS) -> gpd.GeoDataFrame:
    return evidence.set_crs(crs) if evidence.crs is None else evidence.to_crs(crs)


def _write(frame: gpd.GeoDataFrame, layer: str, path: Path) -> None:
    kind = _geometry_type(frame)
    try:
        pyogrio.write_dataframe(
            frame,
            path,
            layer=layer,
            driver="GPKG",
            geometry_type=kind,
            promote_to_multi=kind in _FAMILIES,
            append=False,
            use_arrow=True,
        )
        written = pyogrio.read_info(path, layer=layer)["features"]
    except (DataSourceError, DataLayerError, FieldError, GeometryError, RuntimeError) as error:
        raise OSError(errno.EIO, f"layer {layer}: {error}", str(path)) from error
    if written != len(frame):
        raise OSError(errno.EIO, f"layer {layer}: {written} of {len(frame)} features written", str(path))


def _geometry_type(frame: gpd.GeoDataFrame) -> str:
    shapes = np.asarray(frame.geometry)
    kinds = set(shapely.get_type_id(shapes[~shapely.is_missing(shapes)]).tolist())
    for name, family in _FAMILIES.items():
        if kinds and kinds <= family:
            return name
    return "Unknown"


def ready(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give a frame as it is stored: safe column names, plain values, shapes and rows in fixed order."""
    names = column_names(str(name) for name in frame.columns if name != frame.geometry.name)
    columns = [name for name in frame.columns if name != frame.geometry.name]
    values = {new: _plain(frame[old]) for new, old in zip(names, columns, strict=True)}
    shapes = shapely.normalize(np.asarray(frame.geometry))
    plain = gpd.GeoDataFrame(values, geometry=shapes, crs=frame.crs, index=range(len(frame)))
    return plain.loc[_fixed_order(plain)].reset_index(drop=True)


def _fixed_order(frame: gpd.GeoDataFrame) -> pd.Index[int]:
    """Give the row numbers in the order of id and class; rows alike in both in the order of all they hold."""
    keys = pd.DataFrame(
        {key: _as_texts(frame[key]) for key in ("id", "class") if key in frame.columns},
        index=frame.index,
    )
    for name, describe in (("shape", _shapes_as_text), ("rest", _rows_as_text)):
        alike = keys.duplicated(keep=False) if len(keys.columns) else pd.Series(data=True, index=keys.index)
        keys[name] = ""
        if alike.any():
            keys.loc[alike, name] = describe(frame.loc[alike])
    return keys.sort_values(list(keys.columns), kind="stable").index


def _as_texts(column: pd.Series[Any]) -> list[str]:
    if isinstance(column.dtype, pd.StringDtype):
        return column.fillna("nan").tolist()
    return [str(value) for value in column]


def _shapes_as_text(frame: gpd.GeoDataFrame) -> list[str]:
    return [wkb or "" for wkb in shapely.to_wkb(np.asarray(frame.geometry), hex=True)]


def _rows_as_text(frame: gpd.GeoDataFrame) -> list[str]:
    return [repr(row) for row in frame.drop(columns="geometry").itertuples(index=False, name=None)]


def column_names(names: Iterable[str]) -> list[str]:
    r"""Give column names that a GeoPackage can hold: no control characters, unlike each other without case.

    Examples
    --------
    >>> column_names(["id", "ID", "fid", "a\nb", ""])
    ['id', 'ID_2', 'fid_2', 'a_b', 'column']
    """
    taken = set(_RESERVED)
    found = []
    for name in names:
        base = re.sub(r"[\x00-\x1f\x7f\"'`\\]", "_", xml_text(name)).strip()[:_NAME_LIMIT] or "column"
        new, number = base, 1
        while new.casefold() in taken:
            number += 1
            new = f"{base}_{number}"
        taken.add(new.casefold())
        found.append(new)
    return found


def _plain(column: pd.Series[Any]) -> pd.Series[Any]:
    """Give a column of numbers, truth values or dates as it is, any other as text (missing stays missing)."""
    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_numeric_dtype(column):
        return column.reset_index(drop=True)
    if isinstance(column.dtype, pd.StringDtype) and is_xml_text(column.str.cat()):
        return column.reset_index(drop=True)
    values = column.astype(object).where(column.notna(), None).to_numpy()
    texts = pd.api.types.infer_dtype(values, skipna=True) in {"string", "empty"}
    if texts and is_xml_text("".join(one for one in values if one)):
        return pd.Series(values, dtype="object")
    return pd.Series([_text(value) for value in values], dtype="object")


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return xml_text(value)
    return None if _missing(value) else xml_text(str(value))


def _missing(value: object) -> bool:
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))  # type: ignore[call-overload]
