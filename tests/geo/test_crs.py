"""The system a city is measured in."""

from __future__ import annotations

import numpy as np
import pytest
from pyproj import CRS, Geod, Transformer
from shapely import Polygon, box

from geo.crs import is_metric_conformal, require_projected_metres, study_crs


@pytest.mark.parametrize(
    ("lon", "lat", "epsg"),
    [
        (114.06, 22.54, 4547),  # Shenzhen
        (114.17, 22.32, 4547),  # Hong Kong
        (104.07, 30.67, 4544),  # Chengdu: 105
        (102.71, 25.04, 4543),  # Kunming: 102
        (121.47, 31.23, 4549),  # Shanghai: 120
        (75.99, 39.47, 4534),  # Kashgar: 75
        (134.3, 48.3, 4554),  # Fuyuan: 135
    ],
)
def test_cities_in_china_get_their_three_degree_zone(lon, lat, epsg):
    crs = study_crs(box(lon - 0.1, lat - 0.1, lon + 0.1, lat + 0.1))
    assert crs.to_epsg() == epsg
    assert epsg == 4547 + (3 * round(lon / 3) - 114) / 3
    assert is_metric_conformal(crs)


@pytest.mark.parametrize(("lon", "lat"), [(-15.43, 28.12), (103.82, 1.35), (24.94, 60.17), (7.42, 43.74)])
def test_elsewhere_a_local_system_is_true_to_scale_within_25_km(lon, lat):
    crs = study_crs(box(lon - 0.1, lat - 0.1, lon + 0.1, lat + 0.1))
    assert is_metric_conformal(crs)
    require_projected_metres(crs)
    to_plane = Transformer.from_crs(4326, crs, always_xy=True)
    to_degrees = Transformer.from_crs(crs, 4326, always_xy=True)
    x, y = to_plane.transform(lon, lat)
    assert abs(x) < 1e-3
    for dx, dy in ((0.0, 100.0), (100.0, 0.0), (70.0, -70.0)):
        a, b = to_degrees.transform(x + 25_000, y), to_degrees.transform(x + 25_000 + dx, y + dy)
        ground = Geod(ellps="WGS84").inv(*a, *b)[2]
        assert abs(np.hypot(dx, dy) / ground - 1) < 1e-5


@pytest.mark.parametrize("crs", [None, 4490, 4326, 3857, 3395, 2229])
def test_unfit_systems_are_refused(crs):
    with pytest.raises(ValueError, match="system"):
        require_projected_metres(None if crs is None else CRS.from_epsg(crs))


def test_a_boundary_without_place_is_refused():
    with pytest.raises(ValueError, match="empty"):
        study_crs(Polygon())
    with pytest.raises(ValueError, match="degrees"):
        study_crs(box(500_000, 2_500_000, 501_000, 2_501_000))
