"""Overlay against plain shapely, and the laws areas obey."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS
from shapely import LineString, MultiPolygon, Point, Polygon, box
from shapely.ops import substring

from geo import big_shapes, fragments, overlay, robust
from geo.line_overlay import stretches
from geo.overlay import (
    clip,
    covered_parts,
    intersect,
    is_sliver,
    overlap_area_m2,
    ranked_partition,
    split_by,
    uncovered_parts,
    union,
    union_area_m2,
)
from geo.pieces import cut_to_tiles, quarter

X, Y = 500_000.0, 2_500_000.0
SEEDS = st.integers(0, 100_000)


@pytest.fixture(autouse=True, scope="module", params=[big_shapes.WORTH, 0], ids=["whole", "quartered"])
def way(request):
    """Every test holds for big shapes cut whole and for big shapes quartered."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(big_shapes, "WORTH", request.param)
        yield request.param


def star(rng, x, y, radius, vertices):
    """A ragged polygon that never crosses itself."""
    angle = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    r = radius * (1 + 0.2 * np.sin(7 * angle) + 0.1 * rng.random(vertices))
    return Polygon(np.column_stack([X + x + r * np.cos(angle), Y + y + r * np.sin(angle)]))


def stars(rng, count, vertices, radius=300, extent=1_000):
    return np.array([star(rng, *rng.uniform(0, extent, 2), radius, vertices) for _ in range(count)])


def footprints(rng, count, extent=1_000):
    low = rng.uniform(-300, extent + 300, (count, 2)) + np.array([X, Y])
    return shapely.box(low[:, 0], low[:, 1], low[:, 0] + 14, low[:, 1] + 22)


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_quartering_keeps_the_area_and_does_not_overlap(seed):
    rng = np.random.default_rng(seed)
    shape = star(rng, 0, 0, 500, 3_000).difference(Point(X, Y).buffer(50))
    pieces = quarter([shape], 64)
    assert shapely.get_num_coordinates(pieces.shape).max() <= 64
    assert shapely.is_valid(pieces.shape).all()
    assert shapely.area(pieces.shape).sum() == pytest.approx(shape.area, rel=1e-10)
    assert shapely.union_all(pieces.shape).area == pytest.approx(shape.area, rel=1e-9)


def test_quartering_leaves_lines_whole_in_length():
    line = LineString(np.column_stack([np.arange(1_000), np.arange(1_000) % 7]))
    pieces = quarter([line, box(0, 0, 1, 1)], 100)
    assert shapely.length(pieces.shape[pieces.source == 0]).sum() == pytest.approx(line.length)
    assert (pieces.source == 0).sum() == 11


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_pairs_are_those_of_plain_intersection(seed):
    rng = np.random.default_rng(seed)
    left, right = footprints(rng, 150), stars(rng, 4, 600)
    pairs = intersect(left, right, max_vertices=50)
    expected = {}
    for i, one in enumerate(left):
        for j, other in enumerate(right):
            area = one.intersection(other).area
            if area > 0:
                expected[i, j] = area
    assert list(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)) == sorted(expected)
    np.testing.assert_allclose(pairs.area, [expected[k] for k in sorted(expected)], rtol=1e-6)
    assert pairs.area.sum() == pytest.approx(sum(expected.values()), rel=1e-9)


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_covered_and_uncovered_make_the_whole_and_overlap_counts_once(seed):
    rng = np.random.default_rng(seed)
    features, areas = footprints(rng, 100), stars(rng, 5, 400, radius=400)
    whole = shapely.union_all(areas)
    covered, rest = covered_parts(features, areas, 50), uncovered_parts(features, areas, 50)
    np.testing.assert_allclose(
        shapely.area(covered), shapely.area(shapely.intersection(features, whole)), rtol=1e-7, atol=1e-6
    )
    np.testing.assert_allclose(shapely.area(covered) + shapely.area(rest), shapely.area(features), rtol=1e-8)


def test_big_features_are_cut_too_and_lines_keep_their_dimension():
    rng = np.random.default_rng(5)
    features, areas = stars(rng, 3, 2_000), stars(rng, 5, 1_500)
    expected = shapely.area(shapely.intersection(features, shapely.union_all(areas)))
    np.testing.assert_allclose(shapely.area(covered_parts(features, areas)), expected, rtol=1e-9)
    lines = shapely.boundary(features)
    expected = shapely.length(shapely.intersection(lines, shapely.union_all(areas)))
    got = covered_parts(lines, areas)
    np.testing.assert_allclose(shapely.length(got), expected, rtol=1e-9)
    assert set(shapely.get_dimensions(got)) == {1}


