from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from shapely import Polygon
from square_city import layer, square, square_study

from analyses.indicators import control_line_share, red_line_area, red_line_encroachment, red_line_share
from layers.kinds import LayerKind


def near(value: float):
    # the square city's plane and ellipsoidal areas agree to 1e-6
    return pytest.approx(value, rel=2e-6)


def test_area_counts_overlap_once_and_sums_over_districts():
    study = square_study(
        layer(LayerKind.RED_LINE, [square(1_000, 0, 2_000, 1_000), square(1_500, 0, 1_000, 1_000)])
    )
    measure = red_line_area.measure(study)
    assert measure.city.value == near(2.0)
    assert measure.by_district["W"].value == near(1.0)
    assert measure.by_district["E"].value == near(1.0)
    assert measure.evidence["area_m2"].sum() == near(2e6)


def test_area_tells_land_from_sea_by_field_and_by_land_polygon():
    study = square_study(
        layer(
            LayerKind.RED_LINE,
            [square(0, 0, 1_000), square(2_000, 0, 1_000), square(0, 2_000, 1_000)],
            domain=["sea", "land", None],
        )
    )
    beside = {one.id: one.quantity.value for one in red_line_area.measure(study).beside}
    assert beside == {"land": near(2.0), "sea": near(1.0)}


def test_area_outside_the_city_does_not_count():
    study = square_study(layer(LayerKind.RED_LINE, [square(-500, 0, 1_000, 1_000)]))
    assert red_line_area.measure(study).city.value == near(0.5)


def test_share_is_part_over_whole():
    study = square_study(layer(LayerKind.RED_LINE, [square(0, 0, 2_000, 2_000)]))
    measure = red_line_share.measure(study)
    assert measure.city.value == near(0.25)
    assert measure.by_district["W"].value == near(0.5)
    assert measure.by_district["E"].value == 0.0
    assert sum(q.part for q in measure.by_district.values()) == pytest.approx(measure.city.part, rel=1e-9)
    assert sum(q.whole for q in measure.by_district.values()) == pytest.approx(measure.city.whole, rel=1e-9)


def test_sea_is_in_neither_part_nor_whole_of_the_share():
    study = square_study(
        layer(
            LayerKind.RED_LINE, [square(0, 0, 2_000, 2_000), square(2_000, 0, 1_000)], domain=["land", "sea"]
        )
    )
    assert red_line_share.measure(study).city.value == near(0.25)


def test_control_line_share():
    study = square_study(layer(LayerKind.CONTROL_LINE, [square(0, 0, 4_000, 2_000)]))
    assert control_line_share.measure(study).city.value == near(0.5)


def test_encroachment_tells_allowed_from_review_and_never_counts_twice():
    study = square_study(
        layer(LayerKind.RED_LINE, [square(0, 0, 1_000)]),
        layer(
            LayerKind.CONSTRUCTION,
            [square(0, 0, 100), square(50, 0, 100), square(900, 900, 200), square(3_000, 0, 100)],
            activity_code=["5", None, "99", "1"],
        ),
    )
    measure = red_line_encroachment.measure(study)
    # the second square is to be reviewed, also where it lies on the first; a quarter of the third is inside
    assert measure.city.value == near(10_000 + 10_000)
    beside = {one.id: one.quantity.value for one in measure.beside}
    assert beside["allowed"] == near(5_000)
    assert beside["inside"] == near(25_000)
    assert beside["activity_5"] == near(5_000)
    assert set(measure.evidence["class"]) == {"allowed", "review"}
    assert set(measure.evidence["id"]) == {"0", "1", "2"}


def test_encroachment_without_activity_codes_is_all_review():
    study = square_study(
        layer(LayerKind.RED_LINE, [square(0, 0, 1_000)]), layer(LayerKind.CONSTRUCTION, [square(0, 0, 100)])
    )
    assert red_line_encroachment.measure(study).city.value == near(10_000)


def test_encroachment_of_nothing_is_zero():
    study = square_study(
        layer(LayerKind.RED_LINE, [square(0, 0, 1_000)]),
        layer(LayerKind.CONSTRUCTION, [square(2_000, 0, 100)]),
    )
    measure = red_line_encroachment.measure(study)
    assert measure.city.value == 0.0
    assert measure.evidence.empty


def test_a_hole_in_the_line_is_not_inside():
    ring = Polygon(square(0, 0, 1_000).exterior, [square(400, 400, 200).exterior])
    study = square_study(
        layer(LayerKind.RED_LINE, [ring]), layer(LayerKind.CONSTRUCTION, [square(400, 400, 200)])
    )
    assert red_line_area.measure(study).city.value == near(0.96)
    assert red_line_encroachment.measure(study).city.value == pytest.approx(0.0, abs=1e-6)


def test_encroachment_since_the_baseline_goes_by_year_built():
    baseline = replace(layer(LayerKind.RED_LINE_BASELINE, [square(0, 0, 1_000)]), as_of=date(2015, 12, 31))
    study = square_study(
        layer(LayerKind.RED_LINE, [square(0, 0, 1_000)]),
        baseline,
        layer(
            LayerKind.CONSTRUCTION,
            [square(0, 0, 100), square(200, 0, 100), square(400, 0, 100)],
            built_year=[2010, 2016, None],
        ),
    )
    beside = {one.id: one.quantity.value for one in red_line_encroachment.measure(study).beside}
    assert beside["since_baseline"] == near(10_000)


def test_area_stands_beside_its_baseline():
    study = square_study(
        layer(LayerKind.RED_LINE, [square(0, 0, 1_000)]),
        layer(LayerKind.RED_LINE_BASELINE, [square(0, 0, 2_000, 1_000)]),
    )
    beside = {one.id: one.quantity.value for one in red_line_area.measure(study).beside}
    assert beside["baseline"] == near(2.0)


def test_no_construction_at_all_is_no_encroachment():
    study = square_study(layer(LayerKind.RED_LINE, [square(0, 0, 1_000)]), layer(LayerKind.CONSTRUCTION, []))
    measured = red_line_encroachment.measure(study)
    assert (measured.city.value, {one.value for one in measured.by_district.values()}) == (0, {0})
