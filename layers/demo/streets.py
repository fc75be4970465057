"""The walking network: arterials, local streets, lanes and paths, joined only where one can turn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.spatial import cKDTree

from geo import robust
from layers.demo.blocks import Kind, parted
from layers.demo.cut import cut_at

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from layers.demo.blocks import Blocks, Warp
    from layers.demo.ground import Ground

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]
    Shapes = NDArray[np.object_]

ARTERIAL, LOCAL, PATH = 0, 1, 2
_QUAY_M, _ABUTMENT_M = 15.0, 26.0
# Chance that an inner street, and that its last piece to the arterial, is there; by kind of superblock.
_INNER = np.array([0.0, 0.95, 0.90, 0.84, 0.92, 0.97, 0.8, 0.85])
_STUB = np.array([0.0, 1.0, 0.30, 0.55, 0.75, 1.0, 0.45, 0.12])
_RURAL_EVERY = 3
# Share of the arterials at the water that a bridge leads across.
_BRIDGED = 0.72
_LONGEST_FOOTBRIDGE_M = 260.0


@dataclass(eq=False)
class Streets:
    """Edges of the network; ``level`` is above 0 on bridges; ``line`` names the arterial an edge is of."""

    shape: Shapes
    rank: Ints
    level: Ints
    foot: Bools
    line: Ints
    quay: Shapes = field(default_factory=lambda: np.empty(0, object))

    def add(self, shapes: list[shapely.LineString], rank: int, level: int = 0) -> None:
        """Add edges of one sort."""
        self.add_edges([(shape, rank, level, -1) for shape in shapes])

    def add_edges(self, edges: list[tuple[shapely.LineString, int, int, int]]) -> None:
        """Add edges with their rank, level and arterial."""
        new = np.empty(len(edges), object)
        new[:] = [edge[0] for edge in edges]
        rest = np.array([edge[1:] for edge in edges], np.int64).reshape(-1, 3)
        self.shape = np.concatenate([self.shape, new])
        self.rank = np.concatenate([self.rank, rest[:, 0]])
        self.level = np.concatenate([self.level, rest[:, 1]])
        self.foot = np.concatenate([self.foot, np.ones(len(edges), bool)])
        self.line = np.concatenate([self.line, rest[:, 2]])


@dataclass(frozen=True, eq=False)
class _Edges:
    """Straight edges of the pattern's plane: ends (n, 4), rank, whether walkers may use it, arterial."""

    ends: Floats
    rank: Ints
    foot: Bools
    line: Ints


def make_streets(ground: Ground, blocks: Blocks, dry: BaseGeometry, rng: np.random.Generator) -> Streets:
    """Build the network, end it at the water, and lead it across on a few bridges."""
    inner, ports = _inner(blocks, ground.settings.paths, rng)
    shapely.prepare(dry)
    arterials = _arterials(ground, blocks, ports, dry)
    edges = _Edges(
        np.concatenate([arterials.ends, inner.ends]),
        np.concatenate([arterials.rank, inner.rank]),
        np.concatenate([arterials.foot, inner.foot]),
        np.concatenate([arterials.line, inner.line]),
    )
    shape = _bend(blocks.warp, edges.ends)
    level = np.zeros(len(shape), np.int64)
    streets = _at_water(ground, Streets(shape, edges.rank, level, edges.foot, edges.line), dry, rng)
    streets.add(_footbridges(ground, blocks, streets), PATH, 1)
    return streets


def nodes(streets: Streets) -> Floats:
    """Give the ends of all edges at ground level."""
    flat = streets.shape[streets.level == 0]
    both = np.concatenate([shapely.get_point(flat, 0), shapely.get_point(flat, -1)])
    x, y = shapely.get_coordinates(both).T
    place = np.unique(x + 1j * y)
    return np.stack([place.real, place.imag], 1)


