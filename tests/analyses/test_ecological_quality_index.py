"""EQI by hand: the user's weights, four declared indices, class and change."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from square_city import square_study

from analyses.ecological_index_formula import EI_WEIGHTS
from analyses.evaluate import Request, evaluate
from analyses.explain import explain
from analyses.formatting import format_value
from analyses.indicator import NotMeasurableError
from analyses.indicators.ecological_quality_index import INDICATOR, WEIGHTS, measure
from analyses.outputs.report_json import document_of
from analyses.report import Provenance
from analyses.settings import check_settings, value_fault

MADE_UP = {"pattern": 0.4, "function": 0.3, "biodiversity": 0.2, "stress": 0.1}
NOW = {"pattern": 60.0, "function": 50.0, "biodiversity": 40.0, "stress": 30.0}


def city(weights=MADE_UP, *, parts=None, published=None, **parameters):
    study = square_study(**{f"eqi_weight_{key}": value for key, value in weights.items()}, **parameters)
    parts = {2025: NOW} if parts is None else parts
    declared = {(f"eqi_{key}", year): value for year, row in parts.items() for key, value in row.items()}
    declared |= {("eqi_published", year): value for year, value in (published or {}).items()}
    return replace(study, declared=declared)


def beside(found, key):
    return next(one.quantity.value for one in found.beside if one.id == key)


def said(found):
    return " ".join(note.en for note in found.notes)


def test_the_sum_by_hand():
    found = measure(city())
    # 0.4 x 60 + 0.3 x 50 + 0.2 x 40 + 0.1 x (100 - 30)
    assert found.city.value == pytest.approx(24 + 15 + 8 + 7)
    assert beside(found, "eqi_class") == 3
    assert [beside(found, f"eqi_{key}") for key in NOW] == list(NOW.values())
    assert "not comparable" in said(found)
    assert "eqi_change" not in {one.id for one in found.beside}
    assert found.by_district == {}
    assert found.evidence.empty


def earlier(pattern):
    """Give indices that differ from this year's by 0.4 for each point of pattern."""
    return NOW | {"pattern": pattern}


def ids(found):
    return {one.id for one in found.beside if "change" in one.id or "difference" in one.id}


@pytest.mark.parametrize(
    ("pattern", "way", "change"),
    [
        (58.75, "stable", 0.5),
        (56.25, "slight, better", 1.5),
        (67.5, "moderate, worse", -3.0),
        (50.0, "clear, better", 4.0),
    ],
)
def test_the_change_since_the_newest_computed_value(pattern, way, change):
    parts = {2020: earlier(10.0), 2023: earlier(pattern), 2024: {"pattern": 1.0}, 2025: NOW}
    found = measure(city(parts=parts))
    assert beside(found, "eqi_change") == pytest.approx(change)
    assert f": {way} (" in said(found)
    assert "computed for 2023" in said(found)
    assert ids(found) == {"eqi_change"}


def test_published_is_held_against_published():
    weights = {"pattern": 0.36, "function": 0.35, "biodiversity": 0.19, "stress": 0.10}
    now = {"pattern": 72.0, "function": 70.0, "biodiversity": 64.0, "stress": 42.04}
    found = measure(city(weights, parts={2025: now}, published={2020: 10.0, 2024: 66.0, 2025: 67.0}))
    assert found.city.value == pytest.approx(68.376)
    assert beside(found, "eqi_published") == 67.0
    assert ids(found) == {"eqi_published_change"}
    assert beside(found, "eqi_published_change") == 1.0
    (title,) = (one.title for one in found.beside if one.id == "eqi_published_change")
    assert title.en == "change of the published value, 2024 to 2025"
    assert ": slight, better (" in said(found)
    assert "moderate" not in said(found)


def test_both_changes_stand_beside_each_other_over_the_same_years():
    parts = {2023: earlier(50.0), 2025: NOW}
    found = measure(city(parts=parts, published={2023: 54.0, 2024: 60.0, 2025: 54.5}))
    assert beside(found, "eqi_change") == pytest.approx(4.0)
    assert beside(found, "eqi_published_change") == 0.5
    assert "2023 to 2025" in " ".join(one.title.en for one in found.beside)
    alone = measure(city(parts=parts, published={2023: 54.0}))
    assert ids(alone) == {"eqi_change"}


