"""Cells by polygon, held against GDAL's own filling of polygons; noise on a mesh against noise at points."""

from __future__ import annotations

import numpy as np
import rasterio.features
import shapely

from layers.demo.cells import Edges
from layers.demo.field import Field
from layers.demo.noise import Noise

CELL, ROWS, COLUMNS = 10.0, 83, 97
WEST, NORTH = 1_000.0, 9_000.0


def shapes():
    """Parts of a plane cut by circles, some with holes, some of two parts, some beyond the raster."""
    rng = np.random.default_rng(3)
    place = rng.uniform((WEST - 100, NORTH - 930), (WEST + 1_070, NORTH + 100), (60, 2))
    taken = shapely.Polygon()
    made = []
    for x, y in place:
        ring = shapely.Point(x, y).buffer(rng.uniform(20, 160)).difference(shapely.Point(x, y).buffer(15))
        free = ring.difference(taken)
        taken = taken.union(ring)
        made.append(free)
    made = [one for one in made if one.area > 0]
    assert any(one.geom_type == "MultiPolygon" for one in made)
    return np.array(made, object)


def test_cells_lie_in_the_polygon_gdal_puts_them_in():
    made = shapes()
    edges = Edges(made, WEST, NORTH, CELL)
    found = np.concatenate(
        [edges.owner(first, min(20, ROWS - first), COLUMNS) for first in range(0, ROWS, 20)]
    )
    expected = rasterio.features.rasterize(
        zip(made, range(1, len(made) + 1), strict=True),
        out_shape=(ROWS, COLUMNS),
        fill=0,
        transform=rasterio.Affine(CELL, 0.0, WEST, 0.0, -CELL, NORTH),
        dtype=np.int32,
    )
    assert len(np.unique(expected)) > 40
    assert np.array_equal(found, expected)


def test_the_way_rings_run_does_not_matter():
    made = shapes()
    turned = shapely.reverse(made)
    assert np.array_equal(
        Edges(made, WEST, NORTH, CELL).owner(0, ROWS, COLUMNS),
        Edges(turned, WEST, NORTH, CELL).owner(0, ROWS, COLUMNS),
    )


def test_noise_on_a_mesh_is_noise_at_its_points():
    noise = Noise(np.random.default_rng(5))
    x, y = -700.0 + 35.0 * np.arange(301)[None, :], 90.0 + 35.0 * np.arange(230)[:, None]
    far = x + 0.0 * y, y + 0.0 * x
    for wavelength in (1_300.0, 80.0, 12.0):
        assert np.abs(noise.at(x, y, wavelength) - noise.at(*far, wavelength)).max() < 1e-12
    assert np.abs(noise.fractal(y, x, 900.0, 4) - noise.fractal(far[1], far[0], 900.0, 4)).max() < 1e-12
    assert noise.at(x, y, 80.0).std() > 0.1


def test_a_field_on_a_mesh_is_the_field_at_its_points_beyond_the_edge_too():
    rng = np.random.default_rng(8)
    field = Field(100.0, 50.0, 40.0, rng.uniform(size=(20, 30)))
    x, y = np.linspace(0.0, 1_500.0, 200)[None, :], np.linspace(-30.0, 1_000.0, 90)[:, None]
    assert np.abs(field.at(x, y) - field.at(x + 0.0 * y, y + 0.0 * x)).max() < 1e-12
