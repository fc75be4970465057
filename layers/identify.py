"""Identifiers: text, unique, and the same whatever order the source lists its features in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geo.repair import in_order
from layers.catalogue import finding
from layers.fields import sample
from layers.parse import are_plain, text_or_nothing
from layers.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from layers.findings import Finding
    from layers.kinds import LayerSpec

LONGEST = 200
"""Characters of an identifier that are kept."""


def identified(
    frame: gpd.GeoDataFrame, spec: LayerSpec, column: str | None, *, merges: bool = False
) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Put the features in order and give each a unique text id, as the source's id column says where it can.

    ``merges`` says that rows of one id are one thing, so that equal ids are left as they are.
    """
    shapes = _normal(frame.geometry.to_numpy())
    frame = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))
    raw = pd.Series("", frame.index, "str") if column is None else frame[column]
    plain = column is not None and are_plain(raw) and raw.notna().all()
    if plain and (rising := _order(raw)) is not None:
        return frame.assign(id=raw).iloc[rising].reset_index(drop=True), []
    said = raw.tolist() if plain else [text_or_nothing(one) for one in raw.astype(object)]
    ids = np.array([one[:LONGEST] for one in said], dtype=object)
    order = in_order(shapes, ids.astype(str))
    ordered = frame.iloc[order].reset_index(drop=True)
    named, findings = _unique(ids[order], spec, column, merges=merges)
    ordered["id"] = pd.Series(named, index=ordered.index, dtype="str")
    return ordered, findings


def _order(ids: pd.Series) -> NDArray[np.intp] | slice | None:
    """Give the order of plain identifiers, all different and none too long; None where they are not.

    Arrow compares a million texts by their bytes in a tenth of the time that NumPy takes.
    """
    words = pa.array(ids)
    if (pc.max(pc.binary_length(words)).as_py() or 0) > LONGEST:
        return None
    if _rise(words):
        return slice(None)
    order = pc.sort_indices(words)
    return order.to_numpy() if _rise(words.take(order)) else None


def _rise(words: pa.Array) -> bool:
    return pc.all(pc.less(words[:-1], words[1:])).as_py() is not False


def _normal(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Take single parts out of their collections, as some formats wrap all, and normalise polygons."""
    shapes = shapes.copy()
    types = shapely.get_type_id(shapes)
    many = np.flatnonzero(types >= shapely.GeometryType.MULTIPOINT)
    alone = many[shapely.get_num_geometries(shapes[many]) == 1]
    shapes[alone] = shapely.get_geometry(shapes[alone], 0)
    polygons = types == shapely.GeometryType.POLYGON
    polygons[many] = shapely.get_dimensions(shapes[many]) == 2  # noqa: PLR2004 - areas
    shapes[polygons] = shapely.normalize(shapes[polygons])
    return shapes


def _unique(
    ids: np.ndarray, spec: LayerSpec, column: str | None, *, merges: bool
) -> tuple[list[str], list[Finding]]:
    """Name features whose identifiers come in rising order: equal ones side by side, empty ones first."""
    if column is not None and len(ids) and ids[0] != "" and not (ids[1:] == ids[:-1]).any():
        return ids.tolist(), []
    findings: list[Finding] = []
    empty = ids == ""
    taken = set(ids.tolist())
    numbers = (str(n) for n in range(1, 2 * len(ids) + 2) if str(n) not in taken)
    named = [next(numbers) if one == "" else one for one in ids.tolist()]
    if column is None:
        said = Text(
            f"{spec.kind}：没有标识字段，按位置编号", f"{spec.kind}: no identifier field; numbered by place"
        )
        return named, [finding("attribute.no_id", said, layer=spec.kind.value)]
    if empty.any():
        names = sample(np.array(named, dtype=object)[empty])
        said = Text(
            f"{spec.kind}.id：{empty.sum()} 个要素没有标识，已编号为 {names.zh}",
            f"{spec.kind}.id: {empty.sum()} features have no identifier; numbered {names.en}",
        )
        findings.append(finding("attribute.missing", said, layer=spec.kind.value))
    if merges:
        return named, findings
    return _suffixed(named, spec, findings)


def _suffixed(named: list[str], spec: LayerSpec, findings: list[Finding]) -> tuple[list[str], list[Finding]]:
    taken, seen = set(named), dict[str, int]()
    repeated: list[str] = []
    result = []
    for one in named:
        seen[one] = seen.get(one, 0) + 1
        name = one
        if seen[one] > 1:
            repeated.append(one)
            number = seen[one]
            while (name := f"{one}~{number}") in taken:
                number += 1
            taken.add(name)
        result.append(name)
    if repeated:
        names = sample(set(repeated))
        said = Text(
            f"{spec.kind}.id：{len(repeated)} 个标识重复（{names.zh}），已加后缀",
            f"{spec.kind}.id: {len(repeated)} repeated identifiers ({names.en}); suffixes were added",
        )
        findings.append(finding("attribute.duplicate_id", said, layer=spec.kind.value))
    return result, findings
