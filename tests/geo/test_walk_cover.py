"""Homes within a walk, cell by cell, against the whole service area and against plain distances."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, box

import geo.feature_cells
from geo.network import Seeds, build_network
from geo.overlay import covered_parts
from geo.reach import place_distance, reach
from geo.service_area import service_area_of
from geo.walk_cover import parts_within_walk

BLOCK_M = 80.0


def bent_grid(side, seed):
    rng = np.random.default_rng(seed)
    at = np.stack(np.meshgrid(np.arange(side), np.arange(side)), -1) * BLOCK_M + rng.normal(
        0, 9, (side, side, 2)
    )
    rows = [LineString(at[i, j : j + 2]) for i in range(side) for j in range(side - 1)]
    columns = [LineString(at[i : i + 2, j]) for i in range(side - 1) for j in range(side)]
    lines = np.array(rows + columns)
    return build_network(lines[rng.random(len(lines)) < 0.85])


def some_seeds(network, count, seed, dear_m=0.0):
    rng = np.random.default_rng(seed)
    edge = rng.integers(len(network.start), size=count)
    return Seeds.at(edge, rng.random(count) * network.length_m[edge], rng.random(count) * dear_m)


def homes_of(count, extent_m, seed):
    rng = np.random.default_rng(seed)
    low, size = rng.uniform(-200, extent_m, (count, 2)), rng.uniform(3, 260, (count, 2))
    return np.asarray(shapely.box(*low.T, *(low + size).T), dtype=object)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([150.0, 300.0, 700.0]), st.sampled_from([30.0, 100.0]))
def test_gives_the_same_as_the_whole_service_area(seed, limit_m, access_m):
    network = bent_grid(9, seed)
    near = reach(network, some_seeds(network, 4, seed, dear_m=limit_m), limit_m)
    homes = homes_of(40, 9 * BLOCK_M, seed)
    whole = covered_parts(homes, service_area_of(near, limit_m, access_m))
    found, rest = parts_within_walk(homes, near, limit_m, access_m)
    parted = ~shapely.is_missing(rest)
    assert shapely.area(found) == pytest.approx(shapely.area(whole), rel=1e-9, abs=1e-5)
    assert (shapely.area(found) + shapely.area(rest))[parted] == pytest.approx(shapely.area(homes)[parted])
    assert shapely.area(shapely.symmetric_difference(found, whole)).max() < 1e-4


def test_holds_against_the_distance_of_points():
    network = bent_grid(12, 1)
    near = reach(network, some_seeds(network, 3, 1), 300)
    homes = homes_of(60, 12 * BLOCK_M, 1)
    found, _ = parts_within_walk(homes, near, 300, 100)
    rng = np.random.default_rng(2)
    bounds = np.repeat(shapely.bounds(homes), 30, axis=0)
    xy = bounds[:, :2] + rng.random((len(bounds), 2)) * (bounds[:, 2:] - bounds[:, :2])
    metres = place_distance(near, shapely.points(xy), 100)
    inside = shapely.intersects_xy(np.repeat(found, 30), xy[:, 0], xy[:, 1])
    assert inside[metres < 299.5].all()
    assert not inside[metres > 301.5].any()


def test_homes_well_inside_come_back_as_they_are_and_far_ones_empty():
    network = bent_grid(12, 3)
    near = reach(network, Seeds.at([0], [0.0]), 5_000)
    home, far = box(200, 200, 260, 270), box(5_000, 0, 5_010, 10)
    inside, outside, nothing = parts_within_walk([home, far, shapely.Polygon()], near, 5_000, 100)[0]
    assert inside is home or inside.equals(home)
    assert outside.is_empty
    assert nothing.is_empty


def test_too_many_cells_fall_back_to_the_whole_area(monkeypatch):
    network = bent_grid(6, 4)
    near = reach(network, some_seeds(network, 2, 4), 300)
    homes = homes_of(20, 6 * BLOCK_M, 4)
    before = shapely.area(parts_within_walk(homes, near, 300, 100)[0])
    monkeypatch.setattr(geo.feature_cells, "MOST_CELLS", 10)
    assert shapely.area(parts_within_walk(homes, near, 300, 100)[0]) == pytest.approx(before, abs=1e-5)


def test_homes_of_several_parts_are_served_as_each_part_is():
    network = bent_grid(9, 6)
    near = reach(network, some_seeds(network, 3, 6), 300)
    parts = homes_of(30, 9 * BLOCK_M, 6)
    parts = parts[shapely.is_valid(parts)]
    homes = [shapely.union_all(parts[k::10]) for k in range(10)]
    inside, _ = parts_within_walk(homes, near, 300, 100)
    plain = covered_parts(homes, service_area_of(near, 300, 100))
    assert (shapely.get_num_geometries(homes) > 1).any()
    assert shapely.area(inside) == pytest.approx(shapely.area(plain), rel=1e-9, abs=1e-5)


def test_without_seeds_nothing_is_served():
    network = bent_grid(4, 5)
    near = reach(network, Seeds.at([], []), 300)
    assert shapely.is_empty(parts_within_walk(homes_of(3, 200, 5), near, 300, 100)[0]).all()