def _footbridges(ground: Ground, blocks: Blocks, streets: Streets) -> list[shapely.LineString]:
    """Span a few arterials of the centre from corner to corner, and the river once, for walkers only."""
    ends = nodes(streets)
    tree = cKDTree(ends)
    spans = []
    lattice = {(int(i), int(j)): n for n, (i, j) in enumerate(zip(blocks.i, blocks.j, strict=True))}
    for (i, j), n in lattice.items():
        other = lattice.get((i + 1, j))
        if other is None or (i + j) % 3 or not blocks.kind[i, j] == blocks.kind[i + 1, j] == Kind.CENTRE:
            continue
        u = [blocks.u[i] + blocks.cuts_u[n][-2] * (blocks.u[i + 1] - blocks.u[i]),
             blocks.u[i + 1] + blocks.cuts_u[other][1] * (blocks.u[i + 2] - blocks.u[i + 1])]  # fmt: skip
        v = [blocks.v[j] + blocks.cuts_v[k][1] * (blocks.v[j + 1] - blocks.v[j]) for k in (n, other)]
        away, at = tree.query(blocks.warp(np.array(u), np.array(v)))
        if float(np.max(away)) < 0.5:
            spans.append(shapely.LineString(ends[at]))
    spans = spans[:6]
    river = ground.terrain.river
    for share in (0.56, 0.6, 0.64, 0.68, 0.72):
        middle, ahead = (np.array(river.interpolate(share * river.length + d).coords[0]) for d in (0.0, 10.0))
        side = (ends - middle) @ np.array([-(ahead - middle)[1], (ahead - middle)[0]])
        near = np.sqrt(((ends - middle) ** 2).sum(1))
        left, right = (int(np.where(there, near, np.inf).argmin()) for there in (side > 0, side < 0))
        span = shapely.LineString(ends[[left, right]])
        if span.length < _LONGEST_FOOTBRIDGE_M and span.crosses(ground.river):
            return [*spans, span]
    return spans


def _inner(blocks: Blocks, paths: tuple[int, ...], rng: np.random.Generator) -> tuple[_Edges, Floats]:
    """Streets and paths in superblocks, and where they meet arterials (vertical?, line, place along it)."""
    ends, rank, foot, ports = [], [], [], []
    for n, (cu, cv) in enumerate(zip(blocks.cuts_u, blocks.cuts_v, strict=True)):
        i, j = blocks.i[n], blocks.j[n]
        kind = blocks.kind[i, j]
        parts = paths[kind]
        u = blocks.u[i] + parted(cu, parts) * (blocks.u[i + 1] - blocks.u[i])
        v = blocks.v[j] + parted(cv, parts) * (blocks.v[j + 1] - blocks.v[j])
        street = np.concatenate([_streets_of(u, v, parts), _streets_of(v, u, parts)])
        here = np.concatenate([_columns(u, v), _columns(v, u)[:, [1, 0, 3, 2]]])
        stub_low = (here[:, 0] == u[0]) | (here[:, 1] == v[0])
        stub_high = (here[:, 2] == u[-1]) | (here[:, 3] == v[-1])
        stub = stub_low | stub_high
        draw = rng.uniform(size=len(here))
        keep = draw < np.where(stub, _STUB[kind], _INNER[kind])
        gates = np.flatnonzero(stub)
        if len(gates) and _STUB[kind] < 1.0:
            keep[gates[np.argsort(draw[gates])[:2]]] = True
        here, low, high = here[keep], stub_low[keep], stub_high[keep]
        ends.append(here)
        local = street[keep] & (kind in (Kind.GRID, Kind.CENTRE, Kind.INDUSTRY))
        rank.append(np.where(local, LOCAL, PATH))
        foot.append(np.full(len(here), kind != Kind.CAMPUS))
        for at, sign in ((here[low][:, :2], 0), (here[high][:, 2:], 1)):
            on_u = np.isclose(at[:, 0], u[-sign])
            ports.append(np.stack([on_u, np.where(on_u, i + sign, j + sign),
                                   np.where(on_u, at[:, 1], at[:, 0])], 1))  # fmt: skip
    table = np.concatenate(ends)
    return (
        _Edges(table, np.concatenate(rank), np.concatenate(foot), np.full(len(table), -1)),
        np.concatenate(ports),
    )


def _columns(u: Floats, v: Floats) -> Floats:
    """Give the pieces of the inner lines of constant u."""
    a, b = np.divmod(np.arange((len(u) - 2) * (len(v) - 1)), len(v) - 1)
    return np.stack([u[a + 1], v[b], u[a + 1], v[b + 1]], 1)


def _streets_of(u: Floats, v: Floats, parts: int) -> Bools:
    """Tell which of those pieces lie on streets; the others are footpaths between streets."""
    return np.repeat(np.arange(1, len(u) - 1) % parts == 0, len(v) - 1)


