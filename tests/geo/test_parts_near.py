"""What lies within a straight line of sites, against the union of their buffers."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.overlay import covered_parts
from geo.parts_near import parts_near


def some_boxes(rng, count, size_m, extent_m=3_000):
    low, size = rng.uniform(0, extent_m, (count, 2)), rng.uniform(3, size_m, (count, 2))
    return np.asarray(shapely.box(*low.T, *(low + size).T), dtype=object)


def some_sites(rng, count):
    """Polygons, some large and bent inwards, lines and points."""
    stars = []
    for centre in rng.uniform(0, 3_000, (count, 2)):
        angle = np.sort(rng.uniform(0, 2 * np.pi, 9))
        far = rng.uniform(10, 500, 9)[:, None]
        stars.append(shapely.Polygon(centre + far * np.column_stack([np.cos(angle), np.sin(angle)])))
    lines = shapely.linestrings(rng.uniform(0, 3_000, (count, 4, 2)))
    return np.concatenate(
        [shapely.make_valid(stars), lines, shapely.points(rng.uniform(0, 3_000, (count, 2)))]
    )


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 20.0, 300.0, 1_500.0]), st.booleans())
def test_gives_the_same_as_the_union_of_buffers(seed, radius_m, each):
    rng = np.random.default_rng(seed)
    homes, sites = some_boxes(rng, 40, 260), some_sites(rng, 4)
    radius = rng.choice([radius_m, 100.0], len(sites)) if each else np.full(len(sites), radius_m)
    whole = covered_parts(homes, shapely.buffer(sites, radius, quad_segs=32))
    found, rest = parts_near(homes, sites, radius if each else radius_m, 32)
    parted = ~shapely.is_missing(rest)
    assert shapely.area(found) == pytest.approx(shapely.area(whole), rel=1e-9, abs=1e-6)
    assert (shapely.area(found) + shapely.area(rest))[parted] == pytest.approx(shapely.area(homes)[parted])


def test_homes_deep_inside_a_site_are_served_though_its_outline_is_far():
    home, city = shapely.box(5_000, 5_000, 5_050, 5_050), shapely.box(0, 0, 10_000, 10_000)
    assert parts_near([home], [city], 100, 32)[0][0].equals(home)


def test_without_sites_nothing_is_served_and_empty_homes_stay_empty():
    homes = [shapely.box(0, 0, 9, 9), shapely.Polygon()]
    assert shapely.is_empty(parts_near(homes, [], 100, 32)[0]).all()
    assert shapely.is_empty(parts_near(homes, [shapely.Point(4, 4)], 100, 32)[0]).tolist() == [False, True]
