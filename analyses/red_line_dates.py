"""Whether two dates of a layer may be compared: the right order, the same extent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

from analyses.indicator import Parameter
from layers.kinds import SPECS
from layers.text import Text

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from layers.kinds import LayerKind
    from layers.study import Study

EXTENT_OVERLAP = Parameter(
    "baseline_extent_overlap",
    0.5,
    Text("两期范围最小重合比例", "least share the extents of both dates must have in common"),
    source="proposed",
    doubt=Text("建议值：低于此值视为不同范围，不比较", "proposed: below it the layers are not compared"),
    minimum=0,
    maximum=1,
)


def not_comparable(study: Study, baseline: LayerKind, now: LayerKind) -> Text | None:
    """Say why a layer cannot be held against its baseline: the order of their dates, or their extents."""
    return out_of_order(study, baseline, now) or _other_extent(study, baseline, now)


def out_of_order(study: Study, baseline: LayerKind, now: LayerKind) -> Text | None:
    """Say why two layers cannot be compared: their dates are known and the baseline is not the earlier.

    A layer of today that names no date has that of the city.
    """
    before, after = study.layers[baseline].as_of, study.layers[now].as_of or study.as_of
    if before is None or after is None or before < after:
        return None
    return Text(
        f"{SPECS[baseline].title.zh}（{before}）不早于{SPECS[now].title.zh}（{after}）：请检查两图层的 as_of",
        f"the layer {SPECS[baseline].title.en} ({before}) is not earlier than {SPECS[now].title.en} "
        f"({after}): look at as_of of [layers.{baseline}] and [layers.{now}]",
    )


def undated(study: Study, baseline: LayerKind) -> tuple[Text, ...]:
    """Say where a baseline names no date, so that nobody knows whether it is the earlier one."""
    if baseline not in study.layers or study.layers[baseline].as_of is not None:
        return ()
    return (
        Text(
            f"图层 {baseline} 没有注明日期（as_of），未核对它是否早于现状",
            f"layer {baseline} names no date (as_of), so that it being the earlier one was not checked",
        ),
    )


def _other_extent(study: Study, baseline: LayerKind, now: LayerKind) -> Text | None:
    """Say why two layers cannot be compared: they are drawn for different places.

    The boxes around both, cut to the city, must share at least ``EXTENT_OVERLAP`` of the box around the two.
    """
    one, other = _box_in_city(study, baseline), _box_in_city(study, now)
    if one.is_empty or other.is_empty:
        empty = baseline if one.is_empty else now
        return Text(
            f"图层 {empty} 在行政区内没有面积，不能与另一期比较",
            f"layer {empty} has no area in the city and cannot be compared",
        )
    least = EXTENT_OVERLAP.number(study)
    both = shapely.box(*one.union(other).bounds).area
    share = one.intersection(other).area / both if both else 0.0
    if share >= least:
        return None
    return Text(
        f"图层 {baseline} 与 {now} 的范围不同（重合 {share:.0%}，至少 {least:.0%}）："
        "请换用同一范围的基期数据",
        f"layers {baseline} and {now} have different extents ({share:.0%} in common, at least "
        f"{least:.0%} needed): bring a baseline of the same extent",
    )


def _box_in_city(study: Study, kind: LayerKind) -> BaseGeometry:
    shapes = study.frame(kind).geometry.to_numpy()
    near = shapes[shapely.intersects(shapes, study.boundary)]
    if not len(near):
        return shapely.Polygon()
    return shapely.box(*shapely.total_bounds(near)).intersection(shapely.box(*study.boundary.bounds))
