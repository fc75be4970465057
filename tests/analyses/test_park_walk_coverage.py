from __future__ import annotations

import numpy as np
import pytest
import shapely
from brute_force_walk import covered_share
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from square_city import layer, line, point, square, square_study

from analyses.indicator import NotMeasurableError
from analyses.indicators import park_walk_coverage
from layers.kinds import LayerKind


def near(value: float):
    return pytest.approx(value, rel=1e-4)


def study(parks, homes, streets, *more, **parameters):
    return square_study(
        layer(LayerKind.PARKS, parks),
        layer(LayerKind.RESIDENTIAL, homes),
        layer(LayerKind.STREETS, streets),
        *more,
        **parameters,
    )


# A street along y = 1000 that enters a park at x = 1000; homes are a strip right above the street.
STREET = line((0, 1_000), (1_000, 1_000))
PARK = square(1_000, 950, 100)
NEAR_PARK_M = 40


def strip(x: float, width: float):
    return square(x, 1_000, width, 10)


def test_homes_along_a_street_are_covered_up_to_the_limit():
    # 200 m of street are reachable within 300 - 100 m; a place 100 m beyond its end is still within access
    measure = park_walk_coverage.measure(study([PARK], [strip(600, 400)], [STREET]))
    assert measure.city.part == pytest.approx(300 * 10, rel=2e-3)
    assert measure.city.value == pytest.approx(0.75, rel=2e-3)


def test_the_longer_walk_and_the_straight_line_stand_beside():
    measure = park_walk_coverage.measure(study([PARK], [strip(500, 500)], [STREET]))
    beside = {one.id: one for one in measure.beside}
    assert beside["longer_walk"].quantity.part == pytest.approx(400 * 10, rel=2e-3)
    assert beside["straight_line"].quantity.part == pytest.approx(300 * 10, rel=2e-3)
    assert beside["population"].quantity is None
    assert "residents" in beside["population"].reason.en


def test_a_detour_counts_and_the_straight_line_does_not():
    # the way leads round: 100 m up, 200 m along, 100 m down to the park
    way = line((700, 1_000), (700, 1_150), (1_050, 1_150), (1_050, 1_050))
    measure = park_walk_coverage.measure(study([PARK], [square(690, 1_000, 20, 10)], [way]))
    assert measure.city.value == 0.0
    assert measure.evidence["class"].tolist() == ["uncovered"]


def test_residents_weigh_the_plots():
    homes = layer(LayerKind.RESIDENTIAL, [strip(900, 100), strip(100, 100)], residents=[300.0, 100.0])
    city = square_study(layer(LayerKind.PARKS, [PARK]), homes, layer(LayerKind.STREETS, [STREET]))
    population = next(one for one in park_walk_coverage.measure(city).beside if one.id == "population")
    assert population.quantity.value == near(0.75)


def test_a_small_park_does_not_count_but_parts_of_one_park_do():
    halves = [square(1_000, 990, 15, 20), square(1_020, 990, 15, 20)]
    street = line((0, 1_000), (1_015, 1_000), (1_040, 1_000))
    with pytest.raises(NotMeasurableError):
        park_walk_coverage.measure(study(halves, [strip(900, 100)], [street]))
    together = square_study(
        layer(LayerKind.PARKS, halves, park_id=["p", "p"]),
        layer(LayerKind.RESIDENTIAL, [strip(900, 100)]),
        layer(LayerKind.STREETS, [street]),
    )
    assert park_walk_coverage.measure(together).city.value == near(1.0)


def test_a_park_outside_the_boundary_serves():
    park = square(-100, 950, 100)
    measure = park_walk_coverage.measure(study([park], [strip(0, 100)], [line((-50, 1_000), (500, 1_000))]))
    assert measure.city.value == near(1.0)


