"""Fitting a local system: against the transformation behind the points, and plain least squares."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.fit import FitError, PlaneTransform, fit_affine, fit_similarity, four_parameters

POINTS = np.array(
    [[90_000.0, 10_000], [150_000, 12_000], [120_000, 45_000], [95_000, 40_000], [130_000, 20_000]]
)


def moved(rotation_deg: float, scale: float, dx: float, dy: float) -> np.ndarray:
    """Through complex numbers: rotation and scale are one factor."""
    factor = scale * np.exp(1j * np.radians(rotation_deg))
    z = factor * (POINTS[:, 0] + 1j * POINTS[:, 1]) + complex(dx, dy)
    return np.column_stack([z.real, z.imag])


@settings(max_examples=40, deadline=None)
@given(st.floats(-180, 180), st.floats(0.99, 1.01), st.floats(-1e6, 1e6), st.floats(2e6, 3e6))
def test_exact_points_give_their_transformation_back(rotation, scale, dx, dy):
    known = moved(rotation, scale, dx, dy)
    for fit in (fit_similarity(POINTS, known), fit_affine(POINTS, known)):
        assert fit.largest < 1e-6
        assert fit.transform.applied(POINTS) == pytest.approx(known, abs=1e-6)
        assert fit.transform.scale == pytest.approx(scale, abs=1e-9)


def test_noisy_points_are_fitted_as_least_squares_do():
    noise = np.random.default_rng(5).normal(0, 0.05, POINTS.shape)
    known = moved(0.7, 1.00002, 4e5, 2.5e6) + noise
    x, y, one, none = POINTS[:, 0], POINTS[:, 1], np.ones(5), np.zeros(5)
    design = np.vstack([np.column_stack([x, -y, one, none]), np.column_stack([y, x, none, one])])
    left = np.linalg.lstsq(design / 1e5, known.T.ravel(), rcond=None)[0] / 1e5
    expected = (design @ left - known.T.ravel()).reshape(2, -1)
    fit = fit_similarity(POINTS, known)
    assert fit.residuals == pytest.approx(np.hypot(*expected), abs=1e-5)
    assert fit.rms == pytest.approx(np.sqrt((expected**2).sum() / 5), abs=1e-5)
    assert fit_affine(POINTS, known).rms <= fit.rms


def test_what_cannot_be_fitted():
    with pytest.raises(FitError, match="3 points are needed, 2"):
        fit_similarity(POINTS[:2], POINTS[:2])
    with pytest.raises(FitError, match="one place"):
        fit_similarity(POINTS[[0, 0, 0]], POINTS[:3])
    with pytest.raises(FitError, match="4 points are needed, 3"):
        fit_affine(POINTS[:3], POINTS[:3])
    line = np.column_stack([np.arange(5.0), 2 * np.arange(5.0) + 1])
    with pytest.raises(FitError, match="one line"):
        fit_affine(line, POINTS)


def test_four_parameters_are_a_rotation_about_the_origin():
    turn = four_parameters(10, 20, 3600 * 90, 100)
    assert turn.applied(np.array([[1_000.0, 0.0]])) == pytest.approx(np.array([[10.0, 1_020.1]]))
    assert turn.determinant == pytest.approx(1.0001**2)
    assert turn.rotation_deg == pytest.approx(90)


def test_a_mirror_has_a_negative_determinant():
    assert PlaneTransform(0, 1, 0, 1, 0, 0).determinant == -1
