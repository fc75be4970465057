import math
import time

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString
from shapely.affinity import rotate, translate

from geo.lines import paths_once

TOLERANCE, SHARED = 5.0, 30.0


def kept_m(*lines, tolerance=TOLERANCE, shared=SHARED):
    once = paths_once(list(lines), tolerance, shared)
    kept = sum(part.length for part in once.kept)
    repeated = sum(part.length for part in once.repeated)
    assert kept + repeated == pytest.approx(sum(one.length for one in lines), rel=1e-9)
    return kept


def brute_force_m(lines, step=0.5, tolerance=TOLERANCE, shared=SHARED):
    """Length by sampling: points on each line, longest first, dropped in runs beside points kept before."""
    kept_points, kept_ways, total = np.empty((0, 2)), np.empty((0, 2)), 0.0
    for one in sorted(lines, key=lambda line: (-line.length, shapely.normalize(line).wkb)):
        count = max(1, round(one.length / step))
        cell = one.length / count
        at = (np.arange(count) + 0.5) * cell
        points = shapely.get_coordinates(shapely.line_interpolate_point(one, at))
        ahead = shapely.get_coordinates(shapely.line_interpolate_point(one, at + cell / 4)) - points
        ahead /= np.hypot(*ahead.T)[:, None]
        beside = np.zeros(count, dtype=bool)
        for k in range(count):
            gap = kept_points - points[k]
            along, across = gap @ ahead[k], gap @ np.array([-ahead[k][1], ahead[k][0]])
            near = (np.abs(across) <= tolerance) & (np.abs(along) <= step)
            parallel = np.abs(kept_ways @ ahead[k]) >= math.cos(math.radians(30))
            beside[k] = bool((near & parallel).any())
        clear = np.flatnonzero(np.diff(np.concatenate(([0], (~beside).astype(int), [0]))))
        for start, stop in zip(clear[::2], clear[1::2], strict=True):
            if start > 0 and stop < count and (stop - start) * cell <= tolerance:
                beside[start:stop] = True
        edges = np.flatnonzero(np.diff(np.concatenate(([0], beside.astype(int), [0]))))
        for start, stop in zip(edges[::2], edges[1::2], strict=True):
            if (stop - start) * cell < min(shared, one.length) - step:
                beside[start:stop] = False
        total += float((~beside).sum() * cell)
        kept_points = np.vstack([kept_points, points[~beside]])
        kept_ways = np.vstack([kept_ways, ahead[~beside]])
    return total


STRAIGHT = LineString([(0, 0), (1_000, 0)])


def test_a_crossing_keeps_both_lengths():
    assert kept_m(STRAIGHT, LineString([(500, -300), (500, 300)])) == pytest.approx(1_600)


@pytest.mark.parametrize("degrees", [20, 30, 45, 70, 90])
def test_slanting_crossings_keep_both_lengths(degrees):
    other = rotate(LineString([(200, 0), (800, 0)]), degrees, origin=(500, 0))
    assert kept_m(STRAIGHT, other) == pytest.approx(1_600)


def test_an_exact_copy_counts_once():
    assert kept_m(STRAIGHT, STRAIGHT) == pytest.approx(1_000)


def test_three_copies_one_of_them_reversed_count_once():
    assert kept_m(STRAIGHT, STRAIGHT.reverse(), translate(STRAIGHT, 0, 3)) == pytest.approx(1_000)


@pytest.mark.parametrize(("apart", "kept"), [(2, 1_000), (5, 1_000), (5.01, 2_000), (30, 2_000)])
def test_parallel_lines_count_once_within_the_tolerance_alone(apart, kept):
    assert kept_m(STRAIGHT, translate(STRAIGHT, 0, apart)) == pytest.approx(kept)


@pytest.mark.parametrize("turned", [False, True])
def test_a_partial_overlap_counts_what_is_new(turned):
    other = LineString([(700, 2), (1_300, 2)])
    assert kept_m(STRAIGHT, other.reverse() if turned else other) == pytest.approx(1_300)


def test_a_line_cut_into_pieces_beside_a_whole_one_counts_once():
    pieces = [LineString([(x, 1), (x + 7, 1)]) for x in range(0, 994, 7)]
    assert kept_m(STRAIGHT, *pieces) == pytest.approx(1_000)


def test_a_copy_round_the_outside_of_a_bend_counts_once():
    inner = LineString([(0, 0), (400, 0), (400, 400)])
    outer = LineString([(0, -3), (403, -3), (403, 400)])
    assert kept_m(inner, outer) == pytest.approx(806)


def test_there_and_back_in_one_line_counts_once():
    assert kept_m(LineString([(0, 0), (1_000, 0), (0, 1)])) == pytest.approx(math.hypot(1_000, 1))


def test_a_stem_walked_out_and_home_round_a_loop_counts_once():
    stem_and_loop = LineString([(0, 0), (500, 0), (500, 200), (700, 200), (700, 0), (500, 0), (0, 0)])
    assert kept_m(stem_and_loop) == pytest.approx(500 + 800)


