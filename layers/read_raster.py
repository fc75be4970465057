"""Reading the part of a raster that concerns the city."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from geo.raster import Fault, RasterError, RasterPart, Surface, read_surface
from geo.raster_cells import UNSCALED
from layers.catalogue import finding
from layers.errors import DataError
from layers.formats import fingerprint, locate, refuse
from layers.kinds import LayerKind
from layers.read import refuse_changed, source_of
from layers.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from layers.config import LayerSection
    from layers.findings import Finding
    from layers.study import Source


_REASONS: dict[Fault, Text] = {
    "unreadable": Text(
        "栅格读不了，文件可能已损坏；请重新导出",
        "it cannot be read, perhaps damaged; export it again",
    ),
    "no_system": Text("栅格没有坐标系；请写明 crs", "the raster has no coordinate system; name its crs"),
    "rotated": Text("栅格有旋转或上下颠倒；请转为正北格网", "it is rotated or upside down; warp it north up"),
    "too_large": Text("像元太多；请用更粗的栅格", "too many cells; use a coarser raster"),
    "apart": Text(
        "栅格与行政区范围没有重叠；请核对 crs", "the raster lies nowhere in the city; check its crs"
    ),
}


@dataclass(frozen=True, eq=False)
class ReadSurface:
    """A surface, what it came from, and what was found on the way."""

    surface: Surface
    source: Source
    findings: tuple[Finding, ...]


def read_city_surface(kind: LayerKind, section: LayerSection, base: Path, area: gpd.GeoSeries) -> ReadSurface:
    """Read the cells of a raster that the bounding box of the city touches, in the raster's own grid.

    Raises
    ------
    DataError
        Missing, damaged, without a coordinate system, or away from the city.
    """
    found = locate(section.path, base)
    if found.format != "tiff":
        raise refuse(section.path, "需要 GeoTIFF 栅格", "a GeoTIFF is needed here")
    before = fingerprint(found)
    try:
        part = read_surface(found.path, area, crs=section.crs)
    except RasterError as error:
        reason, more = _REASONS[error.fault], ("", "")
        if error.fault == "too_large":
            more = f"（市域内像元数 {error.detail}）", f" (cells in the city: {error.detail})"
        raise DataError(
            Text(
                f"{kind}（{section.path}）：{reason.zh}{more[0]}",
                f"{kind} ({section.path}): {reason.en}{more[1]}",
            )
        ) from None
    surface, findings = _counts_made_whole(kind, part)
    source = source_of(found, section, surface.grid.crs, "")
    refuse_changed(found, before, source)
    return ReadSurface(surface, source, tuple(findings))


def _counts_made_whole(kind: LayerKind, part: RasterPart) -> tuple[Surface, list[Finding]]:
    """Note what the file leaves open; negative residents are nodata whether declared or not."""
    findings = []
    surface = part.surface
    if part.bands > 1:
        said = Text(f"{kind}：{part.bands} 个波段，只用第一个", f"{kind}: {part.bands} bands; only one used")
        findings.append(finding("raster.bands", said, layer=kind.value))
    if part.scaling != UNSCALED:
        scale, offset = part.scaling
        said = Text(
            f"{kind}：按文件声明，值 = 存储值 × {scale:g} + {offset:g}",
            f"{kind}: as the file states, values are what is stored times {scale:g} plus {offset:g}",
        )
        findings.append(finding("raster.scaled", said, layer=kind.value))
    if not part.nodata_declared:
        said = Text(f"{kind}：没有声明无效值", f"{kind}: no nodata value is declared")
        findings.append(finding("raster.no_nodata", said, layer=kind.value))
    held = surface.values
    negative = int((held < 0).sum() or 0) if kind == LayerKind.POPULATION_GRID else 0
    if negative:
        said = Text(
            f"{kind}：{negative} 个像元为负，按无效处理",
            f"{kind}: {negative} negative cells, taken as nodata",
        )
        findings.append(finding("raster.negative", said, layer=kind.value))
        surface = replace(surface, values=np.ma.masked_less(held, 0))
    return surface, findings
