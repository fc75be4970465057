"""Entrances that were not used, as every indicator that walks into parks reports them."""

from __future__ import annotations

import pytest
from square_city import layer, line, point, square, square_study

from analyses.indicators import park_supply, park_tier_coverage, park_walk_coverage
from layers.kinds import LayerKind


def unused(measure):
    return [one.message.en for one in measure.findings if one.code == "park.entrance_unused"]


@pytest.fixture(scope="module")
def study():
    """A community and a city park by a street, a gate to each and one to a park that is not there."""
    return square_study(
        layer(LayerKind.STREETS, [line((0, 2_000), (4_000, 2_000))]),
        layer(
            LayerKind.PARKS,
            [square(1_000, 2_000, 100), square(2_000, 2_000, 100)],
            park_class=["community", "city"],
        ),
        layer(LayerKind.RESIDENTIAL, [square(0, 1_960, 4_000, 40)], residents=[1_600.0]),
        layer(
            LayerKind.PARK_ENTRANCES,
            [point(1_050, 2_000), point(2_050, 2_000), point(3_000, 2_000)],
            park_id=["0", "1", "9"],
        ),
    )


@pytest.mark.parametrize("module", [park_supply, park_walk_coverage])
def test_the_indicator_is_named(study, module):
    (said,) = unused(module.measure(study))
    assert said.startswith(f"{module.INDICATOR.title.en}: 1 entrances were not used")


def test_each_tier_is_named(study):
    first, second = unused(park_tier_coverage.measure(study))
    title = park_tier_coverage.INDICATOR.title.en
    assert first.startswith(f"{title} (community park in 10 minutes): 2 entrances")
    assert second.startswith(f"{title} (city park in 20 minutes): 2 entrances")
