"""Cells over features, against plain predicates."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import geo.feature_cells
from geo.feature_cells import FeatureCells, boxes_of, may_be_near


def some_boxes(rng, count, extent, size):
    low = rng.uniform(-extent, extent, (count, 2))
    return np.hstack([low, low + rng.uniform(0, size, (count, 2))])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(5, 60))
def test_cells_beside_a_point_lie_within_the_distance(seed, within_m):
    rng = np.random.default_rng(seed)
    cells = FeatureCells.over(shapely.box(*some_boxes(rng, 5, 100, 90).T), 20.0)
    xy = rng.uniform(-150, 200, (10, 2))
    found = cells.beside(xy, within_m)
    near = np.hypot(*np.moveaxis(cells.middle[:, None] - xy, -1, 0)).min(axis=1)
    assert (near[found] + cells.half_m <= within_m + 1e-9).all()
    if within_m >= 60:
        assert found[near < 10].all()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 500), max_size=60), st.sampled_from([1, 20, 10**6]))
def test_keys_are_numbered_alike_by_a_table_and_by_sorting(keys, apart):
    key = np.array(keys, np.int64) * apart
    found, place = geo.feature_cells._numbered(key)
    expected, own = np.unique(key, return_inverse=True)
    assert found.tolist() == expected.tolist()
    assert place.tolist() == own.tolist()


def test_quarters_and_boxes_hold_the_same_ground(monkeypatch):
    rng = np.random.default_rng(1)
    cells = FeatureCells.over(shapely.box(*some_boxes(rng, 6, 100, 70).T), 16.0)
    pairs = np.flatnonzero(rng.random(len(cells.cell)) < 0.5)
    ground = []
    for one, some in ((cells, pairs), (cells.quartered(pairs), slice(None))):
        boxes, owner = boxes_of(one.place[one.cell[some]], one.feature[some], one.side_m)
        ground.append([shapely.union_all(boxes[owner == k]) for k in range(6)])
    assert shapely.area(shapely.symmetric_difference(*ground)).max() == 0
    monkeypatch.setattr(geo.feature_cells, "MOST_CELLS", 10)
    assert FeatureCells.over(shapely.box(*some_boxes(rng, 6, 100, 70).T), 16.0) is None
    assert not cells.beside(cells.middle, 1_000.0).any()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([1.0, 40.0, 300.0]))
def test_no_point_within_the_distance_is_missed_and_far_ones_are_left_out(seed, within_m):
    rng = np.random.default_rng(seed)
    points, others = rng.uniform(-500, 1_500, (200, 2)), rng.uniform(0, 1_000, (5, 2))
    away = np.hypot(*(points[:, None] - others).T).min(axis=0)
    found = may_be_near(points, others, within_m)
    assert found[away <= within_m].all()
    assert not found[away > 2 * within_m].any()
    assert not may_be_near(points, others[:0], within_m).any()
