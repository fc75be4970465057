"""Rules on single shapes: duplicates, slivers, spikes, parts, sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo.repair import of_one_box
from geo.rings import rings_of
from layers.catalogue import finding
from layers.kinds import SPECS
from layers.located import each, located
from layers.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from layers.findings import Finding
    from layers.study import Layer, Study

    Floats = NDArray[np.float64]
    Shapes = NDArray[np.object_]

SLIVER_M2 = 200.0
SLIVER_COMPACTNESS = 0.03
"""Polsby-Popper compactness (4 pi area / perimeter squared): 1 for a disc, 0.03 for a strip 1 by 100."""
SPIKE_DEGREES = 2.0
SPIKE_M = 1.0
BACK = 0.99
"""Cosine that every sharp turn is well above."""
AT_ONCE = 1 << 13
"""Shapes whose edges are looked at together: memory used again is quicker than fresh memory."""
TINY_M2 = 1.0
TINY_M = 0.1


def check_shapes(study: Study) -> list[Finding]:
    """Apply the rules to every layer."""
    found: list[Finding] = []
    for layer in study.layers.values():
        found += _duplicates(layer, study)
        shapes = layer.frame.geometry.to_numpy()
        area, edge = shapely.area(shapes), shapely.length(shapes)
        if SPECS[layer.kind].shape == "polygon":
            found += _thin(layer, area, edge, study) + _spikes(layer, study)
        found += _small_and_many(layer, area, edge, study)
    return found


def _duplicates(layer: Layer, study: Study) -> list[Finding]:
    shapes = layer.frame.geometry.to_numpy()
    alike = np.flatnonzero(of_one_box(shapes))
    keys = shapely.to_wkb(shapely.normalize(shapes[alike]))
    first: dict[bytes, str] = {}
    rows, said = [], []
    for i, key, name in zip(alike, keys, layer.frame["id"].iloc[alike], strict=True):
        if key in first:
            rows.append(i)
            said.append(Text(f"几何与 {first[key]} 完全相同", f"has the same shape as {first[key]}"))
        else:
            first[key] = str(name)
    return _at("geometry.duplicate", layer, np.array(rows, np.intp), study, said)


def _thin(layer: Layer, area: Floats, edge: Floats, study: Study) -> list[Finding]:
    compact = 4 * np.pi * area / np.maximum(edge, 1e-9) ** 2
    rows = np.flatnonzero((area < SLIVER_M2) & (area >= TINY_M2) & (compact < SLIVER_COMPACTNESS))
    said = [Text(f"碎面，{area[i]:.1f} m²", f"sliver of {area[i]:.1f} m²") for i in rows]
    return _at("geometry.sliver", layer, rows, study, said)


def _spikes(layer: Layer, study: Study) -> list[Finding]:
    """Find vertices where an edge turns back on itself, both edges being longer than a metre."""
    shapes = layer.frame.geometry.to_numpy()
    found = [np.empty(0, np.intp)]
    found += [
        start + _with_spike(shapes[start : start + AT_ONCE]) for start in range(0, len(shapes), AT_ONCE)
    ]
    rows = np.concatenate(found)
    said = each(len(rows), Text("边界有尖刺", "its edge has a spike"))
    return _at("geometry.spike", layer, rows, study, said)


def _with_spike(shapes: Shapes) -> NDArray[np.intp]:
    rings = rings_of(shapes)
    x, y = (np.diff(one) for one in rings.points.T)
    square = x * x + y * y
    back = x[:-1] * x[1:] + y[:-1] * y[1:]
    back += BACK * np.minimum(square[:-1], square[1:])
    at = np.flatnonzero(back < 0) + 1
    ring = np.searchsorted(rings.first, at, side="right") - 1
    inner = (at > rings.first[ring]) & (at < rings.first[ring + 1] - 1)
    at, ring = at[inner], ring[inner]
    one, two = (rings.points[at + step] - rings.points[at] for step in (-1, 1))
    lengths = np.hypot(*one.T), np.hypot(*two.T)
    long = (lengths[0] > SPIKE_M) & (lengths[1] > SPIKE_M)
    cosine = (one * two).sum(axis=1) / (lengths[0] * lengths[1])
    sharp = long & (cosine > np.cos(np.radians(SPIKE_DEGREES)))
    return np.unique(rings.shape[ring[sharp]])


def _small_and_many(layer: Layer, area: Floats, edge: Floats, study: Study) -> list[Finding]:
    shapes = layer.frame.geometry.to_numpy()
    dimensions = shapely.get_dimensions(shapes)
    tiny = (dimensions == 2) & (area < TINY_M2)  # noqa: PLR2004 - polygons
    tiny |= (dimensions == 1) & (edge < TINY_M)
    rows = np.flatnonzero(tiny)
    found = _at("geometry.tiny", layer, rows, study, each(len(rows), Text("面积或长度极小", "is tiny")))
    several = int((shapely.get_num_geometries(shapes) > 1).sum())
    if several:
        message = Text(
            f"{layer.kind}：{several} 个要素由多个部分组成",
            f"{layer.kind}: {several} features have several parts",
        )
        found.append(finding("geometry.multipart", message, layer=layer.kind.value))
    return found


def _at(code: str, layer: Layer, rows: NDArray[np.intp], study: Study, said: list[Text]) -> list[Finding]:
    chosen = layer.frame.iloc[rows]
    shapes = chosen.geometry.to_numpy()
    return located(code, layer.kind.value, chosen["id"].to_numpy(), shapes, study.crs, said)
