"""The published table of the Shenzhen index (2016-2021), Table 2, reproduced."""

import dataclasses
from decimal import ROUND_HALF_UP, Decimal

import pytest
from square_city import square_study

from analyses.indicator import NotMeasurableError
from analyses.indicators.quality_index import INDICATOR, measure
from analyses.quality_index_formula import CENT, ITEMS, LEVELS, level, published, score, total

YEARS = (2016, 2017, 2018, 2019, 2020, 2021)
TABLE_2 = {
    "pm25": "76.00 74.00 78.00 82.00 92.00 94.00",
    "sections": "72.64 72.64 72.64 78.96 93.15 100.00",
    "coast": "90.31 83.85 90.62 91.77 100.00 100.00",
    "noise": "93.01 89.87 89.87 96.21 100.00 96.80",
    "tap_water": "94.67 98.67 97.33 100.00 100.00 96.00",
    "ei": "81.00 85.40 86.80 85.20 84.40 83.20",
    "sewage": "84.44 84.44 87.26 89.14 89.38 90.98",
    "solid_waste": "75.88 89.52 90.08 94.96 96.20 96.53",
    "satisfaction": "83.25 87.44 89.66 89.36 90.79 91.32",
}
TOTALS = "82.88 86.70 88.37 90.66 92.97 93.23"
LEVELS_EXACT = {
    "environment": "82.99 80.09 82.7825 87.235 96.2875 97.70",
    "safety": "87.835 92.035 92.065 92.60 92.20 89.60",
    "quality": "85.4125 86.0625 87.42375 89.9175 94.24375 93.65",
    "capability": "80.16 86.98 88.67 92.05 92.79 93.755",
    "satisfaction": TABLE_2["satisfaction"],
}
SCORES = {
    year: {item: Decimal(row.split()[column]) for item, row in TABLE_2.items()}
    for column, year in enumerate(YEARS)
}
RAW_2021 = {
    "pm25": 18.0,
    "good_sections_share": 0.905,
    "coastal_water_good_share": 0.529,
    "night_noise_compliance": 0.69,
    "tap_water_compliance": 0.997,
    "ei_published": 66.6,
    "sewage_capacity": 658.5,
    "solid_waste_use": 0.9133,
    "public_satisfaction": 0.9132,
}


def declared(*years_and_values):
    return dataclasses.replace(
        square_study(),
        declared={(name, year): value for year, raw in years_and_values for name, value in raw.items()},
    )


def test_weights_sum_to_one():
    assert sum(item.weight for item in ITEMS) == 1
    assert {item.id for item in ITEMS} == set(TABLE_2)


@pytest.mark.parametrize("column", range(6))
def test_six_yearly_totals(column):
    assert published(total(SCORES[YEARS[column]])) == Decimal(TOTALS.split()[column])


@pytest.mark.parametrize("name", LEVELS)
def test_sub_levels_exact(name):
    assert [level(name, SCORES[year]) for year in YEARS] == [
        Decimal(one) for one in LEVELS_EXACT[name].split()
    ]


def test_sub_levels_the_text_prints():
    assert published(level("environment", SCORES[2016])) == Decimal("82.99")
    assert published(level("environment", SCORES[2021])) == Decimal("97.70")
    assert published(level("quality", SCORES[2021])) == Decimal("93.65")
    assert published(level("capability", SCORES[2021])) == Decimal("93.76")


def test_only_half_even_decimals_reproduce_the_table():
    exact = total(SCORES[2017])
    assert exact == Decimal("86.705")
    assert exact.quantize(CENT, rounding=ROUND_HALF_UP) == Decimal("86.71")  # published: 86.70
    assert round(float(level("capability", SCORES[2021])), 2) == 93.75  # published: 93.76


