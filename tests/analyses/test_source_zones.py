import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from square_city import layer, point, square, square_study

from analyses.indicators import source_zone_area, source_zone_nesting, source_zone_violations
from layers.kinds import LayerKind

K = LayerKind
FIRST, SECOND, QUASI = "first_class", "second_class", "quasi"


def zones(*rows):
    return layer(
        K.SOURCE_ZONES,
        [row[1] for row in rows],
        zone_class=[row[0] for row in rows],
        source_name=[row[2] if len(row) > 2 else "清林径水库" for row in rows],
    )


def values(measured):
    return {one.id: None if one.quantity is None else one.quantity.value for one in measured.beside}


NESTED = zones(
    (QUASI, square(0, 0, 3_000)), (FIRST, square(1_000, 1_000, 500)), (SECOND, square(500, 500, 2_000))
)


def test_area_by_class_gives_overlaps_to_the_strictest():
    measured = source_zone_area.measure(square_study(NESTED))
    assert measured.city.value == pytest.approx(9, rel=1e-6)
    found = values(measured)
    assert found[FIRST] == pytest.approx(0.25, rel=1e-6)
    assert found[SECOND] == pytest.approx(3.75, rel=1e-6)
    assert found[QUASI] == pytest.approx(5, rel=1e-6)
    assert sum(one.value for one in measured.by_district.values()) == pytest.approx(9, rel=1e-6)


def test_an_unknown_class_is_kept_apart():
    measured = source_zone_area.measure(
        square_study(zones((None, square(0, 0, 1_000)), ("三级", square(0, 0, 500))))
    )
    assert values(measured)["unknown"] == pytest.approx(1, rel=1e-6)
    assert "2 zones" in measured.notes[-1].en


cells = st.lists(
    st.tuples(st.sampled_from([FIRST, SECOND, QUASI]), st.integers(0, 3), st.integers(0, 3)),
    min_size=1,
    max_size=8,
)


@settings(max_examples=30, deadline=None)
@given(cells)
def test_areas_by_class_agree_with_counting_cells(drawn):
    study = square_study(zones(*[(name, square(1_000 * x, 1_000 * y, 1_000)) for name, x, y in drawn]))
    found = values(source_zone_area.measure(study))
    best = {}
    for name, x, y in drawn:
        best[x, y] = min(best.get((x, y), QUASI), name, key=[FIRST, SECOND, QUASI].index)
    for name in (FIRST, SECOND, QUASI):
        assert found[name] == pytest.approx(sum(one == name for one in best.values()), rel=1e-6, abs=1e-9)


def nesting(*rows, **parameters):
    return source_zone_nesting.measure(square_study(zones(*rows), **parameters))


def test_zones_drawn_whole_are_nested():
    measured = source_zone_nesting.measure(square_study(NESTED))
    assert measured.city.value == pytest.approx(1)
    assert values(measured) == {"outside": 0, "by_edge": 0, "gaps": 0, "in_quasi": pytest.approx(1)}


def test_rings_are_nested_too():
    inner, ring = square(1_000, 1_000, 500), square(500, 500, 2_000).difference(square(1_000, 1_000, 500))
    assert nesting((FIRST, inner), (SECOND, ring)).city.value == pytest.approx(1)


def test_a_ring_open_at_the_dam_is_nested_and_one_that_only_touches_is_not():
    inner = square(1_000, 0, 1_000)
    around = square(0, 0, 3_000, 2_000).difference(inner)
    dammed = nesting((FIRST, inner), (SECOND, around))
    assert dammed.city.value == pytest.approx(1)
    assert values(dammed)["by_edge"] == pytest.approx(1e6, rel=1e-6)
    assert set(dammed.evidence["class"]) == {"nested_by_edge"}
    aside = nesting((FIRST, inner), (SECOND, square(2_000, 0, 1_000)))
    assert aside.city.value == 0
    assert values(aside)["outside"] == pytest.approx(1e6, rel=1e-6)
    assert nesting((FIRST, inner), (SECOND, square(2_000, 0, 1_000)), zone_border_share=0.2).city.value == 1


def test_the_part_that_juts_out_is_shown():
    measured = nesting((FIRST, square(500, 0, 1_000)), (SECOND, square(0, 0, 1_300, 1_000)))
    assert measured.city.value == pytest.approx(0.8, rel=1e-6)
    assert values(measured)["outside"] == pytest.approx(0.2e6, rel=1e-6)
    assert set(measured.evidence["class"]) == {"nested", "outside"}


def test_class_two_of_another_source_does_not_help_and_none_at_all_is_outside():
    measured = nesting((FIRST, square(500, 500, 500), "甲"), (SECOND, square(0, 0, 2_000), "乙"))
    assert measured.city.value == 0


