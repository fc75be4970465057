"""Overlaps, against shapely's intersections of every pair."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
import shapely
import square_city

from layers.check_topology import check_topology
from layers.kinds import LayerKind


def _squares(seed, count=40):
    rng = np.random.default_rng(seed)
    corners = rng.integers(0, 40, (count, 2)) * 50
    return [square_city.square(float(x), float(y), 100.0) for x, y in corners]


def _overlaps(study, kind):
    found = [one for one in check_topology(study) if one.code == "topology.overlap" and one.layer == kind]
    return {(one.feature, one.message.en.rpartition("overlaps ")[2]) for one in found if one.feature}


def _expected(shapes):
    pairs = ((i, j, shapes[i].intersection(shapes[j]).area) for i, j in combinations(range(len(shapes)), 2))
    return {(str(i), f"{j} by {area:,.1f} m²") for i, j, area in pairs if area > 1}


@pytest.mark.parametrize("seed", range(4))
def test_overlaps_are_those_of_every_pair(seed):
    shapes = _squares(seed)
    study = square_city.square_study(square_city.layer(LayerKind.LAND_USE, shapes))
    expected = _expected(shapes)
    assert 0 < len(expected) < 50
    assert _overlaps(study, "land_use") == expected


@pytest.mark.parametrize("seed", range(4))
def test_a_layer_that_repeats_another_ones_shapes_is_judged_as_if_alone(seed):
    now, new = _squares(seed), _squares(seed + 50)
    before = now[30:] + now[:20] + new[:10]  # other rows, some shapes changed
    before[0] = shapely.normalize(before[0])
    pairs = (LayerKind.LAND_USE, now), (LayerKind.LAND_USE_BASELINE, before)
    study = square_city.square_study(*(square_city.layer(kind, shapes) for kind, shapes in pairs))
    assert _overlaps(study, "land_use") == _expected(now)
    assert _overlaps(study, "land_use_baseline") == _expected(before)


@pytest.mark.parametrize("fewer", [0, 1])
def test_a_layer_of_the_same_shapes_at_both_dates_overlaps_the_same(fewer):
    now = _squares(3)
    pairs = (LayerKind.LAND_USE, now), (LayerKind.LAND_USE_BASELINE, now[: len(now) - fewer])
    study = square_city.square_study(*(square_city.layer(kind, shapes) for kind, shapes in pairs))
    assert _overlaps(study, "land_use_baseline") == _expected(now[: len(now) - fewer])
