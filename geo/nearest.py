"""How far points are from the nearest of very many others, up to a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import KDTree

from geo.feature_cells import may_be_near
from geo.threads import threads

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def tree_of(places: Floats) -> KDTree | None:
    """Make a tree that is quick to make, for points sought up to a distance; none for no places."""
    return KDTree(places, leafsize=32, compact_nodes=False, balanced_tree=False) if len(places) else None


def away_from(tree: KDTree | None, points: Floats, within_m: float) -> Floats:
    """Distance of each point to the nearest of the places in a tree; inf beyond a limit.

    Examples
    --------
    >>> tree = tree_of(np.array([[0.0, 0.0], [9.0, 0.0]]))
    >>> away_from(tree, np.array([[3.0, 4.0], [50.0, 0.0]]), 10).tolist()
    [5.0, inf]
    """
    if tree is None or not len(points):
        return np.full(len(points), np.inf)
    if len(points) > len(tree.data):
        away, close = np.full(len(points), np.inf), may_be_near(points, tree.data, within_m)
        away[close] = tree.query(points[close], distance_upper_bound=within_m, workers=threads())[0]
        return away
    return np.asarray(tree.query(points, distance_upper_bound=within_m, workers=threads())[0], np.float64)
