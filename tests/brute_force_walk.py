"""Walk coverage computed the slow way: streets as chains of points half a metre apart, places on a raster.

Shares nothing with the engine: its own graph, its own Dijkstra, its own entrances.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from itertools import pairwise

import numpy as np
import shapely
import shapely.ops
from scipy.spatial import cKDTree

STEP_M = 0.5


def _chains(streets, parks):
    """Cut streets at park outlines and at each other's ends, then set a point every half metre."""
    outlines = shapely.union_all([park.exterior for park in parks])
    pieces = []
    for street in streets:
        crossings = shapely.get_parts(shapely.intersection(street, outlines))
        at = sorted({0.0, street.length} | {street.project(one) for one in crossings if not one.is_empty})
        pieces += [shapely.ops.substring(street, a, b) for a, b in pairwise(at) if b > a]
    return pieces


def _graph(pieces):
    index: dict[tuple[float, float], int] = {}
    xy: list[tuple[float, float]] = []
    links = defaultdict(list)
    of_piece = []

    def node(p):
        key = (round(p[0], 4), round(p[1], 4))
        if key not in index:
            index[key] = len(xy)
            xy.append(key)
        return index[key]

    for piece in pieces:
        count = max(int(np.ceil(piece.length / STEP_M)), 1)
        points = [piece.interpolate(k / count, normalized=True).coords[0] for k in range(count + 1)]
        ids = [node(p) for p in points]
        step = piece.length / count
        for a, b in pairwise(ids):
            links[a].append((b, step))
            links[b].append((a, step))
        of_piece.append(ids)
    return np.array(xy), links, of_piece


def _spread(links, sources, barred):
    distance = dict.fromkeys(sources, 0.0)
    queue = [(0.0, one) for one in sources]
    heapq.heapify(queue)
    while queue:
        so_far, here = heapq.heappop(queue)
        if so_far > distance[here]:
            continue
        for there, step in links[here]:
            if there in barred:
                continue
            if so_far + step < distance.get(there, np.inf):
                distance[there] = so_far + step
                heapq.heappush(queue, (so_far + step, there))
    return distance


def covered_share(parks, homes, streets, limit_m, access_m, cell_m=4.0):
    """Share of the homes' area within the limit of an entrance, by cells of ``cell_m``."""
    pieces = _chains(streets, parks)
    xy, links, _ = _graph(pieces)
    best = np.full(len(xy), np.inf)
    for park in parks:
        gates = np.flatnonzero(shapely.distance(park.exterior, shapely.points(xy)) < 1e-3)
        if not len(gates):  # no street meets it: every 20 m of outline within 30 m of a street
            ring = park.exterior
            posts = [ring.interpolate(d) for d in np.arange(0, ring.length, 20.0)]
            start = {}
            for post in posts:
                near = np.flatnonzero(np.hypot(*(xy - [post.x, post.y]).T) <= 30.0)
                for one in near:
                    cost = float(np.hypot(*(xy[one] - [post.x, post.y])))
                    start[one] = min(start.get(one, np.inf), cost)
            distance = _from_costs(links, start)
        else:
            inside = set(np.flatnonzero(shapely.contains_properly(park, shapely.points(xy))).tolist())
            distance = _spread(links, gates.tolist(), inside)
        for one, value in distance.items():
            best[one] = min(best[one], value)
    reached = np.flatnonzero(best <= limit_m)
    tree = cKDTree(xy[reached])
    total = hit = 0
    for home in homes:
        west, south, east, north = home.bounds
        x, y = np.meshgrid(
            np.arange(west + cell_m / 2, east, cell_m), np.arange(south + cell_m / 2, north, cell_m)
        )
        places = np.column_stack([x.ravel(), y.ravel()])
        total += len(places)
        for place, near in zip(places, tree.query_ball_point(places, access_m), strict=True):
            if near:
                way = np.hypot(*(xy[reached[near]] - place).T) + best[reached[near]]
                hit += bool(way.min() <= limit_m)
    return hit / total


def _from_costs(links, start):
    distance = dict(start)
    queue = [(cost, one) for one, cost in start.items()]
    heapq.heapify(queue)
    while queue:
        so_far, here = heapq.heappop(queue)
        if so_far > distance[here]:
            continue
        for there, step in links[here]:
            if so_far + step < distance.get(there, np.inf):
                distance[there] = so_far + step
                heapq.heappush(queue, (so_far + step, there))
    return distance
