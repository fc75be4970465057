import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from square_city import layer, square, square_study

from analyses.indicators import control_lines_overlap
from layers.kinds import LayerKind

K = LayerKind


def values(measured):
    return {one.id: one.quantity.value for one in measured.beside}


def study_of(red, farm, urban):
    return square_study(
        layer(K.RED_LINE, red), layer(K.BASIC_FARMLAND, farm), layer(K.DEVELOPMENT_BOUNDARY, urban)
    )


def test_pairs_are_measured_apart_and_each_place_once():
    study = study_of(
        [square(0, 0, 1_000)], [square(500, 0, 1_000)], [square(750, 0, 500, 1_000), square(3_000, 0, 500)]
    )
    measured = control_lines_overlap.measure(study)
    assert values(measured)["red_farm"] == pytest.approx(0.5, rel=1e-6)
    assert values(measured)["red_urban"] == pytest.approx(0.25, rel=1e-6)
    assert values(measured)["farm_urban"] == pytest.approx(0.5, rel=1e-6)
    # from 500 to 1250 m two lines or more claim the land
    assert measured.city.value == pytest.approx(0.75, rel=1e-6)
    assert measured.evidence["area_m2"].sum() == pytest.approx(0.75e6, rel=1e-6)


def test_slivers_stand_apart_and_nothing_is_dropped():
    study = study_of(
        [square(0, 0, 1_000)],
        [square(999.95, 0, 500, 1_000)],
        [square(0, 999.5, 0.9, 500), square(0, 2_000, 9)],
    )
    measured = control_lines_overlap.measure(study)
    assert measured.city.value == 0
    found = values(measured)
    assert (found["sliver_count"], found["conflict_count"]) == (2, 0)
    assert found["slivers"] == pytest.approx(0.05 * 1_000 + 0.5 * 0.9, rel=1e-4)
    assert set(measured.evidence["class"]) == {"sliver"}
    wide = control_lines_overlap.measure(study.with_parameters(sliver_area_m2=0.0, sliver_width_m=0.0))
    assert wide.city.value == pytest.approx((0.05 * 1_000 + 0.5 * 0.9) / 1e6, rel=1e-4)


def test_lines_that_only_touch_do_not_overlap():
    study = study_of([square(0, 0, 1_000)], [square(1_000, 0, 1_000)], [square(0, 1_000, 1_000)])
    measured = control_lines_overlap.measure(study)
    assert measured.city.value == 0
    assert len(measured.evidence) == 0
    assert {key: one.value for key, one in measured.by_district.items()} == {"W": 0, "E": 0}


def test_two_layers_are_enough_and_the_third_is_named():
    study = square_study(
        layer(K.RED_LINE, [square(1_500, 0, 1_000)]), layer(K.DEVELOPMENT_BOUNDARY, [square(1_900, 0, 300)])
    )
    measured = control_lines_overlap.measure(study)
    assert measured.city.value == pytest.approx(0.09, rel=1e-6)
    assert measured.by_district["W"].value == pytest.approx(0.03, rel=1e-6)
    assert measured.by_district["E"].value == pytest.approx(0.06, rel=1e-6)
    assert "basic_farmland" in measured.notes[0].en


cells = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=14, unique=True)


@settings(max_examples=30, deadline=None)
@given(cells, cells, cells)
def test_conflicts_agree_with_counting_cells(red, farm, urban):
    drawn = [[square(500 * x, 500 * y, 500) for x, y in one] for one in (red, farm, urban)]
    measured = control_lines_overlap.measure(study_of(*drawn))
    claims = [set(red), set(farm), set(urban)]
    twice = {cell for cell in set().union(*claims) if sum(cell in one for one in claims) >= 2}
    assert measured.city.value == pytest.approx(len(twice) * 0.25, rel=1e-6)
    found = values(measured)
    assert found["red_farm"] == pytest.approx(len(claims[0] & claims[1]) * 0.25, rel=1e-6)
    assert found["farm_urban"] == pytest.approx(len(claims[1] & claims[2]) * 0.25, rel=1e-6)
    assert sum(one.value for one in measured.by_district.values()) == pytest.approx(
        measured.city.value, rel=1e-6
    )
