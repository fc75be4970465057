"""Whether two dates of a layer may be compared: the right order, the same extent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

from analyses.indicator import NotMeasurableError
from layers.kinds import SPECS
from layers.text import Text

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from layers.kinds import LayerKind
    from layers.study import Study


def out_of_order(study: Study, baseline: LayerKind, now: LayerKind) -> Text | None:
    """Say why two layers cannot be compared: their dates are known and the baseline is not the earlier."""
    before, after = study.layers[baseline].as_of, study.layers[now].as_of
    if before is None or after is None or before < after:
        return None
    return Text(
        f"{SPECS[baseline].title.zh}（{before}）不早于{SPECS[now].title.zh}（{after}）：请检查两图层的 as_of",
        f"the layer {SPECS[baseline].title.en} ({before}) is not earlier than {SPECS[now].title.en} "
        f"({after}): look at as_of of [layers.{baseline}] and [layers.{now}]",
    )


def require_order(study: Study, baseline: LayerKind, now: LayerKind) -> None:
    """Refuse to compare when the dates are out of order.

    Raises
    ------
    NotMeasurableError
        When both dates are known and the baseline is not the earlier one.
    """
    reason = out_of_order(study, baseline, now)
    if reason is not None:
        raise NotMeasurableError(reason)


def require_same_extent(study: Study, baseline: LayerKind, now: LayerKind, least: float) -> None:
    """Refuse to compare layers drawn for different places.

    The boxes around both layers, cut to the city, must share at least ``least`` of the box around the two.

    Raises
    ------
    NotMeasurableError
        When they share less.
    """
    one, other = _box_in_city(study, baseline), _box_in_city(study, now)
    if one.is_empty or other.is_empty:
        empty = baseline if one.is_empty else now
        raise NotMeasurableError(
            Text(
                f"图层 {empty} 在行政区内没有面积，不能与另一期比较",
                f"layer {empty} has no area in the city and cannot be compared",
            )
        )
    both = shapely.box(*one.union(other).bounds).area
    share = one.intersection(other).area / both if both else 0.0
    if share < least:
        raise NotMeasurableError(
            Text(
                f"图层 {baseline} 与 {now} 的范围不同（重合 {share:.0%}，至少 {least:.0%}）："
                "请换用同一范围的基期数据",
                f"layers {baseline} and {now} have different extents ({share:.0%} in common, at least "
                f"{least:.0%} needed): bring a baseline of the same extent",
            )
        )


def _box_in_city(study: Study, kind: LayerKind) -> BaseGeometry:
    shapes = study.frame(kind).geometry.to_numpy()
    near = shapes[shapely.intersects(shapes, study.boundary)]
    if not len(near):
        return shapely.Polygon()
    return shapely.box(*shapely.total_bounds(near)).intersection(shapely.box(*study.boundary.bounds))
