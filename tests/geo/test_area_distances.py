"""Distances to every area around: against the minimum known, one area at a time, and sampled streets."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from geo_walk_oracle import OneArea, random_areas, random_streets
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, box

from geo.area_access import areas_access
from geo.area_distances import area_distances
from geo.area_reach import areas_reach
from geo.network import build_network
from geo.reach import place_distance

STREET = LineString([(0, 0), (1000, 0)])


def table(found, n_places, n_areas):
    result = np.full((n_places, n_areas), np.inf)
    result[found.place, found.area] = found.distance_m
    return result


def random_case(seed, gates=True):
    """Streets, five areas (two of them with given entrances), and places around."""
    rng = np.random.default_rng(seed)
    lines = random_streets(rng)
    areas = random_areas(rng, 5, 50, 240)
    given_gates = {
        k: [areas[k].boundary.interpolate(t, normalized=True) for t in rng.random(2)] for k in (0, 1)
    }
    points = shapely.points(rng.uniform(-40, 290, (60, 2)))
    return lines, areas, given_gates if gates else {}, points


def access_of(lines, areas, gates, which=None):
    which = range(len(areas)) if which is None else which
    ids = [str(k) for k in which]
    entrances = [gate for k in which for gate in gates.get(k, ())]
    owners = [str(k) for k in which for _ in gates.get(k, ())]
    return areas_access(build_network(lines), [areas[k] for k in which], ids, entrances, owners)


def test_both_squares_of_a_street_and_the_home_between():
    access = areas_access(build_network([STREET]), [box(-50, -50, 0, 50), box(800, -50, 850, 50)], ["a", "b"])
    found = area_distances(access, [Point(300, 40), Point(990, 0)], 1000, 50)
    expected = [50 + 300 - 30, 50 + 500 - 30, 990, 140]
    assert table(found, 2, 2).ravel().tolist() == pytest.approx(expected)


def test_a_circle_that_crosses_exactly_at_a_vertex_is_not_lost():
    for angle in np.linspace(0.01, 1.2, 40):
        bend = (100 * np.cos(angle), 100 * np.sin(angle))
        street = LineString([(0, 0), bend, (300, 0.5)])
        access = areas_access(build_network([street]), [box(300, -50, 350, 50)], ["a"])
        found = area_distances(access, [Point(0, 0)], 2000, 100)
        assert found.distance_m.tolist() == pytest.approx([street.length])


def test_nothing_to_reach_and_nobody_to_reach_it():
    far = areas_access(build_network([STREET]), [box(0, 500, 50, 550)], ["far"])
    assert len(area_distances(far, [Point(10, 0)], 1000, 100).place) == 0
    near = areas_access(build_network([STREET]), [box(0, 0, 50, 50)], ["near"])
    assert len(area_distances(near, [], 1000, 100).place) == 0


def test_a_limit_below_the_access_distance_leaves_the_straight_line():
    access = areas_access(build_network([STREET]), [box(500, -50, 600, 50)], ["a"])
    found = area_distances(access, [Point(480, 0), Point(460, 0), Point(550, 0)], 30, 100)
    assert found.place.tolist() == [0]
    assert found.distance_m.tolist() == [20.0]


@pytest.mark.parametrize("seed", range(8))
def test_the_least_over_areas_is_the_distance_to_the_nearest(seed):
    lines, areas, gates, points = random_case(seed)
    access = access_of(lines, areas, gates)
    for limit in (60, 400):
        got = table(area_distances(access, points, limit, 35), len(points), 5).min(axis=1)
        expected = place_distance(areas_reach(access, limit), points, 35, limit)
        assert np.isfinite(expected).any()
        np.testing.assert_allclose(got, expected, atol=1e-6)


@pytest.mark.parametrize("seed", range(8))
def test_each_area_is_as_far_as_if_it_were_alone(seed):
    lines, areas, gates, points = random_case(seed)
    together = table(area_distances(access_of(lines, areas, gates), points, 300, 35), len(points), 5)
    for k in range(5):
        alone = place_distance(areas_reach(access_of(lines, areas, gates, [k]), 300), points, 35, 300)
        np.testing.assert_allclose(together[:, k], alone, atol=1e-6)


@pytest.mark.parametrize("seed", [0, 3, 5])
def test_agrees_with_streets_sampled_every_quarter_metre(seed):
    lines, areas, _, points = random_case(seed)
    access = access_of(lines, areas, {})
    got = table(area_distances(access, points, 250, 35), len(points), 5)
    compared = 0
    for k in range(5):
        if not any(line.crosses(areas[k].boundary) for line in lines):
            continue
        samples = OneArea(lines, areas[k]).samples(0.25)
        xy = shapely.get_coordinates(points)
        straight = np.hypot(xy[:, None, 0] - samples[:, 0], xy[:, None, 1] - samples[:, 1])
        total = np.where(straight <= 35, straight + samples[:, 2], np.inf).min(axis=1)
        clear = np.abs(shapely.distance(points, shapely.union_all(lines)) - 35) > 0.5
        both = clear & (total < 249)
        np.testing.assert_allclose(got[both, k], total[both], atol=0.6)
        compared += both.sum()
    assert compared > 30


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_order_of_areas_and_places_does_not_matter(seed, shuffler):
    lines, areas, gates, points = random_case(seed)
    order = list(range(5))
    shuffler.shuffle(order)
    one = area_distances(access_of(lines, areas, gates), points, 200, 35)
    other = area_distances(access_of(lines, areas, gates, order), points[::-1], 200, 35)
    flipped = table(other, len(points), 5)[::-1]
    np.testing.assert_allclose(table(one, len(points), 5), flipped, atol=1e-6)


def test_one_more_area_changes_no_other_distance_and_tiles_do_not_show():
    rng = np.random.default_rng(11)
    lines = random_streets(rng, n=12, spacing=80.0)
    areas = random_areas(rng, 25, 30, 900)
    points = shapely.points(rng.uniform(0, 900, (300, 2)))
    all_of_them = table(area_distances(access_of(lines, areas, {}), points, 150, 40), 300, 25)
    ids = np.array(sorted(str(k) for k in range(25)), dtype=object)
    alone = np.column_stack(
        [
            place_distance(areas_reach(access_of(lines, areas, {}, [int(k)]), 150), points, 40, 150)
            for k in ids
        ]
    )
    np.testing.assert_allclose(all_of_them, alone, atol=1e-6)
    assert np.isfinite(alone).sum() > 200


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sets(st.integers(0, 4), min_size=1, max_size=4))
def test_some_of_all_areas_are_walked_to_as_if_the_others_were_not_there(seed, chosen):
    lines, areas, gates, points = random_case(seed)
    which = sorted(chosen)
    kept = access_of(lines, areas, gates).only(np.array(which))
    alone = access_of(lines, areas, gates, which)
    assert kept.ids.tolist() == alone.ids.tolist()
    for own, other in ((kept.given, alone.given), (kept.inferred, alone.inferred)):
        assert own.tolist() == other.tolist()
    assert kept.unreachable.tolist() == alone.unreachable.tolist()
    used = [
        np.bincount(one.entrance_area + 1, minlength=len(which) + 1)[1:].tolist() for one in (kept, alone)
    ]
    assert used[0] == used[1]
    of_kept, of_alone = (area_distances(one, points, 250, 40) for one in (kept, alone))
    assert table(of_kept, 60, len(which)) == pytest.approx(table(of_alone, 60, len(which)), abs=1e-6)
    nearest = [place_distance(areas_reach(one), points, 40) for one in (kept, alone)]
    assert nearest[0] == pytest.approx(nearest[1], abs=1e-6)
