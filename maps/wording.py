"""Text for the page: pairs of Chinese and English from whatever the data holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from layers.kinds import SPECS
from layers.text import Text

if TYPE_CHECKING:
    from maps.columns import Plain

Words = dict[str, str]

_COLUMN_TITLES = {
    "id": Text("标识", "id"),
    "class": Text("类别", "class"),
    "area_m2": Text("面积 (m²)", "area (m²)"),
    "length_m": Text("长度 (m)", "length (m)"),
    "district": Text("所在区", "district"),
    "distance_m": Text("距离 (m)", "distance (m)"),
    "layer": Text("图层", "layer"),
    "message": Text("说明", "message"),
    "code": Text("代码", "code"),
}


def words(zh: object, en: object = None, fallback: object = "") -> Words:
    """Pair two strings of data; one that is missing gives way to the other, both to the fallback.

    Examples
    --------
    >>> words("西区", None)
    {'zh': '西区', 'en': '西区'}
    """
    chinese, english = _clean(zh), _clean(en)
    last = _clean(fallback)
    return {"zh": chinese or english or last, "en": english or chinese or last}


def both(text: Text | None) -> Words | None:
    """Give a text as the page reads it, None where there is none."""
    return None if text is None or not (text.zh or text.en) else words(text.zh, text.en)


def any_text(value: object) -> Words | None:
    """Give whatever may hold a text (``Text``, a mapping with zh and en, a string) as the page reads it."""
    if isinstance(value, Text):
        return both(value)
    if isinstance(value, Mapping):
        return words(value.get("zh"), value.get("en"))
    return words(value) if _clean(value) else None


def column_title(name: str) -> Words:
    """Name a column: as the layers name the field, else the column's own name."""
    known = _COLUMN_TITLES.get(name) or _field_titles().get(name)
    return words(known.zh, known.en) if known else words(name)


def plain_value(value: object) -> Plain:
    """Give a cell as a number, a truth value, a text or None."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    return str(value)


def _clean(value: object) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return ""
    return str(value).strip()


def _field_titles() -> dict[str, Text]:
    return {field.name: field.title for spec in SPECS.values() for field in spec.fields}
