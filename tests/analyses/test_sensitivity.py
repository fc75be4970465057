from __future__ import annotations

import dataclasses
import gc

import pytest
from square_city import layer, line, point, square, square_study
from square_files import walk_share

from analyses import walking
from analyses.evaluate import Request, evaluate
from analyses.indicator import all_indicators
from analyses.indicators import park_walk_coverage
from analyses.provenance import build_provenance
from analyses.report import Status
from analyses.sensitivity import MOST_VARIANTS, RANGES, chosen_ranges, fragile_ids, variants, vary
from analyses.settings import known_parameters, value_fault
from analyses.target import Target
from layers.errors import ConfigError
from layers.kinds import LayerKind
from layers.text import Text

WALK = "park_walk_coverage"


def study(**parameters):
    homes = [square(1_000, 900, 1_000, 200)]
    return square_study(
        layer(LayerKind.PARKS, [square(800, 900, 200)], code=["1401"]),
        layer(LayerKind.RESIDENTIAL, homes, code=["0701"]),
        layer(LayerKind.STREETS, [line((0, 1_000), (4_000, 1_000))]),
        **parameters,
    )


def target(value: float) -> Target:
    words = Text("覆盖", "coverage")
    return Target(
        "t", "own", WALK, words, ">=", value, "ratio", 2025, "square", "none", "§1", "x", words, True
    )


def bands(goal: float, wanted=None, *, together=False, **parameters):
    city, targets = study(**parameters), [target(goal)]
    request = Request(places={"square": "*"}, only=[WALK])
    report = evaluate(city, targets, build_provenance(city, ""), "run", request)
    ranges = chosen_ranges([all_indicators()[WALK]], wanted)
    found = vary(report, targets, ranges, request, together=together)
    return found, next(one for one in found if one.target is not None)


@pytest.fixture
def nets(monkeypatch):
    """Count how often a walking network is built."""
    built = []
    real = walking.build_network
    monkeypatch.setattr(walking, "build_network", lambda *a, **k: built.append(1) or real(*a, **k))
    return built


def test_the_band_is_what_a_hand_computes_and_each_noding_is_built_once(nets):
    found, band = bands(0.3)
    assert band.base.value == pytest.approx(walk_share(300, 100), rel=1e-3)
    assert band.lowest.value == pytest.approx(walk_share(300, 50), rel=1e-3)
    assert band.lowest.settings == (("access_m", 50.0),)
    assert band.highest.value == pytest.approx(walk_share(400, 100), rel=1e-3)
    assert band.highest.settings == (("walk_distance_m", 400.0),)
    by_settings = {one.settings: one.value for one in band.outcomes}
    assert by_settings[(("park_min_area_m2", 2_000.0),)] == band.base.value
    assert len(nets) == 2  # endpoints and crossings, the two values of street_noding
    assert {one.district for one in found} == {None, "W", "E"}


def test_the_settings_that_hold_are_not_measured_again():
    _, band = bands(0.3)
    assert (("walk_distance_m", 300.0),) not in [one.settings for one in band.outcomes]


@pytest.mark.parametrize(
    ("goal", "base", "fragile"),
    [
        (0.3, Status.MISSED, True),
        (0.2, Status.MET, True),
        (0.05, Status.MET, False),
        (0.5, Status.MISSED, False),
    ],
)
def test_a_verdict_that_flips_inside_the_band_is_fragile(goal, base, fragile):
    found, band = bands(goal)
    assert band.base.status is base
    assert band.fragile is fragile
    assert fragile_ids(found) == (("t",) if fragile else ())


def test_every_combination_reaches_further_than_one_parameter_at_a_time():
    _, band = bands(0.3, {"walk_distance_m": (200.0, 300.0), "access_m": (50.0, 100.0)}, together=True)
    assert band.lowest.settings == (("walk_distance_m", 200.0), ("access_m", 50.0))
    assert band.lowest.value == pytest.approx(walk_share(200, 50), rel=1e-3)
    assert len(band.outcomes) == 3


def test_what_the_user_set_is_the_base():
    _, band = bands(0.3, walk_distance_m=400.0)
    assert band.base.value == pytest.approx(walk_share(400, 100), rel=1e-3)


def test_another_noding_is_another_network(nets):
    bands(0.3, {"street_noding": ("endpoints", "crossings")})
    assert len(nets) == 2


def test_a_network_goes_with_its_layer():
    city = study()
    walking.walk_network(city)
    kept = len(walking._NETWORKS)
    del city
    gc.collect()
    assert len(walking._NETWORKS) < kept


def test_every_declared_range_belongs_to_a_doubtful_parameter_and_holds_its_default():
    known = known_parameters()
    for name, values in RANGES.items():
        assert known[name].doubt is not None
        assert known[name].default in values
        assert [value_fault(known[name], value) for value in values] == [None] * len(values)


def test_a_parameter_no_chosen_indicator_uses_is_refused():
    with pytest.raises(ConfigError, match="greenway_snap_m"):
        chosen_ranges([all_indicators()[WALK]], {"greenway_snap_m": (1.0,)})


def test_too_many_combinations_are_refused():
    many = tuple(float(k) for k in range(1, 30))
    with pytest.raises(ConfigError, match=str(MOST_VARIANTS)):
        variants({"a": many, "b": many}, together=True)


def test_given_entrances_can_be_left_aside():
    gates = layer(LayerKind.PARK_ENTRANCES, [point(800, 1_000)], park_id=["0"])
    city = study()
    city = dataclasses.replace(city, layers={**city.layers, LayerKind.PARK_ENTRANCES: gates})
    given = park_walk_coverage.measure(city).city.value
    inferred = park_walk_coverage.measure(city.with_parameters(entrance_rule="inferred")).city.value
    assert given == 0.0  # the gate is on the far side, and nothing is walked inside the park
    assert inferred == pytest.approx(walk_share(300, 100), rel=1e-3)
