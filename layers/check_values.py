"""Rules on values: land-use codes, garbled text, stated areas, residents, dates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo.area import area_m2
from layers.catalogue import finding
from layers.fields import sample
from layers.kinds import LayerKind
from layers.located import located
from layers.text import Text

if TYPE_CHECKING:
    import datetime as dt

    from layers.findings import Finding
    from layers.study import Layer, Study

AREA_TOLERANCE = 0.01
AREA_LEAST_M2 = 10.0
RESIDENTS_TOLERANCE = 0.02
OLD_YEARS = 5
_GROUPS = {
    "01": 3, "02": 5, "03": 4, "04": 3, "05": 7, "06": 2, "07": 4, "08": 7, "09": 4, "10": 3, "11": 2,
    "12": 9, "13": 12, "14": 3, "15": 7, "16": 0, "17": 6, "18": 99, "19": 99, "20": 99, "21": 99, "22": 99,
    "23": 7, "24": 99,
}  # fmt: skip
"""Groups of the land and sea classification and how many second-level classes each has (99: not listed)."""
_LEGACY = re.compile(r"[RABMWSUGEHX]\d{0,2}[a-z]?")
_GARBLED = re.compile("[\ufffd\ue000-\uf8ff]|锟斤拷|烫烫|[ÃÂÄÅÈÉ][\x80-\xbf¡-¿]|[\xa1-\xff]{4,}")
_SURVEYED = (LayerKind.LAND_USE, LayerKind.LAND_USE_BASELINE, LayerKind.FOREST, LayerKind.BASIC_FARMLAND)
"""Kinds delivered with the codes of the land survey (GB/T 21010-2017), whose second level differs."""
_BASELINES = (
    (LayerKind.RED_LINE_BASELINE, LayerKind.RED_LINE),
    (LayerKind.LAND_USE_BASELINE, LayerKind.LAND_USE),
)


def check_values(study: Study) -> list[Finding]:
    """Apply the rules to every layer and to the study's dates and residents."""
    found: list[Finding] = []
    for layer in study.layers.values():
        found += _codes(layer, study) + _garbled(layer) + _stated(layer, study) + _date(layer, study)
    return found + _order(study) + _residents(study)


def is_land_code(code: str) -> bool:
    """Tell whether a code is in the land and sea classification, or in the older urban one.

    Examples
    --------
    >>> [is_land_code(one) for one in ("1401", "070102", "G1", "0199", "2501", "701")]
    [True, True, True, False, False, False]
    """
    if _LEGACY.fullmatch(code):
        return True
    if not (code.isdecimal() and len(code) in {2, 4, 6}) or code[:2] not in _GROUPS:
        return False
    return len(code) == 2 or 1 <= int(code[2:4]) <= _GROUPS[code[:2]]  # noqa: PLR2004 - a group alone


def _codes(layer: Layer, study: Study) -> list[Finding]:
    if "code" not in layer.frame:
        return []
    codes = layer.frame["code"]
    unknown = [
        one
        for one in codes.dropna().unique()
        if not (is_land_code(str(one)) or (layer.kind in _SURVEYED and str(one)[:2] in _GROUPS))
    ]
    rows = np.flatnonzero(codes.isin(unknown))
    said = [Text(f"没有用地代码“{codes.iloc[i]}”", f"no such land-use code: {codes.iloc[i]!r}") for i in rows]
    ids, shapes = layer.frame["id"].iloc[rows].to_numpy(), layer.frame.geometry.to_numpy()[rows]
    return located("attribute.code", layer.kind.value, ids, shapes, study.crs, said)


def _garbled(layer: Layer) -> list[Finding]:
    found = []
    for name in layer.frame.select_dtypes(include=["str", "object"]).columns:
        values = layer.frame[name]
        if isinstance(values.dtype, pd.StringDtype):
            values = values[~values.str.isascii().to_numpy(dtype=bool)]
        once = np.asarray(values.unique(), dtype=object)
        if not _GARBLED.search("\0".join(one for one in once if isinstance(one, str))):
            continue
        bad = values.map(lambda one: isinstance(one, str) and bool(_GARBLED.search(one))).astype(bool)
        if bad.any():
            names = sample(layer.frame.loc[bad.index[bad], "id"])
            message = Text(
                f"{layer.kind}.{name}：{bad.sum()} 个值疑为乱码（{names.zh}）；请核对 encoding",
                f"{layer.kind}.{name}: {bad.sum()} values look garbled ({names.en}); check encoding",
            )
            found.append(finding("attribute.encoding", message, layer=layer.kind.value))
    return found


def _stated(layer: Layer, study: Study) -> list[Finding]:
    if "stated_area_m2" not in layer.frame:
        return []
    stated = layer.frame["stated_area_m2"].to_numpy(dtype=float)
    shapes = layer.frame.geometry.to_numpy()
    real = area_m2(shapes, study.crs)
    off = np.abs(stated - real)
    rows = np.flatnonzero(np.nan_to_num(off) > np.maximum(AREA_TOLERANCE * real, AREA_LEAST_M2))
    said = [
        Text(
            f"登记面积 {stated[i]:,.1f} m²，几何面积 {real[i]:,.1f} m²",
            f"stated {stated[i]:,.1f} m², the shape has {real[i]:,.1f} m²",
        )
        for i in rows
    ]
    ids = layer.frame["id"].iloc[rows].to_numpy()
    return located("check.stated_area", layer.kind.value, ids, shapes[rows], study.crs, said)


def _date(layer: Layer, study: Study) -> list[Finding]:
    if layer.as_of is None or study.as_of is None:
        return []
    code = None
    if layer.as_of > study.as_of:
        code = "time.future"
    elif (study.as_of - layer.as_of).days > OLD_YEARS * 366 and "baseline" not in layer.kind:
        code = "time.old"
    if code is None:
        return []
    message = Text(
        f"{layer.kind}：图层日期 {layer.as_of}，城市日期 {study.as_of}",
        f"{layer.kind}: dated {layer.as_of}, the city {study.as_of}",
    )
    return [finding(code, message, layer=layer.kind.value)]


def _order(study: Study) -> list[Finding]:
    found = []
    for before, after in _BASELINES:
        dates = _as_of(study, before), _as_of(study, after) or study.as_of
        if dates[0] is not None and dates[1] is not None and dates[0] >= dates[1]:
            message = Text(
                f"{before}（{dates[0]}）不早于 {after}（{dates[1]}）",
                f"{before} ({dates[0]}) is not before {after} ({dates[1]})",
            )
            found.append(finding("time.order", message, layer=before.value))
    return found


def _as_of(study: Study, kind: LayerKind) -> dt.date | None:
    layer = study.layers.get(kind)
    return layer.as_of if layer is not None else None


def _residents(study: Study) -> list[Finding]:
    total = study.districts["residents"].sum(min_count=1) if len(study.districts) else np.nan
    if study.residents is None or np.isnan(total) or study.districts["residents"].isna().any():
        return []
    if abs(total - study.residents) <= RESIDENTS_TOLERANCE * study.residents:
        return []
    message = Text(
        f"districts：各区人口合计 {total:,.0f}，全市 {study.residents:,.0f}",
        f"districts: residents sum to {total:,.0f}, the city has {study.residents:,.0f}",
    )
    return [finding("check.residents", message, layer="districts")]
