"""Sponge measures on the square city: numbers to check in the head, and a raster counted by brute force."""

import dataclasses

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from square_city import X0, Y0, layer, point, square, square_study

from analyses.indicator import NotMeasurableError
from analyses.indicators import runoff_capture_rate, sponge_area_share
from analyses.sponge_plots import sponge_plots
from layers.kinds import LayerKind

HECTARE = 100.0
FULL = 156.5 * 2  # what 1 ha with coefficient 1 needs for 70 %: 313 m³


def city(plots, units=None, built=None, facilities=None, **parameters):
    """Plots: (id, unit, shape, surface, stored m³). Every plot is covered by one surface and has one tank."""
    ids, unit_ids, shapes, surfaces, volumes = zip(*plots, strict=True)
    facilities = facilities or [
        (f"t-{one}", one, "tank", None, None, v) for one, v in zip(ids, volumes, strict=True)
    ]
    names, plot_ids, kinds, areas, depths, stored = zip(*facilities, strict=True)
    layers = [
        layer(LayerKind.SPONGE_PLOTS, list(shapes), id=list(ids), unit_id=list(unit_ids)),
        layer(
            LayerKind.SPONGE_SURFACES,
            list(shapes),
            id=[f"s-{one}" for one in ids],
            plot_id=list(ids),
            surface=[str(one) if isinstance(one, str) else "其他" for one in surfaces],
            coefficient=[None if isinstance(one, str) else one for one in surfaces],
        ),
        layer(
            LayerKind.SPONGE_FACILITIES,
            [point(1, 1 + number) for number in range(len(names))],
            id=list(names),
            plot_id=list(plot_ids),
            facility=list(kinds),
            area_m2=list(areas),
            depth_m=list(depths),
            volume_m3=list(stored),
        ),
    ]
    units = units or [("u", square(0, 0, 4000), 0.7, False, None)]
    keys, outlines, targets, floods, key_areas = zip(*units, strict=True)
    layers.append(
        layer(
            LayerKind.DRAINAGE_UNITS,
            list(outlines),
            id=list(keys),
            target_capture=list(targets),
            flood_failure=list(floods),
            key_area=list(key_areas),
        )
    )
    layers.append(layer(LayerKind.BUILT_UP, built or [square(0, 0, 4000)]))
    return square_study(*layers, **parameters)


def beside(measure):
    return {one.id: one for one in measure.beside}


def codes(findings):
    return sorted({one.code for one in findings})


TWO = [
    ("a", "u", square(0, 0, HECTARE), 0.5, 156.5),  # exactly 70 %
    ("b", "u", square(200, 0, HECTARE * 2, HECTARE), 0.5, 231.0),  # 2 ha: 23.1 mm, 60 %
]


def test_two_plots_in_the_head():
    found = runoff_capture_rate.measure(city(TWO))
    assert found.city.value == pytest.approx((1 * 0.7 + 2 * 0.6) / 3, rel=1e-6)
    assert found.city.whole == pytest.approx(30_000, rel=1e-6)
    assert found.by_district["W"].value == pytest.approx(found.city.value)
    assert found.by_district["E"].value is None
    by = beside(found)
    assert by["passing"].quantity.value == pytest.approx(1 / 3, rel=1e-6)
    assert by["unknown"].quantity.value == 0
    # a needs 156.5 and holds it; b needs 313 and holds 231
    assert by["storage"].quantity.value == pytest.approx((156.5 + 231) / (156.5 + 313), rel=1e-6)
    assert by["most"].quantity.value == pytest.approx(found.city.value)
    assert found.evidence.set_index("id")["class"].to_dict() == {"a": "pass", "b": "fail"}
    assert found.findings == ()


def test_districts_sum_to_the_city():
    plots = [("a", "u", square(1900, 0, 200, 100), 0.5, 313.0), ("b", "u", square(3000, 0, 100), 0.5, 115.5)]
    found = runoff_capture_rate.measure(city(plots))
    for name in ("part", "whole"):
        parts = [getattr(one, name) for one in found.by_district.values()]
        assert sum(parts) == pytest.approx(getattr(found.city, name), rel=1e-9)
    assert found.by_district["W"].whole == pytest.approx(10_000, rel=1e-6)


