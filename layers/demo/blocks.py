"""The pattern of the city: superblocks between arterials, cut into cells by the streets inside.

The pattern is straight in its own plane (u, v) and bent onto the ground by a smooth warp, so that streets,
plots and buildings share their edges exactly wherever they meet.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
import shapely

from layers.demo.noise import Noise

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from layers.demo.ground import Ground

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


class Kind(IntEnum):
    """What a superblock is."""

    NONE = 0
    GRID = 1
    GATED = 2
    VILLAGE = 3
    INDUSTRY = 4
    CENTRE = 5
    PARK = 6
    CAMPUS = 7


_KINDS = (Kind.GRID, Kind.GATED, Kind.VILLAGE, Kind.INDUSTRY, Kind.CENTRE, Kind.PARK, Kind.CAMPUS)
# Chances of the kinds above in the middle, in the ring round it and at the edge of the city.
_CHANCES = np.array(
    [
        [0.27, 0.19, 0.02, 0.00, 0.39, 0.05, 0.08],
        [0.22, 0.24, 0.08, 0.21, 0.07, 0.06, 0.12],
        [0.10, 0.13, 0.17, 0.49, 0.02, 0.02, 0.07],
    ]
)
# Width of the cells streets cut a superblock into, and half the width of those streets.
_CELL_M = np.array([1e9, 128.0, 108.0, 62.0, 205.0, 118.0, 160.0, 150.0])
HALF_STREET_M = np.array([0.0, 7.0, 2.5, 2.0, 8.0, 8.0, 0.0, 3.0])
HALF_ARTERIAL_M = 17.0
_HALF_PATH_M = 1.0


@dataclass(frozen=True, eq=False)
class Warp:
    """The bend from the pattern's plane to the ground."""

    noise: Noise
    stretch: float

    def __call__(self, u: Floats, v: Floats) -> Floats:
        """Give ground coordinates, rounded to centimetres, as (..., 2)."""
        wave = 6_400.0
        x = u + 1_150.0 * self.noise.at(u, v, wave) + 120.0 * self.noise.at(u + 5e5, v, 1_900.0)
        y = v + 1_150.0 * self.noise.at(u, v + 5e5, wave) + 120.0 * self.noise.at(u, v - 5e5, 1_900.0)
        return np.asarray(np.round(np.stack([x, y], -1), 2), np.float64)


@dataclass(frozen=True, eq=False)
class Blocks:
    """All superblocks: arterial lines, and per superblock its kind and the cuts inside it (0 to 1)."""

    warp: Warp
    u: Floats
    v: Floats
    kind: Ints
    cuts_u: list[Floats]
    cuts_v: list[Floats]
    i: Ints
    j: Ints

    @property
    def built(self) -> NDArray[np.bool_]:
        """Whether a place in the lattice of superblocks is part of the city."""
        return np.asarray(self.kind > 0)


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of the superblocks, as rectangles of the pattern's plane, arrays of equal length."""

    block: Ints
    kind: Ints
    u0: Floats
    u1: Floats
    v0: Floats
    v1: Floats

    def take(self, keep: NDArray[np.bool_] | Ints) -> Cells:
        """Keep some cells."""
        return Cells(
            self.block[keep], self.kind[keep], self.u0[keep], self.u1[keep], self.v0[keep], self.v1[keep]
        )

    def polygons(self, warp: Warp, shrink_m: float = 0.0, sides: int = 4) -> NDArray[np.object_]:
        """Bend the cells onto the ground."""
        return rectangles(
            warp,
            np.stack([self.u0 + shrink_m, self.v0 + shrink_m, self.u1 - shrink_m, self.v1 - shrink_m], 1),
            sides,
        )


@dataclass(frozen=True, eq=False)
class Lots:
    """What footpaths leave of cells: the rectangles, and the row of the cell each lies in."""

    place: Cells
    cell: Ints


