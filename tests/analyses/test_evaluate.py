from __future__ import annotations

import dataclasses

import pytest
from square_city import layer, square, square_study

from analyses.evaluate import Request, evaluate, parameters_used
from analyses.indicator import all_indicators
from analyses.report import Provenance, Status
from analyses.target import Target
from geo.threads import set_threads, threads
from layers.catalogue import finding
from layers.errors import ConfigError
from layers.kinds import LayerKind
from layers.text import Text

PROVENANCE = Provenance({}, "", {}, {})


def target(comparison=">=", value=0.25, geography="square", indicator="red_line_share", **more):
    return Target(
        id=more.get("id", "t"),
        plan="plan",
        indicator=indicator,
        title=Text("目标", "target"),
        comparison=comparison,
        value=value,
        unit="ratio",
        year=2025,
        geography=geography,
        binding="binding",
        clause="1",
        source="s",
        note=Text("", ""),
    )


def city(*more):
    return square_study(layer(LayerKind.RED_LINE, [square(0, 0, 2_000, 2_000)]), *more)


def results(study, targets, only=("red_line_share",), **request):
    report = evaluate(study, targets, PROVENANCE, "run", Request(only=only, **request))
    return {(one.district, one.target.id if one.target else None): one for one in report.results}


def test_the_city_is_judged_and_its_districts_are_for_reference():
    found = results(city(), [target(value=0.2)])
    assert found[None, "t"].status is Status.MET
    assert found[None, "t"].gap == pytest.approx(0.05, rel=1e-5)
    assert found["W", None].status is Status.NO_TARGET
    assert found["W", None].quantity.value == pytest.approx(0.5, rel=1e-5)
    assert "reference" in found["E", None].reason.en


def test_a_missed_target_is_missed():
    assert results(city(), [target(value=0.26)])[None, "t"].status is Status.MISSED


def test_a_district_target_is_judged_on_its_district_only():
    found = results(city(), [target(value=0.4, geography="longgang")], places={"longgang": "W"})
    assert found["W", "t"].status is Status.MET
    assert found[None, None].status is Status.NO_TARGET
    assert (None, "t") not in found


@pytest.mark.parametrize("name", ["西区", "West"])
def test_a_district_may_be_called_by_its_name(name):
    assert results(city(), [target(value=0.4, geography=name)])["W", "t"].status is Status.MET
    found = results(city(), [target(value=0.4, geography="longgang")], places={"longgang": name})
    assert found["W", "t"].status is Status.MET


def test_a_name_that_two_districts_share_means_neither():
    study = city()
    study = dataclasses.replace(study, districts=study.districts.assign(name_zh="新区"))
    assert results(study, [target(geography="新区")])[None, "t"].status is Status.NO_TARGET


def test_a_target_for_elsewhere_is_shown_but_not_judged():
    found = results(city(), [target(geography="gba")])
    assert found[None, "t"].status is Status.NO_TARGET
    assert "Greater Bay Area" in found[None, "t"].reason.en


def test_a_geography_that_names_no_district_is_refused():
    with pytest.raises(ConfigError, match="district X"):
        results(city(), [target(geography="longgang")], places={"longgang": "X"})


def test_a_missing_layer_is_no_data_and_names_the_key():
    found = results(square_study(), [target()])
    assert found[None, "t"].status is Status.NO_DATA
    assert "[layers.red_line]" in found[None, "t"].reason.en


def test_an_unknown_indicator_is_refused_with_the_nearest_name():
    with pytest.raises(ConfigError, match="red_line_share"):
        results(city(), [], only=("red_line_shar",))


def test_proxies_and_parameters_stand_in_the_result():
    study = square_study(
        layer(LayerKind.PARKS, [square(0, 0, 100)], proxy=True),
        layer(LayerKind.RESIDENTIAL, [square(100, 0, 100)]),
        park_radius_variant="later",
    )
    found = results(study, [], only=("park_service_radius_coverage",))[None, None]
    assert found.proxy_layers == ("parks",)
    assert found.parameters["park_radius_variant"]["value"] == "later"
    assert found.parameters["park_radius_variant"]["default"] == "2021"
    assert found.parameters["park_radius_variant"]["verified"] is False


def test_not_lower_compares_with_the_baseline_beside():
    study = city(layer(LayerKind.RED_LINE_BASELINE, [square(0, 0, 2_000, 2_100)]))
    lower = target("not_lower", None, indicator="red_line_change")
    assert results(study, [lower], only=("red_line_change",))[None, "t"].status is Status.MISSED


@pytest.mark.parametrize("name", sorted(all_indicators()))
def test_every_indicator_says_what_it_is_in_both_languages(name):
    one = all_indicators()[name]
    for text in (one.title, one.formula, one.basis, *(c.title for c in one.classes)):
        assert text.zh.strip()
        assert text.en.strip()
    for parameter in one.parameters:
        assert parameter.about.zh
        assert parameter.about.en
        assert parameter.source or parameter.doubt, f"{parameter.name} has neither a source nor a doubt"
    assert len(parameters_used(one, square_study())) == len(one.parameters)


@pytest.mark.parametrize("name", sorted(all_indicators()))
def test_every_indicator_says_no_data_on_an_empty_city(name):
    found = results(square_study(), [], only=(name,))
    assert found[None, None].status in (Status.NO_DATA, Status.NO_TARGET)
    assert found[None, None].reason.zh


def test_a_target_without_a_number_is_never_a_failure_even_without_data():
    found = results(square_study(), [target("track", None)])
    assert found[None, "t"].status is Status.NO_TARGET
    assert "no number" in found[None, "t"].reason.en


@pytest.fixture
def few_threads():
    before = threads()
    yield set_threads
    set_threads(before)


def rule_of(code):
    return lambda: [finding(code, Text("不对", "wrong"), layer="red_line")]


@pytest.mark.parametrize("number", [1, 2])
def test_findings_of_all_rules_are_in_the_report_whenever_they_are_held(number, few_threads):
    few_threads(number)
    codes = ["geometry.spike", "topology.overlap", "network.island"]
    given = []
    for meanwhile in (None, given.append):
        request = Request(
            only=("red_line_share",),
            rules=[rule_of(code) for code in codes],
            findings=tuple,
            meanwhile=meanwhile,
        )
        report = evaluate(city(), [target()], PROVENANCE, "run", request)
        assert sorted(one.code for one in report.findings) == sorted(codes)
    assert [list(measures) for measures in given] == [["red_line_share"]]
    assert given[0]["red_line_share"].city == report.measures["red_line_share"].city


def test_what_fails_meanwhile_ends_the_evaluation():
    def full(_measures):
        raise OSError("disk full")

    request = Request(only=("red_line_share",), rules=[rule_of("geometry.spike")] * 2, meanwhile=full)
    with pytest.raises(OSError, match="disk full"):
        evaluate(city(), [], PROVENANCE, "run", request)
