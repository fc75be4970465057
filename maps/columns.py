"""The attributes of a packed layer, column by column, in the order of its shapes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from maps.packed import compress
from maps.safe_json import utf8_text
from maps.wording import column_title, plain_value

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

Plain = str | float | int | bool | None
_SIGNIFICANT = 9
_LEAST, _MOST = 1e-9, 1e15
_MOST_ROWS_WHOLE = 300_000
_NAMING = ("name", "name_zh", "name_en", "id", "class", "district")
_FIRST = ("name", "name_zh", "name_en", "id", "class", "district", "area_m2", "length_m")


def column_heads(frame: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Name the columns of a frame in the order the page shows them."""
    return [{"key": name, "title": column_title(name)} for name in _shown(frame)]


def packed_columns(frame: gpd.GeoDataFrame, order: NDArray[np.int64]) -> str:
    """Write the columns as JSON, gzip and base64, rows in the order of the packed shapes.

    The class is left out (null): the page knows it from the shapes.
    """
    values = [None if name == "class" else _values(frame[name].iloc[order]) for name in _shown(frame)]
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return compress(text.encode("utf-8"))


def left_out(frame: gpd.GeoDataFrame) -> int:
    """Count the columns a very big layer leaves to the run's own files; the page says so."""
    return len(_names(frame)) - len(_shown(frame))


def _shown(frame: gpd.GeoDataFrame) -> list[str]:
    """Choose the columns: known ones first, the rest by name; of a very big layer only what names a row."""
    names = _names(frame)
    if len(frame) > _MOST_ROWS_WHOLE:
        return [name for name in _NAMING if name in names]
    return [name for name in _FIRST if name in names] + sorted(set(names) - set(_FIRST))


def _names(frame: gpd.GeoDataFrame) -> list[str]:
    return [str(name) for name in frame.columns if name != frame.geometry.name]


def _values(column: pd.Series[Any]) -> list[Plain]:
    if pd.api.types.is_float_dtype(column.dtype):
        return _short(column.to_numpy(dtype=float, na_value=np.nan))
    if isinstance(column.dtype, pd.StringDtype):
        texts = column.astype(object).where(column.notna(), None).tolist()
        if _is_utf8("".join(text for text in texts if text)):
            return texts
    values = (plain_value(value) for value in column.tolist())
    return [utf8_text(value) if isinstance(value, str) else value for value in values]


def _is_utf8(text: str) -> bool:
    return text.isascii() or utf8_text(text) == text


def _short(numbers: NDArray[np.float64]) -> list[Plain]:
    """Keep nine significant digits; a whole number loses its point, what is no number becomes null."""
    finite = np.isfinite(numbers)
    size = np.abs(np.where(finite, numbers, 0.0))
    # Within these bounds the power of ten is exact, and so is the quotient's nearest decimal.
    plain = (size == 0) | ((size >= _LEAST) & (size < _MOST))
    digits = _SIGNIFICANT - 1 - np.floor(np.log10(np.where(plain & (size > 0), size, 1.0)))
    power = 10.0 ** np.abs(digits)
    value = np.where(plain, np.where(finite, numbers, 0.0), 0.0)
    short = np.where(digits >= 0, np.rint(value * power) / power, np.rint(value / power) * power)
    whole = plain & (short == np.rint(short))
    found: list[Plain] = short.tolist()
    for at in np.flatnonzero(whole).tolist():
        found[at] = int(short[at])
    for at in np.flatnonzero(~plain).tolist():
        found[at] = _short_one(float(numbers[at]))
    for at in np.flatnonzero(~finite).tolist():
        found[at] = None
    return found


def _short_one(value: float) -> float | int:
    short = float(f"{value:.{_SIGNIFICANT}g}")
    return int(short) if short.is_integer() else short
