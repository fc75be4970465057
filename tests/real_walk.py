"""The walk to a park, the slow way: streets as beads 2 m apart, one search over all beads.

Reads nothing of the program but the imported layers; shares no code with it.
"""

from __future__ import annotations

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import KDTree

STEP_M = 2.0
LIMIT_M, ACCESS_M, NEAR_EDGE_M, OUTLINE_M = 300.0, 100.0, 30.0, 1.0


class Beads:
    """Streets cut into beads; beads at shared street ends are one."""

    def __init__(self, streets, parks):
        self.streets, self.parks = np.asarray(streets), np.asarray(parks)
        dense = shapely.segmentize(self.streets, STEP_M)
        points, self.owner = shapely.get_coordinates(dense, return_index=True)
        first = np.r_[True, self.owner[1:] != self.owner[:-1]]
        last = np.r_[self.owner[1:] != self.owner[:-1], True]
        self.bead = np.arange(len(points))
        ends = np.flatnonzero(first | last)
        _, where, same = np.unique(np.round(points[ends], 4), axis=0, return_index=True, return_inverse=True)
        self.bead[ends] = ends[where[same]]
        a, b = self.bead[:-1][~first[1:]], self.bead[1:][~first[1:]]
        length = np.hypot(*(points[1:] - points[:-1])[~first[1:]].T)
        self.points = points
        self.links = (a, b, length)
        self.tree = KDTree(points)
        self.crossed = self._crossings()
        self.inferred = self._outlines()

    def _crossings(self) -> dict[int, np.ndarray]:
        """Beads next to every place where a street meets a park's edge, by park."""
        found = {}
        index = shapely.STRtree(self.streets)
        for park, shape in enumerate(self.parks):
            edge = shapely.boundary(shape)
            near = index.query(edge, predicate="intersects")
            meeting = shapely.segmentize(shapely.intersection(self.streets[near], edge), STEP_M)
            spots, whose = shapely.get_coordinates(meeting, return_index=True)
            beads = [self._nearest(near[k], spot) for k, spot in zip(whose, spots, strict=True)]
            if beads:
                found[park] = np.unique(beads)
        return found

    def _nearest(self, street, spot):
        low, high = np.searchsorted(self.owner, [street, street + 1])
        return low + np.argmin(np.hypot(*(self.points[low:high] - spot).T))

    def _outlines(self) -> tuple[np.ndarray, np.ndarray]:
        """Beads within 30 m of the edge of a park that no street meets, and how far from it."""
        unmet = sorted(set(range(len(self.parks))) - set(self.crossed))
        edges = shapely.segmentize(shapely.boundary(self.parks[unmet]), OUTLINE_M)
        if not unmet:
            return np.array([], dtype=int), np.array([])
        outline = KDTree(shapely.get_coordinates(edges))
        away, _ = outline.query(self.points, distance_upper_bound=NEAR_EDGE_M)
        beads = np.flatnonzero(np.isfinite(away))
        return beads, away[beads]

    def distances(self, seeds, costs=None) -> np.ndarray:
        """Least way from every bead to a seed, within the limit; infinite beyond."""
        count = len(self.points)
        costs = np.zeros(len(seeds)) if costs is None else costs
        a, b, length = self.links
        order = np.lexsort((costs, self.bead[seeds]))
        heads, first = np.unique(self.bead[seeds][order], return_index=True)
        rows = np.r_[a, b, np.full(len(heads), count)]
        columns = np.r_[b, a, heads]
        weights = np.r_[length, length, np.maximum(costs[order][first], 1e-9)]
        keep = np.lexsort((weights, columns, rows))
        pairs = np.stack([rows[keep], columns[keep]], 1)
        single = np.r_[True, (pairs[1:] != pairs[:-1]).any(axis=1)]
        graph = coo_array(
            (weights[keep][single], (pairs[single, 0], pairs[single, 1])), shape=(count + 1, count + 1)
        )
        return dijkstra(graph.tocsr(), indices=count, limit=LIMIT_M + 10)[self.bead]

    def to_crossed(self, places) -> np.ndarray:
        """Least walk from places to a park that streets meet; inside a park nothing is walked to itself."""
        seeds = np.unique(np.concatenate([*self.crossed.values()]))
        inside = shapely.STRtree(self.parks).query(shapely.points(self.points), predicate="within")
        in_park = np.zeros(len(self.points), dtype=bool)
        in_park[inside[0]] = True
        way = self.distances(seeds)
        outside = self._walks(places, np.where(in_park, np.inf, way))
        anywhere = self._walks(places, way)
        for one in np.flatnonzero((outside > LIMIT_M) & (anywhere <= LIMIT_M)):
            outside[one] = self._leaving_parks(places[one], inside)
        return outside

    def _leaving_parks(self, place, inside) -> float:
        """Walk of one place near beads inside parks: towards each park from the beads outside it."""
        near = np.array(self.tree.query_ball_point(place, ACCESS_M))
        around = np.unique(inside[1][np.isin(inside[0], near)])
        others = [beads for park, beads in self.crossed.items() if park not in around]
        best = self._walks([place], self.distances(np.unique(np.concatenate(others))))[0]
        for park in around:
            if park in self.crossed:
                way = self.distances(self.crossed[park])
                way[inside[0][inside[1] == park]] = np.inf
                best = min(best, self._walks([place], way)[0])
        return best

    def to_inferred(self, places) -> np.ndarray:
        """Least walk from places to a park that no street meets, entered anywhere along its edge."""
        beads, costs = self.inferred
        return self._walks(places, self.distances(beads, costs))

    def _walks(self, places, way) -> np.ndarray:
        best = np.full(len(places), np.inf)
        for k, near in enumerate(self.tree.query_ball_point(places, ACCESS_M)):
            if near:
                straight = np.hypot(*(self.points[near] - places[k]).T)
                best[k] = (straight + way[near]).min()
        return best
