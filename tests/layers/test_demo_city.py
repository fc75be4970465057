"""The demo city: the same for the same seed, whole, and with the awkward things planted in it."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from layers.demo.city import City, make_city
from layers.demo.ground import make_ground
from layers.demo.settings import SIZES
from layers.demo.write import delivered
from layers.kinds import SPECS, LayerKind


@pytest.fixture(scope="module")
def city() -> City:
    return make_city(SIZES["demo"], 20251231)


@pytest.fixture(scope="module")
def streets(city):
    return city.layers[LayerKind.STREETS]


def test_another_seed_gives_another_city(city):
    other = make_ground(SIZES["demo"], np.random.default_rng(7))
    assert other.land.symmetric_difference(city.ground.land).area > 1e6


def test_every_kind_of_layer_is_there(city):
    # the city brings land cover, from which resistance is derived
    assert {*city.layers, *city.surfaces} == set(LayerKind) - {LayerKind.RESISTANCE}


def test_geometries_are_valid_and_of_the_kind_s_shape(city):
    types = {
        "polygon": {"Polygon", "MultiPolygon"},
        "line": {"LineString", "MultiLineString"},
        "point": {"Point"},
    }
    for kind, layer in city.layers.items():
        frame = delivered(kind, layer)
        assert frame.geometry.is_valid.all(), kind
        assert len(frame) > 0, kind
        allowed = types.get(SPECS[kind].shape)
        assert allowed is None or set(frame.geom_type) <= allowed, kind


def test_land_is_about_200_km2_and_districts_tile_it_exactly(city):
    land = city.layers[LayerKind.LAND].geometry.iloc[0]
    districts = city.layers[LayerKind.DISTRICTS]
    assert 180e6 < land.area < 230e6
    assert len(districts) == 6
    assert districts.area.sum() == pytest.approx(land.area, rel=1e-12)
    assert shapely.union_all(districts.geometry.to_numpy()).symmetric_difference(land).area < 1e-3
    assert shapely.intersection(districts.geometry[0], districts.geometry[1]).area < 1e-6
    assert districts["residents"].sum() == city.layers[LayerKind.RESIDENTIAL]["residents"].sum()


def test_the_sea_is_inside_the_boundary_and_outside_the_districts(city):
    boundary = city.layers[LayerKind.BOUNDARY].geometry.iloc[0]
    land = city.layers[LayerKind.LAND].geometry.iloc[0]
    assert boundary.buffer(0.01).covers(land)
    assert boundary.area - land.area > 20e6


def test_streets_cross_the_river_only_on_bridges_and_paths_pass_beneath(city, streets):
    river = shapely.union_all([city.ground.river, *city.ground.streams])
    ground = streets[streets["level"] == 0]
    bridges = streets[streets["level"] > 0]
    assert not shapely.intersects(river, ground.geometry.to_numpy()).any()
    over = bridges[shapely.crosses(bridges.geometry.to_numpy(), river)]
    assert len(over) >= 8
    beneath = shapely.STRtree(ground.geometry.to_numpy()).query(over.geometry.to_numpy(), predicate="crosses")
    assert len(np.unique(beneath[0])) >= 5


def test_streets_at_ground_level_meet_only_at_their_ends(streets):
    ground = streets.geometry.to_numpy()[(streets["level"] == 0).to_numpy()]
    a, b = shapely.STRtree(ground).query(ground, predicate="crosses")
    assert np.count_nonzero(a < b) <= 0.002 * len(ground)


def test_the_network_hangs_together(streets):
    ends = np.concatenate(
        [shapely.get_coordinates(shapely.get_point(streets.geometry.to_numpy(), n)) for n in (0, -1)]
    )
    _, node = np.unique(np.round(ends, 3), axis=0, return_inverse=True)
    n = len(streets)
    links = coo_array((np.ones(n), (node[:n], node[n:])), shape=(node.max() + 1,) * 2)
    _, part = connected_components(links, directed=False)
    length = np.bincount(part[node[:n]], weights=streets.length.to_numpy())
    assert length.max() > 0.9 * length.sum()
    degree = np.bincount(node)
    assert np.count_nonzero(degree == 1) > 100  # dead ends


def test_the_awkward_parks_are_there(city):
    parks = city.layers[LayerKind.PARKS]
    boundary = city.layers[LayerKind.BOUNDARY].geometry.iloc[0]
    entered = set(city.layers[LayerKind.PARK_ENTRANCES]["park_id"])
    walked = shapely.union_all(city.layers[LayerKind.STREETS].geometry.to_numpy())
    assert 110 <= parks["park_id"].nunique() <= 150
    assert parks["park_id"].duplicated().sum() >= 2  # split by a street
    assert (parks.geom_type == "MultiPolygon").sum() >= 2
    assert (parks.area < 400).sum() >= 5
    outside = parks.geometry.disjoint(boundary)
    assert 2 <= outside.sum() <= 8
    assert (parks[outside].distance(boundary) < 300).all()
    fenced = parks[
        (shapely.distance(parks.geometry.to_numpy(), walked) > 30) & ~parks["park_id"].isin(entered)
    ]
    assert len(fenced) >= 1
    assert {"社区公园", "城市公园", "自然公园", "广场"} == set(parks["park_class"])
    assert (parks["open"] == "否").any()


def test_plots_do_not_overlap_and_hold_their_buildings(city):
    plots = city.plots.geometry.to_numpy()
    tree = shapely.STRtree(plots)
    a, b = tree.query(plots, predicate="intersects")
    pairs = a < b
    assert shapely.area(shapely.intersection(plots[a[pairs]], plots[b[pairs]])).sum() < 1.0
    host = city.plots.geometry.loc[city.buildings["plot"]].to_numpy()
    assert shapely.covers(host, city.buildings.geometry.to_numpy()).all()


def test_land_use_covers_the_land_without_gaps_or_overlaps(city):
    land = city.layers[LayerKind.LAND].geometry.iloc[0]
    for kind in (LayerKind.LAND_USE, LayerKind.LAND_USE_BASELINE):
        assert city.layers[kind].area.sum() == pytest.approx(land.area, rel=1e-8)
    union = shapely.union_all(city.layers[LayerKind.LAND_USE].geometry.to_numpy(), grid_size=0.001)
    assert union.symmetric_difference(land).area < 50.0
    changed = (
        city.layers[LayerKind.LAND_USE]["code"].to_numpy()
        != city.layers[LayerKind.LAND_USE_BASELINE]["code"].to_numpy()
    )
    assert changed.any()


def test_the_red_line_lost_some_land_and_gained_more(city):
    now = shapely.union_all(city.layers[LayerKind.RED_LINE].geometry.to_numpy())
    before = shapely.union_all(city.layers[LayerKind.RED_LINE_BASELINE].geometry.to_numpy())
    lost, gained = before.difference(now).area, now.difference(before).area
    assert gained > lost > 1e5
    assert set(city.layers[LayerKind.RED_LINE]["domain"]) == {"陆域", "海域"}


def test_shares_are_those_of_a_real_city(city):
    land = city.layers[LayerKind.LAND].geometry.iloc[0]
    red = city.layers[LayerKind.RED_LINE]
    assert 0.2 < red[red["domain"] == "陆域"].area.sum() / land.area < 0.3
    assert 0.45 < city.layers[LayerKind.CONTROL_LINE].area.sum() / land.area < 0.55
    greenways = city.layers[LayerKind.GREENWAYS]
    assert 1.1 < greenways[greenways["built"] == "是"].length.sum() / 1e3 / (land.area / 1e6) < 2.0


def test_source_zones_lie_one_round_the_other(city):
    zones = city.layers[LayerKind.SOURCE_ZONES].set_index("zone_class")
    for _, zone in zones.groupby("source_name"):
        first, second, quasi = (zone.geometry[name] for name in ("一级保护区", "二级保护区", "准保护区"))
        assert first.intersection(second).area < 1.0
        assert first.area < second.area
        assert quasi.touches(second) or quasi.intersection(second).area < 1.0


def test_surfaces_fill_their_sponge_plots(city):
    plots = city.layers[LayerKind.SPONGE_PLOTS].set_index("id")
    filled = (
        city.layers[LayerKind.SPONGE_SURFACES].assign(area=lambda f: f.area).groupby("plot_id")["area"].sum()
    )
    assert np.allclose(filled.reindex(plots.index), plots.area, rtol=2e-3, atol=2.0)
    units = city.layers[LayerKind.DRAINAGE_UNITS]
    built_up = city.layers[LayerKind.BUILT_UP].area.sum()
    assert units.area.sum() == pytest.approx(built_up, rel=1e-6)
    assert set(plots["unit_id"]) <= set(units["id"])
