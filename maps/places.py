"""The ground of the map: land, boundary, and the districts with a place for their label."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from maps.display import DISTRICT_TOLERANCE_M, geojson, thin_coverage
from maps.overlays import Overlay
from maps.packed import pack
from maps.wording import words

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from layers.study import Study
    from maps.display import Display

_LABEL_TOLERANCE_M = 50.0
_HOLE_M2 = 50_000.0
_HOLE_WIDTH_M = 15.0
_DEFAULT_BOUNDS = (-0.1, -0.1, 0.1, 0.1)


def ground(study: Study, display: Display) -> dict[str, Any]:
    """Give boundary, land and districts for display, and the box they fill."""
    boundary = _thinned(study.boundary)
    land = _thinned(study.land)
    districts = _districts(study, display)
    shapes = [shape for shape in (boundary, land) if not shape.is_empty]
    degrees = display.degrees(np.array(shapes, dtype=object)) if shapes else None
    return {
        "same": boundary.equals_exact(land, 0.0),
        "districts": districts,
        "bounds": list(map(float, degrees.total_bounds)) if degrees is not None else _box_of(districts),
    }


def ground_overlays(study: Study, display: Display) -> list[Overlay]:
    """Pack land and boundary, which the page draws first and last."""
    parts = {"land": _thinned(study.land), "boundary": _thinned(study.boundary)}
    overlays = []
    for name, shape in parts.items():
        if shape.is_empty:
            continue
        degrees = display.degrees(np.array([shape], dtype=object))
        packed = pack(degrees, [0], [name], "polygon")
        entry = {"id": f"ground-{name}", **packed.meta()}
        overlays.append(Overlay(entry, {f"ground-{name}-shapes": packed.payload}))
    return overlays


def _districts(study: Study, display: Display) -> list[dict[str, Any]]:
    frame = study.districts
    if not len(frame):
        return []
    whole = np.asarray(frame.geometry.array)
    shown = thin_coverage(_land_part(whole, study))
    degrees = display.degrees(shown)
    labels = display.degrees(np.array([_label_point(shape) for shape in shown], dtype=object))
    label_x, label_y = labels.x.to_numpy(), labels.y.to_numpy()
    areas = shapely.area(whole)
    return [
        {
            "id": str(row.id),
            "name": words(getattr(row, "name_zh", None), getattr(row, "name_en", None), row.id),
            "residents": _number(getattr(row, "residents", None)),
            "rank": int(areas[at] * 1e-4),
            "label": [round(float(label_x[at]), 6), round(float(label_y[at]), 6)],
            "shape": geojson(degrees.iloc[at]),
        }
        for at, row in enumerate(frame.itertuples())
    ]


def _land_part(districts: NDArray[Any], study: Study) -> NDArray[Any]:
    """Cut the sea off districts; one that has no land stays whole, so that it can still be seen."""
    if study.land is None or study.land.is_empty or study.land is study.boundary:
        return districts
    land = _without_slivers(study.land)
    shapely.prepare(land)
    cut = shapely.intersection(districts, land)
    polygons = np.array([_polygons(shape) for shape in cut], dtype=object)
    return np.where(shapely.is_empty(polygons), districts, polygons)


def _polygons(shape: BaseGeometry) -> BaseGeometry:
    """Keep the polygons of what an intersection left."""
    if shape.geom_type in {"Polygon", "MultiPolygon"}:
        return shape
    parts = [part for part in shapely.get_parts(shape) if part.geom_type in {"Polygon", "MultiPolygon"}]
    return shapely.union_all(parts)


def _label_point(shape: BaseGeometry) -> BaseGeometry:
    """Find the middle of the widest place of a shape's biggest part."""
    parts = shapely.get_parts(shape)
    if not len(parts):
        return shapely.Point(0, 0)
    biggest = shapely.simplify(parts[int(np.argmax(shapely.area(parts)))], _LABEL_TOLERANCE_M)
    try:
        tolerance = max(1.0, float(np.sqrt(biggest.area)) / 100)
        circle = shapely.maximum_inscribed_circle(np.array([biggest], dtype=object), tolerance)
        widest: BaseGeometry = shapely.get_point(circle, 0)[0]
    except shapely.errors.GEOSException:
        widest = biggest.representative_point()
    return widest


def _without_slivers(shape: BaseGeometry) -> BaseGeometry:
    """Close the holes that are no lakes but gaps between the areas a shape was joined from."""
    parts = []
    for part in shapely.get_parts(shape):
        if not isinstance(part, shapely.Polygon):
            continue
        holes = [shapely.Polygon(hole) for hole in part.interiors]
        kept = [
            hole.exterior
            for hole in holes
            if hole.area > _HOLE_M2 and hole.area / hole.length > _HOLE_WIDTH_M
        ]
        parts.append(shapely.Polygon(part.exterior, kept))
    return shapely.union_all(parts) if len(parts) > 1 else (parts[0] if parts else shape)


def _is_lake(hole: shapely.Polygon) -> bool:
    return hole.area > _HOLE_M2 and hole.area / hole.length > _HOLE_WIDTH_M


def _thinned(shape: BaseGeometry | None) -> BaseGeometry:
    if shape is None or shape.is_empty:
        return shapely.Polygon()
    simple = shapely.simplify(_without_slivers(shape), DISTRICT_TOLERANCE_M)
    return shape if simple.is_empty else simple


def _box_of(districts: list[dict[str, Any]]) -> list[float]:
    if not districts:
        return list(_DEFAULT_BOUNDS)
    boxes = np.array([shapely.geometry.shape(item["shape"]).bounds for item in districts])
    return [*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist()]


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float | np.number) and np.isfinite(value) else None
