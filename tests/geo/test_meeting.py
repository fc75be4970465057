"""Clearing pairs of lines by arithmetic, against shapely's own intersections."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.meeting import may_meet_apart

places = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda xy: (xy[0] / 3, xy[1] * 0.7))
paths = st.lists(places, min_size=2, max_size=4).map(shapely.LineString)


def _all_pairs(lines):
    return np.triu_indices(len(lines), 1)


@settings(max_examples=50, deadline=None)
@given(st.lists(paths, min_size=2, max_size=12))
def test_a_cleared_pair_meets_in_shared_vertices_alone(lines):
    lines = np.array(lines)
    one, two = _all_pairs(lines)
    for i, j, maybe in zip(one, two, may_meet_apart(lines, one, two), strict=True):
        shared = shapely.MultiPoint(sorted(set(lines[i].coords) & set(lines[j].coords)))
        elsewhere = lines[i].intersection(lines[j]).difference(shared.buffer(1e-6))
        assert maybe or elsewhere.is_empty


def test_every_pair_of_a_grid_of_streets_is_cleared():
    steps = np.arange(6) * 10.1
    lines = [shapely.LineString([(x, y), (x + 10.1, y)]) for x in steps for y in steps]
    lines += [shapely.LineString([(x, y), (x, y + 10.1)]) for x in steps for y in steps]
    lines = shapely.set_precision(np.array(lines), 0.1)
    assert not may_meet_apart(lines, *_all_pairs(lines)).any()


def test_crossings_touches_and_doubles_are_kept(monkeypatch):
    base = shapely.LineString([(0, 0), (5, 0), (10, 0)])
    others = [[(2, -1), (2, 1)], [(3, 0), (3, 4)], [(0, 0), (5, 0)], [(0, 0), (7, 0)], [(5, 0), (2, 0)]]
    lines = np.array([base, *map(shapely.LineString, others)])
    one, two = np.zeros(len(others), int), np.arange(1, len(lines))
    assert may_meet_apart(lines, one, two).all()
    monkeypatch.setattr("geo.meeting.AT_ONCE", 3)  # many small rounds, and pairs too big for one
    assert may_meet_apart(lines, one, two).all()


def test_pairs_in_many_rounds_are_each_judged_by_their_own_segments(monkeypatch):
    rng = np.random.default_rng(4)
    lines = np.array([shapely.LineString(rng.random((n, 2))) for n in rng.integers(2, 5, 30)])
    pairs = _all_pairs(lines)
    whole = may_meet_apart(lines, *pairs)
    assert (whole == shapely.intersects(lines[pairs[0]], lines[pairs[1]])).all()
    monkeypatch.setattr("geo.meeting.AT_ONCE", 20)
    assert (may_meet_apart(lines, *pairs) == whole).all()


def test_what_no_number_can_hold_is_left_to_geos():
    lines = np.array(
        [shapely.LineString([(-1e300, 0), (1e300, 0)]), shapely.LineString([(0, -1), (0, 1e300)])]
    )
    assert may_meet_apart(lines, np.array([0]), np.array([1])).all()


def test_no_pairs_at_all():
    lines = np.array([shapely.LineString([(0, 0), (1, 1)])])
    none = np.empty(0, int)
    assert not len(may_meet_apart(lines, none, none))
