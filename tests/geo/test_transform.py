"""Changing systems: the published shift of Hong Kong's datum is applied, whichever way it is asked for."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS, Geod

from geo.transform import accuracy_m, moved_to

HK = gpd.GeoSeries([shapely.Point(836694.05, 819069.80)], crs=2326)


def off_m(one, two):
    a, b = one.to_crs(4326).iloc[0], two.to_crs(4326).iloc[0]
    return Geod(ellps="WGS84").inv(a.x, a.y, b.x, b.y)[2]


def test_hong_kong_to_cgcs2000_is_not_left_300_m_off():
    true = HK.to_crs(4326)  # this pair has a published transformation
    got = moved_to(HK, CRS.from_epsg(4547))
    assert off_m(got, true) < 1
    assert off_m(HK.to_crs(4547), true) > 200  # what the direct way would have done


def test_and_back():
    there = moved_to(HK, CRS.from_epsg(4547))
    back = moved_to(there, CRS.from_epsg(2326))
    assert back.iloc[0].distance(HK.iloc[0]) < 0.01


def test_modern_datums_are_one():
    point = gpd.GeoSeries([shapely.Point(114, 22.5)], crs=4490)
    got = moved_to(point, CRS.from_epsg(4326)).iloc[0]
    assert np.allclose([got.x, got.y], [114, 22.5], atol=1e-9)


@pytest.mark.parametrize(
    ("code", "least", "most"), [(2435, 1, 20), (2383, -1, -1), (2326, 1, 1), (32650, 0, 0)]
)
def test_accuracy_is_stated(code, least, most):
    assert least <= accuracy_m(CRS.from_epsg(code), CRS.from_epsg(4547)) <= most


def test_shapes_without_a_system_are_refused():
    with pytest.raises(ValueError, match="no coordinate system"):
        moved_to(gpd.GeoSeries([shapely.Point(0, 0)]), CRS.from_epsg(4326))
