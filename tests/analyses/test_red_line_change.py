import dataclasses
import datetime as dt

import numpy as np
import pytest
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_reports import target
from shapely import union_all
from square_city import EPSG, X0, Y0, layer, square, square_study

from analyses.evaluate import Request, evaluate
from analyses.indicator import NotMeasurableError
from analyses.indicators import red_line_area, red_line_change
from analyses.report import Provenance, Status
from geo.raster import Grid, Surface
from layers.kinds import LayerKind

K = LayerKind


def study_of(now, before, *others, **parameters):
    return square_study(layer(K.RED_LINE, now), layer(K.RED_LINE_BASELINE, before), *others, **parameters)


def values(measured):
    return {one.id: None if one.quantity is None else one.quantity.value for one in measured.beside}


def test_a_swap_keeps_the_total_but_is_seen():
    before = [square(0, 0, 1_000), square(2_500, 0, 500)]
    now = [square(0, 0, 1_000), square(2_000, 0, 500)]
    measured = red_line_change.measure(study_of(now, before))
    assert measured.city.value == pytest.approx(1.25, rel=1e-6)
    assert values(measured)["baseline"] == pytest.approx(1.25, rel=1e-6)
    assert values(measured)["loss"] == pytest.approx(0.25, rel=1e-6)
    assert values(measured)["gain"] == pytest.approx(0.25, rel=1e-6)
    assert values(measured)["net"] == pytest.approx(0, abs=1e-7)
    assert set(measured.evidence["class"]) == {"kept", "gained", "lost"}


def test_a_loss_shows_in_its_district():
    measured = red_line_change.measure(study_of([square(1_000, 0, 1_000)], [square(1_000, 0, 1_500, 1_000)]))
    assert measured.city.value == pytest.approx(1, rel=1e-6)
    beside = {one.id: one for one in measured.beside}
    assert beside["net"].by_district["E"].value == pytest.approx(-0.5, rel=1e-6)
    assert beside["baseline"].by_district["W"].value == pytest.approx(1, rel=1e-6)


def test_another_extent_is_refused():
    with pytest.raises(NotMeasurableError, match="extent"):
        red_line_change.measure(study_of([square(0, 0, 1_000)], [square(3_000, 3_000, 1_000)]))
    with pytest.raises(NotMeasurableError, match="no area in the city"):
        red_line_change.measure(study_of([square(0, 0, 1_000)], [square(9_000, 9_000, 10)]))


def dated(study, **dates):
    layers = {
        kind: dataclasses.replace(one, as_of=dates.get(kind.value, one.as_of))
        for kind, one in study.layers.items()
    }
    return dataclasses.replace(study, layers=layers)


def test_dates_out_of_order_are_refused():
    study = study_of([square(0, 0, 1_000)], [square(0, 0, 1_000)])
    right = dated(study, red_line=dt.date(2024, 1, 1), red_line_baseline=dt.date(2018, 1, 1))
    assert red_line_change.measure(right).city.value == pytest.approx(1, rel=1e-6)
    wrong = dated(study, red_line=dt.date(2018, 1, 1), red_line_baseline=dt.date(2024, 1, 1))
    with pytest.raises(NotMeasurableError, match="not earlier"):
        red_line_change.measure(wrong)


def test_a_line_without_a_date_has_that_of_the_city():
    study = study_of([square(0, 0, 1_000)], [square(0, 0, 1_000)])
    with pytest.raises(NotMeasurableError, match="not earlier"):
        red_line_change.measure(dated(study, red_line_baseline=dt.date(2026, 12, 31)))
    undated = red_line_change.measure(study)
    assert any("red_line_baseline names no date" in one.en for one in undated.notes)
    told = red_line_change.measure(dated(study, red_line_baseline=dt.date(2018, 1, 1)))
    assert not any("names no date" in one.en for one in told.notes)


@pytest.mark.parametrize(
    ("before", "since", "why"),
    [
        (square(3_000, 3_000, 900), 2018, "different extents"),
        (square(0, 0, 900), 2026, "not earlier"),
    ],
)
def test_the_area_is_not_held_against_a_baseline_that_cannot_be_compared(before, since, why):
    study = dated(study_of([square(0, 0, 1_000)], [before]), red_line_baseline=dt.date(since, 1, 1))
    baseline = next(one for one in red_line_area.measure(study).beside if one.id == "baseline")
    assert baseline.quantity is None
    assert why in baseline.reason.en
    asked = target("t", "red_line_area", None, comparison="not_lower", geography=study.id)
    request = Request(only=["red_line_area"])
    result = evaluate(study, [asked], Provenance({}, "", {}, {}), "run", request).results[0]
    assert result.status is Status.NO_DATA
    assert why in result.reason.en


def land_use(kind, *codes):
    shapes = [square(250 * index, 0, 250, 1_000) for index in range(len(codes))]
    return layer(kind, shapes, code=list(codes))