def test_nothing_is_walked_inside_the_park():
    # a path inside runs right behind the fence; the only gate is far away at the park's east end
    park = square(1_000, 1_000, 1_000, 100)
    inside = line((1_010, 1_010), (2_000, 1_010), (2_100, 1_010))
    measure = park_walk_coverage.measure(study([park], [square(1_050, 980, 50, 10)], [inside]))
    assert measure.city.value == 0.0


def test_a_given_entrance_is_the_only_way_in():
    entrance = layer(LayerKind.PARK_ENTRANCES, [point(1_100, 1_000)], park_id=["0"])
    streets = [STREET, line((1_100, 1_000), (1_900, 1_000))]
    measure = park_walk_coverage.measure(
        study([PARK], [strip(900, 100), strip(1_200, 100)], streets, entrance)
    )
    evidence = measure.evidence.set_index("id")["class"].to_dict()
    assert evidence == {"0": "uncovered", "1": "covered"}


def test_a_park_nobody_can_enter_is_reported():
    far = square(3_000, 3_000, 100)
    measure = park_walk_coverage.measure(study([PARK, far], [strip(900, 100)], [STREET]))
    assert [one.code for one in measure.findings] == ["park.no_entrance"]
    assert "1" in measure.findings[0].message.en


def test_streets_closed_to_walkers_do_not_count():
    streets = layer(LayerKind.STREETS, [STREET, line((0, 2_000), (100, 2_000))], foot=[False, True])
    city = square_study(
        layer(LayerKind.PARKS, [PARK]), layer(LayerKind.RESIDENTIAL, [strip(900, 50)]), streets
    )
    assert park_walk_coverage.measure(city).city.value == 0.0


def town(seed: int):
    """A small irregular street grid with parks and plots, the same for the same seed."""
    rng = np.random.default_rng(seed)
    nodes = {
        (i, j): (1_000 + 120 * i + rng.uniform(-30, 30), 1_000 + 120 * j + rng.uniform(-30, 30))
        for i in range(6)
        for j in range(6)
    }
    streets = [
        line(nodes[a], nodes[b])
        for a in nodes
        for b in ((a[0] + 1, a[1]), (a[0], a[1] + 1))
        if b in nodes and rng.random() < 0.8
    ]
    parks = [square(*rng.uniform(1_000, 1_600, 2), *rng.uniform(25, 90, 2)) for _ in range(3)]
    homes = [square(1_000 + 100 * i, 1_000 + 100 * j, 80) for i in range(6) for j in range(6)]
    return parks, homes, streets


def part(parks, homes, streets):
    return park_walk_coverage.measure(study(parks, homes, streets)).city.part


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_more_parks_and_streets_never_lower_coverage(seed):
    parks, homes, streets = town(seed)
    base = part(parks[:2], homes, streets)
    tolerance = 1e-6 * len(homes) * 6_400
    assert part(parks, homes, streets) >= base - tolerance
    # A street at a park may settle where its entrances are inferred, so only one away from both is taken.
    away = shapely.distance(shapely.union_all(parks[:2]), streets) > NEAR_PARK_M
    assume(away.any())
    less = [one for k, one in enumerate(streets) if k != np.flatnonzero(away)[-1]]
    assert part(parks[:2], homes, less) <= base + tolerance


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000))
def test_order_and_direction_change_nothing(seed):
    parks, homes, streets = town(seed)
    turned = [shapely.reverse(one) for one in streets[::-1]]
    assert part(parks[::-1], homes[::-1], turned) == pytest.approx(part(parks, homes, streets), rel=1e-9)


@pytest.mark.parametrize("seed", [3, 8])
def test_coverage_agrees_with_a_brute_force_of_one_metre(seed):
    """Every street is walked metre by metre, every place is asked for all streets near it."""
    parks, homes, streets = town(seed)
    measure = park_walk_coverage.measure(study(parks, homes, streets))
    assert measure.city.value == pytest.approx(covered_share(parks, homes, streets, 300.0, 100.0), abs=0.005)
