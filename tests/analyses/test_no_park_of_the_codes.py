"""A layer of parks that holds none of the codes asked for gives no data; a district without parks has 0."""

from __future__ import annotations

import pytest
from square_city import layer, line, square, square_study

from analyses.evaluate import Request, evaluate
from analyses.report import Provenance, Status
from layers.kinds import LayerKind

NAMES = ("park_area_per_capita", "park_service_radius_coverage", "park_supply", "park_walk_coverage")


def results(**columns):
    """Judge a city with one park in the west, homes and a street in both districts."""
    study = square_study(
        layer(LayerKind.STREETS, [line((0, 2_000), (4_000, 2_000))]),
        layer(LayerKind.PARKS, [square(500, 2_000, 100)], **columns),
        layer(LayerKind.RESIDENTIAL, [square(0, 1_960, 4_000, 40)], residents=[1_600.0]),
    )
    names = (*NAMES, "park_tier_coverage")
    report = evaluate(study, [], Provenance({}, "", {}, {}), "run", Request(only=names))
    return {(one.indicator, one.district): one for one in report.results}


@pytest.mark.parametrize("name", NAMES)
def test_no_feature_of_the_codes_is_no_data_and_says_so(name):
    found = results(code=["0301"], park_class=["natural"])[name, None]
    assert found.status is Status.NO_DATA
    assert found.quantity is None
    assert "holds no feature with the codes asked for, 1401" in found.reason.en
    assert "没有代码为 1401" in found.reason.zh


def test_tiers_go_by_class_and_say_which_class_is_not_there():
    found = results(code=["0301"], park_class=["natural"])["park_tier_coverage", None]
    assert found.quantity.value is None
    assert "no park of class community, city" in found.reason.en


@pytest.mark.parametrize("name", NAMES)
def test_a_district_without_parks_in_a_city_with_parks_has_zero(name):
    found = results(code=["1401"], park_class=["community"])
    assert found[name, "W"].quantity.value > 0
    assert found[name, "E"].quantity.value == 0.0