def test_ecological_land_that_became_built_inside_is_to_be_reviewed():
    line = [square(0, 0, 750, 1_000)]
    before = land_use(K.LAND_USE_BASELINE, "0301", "0101", "1701", "0301")
    now = land_use(K.LAND_USE, "1001", "1403", "1402", "0701")
    road = layer(K.CONSTRUCTION, [square(0, 0, 100, 1_000)], activity_code=["6"])
    measured = red_line_change.measure(study_of(line, line, before, now, road))
    # 0301 to 1001 and 0101 to 1403 are conversions; water to protective green is none; the last is outside
    assert values(measured)["converted"] == pytest.approx(400_000, rel=1e-6)
    assert values(measured)["converted_allowed"] == pytest.approx(100_000, rel=1e-6)
    assert measured.city.value == pytest.approx(0.75, rel=1e-6)


def test_without_two_dates_of_land_use_nature_is_not_judged():
    line = [square(0, 0, 1_000)]
    measured = red_line_change.measure(study_of(line, line, land_use(K.LAND_USE, "1001")))
    converted = next(one for one in measured.beside if one.id == "converted")
    assert converted.quantity is None
    assert "land_use_baseline" in converted.reason.en


def test_unknown_codes_are_counted_in_a_note():
    line = [square(0, 0, 1_000)]
    before = land_use(K.LAND_USE_BASELINE, "0301", None, "1701")
    measured = red_line_change.measure(study_of(line, line, before, land_use(K.LAND_USE, "1401", "1001")))
    assert any("1 features" in note.en for note in measured.notes)


def cover(*values):
    """A row of cells of 500 m along the southern edge of the city."""
    grid = Grid(EPSG, Affine(500, 0, X0, 0, -500, Y0 + 500), (1, len(values)))
    return Surface(grid, np.ma.masked_invalid(np.array([values], dtype=float)))


def test_the_function_proxy_is_named_one_and_compares_two_dates():
    line = [square(0, 0, 1_000, 500)]
    study = study_of(line, line, land_cover_scheme="worldcover")
    without = next(one for one in red_line_change.measure(study).beside if one.id == "function")
    assert without.quantity is None
    assert "land_cover" in without.reason.en
    surfaces = {K.LAND_COVER: cover(10, 50, 80), K.LAND_COVER_BASELINE: cover(10, 10, 80)}
    measured = red_line_change.measure(dataclasses.replace(study, surfaces=surfaces))
    found = next(one for one in measured.beside if one.id == "function")
    assert "proxy" in found.title.en
    # forest 0.35 x 0.60 on both cells before; today one of them is urban 0.04 x 0.30
    assert found.quantity.value == pytest.approx((0.21 + 0.012) / 2 / 0.21, rel=1e-5)
    strange = {K.LAND_COVER: cover(1, 2, 3), K.LAND_COVER_BASELINE: cover(1, 2, 3)}
    unknown = red_line_change.measure(dataclasses.replace(study, surfaces=strange))
    assert "worldcover" in next(one for one in unknown.beside if one.id == "function").reason.en
    unsaid = red_line_change.measure(dataclasses.replace(study_of(line, line), surfaces=surfaces))
    reason = next(one for one in unsaid.beside if one.id == "function").reason
    assert "land_cover_scheme" in reason.en  # 10, 50, 80 are codes of two products


def test_two_drawings_of_one_edge_are_slivers_on_the_map():
    measured = red_line_change.measure(study_of([square(0, 0, 1_000)], [square(0, 0, 1_000.05, 1_000)]))
    assert sorted(measured.evidence["class"]) == ["kept", "sliver"]
    assert set(measured.evidence["class"]) <= {one.id for one in red_line_change.INDICATOR.classes}
    assert values(measured)["loss"] == pytest.approx(50e-6, rel=1e-3)


cells = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=12, unique=True)


@settings(max_examples=30, deadline=None)
@given(cells, cells)
def test_areas_agree_with_counting_cells(now, before):
    study = study_of(
        [square(500 * x, 500 * y, 500) for x, y in now],
        [square(500 * x, 500 * y, 500) for x, y in before],
        baseline_extent_overlap=0.0,
    )
    measured = red_line_change.measure(study)
    found = values(measured)
    cell = 0.25
    assert measured.city.value == pytest.approx(len(now) * cell, rel=1e-6)
    assert found["baseline"] == pytest.approx(len(before) * cell, rel=1e-6)
    assert found["loss"] == pytest.approx(len(set(before) - set(now)) * cell, rel=1e-6, abs=1e-9)
    assert found["gain"] == pytest.approx(len(set(now) - set(before)) * cell, rel=1e-6, abs=1e-9)
    assert sum(one.value for one in measured.by_district.values()) == pytest.approx(
        measured.city.value, rel=1e-6
    )
    assert union_all(measured.evidence.geometry.to_numpy()).area == pytest.approx(
        len(set(now) | set(before)) * 250_000, rel=1e-6
    )
