"""Ellipsoidal sizes against geodesic ones, on equally densified shapes."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from pyproj import CRS, Transformer
from pyproj.crs import ProjectedCRS
from pyproj.crs.coordinate_operation import LambertAzimuthalEqualAreaConversion
from shapely import LineString, MultiPolygon, Point, Polygon, box

from geo.area import area_m2, length_m

GK = CRS.from_epsg(4547)


def geodesic(shape, crs, step):
    to_degrees = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
    dense = shapely.segmentize(shape, step)
    dense = shapely.transform(dense, lambda xy: np.column_stack(to_degrees.transform(xy[:, 0], xy[:, 1])))
    area = crs.get_geod().geometry_area_perimeter(shapely.orient_polygons(dense))[0]
    rings = shapely.get_rings(shapely.get_parts(dense))
    return abs(area), sum(crs.get_geod().geometry_length(ring) for ring in rings)


SHAPES = {
    "on the meridian": box(500_000, 2_500_000, 501_000, 2_501_000),
    "footprint far out": box(640_000, 2_520_000, 640_012, 2_520_009),
    "just small": Point(640_000, 2_520_000).buffer(990),
    "just not small": Point(640_000, 2_520_000).buffer(1_010),
    "city": Point(560_000, 2_500_000).buffer(30_000, 64),
    "long edges": box(600_000, 2_500_000, 640_000, 2_560_000),
    "with a hole": Point(600_000, 2_500_000)
    .buffer(9_000)
    .difference(Point(602_000, 2_500_000).buffer(3_000)),
    "two parts": MultiPolygon(
        [box(500_000, 2_500_000, 500_100, 2_500_100), box(580_000, 2_500_000, 580_500, 2_500_500)]
    ),
}


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("epsg", [4547, 32650, 3035, 3857])
def test_agrees_with_the_geodesic(name, epsg):
    crs = CRS.from_epsg(epsg)
    shape = SHAPES[name]
    if epsg != 4547:
        carry = Transformer.from_crs(GK, crs, always_xy=True)
        shape = shapely.transform(shape, lambda xy: np.column_stack(carry.transform(xy[:, 0], xy[:, 1])))
    area, length = geodesic(shape, crs, 100.0)
    assert area_m2([shape], crs)[0] == pytest.approx(area, rel=1e-6)
    assert length_m([shape], crs)[0] == pytest.approx(length, rel=1e-6)


def test_degrees_are_measured_on_the_ellipsoid():
    crs = CRS.from_epsg(4490)
    shape = Polygon([(114.0, 22.5), (114.3, 22.5), (114.25, 22.8)])
    area, length = geodesic(shape, crs, 0.001)
    assert area_m2([shape], crs)[0] == pytest.approx(area, rel=1e-6)
    assert length_m([shape], crs)[0] == pytest.approx(length, rel=1e-6)


def test_each_shape_keeps_its_place_and_its_size():
    shapes = [
        None,
        Polygon(),
        Point(5e5, 2.5e6),
        LineString([(5e5, 2.5e6), (5e5, 2.5e6 + 300)]),
        *SHAPES.values(),
    ]
    together = area_m2(shapes, GK)
    assert together[:4].tolist() == [0, 0, 0, 0]
    alone = np.array([area_m2([one], GK)[0] for one in SHAPES.values()])
    np.testing.assert_allclose(together[4:], alone, rtol=1e-7)
    assert length_m(shapes, GK)[:4].tolist() == pytest.approx([0, 0, 0, 300], rel=1e-6)


def test_many_small_shapes_scattered_over_a_zone():
    rng = np.random.default_rng(3)
    corner = np.column_stack([rng.uniform(4e5, 6.5e5, 3000), rng.uniform(2.4e6, 2.6e6, 3000)])
    plots = shapely.box(corner[:, 0], corner[:, 1], corner[:, 0] + 50, corner[:, 1] + 80)
    some = rng.integers(0, 3000, 25)
    expected = [geodesic(plots[k], GK, 10.0)[0] for k in some]
    np.testing.assert_allclose(area_m2(plots, GK)[some], expected, rtol=1e-6)


def test_nothing_gives_nothing():
    assert area_m2([], GK).tolist() == []
    assert length_m([], GK).tolist() == []


def test_large_shapes_sum_their_rings_holes_parts_and_collections():
    holed = SHAPES["with a hole"].difference(box(594_000, 2_496_000, 597_000, 2_499_000))
    apart = box(700_000, 2_500_000, 705_000, 2_503_000)
    two = MultiPolygon([holed, apart])
    mixed = shapely.GeometryCollection([Point(600_000, 2_500_000), two, LineString(apart.exterior)])
    filled = [Polygon(ring) for ring in shapely.get_rings(holed)]
    given = [two, holed, mixed, apart, *filled]
    found = area_m2(given, GK)
    assert found[1] == pytest.approx(found[4] - found[5:].sum(), rel=1e-12)
    assert found[0] == pytest.approx(found[1] + found[3], rel=1e-12)
    assert found[2] == found[0]
    assert len(found[5:]) == 2


@pytest.mark.parametrize(("epsg", "lon", "lat"), [
    (4547, 114.5, 22.6), (32650, 119.0, 30.0), (3035, 12.0, 45.0), (3857, 114.5, 22.6), (4490, 114.5, 40.0),
    (2263, -73.9, 40.7), (3460, 180.0, -17.5), (3408, 90.0, 60.0),
])  # fmt: skip
@pytest.mark.parametrize("name", ["just not small", "city", "with a hole"])
def test_large_shapes_have_the_area_of_their_dense_edges_carried_into_an_equal_area_system(
    name, epsg, lon, lat
):
    """By PROJ, point for point; degrees, feet, the 180th meridian and a sphere are there."""
    crs = CRS.from_epsg(epsg)
    around = LambertAzimuthalEqualAreaConversion(lat, lon)
    equal = ProjectedCRS(conversion=around, geodetic_crs=crs.geodetic_crs)
    centre = SHAPES[name].centroid
    shape = shapely.transform(SHAPES[name], lambda xy: xy - [centre.x, centre.y])
    back, over = (Transformer.from_crs(*pair, always_xy=True) for pair in ((equal, crs), (crs, equal)))
    shape = shapely.transform(shape, back.transform, interleaved=False)
    dense = shapely.segmentize(shape, 20.0 if crs.is_projected else 2e-4)
    flat = shapely.transform(dense, over.transform, interleaved=False)
    assert area_m2([shape], crs)[0] == pytest.approx(flat.area, rel=1e-9)
