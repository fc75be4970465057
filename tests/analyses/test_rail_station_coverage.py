import dataclasses
import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from square_city import X0, Y0, districts, layer, line, point, square, square_study

from analyses.indicator import NotMeasurableError
from analyses.indicators import rail_station_coverage
from layers.kinds import LayerKind

K = LayerKind
CIRCLE = math.pi * 500**2
WHOLE = layer(K.BUILT_UP, [square(0, 0, 4_000)])


def beside(measured):
    return {one.id: one for one in measured.beside}


def test_circles_by_hand():
    study = square_study(
        WHOLE, layer(K.STATIONS, [point(1_000, 1_000), point(3_000, 4_000)], open_year=[2010, 2020])
    )
    measured = rail_station_coverage.measure(study)
    assert measured.city.part == pytest.approx(1.5 * CIRCLE, rel=3e-4)
    assert measured.by_district["E"].part == pytest.approx(CIRCLE / 2, rel=3e-4)
    assert beside(measured)["blind_spots"].quantity.value == pytest.approx(16 - 1.5 * CIRCLE / 1e6, rel=1e-4)
    wider = beside(measured)["wider"].quantity.part
    assert wider == pytest.approx(1.5 * math.pi * 800**2, rel=3e-4)
    assert beside(measured)["stations"].quantity.value == 2
    assert beside(measured)["population"].quantity is None
    assert "streets" in beside(measured)["walk"].reason.en
    assert measured.findings == ()


def test_only_stations_open_by_the_year_count():
    stations = layer(
        K.STATIONS,
        [point(1_000, 1_000), point(3_000, 1_000), point(1_000, 3_000)],
        open_year=[2010, 2027, None],
    )
    measured = rail_station_coverage.measure(square_study(WHOLE, stations))
    assert measured.city.part == pytest.approx(2 * CIRCLE, rel=3e-4)
    assert [(one.code, one.feature) for one in measured.findings] == [("station.no_year", "2")]
    assert any("1 stations open after 2025" in note.en for note in measured.notes)
    later = rail_station_coverage.measure(square_study(WHOLE, stations, rail_station_year=2030))
    assert later.city.part == pytest.approx(3 * CIRCLE, rel=3e-4)


def test_no_years_at_all_is_one_finding_and_none_open_is_refused():
    without = rail_station_coverage.measure(
        square_study(WHOLE, layer(K.STATIONS, [point(0, 0), point(9, 9)]))
    )
    assert [(one.code, one.feature) for one in without.findings] == [("station.no_year", None)]
    with pytest.raises(NotMeasurableError, match="no rail station is open"):
        rail_station_coverage.measure(square_study(WHOLE, layer(K.STATIONS, [point(0, 0)], open_year=[2050])))


def test_points_are_named_for_what_they_are():
    def note(*shapes, **columns):
        study = square_study(WHOLE, layer(K.STATIONS, list(shapes), **columns))
        measured = rail_station_coverage.measure(study)
        return measured.notes[1].en, beside(measured)["stations"].quantity.value, measured.city.part

    said, count, part = note(square(900, 900, 200))
    assert "centroids" in said
    assert part == pytest.approx(CIRCLE, rel=3e-4)
    said, count, _ = note(point(1_000, 1_000), point(1_100, 1_000), station_id=["A", "A"])
    assert "from entrances" in said
    assert count == 1
    assert "do not say" in note(point(0, 0))[0]


def test_homes_stand_in_for_a_missing_built_up_area_and_people_are_beside():
    study = square_study(
        layer(K.STATIONS, [point(0, 2_000)], open_year=[2000]),
        layer(
            K.RESIDENTIAL,
            [square(0, 1_900, 200), square(2_000, 0, 200)],
            code=["0701"] * 2,
            residents=[30.0, 70.0],
        ),
    )
    measured = rail_station_coverage.measure(study)
    assert measured.city.value == pytest.approx(0.5, rel=1e-6)
    assert "residential" in measured.notes[0].en
    assert beside(measured)["population"].quantity.value == pytest.approx(0.3, rel=1e-6)


@pytest.mark.parametrize("wider", [100, 500, 800])
def test_the_walk_along_a_street_by_hand_whatever_the_wider_radius(wider):
    study = square_study(
        WHOLE,
        layer(K.STREETS, [line((500, 2_000), (3_500, 2_000))]),
        layer(K.STATIONS, [point(2_000, 2_050)], open_year=[2000]),
        rail_radius_beside_m=wider,
    )
    walk = beside(rail_station_coverage.measure(study))["walk"]
    # 50 m to the street, 350 m along it either way, then discs and a strip of 100 m
    expected = 700 * 200 + math.pi * 100**2
    assert walk.quantity.part == pytest.approx(expected, rel=2e-3)
    assert walk.by_district["W"].part == pytest.approx(expected / 2, rel=2e-3)


def test_a_city_without_districts():
    study = square_study(WHOLE, layer(K.STATIONS, [point(1_000, 1_000)], open_year=[2010]))
    alone = rail_station_coverage.measure(dataclasses.replace(study, districts=districts().iloc[:0]))
    assert alone.by_district == {}
    assert alone.city.part == pytest.approx(CIRCLE, rel=3e-4)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(-4, 44), st.integers(-4, 44)), min_size=1, max_size=6, unique=True))
def test_equals_a_count_of_cells(places):
    points = [point(100 * x, 100 * y) for x, y in places]
    study = square_study(WHOLE, layer(K.STATIONS, points, open_year=[2000] * len(points)))
    measured = rail_station_coverage.measure(study)
    at = np.arange(10, 4_000, 20.0)
    cells = shapely.points(*(one.ravel() for one in np.meshgrid(X0 + at, Y0 + at)))
    near = (np.array([shapely.distance(cells, one) for one in points]) <= 500).any(axis=0)
    assert measured.city.value == pytest.approx(near.mean(), abs=2e-3)
    parts = sum(one.part for one in measured.by_district.values())
    assert parts == pytest.approx(measured.city.part, rel=1e-9, abs=1e-6)
