"""``evidence.gpkg``: the shapes every number was computed from, one layer per indicator, for any GIS."""

from __future__ import annotations

import errno
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FieldError, GeometryError

from analyses.outputs.escaping import is_xml_text, xml_text
from geo.processes import Aside
from geo.wkb import as_wkb

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    import geopandas as gpd
    from numpy.typing import NDArray
    from pyproj import CRS

    from analyses.quantities import Measure
    from layers.study import Study

EVIDENCE = "evidence.gpkg"
DISTRICTS = "districts"
_SHAPE = "geometry"
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


def write_evidence(study: Study, measures: Mapping[str, Measure], path: Path) -> None:
    """Write ``evidence.gpkg``: each indicator's evidence in a layer of its name, and the districts.

    Everything is in the study's coordinate system. Rows are in the order of id, class and shape, shapes
    are normalised, the date of change is fixed, so that the same evidence gives the same bytes. The layer of
    most rows comes first: GDAL indexes in a thread of its own only what it writes into a new file. The others
    are made ready meanwhile.

    Raises
    ------
    OSError
        The file cannot be written in full, as on a full disk.
    """
    write_layers(_layers(study, measures), path)


@dataclass(frozen=True, eq=False)
class Stored:
    """A layer as it is stored: its columns with the shapes as well-known binary, their type and system."""

    table: pa.Table
    shapes: str
    crs: CRS | None


def write_layers(layers: Iterable[tuple[str, Stored]], path: Path) -> None:
    """Write what is ``ready`` as the layers of a GeoPackage, without the time of writing.

    The disk may not hold them yet when this ends.

    Raises
    ------
    OSError
        The file cannot be written in full, as on a full disk.
    """
    before = {name: pyogrio.get_gdal_config_option(name) for name in _OPTIONS}
    pyogrio.set_gdal_config_options(_OPTIONS)
    try:
        rows = {name: _write(layer, name, path) for name, layer in layers}
    finally:
        pyogrio.set_gdal_config_options(before)
    if rows:
        _see_all_written(rows, path)


def _layers(study: Study, measures: Mapping[str, Measure]) -> Iterator[tuple[str, Stored]]:
    crs = study.crs
    frames = {name: measure.evidence for name, measure in sorted(measures.items())}
    largest = max(frames, key=lambda name: len(frames[name]), default=None)
    with Aside(lambda: _placed(frames, [name for name in frames if name != largest], crs)) as others:
        if largest:
            yield from _placed(frames, [largest], crs)
        yield DISTRICTS, ready(study.districts.set_crs(crs, allow_override=True))
        yield from others.result()


def _placed(
    frames: Mapping[str, gpd.GeoDataFrame], names: Iterable[str], crs: CRS
) -> list[tuple[str, Stored]]:
    """Make some layers ready, in the study's system."""
    found = []
    for name in names:
        frame = frames[name]
        moved = frame.set_crs(crs) if frame.crs is None else frame if frame.crs == crs else frame.to_crs(crs)
        found.append((name, ready(moved)))
    return found


def _write(stored: Stored, layer: str, path: Path) -> int:
    """Write a layer and give the number of its rows."""
    try:
        pyogrio.write_arrow(
            stored.table,
            path,
            layer=layer,
            driver="GPKG",
            geometry_name=_SHAPE,
            geometry_type=stored.shapes,
            crs=_system(stored.crs),
            append=False,
        )
    except (DataSourceError, DataLayerError, FieldError, GeometryError, RuntimeError) as error:
        raise OSError(errno.EIO, f"layer {layer}: {error}", str(path)) from error
    return len(stored.table)


def _see_all_written(rows: Mapping[str, int], path: Path) -> None:
    """Hold the rows that each layer of a file has against those it was given."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as file:
            counts = file.execute("SELECT table_name, feature_count FROM gpkg_ogr_contents").fetchall()
    except sqlite3.Error as error:
        raise OSError(errno.EIO, str(error), str(path)) from error
    written = dict(counts)
    for layer, number in rows.items():
        if written.get(layer) != number:
            said = f"layer {layer}: {written.get(layer, 0)} of {number} features written"
            raise OSError(errno.EIO, said, str(path))


def _system(crs: CRS | None) -> str | None:
    if crs is None:
        return None
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else crs.to_wkt("WKT1_GDAL")


def _geometry_type(shapes: NDArray[np.object_]) -> str:
    kinds = set(np.unique(shapely.get_type_id(shapes[~shapely.is_missing(shapes)])).tolist())
    for name, family in _FAMILIES.items():
        if kinds and kinds <= family:
            return name
    return "Unknown"


def ready(frame: gpd.GeoDataFrame) -> Stored:
    """Give a frame as it is stored: safe column names, plain values, shapes and rows in fixed order."""
    columns = [name for name in frame.columns if name != frame.geometry.name]
    names = column_names(str(name) for name in columns)
    values = pd.DataFrame(
        {new: _plain(frame[old]) for new, old in zip(names, columns, strict=True)}, index=range(len(frame))
    )
    shapes = shapely.normalize(np.asarray(frame.geometry))
    order = _fixed_order(values, shapes)
    kind = _geometry_type(shapes)
    table = pa.table({name: _in_arrow(values[name]) for name in names})
    if (order[1:] < order[:-1]).any():
        table, shapes = table.take(pa.array(order)), shapes[order]
    table = table.append_column(_SHAPE, as_wkb(shapes, multi=kind in _FAMILIES))
    return Stored(table, kind, frame.crs)


def _in_arrow(column: pd.Series[Any]) -> pa.Array:
    array = pa.Array.from_pandas(column)
    return array.cast(pa.string()) if pa.types.is_null(array.type) else array


def _fixed_order(values: pd.DataFrame, shapes: NDArray[np.object_]) -> NDArray[np.int64]:
    """Give the row numbers in the order of id and class; rows alike in both in the order of all they hold."""
    order, alike = np.arange(len(values)), np.ones(max(len(values) - 1, 0), dtype=bool)
    keys = pa.table({key: _as_texts(values[key]) for key in ("id", "class") if key in values.columns})
    if keys.num_columns:
        rows = pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in keys.column_names])
        order = rows.to_numpy().astype(np.int64)
        for one in keys.take(rows).columns:
            alike &= pc.equal(one[1:], one[:-1]).to_numpy()
    groups = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(~alike)])[: len(order)]
    some = np.flatnonzero(np.bincount(groups)[groups] > 1) if len(groups) else np.empty(0, dtype=np.int64)
    order[some] = _by_all(order[some], groups[some], values, shapes)
    return order


def _by_all(
    rows: NDArray[np.int64], groups: NDArray[np.int64], values: pd.DataFrame, shapes: NDArray[np.object_]
) -> list[int]:
    """Put the rows of each group in the order of their shapes, those of one shape in that of their values."""
    keys = pd.DataFrame({"group": groups, "shape": [one or b"" for one in shapely.to_wkb(shapes[rows])]})
    keys["rest"] = ""
    same = keys.duplicated(keep=False).to_numpy()
    said = values.iloc[rows[same]].itertuples(index=False, name=None)
    keys.loc[same, "rest"] = np.array([repr(row) for row in said], dtype=object)
    return [row for *_, row in sorted(zip(keys["group"], keys["shape"], keys["rest"], rows, strict=True))]


def _as_texts(column: pd.Series[Any]) -> pa.Array:
    if isinstance(column.dtype, pd.StringDtype):
        return pa.array(column.fillna("nan"), pa.large_string())
    return pa.array([str(value) for value in column], pa.large_string())


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
