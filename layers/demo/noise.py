"""Smooth noise from additions and multiplications alone, so that every machine makes the same city."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_PERIOD = 256
# Points worked on at once: what they need stays in the processor's cache.
_AT_ONCE = 16_384
_TO_UNIT = 1.6


class Noise:
    """Gradient noise over the plane, about -1 to 1, repeating every 256 wavelengths.

    Parameters
    ----------
    rng
        Where the random gradients come from.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._gx, self._gy = rng.uniform(-1.0, 1.0, (2, _PERIOD, _PERIOD))

    def at(self, x: Floats, y: Floats, wavelength_m: float) -> Floats:
        """Give the noise of one wavelength at points; where x is a row and y a column, the mesh of both."""
        x, y = np.asarray(x) / wavelength_m, np.asarray(y) / wavelength_m
        shape = np.broadcast_shapes(x.shape, y.shape)
        if is_mesh(x, y):
            return self._mesh(x.ravel(), y.ravel())
        if is_mesh(y, x):
            return self._mesh(x.ravel(), y.ravel()).T
        u, v = np.broadcast_to(x, shape).ravel(), np.broadcast_to(y, shape).ravel()
        found = np.empty(len(u))
        for first in range(0, len(u), _AT_ONCE):
            part = slice(first, first + _AT_ONCE)
            found[part] = self._points(u[part], v[part])
        return found.reshape(shape)

    def fractal(self, x: Floats, y: Floats, wavelength_m: float, octaves: int) -> Floats:
        """Give the sum of octaves, each of half the wavelength and half the height of the one before."""
        total = np.zeros(np.broadcast_shapes(np.shape(x), np.shape(y)))
        for octave in range(octaves):
            shift = 37.3 * wavelength_m * octave
            total += 0.5**octave * self.at(x + shift, y - shift, wavelength_m * 0.5**octave)
        return total

    def ridged(self, x: Floats, y: Floats, wavelength_m: float, octaves: int) -> Floats:
        """Give noise with sharp crests, 0 to 1, as hills have them."""
        total = np.zeros(np.broadcast_shapes(np.shape(x), np.shape(y)))
        for octave in range(octaves):
            shift = 19.7 * wavelength_m * octave
            total += 0.5**octave * (1.0 - np.abs(self.at(x - shift, y + shift, wavelength_m * 0.5**octave)))
        return total / (2.0 - 0.5 ** (octaves - 1))

    def _points(self, u: Floats, v: Floats) -> Floats:
        """Give the noise at places in wavelengths."""
        iu, iv = np.floor(u), np.floor(v)
        fu, fv = u - iu, v - iv
        i0, j0 = iu.astype(np.int64) % _PERIOD, iv.astype(np.int64) % _PERIOD
        i1, j1 = (i0 + 1) % _PERIOD, (j0 + 1) % _PERIOD
        su, sv = _fade(fu), _fade(fv)
        south = _mix(self._corner(i0, j0, fu, fv), self._corner(i1, j0, fu - 1.0, fv), su)
        north = _mix(self._corner(i0, j1, fu, fv - 1.0), self._corner(i1, j1, fu - 1.0, fv - 1.0), su)
        return _TO_UNIT * _mix(south, north, sv)

    def _mesh(self, u: Floats, v: Floats) -> Floats:
        """Give the noise where rows ``v`` and columns ``u`` cross: along each row of gradients but once."""
        iu, iv = np.floor(u), np.floor(v)
        fu, fv = u - iu, (v - iv)[:, None]
        i0 = iu.astype(np.int64) % _PERIOD
        i1 = (i0 + 1) % _PERIOD
        first = int(iv.min())
        rows = np.arange(first, int(iv.max()) + 2) % _PERIOD
        su = _fade(fu)
        flat = _mix(self._gx[i0][:, rows].T * fu, self._gx[i1][:, rows].T * (fu - 1.0), su)
        steep = _mix(self._gy[i0][:, rows].T, self._gy[i1][:, rows].T, su)
        own = iv.astype(np.int64) - first
        south = flat[own] + fv * steep[own]
        north = flat[own + 1] + (fv - 1.0) * steep[own + 1]
        return np.asarray(_TO_UNIT * _mix(south, north, _fade(fv)))

    def _corner(self, i: NDArray[np.int64], j: NDArray[np.int64], du: Floats, dv: Floats) -> Floats:
        at = i * _PERIOD + j
        return np.asarray(self._gx.take(at) * du + self._gy.take(at) * dv)


def smoothstep(value: Floats, low: float, high: float) -> Floats:
    """Rise from 0 at ``low`` to 1 at ``high`` without a kink.

    Examples
    --------
    >>> smoothstep(np.array([0.0, 5.0, 20.0]), 0.0, 10.0).tolist()
    [0.0, 0.5, 1.0]
    """
    t = np.clip((value - low) / (high - low), 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


def bump(x: Floats, y: Floats, centre: tuple[float, float], radius_m: float) -> Floats:
    """Give a smooth hill of height 1 over ``centre``, a quarter of it at ``radius_m``."""
    square = ((x - centre[0]) ** 2 + (y - centre[1]) ** 2) / radius_m**2
    return 1.0 / (1.0 + square) ** 2


def is_mesh(row: Floats, column: Floats) -> bool:
    """Tell whether x is one row and y one column: then every crossing of the two is meant."""
    return row.ndim == column.ndim == 2 and row.shape[0] == 1 and column.shape[1] == 1


def _fade(t: Floats) -> Floats:
    return t * t * t * (t * (t * 6.0 - 15.0) + 10.0)


def _mix(a: Floats, b: Floats, share: Floats) -> Floats:
    return a + (b - a) * share
