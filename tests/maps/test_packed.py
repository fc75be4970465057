"""What is packed comes back, read by an independent reader."""

from __future__ import annotations

import base64
import gzip

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, box

from maps.packed import WORLD, Packed, pack, varints, world_units, zigzag


def numbers(raw: bytes, at: int, count: int) -> tuple[list[int], int]:
    out = []
    for _ in range(count):
        value = shift = 0
        while True:
            byte = raw[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                break
        out.append(value)
    return out, at


def unfolded(values: list[int]) -> list[int]:
    return [value // 2 if value % 2 == 0 else -(value + 1) // 2 for value in values]


def degrees(x: int, y: int) -> tuple[float, float]:
    return x / WORLD * 360 - 180, float(np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y / WORLD)))))


def read(packed: Packed) -> tuple[list[list[list[tuple[float, float]]]], list[int]]:
    """Rings of every feature in degrees, and its class."""
    raw = gzip.decompress(base64.b64decode(packed.payload))
    counts, at = numbers(raw, 0, packed.features)
    lengths, at = numbers(raw, at, packed.rings)
    dx, at = numbers(raw, at, packed.vertices)
    dy, at = numbers(raw, at, packed.vertices)
    classes = list(raw[at:])
    steps = iter(zip(unfolded(dx), unfolded(dy), strict=True))
    start = packed.origin
    rings = []
    for length in lengths:
        x, y = start
        ring = []
        for place in range(length):
            step = next(steps)
            x, y = x + step[0], y + step[1]
            if place == 0:
                start = (x, y)
            ring.append(degrees(x, y))
        rings.append(ring)
    split = iter(rings)
    return [[next(split) for _ in range(count)] for count in counts], classes


def series(shapes: list) -> gpd.GeoSeries:
    return gpd.GeoSeries(shapes, crs=4326)


def test_vertices_come_back_within_a_millionth_of_a_degree():
    rng = np.random.default_rng(1)
    shapes = [Point(x, y).buffer(0.002, quad_segs=6) for x, y in rng.uniform((113, 22), (115, 23), (300, 2))]
    shapes[7] = shapes[7].difference(shapely.affinity.scale(shapes[7], 0.5, 0.5))
    shapes[9] = MultiPolygon([shapes[9], box(113.5, 22.1, 113.6, 22.2)])
    packed = pack(series(shapes), [at % 3 for at in range(300)], [str(at) for at in range(300)], "polygon")
    features, classes = read(packed)
    for place, rings in enumerate(features):
        source = int(packed.order[place])
        assert classes[place] == source % 3
        expected = [
            np.array(ring.coords)[:-1]
            for part in shapely.get_parts(shapely.orient_polygons(shapely.get_parts(shapes[source])))
            for ring in (part.exterior, *part.interiors)
        ]
        assert len(rings) == len(expected)
        for ring, wanted in zip(rings, expected, strict=True):
            assert np.abs(np.array(ring) - wanted).max() < 1e-6


def test_lines_and_points():
    lines = pack(series([LineString([(1, 1), (2, 2), (2, 3)])]), [4], ["a"], "line")
    features, classes = read(lines)
    assert np.abs(np.array(features[0][0]) - [(1, 1), (2, 2), (2, 3)]).max() < 1e-6
    assert classes == [4]
    points, _ = read(pack(series([Point(179.5, -20), Point(181, -20)]), [0, 0], ["a", "b"], "point"))
    assert sorted(round(ring[0][0][0], 5) for ring in points) == [179.5, 181]


def test_other_shapes_keep_their_place_without_rings():
    packed = pack(series([Point(1, 1), box(0, 0, 1, 1), Polygon()]), [0, 1, 2], ["a", "b", "c"], "polygon")
    features, classes = read(packed)
    assert sorted(map(len, features)) == [0, 0, 1]
    assert sorted(classes) == [0, 1, 2]


def test_nothing_is_packed_too():
    assert read(pack(series([]), [], [], "polygon")) == ([], [])


def test_order_of_rows_does_not_matter():
    rng = np.random.default_rng(2)
    shapes = [Point(x, y).buffer(0.001) for x, y in rng.uniform((0, 0), (1, 1), (50, 2))]
    shapes[1] = shapes[0]
    ids = [f"{at:02d}" for at in range(50)]
    forward = pack(series(shapes), list(range(50)), ids, "polygon")
    turned = pack(series(shapes[::-1]), list(range(50))[::-1], ids[::-1], "polygon")
    assert forward.payload == turned.payload


def test_holes_and_parts_run_the_right_way_whichever_way_they_were_drawn():
    hole = [(1, 1), (2, 1), (2, 2), (1, 2)]
    shell = [(0, 0), (4, 0), (4, 4), (0, 4)]
    island = box(6, 6, 7, 7)
    for outer in (shell, shell[::-1]):
        for inner in (hole, hole[::-1]):
            shape = MultiPolygon([Polygon(outer, [inner]), island.reverse()])
            (rings,), _ = read(pack(series([shape]), [0], ["a"], "polygon"))
            assert [shapely.LinearRing(ring).is_ccw for ring in rings] == [True, False, True]
            areas = [Polygon(ring).area for ring in rings]
            assert np.allclose(areas, [16, 1, 1], rtol=1e-5)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(-(2**30), 2**30), max_size=40))
def test_any_steps_survive(values):
    folded = varints(zigzag(np.array(values, dtype=np.int64)))
    assert unfolded(numbers(folded, 0, len(values))[0]) == values


@settings(max_examples=50, deadline=None)
@given(st.floats(-180, 540), st.floats(-85, 85))
def test_units_are_finer_than_a_millionth_of_a_degree(lng, lat):
    x, y = world_units(np.array([[lng, lat]]))[0]
    assert np.abs(np.array(degrees(int(x), int(y))) - (lng, lat)).max() < 1e-6