def test_beyond_the_rain_table_the_least_counts_and_the_most_stands_beside():
    plots = [("a", "u", square(0, 0, 100), 0.5, 10_000.0), ("b", "u", square(200, 0, 100), 0.5, 0.0)]
    found = runoff_capture_rate.measure(city(plots))
    assert found.city.value == pytest.approx(0.85 / 2)
    assert beside(found)["most"].quantity.value == pytest.approx(1 / 2)
    assert any("1 plots hold a rainfall outside" in note.en for note in found.notes)


def test_unit_passes_on_the_area_weighted_mean_while_single_plots_say_another_thing():
    plots = [
        ("a", "u", square(0, 0, 100), 0.5, 261.0),  # 52.2 mm: 85 %
        ("b", "u", square(200, 0, 100), 0.5, 115.5),  # 60 %; the mean is 72.5 %
    ]
    built = [square(0, 0, 1000)]
    units = [
        ("u", square(0, 0, 500, 1000), 0.7, False, None),
        ("v", square(500, 0, 300, 1000), 0.7, False, None),
    ]
    found = sponge_area_share.measure(city(plots, units, built))
    assert found.city.value == pytest.approx(0.5, rel=1e-6)
    by = beside(found)
    assert by["single_plots"].quantity.value == pytest.approx(0.01, rel=1e-6)
    assert by["unknown"].quantity.value == pytest.approx(0.3, rel=1e-6)  # v has no plots
    assert by["unassigned"].quantity.value == pytest.approx(0.2, rel=1e-6)
    areas = found.evidence.groupby("class")["area_m2"].sum()
    assert areas.sum() == pytest.approx(found.city.whole, rel=1e-7)
    assert any("1 units have no plot" in note.en for note in found.notes)


@pytest.mark.parametrize(
    ("target", "flood", "stored", "expected"),
    [
        (0.7, False, 156.5, "pass"),
        (0.7, None, 156.5, "pass"),
        (0.7, True, 156.5, "fail"),
        (0.7, False, 156.4, "fail"),
        (None, False, 156.5, "unknown"),
        (0.9, False, 10_000.0, "unknown"),  # at least 85 %: the table does not say more
        (0.9, False, 156.5, "fail"),
        (0.4, False, 60.0, "unknown"),  # 12 mm: between 35.5 and 50 %
    ],
)
def test_verdict_of_a_unit(target, flood, stored, expected):
    study = city(
        [("a", "u", square(0, 0, 100), 0.5, stored)], [("u", square(0, 0, 4000), target, flood, None)]
    )
    found = sponge_area_share.measure(study)
    assert set(found.evidence["class"]) == {expected}
    assert found.city.value == (1.0 if expected == "pass" else 0.0)


def test_overlapping_units_count_the_common_part_as_failing():
    plots = [("a", "u", square(0, 0, 100), 0.5, 156.5), ("b", "v", square(200, 0, 100), 0.5, 10.0)]
    units = [
        ("u", square(0, 0, 600, 1000), 0.7, False, None),
        ("v", square(400, 0, 600, 1000), 0.7, False, None),
    ]
    found = sponge_area_share.measure(city(plots, units, [square(0, 0, 1000)]))
    assert found.city.value == pytest.approx(0.4, rel=1e-6)


def test_key_areas_are_listed():
    plots = [("a", "u", square(0, 0, 100), 0.5, 156.5), ("b", "v", square(2200, 0, 100), 0.5, 10.0)]
    units = [
        ("u", square(0, 0, 1000), 0.7, False, "前海"),
        ("v", square(1500, 0, 1000), 0.7, False, "<b>大运</b>"),
        ("w", square(3000, 0, 500, 1000), 0.7, False, "前海"),
    ]
    by = beside(sponge_area_share.measure(city(plots, units)))
    assert by["key_areas"].quantity.part == 2
    assert {key: one.part for key, one in by["key_areas"].by_district.items()} == {"W": 2, "E": 2}
    shares = {one.title.zh: one.quantity.value for key, one in by.items() if key.startswith("key_area_")}
    assert shares["重点片区：前海"] == pytest.approx(2 / 3, rel=1e-6)
    assert shares["重点片区：<b>大运</b>"] == 0


