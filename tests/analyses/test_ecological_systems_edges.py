"""What every indicator of the red line, the control line, the source zones and the ways must survive."""

import dataclasses

import pytest
from square_city import districts, layer, line, point, square, square_study

from analyses.indicator import NotMeasurableError, all_indicators
from layers.kinds import LayerKind

K = LayerKind
IDS = (
    "bidao_length",
    "control_line_adjustment",
    "control_line_area",
    "control_line_encroachment",
    "control_lines_overlap",
    "ecological_shoreline_share",
    "greenway_connectivity",
    "greenway_density",
    "greenway_length",
    "greenway_per_10k",
    "greenway_service_coverage",
    "red_line_change",
    "source_zone_area",
    "source_zone_nesting",
    "source_zone_violations",
)
ADDITIVE = tuple(sorted(set(IDS) - {"greenway_per_10k"}))


def layers(x, y):
    """One of everything, moved by x and y metres."""

    def at(a, b, *size):
        return square(x + a, y + b, *size)

    way = [line((x + 100, y + 50), (x + 3_900, y + 50)), line((x + 500, y), (x + 500, y + 3_900))]
    return (
        layer(K.RED_LINE, [at(0, 0, 1_500), at(1_400, 0, 1_500)]),
        layer(K.RED_LINE_BASELINE, [at(0, 0, 2_800, 1_500)]),
        layer(K.BASIC_FARMLAND, [at(1_000, 1_000, 1_500)]),
        layer(K.DEVELOPMENT_BOUNDARY, [at(500, 1_200, 3_000)]),
        layer(K.CONTROL_LINE, [at(0, 0, 3_000)]),
        layer(K.CONTROL_LINE_CHANGES, [at(0, 0, 100), at(3_000, 0, 110)], direction=["out", "in"]),
        layer(K.CONSTRUCTION, [at(1_900, 100, 200), at(100, 100, 50)], discharges=[True, None]),
        layer(K.LAND_USE, [at(0, 0, 2_500)], code=["0701"]),
        layer(K.LAND_USE_BASELINE, [at(0, 0, 2_500)], code=["0301"]),
        layer(
            K.SOURCE_ZONES, [at(500, 0, 3_000), at(0, 0, 1_000)], zone_class=["second_class", "first_class"]
        ),
        layer(K.OUTFALLS, [point(x + 600, y + 600)]),
        layer(K.GREENWAYS, way),
        layer(K.BIDAO, way, bank=["left", "right"]),
        layer(K.SHORELINES, way, revetment=["natural", None]),
        layer(K.RESIDENTIAL, [at(0, 0, 3_000)], code=["0701"]),
        layer(K.PARKS, [at(0, 0, 300)], code=["1401"]),
    )


@pytest.mark.parametrize("name", IDS)
def test_districts_sum_to_the_city_and_classes_are_declared(name):
    indicator = all_indicators()[name]
    measured = indicator.measure(square_study(*layers(0, 0)))
    assert measured.city.unit == indicator.unit
    assert set(measured.by_district) == {"W", "E"}
    if name in ADDITIVE:
        assert sum(one.part for one in measured.by_district.values()) == pytest.approx(
            measured.city.part, rel=1e-6
        )
        if measured.city.whole is not None:
            whole = sum(one.whole for one in measured.by_district.values())
            assert whole == pytest.approx(measured.city.whole, rel=1e-6)
    declared = {one.id for one in indicator.classes}
    assert set(measured.evidence["class"]) <= declared
    assert len(measured.evidence) > 0
    assert {"id", "class"} <= set(measured.evidence.columns)
    assert measured.evidence.crs == square_study().crs
    ids = [one.id for one in measured.beside]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", IDS)
def test_a_city_without_districts(name):
    study = square_study(*layers(0, 0))
    alone = dataclasses.replace(study, districts=districts().iloc[:0])
    indicator = all_indicators()[name]
    measured = indicator.measure(alone)
    assert measured.by_district == {}
    assert measured.city.value == pytest.approx(indicator.measure(study).city.value, rel=1e-6)


@pytest.mark.parametrize("name", IDS)
def test_layers_that_lie_outside_the_city(name):
    study = square_study(*layers(50_000, 0))
    if name == "red_line_change":
        with pytest.raises(NotMeasurableError, match="no area in the city"):
            all_indicators()[name].measure(study)
        return
    measured = all_indicators()[name].measure(study)
    assert measured.city.part == 0
    assert all(one.part == 0 for one in measured.by_district.values())


@pytest.mark.parametrize("name", IDS)
def test_the_order_of_features_changes_nothing(name):
    study = square_study(*layers(0, 0))
    turned = {
        kind: dataclasses.replace(one, frame=one.frame.iloc[::-1].reset_index(drop=True))
        for kind, one in study.layers.items()
    }
    indicator = all_indicators()[name]
    before, after = indicator.measure(study), indicator.measure(dataclasses.replace(study, layers=turned))
    assert after.city.value == pytest.approx(before.city.value, rel=1e-12)
    assert sorted(after.evidence["class"]) == sorted(before.evidence["class"])
