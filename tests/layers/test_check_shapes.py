"""Rules on single shapes, against plain loops over every vertex and every pair."""

from __future__ import annotations

import math
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS

from geo.repair import of_one_box
from layers.check_shapes import check_shapes
from layers.kinds import LayerKind
from layers.study import Layer, Source

METRES = CRS.from_epsg(4547)


def _found(shapes, code, kind=LayerKind.FOREST):
    ids = [f"s{i:03d}" for i in range(len(shapes))]
    frame = gpd.GeoDataFrame({"id": ids}, geometry=list(shapes), crs=METRES)
    study = SimpleNamespace(layers={kind: Layer(kind, frame, Source(""))}, crs=METRES)
    return [one for one in check_shapes(study) if one.code == code]


def _has_spike(shape):
    for ring in shapely.get_rings(shapely.get_parts(shape)):
        points = ring.coords
        for before, at, after in zip(points, points[1:], points[2:], strict=False):
            one, two = (np.subtract(other, at) for other in (before, after))
            if min(math.hypot(*one), math.hypot(*two)) > 1:
                turn = math.degrees(math.atan2(*one) - math.atan2(*two)) % 360
                if min(turn, 360 - turn) < 2:
                    return True
    return False


@pytest.mark.parametrize("seed", range(5))
def test_spikes_are_those_a_loop_over_the_vertices_finds(seed, monkeypatch):
    monkeypatch.setattr("layers.check_shapes.AT_ONCE", 7)
    rng = np.random.default_rng(seed)
    shapes = []
    for width in 10 ** rng.uniform(-2, 1.5, 30):
        x, y = 500_000 + rng.uniform(0, 1e4, 2)
        tip = [(x, y), (x + 30, y), (x + 30, y + 30), (x + 15, y + 60), (x + 15 - width, y + 30), (x, y + 30)]
        hole = [(x + 2, y + 2), (x + 8, y + 9), (x + 2 + width / 5, y + 2)]
        plain, pierced = shapely.Polygon(tip), shapely.Polygon(tip, [hole])
        shapes += [plain, pierced, shapely.MultiPolygon([plain, shapely.box(x + 90, y, x + 99, y + 9)])]
    shapes = [one for one in shapes if one.is_valid]
    expected = [f"s{i:03d}" for i, one in enumerate(shapes) if _has_spike(one)]
    assert 0 < len(expected) < min(50, len(shapes))
    assert [one.feature for one in _found(shapes, "geometry.spike")] == expected


def test_duplicates_are_found_whatever_vertex_they_begin_at():
    ring = [(0, 0), (9, 0), (9, 9), (0, 9)]
    same = shapely.Polygon(ring[2:] + ring[:2])
    of_one_size = shapely.Polygon([(0, 0), (9, 0), (9, 9), (0, 9), (0, 5)])
    found = _found([shapely.Polygon(ring), of_one_size, same, shapely.box(1, 1, 8, 8)], "geometry.duplicate")
    assert [one.feature for one in found] == ["s002"]
    assert found[0].message.en.endswith("has the same shape as s000")


def test_shapes_of_one_box_are_those_with_equal_bounds():
    rng = np.random.default_rng(1)
    corners = rng.integers(-1, 2, (300, 4)) * 1.0
    shapes = shapely.linestrings(corners.reshape(-1, 2, 2))
    bounds = [tuple(row) for row in shapely.bounds(shapes)]
    assert of_one_box(shapes).tolist() == [bounds.count(one) > 1 for one in bounds]
    assert not len(of_one_box(shapes[:0]))
