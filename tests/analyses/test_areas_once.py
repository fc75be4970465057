"""Areas that count each place once, against shapes from which the overlaps are cut."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from square_city import X0, Y0, layer, square_study

from analyses.areas import once, pieces
from analyses.areas_once import areas_once
from layers.kinds import LayerKind

K = LayerKind


def by_cutting(study):
    cut = pieces(study, once(study.frame(K.LAND_USE)), study.land)
    return cut.groupby(["id", "district"])["area_m2"].sum()


def counted(study):
    return areas_once(study, K.LAND_USE, study.land).groupby(["id", "district"])["area_m2"].sum()


def plots(seed, count):
    """Plots that overlap by much or by a hair, some over the edge of the city or of a district."""
    rng = np.random.default_rng(seed)
    low = (
        np.array([X0, Y0]) + rng.integers(-2, 9, (count, 2)) * 500.0 + rng.choice([0, 0.001, 137], (count, 2))
    )
    high = low + rng.integers(1, 4, (count, 2)) * 500.0
    shapes = shapely.box(*low.T, *high.T)
    turned = rng.random(count) < 0.3
    shapes[turned] = shapely.buffer(shapely.centroid(shapes[turned]), 400.0, quad_segs=8)
    names = rng.permutation(count)
    return layer(K.LAND_USE, list(shapes), id=[f"{name:03}" for name in names])


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(2, 25))
def test_areas_are_those_of_shapes_without_overlaps(seed, count):
    study = square_study(plots(seed, count))
    wanted, found = by_cutting(study), counted(study)
    hair = (
        0.2  # m² of plots up to 2 km²: areas go by the scale in the middle of a box, and cutting moves boxes
    )
    np.testing.assert_allclose(found.reindex(wanted.index).to_numpy(), wanted.to_numpy(), rtol=0, atol=hair)
    assert found.drop(wanted.index, errors="ignore").sum() == pytest.approx(0, abs=hair)


def test_a_plot_that_others_hold_whole_is_gone():
    box = shapely.box(X0, Y0, X0 + 1_000, Y0 + 1_000)
    halves = shapely.box(X0, Y0, X0 + 600, Y0 + 1_000), shapely.box(X0 + 500, Y0, X0 + 1_000, Y0 + 1_000)
    study = square_study(layer(K.LAND_USE, [*halves, box], id=["a", "b", "c"]))
    found = areas_once(study, K.LAND_USE, study.land)
    assert found["id"].tolist() == ["a", "b"]
    assert found["area_m2"].to_numpy() == pytest.approx([600_000, 400_000], rel=1e-6)
