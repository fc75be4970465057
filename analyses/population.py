"""Residents moved from where they were counted onto other shapes, none lost and none made up.

Dasymetric: a counting unit's residents go to the shapes it overlaps, in proportion to the area shared (times
the shape's weight); those of a unit that overlaps none go to the nearest shape within ``NEAREST_M``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.area import area_m2
from geo.covered_cells import cell_centres, covered_cells
from geo.overlay import intersect
from layers.catalogue import finding
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from layers.findings import Finding
    from layers.study import Study

    Floats = NDArray[np.float64]
    Shapes = NDArray[np.object_]
    Indices = NDArray[np.intp]

NEAREST_M = 1_000.0
MOST_LOST = 0.001
_HOMES = ("住宅", "居住", "公寓", "宿舍")
_HOME_WORDS = {"residential", "apartment", "apartments", "dormitory", "dwelling", "dwellings", "housing"}
_HOUSES = {"house", "houses", "detached", "bungalow", "cabin", "farm", "static_caravan", "terrace"}
_HOUSES |= {f"{kind}_house" for kind in ("detached", "semidetached", "semi_detached", "terraced")}


@dataclass(frozen=True, eq=False)
class Moved:
    """Residents on each of the shapes, and the account of moving them there.

    ``before`` is how many live in the region by their source, ``after`` how many the shapes hold, ``nearest``
    how many of these lay on no shape.
    """

    residents: Floats
    before: float
    nearest: float
    origin: Text

    @property
    def after(self) -> float:
        """How many residents the shapes hold."""
        return float(self.residents.sum())

    @property
    def conserved(self) -> bool:
        """Whether at most 0.1 % were lost."""
        return abs(self.after - self.before) <= MOST_LOST * self.before

    @property
    def finding(self) -> Finding:
        """The account as a finding: an error where residents were lost."""
        off = self.nearest / self.before if self.before else 0.0
        said = Text(
            f"人口（{self.origin.zh}）：转移前 {self.before:,.1f} 人，转移后 {self.after:,.1f} 人；"
            f"其中 {off:.1%} 原不在居住用地上，归入 {NEAREST_M:g} m 内最近的图形",
            f"residents ({self.origin.en}): {self.before:,.1f} before, {self.after:,.1f} after; "
            f"{off:.1%} lay on none of the shapes and went to the nearest within {NEAREST_M:g} m",
        )
        return finding("population.moved" if self.conserved else "population.lost", said, layer="population")


@dataclass(frozen=True, eq=False)
class _Units:
    """Where residents were counted: how many in each unit, what each shares with the shapes, its middle."""

    residents: Floats
    unit: Indices
    shape: Indices
    shared: Floats
    middle: Shapes
    origin: Text


def residents_on(
    study: Study, shapes: Shapes, region: BaseGeometry | None = None, weights: Floats | None = None
) -> Moved | None:
    """Move the residents of a region onto shapes.

    The first source that is there counts: the population layer (points or polygons), the population grid,
    residents of buildings, floor area of dwellings (which shares out the residents of districts or city).

    Parameters
    ----------
    study
        Brings the source.
    shapes
        Polygons in the study's system that do not overlap.
    region
        Whose residents are moved; the boundary unless given.
    weights
        Of the shapes, such as the residential share of mixed plots; 1 unless given.

    Returns
    -------
    None where the study has no such source.
    """
    region = study.boundary if region is None else region
    shapely.prepare(region)
    units = _counted(study, shapes, region)
    if units is None:
        return None
    weights = np.ones(len(shapes)) if weights is None else weights
    return _moved(units, shapes, weights)


def _counted(study: Study, shapes: Shapes, region: BaseGeometry) -> _Units | None:
    layer = study.layers.get(LayerKind.POPULATION)
    if layer is not None and has_residents(layer.frame):
        origin = Text("人口图层", "population layer")
        return _of_features(study, layer.frame, "residents", (shapes, region), origin)
    if LayerKind.POPULATION_GRID in study.surfaces:
        return _of_cells(study, shapes, region)
    buildings = study.layers.get(LayerKind.BUILDINGS)
    if buildings is None:
        return None
    if has_residents(buildings.frame):
        origin = Text("建筑图层的常住人口", "residents of buildings")
        return _of_features(study, buildings.frame, "residents", (shapes, region), origin)
    housed = housed_by_floor_area(study, buildings.frame)
    origin = Text("按住宅建筑面积分配", "shared out by floor area of dwellings")
    return None if housed is None else _of_features(study, housed, "housed", (shapes, region), origin)


def has_residents(frame: pd.DataFrame) -> bool:
    """Tell whether a layer says how many people live where."""
    return "residents" in frame and bool(frame["residents"].fillna(0).sum() > 0)


def housed_by_floor_area(study: Study, buildings: gpd.GeoDataFrame) -> gpd.GeoDataFrame | None:
    """Share the residents of districts (or of the city) out over dwellings by floor area, as ``housed``.

    Floor area is ground area times floors (one where not said). Dwellings are those whose use says so, else
    those on residential land, else all. None where nobody says how many residents there are.
    """
    frame = buildings[_lived_in(study, buildings)]
    if frame.empty:
        return None
    floors = frame["floors"].astype(float).fillna(1.0).clip(lower=1.0) if "floors" in frame else 1.0
    floor_m2 = pd.Series(area_m2(frame.geometry.to_numpy(), study.crs), index=frame.index) * floors
    homes = shapely.point_on_surface(frame.geometry.to_numpy())
    known = study.districts["residents"].to_numpy(dtype=float)
    district = np.full(len(frame), len(known))
    if len(known) and not np.isnan(known).any():
        point, inside = shapely.STRtree(study.districts.geometry.to_numpy()).query(
            homes, predicate="intersects"
        )
        district[point[::-1]] = inside[::-1]  # of two districts that touch in a point the first
        number = np.where(district >= 0, np.append(known, 0.0)[district], 0.0)
    elif study.residents:
        shapely.prepare(study.boundary)
        district = np.where(shapely.intersects(study.boundary, homes), 0, -1)
        number = np.where(district >= 0, study.residents, 0.0)
    else:
        return None
    whole = pd.Series(floor_m2.to_numpy()).groupby(district).transform("sum").to_numpy()
    return frame.assign(housed=number * floor_m2.to_numpy() / np.where(whole > 0, whole, 1.0))


def _lived_in(study: Study, buildings: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    if "use" in buildings and buildings["use"].notna().any():
        uses = buildings["use"].fillna("").astype(str)
        lived_in = {use: is_home(use) for use in uses.unique()}
        return uses.map(lived_in).to_numpy(dtype=bool)
    inside = np.ones(len(buildings), dtype=bool)
    if LayerKind.RESIDENTIAL in study.layers:
        points = shapely.point_on_surface(buildings.geometry.to_numpy())
        tree = shapely.STRtree(study.frame(LayerKind.RESIDENTIAL).geometry.to_numpy())
        inside[:] = False
        inside[tree.query(points, predicate="intersects")[0]] = True
    return inside


def is_home(use: str) -> bool:
    """Say whether a building's use, in Chinese or English, is that people live there.

    Examples
    --------
    >>> [is_home(one) for one in ("住宅", "Residential building", "semidetached_house")]
    [True, True, True]
    >>> [is_home(one) for one in ("非居住", "non-residential", "warehouse", "greenhouse", "club house")]
    [False, False, False, False, False]
    """
    words = [one for one in re.split(r"[^a-z]+", use.casefold()) if one]
    if "_".join(words) in _HOUSES or (_HOME_WORDS.intersection(words) and "non" not in words):
        return True
    return any(word in use and f"非{word}" not in use for word in _HOMES)


def _of_features(
    study: Study, frame: gpd.GeoDataFrame, column: str, where: tuple[Shapes, BaseGeometry], origin: Text
) -> _Units:
    shapes, region = where
    own, number = frame.geometry.to_numpy(), frame[column].to_numpy(dtype=float)
    there = shapely.intersects(region, own) & (np.nan_to_num(number) > 0)
    own, number = own[there], number[there]
    areal = shapely.get_dimensions(own) == 2  # noqa: PLR2004 - polygons
    inside = own.copy()
    inside[areal] = shapely.intersection(own[areal], region)
    whole, part = area_m2(own[areal], study.crs), area_m2(inside[areal], study.crs)
    number[areal] *= np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
    pairs = intersect(inside[areal], shapes)
    rows = np.flatnonzero(areal)
    points = np.flatnonzero(~areal)
    at, on = shapely.STRtree(shapes).query(inside[points], predicate="intersects")
    return _Units(
        number,
        np.concatenate([rows[pairs.left], points[at]]).astype(np.intp),
        np.concatenate([pairs.right, on]).astype(np.intp),
        np.concatenate([area_m2(pairs.shape, study.crs), np.ones(len(at))]),
        shapely.point_on_surface(inside),
        origin,
    )


def _of_cells(study: Study, shapes: Shapes, region: BaseGeometry) -> _Units:
    surface = study.surfaces[LayerKind.POPULATION_GRID]
    held = np.ma.filled(surface.values.astype(float), 0.0).ravel()
    inside = covered_cells(surface.grid, gpd.GeoSeries([region], crs=study.crs))
    full = inside.cell[(held[inside.cell] > 0) & (inside.share > 0)]
    number = np.zeros(len(held))
    number[inside.cell] = held[inside.cell] * inside.share
    position = np.full(len(held), -1)
    position[full] = np.arange(len(full))
    found = covered_cells(surface.grid, gpd.GeoSeries(shapes, crs=study.crs))
    kept = position[found.cell] >= 0
    return _Units(
        number[full],
        position[found.cell[kept]].astype(np.intp),
        found.shape[kept],
        found.share[kept],
        cell_centres(surface.grid, full, study.crs),
        Text("人口格网", "population grid"),
    )


def _moved(units: _Units, shapes: Shapes, weights: Floats) -> Moved:
    weight = units.shared * weights[units.shape]
    whole = np.bincount(units.unit, weight, len(units.residents))
    share = np.divide(weight, whole[units.unit], out=np.zeros_like(weight), where=whole[units.unit] > 0)
    on = np.bincount(units.shape, units.residents[units.unit] * share, len(shapes)).astype(float)
    left = np.flatnonzero(whole <= 0)
    near, nearest = shapely.STRtree(shapes).query_nearest(units.middle[left], max_distance=NEAREST_M)
    order = np.lexsort((nearest, near))
    near, nearest = near[order], nearest[order]
    first = np.unique(near, return_index=True)[1]  # of shapes equally near the first
    near, nearest = near[first], nearest[first]
    off = units.residents[left[near]]
    on += np.bincount(nearest, off, len(shapes))
    return Moved(on, float(units.residents.sum()), float(off.sum()), units.origin)
