"""Rules on single shapes: duplicates, slivers, spikes, parts, sizes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import shapely

from layers.catalogue import finding
from layers.kinds import SPECS
from layers.located import each, located
from layers.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from layers.findings import Finding
    from layers.study import Layer, Study

    Shapes = NDArray[np.object_]

SLIVER_M2 = 200.0
SLIVER_COMPACTNESS = 0.03
"""Polsby-Popper compactness (4 pi area / perimeter squared): 1 for a disc, 0.03 for a strip 1 by 100."""
SPIKE_DEGREES = 2.0
SPIKE_M = 1.0
TINY_M2 = 1.0
TINY_M = 0.1


def check_shapes(study: Study) -> list[Finding]:
    """Apply the rules to every layer."""
    found: list[Finding] = []
    for layer in study.layers.values():
        found += _duplicates(layer, study)
        if SPECS[layer.kind].shape == "polygon":
            found += _thin(layer, study) + _spikes(layer, study)
        found += _small_and_many(layer, study)
    return found


def _duplicates(layer: Layer, study: Study) -> list[Finding]:
    shapes = layer.frame.geometry.to_numpy()
    keys = shapely.to_wkb(shapely.normalize(shapes))
    first: dict[bytes, str] = {}
    rows, said = [], []
    for i, (key, name) in enumerate(zip(keys, layer.frame["id"], strict=True)):
        if key in first:
            rows.append(i)
            said.append(Text(f"几何与 {first[key]} 完全相同", f"has the same shape as {first[key]}"))
        else:
            first[key] = str(name)
    ids = layer.frame["id"].to_numpy()[rows]
    return located("geometry.duplicate", layer.kind.value, ids, shapes[rows], study.crs, said)


def _thin(layer: Layer, study: Study) -> list[Finding]:
    shapes = layer.frame.geometry.to_numpy()
    area, edge = shapely.area(shapes), shapely.length(shapes)
    compact = 4 * np.pi * area / np.maximum(edge, 1e-9) ** 2
    rows = np.flatnonzero((area < SLIVER_M2) & (area >= TINY_M2) & (compact < SLIVER_COMPACTNESS))
    said = [Text(f"碎面，{area[i]:.1f} m²", f"sliver of {area[i]:.1f} m²") for i in rows]
    ids = layer.frame["id"].to_numpy()[rows]
    return located("geometry.sliver", layer.kind.value, ids, shapes[rows], study.crs, said)


def _spikes(layer: Layer, study: Study) -> list[Finding]:
    """Find vertices where an edge turns back on itself, both edges being longer than a metre."""
    shapes = layer.frame.geometry.to_numpy()
    rings, owner = shapely.get_rings(shapes, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    if len(points) < 4:  # noqa: PLR2004 - a triangle and its closing point
        return []
    before, at, after = points[:-2], points[1:-1], points[2:]
    inside = (ring[:-2] == ring[1:-1]) & (ring[1:-1] == ring[2:])
    one, two = before - at, after - at
    lengths = np.hypot(*one.T), np.hypot(*two.T)
    long = (lengths[0] > SPIKE_M) & (lengths[1] > SPIKE_M)
    with np.errstate(invalid="ignore", divide="ignore"):
        cosine = (one * two).sum(axis=1) / (lengths[0] * lengths[1])
    sharp = inside & long & (cosine > np.cos(np.radians(SPIKE_DEGREES)))
    rows = np.unique(owner[ring[1:-1][sharp]])
    ids = layer.frame["id"].to_numpy()[rows]
    said = each(len(rows), Text("边界有尖刺", "its edge has a spike"))
    return located("geometry.spike", layer.kind.value, ids, shapes[rows], study.crs, said)


def _small_and_many(layer: Layer, study: Study) -> list[Finding]:
    shapes = layer.frame.geometry.to_numpy()
    ids = layer.frame["id"].to_numpy()
    found: list[Finding] = []
    dimensions = shapely.get_dimensions(shapes)
    tiny = (dimensions == 2) & (shapely.area(shapes) < TINY_M2)  # noqa: PLR2004 - polygons
    tiny |= (dimensions == 1) & (shapely.length(shapes) < TINY_M)
    said = each(int(tiny.sum()), Text("面积或长度极小", "is tiny"))
    found += located("geometry.tiny", layer.kind.value, ids[tiny], shapes[tiny], study.crs, said)
    counts = Counter((shapely.get_num_geometries(shapes) > 1).tolist())
    if counts[True]:
        message = Text(
            f"{layer.kind}：{counts[True]} 个要素由多个部分组成",
            f"{layer.kind}: {counts[True]} features have several parts",
        )
        found.append(finding("geometry.multipart", message, layer=layer.kind.value))
    return found
