"""Areas of a layer whose shapes overlap, each place once, without cutting the overlaps out of the shapes.

For a figure alone: what a shape loses to those before it is taken off its area. Shapes to be shown are made
by ``analyses.areas.once``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.sparse import csr_array

from analyses.areas import pieces
from analyses.kept import forgotten_after_measuring
from geo.big_shapes import near_parts
from geo.ranges import spread_ranges
from geo.robust import UNCHANGED, apply, bags, union_each
from layers.overlaps import forget_overlaps, overlaps_within

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from layers.kinds import LayerKind
    from layers.study import Study

    Rows = NDArray[np.intp]
    Shapes = NDArray[np.object_]

forgotten_after_measuring(forget_overlaps)


@dataclass(frozen=True, eq=False)
class _Claims:
    """Overlaps: the row that loses the ground, in order, the one that keeps it, how much it is in the plane.

    ``crowded`` marks those that may share ground with another one of the same loser.
    """

    loser: Rows
    winner: Rows
    area: NDArray[np.float64]
    crowded: NDArray[np.bool_]


def areas_once(study: Study, kind: LayerKind, region: BaseGeometry) -> gpd.GeoDataFrame:
    """Give the ``pieces`` of a layer with areas that count each place once, for the first feature by id.

    Geometries are those of the features, overlaps and all; a piece that others hold whole is left out.
    """
    frame = study.frame(kind)
    cut = pieces(study, frame.assign(row=np.arange(len(frame))), region)
    claims = _claims(study, kind)
    shape = np.asarray(frame.geometry.to_numpy(), dtype=object)
    piece, row = np.asarray(cut.geometry.to_numpy(), dtype=object), cut["row"].to_numpy()
    plane, full = shapely.area(piece), shapely.area(shape)
    entire = np.abs(plane - full[row]) <= UNCHANGED * full[row]
    own = cut["area_m2"].to_numpy(copy=True)
    lost = np.bincount(claims.loser, np.where(claims.crowded, 0.0, claims.area), minlength=len(frame))[row]
    lost = np.where(entire, lost, 0.0) + _held(piece, row, entire, claims, shape)
    left = own * (1 - np.divide(lost, plane, out=np.zeros(len(own)), where=plane > 0))
    cut["area_m2"] = left
    kept: gpd.GeoDataFrame = cut.loc[left > UNCHANGED * own].drop(columns="row")
    return kept


def _claims(study: Study, kind: LayerKind) -> _Claims:
    found = overlaps_within(study, kind)
    order = study.frame(kind)["id"].reset_index(drop=True).sort_values(kind="stable").index.to_numpy()
    rank = np.empty(len(order), np.intp)
    rank[order] = np.arange(len(order))
    loser = np.where(rank[found.one] > rank[found.two], found.one, found.two)
    sort = np.lexsort([found.one + found.two - loser, loser])
    loser, winner = loser[sort], (found.one + found.two - loser)[sort]
    lost = csr_array((np.ones(len(sort), np.int32), (loser, winner)), shape=(len(rank), len(rank)))
    rivals = (lost @ (lost + lost.T)).multiply(lost).tocoo()  # that overlap another who takes from the same
    crowded = np.isin(loser * len(rank) + winner, rivals.row * np.intp(len(rank)) + rivals.col)
    return _Claims(loser, winner, found.area_m2[sort], crowded)


def _held(
    piece: Shapes, row: Rows, entire: NDArray[np.bool_], claims: _Claims, shape: Shapes
) -> NDArray[np.float64]:
    """Give how much of pieces others hold, in the plane; of entire shapes what crowded ones hold."""
    first, last = np.searchsorted(claims.loser, row), np.searchsorted(claims.loser, row, side="right")
    which, claim = spread_ranges(first, last)
    open_ = claims.crowded[claim] | ~entire[which]
    which, near = which[open_], shape[claims.winner[claim[open_]]]
    meet = shapely.intersects(piece[which], near)
    which, near = which[meet], near[meet]
    held = np.zeros(len(row))
    some, group = np.unique(which, return_inverse=True)
    if len(some):
        taken = apply(union_each, bags(near_parts(near, piece[which]), group))
        common = apply(shapely.intersection, piece[some], taken)
        held[some] = shapely.area(common)
    return held
