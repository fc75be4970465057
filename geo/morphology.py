"""The seven classes of morphological spatial pattern analysis (MSPA) of a binary raster.

After Soille and Vogt (2009): foreground is eight-connected, background four-connected, and every foreground
cell is in exactly one class. With the edge width ``s`` in cells:

core
    further than ``s`` from the background (centre to centre);
islet
    foreground (eight-connected) that holds no core;
edge, perforation
    within ``s`` rows and columns of a core, so that the corner of a block is edge too: perforation where a
    hole inside core and edge is strictly nearer than the background outside, edge elsewhere;
bridge, loop, branch
    what remains, by connected piece: a bridge meets the surroundings of two cores or more, a loop those of
    one core in two places or more, a branch in one place.

A dead end of a bridge counts with the bridge. Masked cells are in no class; neither they nor what lies
beyond the raster count as background, so that a cut forest gets no edge along the cut. The result depends on
cell size times edge width: always report both.

Examples
--------
>>> block = np.zeros((7, 7), dtype=bool)
>>> block[1:6, 1:6] = True
>>> {name: int((mspa(block) == number).sum()) for number, name in enumerate(CLASSES, 1)}
{'core': 9, 'islet': 0, 'perforation': 0, 'edge': 16, 'loop': 0, 'bridge': 0, 'branch': 0}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]

CLASSES = ("core", "islet", "perforation", "edge", "loop", "bridge", "branch")
"""Names of the classes 1 to 7; 0 is no foreground."""
CORE, ISLET, PERFORATION, EDGE, LOOP, BRIDGE, BRANCH = range(1, 8)
_EIGHT = np.ones((3, 3), dtype=bool)
_FOUR = ndimage.generate_binary_structure(2, 1)
_MANY = 2
_NARROW = 3
"""Cells up to which the surroundings of cells are marked rather than measured."""


def mspa(foreground: Mask, edge_cells: float = 1.0, missing: Mask | None = None) -> NDArray[np.uint8]:
    """Class every cell of the foreground.

    Parameters
    ----------
    foreground
        True where the habitat is.
    edge_cells
        Width of the edge in cells, above 0.
    missing
        True where nothing is known.

    Returns
    -------
    Numbers 1 to 7 (see ``CLASSES``), 0 where there is no foreground or nothing is known.
    """
    missing = np.zeros_like(foreground) if missing is None else missing
    foreground = foreground & ~missing
    classes = np.zeros(foreground.shape, dtype=np.uint8)
    if not foreground.any():
        return classes
    core = foreground & ~_within(~foreground & ~missing, edge_cells)
    labels, count = ndimage.label(foreground, _EIGHT)
    with_core = np.zeros(count + 1, dtype=bool)
    with_core[np.unique(labels[core])] = True
    islet = foreground & ~with_core[labels]
    around = foreground & ~core & ~islet & _near(core, edge_cells)
    classes[islet] = ISLET
    classes[core] = CORE
    classes[around] = EDGE
    classes[_perforated(core | around, around, missing, edge_cells)] = PERFORATION
    _connectors(classes, core, around, foreground & (classes == 0))
    return classes


def _within(of: Mask, cells: float) -> Mask:
    """Mark what lies within a distance of a marked cell, centre to centre."""
    if cells > _NARROW:
        return _distance(of) <= cells
    reach = np.arange(-int(cells), int(cells) + 1)
    disc = np.sqrt(reach[:, None] ** 2 + reach**2) <= cells
    return np.asarray(ndimage.binary_dilation(of, disc))


def _distance(of: Mask) -> NDArray[np.float64]:
    """Give the distance to the nearest marked cell, centre to centre; infinite where none is marked."""
    if not of.any():
        return np.full(of.shape, np.inf)
    return np.asarray(ndimage.distance_transform_edt(~of), dtype=np.float64)


def _near(core: Mask, cells: float) -> Mask:
    if not core.any():
        return core
    return np.asarray(ndimage.distance_transform_cdt(~core, "chessboard") <= cells)


def _perforated(solid: Mask, around: Mask, missing: Mask, cells: float) -> Mask:
    """Mark cells around cores that a hole in the solid is nearer to than the outside.

    Holes reach neither border nor unknown.
    """
    labels, count = ndimage.label(~solid, _FOUR)
    open_ = np.zeros(count + 1, dtype=bool)
    rim = (labels[0], labels[-1], labels[:, 0], labels[:, -1], labels[missing])
    open_[np.unique(np.concatenate(rim))] = True
    hole = ~solid & ~open_[labels]
    outside = ~solid & ~hole & ~missing
    if cells > _NARROW:
        return around & (_distance(hole) < _distance(outside))
    found = np.zeros_like(around)
    found[around] = _first_met(around, hole, outside, int(cells))
    return found


def _first_met(around: Mask, hole: Mask, outside: Mask, reach: int) -> Mask:
    """Tell of each cell around whether a hole is strictly nearer; one of the two is within reach.

    What is no core has background within the edge's width, and background is in a hole or outside.
    """
    across = hole.shape[1] + 2 * reach
    holes, others = (np.pad(one, reach).ravel() for one in (hole, outside))
    row, column = np.nonzero(around)
    place = (row + reach) * across + column + reach
    offsets = np.mgrid[-reach : reach + 1, -reach : reach + 1].reshape(2, -1).T
    square = (offsets**2).sum(axis=1)
    found, open_ = np.zeros(len(place), bool), np.arange(len(place))
    for distance in np.unique(square):
        steps = offsets[square == distance] @ [across, 1]
        met, left = (np.zeros(len(open_), bool) for _ in range(2))
        for step in steps:
            met |= holes[place[open_] + step]
            left |= others[place[open_] + step]
        found[open_[met & ~left]] = True
        open_ = open_[~(met | left)]
    return found


def _connectors(classes: NDArray[np.uint8], core: Mask, around: Mask, rest: Mask) -> None:
    """Class the connected pieces of what is neither core nor its surroundings, by what they meet."""
    pieces, count = ndimage.label(rest, _EIGHT)
    if not count:
        return
    core_labels, _ = ndimage.label(core, _EIGHT)
    nearest: Any = ndimage.distance_transform_edt(~core, return_distances=False, return_indices=True)
    owner = core_labels[tuple(nearest)]
    for number, box in enumerate(ndimage.find_objects(pieces), 1):
        wide = tuple(slice(max(part.start - 1, 0), part.stop + 1) for part in box)
        piece = pieces[wide] == number
        meets = ndimage.binary_dilation(piece, _EIGHT) & around[wide]
        cores = np.unique(owner[wide][meets])
        places = ndimage.label(meets, _EIGHT)[1]
        kind = BRIDGE if len(cores) >= _MANY else LOOP if places >= _MANY else BRANCH
        classes[wide][piece] = kind
