"""Repairing a layer in the open: every shape left out or changed becomes a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import geopandas as gpd
import numpy as np
import shapely

from geo.area import area_m2
from geo.repair import Dimension, are_finite, made_valid, only_dimension
from geo.transform import WGS84, moved_to
from layers.catalogue import finding
from layers.errors import DataError
from layers.fields import sample
from layers.place import system
from layers.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

    from layers.findings import Finding
    from layers.kinds import LayerSpec

MOST_LOCATED = 200
"""Up to this many faults of one code are listed one by one; the rest are counted in one more finding."""

_FLAT = 2
_DIMENSIONS = {"point": 0, "line": 1, "polygon": 2}
_TYPES = {
    0: (shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT),
    1: (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING),
    2: (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON),
}
_NAMES = {
    0: Text("点", "points"),
    1: Text("线", "lines"),
    2: Text("面", "polygons"),
}


def places(shapes: NDArray[np.object_], crs: CRS) -> list[tuple[float, float] | None]:
    """Give a longitude and latitude inside each shape, rounded to a centimetre or so; None for no shape."""
    points = moved_to(gpd.GeoSeries(shapely.point_on_surface(shapes), crs=crs), WGS84)
    xs, ys = shapely.get_x(points.to_numpy()), shapely.get_y(points.to_numpy())
    return [
        None if np.isnan(x) else (round(float(x), 7), round(float(y), 7)) for x, y in zip(xs, ys, strict=True)
    ]


def mended(frame: gpd.GeoDataFrame, spec: LayerSpec) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Leave out what has no usable shape, flatten, make valid, keep only the layer's dimension.

    Raises
    ------
    DataError
        All shapes are of another type, or none is left.
    """
    shapes = frame.geometry.to_numpy()
    findings: list[Finding] = []
    kept = np.ones(len(frame), dtype=bool)
    sound = shapely.is_valid(shapes)
    infinite = np.zeros(len(shapes), dtype=bool)
    infinite[~sound] = ~are_finite(shapes[~sound])  # what is not finite is not valid
    for code, bad, said in (
        (
            "geometry.not_finite",
            infinite,
            Text("坐标含 NaN 或无穷大", "coordinates are not finite"),
        ),
        (
            "geometry.empty",
            shapely.is_missing(shapes) | shapely.is_empty(shapes),
            Text("没有几何", "no shape"),
        ),
    ):
        findings += _left_out(code, spec, frame, kept & bad, said)
        kept &= ~bad
    if not kept.all():
        frame, shapes, sound = frame[kept], shapes[kept], sound[kept]
    if (shapely.get_coordinate_dimension(shapes) > _FLAT).any():
        said = Text(f"{spec.kind}：忽略高程与测量值", f"{spec.kind}: heights and measures are ignored")
        findings.append(finding("geometry.z", said, layer=spec.kind.value))
        shapes = shapely.force_2d(shapes)
    if spec.shape == "any":
        valid, bad = made_valid(shapes, sound)
        findings += _repairs(spec, frame, shapes, valid, bad)
        return frame.set_geometry(gpd.GeoSeries(valid, index=frame.index, crs=frame.crs)), findings
    dimension = cast("Dimension", _DIMENSIONS[spec.shape])
    frame, more = _one_dimension(frame, spec, shapes, sound, dimension)
    return frame, findings + more


def _one_dimension(
    frame: gpd.GeoDataFrame,
    spec: LayerSpec,
    shapes: NDArray[np.object_],
    sound: NDArray[np.bool_],
    dimension: Dimension,
) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    findings: list[Finding] = []
    own, wrong = shapes, np.zeros(len(shapes), dtype=bool)
    if not len(shapes) or not np.isin(shapely.get_type_id(shapes), _TYPES[dimension]).all():
        _require_some(spec, shapes, dimension)
        collections = shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
        own = only_dimension(shapes, dimension)
        wrong = shapely.is_missing(own)
        said = Text("几何类型不符", "another geometry type")
        findings += _left_out("geometry.type", spec, frame, wrong, said)
        said = Text(f"只采用其中的{_NAMES[dimension].zh}", f"only its {_NAMES[dimension].en} are used")
        findings += _noted("geometry.mixed", spec, frame, collections & ~wrong, said)
    valid, bad = made_valid(own, sound if own is shapes else None)
    valid[bad] = only_dimension(valid[bad], dimension)
    lost = bad.copy()
    lost[bad] = shapely.is_missing(valid[bad])
    if dimension == 1:
        findings += _left_out("network.zero_length", spec, frame, lost, Text("长度为零", "no length"))
    else:
        findings += _left_out(
            "geometry.unrepairable", spec, frame, lost, Text("无法修复", "cannot be repaired")
        )
    findings += _repairs(spec, frame, own, valid, bad & ~lost)
    gone = wrong | lost
    if gone.all():
        raise DataError(Text(f"{spec.kind}：没有一个可用的要素", f"{spec.kind}: not one feature can be used"))
    if gone.any():
        frame, valid = frame[~gone], valid[~gone]
    return frame.set_geometry(gpd.GeoSeries(valid, index=frame.index, crs=frame.crs)), findings


