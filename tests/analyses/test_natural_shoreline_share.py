import dataclasses

import pytest
from pyproj import Geod
from square_city import EPSG, districts, layer, line, square_study

from analyses.indicator import NotMeasurableError
from analyses.indicators import natural_shoreline_share
from geo.transform import moved_to
from layers.kinds import LayerKind

K = LayerKind
LINES = [
    line((100, 100), (1_100, 100)),
    line((1_100, 100), (1_600, 100)),
    line((1_600, 100), (2_600, 100)),
    line((2_600, 100), (3_100, 100)),
    line((3_000, 3_000), (3_200, 3_000)),
]
TYPES = ["natural", "restored", "artificial", "estuary", "natural"]


def coast(lines=LINES, types=TYPES, mainland=(True, True, True, True, False), **parameters):
    columns = {"shoreline_type": list(types)}
    if mainland is not None:
        columns["mainland"] = list(mainland)
    return square_study(layer(K.COASTLINE, list(lines), **columns), **parameters)


def beside(measured):
    return {one.id: one for one in measured.beside}


def test_natural_and_restored_over_the_mainland():
    measured = natural_shoreline_share.measure(coast())
    assert measured.city.part == pytest.approx(1.5, rel=1e-6)
    assert measured.city.value == pytest.approx(0.5, rel=1e-6)
    assert beside(measured)["estuary_left_out"].quantity.value == pytest.approx(1.5 / 2.5, rel=1e-6)
    assert beside(measured)["islands"].quantity.whole == pytest.approx(0.2, rel=1e-6)
    assert measured.by_district["W"].value == pytest.approx(1.5 / 1.9, rel=1e-6)
    assert sum(one.whole for one in measured.by_district.values()) == pytest.approx(3, rel=1e-6)
    other = natural_shoreline_share.measure(coast(estuary_counts=False))
    assert other.city.value == pytest.approx(1.5 / 2.5, rel=1e-6)
    assert beside(other)["estuary_in_whole"].quantity.value == pytest.approx(0.5, rel=1e-6)


def test_lengths_are_geodesic():
    measured = natural_shoreline_share.measure(coast())
    degrees = moved_to(measured.evidence.geometry, EPSG.geodetic_crs)
    geod = Geod(ellps="GRS80")
    by_geodesic = sum(geod.geometry_length(one) for one in degrees)
    assert measured.evidence["length_m"].sum() == pytest.approx(by_geodesic, rel=1e-6)


def test_a_stretch_drawn_twice_counts_once():
    again = [*LINES, line((600, 100.2), (100, 100.2))]
    measured = natural_shoreline_share.measure(
        coast(again, [*TYPES, "natural"], (True, True, True, True, False, True))
    )
    assert measured.city.whole == pytest.approx(3, rel=1e-3)


def test_a_shoreline_drawn_just_off_the_boundary_counts_in_the_district_beside_it():
    off = [line((500, -30), (3_500, -30)), line((500, -400), (3_500, -400))]
    measured = natural_shoreline_share.measure(coast(off, ["natural", "natural"], None))
    assert measured.city.whole == pytest.approx(3, rel=1e-6)
    assert sum(one.whole for one in measured.by_district.values()) == pytest.approx(3, rel=1e-6)
    assert measured.by_district["W"].whole == pytest.approx(1.5, abs=0.11)
    assert any("counts as mainland" in note.en for note in measured.notes)


def test_unknown_types_are_findings_and_stay_in_the_whole():
    measured = natural_shoreline_share.measure(coast(types=[None, *TYPES[1:]]))
    assert measured.city.value == pytest.approx(0.5 / 3, rel=1e-6)
    assert [(one.code, one.feature) for one in measured.findings] == [("coastline.no_type", "0")]


def test_a_shoreline_without_any_type_is_not_measured():
    with pytest.raises(NotMeasurableError, match="shoreline_type"):
        natural_shoreline_share.measure(square_study(layer(K.COASTLINE, LINES)))


def test_without_districts_and_without_shoreline():
    alone = natural_shoreline_share.measure(dataclasses.replace(coast(), districts=districts().iloc[:0]))
    assert alone.by_district == {}
    assert alone.city.value == pytest.approx(0.5, rel=1e-6)
    far = natural_shoreline_share.measure(coast([line((0, 9_000), (100, 9_000))], ["natural"], [True]))
    assert far.city.value is None
