"""From a source's columns to the canonical ones: which column is which field, and reading the values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from layers.catalogue import finding
from layers.errors import DataError
from layers.near_names import listed
from layers.parse import UnreadableError, are_plain, is_empty, parse, tidy
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from layers.findings import Finding
    from layers.kinds import FieldSpec, LayerSpec

SHOWN = 10
_DBF_BYTES = 10
_ODD_CODES = {1, 3, 5}


def match_fields(
    spec: LayerSpec, columns: Sequence[str], named: Mapping[str, str], shown: str
) -> dict[str, str]:
    """Say which source column is which canonical field: as the user named it, else by name, else by alias.

    Raises
    ------
    DataError
        A column the user named, or a required field, is not there.
    """
    found: dict[str, str] = {}
    faults: list[Text] = []
    for field in spec.fields:
        column = _named(field, columns, named) if field.name in named else _aliased(field, columns, found)
        if column is not None:
            found[field.name] = column
        elif field.name in named:
            near = listed(named[field.name], columns)
            faults.append(
                Text(
                    f"没有 fields.{field.name} 指定的列“{named[field.name]}”{near.zh}",
                    f"has no column {named[field.name]!r} named by fields.{field.name}{near.en}",
                )
            )
        elif field.required and not (field.name == "id" and spec.kind != "districts"):
            have = "、".join(columns), ", ".join(columns)
            faults.append(
                Text(
                    f"缺少必填字段 {field.name}（{field.title.zh}）；请在 fields 中指明；现有列：{have[0]}",
                    f"lacks {field.name} ({field.title.en}); name its column under fields; it has: {have[1]}",
                )
            )
    if faults:
        raise DataError(
            Text(
                f"{spec.kind}（{shown}）" + "；".join(one.zh for one in faults),
                f"{spec.kind} ({shown}) " + "; ".join(one.en for one in faults),
            )
        )
    return found


def without_shadows(spec: LayerSpec, columns: Sequence[str], own: Iterable[str]) -> list[str]:
    """Leave out a format's own columns where the data brings one for the same field.

    Examples
    --------
    >>> from layers.kinds import SPECS, LayerKind
    >>> without_shadows(SPECS[LayerKind.DISTRICTS], ["id", "Name", "XZQDM"], ["id", "Name"])
    ['Name', 'XZQDM']
    """
    brought = [one for one in columns if one not in set(own)]
    hidden = {
        column
        for column in set(columns) - set(brought)
        for field in spec.fields
        if _aliased(field, [column], {}) and _aliased(field, brought, {})
    }
    return [one for one in columns if one not in hidden]


def _named(field: FieldSpec, columns: Sequence[str], named: Mapping[str, str]) -> str | None:
    wanted = named[field.name]
    if wanted in columns:
        return wanted
    return next((one for one in columns if _same(one, wanted)), None)


def _aliased(field: FieldSpec, columns: Sequence[str], taken: Mapping[str, str]) -> str | None:
    free = [one for one in columns if one not in taken.values()]
    for alias in (field.name, *field.aliases):
        for column in free:
            if _same(column, alias):
                return column
    return None


def _same(column: str, wanted: str) -> bool:
    """Compare names without case, allowing for the cut to ten bytes that Shapefiles make."""
    one, two = column.strip().casefold(), wanted.strip().casefold()
    if one == two:
        return True
    for encoding in ("utf-8", "gb18030"):
        cut = two.encode(encoding)[:_DBF_BYTES].decode(encoding, "ignore")
        if len(two.encode(encoding)) > _DBF_BYTES and one == cut:
            return True
    return False


def read_values(
    raw: pd.DataFrame, spec: LayerSpec, matched: Mapping[str, str], ids: pd.Series
) -> tuple[pd.DataFrame, list[Finding]]:
    """Read every matched column as its field's type; what cannot be read becomes empty and a finding."""
    columns: dict[str, pd.Series] = {}
    findings: list[Finding] = []
    for field in spec.fields:
        if field.name in matched and field.name != "id":
            series, found = _read_column(raw[matched[field.name]], field, spec, ids)
            columns[field.name] = series
            findings += found
    return pd.DataFrame(columns, index=raw.index), findings


def _read_column(
    raw: pd.Series, field: FieldSpec, spec: LayerSpec, ids: pd.Series
) -> tuple[pd.Series, list[Finding]]:
    values, bad = _meant(raw, field)
    findings = _bad_values(raw, bad, field, spec, ids)
    if field.name == "code":
        values, more = _zeros(values, raw, spec, ids)
        findings += more
    if field.minimum is not None or field.maximum is not None:
        values, more = _in_range(values, field, spec, ids)
        findings += more
    if field.required and values.isna().any():
        empty = ids[values.isna() & ~raw.astype(object).isin(list(bad))]
        findings += _some("attribute.missing", spec, field, empty, Text("为空", "is empty"))
    return _typed(values, field), findings


