"""Rules on rasters: cover, nodata, resolution, alignment, classes, population total."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from geo.area import METRES_PER_DEGREE
from geo.cell_shares import cell_shares
from geo.raster import classes_of, same_grid, zonal_sums
from geo.transform import moved_to
from layers.catalogue import finding
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from geo.cell_shares import CellShares
    from geo.raster import Grid, Surface
    from layers.findings import Finding
    from layers.study import Study

COARSE_M = 250.0
SQUARE_RATIO = 1.5
COVER_SHARE = 0.99
NODATA_SHARE = 0.5
MOST_CLASSES = 60
POPULATION_TOLERANCE = 0.1
_CLASSES = (LayerKind.LAND_COVER, LayerKind.LAND_COVER_BASELINE)


@dataclass(frozen=True, eq=False)
class _Land:
    """The land on one grid: its cells, and the share of it that lies inside the grid."""

    cells: CellShares
    inside: float


def check_rasters(study: Study) -> list[Finding]:
    """Apply the rules to every surface."""
    found: list[Finding] = []
    lands: dict[Grid, _Land] = {}
    for kind, surface in study.surfaces.items():
        if surface.grid not in lands:
            lands[surface.grid] = _land(study, surface.grid)
        found += _cover(kind, surface, lands[surface.grid]) + _resolution(kind, surface)
        if kind in _CLASSES:
            found += _classes(kind, surface)
    present, baseline = (study.surfaces.get(kind) for kind in _CLASSES)
    if present is not None and baseline is not None and not same_grid(present.grid, baseline.grid):
        message = Text("land_cover：两期格网不一致", "land_cover: the grids of the two dates differ")
        found.append(finding("raster.alignment", message, layer="land_cover"))
    return found + _population(study)


def _land(study: Study, grid: Grid) -> _Land:
    area = moved_to(gpd.GeoSeries([study.land], crs=study.crs), grid.crs).iloc[0]
    frame = shapely.box(*grid.bounds)
    inside = 1.0
    if not shapely.covers(frame, shapely.box(*area.bounds)):
        inside = float(shapely.intersection(area, frame).area / area.area)
    return _Land(cell_shares(area, grid), inside)


def _cover(kind: LayerKind, surface: Surface, land: _Land) -> list[Finding]:
    inside, cells = land.inside, land.cells
    found = []
    if inside < COVER_SHARE:
        message = Text(f"{kind}：只覆盖陆域的 {inside:.1%}", f"{kind}: covers {inside:.1%} of the land only")
        found.append(finding("raster.uncovered", message, layer=kind.value))
    missing = np.ma.getmaskarray(surface.values)
    height, width = cells.whole.shape
    window = missing[cells.top : cells.top + height, cells.left : cells.left + width]
    whole = float(cells.whole.sum()) + float(cells.share.sum())
    lost = float((cells.whole & window).sum()) + float(cells.share[missing[cells.row, cells.column]].sum())
    valid = whole - lost
    if whole > 0 and valid < (1 - NODATA_SHARE) * whole:
        message = Text(
            f"{kind}：陆域内 {1 - valid / whole:.1%} 的像元无效",
            f"{kind}: {1 - valid / whole:.1%} of the land is nodata",
        )
        found.append(finding("raster.mostly_nodata", message, layer=kind.value))
    return found


def _resolution(kind: LayerKind, surface: Surface) -> list[Finding]:
    unit = METRES_PER_DEGREE if surface.grid.crs.is_geographic else 1.0
    width, height = surface.grid.transform.a * unit, -surface.grid.transform.e * unit
    if max(width, height) <= COARSE_M and max(width, height) <= SQUARE_RATIO * min(width, height):
        return []
    message = Text(
        f"{kind}：像元 {width:.0f} × {height:.0f} m", f"{kind}: cells of {width:.0f} by {height:.0f} m"
    )
    return [finding("raster.resolution", message, layer=kind.value)]


def _classes(kind: LayerKind, surface: Surface) -> list[Finding]:
    whole = surface.values.dtype.kind in "iu"
    values = classes_of(surface) if whole else np.unique(surface.values.compressed())
    if len(values) <= MOST_CLASSES and (values == np.round(values)).all():
        return []
    message = Text(
        f"{kind}：有 {len(values)} 个不同值", f"{kind}: {len(values)} different values, or fractions"
    )
    return [finding("raster.classes", message, layer=kind.value)]


def _population(study: Study) -> list[Finding]:
    surface = study.surfaces.get(LayerKind.POPULATION_GRID)
    if surface is None or study.residents is None:
        return []
    total = float(zonal_sums(surface, gpd.GeoSeries([study.boundary], crs=study.crs))[0])
    if abs(total - study.residents) <= POPULATION_TOLERANCE * study.residents:
        return []
    message = Text(
        f"population_grid：格网合计 {total:,.0f} 人，全市 {study.residents:,.0f} 人",
        f"population_grid: sums to {total:,.0f}, the city has {study.residents:,.0f}",
    )
    return [finding("raster.population", message, layer="population_grid")]
