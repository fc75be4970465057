"""Hong Kong: protected areas of two dates as the red line, built-up land inside it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from conftest import preparation
from rasterio.features import rasterize
from real_runs import DATA, needs, union

from analyses.indicators import red_line_change
from layers.config import load_config
from layers.open_study import open_study

pytestmark = needs("hongkong")
SOURCE = DATA / "hongkong"
WEIGHTS = {1: 0.21, 2: 0.0875, 3: 0.063, 4: 0.002, 5: 0.012, 6: 0.084}
"""HJ 192-2015 class times sub-class weight of woodland, shrub, grass, barren, built-up, water."""


@pytest.fixture(scope="module")
def land():
    with rasterio.open(SOURCE / "HabitatMapHK_6class_2018-2022.tif") as raster:
        cells = raster.read(1)
        parts = rasterio.features.shapes((cells > 0).astype("uint8"), cells > 0, transform=raster.transform)
        return shapely.union_all([shapely.geometry.shape(one) for one, _ in parts])


@pytest.fixture(scope="module")
def protected(land):
    """Protected land in a year, read straight from the source."""
    frame = gpd.read_file(SOURCE / "CountryParksProtectedAreas_shp.zip")

    def standing(year: int):
        there = (frame["AppearYear"] <= year) & (frame["EndYear"] > year)
        return union(frame[there]).intersection(land)

    return standing


@pytest.fixture(scope="module")
def built_up():
    frame = gpd.read_file(SOURCE / "BuiltupAreas_10periods_shp.zip")
    frame["geometry"] = shapely.make_valid(shapely.force_2d(frame.geometry.to_numpy()))
    return frame


def test_nothing_is_judged_and_the_land_is_as_large_as_its_cells(hong_kong):
    assert hong_kong.code == 0
    with rasterio.open(SOURCE / "HabitatMapHK_6class_2018-2022.tif") as raster:
        cells = int((raster.read(1) > 0).sum()) * abs(raster.transform.a * raster.transform.e)
    whole = hong_kong.result("red_line_share")["whole"]
    assert whole == pytest.approx(cells, rel=1e-4)
    assert 1_050e6 < whole < 1_150e6  # the territory's land is about 1,110 km²


def test_protected_areas_are_those_of_plain_shapes(hong_kong, protected):
    now, before = protected(2022).area / 1e6, protected(2000).area / 1e6
    assert hong_kong.result("red_line_area")["value"] == pytest.approx(now, rel=1e-4)
    assert hong_kong.beside("red_line_change", "baseline") == pytest.approx(before, rel=1e-4)
    assert hong_kong.beside("red_line_change", "gain") == pytest.approx(now - before, rel=1e-3)
    assert hong_kong.beside("red_line_change", "loss") == pytest.approx(0, abs=1e-6)


def test_loss_and_gain_are_told_apart(tmp_path, protected):
    """After 1992 some land lost its protection, as the years from 2000 do not show."""
    config = preparation("hong_kong").prepare(SOURCE, tmp_path, before=1992)
    measured = red_line_change.measure(open_study(load_config(config), tmp_path))
    found = {one.id: one.quantity.value for one in measured.beside if one.quantity is not None}
    now, before = protected(2022), protected(1992)
    lost, gained = before.difference(now).area / 1e6, now.difference(before).area / 1e6
    assert lost == pytest.approx(0.1, abs=0.01)
    assert found["loss"] == pytest.approx(lost, rel=1e-3)
    assert found["gain"] == pytest.approx(gained, rel=1e-3)
    assert found["net"] == pytest.approx(gained - lost, rel=1e-3)


def test_encroachment_is_the_plain_overlap(hong_kong, protected, built_up):
    line = protected(2022)
    every = union(built_up).intersection(line).area
    newer = union(built_up[built_up["AppearYear"] > 2000]).intersection(line).area
    assert hong_kong.result("red_line_encroachment")["value"] == pytest.approx(every, rel=1e-3)
    assert hong_kong.beside("red_line_encroachment", "since_baseline") == pytest.approx(newer, rel=1e-3)
    assert 0 < newer < every < 1e6


def test_the_proxy_for_function_is_a_mean_over_cells(hong_kong, protected):
    """Cells whose centre lies inside, against the program's shares of cells."""
    line = protected(2022)
    means = []
    for name in ("2018-2022", "1998-2002"):
        with rasterio.open(SOURCE / f"HabitatMapHK_6class_{name}.tif") as raster:
            cells = raster.read(1)
            inside = rasterize([line], cells.shape, transform=raster.transform) == 1
        known = cells[inside & (cells > 0)]
        means.append(np.array([0, *WEIGHTS.values()])[known].mean())
    assert hong_kong.beside("red_line_change", "function") == pytest.approx(means[0] / means[1], rel=2e-3)


def test_habitat_quality_is_a_mean_over_all_cells(hong_kong):
    for name, value in (
        ("2018-2022", hong_kong.result("habitat_quality")["value"]),
        ("1998-2002", hong_kong.beside("habitat_quality", "baseline")),
    ):
        with rasterio.open(SOURCE / f"HabitatMapHK_6class_{name}.tif") as raster:
            cells = raster.read(1)
        mean = np.array([0, *WEIGHTS.values()])[cells[cells > 0]].mean()
        assert value == pytest.approx(511.2642131067 * mean, rel=1e-3)


def test_true_data_raises_no_error(hong_kong):
    assert hong_kong.errors == []
