"""Ground that two shapes of one layer both claim, found once for the rules and the measures that ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
import shapely

from geo.overlap_areas import overlap_areas
from geo.robust import apply
from layers.kinds import LayerKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from layers.study import Layer, Study

    Rows = NDArray[np.intp]
    Shapes = NDArray[np.object_]

TOUCH_M2 = 1e-6
"""What rounding can make of two shapes that only touch."""
_COUNTERPARTS = {
    LayerKind.RED_LINE_BASELINE: LayerKind.RED_LINE,
    LayerKind.LAND_USE_BASELINE: LayerKind.LAND_USE,
}
"""Kinds that repeat most shapes of another date."""


@dataclass(frozen=True, eq=False)
class Overlaps:
    """Pairs of shapes (by row, the lower first, in order) that share ground, and how much, in the plane."""

    one: Rows
    two: Rows
    area_m2: NDArray[np.float64]


_kept: WeakKeyDictionary[Layer, Overlaps] = WeakKeyDictionary()


def overlaps_within(study: Study, kind: LayerKind) -> Overlaps:
    """Give the overlaps within a layer of a study; they are kept as long as the layer lives."""
    layer = study.layers[kind]
    if layer not in _kept:
        counterpart = _COUNTERPARTS.get(kind)
        if counterpart is not None and counterpart in study.layers:
            other = study.frame(counterpart).geometry.to_numpy()
            _kept[layer] = _as_at_another_date(_shapes(layer), other, overlaps_within(study, counterpart))
        else:
            _kept[layer] = overlaps_of(_shapes(layer))
    return _kept[layer]


def overlaps_of(shapes: Shapes) -> Overlaps:
    """Find the overlaps of polygons.

    Examples
    --------
    >>> squares = [shapely.box(0, 0, 4, 4), shapely.box(3, 0, 9, 4), shapely.box(9, 0, 10, 4)]
    >>> found = overlaps_of(np.array(squares))
    >>> found.one.tolist(), found.two.tolist(), found.area_m2.tolist()
    ([0], [1], [4.0])
    """
    return _measured(shapes, *_neighbours(shapes))


def shared_areas(shapes: Shapes, one: Rows, two: Rows) -> NDArray[np.float64]:
    """Give the area that each pair of polygons ``shapes[one], shapes[two]`` shares, large ones too."""
    area = overlap_areas(shapes, one, two)
    large = np.flatnonzero(np.isnan(area))
    area[large] = 0.0
    large = large[shapely.intersects(shapes[one[large]], shapes[two[large]])]
    area[large] = shapely.area(apply(shapely.intersection, shapes[one[large]], shapes[two[large]], chunk=500))
    return area


def forget_overlaps() -> None:
    """Let go of what is kept."""
    _kept.clear()


def _shapes(layer: Layer) -> Shapes:
    return np.asarray(layer.frame.geometry.to_numpy(), dtype=object)


def _neighbours(shapes: Shapes) -> tuple[Rows, Rows]:
    one, two = shapely.STRtree(shapes).query(shapes)
    pairs = one < two
    return one[pairs], two[pairs]


def _measured(shapes: Shapes, one: Rows, two: Rows) -> Overlaps:
    area = shared_areas(shapes, one, two)
    rows = np.flatnonzero(area > TOUCH_M2)
    rows = rows[np.lexsort([two[rows], one[rows]])]
    return Overlaps(one[rows], two[rows], area[rows])


def _as_at_another_date(shapes: Shapes, others: Shapes, known: Overlaps) -> Overlaps:
    """Find the overlaps; pairs that another layer holds just so are taken from there."""
    row = _rows_of(shapes, others)
    if np.array_equal(row, np.arange(len(others))):  # nothing has changed
        return known
    one, two = _neighbours(shapes)
    new = (row[one] < 0) | (row[one] >= row[two])
    found = _measured(shapes, one[new], two[new])
    one, two = one[~new], two[~new]
    keys, wanted = known.one * len(others) + known.two, row[one] * len(others) + row[two]
    place = np.searchsorted(keys, wanted)
    held = np.flatnonzero(np.r_[keys, -1][place] == wanted)
    one, two = np.r_[found.one, one[held]], np.r_[found.two, two[held]]
    area = np.r_[found.area_m2, known.area_m2[place[held]]]
    order = np.lexsort([two, one])
    return Overlaps(one[order], two[order], area[order])


def _rows_of(shapes: Shapes, others: Shapes) -> Rows:
    """Give for each shape the row of an equal one among others, -1 where there is none."""
    row = np.arange(len(shapes))
    common = min(len(shapes), len(others))
    moved = np.ones(len(shapes), bool)
    moved[:common] = ~shapely.equals_identical(shapes[:common], others[:common])
    if moved.any():
        place = {key: i for i, key in enumerate(shapely.to_wkb(others))}
        row[moved] = [place.get(key, -1) for key in shapely.to_wkb(shapes[moved])]
    return row
