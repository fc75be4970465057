"""Ecological connectivity of the square city, where gaps and areas are whole numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from affine import Affine
from square_city import EPSG, X0, Y0, layer, point, square, square_study

from analyses.indicator import NotMeasurableError
from analyses.indicators.ecological_connectivity import INDICATOR, measure
from geo.raster import Grid, Surface
from layers.kinds import LayerKind

WEST, EAST = (0, 1_500, 1_000, 1_000), (2_000, 1_500, 1_000, 1_000)


def beside(found, key):
    return next(one for one in found.beside if one.id == key)


def value(found, key):
    return beside(found, key).quantity.value


def raster(values, cell=20.0):
    """A raster over the city; row 0 is its north edge."""
    values = np.asarray(values)
    grid = Grid(EPSG, Affine(cell, 0, X0, 0, -cell, Y0 + 4_000), values.shape)
    return Surface(grid, np.ma.masked_array(values, np.zeros(values.shape, bool)))


def with_surface(study, kind, surface):
    return replace(study, surfaces={**study.surfaces, kind: surface})


def two_squares(**parameters):
    forest = layer(LayerKind.FOREST, [square(*WEST), square(*EAST)])
    return square_study(forest, **parameters)


def test_two_squares_a_kilometre_apart():
    found = measure(two_squares())
    # 1 km² twice in 16 km², probability one half: PC = (1 + 1 + 2 * 0.5) / 16²
    assert value(found, "pc") == pytest.approx(3 / 256, rel=1e-5)
    assert found.city.value == pytest.approx(np.sqrt(3) / 16, rel=1e-5)
    assert found.city.part == pytest.approx(np.sqrt(3), rel=1e-5)
    assert found.city.whole == pytest.approx(16, rel=1e-5)
    assert value(found, "iic") == pytest.approx(3 / 256, rel=1e-5)
    assert [value(found, key) for key in ("patches", "components")] == [2, 1]
    assert value(found, "patch_share") == pytest.approx(1 / 8, rel=1e-5)
    assert found.by_district == {}
    assert beside(found, "corridors").quantity is None


def test_a_gap_longer_than_the_dispersal_distance_parts_components_but_not_pc():
    found = measure(two_squares(dispersal_distance_m=500.0))
    assert value(found, "components") == 2
    assert value(found, "largest_component") == pytest.approx(0.5)
    assert value(found, "pc") == pytest.approx((2 + 2 * 0.25) / 256, rel=1e-5)
    assert value(found, "iic") == pytest.approx(2 / 256, rel=1e-5)


def test_connectivity_never_exceeds_habitat_and_joining_reaches_it():
    joined = layer(LayerKind.FOREST, [square(*WEST), square(*EAST), square(900, 1_900, 1_200, 100)])
    found = measure(square_study(joined))
    assert value(found, "patches") == 1
    assert found.city.value == pytest.approx(value(found, "patch_share"), rel=1e-7)
    assert [one.code for one in found.findings] == ["connectivity.patches_overlap"]


def test_small_and_outlying_patches_stay_out():
    forest = layer(LayerKind.FOREST, [square(*WEST), square(2_000, 0, 90), square(5_000, 0, 500)])
    assert value(measure(square_study(forest)), "patches") == 1
    with pytest.raises(NotMeasurableError, match="connectivity_patch_min_m2"):
        measure(square_study(layer(LayerKind.FOREST, [square(2_000, 0, 90)])))


def test_the_red_line_stands_in_for_forest():
    found = measure(square_study(layer(LayerKind.RED_LINE, [square(*WEST)])))
    assert found.city.value == pytest.approx(1 / 16, rel=1e-5)
    with pytest.raises(NotMeasurableError, match="forest"):
        measure(square_study(layer(LayerKind.RED_LINE, [square(*WEST)]), connectivity_source="forest"))


def cover_picture():
    """Two woods of 1 km² in a city otherwise built, with a strip of grass between them at the north."""
    cover = np.full((200, 200), 50)
    cover[75:125, :50] = cover[75:125, 100:150] = 10
    cover[77:79, 50:100] = 30
    return cover


def test_land_cover_gives_patches_and_the_way_follows_the_grass():
    study = with_surface(
        square_study(connectivity_cell_m=20.0, land_cover_scheme="worldcover"),
        LayerKind.LAND_COVER,
        raster(cover_picture()),
    )
    found = measure(study.with_parameters(connectivity_classes="10"))
    assert value(found, "pc") == pytest.approx(3 / 256, rel=1e-4)
    assert value(found, "corridors") == 1
    way = found.evidence[found.evidence["class"] == "corridor"].geometry.iloc[0]
    grass = square(1_000, 2_420, 1_000, 40)
    assert way.within(grass.buffer(11))
    # the western wood runs on beyond the city: no edge along the border
    assert value(found, "mspa_core") == pytest.approx((49 + 48) * 48 * 400 / 1e6, rel=1e-4)
    assert value(found, "mspa_edge_width") == 20
    whole = measure(study)
    assert value(whole, "patches") == 1


def test_the_bottleneck_lies_in_the_gap_of_the_grass():
    cover = cover_picture()
    cover[77:79, 74:76] = 50
    study = with_surface(
        two_squares(connectivity_cell_m=20.0, land_cover_scheme="worldcover"),
        LayerKind.LAND_COVER,
        raster(cover),
    )
    found = measure(study.with_parameters(bottleneck_m=60.0))
    places = found.evidence[found.evidence["class"] == "bottleneck"]
    assert len(places) == value(found, "bottlenecks") == 1
    assert places.geometry.iloc[0].distance(point(1_500, 2_440)) < 60
    counts = beside(found, "bottlenecks").by_district
    assert {key: one.value for key, one in counts.items()} == {"W": 1, "E": 0}


@pytest.mark.parametrize("wrong", [0.0, -2.0])
def test_a_resistance_of_zero_is_found_and_gives_no_corridor(wrong):
    values = np.ones((200, 200))
    values[3, 3] = wrong
    found = measure(with_surface(two_squares(), LayerKind.RESISTANCE, raster(values)))
    assert [one.code for one in found.findings] == ["connectivity.resistance"]
    assert beside(found, "corridors").quantity is None
    assert found.city.value == pytest.approx(np.sqrt(3) / 16, rel=1e-5)


def test_an_unknown_class_is_found_and_closes_the_way():
    cover = cover_picture()
    cover[:, 70:72] = 77
    found = measure(
        with_surface(two_squares(land_cover_scheme="worldcover"), LayerKind.LAND_COVER, raster(cover))
    )
    assert [one.code for one in found.findings] == ["connectivity.unknown_class"]
    assert value(found, "corridors") == 0


def test_patches_that_share_a_cell_need_no_corridor():
    near = layer(LayerKind.FOREST, [square(0, 1_500, 1_003, 1_000), square(1_012, 1_500, 988, 1_000)])
    study = square_study(near, connectivity_cell_m=20.0)
    found = measure(with_surface(study, LayerKind.RESISTANCE, raster(np.ones((200, 200)))))
    assert [value(found, key) for key in ("patches", "corridors", "corridor_length")] == [2, 0, 0]
    assert any("1 links join patches that share a cell" in one.en for one in found.notes)


def test_the_middle_patch_is_the_connector_and_key():
    row = [square(0, 0, 1_000), square(1_800, 400, 200), square(2_800, 0, 1_000)]
    found = measure(square_study(layer(LayerKind.FOREST, row), key_patches=1))
    patches = found.evidence.set_index("id")
    assert patches["dpc_connector"].tolist() == pytest.approx(
        [0, 100 * 2 * (0.5**1.6 - 0.5**1.8) / (value(found, "pc") * 256), 0], rel=1e-4, abs=1e-9
    )
    total = patches[["dpc_intra", "dpc_flux", "dpc_connector"]].sum(axis=1)
    assert total.tolist() == pytest.approx(patches["dpc"].tolist())
    assert (patches["class"] == "key").sum() == 1
    assert patches.loc[patches["class"] == "key", "diic"].notna().all()


def test_feature_order_changes_nothing():
    shapes = [square(*WEST), square(*EAST), square(1_200, 300, 200), square(3_500, 3_500, 300)]
    one = measure(square_study(layer(LayerKind.FOREST, shapes)))
    other = measure(square_study(layer(LayerKind.FOREST, shapes[::-1])))
    assert one.evidence.drop(columns="geometry").equals(other.evidence.drop(columns="geometry"))
    assert one.city == other.city


def test_evidence_has_only_the_classes_said():
    study = with_surface(
        two_squares(land_cover_scheme="worldcover"), LayerKind.LAND_COVER, raster(cover_picture())
    )
    found = measure(study)
    assert set(found.evidence["class"]) <= {one.id for one in INDICATOR.classes}
    assert found.evidence["id"].is_unique