def rectangles(warp: Warp, box: Floats, sides: int = 4) -> NDArray[np.object_]:
    """Bend rectangles (u0, v0, u1, v1) onto the ground, each side in so many steps."""
    t = np.arange(sides) / sides
    zero, one = np.zeros(sides), np.ones(sides)
    s = np.concatenate([t, one, 1.0 - t, zero, [0.0]])
    r = np.concatenate([zero, t, one, 1.0 - t, [0.0]])
    u = box[:, :1] + (box[:, 2:3] - box[:, :1]) * s
    v = box[:, 1:2] + (box[:, 3:4] - box[:, 1:2]) * r
    return np.asarray(shapely.polygons(warp(u, v)))


def make_blocks(ground: Ground, rng: np.random.Generator) -> Blocks:
    """Lay the arterials and decide what stands between them."""
    settings = ground.settings
    warp = Warp(Noise(rng), settings.stretch)
    u = _lines(rng, settings.x0 - 1_500.0, settings.x0 + settings.width_m + 1_500.0)
    v = _lines(rng, settings.y0 - 1_500.0, settings.y0 + settings.height_m + 1_500.0)
    kind = _kinds(ground, rng, warp, u, v)
    i, j = np.nonzero(kind)
    found = kind[i, j]
    cuts_u = _cuts(rng, u[i + 1] - u[i], found)
    cuts_v = _cuts(rng, v[j + 1] - v[j], found)
    return Blocks(warp, u, v, kind, cuts_u, cuts_v, i, j)


def make_cells(blocks: Blocks) -> Cells:
    """Give every cell of every superblock, short of the streets round it."""
    block, rows = [], []
    for n, (cu, cv) in enumerate(zip(blocks.cuts_u, blocks.cuts_v, strict=True)):
        kind = blocks.kind[blocks.i[n], blocks.j[n]]
        half = HALF_STREET_M[kind]
        a = _inset(blocks.u, blocks.i[n], _plots(kind, cu), half)
        b = _inset(blocks.v, blocks.j[n], _plots(kind, cv), half)
        p, q = np.divmod(np.arange(len(a) * len(b)), len(b))
        rows.append(np.stack([a[p, 0], a[p, 1], b[q, 0], b[q, 1]], 1))
        block.append(np.full(len(p), n))
    table = np.concatenate(rows)
    owner = np.concatenate(block)
    return Cells(
        owner,
        blocks.kind[blocks.i[owner], blocks.j[owner]],
        table[:, 0], table[:, 1], table[:, 2], table[:, 3],
    )  # fmt: skip


def parted(cuts: Floats, parts: int) -> Floats:
    """Cut each stretch between two cuts into equal parts.

    Examples
    --------
    >>> parted(np.array([0.0, 0.5, 1.0]), 2).tolist()
    [0.0, 0.25, 0.5, 0.75, 1.0]
    """
    count = len(cuts) - 1
    return np.interp(np.arange(count * parts + 1) / parts, np.arange(count + 1), cuts)


def make_lots(blocks: Blocks, cells: Cells, paths: tuple[int, ...]) -> Lots:
    """Give the lots buildings stand on: the cells, or what footpaths leave of them."""
    if max(paths) == 1:
        return Lots(cells, np.arange(len(cells.kind)))
    rows, cell = [], []
    first = 0
    for n, (cu, cv) in enumerate(zip(blocks.cuts_u, blocks.cuts_v, strict=True)):
        kind = blocks.kind[blocks.i[n], blocks.j[n]]
        a, in_a, count_a = _strips(blocks.u, blocks.i[n], kind, cu, paths[kind])
        b, in_b, count_b = _strips(blocks.v, blocks.j[n], kind, cv, paths[kind])
        p, q = np.divmod(np.arange(len(a) * len(b)), len(b))
        rows.append(np.stack([a[p, 0], a[p, 1], b[q, 0], b[q, 1]], 1))
        cell.append(first + in_a[p] * count_b + in_b[q])
        first += count_a * count_b
    table, own = np.concatenate(rows), np.concatenate(cell)
    return Lots(
        Cells(cells.block[own], cells.kind[own], table[:, 0], table[:, 1], table[:, 2], table[:, 3]), own
    )


