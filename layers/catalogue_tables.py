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
        "declared.unused",
        "warning",
        (
            "申报值的地域没有指标或目标采用，该值未采用",
            "declared for a place no index and no target asks for; not used",
        ),
        (
            "geography 写城市编号（全市）或目标所写的地域；* 和分区编号不行",
            "write the city's id for the whole city, or the geography a target names; no *, no district id",
        ),
    ),
    (
        "declared.source",
        "warning",
        ("申报值没有来源", "declared value without a source"),
        ("填写 source，数值才能被核对", "fill in source so that the value can be checked"),
    ),
)

_SPONGE: tuple[Row, ...] = (
    (
        "sponge.depth",
        "error",
        ("设施尺寸为负，地块不评价", "negative size of a facility; its plot is not assessed"),
        ("改正尺寸", "correct the size"),
    ),
    (
        "sponge.size_missing",
        "error",
        ("设施缺少计算所需的尺寸，地块不评价", "a size the rule needs is missing; the plot is not assessed"),
        ("补填面积、深度或容积", "fill in area, depth or volume"),
    ),
    (
        "sponge.volume_conflict",
        "error",
        (
            "登记容积与面积×深度不符，地块不评价",
            "stated volume is not area times depth; plot not assessed",
        ),
        ("核对容积与尺寸", "check volume and sizes"),
    ),
    (
        "sponge.coefficient",
        "error",
        ("径流系数不在 0–1 之间，地块不评价", "runoff coefficient outside 0 to 1; the plot is not assessed"),
        ("改正系数", "correct the coefficient"),
    ),
    (
        "sponge.unknown_surface",
        "error",
        (
            "下垫面类型未知且没有系数，地块不评价",
            "unknown surface without coefficient; plot not assessed",
        ),
        ("改用已知类型或填写系数", "use a known kind or give a coefficient"),
    ),
    (
        "sponge.unknown_facility",
        "error",
        ("设施类型未知，地块不评价", "unknown facility; the plot is not assessed"),
        ("改用已知类型", "use a known kind"),
    ),
    (
        "sponge.no_surfaces",
        "error",
        ("地块没有下垫面，不评价", "plot without surfaces; not assessed"),
        ("补绘下垫面", "draw its surfaces"),
    ),
    (
        "sponge.double_count",
        "error",
        (
            "设施已由径流系数计入，容积不再计",
            "already counted by its runoff coefficient; volume refused",
        ),
        ("径流系数与容积只取其一", "count it by coefficient or by volume"),
    ),
    (
        "sponge.facility_twice",
        "error",
        ("同一设施重复登记，只计一次", "a facility stands twice; counted once"),
        ("删除重复记录", "delete the duplicate"),
    ),
    (
        "sponge.surface_area",
        "warning",
        ("下垫面合计与地块面积不符", "surfaces and plot differ in area"),
        ("补全或去除重叠的下垫面", "complete the surfaces or remove overlaps"),
    ),
    (
        "sponge.target_missing",
        "warning",
        ("没有目标控制率，不能判定达标", "no target capture ratio; cannot pass"),
        ("填写 target_capture", "fill in target_capture"),
    ),
    (
        "sponge.orphan",
        "warning",
        ("所属地块或排水分区不存在，未计入", "names a plot or unit that is not there; left out"),
        ("核对编号", "check the ids"),
    ),
)

_PARKS: tuple[Row, ...] = (
    (
        "park.no_entrance",
        "warning",
        ("公园没有可步行进入的位置，不计服务", "park that cannot be walked into; it serves nobody"),
        ("补充出入口或通往公园的道路", "add its entrances or the ways that lead to it"),
    ),
    (
        "park.entrance_inferred",
        "info",
        ("公园出入口由邻近道路推定", "entrances of a park inferred from nearby ways"),
        ("有条件时提供 park_entrances 图层", "give layer park_entrances where it is known"),
    ),
    (
        "park.entrance_unused",
        "warning",
        (
            "出入口离路网太远或不属于任何公园，未使用",
            "entrances too far from any way or of no park; not used",
        ),
        ("核对出入口位置与公园编号", "check the entrances' places and their park_id"),
    ),
)

TABLE_ROWS: tuple[Row, ...] = _DECLARED + _SPONGE + _PARKS
