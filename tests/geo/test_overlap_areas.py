"""Areas of overlaps by arithmetic, against GEOS."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import geo.overlap_areas
from geo.overlap_areas import overlap_areas

CITY = np.array([573_000.0, 2_441_000.0])


def by_geos(shapes, one, two):
    return shapely.area(shapely.intersection(shapes[one], shapes[two]))


def star(rng, corners):
    """Give a polygon of any form without crossing edges: a star around its middle, maybe with a hole."""
    angle = np.sort(rng.uniform(0, 2 * np.pi, corners))
    angle = angle + np.arange(corners) * 1e-3
    ray = np.column_stack([np.cos(angle), np.sin(angle)])
    far = rng.uniform(20, 100, (corners, 1))
    middle = CITY + rng.uniform(0, 150, 2)
    shape = shapely.make_valid(shapely.Polygon(middle + ray * far))
    if rng.random() < 0.5:
        shape = shapely.difference(
            shape, shapely.Point(middle).buffer(15, quad_segs=int(rng.integers(1, 20)))
        )
    if rng.random() < 0.3:
        shape = shape.reverse()
    return shape


def all_pairs(count):
    one, two = np.triu_indices(count, 1)
    return one.astype(np.intp), two.astype(np.intp)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), corners=st.integers(3, 80))
def test_polygons_of_any_form_share_what_geos_says(seed, corners):
    rng = np.random.default_rng(seed)
    shapes = np.array([star(rng, corners) for _ in range(6)], dtype=object)
    one, two = all_pairs(len(shapes))
    np.testing.assert_allclose(overlap_areas(shapes, one, two), by_geos(shapes, one, two), atol=1e-6)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), off=st.sampled_from([0.0, 1e-9, 0.001]))
def test_neighbours_off_by_a_hair_share_a_hair(seed, off):
    """A city cut by a grid whose corners are moved, each cell's own ones off by a millimetre or not."""
    rng = np.random.default_rng(seed)
    x, y = np.meshgrid(np.arange(6) * 40.0, np.arange(6) * 40.0)
    x, y = x + rng.uniform(-15, 15, x.shape), y + rng.uniform(-15, 15, y.shape)
    cells = []
    for i in range(5):
        for j in range(5):
            at = [(i, j), (i, j + 1), (i + 1, j + 1), (i + 1, j)]
            corners = np.array([(x[k], y[k]) for k in at]) + CITY
            cells.append(shapely.Polygon(corners + rng.uniform(-off, off, corners.shape)))
    cells.append(shapely.union_all(cells[:12], grid_size=0.001))
    shapes = np.array(cells, dtype=object)
    one, two = all_pairs(len(shapes))
    np.testing.assert_allclose(overlap_areas(shapes, one, two), by_geos(shapes, one, two), atol=1e-6)


def test_each_way_of_looking_gives_the_same(monkeypatch):
    rng = np.random.default_rng(5)
    shapes = np.array([star(rng, 120) for _ in range(12)], dtype=object)
    one, two = all_pairs(len(shapes))
    wanted = by_geos(shapes, one, two)
    assert (wanted > 100).sum() > 20
    for way in range(4):
        monkeypatch.setattr(
            geo.overlap_areas, "_least_reach", lambda left, _, way=way: np.full(len(left), way)
        )
        np.testing.assert_allclose(overlap_areas(shapes, one, two), wanted, atol=1e-6)


def test_parts_holes_and_equal_shapes_are_counted_as_they_are():
    ring = shapely.box(0, 0, 9, 9).difference(shapely.box(3, 3, 6, 6))
    two_parts = shapely.MultiPolygon([shapely.box(-1, -1, 1, 1), shapely.box(4, 4, 7, 7)])
    shapes = np.array([ring, two_parts, ring, shapely.box(3, 3, 6, 6), shapely.Polygon()], dtype=object)
    one, two = all_pairs(len(shapes))
    np.testing.assert_allclose(overlap_areas(shapes, one, two), by_geos(shapes, one, two), atol=1e-12)


def test_too_many_edges_are_left_to_geos(monkeypatch):
    shapes = np.array([shapely.Point(0, 0).buffer(9, 64), shapely.Point(1, 0).buffer(9, 64)])
    pair = np.array([0]), np.array([1])
    assert overlap_areas(shapes, *pair)[0] == pytest.approx(by_geos(shapes, *pair)[0])
    monkeypatch.setattr(geo.overlap_areas, "MANY", 1_000)
    assert np.isnan(overlap_areas(shapes, *pair)).tolist() == [True]


def test_nothing_is_asked_of_no_pairs():
    assert (
        overlap_areas(np.array([shapely.box(0, 0, 1, 1)]), np.empty(0, int), np.empty(0, int)).tolist() == []
    )
