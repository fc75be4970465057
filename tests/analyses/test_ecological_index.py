import dataclasses
from itertools import pairwise

import numpy as np
import pytest
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from square_city import EPSG, X0, Y0, layer, line, square, square_study

from analyses.ecological_index_formula import (
    EI_WEIGHTS,
    GRADES,
    SubIndices,
    capped,
    change,
    ecological_index,
    effective_resources,
    grade,
    habitat_quality,
    land_stress,
    pollution_load,
    regional_change,
    regional_grade,
    regional_index,
    restricted,
    water_network,
)
from analyses.ecological_parts import DECLARED, EMISSIONS, declared_value, vegetation_part
from analyses.indicator import NotMeasurableError
from analyses.indicators import ecological_index as indicator
from geo.raster import Grid, Surface
from layers.check_ndvi import check_ndvi
from layers.kinds import LayerKind

K = LayerKind
NANTONG = SubIndices(30.59, 76.93, 93.94, 6.08, 1.48)
VALUES = {
    "water_resources": 12e6,
    "water_resources_mean": 10e6,
    "erosion_severe_area": 1.0,
    "erosion_moderate_area": 0.5,
    "other_stress_area": 0.25,
    "annual_rainfall": 1_900.0,
    **dict.fromkeys(EMISSIONS.values(), 100.0),
}


def surface(values):
    array = np.ma.masked_invalid(np.array(values, dtype=float))
    cell = 4_000 / array.shape[0]
    return Surface(Grid(EPSG, Affine(cell, 0, X0, 0, -cell, Y0 + 4_000), array.shape), array)


def city(declared=VALUES, ndvi=((0.8, 0.2), (0.8, 0.2)), **parameters):
    study = square_study(
        layer(K.RIVERS, [line((0, 500), (4_000, 500))]),
        layer(K.WATER, [square(0, 0, 1_000), square(3_000, 0, 1_000)], water_type=["lake", "sea"]),
        land_cover_scheme="worldcover",
        **parameters,
    )
    surfaces = {K.LAND_COVER: surface([[10, 50], [10, 50]]), K.NDVI: surface(ndvi)}
    values = {(name, 2024): value for name, value in declared.items()}
    return dataclasses.replace(study, surfaces=surfaces, declared=values)


def beside(measured):
    return {one.id: one for one in measured.beside}


def test_nantong_2017_as_published():
    assert ecological_index(NANTONG) == pytest.approx(67.97, abs=1e-9)
    assert grade(ecological_index(NANTONG)) == "good"
    rounded = SubIndices(*(round(value, 1) for value in dataclasses.astuple(NANTONG)))
    assert ecological_index(rounded) == pytest.approx(67.955, abs=1e-9)
    assert sum(EI_WEIGHTS) == pytest.approx(1)


def test_longgang_by_year():
    index = [58.7, 61.1, 62.4, 61.4]
    assert {grade(one) for one in index} == {"good"}
    assert [change(one, two) for one, two in pairwise(index)] == [
        "slight better",
        "slight better",
        "slight worse",
    ]


@given(st.floats(0, 100), st.sampled_from([0, 2, 3]))
def test_a_restriction_never_raises_and_lowers_the_grade(index, level):
    order = [name for _, name in GRADES]
    after = restricted(index, level)
    assert after <= index
    if level == 0 or index < 20:
        assert after == index
    else:
        assert order.index(grade(after)) > order.index(grade(index))
    if level == 3:
        assert after <= 54.9


def test_formulas_by_hand():
    assert habitat_quality(0.21 * 16, 16) == pytest.approx(107.3654848)
    assert water_network(4, 1, 12, 16) == pytest.approx(
        (84.3704083981 * 4 + 591.7908642005 + 86.3869548281 * 12) / 48
    )
    assert capped(water_network(1e6, 1, 1, 1)) == 100
    assert capped(130.0, 120.0) == 120
    assert land_stress(1, 0.5, 8, 0.25, 16) == pytest.approx(236.04356779 * (0.4 + 0.1 + 1.6 + 0.05) / 16)
    load = pollution_load({"cod": 10, "nh3": 1, "so2": 20, "dust": 3, "nox": 5, "solid": 7}, 1_900, 2_000)
    by_rain = (0.2 * 4.3937397289 * 10 + 0.2 * 40.1764754986 * 1) / (1_900 * 2_000)
    by_area = (
        0.2 * 0.0648660287 * 20 + 0.1 * 4.0904459321 * 3 + 0.2 * 0.5103049278 * 5 + 0.1 * 0.0749894283 * 7
    )
    assert load == pytest.approx(by_rain + by_area / 2_000)
    assert effective_resources(14.1, 10) == pytest.approx(9.9)


def test_the_recalled_limit_of_sub_indices_and_the_sea_are_said():
    wet = {**VALUES, "water_resources": 60e6, "water_resources_mean": 60e6}
    cut = indicator.measure(city(wet))
    free = indicator.measure(city(wet, ei_sub_index_most=1_000.0))
    water = (84.3704083981 * 4 + 591.7908642005 * 1 + 86.3869548281 * 60) / 16 / 3
    assert beside(cut)["water"].quantity.value == 100
    assert beside(free)["water"].quantity.value == pytest.approx(water, rel=1e-6)
    assert free.city.value - cut.city.value == pytest.approx(0.15 * (water - 100), rel=1e-6)
    said = [" ".join(note.en for note in one.notes) for one in (cut, free)]
    assert "water network density above 100, counted as 100" in said[0]
    assert "counted as" not in said[1]
    assert all("near-shore sea is not in the water area" in one for one in said)