def _require_some(spec: LayerSpec, shapes: NDArray[np.object_], dimension: Dimension) -> None:
    if not len(shapes):
        raise DataError(Text(f"{spec.kind}：没有一个带几何的要素", f"{spec.kind}: no feature has a shape"))
    dimensions = shapely.get_dimensions(shapes)
    is_collection = shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
    if not ((dimensions == dimension) | is_collection).any():
        has, wants = _NAMES[int(dimensions.max())], _NAMES[dimension]
        raise DataError(
            Text(
                f"{spec.kind}（{spec.title.zh}）需要{wants.zh}图层，给出的是{has.zh}；请换用正确的图层",
                f"{spec.kind} ({spec.title.en}) needs {wants.en}, not {has.en}; give the right layer",
            )
        )


def _left_out(
    code: str, spec: LayerSpec, frame: gpd.GeoDataFrame, which: NDArray[np.bool_], said: Text
) -> list[Finding]:
    return _noted(code, spec, frame, which, Text(f"{said.zh}，未采用", f"{said.en}; left out"))


def _noted(
    code: str, spec: LayerSpec, frame: gpd.GeoDataFrame, which: NDArray[np.bool_], said: Text
) -> list[Finding]:
    if not which.any():
        return []
    ids = frame["id"][which].to_numpy()
    names = sample(ids)
    message = Text(
        f"{spec.kind}：{len(ids)} 个要素（{names.zh}）{said.zh}",
        f"{spec.kind}: {len(ids)} features ({names.en}): {said.en}",
    )
    feature = str(ids[0]) if len(ids) == 1 else None
    return [finding(code, message, layer=spec.kind.value, feature=feature)]


def _parts_overlap(before: NDArray[np.object_], after: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Say which shapes were invalid only because their parts, each valid, lie on each other."""
    parts, owner = shapely.get_parts(before, return_index=True)
    sound = np.ones(len(before), dtype=bool)
    sound[owner[~shapely.is_valid(parts)]] = False
    several = shapely.get_num_geometries(before) > 1
    doubled: NDArray[np.bool_] = sound & several & (shapely.area(before) > shapely.area(after) + 1e-6)
    return doubled


def _repairs(
    spec: LayerSpec,
    frame: gpd.GeoDataFrame,
    before: NDArray[np.object_],
    after: NDArray[np.object_],
    changed: NDArray[np.bool_],
) -> list[Finding]:
    """List every repair with its reason, its place and its area before and after."""
    rows = np.flatnonzero(changed)
    if not len(rows):
        return []
    crs = system(frame)
    had, has = area_m2(before[rows], crs), area_m2(after[rows], crs)
    why = shapely.is_valid_reason(before[rows])
    where = places(after[rows[:MOST_LOCATED]], crs)
    ids = frame["id"].iloc[rows].to_numpy()
    doubled = _parts_overlap(before[rows], after[rows])
    found = []
    for i in range(min(len(rows), MOST_LOCATED)):
        reason = str(why[i]).partition("[")[0]
        areas = f"{had[i]:,.1f} → {has[i]:,.1f} m²"
        message = Text(
            f"{spec.kind} {ids[i]}：几何无效（{reason}），已修复；面积 {areas}",
            f"{spec.kind} {ids[i]}: invalid ({reason}), repaired; area {areas}",
        )
        found.append(
            finding(
                "geometry.self_overlap" if doubled[i] else "geometry.invalid",
                message,
                layer=spec.kind.value,
                feature=str(ids[i]),
                place=where[i],
                area_before_m2=float(had[i]),
                area_after_m2=float(has[i]),
            )
        )
    if len(rows) > MOST_LOCATED:
        rest = slice(MOST_LOCATED, None)
        message = Text(
            f"{spec.kind}：另有 {len(rows) - MOST_LOCATED} 个无效要素已修复",
            f"{spec.kind}: {len(rows) - MOST_LOCATED} more invalid features were repaired",
        )
        found.append(
            finding(
                "geometry.invalid",
                message,
                layer=spec.kind.value,
                area_before_m2=float(had[rest].sum()),
                area_after_m2=float(has[rest].sum()),
            )
        )
    return found