rectangles = st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(1, 10), st.integers(1, 10))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(rectangles, min_size=1, max_size=4),
    st.lists(st.tuples(rectangles, st.booleans()), min_size=1, max_size=5),
)
def test_share_agrees_with_a_raster_counted_cell_by_cell(built, units):
    def shape(x, y, w, h):
        return square(x * 100, y * 100, w * 100, h * 100)

    plots = [
        (f"p{n}", f"u{n}", square(n * 150, 3900, 100), 0.5, 156.5 if good else 1.0)
        for n, (_, good) in enumerate(units)
    ]
    study = city(
        plots,
        [(f"u{n}", shape(*rectangle), 0.7, False, None) for n, (rectangle, _) in enumerate(units)],
        [shape(*rectangle) for rectangle in built],
    )
    found = sponge_area_share.measure(study)

    def cells(rectangle):
        x, y, w, h = rectangle
        mask = np.zeros((40, 40), bool)
        mask[y : y + h, x : x + w] = True
        return mask

    town = np.any([cells(one) for one in built], axis=0)
    good = np.any([cells(one) & verdict for one, verdict in units], axis=0)
    bad = np.any([cells(one) & (not verdict) for one, verdict in units], axis=0)
    assert found.city.whole == pytest.approx(town.sum() * 1e4, rel=1e-6)
    assert found.city.part == pytest.approx((town & good & ~bad).sum() * 1e4, rel=1e-6, abs=1e-3)
    west = town[:, :20].sum() * 1e4
    assert found.by_district["W"].whole == pytest.approx(west, rel=1e-6, abs=1e-3)
    by = beside(found)
    assert by["unassigned"].quantity.part == pytest.approx(
        (town & ~good & ~bad).sum() * 1e4, rel=1e-6, abs=1e-3
    )


def test_order_of_features_changes_nothing():
    study = city(TWO)
    turned = {
        kind: dataclasses.replace(one, frame=one.frame.iloc[::-1].reset_index(drop=True))
        for kind, one in study.layers.items()
    }
    for measure in (runoff_capture_rate.measure, sponge_area_share.measure):
        one, other = measure(study), measure(dataclasses.replace(study, layers=turned))
        assert one.city == other.city
        assert one.by_district == other.by_district
        assert one.evidence.drop(columns="geometry").equals(other.evidence.drop(columns="geometry"))


@pytest.mark.parametrize(
    ("facility", "code"),
    [
        (("x", "a", "tank", None, None, -5.0), "sponge.depth"),
        (("x", "a", "sunken_green", 100.0, -0.2, None), "sponge.depth"),
        (("x", "a", "sunken_green", 100.0, None, None), "sponge.size_missing"),
        (("x", "a", "tank", 100.0, 2.0, None), "sponge.size_missing"),
        (("x", "a", "sunken_green", 100.0, 0.2, 500.0), "sponge.volume_conflict"),
        (("x", "a", "水箱?", None, None, 5.0), "sponge.unknown_facility"),
    ],
)
def test_an_unusable_facility_leaves_its_plot_unjudged(facility, code):
    rest = [("t-a", "a", "tank", None, None, 1000.0), ("t-b", "b", "tank", None, None, 231.0)]
    found = sponge_plots(city(TWO, facilities=[*rest, facility]))
    assert codes(found.findings) == [code]
    assert "x" in found.findings[0].message.en
    by_id = found.frame.set_index("id")
    assert by_id.loc["a", "class"] == "unknown"
    assert np.isnan(by_id.loc["a", "capture"])
    assert by_id.loc["b", "capture"] == pytest.approx(0.6)
    rate = runoff_capture_rate.measure(city(TWO, facilities=[*rest, facility]))
    assert rate.city.value == pytest.approx(0.6)
    assert beside(rate)["unknown"].quantity.value == pytest.approx(1 / 3, rel=1e-6)


@pytest.mark.parametrize(
    ("surface", "code"),
    [(1.5, "sponge.coefficient"), (-0.1, "sponge.coefficient"), ("铁板", "sponge.unknown_surface")],
)
def test_an_unusable_surface_leaves_its_plot_unjudged(surface, code):
    found = sponge_plots(city([("a", "u", square(0, 0, 100), surface, 156.5)]))
    assert codes(found.findings) == [code]
    assert found.frame["class"].tolist() == ["unknown"]
    with pytest.raises(NotMeasurableError, match="no plot could be assessed"):
        runoff_capture_rate.measure(city([("a", "u", square(0, 0, 100), surface, 156.5)]))


def test_an_unjudged_plot_captures_between_nothing_and_everything():
    facilities = [("t-a", "a", "tank", None, None, 10_000.0), ("t-b", "b", "tank", None, None, -1.0)]
    units = [("u", square(0, 0, 4000), 0.25, False, None)]
    found = sponge_area_share.measure(city(TWO, units, facilities=facilities))
    assert set(found.evidence["class"]) == {"pass"}  # 1 ha at 85 % of 3 ha is 28 % at least
    units = [("u", square(0, 0, 4000), 0.7, False, None)]
    found = sponge_area_share.measure(city(TWO, units, facilities=facilities))
    assert set(found.evidence["class"]) == {"unknown"}
    assert found.city.value == 0