def _meant(raw: pd.Series, field: FieldSpec) -> tuple[pd.Series, dict[object, str]]:
    """Read each different value once; numbers stored as such are taken as they are."""
    bad: dict[object, str] = {}
    if field.type == "number" and not field.choices and _are_plain_numbers(raw):
        return raw.astype("float64") + 0.0, bad  # no negative zeros
    if field.type == "integer" and isinstance(raw.dtype, np.dtype) and raw.dtype.kind in "iu":
        return raw.astype("Int64"), bad
    if field.type == "text" and not field.choices and are_plain(raw):
        return raw, bad
    if isinstance(raw.dtype, pd.StringDtype):  # missing values have one form: places need no look-up
        place, different = pd.factorize(raw)
        said = [_read(one, field, bad) for one in different.tolist()] + [None] * bool((place < 0).any())
        return pd.Series(pd.Series(said).array.take(place), index=raw.index, name=raw.name), bad
    values = raw.astype(object)
    return values.map({one: _read(one, field, bad) for one in pd.unique(values)}), bad


def _read(value: object, field: FieldSpec, bad: dict[object, str]) -> object:
    if is_empty(value):
        return None
    try:
        return parse(value, field)
    except (UnreadableError, ValueError, OverflowError):
        bad[value] = tidy(value)[:40]
        return None


def _are_plain_numbers(raw: pd.Series) -> bool:
    return raw.dtype.kind in "fiu" and isinstance(raw.dtype, np.dtype) and not np.isinf(raw.to_numpy()).any()


def _typed(values: pd.Series, field: FieldSpec) -> pd.Series:
    match field.type:
        case "number":
            return values.astype("float64")
        case "integer":
            return values.astype("Int64")
        case "truth":
            return values.astype("boolean")
    if isinstance(values.dtype, pd.StringDtype):
        return values
    return values.astype("str").where(values.notna(), None)


def _bad_values(
    raw: pd.Series, bad: Mapping[object, str], field: FieldSpec, spec: LayerSpec, ids: pd.Series
) -> list[Finding]:
    code = "attribute.code_list" if field.choices else "attribute.type"
    allowed = "、".join(field.choices) or field.type, ", ".join(field.choices) or field.type
    found: list[Finding] = []
    for value, text in sorted(bad.items(), key=lambda one: one[1]):
        said = Text(f"“{text}”应为 {allowed[0]}", f"{text!r} should be {allowed[1]}")
        found += _some(code, spec, field, ids[raw.astype(object) == value], said)
    return found


def _zeros(
    values: pd.Series, raw: pd.Series, spec: LayerSpec, ids: pd.Series
) -> tuple[pd.Series, list[Finding]]:
    if not pd.api.types.is_numeric_dtype(raw):
        return values, []
    cut = values.map(lambda one: one is not None and len(str(one)) in _ODD_CODES).astype(bool)
    mended = values.where(~cut, values.map(lambda one: f"0{one}"))
    field = next(one for one in spec.fields if one.name == "code")
    said = Text("以数字存储，已补前导零", "was stored as a number; leading zero restored")
    return mended, _some("attribute.code_zero", spec, field, ids[cut], said)


def _in_range(
    values: pd.Series, field: FieldSpec, spec: LayerSpec, ids: pd.Series
) -> tuple[pd.Series, list[Finding]]:
    numbers = values.astype("float64")
    low = -float("inf") if field.minimum is None else field.minimum
    high = float("inf") if field.maximum is None else field.maximum
    given = numbers.dropna()
    surely = len(given) > 0 and (given > 1).all() and 10 <= given.max() <= 100  # noqa: PLR2004 - per cent
    if high == 1 and surely:
        said = Text("以百分数填写，已除以 100", "is given in per cent; divided by 100")
        return numbers / 100, _some("attribute.percent", spec, field, ids[numbers.notna()], said)
    outside = (numbers < low) | (numbers > high)
    said = Text(f"超出 {low:g}–{high:g}", f"is outside {low:g} to {high:g}")
    return numbers.where(~outside), _some("attribute.range", spec, field, ids[outside], said)


def _some(code: str, spec: LayerSpec, field: FieldSpec, ids: pd.Series, said: Text) -> list[Finding]:
    """Make one finding for all features with the same fault, naming the first of them."""
    if ids.empty:
        return []
    names = sample(ids)
    return [
        finding(
            code,
            Text(
                f"{spec.kind}.{field.name}：{said.zh}（{len(ids)} 个要素：{names.zh}）",
                f"{spec.kind}.{field.name}: {said.en} ({len(ids)} features: {names.en})",
            ),
            layer=spec.kind.value,
            feature=str(ids.iloc[0]) if len(ids) == 1 else None,
        )
    ]


def sample(ids: Iterable[object], shown: int = SHOWN) -> Text:
    """Name the first ids of a list, in order.

    Examples
    --------
    >>> sample(["b", "a"]).en
    'a, b'
    """
    names = sorted(str(one) for one in ids)
    more = len(names) - shown
    head = names[:shown]
    if more <= 0:
        return Text("、".join(head), ", ".join(head))
    return Text("、".join(head) + f" 等，另 {more} 个", ", ".join(head) + f" and {more} more")
