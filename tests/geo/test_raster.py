"""Rasters: sums by exact shares, areas by class, nothing resampled that need not be."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Geod

from geo.area import area_m2
from geo.raster import (
    Grid,
    RasterError,
    Surface,
    aligned,
    area_sums,
    cell_areas_m2,
    class_areas_m2,
    classes_of,
    label_areas_m2,
    read_surface,
    zonal_sums,
)

GK = CRS.from_epsg(4547)
NINE = np.arange(1.0, 10.0).reshape(3, 3)


def surface(values, crs=GK, x=500_000.0, y=2_500_300.0, size=100.0):
    values = np.ma.masked_array(values)
    return Surface(Grid(crs, Affine(size, 0, x, 0, -size, y), values.shape), values)


def zones(*shapes, crs=GK):
    return gpd.GeoSeries(list(shapes), crs=crs)


def write(path, values, crs=4547, transform=None, **more):
    values = np.asarray(values)
    values = values if values.ndim == 3 else values[None]
    transform = transform or Affine(100, 0, 500_000, 0, -100, 2_500_300)
    profile = {"driver": "GTiff", "count": len(values), "height": values.shape[1], "width": values.shape[2]}
    profile |= {"dtype": values.dtype, "transform": transform, **more}
    if crs:
        profile["crs"] = f"EPSG:{crs}"
    with rasterio.open(path, "w", **profile) as file:
        file.write(values)
    return path


def test_cells_cut_in_half_count_half():
    whole, half = (
        shapely.box(500_000, 2_500_000, 500_300, 2_500_300),
        shapely.box(500_050, 2_500_000, 500_150, 2_500_300),
    )
    # the half zone takes half of columns 1 and 2: (1 + 4 + 7 + 2 + 5 + 8) / 2
    assert zonal_sums(surface(NINE), zones(whole, half)).tolist() == pytest.approx([45.0, 13.5])


def test_tiles_share_the_total_out():
    rng = np.random.default_rng(2)
    grid = surface(rng.random((40, 40)))
    seeds = shapely.MultiPoint(rng.uniform([500_000, 2_496_300], [504_000, 2_500_300], (30, 2)))
    area = shapely.box(*grid.grid.bounds)
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=area))
    tiles = shapely.intersection(cells, area)
    assert zonal_sums(grid, zones(*tiles)).sum() == pytest.approx(grid.values.sum(), rel=1e-9)


def test_nodata_adds_nothing():
    values = np.ma.masked_equal(NINE, 9.0)
    whole = shapely.box(500_000, 2_500_000, 500_300, 2_500_300)
    assert zonal_sums(surface(values), zones(whole)).tolist() == [36.0]


def test_class_areas_in_the_plane_and_in_degrees():
    classes = np.array([[1, 1, 2], [1, 2, 2], [3, 3, 3]], dtype=np.uint8)
    whole = shapely.box(500_000, 2_500_000, 500_300, 2_500_300)
    table = class_areas_m2(surface(classes), zones(whole))
    assert table.columns.tolist() == [1, 2, 3]
    assert table.iloc[0].tolist() == pytest.approx([30_000, 30_000, 30_000], rel=1e-6)
    degrees = CRS.from_epsg(4326)
    box = shapely.box(114, 22, 114.3, 22.3)
    table = class_areas_m2(surface(classes, degrees, 114, 22.3, 0.1), zones(box, crs=degrees))
    geodesic = abs(Geod(ellps="WGS84").geometry_area_perimeter(shapely.segmentize(box, 0.01))[0])
    assert table.to_numpy().sum() == pytest.approx(geodesic, rel=1e-5)


def test_cell_areas_follow_the_ellipsoid():
    far = Grid(GK, Affine(30, 0, 640_000, 0, -30, 2_520_000), (200, 150))
    areas = cell_areas_m2(far)
    assert areas.shape == far.shape
    assert areas.sum() == pytest.approx(area_m2([shapely.box(*far.bounds)], GK)[0], rel=2e-6)


def test_only_the_part_near_the_area_is_read(tmp_path):
    path = write(tmp_path / "a.tif", np.arange(100).reshape(10, 10), nodata=99)
    area = zones(shapely.box(500_210, 2_499_590, 500_290, 2_499_790))
    part = read_surface(path, area)
    assert part.surface.values.tolist() == [[52], [62], [72]]
    assert part.surface.grid.bounds == (500_200, 2_499_500, 500_300, 2_499_800)
    assert part.nodata_declared
    assert part.bands == 1


def test_masked_and_nan_cells_are_nodata(tmp_path):
    values = np.array([[1.0, np.nan], [-9.0, 4.0]])
    path = write(tmp_path / "a.tif", values, nodata=-9.0)
    part = read_surface(path, zones(shapely.box(500_000, 2_500_100, 500_200, 2_500_300)))
    assert part.surface.values.sum() == 5.0
    assert part.surface.values.count() == 2


@pytest.mark.parametrize(
    ("fault", "make"),
    [
        ("no_system", {"crs": None}),
        ("rotated", {"transform": Affine(100, 10, 500_000, 0, -100, 2_500_300)}),
        ("apart", {"transform": Affine(100, 0, 900_000, 0, -100, 2_500_300)}),
    ],
)
def test_rasters_that_cannot_be_used(tmp_path, fault, make):
    path = write(tmp_path / "a.tif", NINE, **make)
    with pytest.raises(RasterError) as caught:
        read_surface(path, zones(shapely.box(500_000, 2_500_000, 500_300, 2_500_300)))
    assert caught.value.fault == fault


def test_damaged_and_foreign_files(tmp_path):
    whole = write(tmp_path / "a.tif", np.random.default_rng(1).random((300, 300))).read_bytes()
    area = zones(shapely.box(500_000, 2_500_000, 500_300, 2_500_300))
    for content in (whole[:2000], b"II*\x00" + bytes(50), b"<VRTDataset/>"):
        path = tmp_path / "b.tif"
        path.write_bytes(content)
        with pytest.raises(RasterError) as caught:
            read_surface(path, area)
        assert caught.value.fault == "unreadable"


def test_aligning_moves_cells_to_the_other_grid():
    classes = np.array([[1, 2], [3, 4]], dtype=np.uint8)
    fine = Grid(GK, Affine(50, 0, 500_000, 0, -50, 2_500_300), (4, 6))
    got = aligned(surface(classes), fine)
    assert got.values[0].tolist() == [1, 1, 2, 2, None, None]
    assert got.values[3].tolist() == [3, 3, 4, 4, None, None]
    same = surface(classes)
    assert aligned(same, same.grid) is same


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 10_000), st.integers(1, 900), st.integers(1, 40), st.sampled_from([15.0, 700.0, 3_000.0])
)
def test_areas_by_band_equal_the_area_of_every_cell(seed, rows, columns, cell):
    rng = np.random.default_rng(seed)
    grid = Grid(CRS.from_epsg(4547), Affine(cell, 0, 480_000, 0, -cell, 2_500_000), (rows, columns))
    labels = rng.integers(0, 5, grid.shape)
    missing = rng.random(grid.shape) < 0.2
    surface = Surface(grid, np.ma.masked_array(labels.astype(np.uint8), missing))
    cells = cell_areas_m2(grid)
    plain = np.array([cells[labels == one].sum() for one in range(5)])
    assert label_areas_m2(labels, grid, 5) == pytest.approx(plain, rel=1e-12)
    west, south, east, north = grid.bounds
    zone = gpd.GeoSeries([shapely.box(west - 1, south - 1, east + 1, north + 1)], crs=grid.crs)
    sums, area = area_sums(surface, zone)
    assert area[0] == pytest.approx(cells[~missing].sum(), rel=1e-9)
    assert sums[0] == pytest.approx((cells * labels)[~missing].sum(), rel=1e-9)
    found = class_areas_m2(surface, zone)
    for one in found.columns:
        assert found[one].iloc[0] == pytest.approx(cells[(labels == one) & ~missing].sum(), rel=1e-9)
    assert list(found.columns) == classes_of(surface).tolist() == sorted(set(labels[~missing].tolist()))