def test_unlike_sources_give_a_difference_without_a_degree():
    found = measure(city(published={2023: 1.0, 2024: 50.0, 2026: 90.0}))
    assert ids(found) == {"eqi_mixed_difference"}
    assert beside(found, "eqi_mixed_difference") == pytest.approx(4.0)
    assert "no degree" in said(found)
    assert not any(word in said(found) for word in ("stable", "slight", "moderate", "clear"))
    (title,) = (one.title.en for one in found.beside if one.id == "eqi_mixed_difference")
    assert "unlike sources" in title


def test_the_class_is_a_whole_number():
    (one,) = (one for one in measure(city()).beside if one.id == "eqi_class")
    assert format_value(one.quantity.value, one.quantity.unit, "en") == "3"
    assert format_value(one.quantity.value, one.quantity.unit, "zh") == "3 类"


def test_a_year_after_the_as_of_year_does_not_count():
    found = measure(city(parts={2025: NOW, 2026: dict.fromkeys(NOW, 90.0)}))
    assert found.city.value == pytest.approx(54)


def test_the_bounds_are_the_users():
    assert beside(measure(city(eqi_class_2_least=54.0)), "eqi_class") == 2
    slight = {"parts": {2024: earlier(57.5), 2025: NOW}, "eqi_change_slight_least": 0.5}
    assert "slight" in said(measure(city(**slight)))
    assert "moderate" in said(measure(city(**slight, eqi_change_moderate_least=1.0)))
    with pytest.raises(NotMeasurableError, match="out of order"):
        measure(city(eqi_class_2_least=80.0))
    with pytest.raises(NotMeasurableError, match="out of order"):
        measure(city(eqi_change_slight_least=3.0))


def test_without_weights_there_is_no_value_and_the_remedy_is_said():
    with pytest.raises(NotMeasurableError, match=r"eqi_weight_pattern.*\[parameters\]"):
        measure(city({}))
    with pytest.raises(NotMeasurableError, match=r"sum to 0\.9"):
        measure(city({**MADE_UP, "stress": 0.0}))


@pytest.mark.parametrize("years", [{}, {2025: ["stress"]}, {2023: ["stress"], 2024: ["function", "pattern"]}])
def test_one_year_must_have_all_four(years):
    parts = {year: {key: NOW[key] for key in NOW if key not in lacking} for year, lacking in years.items()}
    with pytest.raises(
        NotMeasurableError, match="eqi_pattern, eqi_function, eqi_biodiversity, eqi_stress"
    ) as error:
        measure(city(parts=parts))
    assert f"geography {city().id}" in str(error.value.message.en)


def test_no_weight_is_shipped_and_every_recalled_figure_says_so():
    assert [one.default for one in WEIGHTS.values()] == [0.0] * 4
    assert all(one.doubt is not None for one in INDICATOR.parameters)
    check_settings({f"eqi_weight_{key}": value for key, value in MADE_UP.items()})
    assert value_fault(WEIGHTS["stress"], 1.5) is not None
    assert len(EI_WEIGHTS) == 5


@given(
    st.lists(st.floats(0, 100), min_size=4, max_size=4), st.lists(st.integers(1, 50), min_size=4, max_size=4)
)
def test_the_index_lies_between_its_parts(values, shares):
    weights = {key: one / sum(shares) for key, one in zip(NOW, shares, strict=True)}
    parts = dict(zip(NOW, values, strict=True))
    index = measure(city(weights, parts={2025: parts})).city.value
    turned = [*values[:3], 100 - values[3]]
    assert min(turned) - 1e-9 <= index <= max(turned) + 1e-9


def test_the_account_shows_the_class_once():
    request = Request(only=("ecological_quality_index",))
    report = evaluate(city(), [], Provenance({}, "", {}, {}), "run", request)
    account = explain(document_of(report), "ecological_quality_index", lang="en")
    assert "EQI class (1 is best): 3\n" in account