def test_a_touching_neighbour_shares_nothing():
    pairs = intersect([box(0, 0, 1, 1)], [box(1, 0, 2, 1), box(1, 1, 2, 2)])
    assert len(pairs.left) == 0
    assert covered_parts([box(0, 0, 1, 1)], [box(1, 0, 2, 1)])[0].is_empty


def test_a_covered_feature_comes_back_as_it_was():
    rng = np.random.default_rng(1)
    feature = box(X - 20, Y - 20, X + 20, Y + 20)
    pairs = intersect([feature], [star(rng, 0, 0, 500, 4_000)], max_vertices=50)
    assert pairs.shape[0].equals(feature)
    assert shapely.get_num_coordinates(pairs.shape[0]) == 5


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_a_ranked_partition_sums_to_the_union_and_does_not_overlap(seed):
    rng = np.random.default_rng(seed)
    shapes = stars(rng, 6, 200)
    ranks = rng.permutation(6)
    parts = ranked_partition(shapes, ranks)
    assert shapely.area(parts).sum() == pytest.approx(shapely.union_all(shapes).area, rel=1e-9)
    assert parts[np.argmin(ranks)].equals(shapes[np.argmin(ranks)])
    for i in range(6):
        for j in range(i):
            assert parts[i].intersection(parts[j]).area < 1e-4


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_districts_sum_to_the_city(seed):
    rng = np.random.default_rng(seed)
    features = footprints(rng, 80)
    districts = [box(X + a, Y - 500, X + a + 420, Y + 2_000) for a in (-500, -100, 300, 700)]  # overlapping
    parts = split_by(features, districts)
    sums = np.bincount(parts.feature, shapely.area(parts.shape), minlength=80)
    np.testing.assert_allclose(sums, shapely.area(features), rtol=1e-9)
    outside = shapely.area(shapely.difference(features, shapely.union_all(districts))).sum()
    assert shapely.area(parts.shape[parts.district == -1]).sum() == pytest.approx(outside, abs=1e-5)
    first = shapely.area(shapely.intersection(features, districts[0])).sum()
    assert shapely.area(parts.shape[parts.district == 0]).sum() == pytest.approx(first, rel=1e-7)


def test_a_street_along_a_district_limit_is_given_to_one_of_them():
    street = LineString([(10, 0), (10, 40)])
    parts = split_by([street], [box(0, 0, 10, 20), box(10, 0, 30, 20)])
    assert shapely.length(parts.shape).sum() == pytest.approx(40)
    assert parts.district.tolist() == [0, -1]
    slanted = LineString([(0, 0), (70, 30)])
    sides = [Polygon([(-7, -3), (35, 15), (35, 40)]), Polygon([(7, 3), (49, 21), (40, -9)])]
    parts = split_by([slanted], sides)
    assert shapely.length(parts.shape).sum() == pytest.approx(slanted.length, rel=1e-12)
    assert parts.district.tolist() == [0, 1, -1]
    assert parts.shape[0].length == pytest.approx(slanted.length / 2)


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_splitting_a_polygon_never_changes_the_union(seed):
    rng = np.random.default_rng(seed)
    shapes = stars(rng, 4, 300)
    halves = [shapes[0].intersection(h) for h in (box(0, 0, X + 400, 4e6), box(X + 400, 0, 4e6, 4e6))]
    split = [*halves, *shapes[1:]]
    assert union(split).area == pytest.approx(union(shapes).area, rel=1e-9)
    assert union(split[::-1]).equals(union(split))


def test_union_is_the_same_in_any_order():
    rng = np.random.default_rng(4)
    shapes = stars(rng, 6, 200)
    assert shapely.to_wkb(union(shapes)) == shapely.to_wkb(union(shapes[rng.permutation(6)]))
    assert union([None, Polygon()]).is_empty


def test_areas_on_the_ellipsoid_count_once():
    crs = CRS.from_epsg(4547)
    left = [box(X, Y, X + 100, Y + 100), box(X + 50, Y, X + 150, Y + 100)]
    assert union_area_m2(left, crs) == pytest.approx(15_000, rel=1e-6)
    assert overlap_area_m2(left, [box(X + 60, Y, X + 200, Y + 50)], crs) == pytest.approx(90 * 50, rel=1e-6)


def test_slivers():
    shapes = [box(0, 0, 100, 0.11), box(0, 0, 100, 0.09), box(0, 0, 1.01, 1), box(0, 0, 0.9, 1), Polygon()]
    assert is_sliver(shapes).tolist() == [False, True, False, True, True]
    assert is_sliver(shapes, max_area_m2=0, max_width_m=0).tolist() == [False] * 5


