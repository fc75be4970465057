"""Slow and plain ways to the same answers: one search per area with a heap, one raster cell at a time."""

from __future__ import annotations

import heapq
from collections import defaultdict

import numpy as np
import shapely


def key(point):
    return (round(point[0], 6), round(point[1], 6))


def random_streets(rng, n=5, spacing=60.0, keep=0.75):
    """An irregular grid with missing streets, bent edges and dead ends; joined at shared ends."""
    xy = np.stack(np.meshgrid(np.arange(n), np.arange(n), indexing="ij"), -1) * spacing
    xy = xy + rng.uniform(-18, 18, xy.shape)
    lines = []
    for i in range(n):
        for j in range(n):
            for k, m in ((i + 1, j), (i, j + 1)):
                if k < n and m < n and rng.random() < keep:
                    middle = (xy[i, j] + xy[k, m]) / 2 + rng.uniform(-6, 6, 2)
                    lines.append(shapely.LineString([xy[i, j], middle, xy[k, m]]))
    return lines


def random_areas(rng, count, size, extent):
    shapes = []
    for _ in range(count):
        x, y = rng.uniform(0, extent, 2)
        angle = np.sort(rng.uniform(0, 2 * np.pi, 7))
        radius = rng.uniform(0.5, 1.0, 7) * size
        ring = np.column_stack([x + radius * np.cos(angle), y + radius * np.sin(angle)])
        shapes.append(shapely.make_valid(shapely.Polygon(ring)).buffer(0))
    return shapes


def dijkstra_plain(graph, sources):
    best = dict(sources)
    heap = [(cost, node) for node, cost in sources.items()]
    heapq.heapify(heap)
    while heap:
        cost, node = heapq.heappop(heap)
        if cost > best.get(node, np.inf):
            continue
        for other, length in graph[node]:
            if cost + length < best.get(other, np.inf):
                best[other] = cost + length
                heapq.heappush(heap, (cost + length, other))
    return best


class OneArea:
    """The streets outside one area as a graph, with distances to the area's entrances."""

    def __init__(self, lines, area, gates=(), join_m=30.0):
        self.pieces, owner = [], []
        for k, line in enumerate(lines):
            for part in shapely.get_parts(shapely.difference(line, area)):
                if not part.is_empty:
                    self.pieces.append(part)
                    owner.append(k)
        seeds = []
        if gates:
            for gate in gates:
                for k in sorted(set(owner)):
                    own = [piece for piece, o in zip(self.pieces, owner, strict=True) if o == k]
                    piece = min(own, key=gate.distance)
                    if piece.distance(gate) <= join_m:
                        seeds.append((piece, piece.project(gate), piece.distance(gate)))
        else:
            for line in lines:
                common = shapely.intersection(line, area.boundary)
                for point in shapely.get_parts(common):
                    for piece in self.pieces:
                        if piece.distance(point) < 1e-6:
                            seeds.append((piece, piece.project(point), 0.0))
        cut = defaultdict(set)
        for piece, along, _ in seeds:
            cut[id(piece)].add(along)
        graph, sources, self.segments = defaultdict(list), {}, []
        for piece in self.pieces:
            marks = sorted({0.0, piece.length, *cut[id(piece)]})
            names = [
                key(piece.coords[0])
                if m == 0
                else key(piece.coords[-1])
                if m == piece.length
                else (id(piece), m)
                for m in marks
            ]
            for a, b, m, n in zip(names, names[1:], marks, marks[1:], strict=False):
                graph[a].append((b, n - m))
                graph[b].append((a, n - m))
                self.segments.append((piece, m, n, a, b))
            for p, along, cost in seeds:
                if p is piece:
                    name = names[marks.index(along)]
                    sources[name] = min(sources.get(name, np.inf), cost)
        self.sources = sources
        self.seeds = seeds
        self.node_m = dijkstra_plain(graph, sources)

    def distance(self, point):
        """Distance of a point lying on a street; inf inside the area."""
        best = np.inf
        for piece, m, n, a, b in self.segments:
            if piece.distance(point) < 1e-6:
                at = piece.project(point)
                if m - 1e-6 <= at <= n + 1e-6:
                    da, db = self.node_m.get(a, np.inf), self.node_m.get(b, np.inf)
                    best = min(best, da + at - m, db + n - at)
        return best

    def samples(self, step=1.0):
        """Positions along the streets with their distances."""
        rows = []
        for piece, m, n, a, b in self.segments:
            da, db = self.node_m.get(a, np.inf), self.node_m.get(b, np.inf)
            for at in np.append(np.arange(m, n, step), n):
                d = min(da + at - m, db + n - at)
                if np.isfinite(d):
                    q = piece.interpolate(at)
                    rows.append((q.x, q.y, d))
        return np.array(rows).reshape(-1, 3)


def covered_cells(samples, limit_m, access_m, bounds, cell=1.0):
    """Centres of cells from which some sampled position is near enough; True where covered."""
    xs = np.arange(bounds[0] + cell / 2, bounds[2], cell)
    ys = np.arange(bounds[1] + cell / 2, bounds[3], cell)
    covered = np.zeros((len(xs), len(ys)), bool)
    for x, y, d in samples[samples[:, 2] <= limit_m]:
        radius = min(access_m, limit_m - d)
        i = slice(*np.searchsorted(xs, [x - radius, x + radius]))
        j = slice(*np.searchsorted(ys, [y - radius, y + radius]))
        covered[i, j] |= (xs[i, None] - x) ** 2 + (ys[None, j] - y) ** 2 <= radius**2
    return xs, ys, covered
