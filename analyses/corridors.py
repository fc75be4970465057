"""Least-cost corridors between patches over a resistance surface, and their dearest stretches."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np

from analyses.indicator import NotMeasurableError, Parameter
from analyses.land_cover import LAND_COVER_SCHEME, settled_scheme
from analyses.tables import parsed_number, shipped
from geo.area import length_m
from geo.least_cost import ResistanceError, check_resistance, dearest_stretch, least_cost_path
from geo.patches import least_forest
from geo.raster import Surface, aligned, classes_of
from layers.catalogue import finding
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from analyses.connectivity_formula import Dispersal
    from analyses.habitat_patches import Habitat
    from geo.least_cost import LeastCostPath
    from geo.patches import Links
    from geo.raster import Grid
    from layers.findings import Finding
    from layers.study import Study

SURFACES = (LayerKind.RESISTANCE, LayerKind.LAND_COVER, LayerKind.TERRAIN)
_PROPOSED = Text("建议值，无国家标准", "proposed; no national standard")
MOST_CORRIDORS = Parameter(
    "corridors_most",
    50,
    Text("最多列出的廊道数（最重要者优先）", "most corridors listed, weightiest first"),
    source="proposed",
    doubt=_PROPOSED,
    minimum=0,
    maximum=2_000,
)
MARGIN = Parameter(
    "corridor_margin_m",
    1_000.0,
    Text("廊道可偏离最短连线的距离", "how far a corridor may leave the shortest link"),
    unit="m",
    source="proposed",
    doubt=_PROPOSED,
    minimum=100,
    maximum=20_000,
)
STRETCH = Parameter(
    "bottleneck_m",
    100.0,
    Text("瓶颈段长度", "length of a bottleneck stretch"),
    unit="m",
    source="proposed",
    doubt=_PROPOSED,
    minimum=1,
    maximum=5_000,
)
RATIO = Parameter(
    "bottleneck_ratio",
    1.5,
    Text("瓶颈段阻力与廊道平均阻力之比下限", "how much dearer than its corridor a bottleneck is"),
    source="proposed",
    doubt=_PROPOSED,
    minimum=1,
    maximum=100,
)
CORRIDOR_PARAMETERS = (MOST_CORRIDORS, MARGIN, STRETCH, RATIO, LAND_COVER_SCHEME)


@dataclass(frozen=True, eq=False)
class Resistance:
    """The resistance of each cell, None where it cannot be had; ``origin`` says from what."""

    surface: Surface | None
    origin: Text
    findings: tuple[Finding, ...] = ()


def resistance(study: Study, grid: Grid) -> Resistance:
    """Give the resistance on a grid: the layer given, else from land cover, else from slope.

    Land cover goes by ``data/land_cover_resistance.csv`` (proposed); slope counts 1 plus its degrees
    (proposed). Nodata and classes outside the table are barriers.
    """
    if LayerKind.RESISTANCE in study.surfaces:
        return _given(study.surfaces[LayerKind.RESISTANCE], grid)
    if LayerKind.LAND_COVER in study.surfaces:
        cover = study.surfaces[LayerKind.LAND_COVER]
        try:
            scheme = settled_scheme(study, cover)
        except NotMeasurableError as error:
            return Resistance(None, error.message)
        return _of_cover(cover, grid, scheme)
    if LayerKind.TERRAIN in study.surfaces:
        origin = Text("地形坡度（1＋坡度，建议值）", "slope of the terrain (1 + degrees, proposed)")
        return Resistance(_of_terrain(study.surfaces[LayerKind.TERRAIN], grid), origin)
    return Resistance(
        None,
        Text(
            "缺阻力面：请提供 resistance、land_cover 或 terrain 图层",
            "no resistance: give layer resistance, land_cover or terrain",
        ),
    )


def _given(surface: Surface, grid: Grid) -> Resistance:
    try:
        check_resistance(surface)
    except ResistanceError as error:
        said = Text(
            f"resistance：阻力须大于 0（{error}），未计算廊道",
            f"resistance: must be above zero ({error}); no corridors are computed",
        )
        return Resistance(None, said, (finding("connectivity.resistance", said, layer="resistance"),))
    return Resistance(aligned(surface, grid), Text("阻力面图层", "layer resistance"))


def _of_cover(cover: Surface, grid: Grid, scheme: str) -> Resistance:
    table = {
        int(row.cells["code"]): parsed_number(row.cells["resistance"]) or 0.0
        for row in shipped("land_cover_resistance.csv")
        if row.cells["scheme"] == scheme
    }
    local = aligned(cover, grid)
    known = classes_of(local)
    values = np.full(grid.shape, np.nan)
    for one in known.tolist():
        values[local.values.data == one] = table.get(one, np.nan)
    values[np.ma.getmaskarray(local.values)] = np.nan
    unknown = [one for one in known.tolist() if one not in table]
    findings: tuple[Finding, ...] = ()
    if unknown:
        names = ", ".join(map(str, unknown[:10]))
        said = Text(
            f"land_cover：类别 {names} 不在阻力表中，按不可通行处理",
            f"land_cover: classes {names} are not in the resistance table and let nothing pass",
        )
        findings = (finding("connectivity.unknown_class", said, layer="land_cover"),)
    origin = Text("土地覆盖（阻力表为建议值）", "land cover (the table of resistance is proposed)")
    return Resistance(replace(local, values=np.ma.masked_invalid(values)), origin, findings)


def _of_terrain(terrain: Surface, grid: Grid) -> Surface:
    heights = np.ma.filled(aligned(terrain, grid).values.astype(np.float64), np.nan)
    if min(heights.shape) > 1:
        down, across = np.gradient(heights, grid.transform.a)
        slope = np.degrees(np.arctan(np.hypot(down, across)))
    else:
        slope = np.where(np.isfinite(heights), 0.0, np.nan)
    return Surface(grid, np.ma.masked_invalid(1.0 + slope))


@dataclass(frozen=True, eq=False)
class Corridors:
    """Corridors as lines, bottlenecks as points, how many links had no way, how many lie within one cell."""

    lines: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    blocked: int
    within_a_cell: int


def corridors(
    study: Study, patches: Habitat, links: Links, dispersal: Dispersal, surface: Surface
) -> Corridors:
    """Trace the cheapest way along the weightiest links that hold the patches together.

    The links are those of a least spanning forest by distance. A link weighs the product of the habitat areas
    on its two sides times its probability: what the network would lose with it. Patches nearer to each other
    than a cell need no corridor and are counted alone.
    """
    chosen, sides = least_forest(links, patches.area_m2)
    weight = sides * dispersal.probability_of(links.distance_m[chosen])
    order = np.lexsort((chosen, -weight))[: int(MOST_CORRIDORS.number(study))]
    rows: list[dict[str, object]] = []
    narrow: list[dict[str, object]] = []
    blocked = within_a_cell = 0
    for link in chosen[order].tolist():
        one, other = int(links.one[link]), int(links.other[link])
        path = least_cost_path(surface, patches.shapes[one], patches.shapes[other], MARGIN.number(study))
        if path is None:
            blocked += 1
            continue
        if not len(path.step_m):
            within_a_cell += 1
            continue
        name = f"corridor-{len(rows) + 1}"
        rows.append(
            {
                "id": name,
                "class": "corridor",
                "from_patch": f"patch-{one + 1}",
                "to_patch": f"patch-{other + 1}",
                "gap_m": float(links.distance_m[link]),
                "cost": path.cost,
                "geometry": path.line,
            }
        )
        narrow += _bottleneck(study, path, name, len(narrow))
    lines = _frame(study, rows)
    lines["length_m"] = length_m(lines.geometry.to_numpy(), study.crs)
    return Corridors(lines, _frame(study, narrow), blocked, within_a_cell)


def _bottleneck(study: Study, path: LeastCostPath, corridor: str, before: int) -> list[dict[str, object]]:
    found = dearest_stretch(path, STRETCH.number(study))
    if found is None or found.resistance < RATIO.number(study) * path.cost / float(path.step_m.sum()):
        return []
    return [
        {
            "id": f"bottleneck-{before + 1}",
            "class": "bottleneck",
            "corridor": corridor,
            "resistance": found.resistance,
            "cost_share": found.share,
            "geometry": found.place,
        }
    ]


def _frame(study: Study, rows: list[dict[str, object]]) -> gpd.GeoDataFrame:
    columns: dict[str, list[Any]] = {name: [row[name] for row in rows] for name in rows[0]} if rows else {}
    shapes = columns.pop("geometry", [])
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(shapes, crs=study.crs), crs=study.crs)