def test_the_index_of_the_square_city_by_hand():
    measured = indicator.measure(city())
    abundance = 511.2642131067 * (0.21 + 0.012) / 2
    vegetation = 0.0121165124 * 5_000
    water = min((84.3704083981 * 4 + 591.7908642005 * 1 + 86.3869548281 * 12) / 16 / 3, 100)
    stress = 236.04356779 * (0.4 * 1 + 0.2 * 0.5 + 0.2 * 8 + 0.2 * 0.25) / 16
    load = beside(measured)["load"].quantity.value
    expected = (
        0.35 * abundance + 0.25 * vegetation + 0.15 * water + 0.15 * (100 - stress) + 0.1 * (100 - load)
    )
    assert measured.city.value == pytest.approx(expected, rel=1e-6)
    assert load == pytest.approx(pollution_load(dict.fromkeys(EMISSIONS, 100.0), 1_900, 16), rel=1e-6)
    assert measured.by_district == {}
    assert beside(measured)["vegetation"].by_district["W"].value == pytest.approx(
        0.0121165124 * 8_000, rel=1e-6
    )
    assert "habitat quality only" in beside(measured)["abundance"].title.en
    assert any("habitat quality only" in note.en for note in measured.notes)
    assert measured.notes[0].en == f"grade: {grade(expected)}"


def test_the_biodiversity_index_is_averaged_in_where_it_is_declared():
    measured = indicator.measure(city({**VALUES, "biodiversity_index": 40.0}))
    assert beside(measured)["abundance"].quantity.value == pytest.approx(
        (511.2642131067 * 0.111 + 40) / 2, rel=1e-6
    )
    assert not any("habitat quality only" in note.en for note in measured.notes)


def test_a_restriction_and_the_change_since_a_published_value():
    free = indicator.measure(city()).city.value
    held = indicator.measure(city({**VALUES, "ei_published": free + 3.5}, ei_restriction_level=2))
    assert held.city.value == restricted(free, 2)
    assert beside(held)["unrestricted"].quantity.value == pytest.approx(free)
    same = indicator.measure(city({**VALUES, "ei_published": free + 3.5}))
    assert any("clear change, worse" in note.en for note in same.notes)


@pytest.mark.parametrize("gone", [name for name in DECLARED if name != "biodiversity_index"])
def test_what_lacks_is_named_and_the_rest_computed(gone):
    values = {name: value for name, value in VALUES.items() if name != gone}
    with pytest.raises(NotMeasurableError, match=f"lacks {gone}.*Computed: biological abundance"):
        indicator.measure(city(values))


def test_missing_layers_are_named():
    study = city()
    bare = dataclasses.replace(study, layers={}, surfaces={K.LAND_COVER: study.surfaces[K.LAND_COVER]})
    with pytest.raises(NotMeasurableError, match=r"\[layers.ndvi\].*\[layers.rivers\], \[layers.water\]"):
        indicator.measure(bare)


def test_ndvi_in_either_scale_gives_the_same_and_any_other_is_refused():
    one = vegetation_part(city()).value
    assert one == pytest.approx(0.0121165124 * 5_000, rel=1e-6)
    assert vegetation_part(city(ndvi=((8_000, 2_000), (8_000, 2_000)))).value == pytest.approx(one, rel=1e-9)
    byte = city(ndvi=((200, 50), (200, 50)))
    assert vegetation_part(byte).value is None
    assert [found.code for found in check_ndvi(byte)] == ["ndvi.scale"]
    assert check_ndvi(city()) == []
    with pytest.raises(NotMeasurableError, match="vegetation cover lacks"):
        indicator.measure(byte)


def test_the_newest_declared_value_up_to_the_date_holds():
    study = dataclasses.replace(
        city(),
        declared={
            ("annual_rainfall", 2020): 1.0,
            ("annual_rainfall", 2023): 2.0,
            ("annual_rainfall", 2030): 3.0,
        },
    )
    assert declared_value(study, "annual_rainfall") == 2.0
    assert declared_value(study, "cod_emission") is None


def test_the_regional_index_takes_the_users_weights_only():
    values = {"pattern": 60.0, "function": 70.0, "biodiversity": 50.0, "stress": 100 - 20.0}
    weights = {"pattern": 0.4, "function": 0.3, "biodiversity": 0.2, "stress": 0.1}
    assert regional_index(values, weights) == pytest.approx(24 + 21 + 10 + 8)
    with pytest.raises(ValueError, match="same parts"):
        regional_index(values, {"pattern": 1.0})
    with pytest.raises(ValueError, match="sum to 1"):
        regional_index(values, dict.fromkeys(values, 0.5))
    # published pairs of index and class
    assert [regional_grade(one) for one in (59.77, 54.76, 62.7, 63.75)] == [2, 3, 2, 2]
    assert [regional_change(60, one) for one in (60.5, 61, 58, 56, 64)] == [0, 1, -2, -3, 3]
