"""Fitting a local plane system to a known one by control points."""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, cos, degrees, hypot, radians, sin
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Points = NDArray[np.float64]

SIMILARITY_POINTS, AFFINE_POINTS = 3, 4
"""Points needed: one more than determine the transformation, so that residuals say something."""
_FLAT = 1e-6


class FitError(ValueError):
    """The points do not determine the transformation: too few, or all on one line."""


@dataclass(frozen=True)
class PlaneTransform:
    """``x' = a x + b y + c``, ``y' = d x + e y + f``.

    Examples
    --------
    >>> PlaneTransform(1, 0, 500_000, 0, 1, 2_500_000).applied(np.array([[10.0, 20.0]])).tolist()
    [[500010.0, 2500020.0]]
    """

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    @property
    def determinant(self) -> float:
        """How much areas grow; negative where the plane is mirrored."""
        return self.a * self.e - self.b * self.d

    @property
    def scale(self) -> float:
        """By how much lengths along x grow."""
        return hypot(self.a, self.d)

    @property
    def rotation_deg(self) -> float:
        """By how many degrees the x axis turns, anticlockwise."""
        return degrees(atan2(self.d, self.a))

    def applied(self, points: Points) -> Points:
        """Transform points, one row each."""
        x, y = points[:, 0], points[:, 1]
        return np.column_stack([self.a * x + self.b * y + self.c, self.d * x + self.e * y + self.f])


def four_parameters(dx: float, dy: float, rotation_s: float, scale_ppm: float) -> PlaneTransform:
    """Make the transformation of a plane Helmert's four parameters.

    ``x' = dx + m (x cos r - y sin r)``, ``y' = dy + m (x sin r + y cos r)`` with ``m = 1 + scale_ppm / 1e6``
    and the rotation ``r`` in seconds of arc, anticlockwise.

    Examples
    --------
    >>> four_parameters(1.0, 2.0, 0.0, 0.0)
    PlaneTransform(a=1.0, b=-0.0, c=1.0, d=0.0, e=1.0, f=2.0)
    """
    turn, growth = radians(rotation_s / 3600), 1 + scale_ppm / 1e6
    return PlaneTransform(
        growth * cos(turn), -growth * sin(turn), dx, growth * sin(turn), growth * cos(turn), dy
    )


@dataclass(frozen=True, eq=False)
class Fit:
    """A transformation fitted by least squares and what it leaves at each point, in the target's unit."""

    transform: PlaneTransform
    residuals: NDArray[np.float64]

    @property
    def rms(self) -> float:
        """Root mean square of the residuals."""
        return float(np.sqrt(np.mean(self.residuals**2)))

    @property
    def largest(self) -> float:
        """The largest residual."""
        return float(self.residuals.max())


def fit_similarity(local: Points, known: Points) -> Fit:
    """Fit shift, rotation and one scale (plane Helmert, four parameters) by least squares.

    Raises
    ------
    FitError
        Fewer than three points, or all in one place.
    """
    _require(local, SIMILARITY_POINTS)
    near, (x0, y0) = _centred(local), local.mean(axis=0)
    far, (u0, v0) = _centred(known), known.mean(axis=0)
    if np.abs(near).max() < _FLAT:
        raise FitError("the points lie in one place")
    power = float((near**2).sum())
    cosine = float((near * far).sum()) / power
    sine = float((near[:, 0] * far[:, 1] - near[:, 1] * far[:, 0]).sum()) / power
    shift = u0 - cosine * x0 + sine * y0, v0 - sine * x0 - cosine * y0
    return _fit(PlaneTransform(cosine, -sine, float(shift[0]), sine, cosine, float(shift[1])), local, known)


def fit_affine(local: Points, known: Points) -> Fit:
    """Fit all six parameters by least squares.

    Raises
    ------
    FitError
        Fewer than four points, or all on one line.
    """
    _require(local, AFFINE_POINTS)
    near = _centred(local)
    spread = np.linalg.svd(near, compute_uv=False)
    if spread[1] < _FLAT * max(spread[0], 1.0):
        raise FitError("the points lie on one line")
    x0, y0 = local.mean(axis=0)
    far, (u0, v0) = _centred(known), known.mean(axis=0)
    (a, d), (b, e) = np.linalg.lstsq(near, far, rcond=None)[0]
    return _fit(
        PlaneTransform(
            float(a), float(b), float(u0 - a * x0 - b * y0), float(d), float(e), float(v0 - d * x0 - e * y0)
        ),
        local,
        known,
    )


def _require(points: Points, least: int) -> None:
    if len(points) < least:
        raise FitError(f"{least} points are needed, {len(points)} are given")


def _centred(points: Points) -> Points:
    """Give points about their mean: big coordinates would cost digits."""
    moved: Points = points - points.mean(axis=0)
    return moved


def _fit(transform: PlaneTransform, local: Points, known: Points) -> Fit:
    left = transform.applied(local) - known
    return Fit(transform, np.hypot(left[:, 0], left[:, 1]))
