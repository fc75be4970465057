import dataclasses

import numpy as np
import pytest
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from square_city import EPSG, X0, Y0, districts, layer, square, square_study

from analyses.indicator import NotMeasurableError
from analyses.indicators import habitat_quality
from analyses.land_cover import RASTER_SCHEMES, crosswalk, scheme_of
from analyses.tables import shipped
from geo.raster import Grid, Surface
from layers.kinds import LayerKind

K = LayerKind
COEFFICIENT = 511.2642131067


def cover(values):
    """Land cover of the whole city; the values are rows from north to south."""
    array = np.array(values)
    cell = 4_000 / array.shape[0]
    grid = Grid(EPSG, Affine(cell, 0, X0, 0, -cell, Y0 + 4_000), array.shape)
    return Surface(grid, np.ma.masked_equal(array, 0))


def city(values, baseline=None, *others, **parameters):
    surfaces = {K.LAND_COVER: cover(values)}
    if baseline is not None:
        surfaces[K.LAND_COVER_BASELINE] = cover(baseline)
    return dataclasses.replace(square_study(*others, **parameters), surfaces=surfaces)


def beside(measured):
    return {one.id: one for one in measured.beside}


def test_one_forest_and_one_town_by_hand():
    measured = habitat_quality.measure(city([[10, 50], [10, 50]], land_cover_scheme="worldcover"))
    assert measured.city.value == pytest.approx(COEFFICIENT * (0.35 * 0.6 + 0.04 * 0.3) / 2, rel=1e-6)
    assert measured.by_district["W"].value == pytest.approx(COEFFICIENT * 0.21, rel=1e-6)
    assert measured.by_district["E"].value == pytest.approx(COEFFICIENT * 0.012, rel=1e-6)
    assert beside(measured)["forest"].quantity.value == pytest.approx(8, rel=1e-6)
    assert beside(measured)["built"].by_district["E"].value == pytest.approx(8, rel=1e-6)
    assert beside(measured)["without_class"].quantity.value == pytest.approx(0, abs=1e-5)
    assert any("10 tree cover -> forest/closed forest 0.21" in note.en for note in measured.notes)


def test_the_six_classes_of_hong_kong():
    values = [[1, 2, 3], [4, 5, 6], [1, 1, 1]]
    measured = habitat_quality.measure(city(values, land_cover_scheme="hongkong6"))
    by_hand = 4 * 0.35 * 0.6 + 0.35 * 0.25 + 0.21 * 0.3 + 0.01 * 0.2 + 0.04 * 0.3 + 0.28 * 0.3
    assert measured.city.value == pytest.approx(COEFFICIENT * by_hand / 9, rel=1e-6)


@pytest.mark.parametrize(
    ("values", "scheme"),
    [([[10, 95], [50, 80]], "worldcover"), ([[1, 9], [8, 2]], "clcd"), ([[1, 2], [3, 4]], None)],
)
def test_a_scheme_that_does_not_show_is_asked_for(values, scheme):
    assert scheme_of(np.unique(values)) == scheme
    if scheme is None:
        with pytest.raises(NotMeasurableError, match="land_cover_scheme"):
            habitat_quality.measure(city(values))
    else:
        assert habitat_quality.measure(city(values)).city.value > 0


def test_the_same_digits_mean_other_land():
    values = [[20, 20], [20, 20]]
    one = habitat_quality.measure(city(values, land_cover_scheme="worldcover"))
    two = habitat_quality.measure(city(values, land_cover_scheme="globeland30"))
    assert two.city.value / one.city.value == pytest.approx(0.6 / 0.25)


def test_codes_without_a_crosswalk_are_findings_and_too_many_are_refused():
    values = np.full((10, 10), 10)
    values[0, :4] = 77
    with_few = habitat_quality.measure(city(values, land_cover_scheme="worldcover"))
    assert with_few.city.value == pytest.approx(COEFFICIENT * 0.21, rel=1e-6)
    assert [one.code for one in with_few.findings] == ["land_cover.unmapped"]
    assert "code 77 is not in the crosswalk of worldcover (0.64" in with_few.findings[0].message.en
    assert beside(with_few)["without_class"].quantity.value == pytest.approx(0.04, rel=1e-4)
    values[0, :6] = 77
    with pytest.raises(NotMeasurableError, match="without a crosswalk: 77"):
        habitat_quality.measure(city(values, land_cover_scheme="worldcover"))
    values[0, :6] = 0  # no data
    with pytest.raises(NotMeasurableError, match=r"6\.0% of the land has no class"):
        habitat_quality.measure(city(values, land_cover_scheme="worldcover"))
    loose = city(values, land_cover_scheme="worldcover", land_cover_unmapped_max=0.5)
    assert habitat_quality.measure(loose).city.value == pytest.approx(COEFFICIENT * 0.21, rel=1e-6)


