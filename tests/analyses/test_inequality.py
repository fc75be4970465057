"""Inequality against closed forms, published small cases and one person at a time."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.inequality import concentration_index, gini, palma, theil

amounts = st.lists(
    st.tuples(st.floats(0, 100), st.integers(0, 9), st.integers(0, 3)), min_size=2, max_size=12
).filter(lambda rows: sum(v * w for v, w, _ in rows) > 1e-3)


def one_by_one(values, people, other):
    """Every person as a row of its own."""
    return np.repeat(values, people), np.repeat(other, people)


def test_gini_of_two_people_of_whom_one_has_everything_is_one_half():
    assert gini([0, 1], [1, 1]) == 0.5
    assert gini([0, 0, 0, 5], [1, 1, 1, 1]) == 0.75  # (n - 1) / n
    assert gini([1, 2, 3, 4, 5], np.ones(5)) == pytest.approx(
        4 / 15
    )  # (n² - 1) / (3 n²) of 1..n over its mean


def test_equal_supply_has_no_inequality():
    assert gini([7, 7, 7], [1, 20, 300]) == pytest.approx(0, abs=1e-12)
    assert theil([7, 7, 7], [1, 20, 300]).total == pytest.approx(0, abs=1e-12)
    assert palma([7, 7, 7], [1, 20, 300]) == pytest.approx(1)
    assert concentration_index([7, 7, 7], [1, 20, 300], [3, 1, 2]) == pytest.approx(0, abs=1e-12)


def test_theil_of_one_owner_among_n_is_ln_n():
    for n in (2, 10, 1000):
        assert theil([0] * (n - 1) + [3], np.ones(n)).total == pytest.approx(math.log(n))


def test_theil_of_two_people_by_hand():
    # means 2: (1/2 ln 1/2) / 2 + (3/2 ln 3/2) / 2
    assert theil([1, 3], [1, 1]).total == pytest.approx((0.5 * math.log(0.5) + 1.5 * math.log(1.5)) / 2)


def test_theil_between_alone_where_groups_are_even_and_within_alone_where_their_means_agree():
    between = theil([1, 1, 3, 3], [1, 1, 1, 1], ["a", "a", "b", "b"])
    assert (between.within, between.between) == pytest.approx((0, theil([1, 3], [1, 1]).total))
    within = theil([1, 3, 1, 3], [1, 1, 1, 1], ["a", "a", "b", "b"])
    assert (within.within, within.between) == pytest.approx((theil([1, 3], [1, 1]).total, 0))


def test_theil_counts_a_group_without_anything():
    found = theil([0, 0, 2, 4], [1, 1, 1, 1], ["a", "a", "b", "b"])
    assert found.between == pytest.approx(math.log(2))
    assert found.total == pytest.approx(found.within + found.between)


def test_palma_by_hand_and_without_anything_at_the_bottom():
    assert palma([1, 1, 1, 1, 2, 2, 2, 2, 2, 6], np.ones(10)) == pytest.approx(6.0)
    # the border of the top tenth runs through the 20 people with 5: half of them count
    assert palma([1, 2, 5], [40, 40, 20]) == pytest.approx(5.0)
    assert palma([0, 1], [50, 50]) == math.inf


def test_concentration_ranks_by_the_other_variable():
    assert concentration_index([0, 0, 0, 1], [1, 1, 1, 1], [1, 2, 3, 4]) == pytest.approx(0.75)
    assert concentration_index([0, 0, 0, 1], [1, 1, 1, 1], [4, 3, 2, 1]) == pytest.approx(-0.75)
    assert concentration_index([1, 3], [1, 1], [5, 5]) == pytest.approx(0)  # equal rank, no difference


def test_nobody_or_nothing_is_undefined_not_equal():
    for values, people in (([1, 2], [0, 0]), ([0, 0], [1, 1]), ([], [])):
        assert math.isnan(gini(values, people))
        assert math.isnan(palma(values, people))
        assert math.isnan(theil(values, people).total)


def test_values_below_zero_or_missing_are_refused():
    for bad in ([-1, 2], [math.nan, 2]):
        with pytest.raises(ValueError, match="0 or more"):
            gini(bad, [1, 1])
    with pytest.raises(ValueError, match="3 values for 2"):
        theil([1, 2, 3], [1, 1])


@settings(max_examples=50, deadline=None)
@given(amounts)
def test_agrees_with_counting_every_person(rows):
    value, people, rank = (np.array(column, float) for column in zip(*rows, strict=True))
    y, r = one_by_one(value, people.astype(int), rank)
    mean = y.mean()
    n = len(y)
    by_pairs = np.abs(y[:, None] - y).sum() / (2 * n * n * mean)
    assert gini(value, people) == pytest.approx(by_pairs, abs=1e-9)
    middle = (np.array([(r < one).sum() + (r <= one).sum() for one in r])) / (2 * n)
    covariance = 2 * np.mean((y - mean) * (middle - middle.mean())) / mean
    assert concentration_index(value, people, rank) == pytest.approx(covariance, abs=1e-9)
    shares = y / mean
    shares = shares[shares > 0]
    plain = (shares * np.log(shares)).sum() / n
    found = theil(value, people, rank)
    assert found.total == pytest.approx(plain, abs=1e-9)
    assert found.within + found.between == pytest.approx(found.total, abs=1e-9)
    tenfold = np.sort(np.repeat(y, 10))  # so that 10 % and 40 % are whole persons
    low = tenfold[: 4 * n].mean()
    if low > 1e-6:
        assert palma(value, people) == pytest.approx(tenfold[-n:].mean() / low, rel=1e-9)


@settings(max_examples=30, deadline=None)
@given(amounts, st.floats(0.01, 100))
def test_units_and_the_way_places_are_cut_do_not_matter(rows, factor):
    value, people, _ = (np.array(column, float) for column in zip(*rows, strict=True))
    halves = (np.tile(value, 2), np.tile(people / 2, 2))
    for measure in (gini, lambda y, w: theil(y, w).total):
        assert measure(value * factor, people) == pytest.approx(measure(value, people), abs=1e-9)
        assert measure(*halves) == pytest.approx(measure(value, people), abs=1e-9)
        assert measure(value, people) >= -1e-12
    assert gini(value, people) < 1
