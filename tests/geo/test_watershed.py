import geopandas as gpd
import numpy as np
import pytest
from affine import Affine
from pyproj import CRS
from shapely import Point, box

from geo.raster import Grid, Surface
from geo.watershed import WatershedError, watershed

pytest.importorskip("pyflwdir")
CRS_M = CRS.from_epsg(4547)
X0, Y0, CELL = 498_000.0, 2_500_000.0, 10.0


NORTH_UP = Affine(CELL, 0, X0, 0, -CELL, Y0)


def surface(heights, crs=CRS_M, transform=NORTH_UP):
    return Surface(Grid(crs, transform, heights.shape), np.ma.masked_invalid(heights), "m")


def roof(rows=40, columns=60):
    """Two slopes that meet on a ridge between columns 29 and 30, sinking to the south."""
    column = np.arange(columns)
    across = np.where(column < columns // 2, column, columns - 1 - column)
    return (across * 10.0)[None, :] + (rows - np.arange(rows))[:, None] * 1.0


def naive_watershed(heights, seeds):
    """Cells from which steepest descent among the eight neighbours leads to a seed; no depressions."""
    rows, columns = heights.shape
    steps = [(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1) if (a, b) != (0, 0)]

    def ends_in_seed(row, column):
        for _ in range(rows * columns):
            if seeds[row, column]:
                return True
            drops = [
                ((heights[row, column] - heights[row + a, column + b]) / np.hypot(a, b), row + a, column + b)
                for a, b in steps
                if 0 <= row + a < rows and 0 <= column + b < columns
            ]
            best = max(drops)
            if best[0] <= 0:
                return False
            _, row, column = best
        return False

    return sum(ends_in_seed(r, c) for r in range(rows) for c in range(columns))


def test_a_reservoir_at_the_foot_of_one_slope_drains_that_slope():
    heights = roof()
    # the reservoir takes the whole western foot: columns 0 and 1
    reservoir = box(X0, Y0 - 400, X0 + 20, Y0)
    found = watershed(surface(heights), reservoir, CRS_M)
    assert found.shape.area == pytest.approx(30 * 40 * CELL**2)
    assert found.shape.bounds == pytest.approx((X0, Y0 - 400, X0 + 300, Y0))
    assert found.reaches_edge


def test_it_agrees_with_walking_downhill():
    rows, columns = np.mgrid[0:25, 0:31]
    # a bowl open to the south through a valley at column 15; no ties, no depressions
    heights = np.abs(columns - 15) * 7.3 + (25 - rows) * 3.1 + columns * 0.011
    seeds = np.zeros(heights.shape, dtype=bool)
    seeds[18, 15] = True
    at = Point(X0 + 15.5 * CELL, Y0 - 18.5 * CELL)
    found = watershed(surface(heights), at, CRS_M)
    assert found.shape.area == pytest.approx(naive_watershed(heights, seeds) * CELL**2)


def test_an_intake_beside_the_stream_is_moved_to_it():
    rows, columns = np.mgrid[0:25, 0:31]
    heights = np.abs(columns - 15) * 7.3 + (25 - rows) * 3.1 + columns * 0.011
    beside = Point(X0 + 17.5 * CELL, Y0 - 18.5 * CELL)
    alone = watershed(surface(heights), beside, CRS_M)
    snapped = watershed(surface(heights), beside, CRS_M, snap_cells=3)
    assert snapped.shape.area > 5 * alone.shape.area


def test_a_terrain_in_degrees_gives_the_shape_in_the_places_system():
    cell = 0.0001
    heights = roof()
    terrain = surface(heights, CRS.from_epsg(4490), Affine(cell, 0, 114.0, 0, -cell, 22.6))
    place = gpd.GeoSeries([box(114.0, 22.596, 114.0002, 22.6)], crs=4490).to_crs(CRS_M).iloc[0]
    found = watershed(terrain, place, CRS_M)
    expected = gpd.GeoSeries([box(114.0, 22.596, 114.003, 22.6)], crs=4490).to_crs(CRS_M).iloc[0]
    assert found.shape.symmetric_difference(expected).area < 0.02 * expected.area


def test_a_place_outside_the_terrain_is_refused():
    with pytest.raises(WatershedError, match="outside"):
        watershed(surface(roof()), Point(0, 0), CRS_M)
    holed = roof()
    holed[:5, :5] = np.nan
    with pytest.raises(WatershedError, match="outside"):
        watershed(surface(holed), Point(X0 + 5, Y0 - 5), CRS_M)