def test_paving_counts_by_coefficient_or_by_volume_never_by_both():
    plots = [("a", "u", square(0, 0, 100), "permeable_paving", 0.0)]
    facilities = [("p", "a", "透水铺装", 10_000.0, None, None), ("t", "a", "tank", None, None, 20.0)]
    by_rule = {
        rule: sponge_plots(city(plots, facilities=facilities, storage_rule=rule))
        for rule in ("guide", "DB13")
    }
    assert by_rule["guide"].findings == ()
    assert codes(by_rule["DB13"].findings) == ["sponge.double_count"]
    for found in by_rule.values():
        assert found.frame["storage_m3"].tolist() == [20.0]
        assert found.frame["coefficient"].tolist() == [pytest.approx(0.265)]
    hard = [("a", "u", square(0, 0, 100), "concrete", 0.0)]
    assert sponge_plots(city(hard, facilities=facilities, storage_rule="DB13")).frame[
        "storage_m3"
    ].tolist() == [1020.0]


def test_a_facility_that_stands_twice_counts_once():
    study = city(
        TWO, facilities=[("t1", "a", "tank", None, None, 100.0), ("t2", "a", "tank", None, None, 100.0)]
    )
    twice = study.layers[LayerKind.SPONGE_FACILITIES]
    there = dataclasses.replace(
        twice, frame=twice.frame.set_geometry([point(5, 5), point(5, 5)], crs=study.crs)
    )
    apart = sponge_plots(study)
    found = sponge_plots(
        dataclasses.replace(study, layers={**study.layers, LayerKind.SPONGE_FACILITIES: there})
    )
    assert codes(found.findings) == ["sponge.facility_twice"]
    assert found.frame.set_index("id").loc["a", "storage_m3"] == 100
    assert apart.frame.set_index("id").loc["a", "storage_m3"] == 200


def test_a_polygon_without_a_stated_area_has_its_own():
    study = city(TWO, facilities=[("g", "a", "下沉式绿地", None, 0.2, None)])
    drawn = study.layers[LayerKind.SPONGE_FACILITIES]
    drawn = dataclasses.replace(drawn, frame=drawn.frame.set_geometry([square(0, 0, 20)], crs=study.crs))
    found = sponge_plots(
        dataclasses.replace(study, layers={**study.layers, LayerKind.SPONGE_FACILITIES: drawn})
    )
    assert found.frame.set_index("id").loc["a", "storage_m3"] == pytest.approx(80.0, rel=1e-6)


def test_ids_that_lead_nowhere_and_surfaces_that_do_not_fill_the_plot():
    plots = [*TWO, ("c", "nowhere", square(600, 0, 100), 0.5, 1.0)]
    facilities = [("t", "zzz", "tank", None, None, 5.0)]
    study = city(plots, facilities=facilities)
    half = study.layers[LayerKind.SPONGE_SURFACES]
    shapes = [shapely.box(X0, Y0, X0 + 50, Y0 + 100), *half.frame.geometry[1:]]
    half = dataclasses.replace(half, frame=half.frame.set_geometry(shapes, crs=study.crs))
    found = sponge_plots(dataclasses.replace(study, layers={**study.layers, LayerKind.SPONGE_SURFACES: half}))
    assert codes(found.findings) == ["sponge.orphan", "sponge.surface_area", "sponge.target_missing"]
    assert {one.feature for one in found.findings} == {"t", "c", "a"}
    assert found.frame.set_index("id").loc["a", "coefficient"] == 0.5


def test_many_faults_of_one_kind_are_one_finding():
    plots = [(f"p{n:02}", "u", square(n * 60, 0, 50), 2.0, 1.0) for n in range(12)]
    (finding,) = sponge_plots(city(plots)).findings
    assert finding.message.en.startswith("s-p00, s-p01, s-p02, s-p03, s-p04 and 7 more: runoff coefficient 2")


def test_indicators_name_their_inputs_and_doubts():
    for module in (runoff_capture_rate, sponge_area_share):
        indicator = module.INDICATOR
        assert module.__name__.endswith(indicator.id)
        assert all(one.doubt is not None for one in indicator.parameters)
        assert set(module.measure(city(TWO)).evidence["class"]) <= {one.id for one in indicator.classes}