def test_missing_and_empty_are_empty_results():
    parts = covered_parts([None, box(0, 0, 2, 2), Polygon()], [box(0, 0, 1, 1), None])
    assert [part.area for part in parts] == [0, 1, 0]
    assert len(covered_parts([], [box(0, 0, 1, 1)])) == 0
    assert clip([box(0, 0, 2, 2)], box(0, 0, 1, 2))[0].area == 2
    assert len(split_by([], []).feature) == 0
    assert split_by([box(0, 0, 1, 1)], []).district.tolist() == [-1]


def test_a_bow_tie_loses_no_area():
    bow_tie = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    got = covered_parts([bow_tie], [box(-5, -5, 5, 15)])
    assert got[0].area == pytest.approx(25)


def test_an_operation_geos_refuses_is_tried_again_on_repaired_shapes():
    calls = []

    def fussy(shapes, others):
        calls.append(len(shapes))
        if not shapely.is_valid(shapes).all():
            raise shapely.errors.GEOSException("TopologyException")
        return shapely.intersection(shapes, others)

    bad = np.array([box(0, 0, 1, 1), Polygon([(0, 0), (10, 10), (10, 0), (0, 10)]), box(0, 0, 2, 2)])
    got = robust.apply(fussy, bad, np.array([box(-50, -50, 50, 50)] * 3))
    assert shapely.area(got).tolist() == [1, 50, 4]
    assert len(calls) > 1


def test_tiles_cut_without_loss():
    rng = np.random.default_rng(2)
    shapes = stars(rng, 5, 800)
    cut = cut_to_tiles(shapes, 100)
    assert shapely.area(cut.shape).sum() == pytest.approx(shapely.area(shapes).sum(), rel=1e-10)
    for shape, tile in zip(cut.shape, cut.tile, strict=True):
        assert box(*tile * 100.0, *(tile + 1) * 100.0).buffer(1e-6).covers(shape)


def test_multipolygons_keep_all_parts():
    two = MultiPolygon([box(0, 0, 1, 1), box(5, 0, 6, 1)])
    assert covered_parts([two], [box(0, 0, 10, 0.5)])[0].area == pytest.approx(1.0)
    assert intersect([two], [box(0, 0, 10, 0.5)]).area.tolist() == [1.0]


def test_a_difference_copes_with_mixed_collections_and_nothing_to_take():
    mixed = shapely.from_wkt("GEOMETRYCOLLECTION(POLYGON((0 0, 4 0, 4 4, 0 4, 0 0)), LINESTRING(9 9, 9 8))")
    first = np.array([mixed, mixed], dtype=object)
    second = np.array([shapely.Polygon(), shapely.box(0, 0, 4, 1)], dtype=object)
    assert shapely.area(robust.difference(first, second)).tolist() == [16.0, 12.0]


def test_what_lies_in_a_big_area_stays_as_it_was_and_the_rest_is_cut():
    lake = shapely.Point(0, 0).buffer(1_000, quad_segs=200).difference(box(-50, -50, 50, 50))
    plots = [box(-900, -5, -800, 5), box(-20, -20, 20, 20), box(40, 0, 60, 10), box(990, 0, 1_100, 10)]
    large = [shapely.segmentize(one, 0.1) for one in plots]
    found = covered_parts(large, [lake])
    assert found[0].wkb == large[0].wkb
    assert [round(one.area, 6) for one in found[:3]] == [1_000.0, 0.0, 100.0]
    assert found[3].area == pytest.approx(large[3].intersection(lake).area)
    halves = [
        lake.intersection(box(-2_000, -2_000, 0, 2_000)),
        lake.intersection(box(0, -2_000, 2_000, 2_000)),
    ]
    parts = split_by(large, halves)
    assert parts.feature.tolist() == [0, 1, 2, 2, 3, 3]
    assert parts.district.tolist() == [0, -1, 1, -1, 1, -1]
    assert shapely.area(parts.shape).sum() == pytest.approx(sum(one.area for one in plots))


def test_a_big_neighbour_takes_what_it_held_from_many_small_ones():
    big = shapely.Point(0, 0).buffer(500, quad_segs=300)
    small = [box(x, y, x + 60, y + 60) for x in range(-600, 600, 50) for y in range(-600, 600, 50)]
    found = ranked_partition([big, *small])
    assert shapely.area(found).sum() == pytest.approx(shapely.union_all([big, *small]).area, rel=1e-12)
    for one, before in zip(found[1:], small, strict=True):
        assert one.intersection(big).area == pytest.approx(0, abs=1e-6)
        assert one.difference(before).area == pytest.approx(0, abs=1e-6)


def comb(teeth, west=0.0):
    """A square with many narrow teeth, which falls into very many pieces."""
    x = np.repeat(np.linspace(west, west + 100, 2 * teeth + 1), 2)[1:-1]
    y = np.tile([0.0, 60.0, 60.0, 0.0], teeth)[: len(x)] + 20
    return shapely.Polygon([*zip(x.tolist(), y.tolist(), strict=True), (west + 100, 0.0), (west, 0.0)])