def _arterials(ground: Ground, blocks: Blocks, ports: Floats, dry: BaseGeometry) -> _Edges:
    ends, line, country = [], [], []
    built = blocks.built
    for vertical in (True, False):
        own, other = (blocks.u, blocks.v) if vertical else (blocks.v, blocks.u)
        grid = built if vertical else built.T
        side = np.zeros((len(own), len(other) - 1), bool)
        side[:-1] |= grid
        side[1:] |= grid
        rural = np.zeros_like(side)
        rural[_RURAL_EVERY::_RURAL_EVERY] = True
        for n in range(len(own)):
            mine = ports[(ports[:, 0] == vertical) & (ports[:, 1] == n), 2]
            at = np.unique(np.concatenate([mine, other]))
            fixed = np.full(len(at), own[n])
            place = blocks.warp(fixed, at) if vertical else blocks.warp(at, fixed)
            here = shapely.contains_xy(dry, place[:, 0], place[:, 1])
            at, place = at[here], place[here]
            if len(at) < 2:
                continue
            first = np.clip(np.searchsorted(other, at[:-1], "right") - 1, 0, side.shape[1] - 1)
            last = np.clip(np.searchsorted(other, at[1:], "left") - 1, 0, side.shape[1] - 1)
            steep = ground.terrain.slope.at(
                (place[:-1, 0] + place[1:, 0]) / 2, (place[:-1, 1] + place[1:, 1]) / 2
            )
            nature = ground.nature.at(place[:-1, 0], place[:-1, 1])
            quiet = rural[n, first] & (steep < 0.17) & (at[1:] - at[:-1] < 700.0)
            town = side[n, first] & side[n, last]
            keep = town | (quiet & (nature < ground.red_level))
            country.append(~town[keep])
            fixed = np.full(int(keep.sum()), own[n])
            low, high = at[:-1][keep], at[1:][keep]
            ends.append(np.stack([fixed, low, fixed, high] if vertical else [low, fixed, high, fixed], 1))
            line.append(np.full(len(low), n if vertical else 1_000 + n))
    table, names = np.concatenate(ends), np.concatenate(line)
    kept = _through(table, np.concatenate(country))
    table, names = table[kept], names[kept]
    return _Edges(table, np.full(len(table), ARTERIAL), np.ones(len(table), bool), names)


def _through(ends: Floats, country: Bools) -> Bools:
    """Keep country roads only where they lead from somewhere to somewhere."""
    _, node = np.unique(np.round(ends.reshape(-1, 2), 1), axis=0, return_inverse=True)
    node = node.reshape(-1, 2)
    kept = np.ones(len(ends), bool)
    while True:
        degree = np.bincount(node[kept].ravel(), minlength=int(node.max()) + 1)
        dead = kept & country & (degree[node] < 2).any(1)
        if not dead.any():
            return kept
        kept &= ~dead


def _bend(warp: Warp, ends: Floats) -> Shapes:
    """Bend straight edges onto the ground, with a point at least every 45 m."""
    length = np.abs(ends[:, 2] - ends[:, 0]) + np.abs(ends[:, 3] - ends[:, 1])
    count = np.maximum(2, np.ceil(length / 45.0).astype(np.int64) + 1)
    owner = np.repeat(np.arange(len(ends)), count)
    step = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    t = step / (count[owner] - 1)
    u = np.where(t == 1, ends[owner, 2], ends[owner, 0] + t * (ends[owner, 2] - ends[owner, 0]))
    v = np.where(t == 1, ends[owner, 3], ends[owner, 1] + t * (ends[owner, 3] - ends[owner, 1]))
    return np.asarray(shapely.linestrings(warp(u, v), indices=owner))


def dry_ground(ground: Ground) -> BaseGeometry:
    """Where streets may lie: land, short of the quays."""
    waters = [shapely.buffer(one, _QUAY_M) for one in (ground.river, *ground.streams)]
    waters += [shapely.buffer(one, 40.0) for one in ground.reservoirs]
    near = shapely.intersection(ground.all_land, shapely.buffer(ground.boundary, 2_000.0))
    dry = shapely.difference(shapely.buffer(near, -28.0, quad_segs=4), shapely.union_all(waters))
    return shapely.simplify(dry, 0.5)


