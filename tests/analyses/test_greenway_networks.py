import math

import numpy as np
import pytest
import shapely
from square_city import X0, Y0, layer, line, square, square_study

from analyses.indicators import greenway_connectivity, greenway_service_coverage
from layers.kinds import LayerKind

EAST_WEST = line((0, 1_000), (4_000, 1_000))


def greenways(*lines, **columns):
    return layer(LayerKind.GREENWAYS, list(lines), **columns)


def beside(measured):
    return {one.id: None if one.quantity is None else one.quantity.value for one in measured.beside}


def test_homes_within_a_kilometre_of_a_greenway():
    homes = layer(LayerKind.RESIDENTIAL, [square(0, 1_500, 1_000), square(3_000, 3_000, 500)])
    measured = greenway_service_coverage.measure(square_study(greenways(EAST_WEST), homes))
    # the first square reaches from 500 to 1500 m north of the greenway: half of it is served
    assert measured.city.value == pytest.approx(0.5e6 / 1.25e6, rel=1e-6)
    assert measured.by_district["W"].value == pytest.approx(0.5, rel=1e-6)
    assert measured.by_district["E"].value == 0


def test_homes_count_in_the_built_up_area_and_greenways_outside_the_city_serve():
    homes = layer(LayerKind.RESIDENTIAL, [square(0, 0, 4_000, 1_000)])
    built_up = layer(LayerKind.BUILT_UP, [square(0, 0, 2_000)])
    outside = greenways(line((-100, -500), (5_000, -500)))
    measured = greenway_service_coverage.measure(square_study(outside, homes, built_up))
    assert measured.city.whole == pytest.approx(2e6, rel=1e-6)
    assert measured.city.value == pytest.approx(0.5, rel=1e-6)
    assert measured.by_district["E"].value is None


def test_the_end_of_a_greenway_serves_a_half_circle():
    homes = layer(LayerKind.RESIDENTIAL, [square(2_000, 0, 2_000, 4_000)])
    study = square_study(greenways(line((0, 2_000), (2_000, 2_000))), homes)
    covered = greenway_service_coverage.measure(study).city.part
    assert covered == pytest.approx(math.pi / 2 * 1e6, rel=1e-3)
    farther = greenway_service_coverage.measure(study.with_parameters(greenway_radius_m=1_200.0)).city.part
    assert farther == pytest.approx(math.pi / 2 * 1.44e6, rel=1e-3)


def test_planned_greenways_serve_nobody_and_no_homes_is_undefined():
    homes = layer(LayerKind.RESIDENTIAL, [square(0, 500, 1_000)])
    planned = greenways(EAST_WEST, built=[False])
    assert greenway_service_coverage.measure(square_study(planned, homes)).city.value == 0
    empty = layer(LayerKind.RESIDENTIAL, [square(9_000, 0, 10)])
    assert greenway_service_coverage.measure(square_study(planned, empty)).city.value is None


def test_a_cross_and_a_line_apart():
    cross = line((1_000, 0), (1_000, 3_000))
    apart = line((3_000, 1_200), (3_000, 2_200))
    measured = greenway_connectivity.measure(square_study(greenways(EAST_WEST, cross, apart)))
    assert measured.city.value == pytest.approx(7 / 8, rel=1e-6)
    assert measured.by_district["W"].value == 1
    assert measured.by_district["E"].part == pytest.approx(2, rel=1e-6)
    values = beside(measured)
    # nodes: the crossing, its four ends, two ends apart; edges: four and one; two components
    assert (values["nodes"], values["edges"], values["components"]) == (7, 5, 2)
    assert values["alpha"] == 0
    assert values["beta"] == pytest.approx(5 / 7)
    assert values["gamma"] == pytest.approx(5 / 15)
    assert (values["gaps"], values["gap_length"]) == (1, pytest.approx(0.2, rel=1e-6))
    gap = measured.evidence[measured.evidence["class"] == "gap"].iloc[0]
    assert gap["length_m"] == pytest.approx(200, rel=1e-6)
    assert gap["adds_km"] == pytest.approx(1, rel=1e-6)
    assert gap["longitude"] == pytest.approx(114.01, abs=0.01)


def test_a_square_with_its_diagonals_has_the_indices_of_the_book():
    frame = line((0, 0), (3_000, 0), (3_000, 3_000), (0, 3_000), (0, 0))
    diagonals = [line((0, 0), (3_000, 3_000)), line((0, 3_000), (3_000, 0))]
    values = beside(greenway_connectivity.measure(square_study(greenways(frame, *diagonals))))
    # the wheel of four spokes: v = 5, e = 8
    assert (values["nodes"], values["edges"], values["components"]) == (5, 8, 1)
    assert values["alpha"] == pytest.approx(4 / 5)
    assert values["gamma"] == pytest.approx(8 / 9)


def test_parks_a_greenway_comes_to():
    parks = layer(
        LayerKind.PARKS,
        [square(500, 1_040, 100), square(500, 1_060, 50), square(500, 3_000, 100), square(4_500, 990, 50)],
        park_id=["a", "b", "c", "outside"],
        code=["1401"] * 4,
    )
    values = beside(greenway_connectivity.measure(square_study(greenways(EAST_WEST), parks)))
    assert values["park_links"] == pytest.approx(1 / 3)


def test_no_greenway_in_the_city_is_undefined_not_zero():
    measured = greenway_connectivity.measure(square_study(greenways(line((9_000, 0), (9_900, 0)))))
    assert measured.city.value is None
    assert beside(measured)["alpha"] is None


def test_a_split_digitised_twice_does_not_break_the_network():
    double = line((2_000, 1_004), (3_000, 1_004), (3_000, 3_000))
    measured = greenway_connectivity.measure(square_study(greenways(EAST_WEST, double)))
    assert beside(measured)["components"] == 1


@pytest.mark.parametrize("seed", range(3))
def test_service_coverage_agrees_with_a_raster_of_points(seed):
    random = np.random.default_rng(seed)
    ways = [line(*random.uniform(0, 4_000, (3, 2)).tolist()) for _ in range(2)]
    homes = [square(x, y, 300) for x, y in random.uniform(0, 3_700, (12, 2))]
    study = square_study(greenways(*ways), layer(LayerKind.RESIDENTIAL, homes))
    found = greenway_service_coverage.measure(study.with_parameters(greenway_radius_m=400.0))
    step = 20.0
    east, north = np.meshgrid(np.arange(0, 4_000, step) + step / 2, np.arange(0, 4_000, step) + step / 2)
    points = shapely.points(X0 + east.ravel(), Y0 + north.ravel())
    at_home = shapely.intersects(shapely.union_all(homes), points)
    near = np.min([shapely.distance(way, points) for way in ways], axis=0) <= 400
    assert found.city.value == pytest.approx((at_home & near).sum() / at_home.sum(), abs=0.01)
