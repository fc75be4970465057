"""What the large demo city is for: it must be as large as it says.

The streets, plots and buildings are made in full; the rest of the city, and its files, by ``make bench``.
"""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from layers.demo.city import make_fabric, random_sources
from layers.demo.detail import Detail
from layers.demo.field import Field
from layers.demo.noise import Noise
from layers.demo.settings import SIZES

CITY = SIZES["city"]


@pytest.fixture(scope="module")
def fabric():
    return make_fabric(CITY, random_sources(20251231), lambda _: None)


def test_a_million_walk_edges_each_from_joint_to_joint(fabric):
    streets = fabric[0].streets
    assert 1_000_000 <= len(streets.shape) < 1_300_000
    edges = streets.shape[streets.level == 0]
    centre = np.array(fabric[0].ground.settings.place(8.0, 6.9))
    quarter = shapely.box(*(centre - 1_500.0), *(centre + 1_500.0))
    here = edges[shapely.intersects(quarter, edges)]
    assert len(here) > 5_000
    a, b = shapely.STRtree(here).query(here, predicate="crosses")
    assert np.count_nonzero(a < b) <= 0.002 * len(here)


def test_six_hundred_thousand_footprints_apart_and_off_the_footpaths(fabric):
    city = fabric[0]
    buildings = city.buildings.geometry.to_numpy()
    assert 580_000 <= len(buildings) < 700_000
    host = city.plots.geometry.loc[city.buildings["plot"].iloc[::50]].to_numpy()
    assert shapely.covers(host, buildings[::50]).all()
    centre = np.array(city.ground.settings.place(8.0, 6.9))
    quarter = shapely.box(*(centre - 1_000.0), *(centre + 1_000.0))
    here = buildings[shapely.intersects(quarter, buildings)]
    assert len(here) > 2_000
    a, b = shapely.STRtree(here).query(here, predicate="intersects")
    assert np.count_nonzero(a < b) == 0
    paths = city.streets.shape[city.streets.level == 0]
    crossed, _ = shapely.STRtree(here).query(paths, predicate="intersects")
    assert len(np.unique(crossed)) <= 0.005 * len(here)


def test_homes_parks_land_and_cells(fabric):
    city, parks = fabric
    inside = shapely.covers(city.ground.boundary, shapely.centroid(city.plots.geometry.to_numpy()))
    homes = city.plots["code"].str.startswith("0701").to_numpy() & inside
    assert 25_000 <= homes.sum() < 35_000
    assert 2_700 <= parks["park"].nunique() < 3_300
    assert 1_900e6 < city.ground.land.area < 2_200e6
    assert city.ground.land.area / CITY.cover_m**2 > 20e6


def test_detail_is_the_same_however_it_is_tiled_and_keeps_to_its_window():
    rng = np.random.default_rng(2)
    field = Field(0.0, 0.0, 80.0, 20.0 * rng.normal(size=(45, 45))).smoothed(160.0)
    noise = Noise(np.random.default_rng(3))
    level = float(np.median(field.values))
    whole = Detail(field, noise, 8.0, 4.0, (slice(0, 45), slice(0, 45)))
    drawn = shapely.union_all(whole.above(level))
    assert drawn.is_valid
    assert shapely.get_num_coordinates(drawn) > 3 * shapely.get_num_coordinates(
        shapely.union_all(field.above(level))
    )
    x, y = rng.uniform(100.0, 3_400.0, (2, 4_000))
    clear = np.abs(whole.at(x, y) - level) > 0.6
    deep = shapely.contains_xy(drawn, x, y)
    # holes below the least size are filled, so a few places below the level lie inside
    assert np.mean(deep[clear] == (whole.at(x, y) > level)[clear]) > 0.98
    part = shapely.box(1_000.0, 900.0, 2_300.0, 2_100.0)
    near = shapely.union_all(whole.near(part.bounds).above(level))
    assert near.intersection(part).symmetric_difference(drawn.intersection(part)).area < 0.02 * part.area
