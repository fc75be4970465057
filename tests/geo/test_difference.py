from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely import box

from geo.overlay import split_by, uncovered_parts
from geo.robust import difference

STORED = Path(__file__).parent / "stored" / "difference_refused.json"


def test_a_difference_that_geos_gets_wrong_is_made_again():
    """A tile that its neighbours' union covers: plain difference gives the whole tile back."""
    shapes = json.loads(STORED.read_text())
    tile, cover = (np.array([shapely.from_wkb(bytes.fromhex(shapes[name]))]) for name in ("tile", "cover"))
    assert shapely.intersection(tile, cover)[0].area == pytest.approx(tile[0].area)
    assert difference(tile, cover)[0].area == pytest.approx(0.0, abs=1.0)
    assert shapely.area(uncovered_parts(tile, cover)).sum() == pytest.approx(0.0, abs=1.0)


def test_an_ordinary_difference_is_left_as_it_is():
    first = np.array([box(0, 0, 2, 2), box(0, 0, 2, 2), box(0, 0, 2, 2)])
    second = np.array([box(1, 0, 3, 2), box(5, 5, 6, 6), box(2, 0, 3, 2)])
    assert shapely.area(difference(first, second)).tolist() == [2.0, 4.0, 4.0]


def test_a_neighbour_along_an_edge_takes_nothing_and_moves_nothing():
    """An edge in common has a length, which is not to be taken for area that GEOS forgot to take off."""
    roof = [(300, 0), (300, 50.00047), (200, 60.00049), (100, 70.00046), (0, 80.00048), (0, 0)]
    plot = np.array([shapely.Polygon(roof)])  # its corners lie off any millimetre grid
    below, zone = box(0, -500, 300, 0), shapely.Point(150, -900).buffer(930, quad_segs=200)
    assert shapely.normalize(difference(plot, np.array([below]))) == shapely.normalize(plot)
    parts = split_by(plot, np.array([zone, below]))
    assert shapely.area(parts.shape).sum() == pytest.approx(plot[0].area, rel=1e-12)
    rows = shapely.affinity.rotate(shapely.multipolygons(shapely.box(*_cells())), 17, origin=(0, 0))
    plots = shapely.get_parts(rows)
    left = uncovered_parts(plots[1::2], plots[::2])
    assert (shapely.normalize(left) == shapely.normalize(plots[1::2])).all()


def _cells():
    x, y = (one.ravel() * 20.0 for one in np.meshgrid(np.arange(8), np.arange(9)))
    return x, y, x + 20, y + 20


def test_a_large_neighbour_and_several_small_ones_are_taken_as_one_by_one():
    angle = np.linspace(0, 2 * np.pi, 3_000, endpoint=False)
    lake = shapely.Polygon(np.column_stack([np.cos(angle), np.sin(angle)]) * 400)
    ponds = [box(300, -50, 450, 50), box(430, -60, 480, 60), box(-500, 410, 500, 420)]
    farm = shapely.segmentize(box(-500, -500, 500, 500), 1)
    apart = box(2_000, 0, 2_010, 10)
    left = uncovered_parts(np.array([farm, apart, lake]), np.array([ponds[0], lake, *ponds[1:]]))
    expected = [farm - lake - ponds[0] - ponds[1] - ponds[2], apart, shapely.Polygon()]
    assert shapely.area(left) == pytest.approx(shapely.area(expected), rel=1e-12)
    assert shapely.area(shapely.symmetric_difference(left, expected)).max() < 1e-6
