import numpy as np
import pytest
import shapely
from square_city import X0, Y0, layer, square, square_study

from analyses.control_line import classed, project_classes
from analyses.indicator import NotMeasurableError
from analyses.indicators import control_line_adjustment, control_line_area, control_line_encroachment
from analyses.tables import shipped
from layers.kinds import LayerKind

K = LayerKind
LINE = square(1_000, 0, 2_000, 4_000)


def values(measured):
    return {one.id: one.quantity.value for one in measured.beside}


def test_area_counts_overlaps_once_and_sums_over_districts():
    study = square_study(layer(K.CONTROL_LINE, [LINE, square(1_500, 0, 2_000, 1_000), square(3_900, 0, 500)]))
    measured = control_line_area.measure(study)
    assert measured.city.value == pytest.approx(8 + 0.5 + 0.05, rel=1e-6)
    assert measured.by_district["W"].value == pytest.approx(4, rel=1e-6)
    assert measured.by_district["E"].value == pytest.approx(4.55, rel=1e-6)


def encroachment(shapes, **columns):
    return control_line_encroachment.measure(
        square_study(layer(K.CONTROL_LINE, [LINE]), layer(K.CONSTRUCTION, shapes, **columns))
    )


def test_classes_by_kind_year_and_permit():
    rows = [
        ("道路", None, None, "allowed"),
        ("Factory ", 2010, None, "violation"),
        ("厂房", None, None, "review"),
        ("厂房", 2005, "A1", "review"),
        ("厂房", 1999, "A1", "grandfathered"),
        ("厂房", 1999, None, "review"),
        ("厂房", 1999, "  ", "review"),
        ("农业", 2010, None, "review"),
        ("寺庙", 2010, None, "review"),
        (None, 2010, "A1", "review"),
    ]
    measured = encroachment(
        [square(1_500 + 10 * k, 0, 5) for k in range(len(rows))],
        project_type=[row[0] for row in rows],
        built_year=[row[1] for row in rows],
        permit_no=[row[2] for row in rows],
    )
    found = dict(zip(measured.evidence["id"], measured.evidence["class"], strict=True))
    assert [found[str(k)] for k in range(len(rows))] == [row[3] for row in rows]


def test_no_construction_at_all_is_no_violation():
    measured = encroachment([])
    assert (measured.city.value, values(measured)["review"], len(measured.evidence)) == (0, 0, 0)


def test_without_any_attribute_everything_is_to_be_reviewed():
    measured = encroachment([square(0, 0, 2_000)])
    assert measured.city.value == 0
    assert values(measured)["review"] == pytest.approx(2e6, rel=1e-6)


def test_total_and_inside_area_and_the_part_outside_is_none_of_it():
    measured = encroachment([square(500, 0, 1_000)], project_type=["工业"], built_year=[2015])
    row = measured.evidence.iloc[0]
    assert row["total_area_m2"] == pytest.approx(1e6, rel=1e-6)
    assert row["inside_area_m2"] == pytest.approx(0.5e6, rel=1e-6)
    assert measured.city.value == pytest.approx(0.5e6, rel=1e-6)
    assert encroachment([square(0, 0, 500)]).city.value == 0


def test_ground_and_underground_stand_apart_and_count_once_together():
    measured = encroachment(
        [square(1_000, 0, 100), square(1_050, 0, 100), square(1_020, 0, 10)],
        project_type=["工业", "工业", "道路"],
        built_year=[2015, 2015, 2015],
        level=["ground", "underground", "ground"],
    )
    found = values(measured)
    assert found["violation"] == pytest.approx(10_000, rel=1e-6)
    assert found["violation_underground"] == pytest.approx(10_000, rel=1e-6)
    assert found["allowed"] == 0  # it lies inside the factory: the graver class holds
    assert measured.city.value == pytest.approx(15_000, rel=1e-6)
    assert measured.by_district["W"].value == pytest.approx(15_000, rel=1e-6)
    assert {"id", "class", "area_m2", "district"} <= set(measured.evidence.columns)


def test_a_missing_level_is_said():
    assert any("level" in note.en for note in encroachment([square(1_000, 0, 100)]).notes)


def test_the_table_of_kinds_names_no_kind_twice():
    names = [
        name.casefold()
        for row in shipped("control_line_project_types.csv")
        for name in {row.cells["type"], *row.cells["names"].split(";")}
    ]
    assert len(names) == len(set(names))
    assert set(project_classes().values()) == {"allowed", "review", "violation"}


def test_classes_need_no_rows():
    empty = layer(K.CONSTRUCTION, []).frame
    assert classed(empty, 2005).tolist() == np.array([]).tolist()


