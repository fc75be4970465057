"""What the indicators of the other plan rows must survive, one and all."""

import dataclasses

import numpy as np
import pytest
from affine import Affine
from square_city import EPSG, X0, Y0, districts, layer, line, point, square, square_study

from analyses.indicator import all_indicators
from geo.raster import Grid, Surface
from layers.kinds import LayerKind

K = LayerKind
COUNTED = ("ventilation_corridors",)
IDS = (
    "forest_cover",
    "green_building_share",
    "habitat_quality",
    "natural_shoreline_share",
    "rail_station_coverage",
    "sewer_network_coverage",
    *COUNTED,
)


def layers(x):
    """One of everything, moved east by x metres; the built-up area stays."""

    def at(a, b, *size):
        return square(x + a, b, *size)

    return (
        layer(K.BUILT_UP, [square(0, 0, 3_000), square(1_000, 1_000, 2_500)]),
        layer(K.FOREST, [at(0, 0, 1_500), at(1_400, 0, 1_500)]),
        layer(K.WATER, [at(500, 500, 700)], water_type=["lake"]),
        layer(K.SEWER_SERVICE, [at(0, 0, 2_600), at(1_000, 0, 1_700)]),
        layer(K.STATIONS, [point(x + 1_000, 1_000), point(x + 1_400, 1_000)], open_year=[2000, None]),
        layer(K.VENTILATION_CORRIDORS, [at(0, 0, 90, 3_000), at(3_000, 0, 90, 3_000)],
              level=["secondary"] * 2),
        layer(K.COASTLINE, [line((x + 10, 10), (x + 3_000, 10)), line((x + 3_000, 10), (x + 3_900, 10))],
              shoreline_type=["natural", "artificial"]),
        layer(K.BUILDINGS, [at(1_900, 100, 200), at(100, 100, 50), at(100, 300, 50)], floors=[3.0, 4.0, None],
              green_stars=[2.0, None, 3.0]),
    )  # fmt: skip


def study(x=0.0):
    grid = Grid(EPSG, Affine(1_000, 0, X0, 0, -1_000, Y0 + 4_000), (4, 4))
    codes = np.ma.masked_equal(np.array([[10, 20, 30, 95]] * 4), 0)
    return dataclasses.replace(square_study(*layers(x)), surfaces={K.LAND_COVER: Surface(grid, codes)})


@pytest.mark.parametrize("name", IDS)
def test_districts_sum_to_the_city_and_classes_are_declared(name):
    indicator = all_indicators()[name]
    measured = indicator.measure(study())
    assert measured.city.unit == indicator.unit
    assert measured.city.part > 0
    assert set(measured.by_district) == {"W", "E"}
    assert sum(one.part for one in measured.by_district.values()) == pytest.approx(
        measured.city.part, rel=1e-6
    )
    if measured.city.whole is not None:
        whole = sum(one.whole for one in measured.by_district.values())
        assert whole == pytest.approx(measured.city.whole, rel=1e-6)
    assert set(measured.evidence["class"]) <= {one.id for one in indicator.classes}
    assert {"id", "class"} <= set(measured.evidence.columns)
    assert measured.evidence.crs == EPSG
    ids = [one.id for one in measured.beside]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", IDS)
def test_a_city_without_districts(name):
    indicator = all_indicators()[name]
    alone = indicator.measure(dataclasses.replace(study(), districts=districts().iloc[:0]))
    assert alone.by_district == {}
    assert alone.city.value == pytest.approx(indicator.measure(study()).city.value, rel=1e-6)


@pytest.mark.parametrize("name", IDS)
def test_the_order_of_features_changes_nothing(name):
    given = study()
    turned = {
        kind: dataclasses.replace(one, frame=one.frame.iloc[::-1].reset_index(drop=True))
        for kind, one in given.layers.items()
    }
    indicator = all_indicators()[name]
    before, after = indicator.measure(given), indicator.measure(dataclasses.replace(given, layers=turned))
    assert after.city.value == pytest.approx(before.city.value, rel=1e-12)
    assert sorted(after.evidence["class"]) == sorted(before.evidence["class"])
    assert set(after.findings) == set(before.findings)


@pytest.mark.parametrize("name", sorted(set(IDS) - {"habitat_quality"}))
def test_layers_that_lie_outside_the_city(name):
    measured = all_indicators()[name].measure(study(50_000.0))
    assert measured.city.part == 0
    assert all(one.part == 0 for one in measured.by_district.values())
