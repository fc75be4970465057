"""Shifted coordinates: the published pair, and back again over the whole country."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from pyproj import Geod

from geo import datum

GEOD = Geod(ellps="WGS84")


def grid(step):
    lon, lat = np.meshgrid(np.arange(73.0, 136.0, step), np.arange(3.0, 54.0, step))
    return lon.ravel(), lat.ravel()


def test_the_published_pair():
    lon, lat = datum.wgs84_to_gcj02(np.array([116.42079]), np.array([39.90105]))
    _, _, off_m = GEOD.inv(lon[0], lat[0], 116.42703, 39.90245)
    assert off_m < 1.0


def test_the_shift_in_shenzhen_is_about_600_m():
    lon, lat = np.array([114.055]), np.array([22.541])
    moved = datum.wgs84_to_gcj02(lon, lat)
    _, _, off_m = GEOD.inv(lon, lat, *moved)
    assert 580 < off_m[0] < 630


def test_scalar_formula_written_out_again():
    """The same series term by term with the standard library, at random places."""
    import math as m  # noqa: PLC0415 - an independent computation

    rng = np.random.default_rng(4)
    for lon, lat in zip(rng.uniform(75, 134, 50), rng.uniform(5, 53, 50), strict=True):
        x, y = lon - 105, lat - 35
        both = (20 * m.sin(6 * m.pi * x) + 20 * m.sin(2 * m.pi * x)) * 2 / 3
        n = -100 + 2 * x + 3 * y + 0.2 * y**2 + 0.1 * x * y + 0.2 * m.sqrt(abs(x)) + both
        n += (20 * m.sin(m.pi * y) + 40 * m.sin(m.pi * y / 3)) * 2 / 3
        n += (160 * m.sin(m.pi * y / 12) + 320 * m.sin(m.pi * y / 30)) * 2 / 3
        e = 300 + x + 2 * y + 0.1 * x**2 + 0.1 * x * y + 0.1 * m.sqrt(abs(x)) + both
        e += (20 * m.sin(m.pi * x) + 40 * m.sin(m.pi * x / 3)) * 2 / 3
        e += (150 * m.sin(m.pi * x / 12) + 300 * m.sin(m.pi * x / 30)) * 2 / 3
        w = 1 - 0.00669342162296594323 * m.sin(lat * m.pi / 180) ** 2
        north = n * 180 / (6378245 * (1 - 0.00669342162296594323) / (w * m.sqrt(w)) * m.pi)
        east = e * 180 / (6378245 / m.sqrt(w) * m.cos(lat * m.pi / 180) * m.pi)
        got = datum.gcj02_offset(np.array([lon]), np.array([lat]))
        assert got[0][0] == pytest.approx(east, abs=1e-12)
        assert got[1][0] == pytest.approx(north, abs=1e-12)


@pytest.mark.parametrize(
    ("there", "back"),
    [
        (datum.wgs84_to_gcj02, datum.gcj02_to_wgs84),
        (datum.gcj02_to_bd09, datum.bd09_to_gcj02),
        (datum.wgs84_to_bd09, datum.bd09_to_wgs84),
    ],
)
def test_back_again_over_the_whole_country(there, back):
    lon, lat = grid(0.21)
    x, y = back(*there(lon, lat))
    _, _, off_m = GEOD.inv(lon, lat, x, y)
    assert off_m.max() < 0.001


def test_abroad_nothing_moves():
    lon, lat = np.array([-15.4, 139.7]), np.array([28.1, 35.7])
    assert datum.wgs84_to_gcj02(lon, lat)[0].tolist() == lon.tolist()
    assert datum.gcj02_to_wgs84(lon, lat)[1].tolist() == lat.tolist()


def test_geometries_there_and_back():
    shapes = np.array([shapely.box(114, 22.5, 114.1, 22.6), shapely.Point(114, 22.5), None], dtype=object)
    for name in ("gcj02", "bd09"):
        back = datum.unshifted(datum.shifted(shapes, name), name)
        assert shapely.equals_exact(back[:2], shapes[:2], 1e-9).all()
        assert back[2] is None
