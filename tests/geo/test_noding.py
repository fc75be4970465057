"""Joining lines, against plain dictionaries of coordinates."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import shapely
from geo_walk_oracle import random_streets
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import noding
from geo.network import Seeds, build_network
from geo.noding import along_lines, directed, edges_of, same_place, vertices_of
from geo.reach import crossing_distances, distance_at, reach

SEEDS = st.integers(0, 100_000)
FLAT = np.zeros(12)


def plain_edges(lines):
    """Cut every line where a vertex is an end of some line or stands twice, with nothing but dictionaries."""
    coords = [[(x + 0.0, y + 0.0) for x, y in line.coords] for line in lines]
    coords = [[xy for xy, before in zip(one, [None, *one], strict=False) if xy != before] for one in coords]
    often = Counter(xy for one in coords for xy in one[1:-1])
    ends = {xy for one in coords for xy in (one[0], one[-1])} | {xy for xy in often if often[xy] > 1}
    found = []
    for number, one in enumerate(coords):
        open_ = [one[0]]
        for xy in one[1:]:
            open_.append(xy)
            if xy in ends:
                found.append((number, tuple(open_)))
                open_ = [xy]
    return found


def drawn(edges):
    slices = zip(edges.first[:-1], edges.first[1:], strict=True)
    return [
        (line, tuple(map(tuple, (edges.xy[a:b] + 0.0).tolist())))
        for line, (a, b) in zip(edges.line.tolist(), slices, strict=True)
    ]


def lattice_lines(seed):
    """Lines over few coordinates, so that ends fall on vertices, signs of zero differ, vertices repeat."""
    rng = np.random.default_rng(seed)
    made = []
    while len(made) < 12:
        xy = rng.integers(-2, 3, (rng.integers(2, 7), 2)) * 1.0
        xy[rng.random(len(xy)) < 0.2] *= -1.0
        if len(np.unique(xy, axis=0)) > 1:
            made.append(shapely.LineString(xy))
    return np.array(made, dtype=object)


@settings(max_examples=50, deadline=None)
@given(SEEDS)
def test_lines_are_cut_where_a_vertex_is_the_end_of_a_line(seed):
    lines = lattice_lines(seed)
    edges = edges_of(vertices_of(lines, FLAT))
    assert drawn(edges) == plain_edges(lines)
    first, last = edges.xy[edges.first[:-1]], edges.xy[edges.first[1:] - 1]
    assert (edges.nodes[edges.start] == first).all()
    assert (edges.nodes[edges.end] == last).all()
    assert len(np.unique(edges.nodes, axis=0)) == len(edges.nodes)


def test_vertices_that_only_look_like_joints_are_let_go(monkeypatch):
    lines = lattice_lines(7)
    expected = edges_of(vertices_of(lines, FLAT))
    monkeypatch.setattr(noding, "MOST_MARK_BITS", 1)  # half of all vertices pass the table by chance
    found = edges_of(vertices_of(lines, FLAT))
    assert drawn(found) == drawn(expected)
    assert (found.start == expected.start).all()
    assert (found.nodes == expected.nodes).all()


def test_places_whose_numbers_collide_stay_apart(monkeypatch):
    monkeypatch.setattr(noding, "_mixed", lambda xy: np.zeros(len(xy), np.uint64))
    assert same_place(np.array([[5.0, 1.0], [2.0, 3.0], [5.0, 1.0], [2.0, 4.0]])).tolist() == [2, 0, 2, 1]
    assert drawn(edges_of(vertices_of(lattice_lines(3), FLAT))) == plain_edges(lattice_lines(3))


def test_lengths_along_lines_begin_anew_with_each_line():
    xy = np.array([[0, 0], [3, 4], [3, 10], [1e7, 1e7], [1e7 + 1, 1e7]], float)
    assert along_lines(xy, np.array([0, 0, 0, 1, 1])).tolist() == [0, 5, 11, 0, 1]
    assert along_lines(np.empty((0, 2)), np.empty(0, int)).tolist() == []


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_crossings_lie_as_far_as_the_ends_of_their_edges(seed):
    rng = np.random.default_rng(seed)
    network = build_network(random_streets(rng), noding="crossings")
    edge = rng.integers(len(network.start), size=3)
    seeds = Seeds.at(edge, rng.random(3) * network.length_m[edge], rng.uniform(0, 30, 3))
    near, every = reach(network, seeds, 150.0), np.arange(len(network.start))
    found = crossing_distances(network, seeds, 150.0)
    by_edge = np.full(len(network.nodes), np.inf)
    np.minimum.at(by_edge, network.start, distance_at(near, every, np.zeros(len(every))))
    np.minimum.at(by_edge, network.end, distance_at(near, every, network.length_m))
    within = np.isfinite(found)
    assert found[within] == pytest.approx(by_edge[within], abs=1e-9)
    order = np.lexsort([near.to_m, near.from_m, near.edge])
    for column in (near.edge, near.from_m, near.to_m):
        assert (column[order] == column).all()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 14), max_size=12), st.integers(0, 1_000))
def test_lengths_along_lines_are_the_sums_of_their_steps(counts, seed):
    xy = np.random.default_rng(seed).uniform(0, 100, (sum(counts), 2))
    line = np.repeat(np.arange(len(counts)), counts)
    expected = [
        np.hypot(*np.diff(part[: k + 1], axis=0).T).sum()
        for part in np.split(xy, np.cumsum(counts)[:-1])
        for k in range(len(part))
    ]
    assert along_lines(xy, line) == pytest.approx(expected[: len(xy)], abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=60))
def test_places_are_numbered_by_first_mention_whatever_the_table(points):
    xy = np.array(points, dtype=np.float64)
    seen = {}
    expected = [seen.setdefault(one, len(seen)) for one in points]
    assert same_place(xy).tolist() == expected
    mixed = noding._mixed(xy)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(noding, "MOST_MARK_BITS", 2)
        assert noding._first_mention(mixed).tolist() == [points.index(one) for one in points]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=6),
        min_size=1,
        max_size=8,
    ),
    st.booleans(),
)
def test_lines_get_the_direction_that_normalizing_gives_them(coordinates, plain):
    lines = np.array([shapely.LineString(one) for one in coordinates], dtype=object)
    more = [shapely.LineString(), shapely.MultiLineString([[(5, 5), (4, 4)], [(2, 2), (1, 1)]]), None]
    lines = lines if plain else np.append(lines, np.array(more, dtype=object))
    found, expected = directed(lines), shapely.normalize(lines)
    assert [shapely.to_wkt(one) for one in found] == [shapely.to_wkt(one) for one in expected]
