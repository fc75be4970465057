from __future__ import annotations

import math

import pytest
from geopandas.testing import assert_geodataframe_equal
from square_city import layer, square, square_study

from analyses.indicator import NotMeasurableError
from analyses.indicators import park_service_radius_coverage
from analyses.parks import built_up_homes, coverage, split_by_distance
from layers.kinds import LayerKind


def homes(*shapes, **columns):
    return layer(LayerKind.RESIDENTIAL, list(shapes), **columns)


def test_a_large_park_serves_500_metres():
    study = square_study(
        layer(LayerKind.PARKS, [square(0, 1_000, 100)]), homes(square(100, 1_000, 1_000, 100))
    )
    assert park_service_radius_coverage.measure(study).city.value == pytest.approx(0.5, rel=1e-5)


def test_a_park_of_3000_m2_serves_300_metres_and_a_smaller_one_none_in_2021():
    study = square_study(
        layer(LayerKind.PARKS, [square(0, 1_000, 30, 100), square(3_000, 3_000, 30)]),
        homes(square(30, 1_000, 1_000, 100), square(3_030, 3_000, 1_000, 30)),
    )
    measure = park_service_radius_coverage.measure(study)
    assert measure.city.value == pytest.approx(30_000 / 129_100, rel=1e-4)
    later = next(one for one in measure.beside if one.id == "variant_later")
    assert later.quantity.value == pytest.approx(39_000 / 129_100, rel=1e-4)


def test_overlapping_circles_count_once_and_rounded_corners_are_round():
    study = square_study(
        layer(LayerKind.PARKS, [square(1_000, 1_000, 100), square(1_000, 1_000, 100)], id=["a", "b"]),
        homes(square(0, 0, 4_000)),
    )
    disc = math.pi * 500**2 + 4 * 100 * 500 + 100**2
    assert park_service_radius_coverage.measure(study).city.part == pytest.approx(disc, rel=5e-4)


def test_parts_of_one_park_are_sized_together():
    parts = [square(0, 1_000, 50, 60), square(0, 1_070, 50, 60)]
    split = square_study(
        layer(LayerKind.PARKS, parts, park_id=["P", "P"]), homes(square(50, 1_000, 1_000, 60))
    )
    apart = square_study(layer(LayerKind.PARKS, parts), homes(square(50, 1_000, 1_000, 60)))
    assert park_service_radius_coverage.measure(split).city.value == pytest.approx(0.5, rel=1e-4)
    assert park_service_radius_coverage.measure(apart).city.value == pytest.approx(0.3, rel=1e-4)


def test_protective_green_is_no_park_and_no_park_at_all_is_not_measurable():
    study = square_study(layer(LayerKind.PARKS, [square(0, 0, 100)], code=["1402"]), homes(square(0, 0, 100)))
    with pytest.raises(NotMeasurableError):
        park_service_radius_coverage.measure(study)


def test_homes_count_inside_the_built_up_area_and_by_residents():
    study = square_study(
        layer(LayerKind.PARKS, [square(0, 1_000, 100)]),
        homes(square(100, 1_000, 1_000, 100), residents=[1_000.0]),
        layer(LayerKind.BUILT_UP, [square(0, 0, 850, 4_000)]),
    )
    measure = park_service_radius_coverage.measure(study)
    assert measure.city.value == pytest.approx(500 / 750, rel=1e-5)
    by_residents = next(one for one in measure.beside if one.id == "population").quantity
    assert by_residents.whole == pytest.approx(750.0, rel=1e-6)
    assert by_residents.part == pytest.approx(500.0, rel=1e-5)


def test_no_homes_is_undefined_not_zero():
    study = square_study(layer(LayerKind.PARKS, [square(0, 0, 100)]), homes(square(5_000, 5_000, 100)))
    assert park_service_radius_coverage.measure(study).city.value is None


def test_what_is_covered_is_the_same_with_and_without_the_rest():
    study = square_study(
        layer(LayerKind.PARKS, [square(0, 1_000, 100)]),
        homes(square(100, 1_000, 1_000, 100), square(3_000, 3_000, 100), square(150, 1_200, 50)),
    )
    lived_in = built_up_homes(study)
    site = study.frame(LayerKind.PARKS).geometry.to_numpy()
    both = split_by_distance(study, lived_in, site, 500.0, 16)
    alone = split_by_distance(study, lived_in, site, 500.0, 16, covered_only=True)
    covered = both[both["class"] == "covered"].reset_index(drop=True)
    assert both["area_m2"].sum() == pytest.approx(lived_in["area_m2"].sum(), rel=1e-12)
    assert 0 < len(alone) < len(both)
    assert_geodataframe_equal(alone, covered)
    assert coverage(study, lived_in, alone) == coverage(study, lived_in, both)
