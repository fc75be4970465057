import pytest
import shapely
from square_city import layer, square, square_study

from analyses.indicators import sewer_network_coverage
from layers.kinds import LayerKind

K = LayerKind


def test_built_up_area_served_once():
    built = [square(0, 0, 2_000), square(1_000, 0, 2_000)]
    service = [square(0, 0, 1_500, 4_000), square(1_000, 0, 500, 500), square(3_500, 3_500, 500)]
    measured = sewer_network_coverage.measure(
        square_study(layer(K.BUILT_UP, built), layer(K.SEWER_SERVICE, service))
    )
    one, two = shapely.union_all(built), shapely.union_all(service)
    assert measured.city.whole == pytest.approx(6e6, rel=1e-6)
    assert measured.city.part == pytest.approx(shapely.intersection(one, two).area, rel=1e-6)
    assert measured.city.value == pytest.approx(0.5, rel=1e-6)
    assert measured.by_district["W"].value == pytest.approx(3 / 4, rel=1e-6)
    assert measured.by_district["E"].value == pytest.approx(0)
    assert measured.evidence.groupby("class")["area_m2"].sum().tolist() == pytest.approx([3e6, 3e6], rel=1e-6)
    assert measured.beside == ()


def test_homes_and_residents_beside():
    measured = sewer_network_coverage.measure(
        square_study(
            layer(K.BUILT_UP, [square(0, 0, 1_000)]),
            layer(K.SEWER_SERVICE, [square(0, 0, 500, 1_000)]),
            layer(
                K.RESIDENTIAL,
                [square(0, 0, 1_000), square(2_000, 0, 1_000)],
                code=["0701"] * 2,
                residents=[100.0, 300.0],
            ),
        )
    )
    beside = {one.id: one.quantity.value for one in measured.beside}
    assert beside["residential"] == pytest.approx(0.5 / 2, rel=1e-6)
    assert beside["population"] == pytest.approx(50 / 400, rel=1e-6)
