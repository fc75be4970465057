"""Service areas against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from geo_walk_oracle import random_streets
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point

from geo.chains import chained
from geo.network import Seeds, build_network, nearest_position
from geo.reach import reach
from geo.service_area import reachable_parts, service_area, tiled_union

STREET = build_network([LineString([(0, 0), (2000, 0)])])


def area(pieces):
    return float(shapely.area(pieces).sum())


def test_a_straight_street_gives_a_capsule():
    pieces = service_area(STREET, Seeds.at([0], [1000.0]), 300, 100, quad_segs=256)
    assert area(pieces) == pytest.approx(400 * 200 + np.pi * 100**2, rel=1e-5)


def test_pieces_do_not_overlap():
    pieces = service_area(STREET, Seeds.at([0, 0], [400.0, 1100.0]), 600, 100)
    assert shapely.union_all(pieces).area == pytest.approx(area(pieces), rel=1e-9)
    assert len(pieces) > 3


def test_a_limit_shorter_than_the_access_is_a_disc():
    pieces = service_area(STREET, Seeds.at([0], [1000.0]), 60, 100, quad_segs=256)
    assert area(pieces) == pytest.approx(np.pi * 60**2, rel=1e-5)
    assert area(service_area(STREET, Seeds.at([0], [1000.0]), 100, 100, 256)) == pytest.approx(
        1e4 * np.pi, rel=1e-5
    )


def test_a_seed_far_from_the_street_reaches_less():
    # cost 20: 180 m of street either way; cost 250: only a disc of 50 m
    assert area(service_area(STREET, Seeds.at([0], [1000.0], 20.0), 300, 100, 256)) == pytest.approx(
        360 * 200 + np.pi * 100**2, rel=1e-5
    )
    assert area(service_area(STREET, Seeds.at([0], [1000.0], 250.0), 300, 100, 256)) == pytest.approx(
        np.pi * 50**2, rel=1e-5
    )
    assert area(service_area(STREET, Seeds.at([0], [1000.0], 301.0), 300, 100)) == 0


def test_a_seed_of_some_length_too_far_for_the_network_serves_around_all_of_it():
    seeds = Seeds(np.array([0]), np.array([500.0]), np.array([700.0]), np.array([250.0]))
    assert area(service_area(STREET, seeds, 300, 100, 256)) == pytest.approx(
        200 * 100 + np.pi * 50**2, rel=1e-5
    )


def test_a_street_reached_from_both_ends_is_whole_once_they_meet():
    near = reach(STREET, Seeds.at([0, 0], [500.0, 900.0]))
    assert sorted(shapely.length(reachable_parts(near, 199)).tolist()) == [199, 199, 199, 199]
    assert sorted(shapely.length(reachable_parts(near, 200)).tolist()) == [200, 200, 400]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 100_000))
def test_tiles_and_chains_change_nothing(seed):
    rng = np.random.default_rng(seed)
    network = build_network(random_streets(rng, n=6))
    seeds = nearest_position(network, shapely.points(rng.uniform(0, 300, (3, 2))))
    near = reach(network, Seeds.at(seeds.edge, seeds.along_m))
    parts = reachable_parts(near, 80)
    plain = shapely.union_all(parts).buffer(40, quad_segs=64)
    served = service_area(network, near.seeds, 120, 40, quad_segs=64)
    assert area(served) == pytest.approx(plain.area, rel=2e-4)
    long = chained(
        parts[shapely.length(parts) > 0], 500.0
    )  # where a reach ends at a crossing a point is left
    assert shapely.length(shapely.union_all(long)) == pytest.approx(shapely.length(shapely.union_all(parts)))
    assert len(long) <= len(parts)
    for tile_m in (37.0, 1e6):
        pieces = tiled_union(shapely.buffer(parts, 40), tile_m)
        assert area(pieces) == pytest.approx(shapely.union_all(shapely.buffer(parts, 40)).area, rel=1e-9)


def test_nothing_reached_gives_nothing():
    assert len(service_area(STREET, Seeds.at([], []), 300, 100)) == 0
    assert len(tiled_union(np.empty(0, object))) == 0


def test_a_place_is_served_by_the_best_way_not_by_the_nearest_edge():
    # a dead end nearer to the place must not hide the street that leads to the seed
    dead_end = LineString([(0, 60), (400, 60)])
    both = build_network([LineString([(0, 0), (400, 0)]), dead_end])
    served = shapely.union_all(service_area(both, Seeds.at([0], [200.0]), 200, 80))
    assert served.covers(Point(200, 59))
