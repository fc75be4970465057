"""Rows of the catalogue for patches and resistance: code, severity, meaning, remedy (zh, en)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from layers.catalogue_rows import Row

CONNECTIVITY_ROWS: tuple[Row, ...] = (
    (
        "connectivity.patches_overlap",
        "warning",
        ("斑块图形相互重叠，重叠部分只计一次", "patches overlap; the overlap is counted once"),
        ("核对图层，去除重叠", "check the layer and remove overlaps"),
    ),
    (
        "connectivity.unknown_class",
        "warning",
        (
            "土地覆盖类别不在阻力表中，不作斑块，并按不可通行处理",
            "a land-cover class is not in the resistance table: it is no patch and lets nothing pass",
        ),
        (
            "改用 ESA WorldCover 代码，或提供 resistance 图层",
            "use ESA WorldCover codes, or give layer resistance",
        ),
    ),
    (
        "connectivity.resistance",
        "error",
        (
            "阻力面有零、负数或非有限值，未计算廊道",
            "the resistance surface holds zeros, negative or endless values; no corridors are computed",
        ),
        ("阻力须大于 0；不可通行处用 nodata", "make all resistance positive; use nodata for barriers"),
    ),
)
