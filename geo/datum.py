"""GCJ-02 and BD-09, the shifted coordinates of Chinese web maps, both ways.

Constants and series: the published reverse-engineered form of the GCJ-02 offset; no official text exists.
Outside the box 72.004-137.8347 E, 0.8293-55.8271 N nothing is shifted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

ShiftedDatum = Literal["gcj02", "bd09"]

_AXIS_M = 6_378_245.0
_ECCENTRICITY = 0.00669342162296594323
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
_BAIDU = 3_000.0 * np.pi / 180.0
_ROUNDS = 30
_CLOSE_DEG = 1e-11


def _waves(values: Floats, *terms: tuple[float, float]) -> Floats:
    total = np.zeros_like(values)
    for height, wave_number in terms:
        total += height * np.sin(values * np.pi * wave_number)
    return total * 2.0 / 3.0


def gcj02_offset(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Give what GCJ-02 adds to longitude and latitude at WGS 84 places, degrees; zero outside China.

    Examples
    --------
    >>> east, north = gcj02_offset(np.array([114.05]), np.array([22.54]))
    >>> bool(0.004 < east[0] < 0.006), bool(-0.004 < north[0] < -0.002)
    (True, True)
    """
    x, y = lon - 105.0, lat - 35.0
    short = _waves(x, (20.0, 6.0), (20.0, 2.0))
    root = np.sqrt(np.abs(x))
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north_m += short + _waves(y, (20.0, 1.0), (40.0, 1 / 3)) + _waves(y, (160.0, 1 / 12), (320.0, 1 / 30))
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east_m += short + _waves(x, (20.0, 1.0), (40.0, 1 / 3)) + _waves(x, (150.0, 1 / 12), (300.0, 1 / 30))
    phi = np.radians(lat)
    m = 1.0 - _ECCENTRICITY * np.sin(phi) ** 2
    meridian_m = _AXIS_M * (1.0 - _ECCENTRICITY) / (m * np.sqrt(m))
    parallel_m = _AXIS_M / np.sqrt(m) * np.cos(phi)
    inside = (lon >= _WEST) & (lon <= _EAST) & (lat >= _SOUTH) & (lat <= _NORTH)
    zero = np.zeros_like(lon)
    return (
        np.where(inside, np.degrees(east_m / parallel_m), zero),
        np.where(inside, np.degrees(north_m / meridian_m), zero),
    )


def wgs84_to_gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Shift WGS 84 degrees to GCJ-02.

    Examples
    --------
    >>> lon, lat = wgs84_to_gcj02(np.array([116.42079]), np.array([39.90105]))
    >>> round(float(lon[0]), 5), round(float(lat[0]), 5)
    (116.42702, 39.90245)
    """
    east, north = gcj02_offset(lon, lat)
    return lon + east, lat + north


def gcj02_to_bd09(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Shift GCJ-02 degrees to BD-09."""
    reach = np.hypot(lon, lat) + 2e-5 * np.sin(lat * _BAIDU)
    angle = np.arctan2(lat, lon) + 3e-6 * np.cos(lon * _BAIDU)
    return reach * np.cos(angle) + 0.0065, reach * np.sin(angle) + 0.006


def wgs84_to_bd09(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Shift WGS 84 degrees to BD-09."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def gcj02_to_wgs84(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Undo GCJ-02; the error stays below a millimetre wherever the shift is continuous."""
    return _undo(wgs84_to_gcj02, lon, lat)


def bd09_to_gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Undo BD-09 as far as GCJ-02."""
    return _undo(gcj02_to_bd09, lon, lat)


def bd09_to_wgs84(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Undo BD-09 altogether."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


def _undo(
    forward: Callable[[Floats, Floats], tuple[Floats, Floats]], lon: Floats, lat: Floats
) -> tuple[Floats, Floats]:
    """Invert a small shift by fixed-point iteration: it moves by far less than the distance it acts over."""
    x, y = np.array(lon, dtype=float), np.array(lat, dtype=float)
    for _ in range(_ROUNDS):
        moved_x, moved_y = forward(x, y)
        step_x, step_y = lon - moved_x, lat - moved_y
        x, y = x + step_x, y + step_y
        if max(np.max(np.abs(step_x), initial=0.0), np.max(np.abs(step_y), initial=0.0)) < _CLOSE_DEG:
            break
    return x, y


def unshifted(geometries: NDArray[np.object_], datum: ShiftedDatum) -> NDArray[np.object_]:
    """Bring geometries in shifted longitude and latitude to WGS 84; Z is dropped."""
    undo = gcj02_to_wgs84 if datum == "gcj02" else bd09_to_wgs84
    return _moved(geometries, undo)


def shifted(geometries: NDArray[np.object_], datum: ShiftedDatum) -> NDArray[np.object_]:
    """Shift geometries in WGS 84 longitude and latitude as the web maps do; Z is dropped."""
    do = wgs84_to_gcj02 if datum == "gcj02" else wgs84_to_bd09
    return _moved(geometries, do)


def _moved(
    geometries: NDArray[np.object_], move: Callable[[Floats, Floats], tuple[Floats, Floats]]
) -> NDArray[np.object_]:
    def columns(points: Floats) -> Floats:
        return np.column_stack(move(points[:, 0], points[:, 1]))

    moved: NDArray[np.object_] = shapely.transform(geometries, columns)
    return moved
