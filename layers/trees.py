"""Trees of the shapes of layers, made once for all rules that look for neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import shapely

if TYPE_CHECKING:
    from layers.study import Layer

_kept: WeakKeyDictionary[Layer, shapely.STRtree] = WeakKeyDictionary()


def tree_of(layer: Layer) -> shapely.STRtree:
    """Give the tree of a layer's shapes, in the order of its rows."""
    if layer not in _kept:
        _kept[layer] = shapely.STRtree(layer.frame.geometry.to_numpy())
    return _kept[layer]


def forget_trees() -> None:
    """Let go of all trees, which hold much memory."""
    _kept.clear()