def _at_water(ground: Ground, streets: Streets, dry: BaseGeometry, rng: np.random.Generator) -> Streets:
    inside = shapely.covers(dry, streets.shape)
    courses = shapely.union_all([ground.river, *ground.streams])
    shapely.prepare(courses)
    wet = np.flatnonzero(~inside)
    over = shapely.intersects(courses, streets.shape[wet])
    result = Streets(
        streets.shape[inside],
        streets.rank[inside],
        streets.level[inside],
        streets.foot[inside],
        streets.line[inside],
    )
    draw = rng.uniform(size=len(wet))
    abutment = shapely.buffer(courses, _ABUTMENT_M)
    heads: list[shapely.Point] = []
    cut_ends: list[shapely.Point] = []
    edges: list[tuple[shapely.LineString, int, int, int]] = []
    spanned = over & (streets.rank[wet] == ARTERIAL) & (draw < _BRIDGED)
    ashore = robust.apply(shapely.intersection, streets.shape[wet], np.full(len(wet), dry, object), chunk=200)
    for place, crosses, left in zip(wet, spanned, ashore, strict=True):
        rank, line = int(streets.rank[place]), int(streets.line[place])
        parts = _bridge(streets.shape[place], abutment, dry) if crosses else None
        if parts:
            edges += [(parts[0], rank, 0, line), (parts[2], rank, 0, line), (parts[1], rank, 1, line)]
            heads += [shapely.get_point(parts[1], 0), shapely.get_point(parts[1], -1)]
            continue
        kept = [p for p in shapely.get_parts(left) if p.length > 12.0]
        edges += [(part, rank, 0, line) for part in kept]
        cut_ends += [shapely.get_point(p, end) for p in kept for end in (0, -1)]
    result.add_edges(edges)
    _quays(result, dry, cut_ends, heads)
    return result


def _bridge(
    shape: shapely.LineString, abutment: BaseGeometry, dry: BaseGeometry
) -> tuple[shapely.LineString, shapely.LineString, shapely.LineString] | None:
    """Part an arterial into approach, straight bridge and approach; None where it cannot be crossed so."""
    parts = [p for p in shapely.get_parts(shape.difference(abutment)) if p.length > 0]
    if len(parts) != 2 or not all(dry.covers(p) for p in parts):
        return None
    parts.sort(key=lambda p: shape.project(shapely.get_point(p, 0)))
    span = shapely.LineString([parts[0].coords[-1], parts[1].coords[0]])
    return (parts[0], span, parts[1]) if span.length < 330.0 else None


def _quays(
    streets: Streets, dry: BaseGeometry, cut_ends: list[shapely.Point], heads: list[shapely.Point]
) -> None:
    """Join the streets that end at the water by a path along it, which passes under the bridges."""
    rings = shapely.get_parts(shapely.boundary(dry))
    tree = shapely.STRtree(rings)
    away = shapely.distance(rings[tree.nearest(cut_ends)], cut_ends)
    ends = [p for p, d in zip(cut_ends, away, strict=True) if d < 0.01]
    stairs = []
    for head in heads:
        ring = rings[int(tree.nearest(head))]
        foot = ring.interpolate(ring.project(head))
        if foot.distance(head) < 25.0:
            stairs.append(shapely.LineString([head, foot]))
            ends.append(foot)
    streets.add(stairs, PATH)
    owner = tree.nearest(ends)
    pieces: list[shapely.LineString] = []
    for n in np.unique(owner):
        mine = [ends[k] for k in np.flatnonzero(owner == n)]
        pieces += split_ring(rings[n], mine)
    kept = [piece for piece in pieces if 0.5 < piece.length < 1_500.0]
    streets.add(kept, PATH)
    streets.quay = np.array(kept, object)


def split_ring(ring: shapely.LineString, points: list[shapely.Point]) -> list[shapely.LineString]:
    """Cut a closed line at points on it; the pieces end in exactly these points."""
    at = np.asarray(shapely.line_locate_point(ring, points))
    order = np.argsort(at, kind="stable")
    order = order[np.concatenate([[True], np.diff(at[order]) > 0.2])]
    if len(order) < 2:
        return []
    ends = shapely.get_coordinates(np.array(points, object)[order])
    first, *inner, last = [shapely.get_coordinates(piece) for piece in cut_at(ring, at[order])]
    runs = [*inner, np.concatenate([last, first[1:]])]
    pieces = []
    for run, begin, end in zip(runs, ends, np.roll(ends, -1, 0), strict=True):
        whole = np.concatenate([begin[None], run[1:-1], end[None]])
        moves = np.concatenate([(np.diff(whole, axis=0) != 0).any(1), [True]])
        pieces.append(shapely.LineString(whole[moves]))
    return pieces
