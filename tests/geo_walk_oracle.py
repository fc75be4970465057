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
        outside = {
            k: [p for p in shapely.get_parts(line.difference(area)) if not p.is_empty]
            for k, line in enumerate(lines)
        }
        self.pieces = [piece for some in outside.values() for piece in some]
        if gates:
            seeds = [
                (min(some, key=gate.distance), gate)
                for gate in gates
                for some in outside.values()
                if some and min(gate.distance(piece) for piece in some) <= join_m
            ]
        else:
            crossings = [p for line in lines for p in shapely.get_parts(line.intersection(area.boundary))]
            seeds = [(piece, p) for p in crossings for piece in self.pieces if piece.distance(p) < 1e-6]
        self.seeds = [(piece, piece.project(p), piece.distance(p) if gates else 0.0) for piece, p in seeds]
        self._search()

    def _search(self):
        cut = defaultdict(set)
        for piece, along, _ in self.seeds:
            cut[id(piece)].add(along)
        graph, self.segments, name_of = defaultdict(list), [], {}
        for piece in self.pieces:
            marks = sorted({0.0, piece.length, *cut[id(piece)]})
            names = [(id(piece), mark) for mark in marks]
            names[0], names[-1] = key(piece.coords[0]), key(piece.coords[-1])
            name_of.update({(id(piece), mark): name for mark, name in zip(marks, names, strict=True)})
            for a, b, m, n in zip(names, names[1:], marks, marks[1:], strict=False):
                graph[a].append((b, n - m))
                graph[b].append((a, n - m))
                self.segments.append((piece, m, n, a, b))
        sources = {}
        for piece, along, cost in self.seeds:
            name = name_of[id(piece), along]
            sources[name] = min(sources.get(name, np.inf), cost)
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
