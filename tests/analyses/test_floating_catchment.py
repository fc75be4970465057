"""Two-step floating catchment and decay: closed forms, a naive loop, what is given is received."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.decay import DECAYS, binary, zones
from analyses.floating_catchment import Links, floating_catchment


def naive(distance, supply, demand, weigh):
    """The two steps as written in the papers, one pair at a time."""
    places, sites = distance.shape
    ratio = []
    for j in range(sites):
        people = sum(weigh(distance[i, j]) * demand[i] for i in range(places))
        ratio.append(supply[j] / people if people > 0 else 0.0)
    return [sum(weigh(distance[i, j]) * ratio[j] for j in range(sites)) for i in range(places)]


def links_of(distance, weigh):
    place, site = np.nonzero(np.isfinite(distance))
    return Links(place, site, weigh(distance[place, site]))


def some_city(seed):
    rng = np.random.default_rng(seed)
    distance = rng.uniform(0, 2500, (30, 12))
    distance[rng.random((30, 12)) < 0.4] = np.inf
    demand = np.where(rng.random(30) < 0.2, 0.0, rng.integers(1, 500, 30)).astype(float)
    return distance, rng.uniform(400, 90_000, 12), demand


def test_one_park_is_divided_among_all_in_reach():
    links = Links(np.array([0, 1]), np.array([0, 0]), np.ones(2))
    found = floating_catchment(links, np.array([5_000.0]), np.array([300.0, 200.0, 50.0]))
    assert found.per_person.tolist() == [10.0, 10.0, 0.0]
    assert found.sites.tolist() == [1, 1, 0]


def test_a_park_nobody_reaches_gives_nothing_and_places_without_people_take_nothing():
    links = Links(np.array([0, 1]), np.array([0, 1]), np.ones(2))
    found = floating_catchment(links, np.array([1_000.0, 700.0]), np.array([100.0, 0.0]))
    assert found.per_person.tolist() == [10.0, 0.0]
    assert found.demand.tolist() == [100.0, 0.0]


def test_enhanced_method_by_hand():
    # 100 people at 100 m (weight 1) and 50 at 500 m (weight 0.5) share 1250 m²: 1250 / 125 = 10
    weight = zones([100.0, 500.0], 600.0, (1.0, 0.5))
    found = floating_catchment(
        Links(np.array([0, 1]), np.array([0, 0]), weight), np.array([1_250.0]), np.array([100.0, 50.0])
    )
    assert found.per_person.tolist() == [10.0, 5.0]


@pytest.mark.parametrize("name", sorted(DECAYS))
@pytest.mark.parametrize("seed", range(3))
def test_agrees_with_the_naive_loop_and_loses_nothing(name, seed):
    distance, supply, demand = some_city(seed)

    def weigh(d):
        return DECAYS[name](d, 1_000.0)

    found = floating_catchment(links_of(distance, weigh), supply, demand)
    np.testing.assert_allclose(found.per_person, naive(distance, supply, demand, weigh), rtol=1e-12)
    reached = ((weigh(distance) > 0) & (demand[:, None] > 0)).any(axis=0)
    assert reached.sum() > 0
    assert (found.per_person * demand).sum() == pytest.approx(supply[reached].sum(), rel=1e-12)


def test_agrees_with_the_naive_loop_by_zones():
    distance, supply, demand = some_city(7)

    def weigh(d):
        return zones(d, 1_500.0, (1, 0.68, 0.22))

    found = floating_catchment(links_of(distance, weigh), supply, demand)
    np.testing.assert_allclose(found.per_person, naive(distance, supply, demand, weigh), rtol=1e-12)


def test_negative_or_missing_numbers_are_refused():
    links = Links(np.array([0]), np.array([0]), np.ones(1))
    for supply, demand in (([-1.0], [1.0]), ([1.0], [np.nan])):
        with pytest.raises(ValueError, match="0 or more"):
            floating_catchment(links, np.array(supply), np.array(demand))


def test_there_are_at_least_six_decay_functions_and_they_differ():
    assert len(DECAYS) >= 6
    middle = [DECAYS[name](400.0, 1_000.0).item() for name in DECAYS]
    assert len({round(one, 6) for one in middle}) == len(DECAYS)


@pytest.mark.parametrize("name", sorted(DECAYS))
def test_decays_begin_at_one_never_rise_and_end_at_the_cutoff(name):
    distance = np.linspace(0, 1_500, 3_001)
    weight = DECAYS[name](distance, 1_000.0)
    assert weight[0] == 1.0
    assert (np.diff(weight) <= 1e-15).all()
    assert ((weight >= 0) & (weight <= 1)).all()
    assert (weight[distance > 1_000] == 0).all()
    assert (weight[distance < 1_000] > 0).all()
    assert DECAYS[name](np.inf, 1_000.0).item() == 0.0


def test_decays_at_half_the_cutoff_by_hand():
    half = {name: DECAYS[name](500.0, 1_000.0).item() for name in DECAYS}
    assert half == pytest.approx(
        {
            "binary": 1.0,
            "linear": 0.5,
            "exponential": 0.60653066,
            "gaussian": (0.8824969 - 0.60653066) / (1 - 0.60653066),
            "log_logistic": 0.5,
            "kernel": 0.75,
            "power": 1 / 36,
        },
        rel=1e-6,
    )


def test_bad_zones_and_distances_are_refused():
    for weights in ((), (0.9, 0.5), (1, 0.2, 0.3), (1, -0.1)):
        with pytest.raises(ValueError, match="zone weights"):
            zones([1.0], 100.0, weights)
    with pytest.raises(ValueError, match="cutoff"):
        binary([1.0], 0.0)
    with pytest.raises(ValueError, match="0 or more"):
        binary([-1.0], 10.0)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(sorted(DECAYS)), st.floats(1.0, 5.0))
def test_more_supply_for_the_same_people_is_more_for_everybody_in_reach(seed, name, factor):
    distance, supply, demand = some_city(seed)
    links = links_of(distance, lambda d: DECAYS[name](d, 1_000.0))
    before = floating_catchment(links, supply, demand).per_person
    after = floating_catchment(links, supply * factor, demand).per_person
    np.testing.assert_allclose(after, before * factor)