@pytest.mark.parametrize(
    ("item", "raw", "year"),
    [
        ("pm25", 18, 2021),
        ("sections", 0.905, 2021),
        ("coast", 0.394, 2016),
        ("coast", 0.529, 2021),
        ("noise", 0.619, 2016),
        ("noise", 0.69, 2021),
        ("ei", 65.5, 2016),
        ("ei", 66.6, 2021),
        ("solid_waste", 0.397, 2016),
        ("solid_waste", 0.9133, 2021),
    ],
)
def test_inferred_scoring_gives_the_published_score(item, raw, year):
    (one,) = [one for one in ITEMS if one.id == item]
    assert score(raw, one.low, one.high) == SCORES[year][item]


def test_sewage_score_of_2021_is_the_one_that_does_not_fit():
    (sewage,) = [one for one in ITEMS if one.id == "sewage"]
    assert score(658.5, sewage.low, sewage.high) == Decimal("90.99")
    assert SCORES[2021]["sewage"] == Decimal("90.98")
    assert score(658.3, sewage.low, sewage.high) == Decimal("90.98")


def test_trend_claims_of_the_text_that_do_not_hold():
    environment = [level("environment", SCORES[year]) for year in YEARS]
    assert environment[1] < environment[0]  # "better year by year"
    quality = [level("quality", SCORES[year]) for year in YEARS]
    assert quality[5] < quality[4]  # "all years rising"
    noise = [SCORES[year]["noise"] for year in YEARS]
    assert noise[1] < noise[0]
    assert noise[5] < noise[4]
    index = [SCORES[year]["ei"] for year in YEARS]
    assert index[2] > index[3] > index[4] > index[5]  # while the text compares 2016 with 2021 alone


def test_trend_claims_that_hold():
    totals = [total(SCORES[year]) for year in YEARS]
    assert totals == sorted(totals)
    assert all(level("safety", SCORES[year]) > 90 for year in YEARS[1:5])
    assert 89 < level("safety", SCORES[2021]) < 90


def test_measured_from_the_raw_values_of_2021():
    found = measure(declared((2021, RAW_2021)))
    # the sewage score is 0.01 above the published one, so the index is 0.002 above 93.226
    assert found.city.value == float(published(Decimal("93.226") + Decimal("0.20") * Decimal("0.01")))
    beside = {one.id: one.quantity.value for one in found.beside}
    assert beside["environment"] == 97.70
    assert beside["quality"] == 93.65
    assert beside["score_sewage"] == 90.99
    assert found.by_district == {}
    assert len(found.evidence) == 0


def test_newest_complete_year_counts_and_earlier_ones_stand_beside():
    worse = {**RAW_2021, "pm25": 25.0}
    partial = {"pm25": 17.0}
    found = measure(declared((2020, RAW_2021), (2021, worse), (2022, partial)))
    beside = {one.id: one.quantity.value for one in found.beside}
    assert found.city.value < beside["year_2020"]
    assert "year_2021" not in beside
    assert "2021" in found.notes[0].en
    assert "PM2.5" in found.notes[-1].en


def test_missing_values_are_named():
    lacking = {name: value for name, value in RAW_2021.items() if name not in {"pm25", "ei_published"}}
    with pytest.raises(NotMeasurableError) as caught:
        measure(declared((2020, {"pm25": 20.0}), (2021, lacking)))
    assert "2021" in caught.value.message.en
    assert "pm25, ei_published" in caught.value.message.zh
    with pytest.raises(NotMeasurableError, match="nine measured values"):
        measure(square_study())


def test_limits_are_parameters_marked_inferred():
    assert len(INDICATOR.parameters) == 16
    assert all(one.doubt is not None for one in INDICATOR.parameters)
    study = declared((2021, RAW_2021))
    lenient = measure(study.with_parameters(quality_index_sewage_high=600.0))
    assert {one.id: one.quantity.value for one in lenient.beside}["score_sewage"] == 100.0
    with pytest.raises(NotMeasurableError, match="are equal"):
        measure(study.with_parameters(quality_index_ei_low=75.0))
