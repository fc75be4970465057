"""Undeclared GCJ-02: is a layer off against another by just the shift of the Chinese web maps.

Two layers that describe one city agree best where they truly lie: districts fill the boundary, buildings
stand on residential land, streets keep clear of buildings. Each layer is moved against the other along the
local GCJ-02 offset (there and back, in half steps, crosswise for control). Where the agreement has its sharp
best at exactly one whole offset, the layer is named. Moving back (-1) accuses the layer moved, moving on (+1)
the one it is held against.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from geo.datum import gcj02_offset, wgs84_to_gcj02
from geo.lengths_inside import lengths_inside
from geo.pieces import SAME, quarter
from geo.transform import WGS84, moved_to
from layers.catalogue import finding
from layers.kinds import LayerKind
from layers.overlaps import shared_areas
from layers.text import Text
from layers.trees import tree_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray
    from pyproj import CRS
    from shapely.geometry.base import BaseGeometry

    from layers.findings import Finding
    from layers.study import Study

    Shapes = NDArray[np.object_]

SAMPLE = 1_500
LEAST_FEATURES = 30
LEAST_GAIN = 0.15
"""The misfit must fall by this share of itself ..."""
SHARPNESS = 0.25
"""... and a half step short of or beyond the best must give back this share of the gain."""
FAR_M = 400.0
"""Outlines further apart than this say nothing: districts may hold the sea beyond a land boundary."""
MANY = 1_024
"""Vertices from which on a shape that others are held against is cut into pieces."""
SHORT = 64
"""Vertices from which on an edge that points are held against is cut into pieces."""
_STEPS = (-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0)
_ALONG, _ACROSS = (1.0, 0.0), (0.0, 1.0)

_LAID_ON = (
    (LayerKind.BUILDINGS, LayerKind.RESIDENTIAL),
    (LayerKind.RED_LINE, LayerKind.RED_LINE_BASELINE),
    (LayerKind.RESIDENTIAL, LayerKind.BUILT_UP),
    (LayerKind.BUILDINGS, LayerKind.BUILT_UP),
    (LayerKind.FOREST, LayerKind.LAND_USE),
    (LayerKind.RIVERS, LayerKind.WATER),
)
_CLEAR_OF = (
    (LayerKind.BUILDINGS, LayerKind.STREETS),
    (LayerKind.RESIDENTIAL, LayerKind.STREETS),
    (LayerKind.PARKS, LayerKind.STREETS),
    (LayerKind.BUILDINGS, LayerKind.WATER),
    (LayerKind.PARKS, LayerKind.RESIDENTIAL),
)
_CLOSE_TO = (
    (LayerKind.PARK_ENTRANCES, LayerKind.PARKS),
    (LayerKind.SHORELINES, LayerKind.WATER),
)


@dataclass(frozen=True)
class _Verdict:
    """Which layer is off, and by how much the agreement gains when it is moved back."""

    layer: str
    against: str
    gain: float


def check_shift(study: Study) -> list[Finding]:
    """Look for layers that are off by the GCJ-02 shift; nothing is looked for outside China."""
    offset = offset_m(study.boundary, study.crs)
    if not offset.any():
        return []
    datums = {kind: source.datum for kind, source in study.sources.items()}
    return _named([one for one in _by_pairs(study, offset) if one is not None], offset, datums)


def check_outline(outline: BaseGeometry, boundary: BaseGeometry, crs: CRS, datum: str) -> list[Finding]:
    """Hold the districts' outline, before it is clipped, against the boundary's."""
    offset = offset_m(boundary, crs)
    if not offset.any() or outline.is_empty:
        return []
    rings = shapely.segmentize(shapely.boundary(shapely.simplify(outline, 20.0)), 100.0)
    points = np.asarray(shapely.points(shapely.get_coordinates(rings)), dtype=object)
    edge = shapely.boundary(shapely.simplify(boundary, 20.0))
    shapely.prepare(edge)

    def misfit(moved: Shapes) -> float:
        return float(np.minimum(shapely.distance(moved, edge), FAR_M).mean())

    verdict = _verdict(("districts", "boundary"), misfit, _sample(points), offset)
    return _named([verdict] if verdict else [], offset, {"districts": datum})


def _named(verdicts: list[_Verdict], offset: NDArray[np.float64], datums: Mapping[str, str]) -> list[Finding]:
    """Make a finding of each verdict, the clearest first; a layer cannot both accuse and be accused."""
    found: dict[str, Finding] = {}
    x, y = (abs(float(one)) for one in offset)
    to_zh = f"偏{'东' if offset[0] >= 0 else '西'} {x:.0f} m、偏{'北' if offset[1] >= 0 else '南'} {y:.0f} m"
    across, along = "east" if offset[0] >= 0 else "west", "north" if offset[1] >= 0 else "south"
    to_en = f"{x:.0f} m {across}, {y:.0f} m {along}"
    for verdict in sorted(verdicts, key=lambda one: (-one.gain, one.layer)):
        if (
            verdict.layer in found
            or verdict.against in found
            or datums.get(verdict.layer) in {"gcj02", "bd09"}
        ):
            continue
        message = Text(
            f"{verdict.layer}：与 {verdict.against} 相比{to_zh}，"
            f'正是 GCJ-02 的偏移；如属实请加 datum = "gcj02"',
            f"{verdict.layer}: lies {to_en} of {verdict.against}, "
            f'just the GCJ-02 shift; if so, add datum = "gcj02"',
        )
        found[verdict.layer] = finding("crs.gcj02_suspected", message, layer=verdict.layer)
    return list(found.values())


def offset_m(boundary: BaseGeometry, crs: CRS) -> NDArray[np.float64]:
    """Give the GCJ-02 shift in the middle of a city, metres east and north in its system; zeros abroad."""
    centre = boundary.centroid
    middle = moved_to(gpd.GeoSeries([centre], crs=crs), WGS84).iloc[0]
    lon, lat = np.array([shapely.get_x(middle)]), np.array([shapely.get_y(middle)])
    if not any(one[0] for one in gcj02_offset(lon, lat)):
        return np.zeros(2)
    moved = moved_to(gpd.GeoSeries.from_xy(*wgs84_to_gcj02(lon, lat), crs=WGS84), crs)
    return np.array([moved.x.iloc[0] - centre.x, moved.y.iloc[0] - centre.y])


def _by_pairs(study: Study, offset: NDArray[np.float64]) -> list[_Verdict | None]:
    found: list[_Verdict | None] = []
    for pairs, wanted in ((_LAID_ON, True), (_CLEAR_OF, False)):
        for one, two in pairs:
            if one in study.layers and two in study.layers:
                found.append(_pair(study, (one, two), tree_of(study.layers[two]), offset, together=wanted))
    for one, two in _CLOSE_TO:
        if one in study.layers and two in study.layers:
            found.append(_edges(study, (one, two), offset))
    return found


def _edges(study: Study, kinds: tuple[LayerKind, LayerKind], offset: NDArray[np.float64]) -> _Verdict | None:
    """Hold points or lines against the edges of polygons they belong to."""
    shapes = _sample(study.frame(kinds[0]).geometry.to_numpy())
    areas = study.frame(kinds[1]).geometry.to_numpy()
    if len(shapes) < LEAST_FEATURES or len(areas) == 0:
        return None
    edges = quarter(shapely.boundary(areas), SHORT)
    tree = shapely.STRtree(edges.shape)
    points = shapely.point_on_surface(shapes)

    def misfit(moved: Shapes) -> float:
        _, distance = tree.query_nearest(moved, all_matches=False, return_distance=True)
        return float(np.minimum(distance, FAR_M).mean())

    return _verdict((kinds[0].value, kinds[1].value), misfit, points, offset)


def _pair(
    study: Study,
    kinds: tuple[LayerKind, LayerKind],
    layer: shapely.STRtree,
    offset: NDArray[np.float64],
    *,
    together: bool,
) -> _Verdict | None:
    shapes = _sample(study.frame(kinds[0]).geometry.to_numpy())
    if len(shapes) < LEAST_FEATURES or not len(layer):
        return None
    tree = _pieces_near(shapes, layer, _STEPS[-1] * float(np.hypot(*offset)))
    lines, others = (bool((shapely.get_dimensions(of) == 1).any()) for of in (shapes, tree.geometries))
    whole = float((shapely.length if lines or others else shapely.area)(shapes).sum())

    def misfit(moved: Shapes) -> float:
        own, other = tree.query(moved)
        if others:
            shared = lengths_inside(tree.geometries, other, moved, own)
        elif lines:
            shared = lengths_inside(moved, own, tree.geometries, other)
        else:
            shared = shared_areas(np.r_[moved, tree.geometries], own, len(moved) + other)
        apart = whole - float(shared.sum())
        return float(shared.sum()) if not together else apart if apart > SAME * whole else 0.0

    return _verdict((kinds[0].value, kinds[1].value), misfit, shapes, offset)


def _pieces_near(shapes: Shapes, layer: shapely.STRtree, within_m: float) -> shapely.STRtree:
    """Cut what is big into pieces, where anything is and the shapes can come near it."""
    if shapely.get_num_coordinates(layer.geometries).max() <= MANY:
        return layer
    reached = shapely.box(*(shapely.bounds(shapes) + within_m * np.array([-1, -1, 1, 1])).T)
    near = np.zeros(len(layer), bool)
    near[layer.query(reached)[1]] = True
    return shapely.STRtree(quarter(layer.geometries[near], MANY).shape)


def _sample(shapes: Shapes) -> Shapes:
    step = max(len(shapes) // SAMPLE, 1)
    return shapes[::step][:SAMPLE]


def _verdict(
    names: tuple[str, str],
    misfit: Callable[[Shapes], float],
    shapes: Shapes,
    offset: NDArray[np.float64],
) -> _Verdict | None:
    across = np.array([-offset[1], offset[0]])

    def at(step: float, direction: tuple[float, float]) -> float:
        by = step * (direction[0] * offset + direction[1] * across)
        return misfit(shapely.transform(shapes, lambda points: points + by))

    along = {0.0: at(0.0, _ALONG)}
    if along[0.0] <= 0:
        return None
    along |= {step: at(step, _ALONG) for step in (-1.0, 1.0)}
    if along[0.0] - min(along.values()) < LEAST_GAIN * along[0.0]:
        return None  # a whole step gains nothing: no need to look closer
    best = min(along, key=lambda step: along[step])
    gain = along[0.0] - along[best]

    def are_worse(steps: Sequence[float], direction: tuple[float, float], by: float) -> bool:
        return all(at(step, direction) - along[best] >= by for step in steps)

    others = [step for step in _STEPS if step not in along and abs(step - best) > 0.5]  # noqa: PLR2004
    if (
        are_worse((best - 0.5, best + 0.5), _ALONG, SHARPNESS * gain)
        and are_worse((-1.0, 1.0), _ACROSS, SHARPNESS * gain)
        and are_worse(others, _ALONG, 0.0)
    ):
        guilty, against = names if best < 0 else names[::-1]
        return _Verdict(guilty, against, gain / along[0.0])
    return None