def test_shapes_in_very_many_fragments_are_cut_at_once_to_the_same(monkeypatch):
    monkeypatch.setattr(big_shapes, "WORTH", 0)
    shapes = [comb(300), comb(200, 40.0), shapely.box(0, 0, 10, 10), shapely.box(500, 0, 510, 10)]
    areas = [shapely.box(-5, -5, 51, 90), shapely.box(30, 10, 80, 50), comb(150, 20.0)]
    united = shapely.union_all(areas)
    expected = shapely.area(shapely.intersection(shapes, united))
    uncovered = shapely.area(shapely.difference(shapes, united))
    each = [shapely.intersection(one, two).area for one in shapes for two in areas]
    calls = []
    at_once = overlay._united_near
    monkeypatch.setattr(overlay, "_united_near", lambda *given: calls.append(given) or at_once(*given))
    for many in (2_000, 3):
        monkeypatch.setattr(fragments, "MANY", many)
        calls.clear()
        inside, outside = overlay.covered_parts(shapes, areas, 16), overlay.uncovered_parts(shapes, areas, 16)
        assert shapely.area(inside) == pytest.approx(expected, abs=1e-9)
        assert shapely.area(outside) == pytest.approx(uncovered, abs=1e-9)
        pairs = overlay.intersect(shapes, areas, 16)
        found = np.zeros(12)
        found[pairs.left * 3 + pairs.right] = pairs.area
        assert found == pytest.approx(np.array(each), abs=1e-9)
        assert len(calls) == (0 if many > 3 else 2)


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_stretches_are_those_cut_one_by_one(seed):
    rng = np.random.default_rng(seed)
    steps = [rng.normal(size=(rng.integers(2, 30), 2)) * 20 for _ in range(6)]
    lines = np.array([LineString(np.cumsum(one, axis=0) + np.array([X, Y])) for one in steps])
    length = shapely.length(lines)
    begin = length * rng.uniform(0, 0.6, 6) * rng.integers(0, 2, 6)
    end = begin + (length - begin) * rng.uniform(0.2, 1, 6)
    for found, line, low, high in zip(stretches(lines, begin, end), lines, begin, end, strict=True):
        expected = substring(line, low, high)
        assert found.length == pytest.approx(high - low, abs=1e-5)
        assert found.hausdorff_distance(expected) < 1e-5
        assert shapely.get_num_points(found) >= 2


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_a_home_is_an_area_that_holds_the_whole_shape(seed):
    rng = np.random.default_rng(seed)
    areas = ranked_partition(stars(rng, 3, 400, radius=600))
    shapes = stars(rng, 60, 8, radius=25)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(big_shapes, "CROWD", 0)
        patch.setattr(big_shapes, "FEW", rng.integers(0, 5))
        home = big_shapes.home_of(shapes, areas, 256)
    big = shapely.get_num_coordinates(areas) > 256
    held = shapely.contains_properly(areas[None, :], shapes[:, None]) & big
    expected = np.where(held.any(axis=1), held.argmax(axis=1), -1)
    assert home.tolist() == expected.tolist()


def test_only_parts_of_the_same_dimension_stay():
    one, two, line = box(0, 0, 1, 1), box(3, 0, 4, 1), LineString([(0, 0), (1, 1)])
    mixed = [
        shapely.GeometryCollection([one, line, Point(0, 0)]),
        shapely.GeometryCollection([line, Point(0, 0)]),
        shapely.GeometryCollection([MultiPolygon([one, two]), line]),
        one,
        shapely.GeometryCollection([line, one]),
    ]
    shapes, like = np.array(mixed, dtype=object), np.array([one, one, one, one, line], dtype=object)
    found = robust.same_dimension(shapes, like)
    assert shapely.equals(found, [one, Polygon(), MultiPolygon([one, two]), one, line]).all()
    assert shapely.get_dimensions(found[[0, 2, 4]]).tolist() == [2, 2, 1]


def test_a_shape_of_both_dates_is_kept_whole_and_none_of_it_is_gained():
    rng = np.random.default_rng(4)
    now = stars(rng, 3, 900, radius=300, extent=4_000)
    before = np.array([now[2], star(rng, 100, 100, 400, 900), now[0]])
    united = shapely.union_all(before)
    kept, gained = covered_parts(now, before), uncovered_parts(now, before)
    assert shapely.area(kept) == pytest.approx(shapely.area(shapely.intersection(now, united)), rel=1e-12)
    assert shapely.area(gained) == pytest.approx(shapely.area(shapely.difference(now, united)), abs=1e-6)
    assert shapely.is_empty(gained[[0, 2]]).all()
    assert shapely.equals_exact(kept[[0, 2]], now[[0, 2]]).all()
