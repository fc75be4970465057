"""Least-cost ways on rasters where the way can be told in the head."""

from __future__ import annotations

import numpy as np
import pytest
from affine import Affine
from pyproj import CRS
from shapely import LineString, Point, box

from geo.least_cost import ResistanceError, check_resistance, dearest_stretch, least_cost_path
from geo.raster import Grid, Surface

CELL = 10.0


def surface(values, mask=None):
    values = np.asarray(values, dtype=float)
    grid = Grid(CRS.from_epsg(4547), Affine(CELL, 0, 0, 0, -CELL, values.shape[0] * CELL), values.shape)
    return Surface(
        grid, np.ma.masked_array(values, mask=mask if mask is not None else np.zeros(values.shape, bool))
    )


def cell(row, column, rows):
    return Point((column + 0.5) * CELL, (rows - row - 0.5) * CELL)


def test_uniform_resistance_gives_the_straight_line():
    path = least_cost_path(surface(np.full((11, 21), 2.0)), cell(5, 0, 11), cell(5, 20, 11), 1_000)
    assert path.line.equals(LineString([(5, 55), (205, 55)]))
    assert path.cost == pytest.approx(2 * 200)
    assert path.step_m.sum() == pytest.approx(200)
    assert dearest_stretch(path, 50).resistance == pytest.approx(2)


def test_a_diagonal_costs_its_length():
    path = least_cost_path(surface(np.ones((11, 11))), cell(0, 0, 11), cell(10, 10, 11), 1_000)
    assert path.cost == pytest.approx(100 * np.sqrt(2))


@pytest.mark.parametrize("barrier", [True, False])
def test_a_wall_is_passed_through_its_gap(barrier):
    values, mask = np.ones((21, 21)), np.zeros((21, 21), bool)
    wall = np.zeros((21, 21), bool)
    wall[:, 10] = True
    wall[17, 10] = False
    if barrier:
        mask |= wall
    else:
        values[wall] = 1e6
    path = least_cost_path(surface(values, mask), cell(10, 0, 21), cell(10, 20, 21), 1_000)
    assert path.line.distance(cell(17, 10, 21)) < 1e-9
    # seven rows down over ten columns, and up again
    assert path.cost == pytest.approx(2 * (7 * np.sqrt(2) + 3) * CELL)


def test_no_way_through_a_closed_wall_or_outside_the_window():
    mask = np.zeros((21, 21), bool)
    mask[:, 10] = True
    assert least_cost_path(surface(np.ones((21, 21)), mask), cell(10, 0, 21), cell(10, 20, 21), 1_000) is None
    mask[20, 10] = False
    open_far = surface(np.ones((21, 21)), mask)
    assert least_cost_path(open_far, cell(10, 0, 21), cell(10, 20, 21), 1_000) is not None
    assert least_cost_path(open_far, cell(10, 0, 21), cell(10, 20, 21), 30) is None


def test_the_bottleneck_is_the_dear_strip():
    values = np.ones((5, 41))
    values[:, 20:22] = 50.0
    path = least_cost_path(surface(values), box(0, 0, 10, 50), box(400, 0, 410, 50), 1_000)
    found = dearest_stretch(path, 20.0)
    assert found.place.x == pytest.approx(210, abs=5.001)
    assert found.resistance > 20 * path.cost / path.step_m.sum() / 10
    assert found.share == pytest.approx(found.resistance * 20 / path.cost)


def test_shapes_in_one_cell_have_a_way_of_no_length():
    path = least_cost_path(surface(np.ones((3, 3))), cell(1, 1, 3), cell(1, 1, 3), 100)
    assert path.cost == 0
    assert dearest_stretch(path, 10) is None


@pytest.mark.parametrize("wrong", [0.0, -1.0, np.inf])
def test_resistance_must_be_above_zero(wrong):
    values = np.ones((3, 3))
    values[1, 1] = wrong
    with pytest.raises(ResistanceError):
        check_resistance(surface(values))
    mask = np.zeros((3, 3), bool)
    mask[1, 1] = True
    check_resistance(surface(values, mask))