def _strips(lines: Floats, at: int, kind: int, cuts: Floats, parts: int) -> tuple[Floats, Ints, int]:
    """Give the strips between footpaths, the cell each strip is of, and how many cells there are."""
    cell = _inset(lines, at, _plots(kind, cuts), HALF_STREET_M[kind])
    place = lines[at] + parted(cuts, parts) * (lines[at + 1] - lines[at])
    own = (np.searchsorted(cell[:, 0], (place[1:] + place[:-1]) / 2) - 1).clip(0)
    low, high = place[:-1] + _HALF_PATH_M, place[1:] - _HALF_PATH_M
    strip = np.stack([np.maximum(low, cell[own, 0]), np.minimum(high, cell[own, 1])], 1)
    wide = strip[:, 1] > strip[:, 0]  # beside an arterial nothing may be left of a strip
    return strip[wide], own[wide], len(cell)


def _lines(rng: np.random.Generator, first: float, last: float) -> Floats:
    steps = rng.uniform(360.0, 560.0, int((last - first) / 360.0) + 2)
    at = first + np.concatenate([[0.0], np.cumsum(steps)])
    return np.round(at[at <= last], 1)


def _kinds(ground: Ground, rng: np.random.Generator, warp: Warp, u: Floats, v: Floats) -> Ints:
    middle = warp(
        (u[:-1, None] + u[1:, None]) / 2 + 0 * v[None, :-1],
        (v[None, :-1] + v[None, 1:]) / 2 + 0 * u[:-1, None],
    )
    x, y = middle[..., 0], middle[..., 1]
    dense = ground.urban.at(x, y)
    ring = np.where(dense > 0.62, 0, np.where(dense > 0.26, 1, 2))
    draw = rng.uniform(size=ring.shape)
    pick = (draw[..., None] > np.cumsum(_CHANCES, 1)[ring]).sum(-1).clip(0, len(_KINDS) - 1)
    kind = np.array(_KINDS)[pick]
    corners = warp(u[:, None] + 0 * v[None, :], v[None, :] + 0 * u[:, None])
    wet = ground.terrain.inland.at(corners[..., 0], corners[..., 1]) < 20.0
    wet_count = wet[1:, 1:] * 1 + wet[:-1, 1:] + wet[1:, :-1] + wet[:-1, :-1]
    nature = ground.nature.at(x, y)
    chance = 0.30 + 1.6 * dense
    built = (nature < ground.control_level) & (wet_count < 3) & (rng.uniform(size=ring.shape) < chance)
    near = shapely.buffer(ground.boundary, 700.0)
    shapely.prepare(near)
    mainland = max(shapely.get_parts(ground.all_land), key=lambda part: part.area)
    shapely.prepare(mainland)
    built &= shapely.contains_xy(near, x, y) & shapely.contains_xy(mainland, x, y)
    for water in ground.reservoirs:
        away = shapely.distance(water, shapely.points(x, y))
        built &= away > 450.0
    return np.where(built, kind, 0)


def _cuts(rng: np.random.Generator, length: Floats, kind: Ints) -> list[Floats]:
    count = np.maximum(1, np.round(length / _CELL_M[kind])).astype(np.int64)
    jitter = rng.uniform(-0.16, 0.16, (len(count), int(count.max(initial=1)) + 1))
    result = []
    for n, row in zip(count, jitter, strict=True):
        at = np.arange(n + 1) + row[: n + 1]
        at[0], at[-1] = 0, n
        result.append(np.round(at / n, 3))
    return result


def _plots(kind: int, cuts: Floats) -> Floats:
    """Give the cuts that bound plots: a gated block's inner paths run through its plots."""
    if kind in (Kind.PARK, Kind.CAMPUS):
        return cuts[[0, -1]]
    if kind == Kind.GATED and len(cuts) > 3:
        return cuts[[0, len(cuts) // 2, -1]]
    return cuts


def _inset(lines: Floats, at: int, cuts: Floats, half_m: float) -> Floats:
    place = lines[at] + cuts * (lines[at + 1] - lines[at])
    margin = np.full(len(place), half_m)
    margin[0] = margin[-1] = HALF_ARTERIAL_M
    return np.stack([place[:-1] + margin[:-1], place[1:] - margin[1:]], 1)
