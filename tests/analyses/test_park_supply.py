"""Supply by floating catchment: streets of whole numbers, and a naive computation pair by pair."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from geo_walk_oracle import random_streets
from square_city import X0, Y0, layer, line, point, square, square_study

from analyses.decay import gaussian
from analyses.indicator import NotMeasurableError
from analyses.indicators import park_supply
from analyses.inequality import gini
from geo.area_access import areas_access
from geo.area_reach import areas_reach
from geo.network import build_network
from geo.reach import place_distance
from layers.errors import ConfigError
from layers.kinds import LayerKind

STREET = layer(LayerKind.STREETS, [line((-500, 2_000), (4_000, 2_000))])
PARK = square(1_000, 2_000, 100)  # on the street; 10,000 m²


def parks(*shapes, **columns):
    return layer(LayerKind.PARKS, list(shapes), **columns)


def homes(*at, residents, **columns):
    """Plots of 40 m by 40 m below the street, their left edge at the x given."""
    shapes = [square(x, 1_950, 40) for x in at]
    return layer(LayerKind.RESIDENTIAL, shapes, residents=residents, **columns)


def beside(measure, name):
    return next(one for one in measure.beside if one.id == name)


def plain(*layers, **parameters):
    return square_study(*layers, **{"supply_decay": "binary", **parameters})


def test_a_park_is_shared_by_all_who_can_walk_there():
    measure = park_supply.measure(plain(STREET, parks(PARK), homes(500, 1_500, residents=[300.0, 200.0])))
    assert measure.evidence["supply_m2_per_person"].tolist() == pytest.approx([20, 20], rel=1e-5)
    assert measure.evidence["class"].tolist() == ["well", "well"]
    assert measure.city.value == pytest.approx(20, rel=1e-5)
    assert measure.by_district["W"].whole == 500
    assert measure.by_district["E"].value is None


def test_who_cannot_walk_there_has_nothing_and_is_counted():
    measure = park_supply.measure(
        plain(STREET, parks(PARK), homes(500, 1_500, 3_000, residents=[300.0, 200.0, 500.0]))
    )
    assert measure.city.value == pytest.approx(10, rel=1e-5)
    assert beside(measure, "not_served").quantity.value == 0.5
    assert beside(measure, "under_supplied").quantity.value == 0.5
    assert beside(measure, "not_served").by_district["E"].value == 1.0
    assert measure.evidence["class"].tolist() == ["well", "well", "none"]
    assert beside(measure, "gini").quantity.value == pytest.approx(0.5)
    assert beside(measure, "theil").quantity.value == pytest.approx(np.log(2))
    assert beside(measure, "theil_between").quantity.value == pytest.approx(1.0)
    assert beside(measure, "palma").quantity is None
    assert beside(measure, "palma").by_district["W"].value == pytest.approx(1.0)


def test_distances_are_walks_from_the_plot_to_the_edge_of_the_park():
    measure = park_supply.measure(plain(STREET, parks(PARK), homes(500, residents=[300.0])))
    # centroid (520, 1970): straight to the street within 100 m, then along it to x = 1000
    assert measure.evidence["nearest_park_m"].iloc[0] == pytest.approx(100 + 480 - np.sqrt(100**2 - 30**2))


def test_decay_weighs_near_homes_more_and_the_total_stays():
    study = square_study(STREET, parks(PARK), homes(500, 1_200, residents=[100.0, 100.0]))
    measure = park_supply.measure(study)
    distance = measure.evidence["nearest_park_m"].to_numpy()
    weight = gaussian(distance, 1_000.0)
    expected = 10_000 * weight / (100 * weight.sum())
    assert measure.evidence["supply_m2_per_person"].tolist() == pytest.approx(expected.tolist(), rel=1e-5)
    assert measure.city.part == pytest.approx(10_000, rel=1e-5)
    assert beside(measure, "under_supplied_plain").quantity.value == 0.0


def test_enhanced_method_takes_zones():
    study = square_study(
        STREET, parks(PARK), homes(1_200, 400, residents=[100.0, 50.0]),
        supply_method="e2sfca", supply_zone_weights="1,0.5",
    )  # fmt: skip
    measure = park_supply.measure(study)
    assert measure.evidence["supply_m2_per_person"].tolist() == pytest.approx([80, 40], rel=1e-5)


@pytest.mark.parametrize("weights", ["", "1;0.5", "0.5,0.2", "1,0.2,0.4", "1,nan"])
def test_zone_weights_that_cannot_be_read_are_refused(weights):
    study = square_study(
        STREET, parks(PARK), homes(900, residents=[1.0]), supply_method="e2sfca", supply_zone_weights=weights
    )
    with pytest.raises(ConfigError, match="supply_zone_weights"):
        park_supply.measure(study)


def test_overlapping_parks_are_supplied_once():
    study = plain(STREET, parks(PARK, PARK, id=["a", "b"]), homes(500, residents=[100.0]))
    assert park_supply.measure(study).city.value == pytest.approx(100, rel=1e-5)


def test_squares_and_protective_green_are_no_park_green_space():
    study = plain(
        STREET, parks(PARK, square(1_200, 2_000, 100), code=["1401", "1403"]), homes(900, residents=[100.0])
    )
    assert park_supply.measure(study).city.value == pytest.approx(100, rel=1e-5)
    with pytest.raises(NotMeasurableError, match="park_green_codes"):
        park_supply.measure(plain(STREET, parks(PARK, code=["1403"]), homes(900, residents=[1.0])))


def test_homes_beyond_the_boundary_share_but_do_not_count():
    study = plain(STREET, parks(square(100, 2_000, 100)), homes(300, -300, residents=[100.0, 300.0]))
    measure = park_supply.measure(study)
    assert measure.city.value == pytest.approx(25, rel=1e-5)
    assert measure.city.whole == 100
    assert len(measure.evidence) == 1


def test_parks_beyond_the_boundary_supply_homes_inside():
    study = plain(STREET, parks(square(-200, 2_000, 100)), homes(100, residents=[100.0]))
    assert park_supply.measure(study).city.value == pytest.approx(100, rel=1e-5)


def test_empty_homes_are_told_apart_and_missing_numbers_said():
    study = plain(STREET, parks(PARK), homes(500, 900, residents=[100.0, None]))
    measure = park_supply.measure(study)
    assert measure.evidence["class"].tolist() == ["well", "unpeopled"]
    assert "1 features" in measure.notes[-1].en


def test_without_residents_or_without_any_the_remedy_is_named():
    bare = layer(LayerKind.RESIDENTIAL, [square(500, 1_950, 40)])
    for one in (bare, homes(500, residents=[0.0]), homes(9_000, residents=[5.0])):
        with pytest.raises(NotMeasurableError, match="field residents"):
            park_supply.measure(plain(STREET, parks(PARK), one))


def test_a_park_without_a_way_in_is_reported_and_its_area_said():
    far = square(1_000, 3_000, 100)
    measure = park_supply.measure(
        plain(STREET, parks(PARK, far, id=["a", "b"]), homes(500, residents=[100.0]))
    )
    assert [(one.code, one.feature) for one in measure.findings] == [("park.no_entrance", "b")]
    assert beside(measure, "unreached_area").quantity.value == pytest.approx(0.5)


def test_only_unreachable_parks_supply_nobody():
    measure = park_supply.measure(
        plain(STREET, parks(square(1_000, 3_000, 100)), homes(500, residents=[100.0]))
    )
    assert measure.city.value == 0.0
    assert beside(measure, "gini").quantity is None
    assert beside(measure, "not_served").quantity.value == 1.0


def test_a_city_without_districts():
    study = plain(STREET, parks(PARK), homes(500, 3_000, residents=[100.0, 100.0]))
    measure = park_supply.measure(replace(study, districts=study.districts.iloc[:0]))
    assert measure.by_district == {}
    assert measure.city.value == pytest.approx(50, rel=1e-5)
    assert beside(measure, "theil_between").quantity is None


def test_a_plot_around_a_courtyard_is_measured_from_inside_itself():
    ring = shapely.difference(square(400, 1_800, 300, 190), square(410, 1_810, 280, 170))
    study = plain(
        STREET, parks(PARK), layer(LayerKind.RESIDENTIAL, [ring], residents=[100.0]), access_m=300.0
    )
    place = shapely.point_on_surface(ring)
    measure = park_supply.measure(study)
    straight = Y0 + 2_000 - place.y
    assert not ring.intersects(ring.centroid)
    assert measure.evidence["nearest_park_m"].iloc[0] == pytest.approx(
        300 + X0 + 1_000 - place.x - np.sqrt(300**2 - straight**2), rel=1e-6
    )


def test_given_entrances_decide():
    gate = layer(LayerKind.PARK_ENTRANCES, [point(1_100, 2_000)], park_id=["0"])
    study = plain(STREET, parks(PARK), gate, homes(200, residents=[100.0]))
    assert park_supply.measure(study).city.value == pytest.approx(100, rel=1e-5)
    assert park_supply.measure(study).evidence["nearest_park_m"].iloc[0] == pytest.approx(
        100 + 880 - np.sqrt(100**2 - 30**2), rel=1e-6
    )


def irregular_city(seed, order=1):
    rng = np.random.default_rng(seed)
    streets = [
        shapely.transform(one, lambda xy: xy + np.array([X0 + 800, Y0 + 800]))
        for one in random_streets(rng, 9, 150.0)
    ]
    cells = rng.permutation(64)[:40]
    at = 800 + 140.0 * np.column_stack(np.divmod(cells, 8)) + rng.uniform(0, 100, (40, 2))
    plots = [square(x, y, 25) for x, y in at]
    corners = rng.uniform(850, 1_900, (12, 2))
    greens = [square(x, y, w) for (x, y), w in zip(corners, rng.uniform(20, 90, 12), strict=True)]
    people = rng.integers(0, 400, 40).astype(float)
    return (
        square_study(
            layer(LayerKind.STREETS, streets[::order]),
            layer(LayerKind.PARKS, greens[::order], id=[f"p{k:02d}" for k in range(12)][::order]),
            layer(
                LayerKind.RESIDENTIAL, plots[::order], residents=people.tolist()[::order],
                id=[f"h{k:02d}" for k in range(40)][::order],
            ),
            supply_catchment_m=500.0,
        ),
        streets, greens, plots, people,
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_agrees_with_one_walk_and_one_share_at_a_time(seed):
    study, streets, greens, plots, people = irregular_city(seed)
    measure = park_supply.measure(study)
    points = shapely.centroid(np.array(plots))
    network = build_network(streets)
    reach = [areas_reach(areas_access(network, [green], ["x"]), 500.0) for green in greens]
    distance = np.column_stack([place_distance(one, points, 100.0, 500.0) for one in reach])
    taken = shapely.Point()
    ratio = []
    for j, green in enumerate(greens):
        own = shapely.difference(green, taken).area
        taken = shapely.union(taken, green)
        crowd = sum(gaussian(distance[i, j], 500.0) * people[i] for i in range(40))
        ratio.append(own / crowd if crowd > 0 else 0.0)
    expected = [sum(gaussian(distance[i, j], 500.0) * ratio[j] for j in range(12)) for i in range(40)]
    evidence = measure.evidence.set_index("id")
    got = evidence.loc[[f"h{k:02d}" for k in range(40)], "supply_m2_per_person"].to_numpy()
    assert np.count_nonzero(got) > 25
    np.testing.assert_allclose(got, expected, rtol=1e-5)
    assert beside(measure, "gini").quantity.value == pytest.approx(gini(expected, people), rel=1e-4)
    lost = beside(measure, "unreached_area").quantity
    assert measure.city.part + lost.part == pytest.approx(taken.area, rel=1e-5)
    assert sum(one.part for one in measure.by_district.values()) == pytest.approx(measure.city.part, rel=1e-9)


def test_the_order_of_features_does_not_matter():
    one, other = (park_supply.measure(irregular_city(3, order)[0]) for order in (1, -1))
    assert one.city.value == pytest.approx(other.city.value, rel=1e-12)
    by_id = [m.evidence.set_index("id").sort_index()["supply_m2_per_person"] for m in (one, other)]
    np.testing.assert_allclose(*by_id, rtol=1e-12)


def test_residents_of_plots_that_lie_within_others_are_told():
    def found(*shapes, residents):
        plots = layer(LayerKind.RESIDENTIAL, list(shapes), residents=residents)
        measure = park_supply.measure(square_study(STREET, parks(PARK), plots))
        return [one.message.en for one in measure.findings if one.code == "population.beneath"]

    outer, inner, beyond = square(1_200, 1_950, 40), square(1_210, 1_960, 10), square(1_230, 1_960, 20)
    (said,) = found(outer, inner, inner, residents=[100, 500, 7])
    assert said.startswith("residential: 2 plots lie wholly within others")
    assert "their 507 residents are not counted" in said
    assert not found(outer, beyond, residents=[100, 500])
    assert not found(outer, inner, residents=[100, 0])
