import dataclasses

import numpy as np
import pandas as pd
import pytest
import shapely
from square_city import districts, layer, line, square_study

from analyses.indicator import NotMeasurableError
from analyses.indicators import greenway_density, greenway_length, greenway_per_10k
from analyses.lines_once import line_pieces
from layers.kinds import LayerKind

EAST_WEST = line((0, 1_000), (4_000, 1_000))
NORTH_SOUTH = line((1_000, 0), (1_000, 4_000))


def study_of(*lines, **columns):
    return square_study(layer(LayerKind.GREENWAYS, list(lines), **columns))


def replaced(study, **changes):
    return dataclasses.replace(study, **changes)


def test_two_crossing_greenways_have_both_lengths_and_districts_sum():
    measured = greenway_length.measure(study_of(EAST_WEST, NORTH_SOUTH, built=[True, True]))
    assert measured.city.value == pytest.approx(8, rel=1e-6)
    assert measured.by_district["W"].value == pytest.approx(6, rel=1e-6)
    assert measured.by_district["E"].value == pytest.approx(2, rel=1e-6)
    assert measured.notes == ()


def test_repeats_and_plans_are_told_apart_and_not_counted():
    again = line((2_000, 1_003), (0, 1_003))
    plan = line((0, 3_000), (1_000, 3_000))
    measured = greenway_length.measure(study_of(EAST_WEST, again, plan, built=[True, None, False]))
    assert measured.city.value == pytest.approx(4, rel=1e-6)
    beside = {one.id: one.quantity.value for one in measured.beside}
    assert beside["repeated"] == pytest.approx(2, rel=1e-6)
    assert beside["planned"] == pytest.approx(1, rel=1e-6)
    assert beside["unknown"] == 0
    assert set(measured.evidence["class"]) == {"counted", "repeated", "planned"}


def test_an_unknown_state_counts_and_is_said():
    measured = greenway_length.measure(study_of(EAST_WEST))
    assert measured.city.value == pytest.approx(4, rel=1e-6)
    assert "built" in measured.notes[0].en


def test_a_greenway_on_the_common_limit_counts_once():
    measured = greenway_length.measure(study_of(line((2_000, 0), (2_000, 4_000)), built=[True]))
    assert measured.city.value == pytest.approx(4, rel=1e-6)
    assert sum(one.value for one in measured.by_district.values()) == pytest.approx(4, rel=1e-6)


def test_a_greenway_half_on_the_limit_and_half_beside_it_is_split_once():
    bent = line((1_500, 0), (2_000, 1_000), (2_000, 2_000), (2_500, 3_000), (4_500, 3_000))
    measured = greenway_length.measure(study_of(bent, built=[True]))
    slope = (500**2 + 1_000**2) ** 0.5 / 1_000
    assert measured.by_district["W"].value == pytest.approx(slope + 1, rel=1e-6)
    assert measured.by_district["E"].value == pytest.approx(slope + 1.5, rel=1e-6)
    assert measured.city.value == pytest.approx(2 * slope + 2.5, rel=1e-6)


def test_what_lies_outside_the_city_is_cut_off():
    measured = greenway_length.measure(study_of(line((-2_000, 1_000), (1_000, 1_000)), built=[True]))
    assert measured.city.value == pytest.approx(1, rel=1e-6)


def test_a_city_without_districts_and_a_layer_without_lines():
    study = study_of(EAST_WEST, built=[True])
    alone = greenway_length.measure(replaced(study, districts=districts().iloc[:0]))
    assert alone.city.value == pytest.approx(4, rel=1e-6)
    assert alone.by_district == {}
    outside = greenway_length.measure(study_of(line((9_000, 0), (9_900, 0))))
    assert outside.city.value == 0
    assert len(outside.evidence) == 0


def test_what_lies_in_no_district_is_said_and_counts_for_the_city():
    study = replaced(study_of(EAST_WEST, built=[True]), districts=districts().iloc[:1])
    measured = greenway_length.measure(study)
    assert measured.city.value == pytest.approx(4, rel=1e-6)
    assert measured.by_district["W"].value == pytest.approx(2, rel=1e-6)
    assert "2.00 km" in measured.notes[0].en


def test_density_is_over_all_land():
    measured = greenway_density.measure(study_of(EAST_WEST, NORTH_SOUTH, built=[True, True]))
    assert measured.city.value == pytest.approx(8 / 16, rel=1e-6)
    assert measured.by_district["W"].value == pytest.approx(6 / 8, rel=1e-6)
    assert sum(one.whole for one in measured.by_district.values()) == pytest.approx(16, rel=1e-6)


def test_per_10k_is_over_residents():
    measured = greenway_per_10k.measure(study_of(EAST_WEST, NORTH_SOUTH, built=[True, True]))
    assert measured.city.value == pytest.approx(8 / 4, rel=1e-6)
    assert measured.by_district["W"].value == pytest.approx(6 / 1, rel=1e-6)
    assert measured.by_district["E"].value == pytest.approx(2 / 3, rel=1e-6)


def test_residents_come_from_the_districts_or_are_asked_for():
    study = replaced(study_of(EAST_WEST, built=[True]), residents=None)
    assert greenway_per_10k.measure(study).city.whole == pytest.approx(4)
    half = districts()
    half["residents"] = [10_000.0, None]
    with pytest.raises(NotMeasurableError, match="residents"):
        greenway_per_10k.measure(replaced(study, districts=half))
    known = greenway_per_10k.measure(replaced(study, districts=half, residents=1e4))
    assert set(known.by_district) == {"W"}


def test_pieces_agree_with_plain_intersection():
    random = np.random.default_rng(3)
    lines = [line(*random.uniform(-500, 4_500, (4, 2)).tolist()) for _ in range(30)]
    study = study_of(*lines)
    pieces = line_pieces(study, study.frame(LayerKind.GREENWAYS))
    for key, shape in zip(study.districts["id"], study.districts.geometry, strict=True):
        expected = sum(shapely.intersection(one, shape).length for one in lines)
        assert pieces.loc[pieces["district"] == key].length.sum() == pytest.approx(expected, rel=1e-9)
    assert isinstance(pieces, pd.DataFrame)
