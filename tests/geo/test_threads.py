from __future__ import annotations

import numpy as np
import pytest
import shapely

from geo.robust import CHUNK, apply, pairs_hold
from geo.threads import set_threads, threads


@pytest.fixture
def four():
    before = threads()
    set_threads(4)
    yield
    set_threads(before)


def test_as_many_threads_as_were_set_and_none_is_refused(four):
    assert threads() == 4
    with pytest.raises(ValueError, match="0 threads"):
        set_threads(0)
    assert threads() == 4


def test_the_results_do_not_depend_on_the_threads(four):
    chance = np.random.default_rng(1)
    discs = shapely.buffer(shapely.points(chance.uniform(0, 1_000, (3 * CHUNK, 2))), 30)
    cuts = shapely.box(*np.tile([0, 0, 500, 500], (3 * CHUNK, 1)).T)
    shared = apply(shapely.intersection, discs, cuts)
    set_threads(1)
    alone = apply(shapely.intersection, discs, cuts)
    assert (shapely.to_wkb(shared) == shapely.to_wkb(alone)).all()


def test_one_prepared_shape_in_many_rows_is_asked_by_one_thread_at_a_time(four):
    """The same object in two rows has one index; GEOS builds it while it is asked."""
    ring = shapely.Point(0, 0).buffer(100, quad_segs=500)
    shapely.prepare(ring)
    areas = np.full(8, ring)
    chance = np.random.default_rng(2)
    points = shapely.points(chance.uniform(-150, 150, (8 * CHUNK, 2)))
    which = np.arange(8 * CHUNK) % 8
    asked = []

    def inside(first, second):
        asked.append(len(first))
        return shapely.covers(first, second)

    held = pairs_hold(inside, areas, which, points)
    assert asked == [8 * CHUNK]
    assert (held == shapely.covers(ring, points)).all()
