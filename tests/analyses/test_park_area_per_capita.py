from __future__ import annotations

from dataclasses import replace

import pytest
from square_city import layer, square, square_study

from analyses.indicator import NotMeasurableError
from analyses.indicators import park_area_per_capita
from layers.kinds import LayerKind


def test_square_metres_over_residents():
    study = square_study(
        layer(LayerKind.PARKS, [square(0, 0, 400), square(200, 0, 400), square(2_000, 0, 300)])
    )
    measure = park_area_per_capita.measure(study)
    # 400 x 600 m in the west (10,000 people), 300 x 300 m in the east (30,000)
    assert measure.city.value == pytest.approx((240_000 + 90_000) / 40_000, rel=1e-5)
    assert measure.by_district["W"].value == pytest.approx(24.0, rel=1e-5)
    assert measure.by_district["E"].value == pytest.approx(3.0, rel=1e-5)


def test_squares_and_land_outside_the_city_do_not_count():
    study = square_study(
        layer(LayerKind.PARKS, [square(0, 0, 100), square(-100, 200, 200, 100)], code=["1403", "1401"])
    )
    assert park_area_per_capita.measure(study).city.part == pytest.approx(10_000, rel=1e-5)


def test_residents_of_homes_serve_where_nothing_else_is_known():
    base = square_study(
        layer(LayerKind.PARKS, [square(0, 0, 100)]),
        layer(LayerKind.RESIDENTIAL, [square(1_000, 0, 2_000, 100)], residents=[500.0]),
    )
    study = replace(base, residents=None, districts=base.districts.drop(columns="residents"))
    measure = park_area_per_capita.measure(study)
    assert measure.city.value == pytest.approx(20.0, rel=1e-5)
    assert measure.by_district["W"].whole == pytest.approx(250.0, rel=1e-6)


def test_without_residents_it_says_what_to_fill_in():
    base = square_study(layer(LayerKind.PARKS, [square(0, 0, 100)]))
    study = replace(base, residents=None, districts=base.districts.drop(columns="residents"))
    with pytest.raises(NotMeasurableError, match="residents"):
        park_area_per_capita.measure(study)