def test_the_baseline_and_the_other_source_stand_beside():
    use = layer(K.LAND_USE, [square(0, 0, 4_000)], code=["1701"])
    study = city([[10, 50], [10, 50]], [[10, 10], [10, 10]], use, land_cover_scheme="worldcover")
    measured = habitat_quality.measure(study)
    assert beside(measured)["baseline"].quantity.value == pytest.approx(COEFFICIENT * 0.21, rel=1e-6)
    assert beside(measured)["by_land_use"].quantity.value == pytest.approx(COEFFICIENT * 0.028, rel=1e-6)
    turned = habitat_quality.measure(study.with_parameters(habitat_source="land_use"))
    assert turned.city.value == pytest.approx(COEFFICIENT * 0.028, rel=1e-6)


def test_land_use_by_longest_prefix_and_overlaps_once():
    use = layer(
        K.LAND_USE,
        [square(0, 0, 2_000, 4_000), square(2_000, 0, 2_000, 4_000), square(1_000, 0, 1_000)],
        id=["a", "b", "c"],
        code=["070301", "0301", "0301"],
    )
    measured = habitat_quality.measure(square_study(use, land_use_edition="planning"))
    assert measured.city.value == pytest.approx(COEFFICIENT * (0.04 * 0.4 + 0.21) / 2, rel=1e-6)
    assert measured.by_district["W"].value == pytest.approx(COEFFICIENT * 0.016, rel=1e-6)
    assert set(measured.evidence["class"]) == {"built", "forest"}


def test_survey_codes_have_their_own_meaning():
    use = layer(K.LAND_USE, [square(0, 0, 4_000)], code=["0507"])
    planning = habitat_quality.measure(square_study(use, land_use_edition="planning"))
    survey = habitat_quality.measure(square_study(use, land_use_edition="survey"))
    assert planning.city.value == pytest.approx(COEFFICIENT * 0.14, rel=1e-6)
    assert survey.city.value == pytest.approx(COEFFICIENT * 0.012, rel=1e-6)


def test_without_the_source_asked_for():
    with pytest.raises(NotMeasurableError, match="habitat_source"):
        habitat_quality.measure(city([[10]], habitat_source="land_use"))


def test_without_districts():
    study = dataclasses.replace(
        city([[10, 50], [10, 50]], land_cover_scheme="worldcover"), districts=districts().iloc[:0]
    )
    measured = habitat_quality.measure(study)
    assert measured.by_district == {}
    assert measured.city.value == pytest.approx(COEFFICIENT * 0.111, rel=1e-6)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from([10, 20, 30, 40, 50, 60, 80, 95]), min_size=16, max_size=16))
def test_equals_the_mean_weight_of_cells_and_districts_sum(codes):
    measured = habitat_quality.measure(city(np.array(codes).reshape(4, 4), land_cover_scheme="worldcover"))
    table = crosswalk("worldcover")
    mean = np.mean([table[str(code)].weight for code in codes])
    assert measured.city.value == pytest.approx(COEFFICIENT * mean, rel=1e-6)
    assert sum(one.part for one in measured.by_district.values()) == pytest.approx(
        measured.city.part, rel=1e-9
    )
    assert sum(one.whole for one in measured.by_district.values()) == pytest.approx(
        measured.city.whole, rel=1e-9
    )


def test_the_tables_hang_together():
    weights = {(row.cells["class"], row.cells["sub"]) for row in shipped("habitat_weights.csv")}
    rows = [row.cells for row in shipped("land_cover_habitat.csv")]
    assert {row["scheme"] for row in rows} == {*RASTER_SCHEMES, "planning", "survey"}
    assert {(row["class"], row["sub"]) for row in rows} <= weights
    assert len({(row["scheme"], row["code"]) for row in rows}) == len(rows)
    assert all(row["source"] and row["doubt"] for row in rows)
    sums = {}
    for row in shipped("habitat_weights.csv"):
        sums.setdefault(row.cells["class"], []).append(float(row.cells["sub_weight"]))
    # the sub-weights of a class sum to 1, recalled ice included
    assert {key: pytest.approx(1.0) for key in sums} == {key: sum(one) for key, one in sums.items()}
