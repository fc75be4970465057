import pytest
from square_city import layer, square, square_study

from analyses.indicator import NotMeasurableError
from analyses.indicators import green_building_share
from layers.kinds import LayerKind

K = LayerKind
SHAPES = [square(0, 0, 10), square(100, 0, 20), square(2_100, 0, 10), square(3_000, 0, 10)]


def buildings(**columns):
    return square_study(layer(K.BUILDINGS, SHAPES, **columns))


def test_floor_area_is_footprint_times_floors():
    measured = green_building_share.measure(
        buildings(floors=[10.0, 5.0, 30.0, 2.0], green_stars=[2.0, 1.0, 3.0, None])
    )
    # 100 x 10 + 400 x 5 + 100 x 30 + 100 x 2 = 6,200; green are the first and the third
    assert measured.city.whole == pytest.approx(6_200, rel=1e-6)
    assert measured.city.part == pytest.approx(4_000, rel=1e-6)
    assert measured.by_district["W"].value == pytest.approx(1_000 / 3_000, rel=1e-6)
    assert {one.id: one.quantity.part for one in measured.beside}["unrated"] == pytest.approx(200, rel=1e-6)
    assert sorted(measured.evidence["class"]) == ["green", "green", "other", "unrated"]
    assert measured.findings == ()
    strict = green_building_share.measure(
        buildings(floors=[10.0, 5.0, 30.0, 2.0], green_stars=[2.0, 1.0, 3.0, None]).with_parameters(
            green_stars_min=3.0
        )
    )
    assert strict.city.part == pytest.approx(3_000, rel=1e-6)


def test_missing_floors_are_a_finding_and_left_out():
    measured = green_building_share.measure(
        buildings(floors=[10.0, None, 0.0, 2.0], green_stars=[2.0, 2.0, 2.0, 0.0])
    )
    assert measured.city.value == pytest.approx(1_000 / 1_200, rel=1e-6)
    assert [(one.code, one.feature) for one in measured.findings] == [
        ("building.no_floors", "1"),
        ("building.no_floors", "2"),
    ]


def test_key_areas_first_where_they_are_named():
    measured = green_building_share.measure(
        buildings(
            floors=[1.0] * 4,
            green_stars=[2.0, 0.0, 0.0, 2.0],
            key_area=["Harbour", "Harbour", None, "<b>Hill"],
        )
    )
    beside = {one.id: one for one in measured.beside}
    assert measured.city.value == pytest.approx(200 / 600, rel=1e-6)
    assert beside["all_buildings"].quantity.value == pytest.approx(200 / 700, rel=1e-6)
    assert beside["key_area_2"].quantity.value == pytest.approx(100 / 500, rel=1e-6)
    assert beside["key_area_1"].by_district["E"].value == pytest.approx(1)


def test_a_building_drawn_twice_counts_once_and_one_on_the_limit_is_shared():
    study = square_study(
        layer(
            K.BUILDINGS,
            [square(1_990, 0, 20, 10), square(1_990, 0, 20, 10), square(0, 0, 10)],
            floors=[3.0, 3.0, 1.0],
            green_stars=[2.0, 2.0, 0.0],
        )
    )
    measured = green_building_share.measure(study)
    assert measured.city.part == pytest.approx(600, rel=1e-6)
    assert measured.by_district["E"].part == pytest.approx(300, rel=1e-6)
    assert sum(one.whole for one in measured.by_district.values()) == pytest.approx(700, rel=1e-6)


@pytest.mark.parametrize("columns", [{"floors": [1.0] * 4}, {"green_stars": [2.0] * 4}])
def test_without_floors_or_stars_there_is_no_share(columns):
    with pytest.raises(NotMeasurableError, match="fill that field"):
        green_building_share.measure(buildings(**columns))


@pytest.mark.parametrize("stars", [[3.0, None], [None, 3.0], [3.0, 1.0], [1.0, 3.0]])
def test_of_two_ratings_of_one_building_the_lower_counts(stars):
    """Whatever row comes first."""
    shapes = [square(0, 0, 10), square(0, 0, 10), square(50, 0, 10)]
    twins = layer(K.BUILDINGS, shapes, floors=[3.0, 3.0, 1.0], green_stars=[*stars, 0.0])
    measured = green_building_share.measure(square_study(twins))
    assert (measured.city.part, measured.city.whole) == (0, pytest.approx(400, rel=1e-6))
