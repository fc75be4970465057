"""Rows of the catalogue for tables and sponge attributes: code, severity, meaning, remedy (zh, en)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from layers.catalogue_rows import Row

_DECLARED: tuple[Row, ...] = (
    (
        "declared.unknown_indicator",
        "error",
        ("申报值的指标编号未知，该行未采用", "declared value of an unknown indicator; line left out"),
        ("改用已知编号", "use a known indicator id"),
    ),
    (
        "declared.geography",
        "error",
        ("申报值没有写地域，该行未采用", "declared value without a geography; line left out"),
        ("填写 geography", "fill in geography"),
    ),
    (
        "declared.year",
        "error",
        ("申报值的年份不合理，该行未采用", "declared value with an impossible year; line left out"),
        ("改正 year", "correct year"),
    ),
    (
        "declared.number",
        "error",
        ("申报值不是数，该行未采用", "declared value is no number; line left out"),
        ("改正 value", "correct value"),
    ),
    (
        "declared.unit",
        "error",
        ("申报值的单位与指标不符，该行未采用", "declared value in another unit; line left out"),
        ("换算成指标的单位", "convert it to the indicator's unit"),
    ),
    (
        "declared.range",
        "error",
        ("申报值超出可能范围，该行未采用", "declared value out of range; line left out"),
        ("核对数值与单位", "check the value and its unit"),
    ),
    (
        "declared.duplicate",
        "error",
        (
            "同一指标、地域、年份重复申报，后者未采用",
            "declared twice for a place and year; the later left out",
        ),
        ("只保留一个值", "keep one value"),
    ),
    (
        "declared.source",
        "warning",
        ("申报值没有来源", "declared value without a source"),
        ("填写 source，数值才能被核对", "fill in source so that the value can be checked"),
    ),
)

TABLE_ROWS: tuple[Row, ...] = _DECLARED
