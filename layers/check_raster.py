"""Rules on rasters: cover, nodata, resolution, alignment, classes, population total."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from geo.raster import same_grid, zonal_sums
from geo.transform import moved_to
from layers.catalogue import finding
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from geo.raster import Surface
    from layers.findings import Finding
    from layers.study import Study

COARSE_M = 250.0
SQUARE_RATIO = 1.5
COVER_SHARE = 0.99
NODATA_SHARE = 0.5
MOST_CLASSES = 60
POPULATION_TOLERANCE = 0.1
_METRES_PER_DEGREE = 111_320.0
_CLASSES = (LayerKind.LAND_COVER, LayerKind.LAND_COVER_BASELINE)


def check_rasters(study: Study) -> list[Finding]:
    """Apply the rules to every surface."""
    found: list[Finding] = []
    for kind, surface in study.surfaces.items():
        found += _cover(kind, surface, study) + _resolution(kind, surface)
        if kind in _CLASSES:
            found += _classes(kind, surface)
    present, baseline = (study.surfaces.get(kind) for kind in _CLASSES)
    if present is not None and baseline is not None and not same_grid(present.grid, baseline.grid):
        message = Text("land_cover：两期格网不一致", "land_cover: the grids of the two dates differ")
        found.append(finding("raster.alignment", message, layer="land_cover"))
    return found + _population(study)


def _cover(kind: LayerKind, surface: Surface, study: Study) -> list[Finding]:
    area = moved_to(gpd.GeoSeries([study.land], crs=study.crs), surface.grid.crs).iloc[0]
    inside = shapely.intersection(area, shapely.box(*surface.grid.bounds)).area / area.area
    found = []
    if inside < COVER_SHARE:
        message = Text(f"{kind}：只覆盖陆域的 {inside:.1%}", f"{kind}: covers {inside:.1%} of the land only")
        found.append(finding("raster.uncovered", message, layer=kind.value))
    ones, land = np.ones(surface.grid.shape), gpd.GeoSeries([study.land], crs=study.crs)
    held = np.ma.masked_array(ones, np.ma.getmaskarray(surface.values))
    whole, valid = (
        zonal_sums(replace(surface, values=one), land)[0] for one in (np.ma.masked_array(ones), held)
    )
    if whole > 0 and valid < (1 - NODATA_SHARE) * whole:
        message = Text(
            f"{kind}：陆域内 {1 - valid / whole:.1%} 的像元无效",
            f"{kind}: {1 - valid / whole:.1%} of the land is nodata",
        )
        found.append(finding("raster.mostly_nodata", message, layer=kind.value))
    return found


def _resolution(kind: LayerKind, surface: Surface) -> list[Finding]:
    unit = _METRES_PER_DEGREE if surface.grid.crs.is_geographic else 1.0
    width, height = surface.grid.transform.a * unit, -surface.grid.transform.e * unit
    if max(width, height) <= COARSE_M and max(width, height) <= SQUARE_RATIO * min(width, height):
        return []
    message = Text(
        f"{kind}：像元 {width:.0f} × {height:.0f} m", f"{kind}: cells of {width:.0f} by {height:.0f} m"
    )
    return [finding("raster.resolution", message, layer=kind.value)]


def _classes(kind: LayerKind, surface: Surface) -> list[Finding]:
    values = np.unique(surface.values.compressed())
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
