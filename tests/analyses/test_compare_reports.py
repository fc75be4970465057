"""Comparing reports, the baseline, the selection of results."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from sample_reports import city, ratio, sample_report
from square_city import square

from analyses.baseline import regressions
from analyses.compare import compare
from analyses.outputs.report_json import document_of
from analyses.quantities import Quantity
from analyses.report import Report, Status
from analyses.selection import select
from layers.catalogue import finding
from layers.errors import ConfigError
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from analyses.outputs.document import ReportDocument

WALK = "park_walk_coverage"


def with_results(report: Report, **values) -> Report:
    """The report with something else in the results of the walk coverage, for the whole city."""
    results = tuple(
        dataclasses.replace(one, **values) if (one.indicator, one.district) == (WALK, None) else one
        for one in report.results
    )
    return dataclasses.replace(report, results=results)


def doc(report: Report | None = None) -> ReportDocument:
    return document_of(report or sample_report())


def change(old: ReportDocument, new: ReportDocument, district: str | None = None):
    found = {(one.indicator, one.district): one for one in compare(old, new).changes}
    return found[WALK, district]


def test_the_same_report_twice_has_not_changed():
    comparison = compare(doc(), doc())
    assert comparison.cautions == ()
    for one in comparison.changes:
        assert one.obstacles == ()
        assert one.better is None
        assert one.value in (0.0, None)
    assert regressions(comparison).exit_code() == 0


@pytest.mark.parametrize(
    ("part", "value", "better"), [(14e6, 0.125, True), (10e6, -0.125, False), (12e6, 0.0, None)]
)
def test_a_change_has_value_part_and_whole(part, value, better):
    one = change(doc(), doc(with_results(sample_report(), quantity=ratio(part, 16e6))))
    assert (one.value, one.part, one.whole, one.better) == (value, part - 12e6, 0.0, better)


def test_what_is_measured_once_is_compared_once_though_it_has_two_targets():
    report = sample_report()
    more = dataclasses.replace(report, results=(*report.results, report.results[0]))
    assert len(compare(doc(more), doc(more)).changes) == len(
        {(r.indicator, r.district) for r in report.results}
    )


def parameters_changed(report):
    return with_results(
        report, parameters={"walk_distance_m": {"value": 400.0, "default": 300.0, "unit": "m"}}
    )


def proxies_changed(report):
    return with_results(report, proxy_layers=("parks",))


def declared_changed(report):
    return with_results(report, declared=True)


def formula_changed(report):
    walk = dataclasses.replace(report.indicators[WALK], formula=Text("别的", "another"))
    return dataclasses.replace(report, indicators={**report.indicators, WALK: walk})


def city_changed(report):
    return dataclasses.replace(report, study=dataclasses.replace(report.study, id="other"))


def synthetic_changed(report):
    return dataclasses.replace(report, study=dataclasses.replace(report.study, synthetic=False))


def area_changed(report):
    return dataclasses.replace(report, study=dataclasses.replace(report.study, land=square(0, 0, 3000)))


def source_changed(report):
    other = dataclasses.replace(report.provenance.inputs["parks"], attribution="Another office")
    inputs = {**report.provenance.inputs, "parks": other}
    layers = dict(report.study.layers)
    layers[LayerKind.PARKS] = dataclasses.replace(layers[LayerKind.PARKS], source=other)
    return dataclasses.replace(
        report,
        study=dataclasses.replace(report.study, layers=layers),
        provenance=dataclasses.replace(report.provenance, inputs=inputs),
    )


def layer_gone(report):
    layers = {kind: one for kind, one in report.study.layers.items() if kind is not LayerKind.PARKS}
    return dataclasses.replace(report, study=dataclasses.replace(report.study, layers=layers))


@pytest.mark.parametrize(
    ("alter", "word"),
    [
        (parameters_changed, "walk_distance_m differs: 300.0 → 400.0"),
        (proxies_changed, "stand-in"),
        (declared_changed, "declared"),
        (formula_changed, "definition"),
        (city_changed, "square → other"),
        (synthetic_changed, "made-up"),
        (area_changed, "16.00 → 9.00 km²"),
        (source_changed, "Survey office → Another office"),
        (layer_gone, "layer parks"),
    ],
)
def test_what_is_not_comparable_is_said_and_not_subtracted(alter, word):
    one = change(doc(), doc(alter(sample_report())))
    assert any(word in obstacle.en for obstacle in one.obstacles)
    assert (one.value, one.part, one.whole, one.better) == (None, None, None, None)
    assert regressions(compare(doc(), doc(alter(sample_report())))).exit_code() == 3


def test_a_district_of_another_shape_is_not_compared_but_the_city_is():
    study = city()
    districts = study.districts.copy()
    districts.loc[0, "geometry"] = square(0, 0, 1000, 4000)
    moved = doc(sample_report(dataclasses.replace(study, districts=districts)))
    assert change(doc(), moved, "W").value is None
    assert change(doc(), moved, "E").value == 0.0
    assert change(doc(), moved).value == 0.0


def test_what_only_one_report_has_is_shown_as_such():
    report = sample_report()
    less = dataclasses.replace(report, results=tuple(r for r in report.results if r.indicator != WALK))
    gone, new = change(doc(), doc(less)), change(doc(less), doc())
    assert (gone.new, new.old) == (None, None)
    assert "only the old" in gone.obstacles[0].en
    assert "only the new" in new.obstacles[0].en


def test_another_version_of_the_program_is_a_caution():
    report = sample_report()
    software = {**report.provenance.software, "shanhai": "99"}
    newer = dataclasses.replace(report, provenance=dataclasses.replace(report.provenance, software=software))
    (caution,) = compare(doc(), doc(newer)).cautions
    assert "99" in caution.zh


def test_two_systems_are_a_caution_that_names_both():
    old = doc()
    new = old.model_copy(update={"city": old.city.model_copy(update={"crs": "EPSG:4526"})})
    (caution,) = compare(old, new).cautions
    assert old.city.crs != "EPSG:4526"
    for said in (caution.zh, caution.en):
        assert old.city.crs in said
        assert "EPSG:4526" in said


@pytest.mark.parametrize("far_first", [True, False])
def test_a_system_far_from_its_zone_bars_what_was_measured_but_not_what_was_declared(far_first):
    far = sample_report()
    warned = finding("crs.far_from_zone", Text("变形", "off"))
    far = dataclasses.replace(far, findings=(*far.findings, warned))
    reports = [far, sample_report()] if far_first else [sample_report(), far]
    comparison = compare(*map(doc, reports))
    measured = [one for one in comparison.changes if one.old and not one.old.declared]
    declared = [one for one in comparison.changes if one.old and one.old.declared]
    assert len(measured) > 3
    assert declared
    which = "old" if far_first else "new"
    for one in measured:
        assert one.value is None
        assert any(f"the {which} report was measured in" in text.en for text in one.obstacles)
    assert not any(one.obstacles for one in declared)


@pytest.mark.parametrize(
    ("dates", "reversed_"),
    [
        (("2025-12-31", "2020-01-01"), True),
        (("2020-01-01", "2025-12-31"), False),
        ((None, "2020-01-01"), False),
    ],
)
def test_reversed_dates_are_a_caution(dates, reversed_):
    old, new = (doc().model_copy(update={"as_of": day}) for day in dates)
    cautions = compare(old, new).cautions
    assert len(cautions) == reversed_
    if reversed_:
        assert "old report 2025-12-31, new report 2020-01-01" in cautions[0].en


@pytest.mark.parametrize(("part", "shown"), [(12e6 + 100, None), (12e6 + 1_000, True), (12e6 - 1_000, False)])
def test_no_better_is_shown_where_the_change_rounds_to_zero(part, shown):
    one = change(doc(), doc(with_results(sample_report(), quantity=ratio(part, 16e6))))
    assert one.better is (part > 12e6)
    assert one.shown_better is shown


@pytest.mark.parametrize(
    ("part", "tolerance", "code"),
    [(12e6, 0.0, 0), (11.99e6, 0.0, 1), (11.99e6, 0.01, 0), (11.87e6, 0.01, 1), (13e6, 0.0, 0)],
)
def test_the_baseline_fails_beyond_the_tolerance(part, tolerance, code):
    new = doc(with_results(sample_report(), quantity=ratio(part, 16e6)))
    assert regressions(compare(doc(), new), tolerance).exit_code() == code


def test_noise_of_the_last_digit_is_no_regression():
    new = doc(with_results(sample_report(), quantity=ratio(12e6 * (1 - 1e-11), 16e6)))
    assert regressions(compare(doc(), new)).worse == ()


def test_a_lost_verdict_and_a_lost_number_are_regressions():
    lost = with_results(sample_report(), quantity=None, status=Status.NO_DATA, gap=None)
    found = regressions(compare(doc(), doc(lost)))
    assert {one.reason.en for one in found.worse} == {
        "had a number and has none now",
        "target t-walk: MET → NO_DATA",
    }
    assert found.exit_code() == 1


def test_lower_is_better_where_the_indicator_says_so():
    def turned(report):
        walk = dataclasses.replace(report.indicators[WALK], higher_is_better=False)
        return dataclasses.replace(report, indicators={**report.indicators, WALK: walk})

    new = turned(with_results(sample_report(), quantity=ratio(14e6, 16e6)))
    assert change(doc(turned(sample_report())), doc(new)).better is False


def test_a_value_that_was_zero_can_get_worse():
    def zero(report, value):
        walk = dataclasses.replace(report.indicators[WALK], higher_is_better=False)
        report = dataclasses.replace(report, indicators={**report.indicators, WALK: walk})
        return doc(with_results(report, quantity=Quantity(value, None, ratio(1, 1).unit)))

    found = regressions(compare(zero(sample_report(), 0.0), zero(sample_report(), 0.5)), 0.01)
    assert len(found.worse) == 1


def test_selection_by_indicator_district_and_binding():
    whole = doc()
    assert {one.indicator for one in select(whole, only=[WALK]).results} == {WALK}
    assert [one.district for one in select(whole, districts=["东区"]).results] == ["E"]
    assert [one.district for one in select(whole, districts=["E", "West"]).results] == ["E", "W"]
    assert {one.district for one in select(whole, districts=["*"]).results} == {None}
    assert all(one.target.binding == "binding" for one in select(whole, binding_only=True).results)
    assert len(select(whole, binding_only=True).results) == 4
    assert select(whole) == whole


@pytest.mark.parametrize(
    ("asked", "near"), [({"only": ["park_walk"]}, WALK), ({"districts": ["Wes"]}, "West")]
)
def test_an_unknown_name_is_answered_with_the_nearest(asked, near):
    with pytest.raises(ConfigError, match=near):
        select(doc(), **asked)
