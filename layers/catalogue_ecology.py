"""Rows of the catalogue for land cover, stations, corridors, buildings: code, severity, meaning, remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from layers.catalogue_rows import Row

ECOLOGY_ROWS: tuple[Row, ...] = (
    (
        "land_cover.unmapped",
        "warning",
        ("土地覆盖或用地代码不在对照表中，其面积未计入", "land-cover code without a crosswalk; left out"),
        (
            "核对代码与参数 land_cover_scheme、land_use_edition",
            "check the code and the parameters land_cover_scheme and land_use_edition",
        ),
    ),
    (
        "ndvi.scale",
        "error",
        ("植被指数的量程不是 −1–1，也不是 −10000–10000", "NDVI is neither in -1..1 nor in -10000..10000"),
        ("按原始量程重新导出", "export it again in its own scale"),
    ),
    (
        "station.no_year",
        "warning",
        ("站点没有开通年份，按已开通计入", "station without an opening year; counted as open"),
        ("补 open_year 字段", "fill the field open_year"),
    ),
    (
        "corridor.no_level",
        "warning",
        ("通风廊道没有级别，不计条数", "ventilation corridor without a level; not counted"),
        ("补 level 字段（一级/二级）", "fill the field level (primary or secondary)"),
    ),
    (
        "building.no_floors",
        "warning",
        (
            "建筑没有层数，建筑面积不明，未计入",
            "building without floors; its floor area is unknown, left out",
        ),
        ("补 floors 字段", "fill the field floors"),
    ),
    (
        "coastline.no_type",
        "warning",
        ("海岸线没有岸线类型，只计入分母", "coastline without a type; it counts in the whole alone"),
        ("补 shoreline_type 字段", "fill the field shoreline_type"),
    ),
)