def test_gaps_between_rings_are_found():
    ring = square(0, 0, 2_000).difference(square(500, 500, 1_000))
    measured = nesting((FIRST, square(600, 600, 800)), (SECOND, ring))
    assert measured.city.value == pytest.approx(1)
    assert values(measured)["gaps"] == pytest.approx(1e6 - 0.64e6, rel=1e-6)


def test_a_quasi_zone_upstream_alone_is_for_reference():
    measured = nesting(
        (FIRST, square(500, 0, 500)), (SECOND, square(0, 0, 1_500)), (QUASI, square(0, 1_500, 1_500))
    )
    assert measured.city.value == pytest.approx(1)
    assert values(measured)["in_quasi"] == 0


def test_without_class_one_there_is_nothing_to_nest():
    assert nesting((SECOND, square(0, 0, 500))).city.value is None


def violations(*layers, **parameters):
    return source_zone_violations.measure(square_study(NESTED, *layers, **parameters))


def test_an_outfall_in_any_zone_is_a_violation():
    outfalls = layer(
        K.OUTFALLS, [point(1_200, 1_200), point(100, 100), point(2_600, 100), point(3_500, 3_500)]
    )
    measured = violations(outfalls)
    assert measured.city.value == 3
    assert measured.by_district["W"].value == 2
    assert measured.by_district["E"].value == 1
    assert values(measured)["article_64"] == 3
    assert sorted(measured.evidence["zone_class"]) == [FIRST, QUASI, QUASI]
    assert "construction" in measured.notes[0].en


CASES = [
    (square(1_100, 1_100, 10), False, None, None, "violation", "article_65"),
    (square(1_120, 1_100, 10), True, None, None, "lawful", None),
    (square(1_140, 1_100, 10), None, True, True, "review", None),
    (square(600, 600, 10), False, True, None, "violation", "article_66"),
    (square(620, 600, 10), False, False, None, "lawful", None),
    (square(640, 600, 10), False, None, True, "review", None),
    (square(100, 100, 10), False, True, True, "violation", "article_67"),
    (square(120, 100, 10), False, True, False, "lawful", None),
    (square(140, 100, 10), False, True, None, "review", None),
    (square(3_500, 3_500, 10), False, True, True, None, None),
]


def construction(rows):
    return layer(
        K.CONSTRUCTION,
        [row[0] for row in rows],
        water_related=[row[1] for row in rows],
        discharges=[row[2] for row in rows],
        heavy_polluter=[row[3] for row in rows],
    )


def test_construction_is_judged_by_the_article_of_its_zone():
    measured = violations(construction(CASES))
    found = dict(zip(measured.evidence["id"], measured.evidence["class"], strict=True))
    assert found == {str(k): row[4] for k, row in enumerate(CASES) if row[4]}
    assert measured.city.value == 3
    beside = values(measured)
    assert [beside[f"article_{n}"] for n in (64, 65, 66, 67)] == [0, 1, 1, 1]
    assert beside["area"] == pytest.approx(300, rel=1e-6)
    assert (beside["review"], beside["review_area"]) == (3, pytest.approx(300, rel=1e-6))


def test_without_attributes_all_is_review():
    measured = violations(layer(K.CONSTRUCTION, [square(0, 0, 3_000)]))
    assert measured.city.value == 0
    assert values(measured)["review"] == 1
    assert values(measured)["review_area"] == pytest.approx(9e6, rel=1e-6)


def test_a_plant_in_two_zones_and_two_districts_is_one_violation():
    plant = construction([(square(1_800, 2_400, 600, 200), False, True, True)])
    measured = violations(plant)
    # half of its height lies in class II (discharges), half in the quasi zone (heavy polluter)
    assert measured.city.value == 1
    assert measured.by_district["E"].value == 1
    assert values(measured)["article_66"] == 1
    assert values(measured)["area"] == pytest.approx(120_000, rel=1e-6)


def test_one_that_only_grazes_a_zone_is_told_apart():
    grazing = construction([(square(2_999.95, 0, 100), False, True, True)])
    measured = violations(grazing)
    assert measured.city.value == 0
    assert values(measured)["slivers"] == 1
    assert violations(grazing, sliver_width_m=0.0, sliver_area_m2=0.0).city.value == 1


def test_overlapping_construction_is_one_area_and_two_features():
    rows = [(square(1_100, 1_100, 10), False, None, None), (square(1_100, 1_100, 10), False, None, None)]
    measured = violations(construction(rows))
    assert measured.city.value == 2
    assert values(measured)["area"] == pytest.approx(100, rel=1e-6)


def test_neither_outfalls_nor_construction_is_no_violation():
    zones = layer(K.SOURCE_ZONES, [square(0, 0, 1_000)], zone_class=["1"])
    study = square_study(zones, layer(K.CONSTRUCTION, []), layer(K.OUTFALLS, []))
    assert source_zone_violations.measure(study).city.value == 0
