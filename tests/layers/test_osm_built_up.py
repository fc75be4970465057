"""The built-up area drawn from land use and buildings, against squares whose areas can be checked."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from geo.crs import study_crs
from layers.osm.built_up import closed_built_up
from layers.osm.places import City

ORIGIN = (540_000.0, 2_490_000.0)
CITY_BOX = box(*ORIGIN, ORIGIN[0] + 3_000, ORIGIN[1] + 3_000)
DEGREES = gpd.GeoSeries([CITY_BOX], crs=4547).to_crs(4326).iloc[0]
CITY = City(DEGREES, "小镇", study_crs(DEGREES))


def frame(*boxes):
    shapes = [shapely.transform(box(*one), lambda xy: xy + ORIGIN) for one in boxes]
    names = [f"w{number}" for number in range(len(shapes))]
    made = gpd.GeoDataFrame({"id": names, "name": ""}, geometry=shapes, crs=4547)
    return made.to_crs(4326)


def areas(closed):
    return np.sort(closed.to_crs(4547).area.to_numpy())


def test_a_street_between_two_houses_is_filled_and_a_field_is_not():
    houses = [(1_000, 1_000, 1_100, 1_100), (1_130, 1_000, 1_230, 1_100), (1_400, 1_000, 1_500, 1_100)]
    closed, findings = closed_built_up(frame(), frame(*houses), CITY)
    assert areas(closed) == pytest.approx([100 * 100, 230 * 100], rel=0.015)
    assert [one.code for one in findings] == ["osm.built_up_closed"]


def test_land_use_counts_and_what_lies_outside_the_city_is_cut_off():
    closed, _ = closed_built_up(frame((-500, 0, 500, 500)), frame((520, 0, 600, 500)), CITY)
    assert areas(closed) == pytest.approx([600 * 500], rel=0.015)


def test_without_land_use_and_buildings_there_is_none():
    closed, findings = closed_built_up(frame(), frame(), CITY)
    assert closed.empty
    assert not findings


corner = st.integers(0, 2_800)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(corner, corner, st.integers(5, 150), st.integers(5, 150)), min_size=1, max_size=12))
def test_every_building_lies_inside_and_the_area_stays_within_fifty_metres(places):
    houses = frame(*[(x, y, x + wide, y + high) for x, y, wide, high in places])
    closed, _ = closed_built_up(frame(), houses, CITY)
    inside = shapely.union_all(closed.to_crs(4547).geometry.to_numpy())
    plain = houses.to_crs(4547).union_all().intersection(CITY_BOX)
    assert plain.difference(inside).area < 1e-3 * plain.area
    assert inside.difference(plain.buffer(51)).area < 1
