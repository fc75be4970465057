import math

import pytest
import shapely
from square_city import EPSG, layer, line, point, square, square_study

from analyses.delineation import (
    ReservoirDistances,
    RiverDistances,
    delineate_reservoir,
    delineate_river_intake,
    recalled_distances,
)
from analyses.indicators import source_zone_nesting
from layers.errors import ConfigError
from layers.kinds import LayerKind

WATER = square(1_000, 1_000, 500)
CATCHMENT = square(500, 500, 2_000)
GIVEN = ReservoirDistances(first_land_m=200)


def areas(drafted):
    return dict(zip(drafted.frame["zone_class"], drafted.frame.geometry.area, strict=True))


def test_a_small_reservoir_is_all_water_a_belt_and_the_rest_of_the_catchment():
    found = areas(delineate_reservoir(WATER, GIVEN, EPSG, name="清林径", watershed=CATCHMENT))
    first = 500**2 + 4 * 500 * 200 + math.pi * 200**2
    assert found["first_class"] == pytest.approx(first, rel=1e-3)
    assert found["second_class"] == pytest.approx(2_000**2 - first, rel=1e-3)
    assert "quasi" not in found


def test_land_stops_at_the_watershed():
    narrow = square(900, 900, 700)
    found = areas(delineate_reservoir(WATER, GIVEN, EPSG, name="x", watershed=narrow))
    # the belt of 200 m reaches past the ridge on every side; its corners fit inside
    assert found["first_class"] == pytest.approx(700**2, rel=1e-9)


def test_a_large_reservoir_goes_by_the_intake_and_leaves_a_quasi_zone():
    water = square(0, 0, 4_000)
    distances = ReservoirDistances(200, 500, 1_000, 300)
    drafted = delineate_reservoir(
        water,
        distances,
        EPSG,
        name="x",
        intake=point(2_000, 2_000),
        watershed=square(0, 0, 4_000),
        quasi=True,
    )
    found = areas(drafted)
    assert found["first_class"] == pytest.approx(math.pi * 500**2, rel=1e-3)
    assert found["second_class"] == pytest.approx(math.pi * (1_500**2 - 500**2), rel=1e-3)
    assert sum(found.values()) == pytest.approx(16e6, rel=1e-9)


def test_without_watershed_class_two_needs_a_distance():
    with pytest.raises(ConfigError, match="watershed"):
        delineate_reservoir(WATER, GIVEN, EPSG, name="x")
    found = areas(delineate_reservoir(WATER, ReservoirDistances(100, second_land_m=300), EPSG, name="x"))
    whole = 500**2 + 4 * 500 * 300 + math.pi * 300**2
    assert sum(found.values()) == pytest.approx(whole, rel=1e-3)


def test_a_distance_from_the_intake_needs_one_and_none_may_be_negative():
    with pytest.raises(ConfigError, match="intake"):
        delineate_reservoir(WATER, ReservoirDistances(200, 300), EPSG, name="x", watershed=CATCHMENT)
    with pytest.raises(ConfigError, match="first_land_m"):
        delineate_reservoir(WATER, ReservoirDistances(-1), EPSG, name="x", watershed=CATCHMENT)
    with pytest.raises(ConfigError, match="first_land_m"):
        delineate_reservoir(WATER, ReservoirDistances(math.nan), EPSG, name="x", watershed=CATCHMENT)


RIVER = line((0, 2_000), (4_000, 2_000))
ALONG = RiverDistances(1_000, 100, 50, 500, 200, 300)


def test_the_zones_of_an_intake_on_a_straight_river():
    drafted = delineate_river_intake(RIVER, point(2_000, 2_015), ALONG, EPSG, name="x", half_width_m=20)
    found = areas(drafted)
    assert found["first_class"] == pytest.approx(1_100 * 2 * 70, rel=1e-9)
    assert found["second_class"] == pytest.approx(1_800 * 2 * 320 - 1_100 * 2 * 70, rel=1e-9)
    first = drafted.frame.geometry.iloc[0]
    assert first.bounds[0] == pytest.approx(RIVER.coords[0][0] + 1_000)  # upstream is where the line begins
    turned = delineate_river_intake(shapely.reverse(RIVER), point(2_000, 2_015), ALONG, EPSG, name="x")
    assert turned.frame.geometry.iloc[0].bounds[2] == pytest.approx(RIVER.coords[0][0] + 3_000)


def test_a_river_that_ends_is_said_and_one_in_two_lines_is_refused():
    drafted = delineate_river_intake(RIVER, point(500, 2_000), ALONG, EPSG, name="x")
    assert any("ends within the reach" in note.en for note in drafted.notes)
    assert areas(drafted)["first_class"] == pytest.approx(600 * 100, rel=1e-9)
    apart = shapely.MultiLineString([line((0, 0), (100, 0)), line((300, 0), (400, 0))])
    with pytest.raises(ConfigError, match="one connected line"):
        delineate_river_intake(apart, point(0, 0), ALONG, EPSG, name="x")


def test_a_river_is_clipped_to_its_watershed():
    ridge = square(0, 1_900, 4_000, 400)
    found = areas(delineate_river_intake(RIVER, point(2_000, 2_000), ALONG, EPSG, name="x", watershed=ridge))
    assert sum(found.values()) == pytest.approx(1_800 * 400, rel=1e-9)


@pytest.mark.parametrize(
    "water", ["reservoir_small", "reservoir_medium", "reservoir_large", "river", "river_tidal"]
)
def test_recalled_distances_carry_their_doubt_into_the_notes(water):
    distances = recalled_distances(water)
    assert "recalled" in distances.doubt
    if isinstance(distances, RiverDistances):
        drafted = delineate_river_intake(RIVER, point(2_000, 2_000), distances, EPSG, name="x")
    else:
        drafted = delineate_reservoir(
            WATER, distances, EPSG, name="x", intake=point(1_250, 1_250), watershed=CATCHMENT
        )
    assert any("not verified" in note.en for note in drafted.notes)
    assert any("draft" in note.en for note in drafted.notes)


def test_an_unknown_kind_of_water_is_named():
    with pytest.raises(ConfigError, match="reservoir_small"):
        recalled_distances("ocean")


def test_drafts_nest_by_the_nesting_indicator():
    drafted = delineate_reservoir(WATER, GIVEN, EPSG, name="x", watershed=CATCHMENT).frame
    zones = layer(
        LayerKind.SOURCE_ZONES,
        list(drafted.geometry),
        zone_class=drafted["zone_class"].tolist(),
        source_name=["x", "x"],
    )
    assert source_zone_nesting.measure(square_study(zones)).city.value == pytest.approx(1)
