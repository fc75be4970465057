"""Shares of cells and sums over large zones, held against exactextract and plain shapely."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from geo import large_zones
from geo.cell_shares import cell_shares
from geo.raster import Grid, Surface, area_sums, class_areas_at_dates, class_areas_m2

PLANE = CRS.from_epsg(4547)
X, Y = 500_000.0, 2_500_000.0
SEEDS = st.integers(0, 100_000)


def zone(rng, snapped):
    """A ragged polygon with a hole, part of it off the grid; snapped, it follows the lines of cells."""

    def star(x, y, radius, vertices):
        angle = np.sort(rng.uniform(0, 2 * np.pi, vertices))
        r = radius * rng.uniform(0.5, 1, vertices)
        return shapely.Polygon(
            np.column_stack([X + x + r * np.cos(angle), Y - y + r * np.sin(angle)])
        ).buffer(0)

    stars = [star(*rng.uniform(-50, 450, 2), rng.uniform(20, 250), rng.integers(4, 40)) for _ in range(3)]
    shape = shapely.difference(shapely.union_all(stars), star(200, 200, 80, 12))
    shape = shapely.set_precision(shape, 5.0) if snapped else shape
    return shapely.reverse(shape) if rng.random() < 0.5 else shape


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.booleans())
def test_shares_are_those_of_cells_cut_one_by_one(seed, snapped):
    shape = zone(np.random.default_rng(seed), snapped)
    grid = Grid(PLANE, Affine(20, 0, X, 0, -20, Y), (20, 18))
    found = cell_shares(shape, grid)
    shares = np.zeros(grid.shape)
    height, width = found.whole.shape
    shares[found.top : found.top + height, found.left : found.left + width] = found.whole
    assert not shares[found.row, found.column].any()
    shares[found.row, found.column] = found.share
    column, row = np.meshgrid(np.arange(18), np.arange(20))
    cells = shapely.box(X + column * 20, Y - row * 20 - 20, X + column * 20 + 20, Y - row * 20)
    assert shares == pytest.approx(shapely.area(shapely.intersection(cells, shape)) / 400, abs=1e-8)


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.sampled_from([np.uint8, np.int32]), st.booleans())
def test_sums_over_large_zones_are_those_of_small_ones(seed, kind, geographic):
    rng = np.random.default_rng(seed)
    size = 0.001 if geographic else 700.0
    corner = (114.0, 22.5) if geographic else (X, Y)
    crs = CRS.from_epsg(4490) if geographic else PLANE
    grid = Grid(crs, Affine(size, 0, corner[0], 0, -size, corner[1]), (20, 18))
    shapes = [zone(rng, snapped=False) for _ in range(3)]
    moved = shapely.transform(np.array(shapes), lambda xy: (xy - [X, Y]) / 20 * size + corner)
    zones = gpd.GeoSeries(moved, crs=grid.crs, index=[5, 3, 9])
    classes = np.ma.masked_equal(rng.choice([0, 10, 20, 200], grid.shape).astype(kind), 0)
    index = np.ma.masked_less(rng.normal(1, 1, grid.shape).astype(np.float32), 0)
    found = []
    for large in (0, 10**9):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(large_zones, "LARGE", large)
            found.append(
                (class_areas_m2(Surface(grid, classes), zones), *area_sums(Surface(grid, index), zones))
            )
    (one, one_sum, one_area), (two, two_sum, two_area) = found
    assert one.index.tolist() == [5, 3, 9]
    assert one.columns.tolist() == two.columns.tolist()
    cell = size**2 if not geographic else (size * 111_320) ** 2
    assert one.to_numpy() == pytest.approx(two.to_numpy(), rel=1e-6, abs=1e-6 * cell)
    assert one_sum == pytest.approx(two_sum, rel=1e-6, abs=1e-5 * cell)
    assert one_area == pytest.approx(two_area, rel=1e-6, abs=1e-6 * cell)


def test_a_zone_off_the_grid_holds_nothing(monkeypatch):
    monkeypatch.setattr(large_zones, "LARGE", 0)
    grid = Grid(PLANE, Affine(20, 0, X, 0, -20, Y), (5, 5))
    cover = Surface(grid, np.ma.masked_equal(np.full(grid.shape, 10, np.uint8), 0))
    zones = gpd.GeoSeries([shapely.box(X - 900, Y - 900, X - 500, Y - 500)], crs=PLANE)
    assert class_areas_m2(cover, zones).to_numpy().tolist() == [[0.0]]
    around = gpd.GeoSeries([shapely.box(X - 900, Y - 900, X + 900, Y + 900)], crs=PLANE)
    assert class_areas_m2(cover, around).to_numpy() == pytest.approx(10_000, rel=1e-3)


def test_two_dates_are_summed_as_each_by_itself():
    rng = np.random.default_rng(8)
    transform = Affine(10, 0, 500_000, 0, -10, 2_500_000)
    grid, other = (
        Grid(PLANE, transform, (300, 300)),
        Grid(PLANE, Affine(9, 0, 500_000, 0, -9, 2_500_000), (320, 320)),
    )
    dates = [
        Surface(one, np.ma.masked_equal(rng.integers(0, 5, one.shape).astype(kind), 0))
        for one, kind in ((grid, np.uint8), (grid, np.int16), (other, np.uint8))
    ]
    middle = shapely.Point(501_400, 2_498_500)
    zones = gpd.GeoSeries([middle.buffer(1_300), middle.buffer(200), middle.buffer(9_000)], crs=PLANE)
    for chosen in (dates[:2], dates):
        for table, surface in zip(class_areas_at_dates(chosen, zones), chosen, strict=True):
            pd.testing.assert_frame_equal(table, class_areas_m2(surface, zones))
