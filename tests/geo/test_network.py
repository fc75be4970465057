"""Networks and distances against closed forms and a plain search."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely
from geo_walk_oracle import dijkstra_plain, random_streets
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, Point, Polygon

from geo.network import Seeds, build_network, nearest_position, node_distances, positions_within
from geo.reach import distance_at, edge_parts, place_distance, reach

SEEDS = st.integers(0, 100_000)


def test_one_street_is_measured_to_the_millimetre():
    street = build_network([LineString([(0, 0), (300, 0), (300, 400)])])
    near = reach(street, Seeds.at([0], [40.0]))
    assert distance_at(near, [0, 0, 0, 0], [0, 40, 300, 700]).tolist() == [40, 0, 260, 660]


def test_a_grid_has_city_block_distances():
    lines = [LineString([(x, 0), (x, 400)]) for x in range(0, 500, 100)]
    lines += [LineString([(0, y), (400, y)]) for y in range(0, 500, 100)]
    grid = build_network(lines, noding="crossings")
    assert (len(grid.nodes), len(grid.start)) == (25, 40)
    seed = nearest_position(grid, [Point(130, 0)])
    near = reach(grid, Seeds.at(seed.edge, seed.along_m))
    places = [(x, y) for x in range(0, 401, 100) for y in range(0, 401, 100)]
    expected = [abs(x - 130) + y for x, y in places]
    assert place_distance(near, shapely.points(places), 1e-9) == pytest.approx(expected, abs=1e-6)


def test_lines_join_at_ends_and_at_vertices_they_share():
    through = LineString([(0, 0), (100, 0), (200, 0)])
    joined = build_network([through, LineString([(100, 0), (100, 50)])])
    assert (len(joined.nodes), len(joined.start)) == (4, 3)
    assert joined.source.tolist() == [0, 0, 1]
    # two that share a vertex in passing meet, unless one is a bridge
    passing = [through, LineString([(100, -50), (100, 0), (100, 50)])]
    assert len(build_network(passing).start) == 4
    assert len(build_network(passing, [0, 1]).start) == 2


def test_crossings_join_on_one_level_and_ramps_join_bridges():
    street, bridge = LineString([(0, 0), (100, 0)]), LineString([(50, -50), (50, 50)])
    assert len(build_network([street, bridge], noding="crossings").nodes) == 5
    assert len(build_network([street, bridge], [0, 1], "crossings").nodes) == 4
    ramp = LineString([(70, 30), (50, 20)])  # ends on the bridge
    assert len(build_network([street, bridge, ramp], [0, 1, 0], "crossings").nodes) == 6
    short = LineString([(50, 0.0004), (50, 50)])  # ends half a millimetre off the street
    assert len(build_network([street, short], noding="crossings").nodes) == 4


def test_a_line_that_crosses_itself_and_one_drawn_twice():
    loop = LineString([(0, 0), (100, 0), (100, 50), (50, 50), (50, -50)])
    network = build_network([loop], noding="crossings")
    assert (len(network.nodes), len(network.start)) == (3, 3)
    assert network.length_m.sum() == pytest.approx(loop.length)
    twice = build_network(
        [LineString([(0, 0), (100, 0)]), LineString([(20, 0), (60, 0)])], noding="crossings"
    )
    near = reach(twice, Seeds.at([0], [0.0]))
    assert place_distance(near, [Point(100, 0)], 1.0)[0] == pytest.approx(100)


def test_parallel_edges_count_by_the_shorter_and_loops_do_no_harm():
    a, b = (0, 0), (100, 0)
    lines = [LineString([a, (50, 80), b]), LineString([a, b]), LineString([a, (0, -50), (-50, 0), a])]
    network = build_network(lines)
    near = reach(network, Seeds.at([1], [0.0]))
    assert network.graph.nnz == 4
    assert distance_at(near, [1, 0, 2], [100.0, lines[0].length, 50.0]).tolist() == [100, 100, 50]
    middle = lines[2].length / 2
    assert distance_at(near, [2], [middle])[0] == pytest.approx(middle)


def test_lines_without_length_are_reported_and_parts_are_read():
    lines = [
        LineString([(0, 0), (0, 0)]),
        MultiLineString([[(0, 0), (10, 0)], [(10, 0), (10, 10)]]),
        None,
        LineString(),
        LineString([(10, 10), (10, 10), (20, 10)]),
    ]
    network = build_network(lines)
    assert network.zero_length.tolist() == [0]
    assert network.source.tolist() == [1, 1, 4]
    assert network.length_m.tolist() == [10, 10, 10]
    assert len(build_network([]).start) == 0
    assert np.isinf(place_distance(reach(build_network([]), Seeds.at([], [])), [Point(0, 0)], 10)).all()


def test_a_repeated_vertex_and_a_cut_do_not_make_up_for_each_other():
    lines = [LineString([(0, 0), (100, 0), (100, 0), (200, 0)]), LineString([(200, 0), (250, 0), (300, 0)])]
    network = build_network([*lines, LineString([(250, 0), (250, 9)])])
    assert shapely.length(network.lines).tolist() == network.length_m.tolist() == [200, 50, 50, 9]


@pytest.mark.parametrize("noding", ["endpoints", "crossings"])
def test_lines_of_edges_are_those_given_where_they_are_not_cut(noding):
    whole, repeats = LineString([(0, 0), (50, 0)]), LineString([(50, 0), (50, 40), (50, 40), (90, 40)])
    high = LineString([(0, 0, 5), (0, 30, 5)])
    cut, branch = LineString([(0, 30), (50, 90), (99, 90)]), LineString([(50, 90), (50, 99)])
    network = build_network([whole, repeats, high, cut, branch], noding=noding)
    assert any(line is whole for line in network.lines)
    assert not shapely.has_z(network.lines).any()
    assert len(network.lines) == len(network.start) == 6
    for number, line in enumerate(network.lines):
        own = network.xy[network.first[number] : network.first[number + 1]]
        assert shapely.get_coordinates(line).tolist() == own.tolist()


def test_what_is_no_line_is_refused():
    with pytest.raises(ValueError, match="lines"):
        build_network([Polygon([(0, 0), (1, 0), (1, 1)])])
    with pytest.raises(ValueError, match="levels"):
        build_network([LineString([(0, 0), (1, 0)])], [0, 1])
    with pytest.raises(ValueError, match="finite"):
        build_network([LineString([(0, 0), (np.inf, 0)])])
    street = build_network([LineString([(0, 0), (1, 0)])])
    with pytest.raises(ValueError, match="seeds"):
        reach(street, Seeds.at([0], [2.0]))
    with pytest.raises(ValueError, match="seeds"):
        reach(street, Seeds.at([0], [0.5], -1.0))


def test_a_stretch_as_seed_is_at_its_cost_all_along():
    street = build_network([LineString([(0, 0), (100, 0)])])
    seeds = Seeds(np.array([0, 0]), np.array([20.0, 60.0]), np.array([50.0, 60.0]), np.array([3.0, 0.0]))
    near = reach(street, seeds)
    assert distance_at(near, [0] * 6, [0, 20, 40, 50, 56, 80]).tolist() == [23, 3, 3, 3, 4, 20]


def test_foot_points_on_every_edge_within_reach():
    cross = build_network([LineString([(0, 0), (100, 0)]), LineString([(0, 20), (100, 20)])])
    feet = positions_within(cross, [Point(30, 5), Point(0, 500)], 16)
    assert feet.point.tolist() == [0, 0]
    assert feet.along_m.tolist() == [30, 30]
    assert feet.distance_m.tolist() == [5, 15]
    assert nearest_position(cross, [Point(30, 5), Point(0, 500)], 100).point.tolist() == [0]


def plain_distances(network, seeds):
    """Distances to all nodes and all edge middles by a heap over edges cut at the seeds."""
    graph = {}
    marks = {
        e: {0.0, float(network.length_m[e]), float(network.length_m[e]) / 2}
        for e in range(len(network.start))
    }
    for e, at in zip(seeds.edge, seeds.from_m, strict=True):
        marks[int(e)].add(float(at))

    def name(e, at):
        if at == 0:
            return ("n", int(network.start[e]))
        return ("n", int(network.end[e])) if at == network.length_m[e] else (e, at)

    for e, some in marks.items():
        row = sorted(some)
        for a, b in itertools.pairwise(row):
            graph.setdefault(name(e, a), []).append((name(e, b), b - a))
            graph.setdefault(name(e, b), []).append((name(e, a), b - a))
    sources = {}
    for e, at, cost in zip(seeds.edge, seeds.from_m, seeds.cost_m, strict=True):
        one = name(int(e), float(at))
        sources[one] = min(sources.get(one, np.inf), cost)
    best = dijkstra_plain(graph, sources)
    return np.array([best.get(name(e, network.length_m[e] / 2), np.inf) for e in marks])


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.sampled_from([np.inf, 90.0]))
def test_distances_are_those_of_a_plain_search(seed, limit):
    rng = np.random.default_rng(seed)
    network = build_network(random_streets(rng))
    edge = rng.integers(0, len(network.start), 5)
    edge[1] = edge[0]
    seeds = Seeds.at(edge, rng.random(5) * network.length_m[edge], rng.choice([0.0, 7.5, 40.0], 5))
    got = distance_at(reach(network, seeds, limit), np.arange(len(network.start)), network.length_m / 2)
    expected = plain_distances(network, seeds)
    near = expected <= limit
    np.testing.assert_allclose(got[near], expected[near], atol=1e-9)
    assert (got[~near] > limit).all()


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_place_distance_is_the_least_over_sampled_positions(seed):
    rng = np.random.default_rng(seed)
    network = build_network(random_streets(rng, n=4))
    edge = rng.integers(0, len(network.start), 3)
    near = reach(network, Seeds.at(edge, rng.random(3) * network.length_m[edge], rng.choice([0.0, 12.0], 3)))
    edges = np.repeat(np.arange(len(network.start)), 400)
    along = np.tile(np.linspace(0, 1, 400), len(network.start)) * network.length_m[edges]
    xy = shapely.get_coordinates(shapely.line_interpolate_point(network.lines[edges], along))
    net = distance_at(near, edges, along)
    places = rng.uniform(-30, 210, (25, 2))
    straight = np.hypot(*(places[:, None, :] - xy[None]).transpose(2, 0, 1))
    sampled = np.where(straight <= 35, straight + net, np.inf).min(axis=1)
    exact = place_distance(near, shapely.points(places), 35)
    both = np.isfinite(sampled) & np.isfinite(exact)
    assert (exact <= sampled + 1e-9).all()
    assert (sampled[both] - exact[both] < 1.0).all()
    # a place whose circle only just touches an edge may be missed by the samples, never the reverse
    assert (np.isfinite(sampled) <= np.isfinite(exact)).all()


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_one_more_street_never_makes_a_place_farther(seed):
    rng = np.random.default_rng(seed)
    lines = random_streets(rng, n=4)
    places = shapely.points(rng.uniform(0, 180, (60, 2)))
    gate = Point(lines[0].coords[1])

    def distances(some):
        network = build_network(some, noding="crossings")
        at = nearest_position(network, [gate])
        return place_distance(reach(network, Seeds.at(at.edge, at.along_m)), places, 40)

    before = distances(lines)
    stub = LineString([rng.uniform(0, 180, 2), rng.uniform(0, 180, 2)])
    assert (distances([*lines, stub]) <= before + 1e-6).all()
    assert (distances([lines[0], *lines[2:]]) >= before - 1e-6).all()  # a street closed


def test_parts_of_edges_have_the_length_asked_for():
    rng = np.random.default_rng(1)
    network = build_network(random_streets(rng))
    edge = rng.integers(0, len(network.start), 500)
    a, b = np.sort(rng.random((2, 500)), axis=0) * network.length_m[edge]
    parts = edge_parts(network, edge, a, b)
    np.testing.assert_allclose(shapely.length(parts), b - a, atol=1e-9)
    assert shapely.distance(shapely.get_point(parts, 0), network.lines[edge]).max() < 1e-9


def test_nodes_get_the_least_cost_even_when_it_is_nothing():
    street = build_network([LineString([(0, 0), (10, 0)]), LineString([(10, 0), (20, 0)])])
    node = np.array([0, 0, 2])
    assert node_distances(street.graph, node, np.array([5.0, 0.0, 0.0])).tolist() == [0, 10, 0]
    assert node_distances(street.graph, node, np.array([5.0, 6.0, np.inf]), 14.0).tolist() == [
        5,
        np.inf,
        np.inf,
    ]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([3.0, 60.0, np.inf]))
def test_the_nearest_edge_is_found_among_few_as_among_all(seed, within_m):
    rng = np.random.default_rng(seed)
    begin = rng.uniform(0, 2_000, (400, 2))
    end = begin + rng.normal(0, rng.choice([10, 40, 400], (400, 1)), (400, 2))
    streets = shapely.linestrings(np.stack([begin, end], 1))
    gates = shapely.points(rng.uniform(-300, 2_300, (15, 2)))
    network = build_network(streets)
    found = nearest_position(network, gates, within_m)
    apart = shapely.distance(gates[:, None], network.lines)
    near = np.flatnonzero(apart.min(axis=1) <= within_m)
    assert found.point.tolist() == near.tolist()
    assert found.edge.tolist() == apart[near].argmin(axis=1).tolist()
    assert found.distance_m == pytest.approx(apart.min(axis=1)[near])
