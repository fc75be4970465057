"""PC, IIC, ECA and dPC against closed forms and against plain loops that try every removal."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.connectivity_formula import (
    Dispersal,
    integral_index,
    integral_losses,
    probability_of_connectivity,
)
from geo.patches import Links

LANDSCAPE = 100.0


def links(count, lengths):
    pairs = sorted(lengths)
    return Links(
        count,
        np.array([one for one, _ in pairs], dtype=np.intp),
        np.array([other for _, other in pairs], dtype=np.intp),
        np.array([lengths[pair] for pair in pairs], dtype=float),
    )


def shortest(count, lengths, gone=None, longest=math.inf):
    """Floyd and Warshall, without one node; above the limit there is no way."""
    way = [[0.0 if i == j else math.inf for j in range(count)] for i in range(count)]
    for (i, j), length in lengths.items():
        if gone not in (i, j):
            way[i][j] = way[j][i] = length
    for k in range(count):
        for i in range(count):
            for j in range(count):
                way[i][j] = min(way[i][j], way[i][k] + way[k][j])
    return [[one if one <= longest else math.inf for one in row] for row in way]


def plain_sum(areas, way, share, gone=None):
    nodes = [i for i in range(len(areas)) if i != gone]
    return sum(areas[i] * areas[j] * share(way[i][j]) for i in nodes for j in nodes if way[i][j] < math.inf)


def plain_dpc(areas, lengths, dispersal):
    def share(distance):
        return dispersal.probability ** (distance / dispersal.distance_m)

    count, longest = len(areas), dispersal.longest_m
    whole = plain_sum(areas, shortest(count, lengths, longest=longest), share)
    left = [plain_sum(areas, shortest(count, lengths, gone, longest), share, gone) for gone in range(count)]
    return whole, [100 * (whole - one) / whole for one in left]


def test_two_patches():
    dispersal = Dispersal(1_000.0, 0.5, 0.01)
    found = probability_of_connectivity(np.array([3.0, 5.0]), links(2, {(0, 1): 500.0}), dispersal, LANDSCAPE)
    p = math.sqrt(0.5)
    assert found.pc == pytest.approx((9 + 25 + 2 * 15 * p) / LANDSCAPE**2)
    assert found.eca_m2 == pytest.approx(math.sqrt(34 + 30 * p))
    whole = 34 + 30 * p
    assert found.intra == pytest.approx([900 / whole, 2500 / whole])
    assert found.flux == pytest.approx([3000 * p / whole] * 2)
    assert found.connector == pytest.approx([0, 0])


def test_half_the_probability_lies_at_the_median_distance_and_not_at_half_of_it():
    assert Dispersal(800.0).probability_of(np.array([800.0]))[0] == pytest.approx(0.5)
    assert Dispersal(800.0).probability_of(np.array([400.0]))[0] == pytest.approx(math.sqrt(0.5))


def test_three_in_a_line_and_the_middle_one_connects():
    lengths = {(0, 1): 1_000.0, (1, 2): 1_000.0, (0, 2): 3_000.0}
    found = probability_of_connectivity(np.ones(3), links(3, lengths), Dispersal(1_000.0), LANDSCAPE)
    whole = 3 + 2 * (0.5 + 0.5 + 0.25)
    assert found.pc == pytest.approx(whole / LANDSCAPE**2)
    # without the middle one the ends reach each other directly, with 1/8 instead of 1/4
    assert found.connector == pytest.approx([0, 100 * 2 * (0.25 - 0.125) / whole, 0])
    assert found.dpc[1] == pytest.approx(100 * (whole - (2 + 2 * 0.125)) / whole)


def test_a_stepping_stone_of_no_size_connects_all_the_same():
    lengths = {(0, 1): 1_000.0, (1, 2): 1_000.0}
    found = probability_of_connectivity(
        np.array([1.0, 0.0, 1.0]), links(3, lengths), Dispersal(1_000.0), LANDSCAPE
    )
    assert found.intra[1] == found.flux[1] == 0
    assert found.connector[1] == pytest.approx(100 * 0.5 / 2.5)


def test_integral_index_of_a_line():
    line = links(3, {(0, 1): 1.0, (1, 2): 1.0})
    whole = 3 + 2 * (1 / 2 + 1 / 2 + 1 / 3)
    assert integral_index(np.ones(3), line, LANDSCAPE) == pytest.approx(whole / LANDSCAPE**2)
    losses = integral_losses(np.ones(3), line, [1, 0])
    assert losses[1] == pytest.approx(100 * (whole - 2) / whole)
    assert losses[0] == pytest.approx(100 * (whole - 3) / whole)


graphs = (
    st.integers(2, 11)
    .flatmap(
        lambda count: st.tuples(
            st.lists(st.floats(0, 50), min_size=count, max_size=count),
            st.dictionaries(
                st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda p: p[0] < p[1]),
                st.floats(1, 3_000),
                max_size=count * 4,
            ),
        )
    )
    .filter(lambda one: sum(one[0]) > 1)
)


@settings(max_examples=50, deadline=None)
@given(graphs, st.sampled_from([0.3, 0.05, 0.001]))
def test_contributions_equal_trying_every_removal(graph, least):
    areas, lengths = graph
    dispersal = Dispersal(700.0, 0.5, least)
    used = {pair: length for pair, length in lengths.items() if length <= dispersal.longest_m}
    whole, dpc = plain_dpc(areas, used, dispersal)
    found = probability_of_connectivity(np.array(areas), links(len(areas), used), dispersal, 1_000.0)
    assert found.pc == pytest.approx(whole / 1_000.0**2)
    assert found.dpc == pytest.approx(dpc, abs=1e-6)
    assert (found.connector >= -1e-9).all()
    assert 0 <= found.pc <= 1


@pytest.mark.parametrize("seed", range(6))
def test_contributions_on_points_with_many_links(seed):
    """Dense graphs, where most links can be spared and ways run over many patches."""
    draw = np.random.default_rng(seed)
    count = 40
    places = draw.uniform(0, 4_000, (count, 2))
    radius = draw.uniform(0, 400, count)
    areas = draw.uniform(0, 10, count)
    lengths = {}
    for i in range(count):
        for j in range(i + 1, count):
            gap = float(np.hypot(*(places[i] - places[j]))) - radius[i] - radius[j]
            lengths[i, j] = max(gap, 5.0)
    dispersal = Dispersal(500.0, 0.5, 0.01)
    used = {pair: length for pair, length in lengths.items() if length <= dispersal.longest_m}
    whole, dpc = plain_dpc(areas.tolist(), used, dispersal)
    found = probability_of_connectivity(areas, links(count, used), dispersal, 1_000.0)
    assert found.pc == pytest.approx(whole / 1e6)
    assert found.dpc == pytest.approx(dpc, abs=1e-8)
    assert (found.connector > 0.1).any()


@settings(max_examples=30, deadline=None)
@given(graphs)
def test_integral_index_equals_counting_links(graph):
    areas, lengths = graph
    way = shortest(len(areas), dict.fromkeys(lengths, 1.0))
    expected = plain_sum(areas, way, lambda number: 1 / (1 + number))
    net = links(len(areas), lengths)
    assert integral_index(np.array(areas), net, 1.0) == pytest.approx(expected)
    gone = plain_sum(
        areas, shortest(len(areas), dict.fromkeys(lengths, 1.0), 0), lambda number: 1 / (1 + number), 0
    )
    assert integral_losses(np.array(areas), net, [0])[0] == pytest.approx(
        100 * (expected - gone) / expected, abs=1e-8
    )


@settings(max_examples=30, deadline=None)
@given(graphs)
def test_a_patch_more_never_lowers_and_order_does_not_matter(graph):
    areas, lengths = graph
    count, dispersal = len(areas), Dispersal(2_000.0)
    whole = probability_of_connectivity(np.array(areas), links(count, lengths), dispersal, 1_000.0)
    fewer = {pair: length for pair, length in lengths.items() if count - 1 not in pair}
    less = probability_of_connectivity(np.array(areas[:-1]), links(count - 1, fewer), dispersal, 1_000.0)
    assert whole.pc >= less.pc - 1e-12
    turned = {(count - 1 - j, count - 1 - i): length for (i, j), length in lengths.items()}
    other = probability_of_connectivity(np.array(areas[::-1]), links(count, turned), dispersal, 1_000.0)
    assert other.dpc[::-1] == pytest.approx(whole.dpc, abs=1e-8)
