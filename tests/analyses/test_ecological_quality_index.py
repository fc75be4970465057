"""EQI by hand: the user's weights, four declared indices, class and change."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from square_city import square_study

from analyses.ecological_index_formula import EI_WEIGHTS
from analyses.indicator import NotMeasurableError
from analyses.indicators.ecological_quality_index import INDICATOR, WEIGHTS, measure
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


@pytest.mark.parametrize(
    ("published", "way", "change"),
    [
        ({2024: 53.5}, "stable", 0.5),
        ({2024: 52.5}, "slight, better", 1.5),
        ({2024: 57.0}, "moderate, worse", -3.0),
        ({2024: 50.0}, "clear, better", 4.0),
        ({2020: 10.0, 2024: 55.0, 2026: 90.0}, "slight, worse", -1.0),
    ],
)
def test_the_change_since_the_newest_published_value(published, way, change):
    found = measure(city(published=published))
    assert beside(found, "eqi_change") == pytest.approx(change)
    assert f": {way} (" in said(found)
    assert "published for 2024" in said(found)


def test_the_change_since_earlier_indices_with_the_same_weights():
    before = {"pattern": 50.0, "function": 50.0, "biodiversity": 40.0, "stress": 30.0}
    found = measure(city(parts={2023: before, 2024: {"pattern": 1.0}, 2025: NOW}))
    assert beside(found, "eqi_change") == pytest.approx(4.0)
    assert "computed for 2023" in said(found)
    both = measure(city(parts={2023: before, 2025: NOW}, published={2023: 54.0}))
    assert beside(both, "eqi_change") == pytest.approx(0, abs=1e-12)


def test_a_year_after_the_as_of_year_does_not_count():
    found = measure(city(parts={2025: NOW, 2026: dict.fromkeys(NOW, 90.0)}))
    assert found.city.value == pytest.approx(54)


def test_the_bounds_are_the_users():
    assert beside(measure(city(eqi_class_2_least=54.0)), "eqi_class") == 2
    assert "moderate" in said(measure(city(published={2024: 53.0}, eqi_change_moderate_least=1.0,
                                           eqi_change_slight_least=0.5)))  # fmt: skip
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
    with pytest.raises(NotMeasurableError, match="eqi_pattern, eqi_function, eqi_biodiversity, eqi_stress"):
        measure(city(parts=parts))


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