def adjustment(shapes, directions, cases, line=LINE, **parameters):
    study = square_study(
        layer(K.CONTROL_LINE, [line]),
        layer(K.CONTROL_LINE_CHANGES, shapes, direction=directions, case=cases),
        **parameters,
    )
    return control_line_adjustment.measure(study)


def test_a_swap_in_order():
    # out: inside the line; in: a strip along its east side
    measured = adjustment([square(1_000, 0, 100), square(3_000, 0, 110)], ["out", "in"], ["2024-1"] * 2)
    assert measured.city.value == pytest.approx(110**2 - 100**2, rel=1e-5)
    assert values(measured)["short_cases"] == 0
    assert values(measured)["apart"] == 0
    assert measured.by_district["W"].value == pytest.approx(-10_000, rel=1e-5)
    assert measured.by_district["E"].value == pytest.approx(12_100, rel=1e-5)
    assert sorted(measured.evidence["class"]) == ["in", "out"]


def test_each_case_must_balance_on_its_own():
    shapes = [square(1_000, 0, 100), square(3_000, 0, 90), square(1_000, 500, 100), square(3_000, 500, 200)]
    measured = adjustment(shapes, ["out", "in"] * 2, ["a", "a", "b", "b"])
    assert measured.city.value > 0
    assert values(measured)["short_cases"] == 1
    assert sorted(measured.evidence["class"]) == ["in", "in_short", "out", "out_short"]


def test_a_parcel_apart_from_the_line_is_marked_and_one_that_hangs_on_by_another_is_not():
    shapes = [square(1_000, 0, 100), square(3_000, 0, 100), square(3_100, 0, 100), square(3_500, 0, 100)]
    measured = adjustment(shapes, ["out", "in", "in", "in"], ["a"] * 4)
    assert values(measured)["apart"] == 1
    assert dict(zip(measured.evidence["id"], measured.evidence["class"], strict=True))["3"] == "in_apart"
    near = adjustment(shapes, ["out", "in", "in", "in"], ["a"] * 4, control_line_touch_m=301.0)
    assert values(near)["apart"] == 0


def test_a_line_drawn_after_the_adjustment_gives_the_same():
    after = LINE.difference(square(1_000, 0, 100)).union(square(3_000, 0, 110))
    measured = adjustment(
        [square(1_000, 0, 100), square(3_000, 0, 110)], ["out", "in"], ["a"] * 2, line=after
    )
    assert values(measured)["apart"] == 0
    assert measured.city.value == pytest.approx(110**2 - 100**2, rel=1e-5)


def test_parcels_that_overlap_and_those_without_case_or_direction_are_said():
    shapes = [square(1_000, 0, 100), square(1_050, 0, 100), square(0, 0, 10)]
    measured = adjustment(shapes, ["out", "in", None], [None, None, None])
    said = " ".join(note.en for note in measured.notes)
    assert "overlap by 5000" in said
    assert "neither in nor out" in said
    assert "name no case" in said


def test_no_direction_at_all_cannot_be_measured():
    with pytest.raises(NotMeasurableError, match="direction"):
        adjustment([square(1_000, 0, 100)], [None], ["a"])


def test_only_taking_out_is_short():
    measured = adjustment([square(1_950, 0, 100)], ["out"], ["a"])
    assert measured.city.value == pytest.approx(-10_000, rel=1e-5)
    assert measured.by_district["E"].value == pytest.approx(-5_000, rel=1e-5)
    assert values(measured)["short_cases"] == 1


@pytest.mark.parametrize("seed", range(3))
def test_encroachment_agrees_with_a_raster_of_points(seed):
    random = np.random.default_rng(seed)
    shapes = [square(x, y, 200) for x, y in random.uniform(500, 3_300, (25, 2))]
    below = random.random(25) < 0.5
    kinds = random.choice(["工业", "道路", "农业"], 25)
    measured = encroachment(
        shapes,
        project_type=kinds.tolist(),
        built_year=[2015] * 25,
        level=np.where(below, "underground", "ground").tolist(),
    )
    step = 10.0
    east, north = np.meshgrid(np.arange(0, 4_000, step) + step / 2, np.arange(0, 4_000, step) + step / 2)
    points = shapely.points(X0 + east.ravel(), Y0 + north.ravel())
    in_line = shapely.intersects(LINE, points)
    hits = np.array([shapely.intersects(shape, points) for shape in shapes])
    violation = hits[kinds == "工业"].any(axis=0) & in_line
    assert measured.city.value == pytest.approx(violation.sum() * step**2, rel=0.03)
    ground = hits[~below]
    ground_violation = ground[kinds[~below] == "工业"].any(axis=0)
    review = ground[kinds[~below] == "农业"].any(axis=0) & ~ground_violation & in_line
    assert values(measured)["review"] == pytest.approx(review.sum() * step**2, rel=0.05, abs=2_000)
