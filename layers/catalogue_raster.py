"""Rows of the catalogue for rasters: code, severity, meaning, remedy (zh, en)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from layers.catalogue_rows import Row

RASTER_ROWS: tuple[Row, ...] = (
    (
        "raster.no_nodata",
        "warning",
        ("栅格没有声明无效值", "raster declares no nodata value"),
        ("声明无效值", "declare one"),
    ),
    (
        "raster.mostly_nodata",
        "warning",
        ("范围内大部分像元无效", "most cells inside the boundary are nodata"),
        ("确认栅格覆盖全市", "make sure that the raster covers the city"),
    ),
    (
        "raster.uncovered",
        "warning",
        ("栅格没有盖满行政区范围", "raster does not cover the whole boundary"),
        ("补齐栅格", "complete the raster"),
    ),
    (
        "raster.resolution",
        "warning",
        ("像元太大或不是方形", "cells are very large or not square"),
        ("使用更细的栅格", "use a finer raster"),
    ),
    (
        "raster.alignment",
        "warning",
        ("两期栅格的格网不一致", "the grids of two dates differ"),
        ("重采样到同一格网", "resample to one grid"),
    ),
    (
        "raster.classes",
        "warning",
        ("分类栅格含非整数或过多的值", "class raster has fractions or too many values"),
        ("提供整数分类栅格", "bring whole-number classes"),
    ),
    (
        "raster.population",
        "warning",
        ("人口格网合计与常住人口相差较大", "grid total differs from the stated residents"),
        ("核对年份与单位", "check year and unit"),
    ),
    (
        "raster.negative",
        "warning",
        ("不应有负值的栅格含负值，按无效处理", "negative cells in a count; treated as nodata"),
        ("改正负值或声明无效值", "correct them or declare nodata"),
    ),
    (
        "raster.bands",
        "info",
        ("栅格有多个波段，只用第一个", "several bands; the first was used"),
        ("无需处理", "nothing to do"),
    ),
    (
        "raster.scaled",
        "info",
        ("栅格声明了比例和偏移，已换算", "the raster states a scale and an offset, which were applied"),
        ("核对换算后的值", "make sure that the values are right so"),
    ),
)
