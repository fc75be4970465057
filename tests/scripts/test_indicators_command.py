"""What ``shanhai indicators`` tells of one indicator."""

from __future__ import annotations

import json

import pytest
from command_line import shanhai

from analyses.declared import declared_indicators
from analyses.indicator import all_indicators
from analyses.outputs.indicator_page import indicator_page

WEIGHTED = (
    "greenway_service_coverage",
    "park_service_radius_coverage",
    "park_supply",
    "park_tier_coverage",
    "park_walk_coverage",
    "rail_station_coverage",
    "sewer_network_coverage",
)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["ecological_quality_index", "quality_index", "ecological_index"])
def test_declared_values_an_indicator_needs_are_named(name, lang):
    said = shanhai("indicators", name, "--lang", lang).out
    page = indicator_page(all_indicators()[name])
    one = all_indicators()[name]
    assert one.declared
    for identity in (*one.declared, *one.declared_uses):
        assert identity in declared_indicators()
        assert identity in said
        assert f"`{identity}` {declared_indicators()[identity].title.zh}" in page
    assert not any(
        line.rstrip().endswith((":", "："))
        for line in said.splitlines()
        if "needed" in line or "所需" in line
    )


def test_eqi_needs_four_values_and_uses_the_published_one():
    (document,) = json.loads(shanhai("indicators", "ecological_quality_index", "--json").out)
    assert document["declared"] == ["eqi_pattern", "eqi_function", "eqi_biodiversity", "eqi_stress"]
    assert document["declared_uses"] == ["eqi_published"]
    assert len(document["edge_cases"]) == 4


@pytest.mark.parametrize("name", WEIGHTED)
def test_indicators_that_weigh_homes_say_by_what(name):
    for lang in ("zh", "en"):
        assert "residential_share" in shanhai("indicators", name, "--lang", lang).out
    assert indicator_page(all_indicators()[name]).count("JZZB") == 2
