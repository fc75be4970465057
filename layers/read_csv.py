"""Tables of places: CSV with coordinates or with shapes as WKT."""

from __future__ import annotations

import csv
import io
import warnings
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from layers.formats import SourceFile, refuse
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layers.config import LayerSection

_X = ("x", "lon", "lng", "long", "longitude", "经度", "jd", "easting", "横坐标")
_Y = ("y", "lat", "latitude", "纬度", "wd", "northing", "纵坐标")
_WKT = ("wkt", "geometry", "geom", "the_geom", "_wkt")
_DEGREES = ("lon", "lng", "long", "longitude", "经度", "jd")


def read_csv(found: SourceFile, section: LayerSection) -> tuple[gpd.GeoDataFrame, str]:
    """Read a CSV file; also give the encoding it was in.

    Raises
    ------
    DataError
        Undecodable text, ragged rows, or no columns of coordinates or WKT.
    """
    text, encoding = decoded(found, section.encoding)
    try:
        delimiter = csv.Sniffer().sniff(text[:20_000].splitlines()[0], ",;\t|").delimiter
    except (csv.Error, IndexError):
        delimiter = ","
    try:
        with warnings.catch_warnings(action="error", category=pd.errors.ParserWarning):
            table = pd.read_csv(
                io.StringIO(text),
                dtype=str,
                keep_default_na=False,
                sep=delimiter,
                skipinitialspace=True,
                index_col=False,
            )
    except pd.errors.ParserWarning:
        raise refuse(
            found.shown,
            "数据行的字段比表头多；请补全表头，或去掉行尾多余的分隔符",
            "its rows have more fields than its header; complete that, or take off delimiters at row ends",
        ) from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError) as error:
        raise refuse(found.shown, f"不是规整的表格（{error}）", f"is not a regular table ({error})") from None
    table.columns = [str(name).strip() for name in table.columns]
    wkt = _column(table, section.fields.get("wkt"), _WKT)
    x = _column(table, section.fields.get("x"), _X)
    y = _column(table, section.fields.get("y"), _Y)
    if wkt is None and (x is None or y is None):
        have = "、".join(table.columns[:30]), ", ".join(table.columns[:30])
        raise refuse(
            found.shown,
            f"没有坐标列；请在 fields 中写明 x、y 或 wkt；现有列：{have[0]}",
            f"has no columns of coordinates; name x and y, or wkt, under fields; it has: {have[1]}",
        )
    if wkt is not None:
        shapes = shapely.from_wkt(table[wkt].to_numpy(dtype=object), on_invalid="ignore")
        table = table.drop(columns=wkt)
    else:
        xs, ys = (pd.to_numeric(table[name], errors="coerce").to_numpy() for name in (x, y))
        shapes = np.array(shapely.points(xs, ys), dtype=object)
        shapes[np.isnan(xs) | np.isnan(ys)] = None
    crs = CRS.from_user_input(section.crs) if section.crs else None
    if crs is None and (section.datum is not None or (wkt is None and str(x).casefold() in _DEGREES)):
        crs = CRS.from_epsg(4326)
    return gpd.GeoDataFrame(table, geometry=np.asarray(shapes, dtype=object), crs=crs), encoding


def _column(table: pd.DataFrame, named: str | None, usual: Sequence[str]) -> str | None:
    names = {str(name).casefold(): str(name) for name in table.columns}
    for wanted in (named,) if named is not None else usual:
        if wanted.casefold() in names:
            return names[wanted.casefold()]
    return None


def decoded(found: SourceFile, encoding: str | None) -> tuple[str, str]:
    """Read a text file: in the encoding declared, else UTF-8, else GB18030.

    Raises
    ------
    DataError
        The text is not valid in it.
    """
    data = found.path.read_bytes()
    for candidate in (encoding,) if encoding else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(candidate), candidate.removesuffix("-sig")
        except UnicodeDecodeError:
            continue
    said = Text(encoding or "UTF-8 或 GB18030", encoding or "UTF-8 or GB18030")
    raise refuse(
        found.shown,
        f"文本不是合法的 {said.zh}；请写明 encoding",
        f"text is not valid {said.en}; name the layer's encoding",
    )
