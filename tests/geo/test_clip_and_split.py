"""Clipped and split at once, the parts are those of one after the other."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, box

from geo import clip_and_split as module
from geo.clip_and_split import clip_and_split
from geo.overlay import clip, split_by


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 100_000))
def test_the_parts_are_those_of_clipping_then_splitting(seed):
    rng = np.random.default_rng(seed)
    angle = np.linspace(0, 2 * np.pi, 900, endpoint=False)
    radius = 450 * (1 + 0.1 * rng.random(900))
    city = Polygon(np.column_stack([500 + radius * np.cos(angle), 500 + radius * np.sin(angle)]))
    halves = shapely.intersection([box(0, 0, 480, 1_000), box(480, 0, 1_000, 1_000)], city)
    out_of_the_city = box(900, 0, 990, 900)
    districts = [*halves, shapely.segmentize(out_of_the_city, 5)]
    low = rng.uniform(-100, 1_100, (300, 2))
    plots = shapely.box(low[:, 0], low[:, 1], low[:, 0] + 14, low[:, 1] + 22)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "CROWD", 10)
        both = clip_and_split(plots, city, districts)
    parts = split_by(clip(plots, city), districts)
    assert both.feature.tolist() == parts.feature.tolist()
    assert both.district.tolist() == parts.district.tolist()
    assert shapely.equals_identical(both.shape, parts.shape).all()
    assert set(both.district.tolist()) >= {0, 1}
