"""What is said of the lines' rules, from numbers that add up."""

from __future__ import annotations

import re
from types import SimpleNamespace

import geopandas as gpd
import pytest
from square_city import square

from analyses.change_rules import change_rules, counted_classes
from analyses.compare import Change, Comparison
from analyses.indicator import all_indicators
from analyses.quantities import Unit
from layers.text import Text

KM2 = 100.0
"""The line was as large as this, so that a millionth of it are 100 m²."""


def told(by_reports_m2, gained_m2, lost_m2):
    """What the rule says for a line of 100 km², in English."""
    old, new = (
        SimpleNamespace(value=value, part=None, whole=None) for value in (KM2, KM2 + by_reports_m2 / 1e6)
    )
    title = Text("红线", "line")
    change = Change("red_line_area", title, None, Unit.KM2, old, new, (), (), higher_is_better=True)
    ground = {}
    if gained_m2 is not None:
        ground["red_line_area"] = gpd.GeoDataFrame(
            {"class": ["gained", "lost"], "area_m2": [gained_m2, lost_m2]},
            geometry=[square(0, 0, 1), square(5, 0, 1)],
        )
    (said,) = change_rules(Comparison("a", "b", None, None, (), (change,)), ground)
    return said


@pytest.mark.parametrize(
    ("numbers", "verdict"),
    [
        ((-6.0, 0.2, 1.3), "kept"),
        ((-99.0, 0.0, 99.0), "kept"),
        ((-101.0, 0.0, 101.0), "broken"),
        ((-99.0, None, None), "kept"),
        ((-101.0, None, None), "broken"),
        ((5_000.0, 6_000.0, 1_000.0), "kept"),
    ],
)
def test_noise_breaks_no_rule_and_the_tolerance_is_said(numbers, verdict):
    said = told(*numbers)
    assert f"area not reduced: {verdict}" in said.en
    assert "tolerance 100 m²: a millionth of the area" in said.en
    assert "容差 100 m²" in said.zh


@pytest.mark.parametrize(
    "numbers", [(-6, 0, 1), (-28_945_275, 4_144_962, 33_090_236), (0, 500, 500), (7, 9, 2)]
)
def test_net_is_put_in_minus_taken_out(numbers):
    net, put_in, out = (
        int(number.replace(",", ""))
        for number in re.match(
            r".*net change (\S+) m², put in (\S+) m², taken out (\S+) m²", told(*numbers).en
        ).groups()
    )
    assert net == put_in - out


def test_reports_that_disagree_with_the_ground_are_said():
    assert "each measured by itself, differ by -5,000 m²" in told(-5_000.0, 0.0, 1_000.0).en
    assert "differ by" not in told(-1_000.5, 0.0, 1_000.0).en
    assert "-0 " not in told(-0.3, 0.0, 0.3).en


def test_the_classes_differenced_make_up_the_value():
    known = all_indicators()
    told = {name: {one.id for one in indicator.classes} for name, indicator in known.items()}
    for name, indicator in known.items():
        assert set(counted_classes(indicator)) <= told[name]
    assert counted_classes(known["red_line_change"]) == ("kept", "gained")
    assert set(counted_classes(known["source_zone_area"])) == told["source_zone_area"]