def test_a_closed_ring_stays_whole():
    ring = LineString([(0, 0), (200, 0), (200, 200), (0, 200), (0, 0)])
    assert kept_m(ring) == pytest.approx(800)


def test_short_links_at_a_junction_stay():
    links = [LineString([(100, 0), (100, 4)]), LineString([(1_000, 0), (1_006, 0)])]
    assert kept_m(STRAIGHT, *links) == pytest.approx(1_010)


def test_a_chain_of_shifted_copies_is_measured_against_what_is_kept():
    # the second lies by the first and goes; the third lies by the second alone and stays
    lines = [LineString([(0, y), (1_000 - y, y)]) for y in (0, 4, 8)]
    assert kept_m(*lines) == pytest.approx(1_000 + 992)


def test_what_runs_beside_a_removed_half_stays():
    long = LineString([(0, 0), (2_000, 0)])
    half_new = LineString([(1_000, 4), (2_500, 4)])  # repeats the long one over 1000 m
    beside_removed = LineString([(1_100, 8), (1_900, 8)])  # beside what half_new lost: 8 m from the long one
    beside_kept = LineString([(2_450, 8), (2_050, 8)])
    assert kept_m(long, half_new, beside_removed, beside_kept) == pytest.approx(2_000 + 500 + 800)


def test_empty_none_and_multi_lines_keep_their_places():
    once = paths_once([None, LineString(), MultiLineString([STRAIGHT, translate(STRAIGHT, 0, 2)])], 5, 30)
    assert [part.length for part in once.kept] == [0, 0, pytest.approx(1_000)]
    assert once.repeated[2].length == pytest.approx(1_000)


def test_no_lines_at_all():
    assert len(paths_once([], 5, 30).kept) == 0


def test_a_tolerance_above_the_shared_length_is_refused():
    with pytest.raises(ValueError, match="tolerance"):
        paths_once([STRAIGHT], 5, 5)


coordinates = st.integers(0, 300)
way = st.lists(st.tuples(coordinates, coordinates), min_size=2, max_size=5, unique=True)
copies = st.tuples(way, st.integers(-8, 8), st.integers(-8, 8))


def lines_of(drawn):
    lines = []
    for points, dx, dy in drawn:
        one = LineString(points)
        lines += [one, translate(one, dx, dy)]
    return lines


@settings(max_examples=50, deadline=None)
@given(st.lists(copies, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_order_and_direction_change_nothing(drawn, random):
    lines = lines_of(drawn)
    expected = kept_m(*lines)
    shuffled = [one.reverse() if random.random() < 0.5 else one for one in lines]
    random.shuffle(shuffled)
    assert kept_m(*shuffled) == pytest.approx(expected, abs=1e-6)


@settings(max_examples=50, deadline=None)
@given(st.lists(copies, min_size=1, max_size=4))
def test_what_is_removed_lies_beside_what_is_kept(drawn):
    lines = lines_of(drawn)
    once = paths_once(lines, TOLERANCE, SHARED)
    kept = shapely.union_all(once.kept)
    for part in once.repeated:
        points = shapely.line_interpolate_point(part, np.linspace(0, part.length, 9)) if part.length else []
        assert all(shapely.dwithin(point, kept, 2 * TOLERANCE + 1e-6) for point in points)


def wavy(seed, points=120):
    random = np.random.default_rng(seed)
    heading = np.cumsum(random.normal(0, 0.06, points))
    steps = 8 * np.column_stack([np.cos(heading), np.sin(heading)])
    return LineString(np.cumsum(steps, axis=0) + random.uniform(0, 300, 2))


@pytest.mark.parametrize("seed", range(6))
def test_it_agrees_with_brute_force_on_winding_paths_and_noisy_copies(seed):
    random = np.random.default_rng(seed)
    lines = [wavy(10 * seed + k) for k in range(3)]
    for one in list(lines):
        coords = shapely.get_coordinates(one)[10:90]
        lines.append(LineString(coords + random.normal(0, 0.8, coords.shape)))
    assert kept_m(*lines) == pytest.approx(brute_force_m(lines), rel=0.01)


def test_five_thousand_kilometres_take_seconds():
    random = np.random.default_rng(1)
    lines = []
    for _ in range(1_500):
        heading = np.cumsum(random.normal(0, 0.1, 100)) + random.uniform(0, 6)
        steps = 20 * np.column_stack([np.cos(heading), np.sin(heading)])
        lines.append(LineString(np.cumsum(steps, axis=0) + random.uniform(0, 40_000, 2)))
    doubled = lines + [translate(one, 1, 1).reverse() for one in lines[:1_000]]
    assert sum(one.length for one in doubled) > 4.9e6
    began = time.perf_counter()
    kept = kept_m(*doubled)
    assert time.perf_counter() - began < 30
    assert kept == pytest.approx(sum(one.length for one in lines), rel=0.01)
