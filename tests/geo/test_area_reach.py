"""Walks to areas: exact against one plain search per area, and against a raster of 1 m."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from geo_walk_oracle import OneArea, covered_cells, random_areas, random_streets
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, box

from geo.area_access import areas_access
from geo.area_reach import areas_reach, areas_service_area
from geo.network import build_network
from geo.reach import distance_at, place_distance

STREET = LineString([(0, 0), (1000, 0)])


def distances_of(access, limit=np.inf):
    near = areas_reach(access, limit)
    edges = np.arange(len(access.network.start))
    middles = access.network.length_m / 2
    points = shapely.line_interpolate_point(access.network.lines, middles)
    return points, distance_at(near, edges, middles)


def test_an_area_beside_a_street_is_reached_where_the_street_touches_it():
    # a park whose corner touches the street 40 m along it
    park = shapely.Polygon([(40, 0), (60, 30), (20, 30)])
    access = areas_access(build_network([STREET]), [park], ["a"])
    near = areas_reach(access)
    assert place_distance(
        near, [Point(140, 0), Point(40, -25), Point(140, 20)], 30
    ).tolist() == pytest.approx([100, 25, 30 + 100 - np.sqrt(900 - 400)])


def test_a_street_along_the_outline_is_an_entrance_on_all_its_length():
    access = areas_access(build_network([STREET]), [box(200, 0, 500, 100)], ["a"])
    served = shapely.union_all(areas_service_area(access, 50, 50))
    assert access.outline_edge.size == 1
    assert served.covers(box(200, -49.9, 500, 49.9))
    assert served.bounds == pytest.approx((150, -50, 550, 50))
    near = areas_reach(access)
    assert place_distance(near, [Point(350, 10), Point(700, 0)], 50).tolist() == pytest.approx([10, 200])


def test_a_path_inside_does_not_serve_the_home_behind_the_fence():
    park = box(200, -300, 260, 300)
    inner = LineString([(230, 0), (230, 290)])
    network = build_network([LineString([(0, 0), (230, 0), (1000, 0)]), inner])
    access = areas_access(network, [park], ["a"])
    home = [Point(270, 280)]
    assert place_distance(areas_reach(access), home, 100).tolist() == [np.inf]
    # another area at the end of that path is walked to through the first
    both = areas_access(network, [park, box(225, 285, 235, 295)], ["a", "b"])
    assert place_distance(areas_reach(both), home, 100)[0] == pytest.approx(np.hypot(40, 5))


def test_entrances_given_replace_those_found():
    park = box(200, -50, 300, 50)
    network = build_network([STREET])
    found = areas_access(network, [park], ["a"])
    named = areas_access(network, [park], ["a"], [Point(300, 3)], ["a"])
    home = [Point(150, 0)]
    assert place_distance(areas_reach(found), home, 10).tolist() == [50.0]
    assert place_distance(areas_reach(named), home, 10).tolist() == [np.inf]  # only through the park itself
    assert place_distance(areas_reach(named), [Point(400, 0)], 10)[0] == pytest.approx(3 + 100, abs=0.2)


def test_an_area_without_a_way_in_is_entered_near_a_street_or_reported():
    near_street, far = box(200, 10, 260, 70), box(200, 100, 260, 160)
    access = areas_access(build_network([STREET]), [near_street, far], ["near", "far"])
    assert access.ids[access.inferred].tolist() == ["near"]
    assert access.ids[access.unreachable].tolist() == ["far"]
    assert access.seed_cost_m.min() == 10.0
    # the outline is tried every 20 m from its lowest corner: at 220 and 240
    assert place_distance(areas_reach(access), [Point(230, -20)], 100)[0] == pytest.approx(
        10 + np.hypot(10, 20)
    )


def test_parts_with_one_id_are_one_area_and_the_road_between_serves_it():
    parts = [box(200, 5, 300, 50), box(200, -50, 300, -5)]
    road = build_network([STREET, LineString([(250, 0), (250, 40)])])
    access = areas_access(road, parts, ["a", "a"])
    assert access.ids.tolist() == ["a"]
    assert access.network.nodes[access.seed_node].tolist() == [[250.0, 5.0]]


def test_an_entrance_out_of_reach_is_named():
    access = areas_access(
        build_network([STREET]), [box(200, -50, 300, 50)], ["a"], [Point(250, 45), Point(0, 0)], ["a", "?"]
    )
    assert access.unused_entrances.tolist() == [0, 1]
    assert access.unreachable.tolist() == [0]


@pytest.mark.parametrize("seed", range(12))
def test_agrees_with_one_plain_search_per_area(seed):
    rng = np.random.default_rng(seed)
    lines = random_streets(rng)
    areas = [a for a in random_areas(rng, 6, 55, 240) if any(line.intersects(a.boundary) for line in lines)]
    gates = {}
    if seed % 3 == 0:
        for one in (0, 1):
            gates[one] = [areas[one].boundary.interpolate(t, normalized=True) for t in rng.random(2)]
    points = [gate for one in gates.values() for gate in one]
    owners = [str(one) for one, some in gates.items() for _ in some]
    access = areas_access(build_network(lines), areas, [str(k) for k in range(len(areas))], points, owners)
    assert not len(access.inferred)
    singles = [OneArea(lines, area, gates.get(k, ())) for k, area in enumerate(areas)]
    where, got = distances_of(access)
    expected = np.array([min(one.distance(point) for one in singles) for point in where])
    assert np.isfinite(expected).sum() > 20
    np.testing.assert_allclose(got, expected, atol=1e-5)


@pytest.mark.parametrize("seed", [1, 4, 5])
def test_covered_area_agrees_with_a_raster_of_one_metre(seed):
    rng = np.random.default_rng(seed)
    lines = random_streets(rng)
    areas = random_areas(rng, 3, 45, 240)
    access = areas_access(build_network(lines), areas, ["a", "b", "c"])
    assert not len(access.inferred)
    samples = np.concatenate([OneArea(lines, area).samples(0.5) for area in areas])
    for limit, reach_m in ((90, 40), (30, 40)):
        xs, ys, covered = covered_cells(samples, limit, reach_m, (-80, -80, 330, 330))
        served = shapely.union_all(areas_service_area(access, limit, reach_m))
        assert served.area == pytest.approx(covered.sum(), rel=0.005)
        grid = np.stack(np.meshgrid(xs, ys, indexing="ij"), -1)
        same = shapely.contains_xy(served, grid[..., 0], grid[..., 1]) == covered
        assert (~same).sum() < 0.01 * covered.sum()


def test_place_distance_and_service_area_are_the_same_thing():
    rng = np.random.default_rng(7)
    access = areas_access(build_network(random_streets(rng)), random_areas(rng, 4, 50, 240), list("abcd"))
    served = shapely.union_all(areas_service_area(access, 100, 35, quad_segs=64))
    places = shapely.points(rng.uniform(-50, 300, (4000, 2)))
    distance = place_distance(areas_reach(access), places, 35)
    clear = (np.abs(distance - 100) > 0.05) & (shapely.distance(served.boundary, places) > 0.05)
    assert (shapely.contains(served, places) == (distance <= 100))[clear].all()
    assert (distance <= 100).sum() > 500


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_one_more_area_never_lowers_coverage(seed):
    rng = np.random.default_rng(seed)
    network = build_network(random_streets(rng, n=4))
    areas = random_areas(rng, 5, 60, 180)
    ids = list("abcde")
    few = shapely.union_all(areas_service_area(areas_access(network, areas[:4], ids[:4]), 90, 40))
    more = shapely.union_all(areas_service_area(areas_access(network, areas, ids), 90, 40))
    assert shapely.difference(few, more).area <= 1e-3 * max(few.area, 1)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_order_and_direction_change_nothing(seed):
    rng = np.random.default_rng(seed)
    lines = random_streets(rng, n=4)
    areas, ids = random_areas(rng, 3, 60, 180), list("abc")
    one = areas_service_area(areas_access(build_network(lines), areas, ids), 90, 40)
    mixed = [lines[k].reverse() if k % 2 else lines[k] for k in rng.permutation(len(lines))]
    turned = [shapely.reverse(area) for area in areas]
    order = rng.permutation(3)
    access = areas_access(build_network(mixed), [turned[k] for k in order], [ids[k] for k in order])
    other = areas_service_area(access, 90, 40)
    assert shapely.area(other).sum() == pytest.approx(shapely.area(one).sum(), rel=1e-4)
