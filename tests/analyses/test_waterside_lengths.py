import pytest
from square_city import layer, line, square_study

from analyses.indicators import bidao_length, ecological_shoreline_share
from layers.kinds import LayerKind

LEFT = line((0, 1_000), (3_000, 1_000))
RIGHT = line((3_000, 1_060), (500, 1_060))


def bidao(*lines, **columns):
    columns.setdefault("built", [True] * len(lines))
    return square_study(layer(LayerKind.BIDAO, list(lines), **columns))


def beside(measured):
    return {one.id: one.quantity.value for one in measured.beside}


def test_the_two_banks_of_a_reach_count_once_along_the_longer():
    study = bidao(LEFT, RIGHT, bank=["left", "right"], name=["龙岗河"] * 2)
    measured = bidao_length.measure(study)
    assert measured.city.value == pytest.approx(3, rel=1e-6)
    assert beside(measured)["repeated"] == pytest.approx(2.5, rel=1e-6)
    assert measured.by_district["W"].value == pytest.approx(2, rel=1e-6)
    assert measured.by_district["E"].value == pytest.approx(1, rel=1e-6)


def test_with_both_banks_each_counts_and_one_for_both_counts_twice():
    shore = line((0, 3_000), (1_000, 3_000))
    study = bidao(LEFT, RIGHT, shore, bank=["left", "right", "both"], name=["龙岗河", "龙岗河", "坪山河"])
    assert bidao_length.measure(study).city.value == pytest.approx(4, rel=1e-6)
    both = bidao_length.measure(study.with_parameters(count_both_banks=True))
    assert both.city.value == pytest.approx(3 + 2.5 + 2, rel=1e-6)
    assert "each bank" in both.notes[0].en


def test_banks_of_other_rivers_and_banks_far_apart_are_two():
    assert bidao_length.measure(
        bidao(LEFT, RIGHT, bank=["left", "right"], name=["甲", "乙"])
    ).city.value == pytest.approx(5.5, rel=1e-6)
    study = bidao(LEFT, RIGHT, bank=["left", "right"], name=["甲", "甲"])
    narrow = bidao_length.measure(study.with_parameters(corridor_width_m=50.0))
    assert narrow.city.value == pytest.approx(5.5, rel=1e-6)


def test_without_a_bank_attribute_only_drawings_of_one_path_are_joined():
    measured = bidao_length.measure(bidao(LEFT, RIGHT, line((0, 1_002), (3_000, 1_002))))
    assert measured.city.value == pytest.approx(5.5, rel=1e-6)


def test_planned_bidao_do_not_count_and_types_are_told_apart():
    study = bidao(
        LEFT, line((0, 3_000), (1_000, 3_000)), built=[True, False], bidao_type=["河流型", "湖库型"]
    )
    measured = bidao_length.measure(study)
    assert measured.city.value == pytest.approx(3, rel=1e-6)
    assert beside(measured)["type_1"] == pytest.approx(3, rel=1e-6)
    assert beside(measured)["planned"] == pytest.approx(1, rel=1e-6)


def banks(**columns):
    shapes = [line((0, y), (1_000, y)) for y in range(0, 800, 100)]
    kinds = ["natural", "planted", "gabion", "porous", "vertical_hard", "sloped_hard", "culvert", None]
    columns.setdefault("revetment", kinds)
    columns.setdefault("water_type", ["river"] * 4 + ["lake"] * 4)
    return square_study(layer(LayerKind.SHORELINES, shapes, **columns))


def test_four_of_eight_kilometres_are_ecological():
    measured = ecological_shoreline_share.measure(banks())
    assert (measured.city.part, measured.city.whole) == (
        pytest.approx(4, rel=1e-6),
        pytest.approx(8, rel=1e-6),
    )
    assert beside(measured)["rivers"] == pytest.approx(1)
    assert beside(measured)["lakes"] == 0
    assert "lower bound" in measured.notes[0].en
    assert measured.by_district["E"].value is None


def test_which_revetments_are_ecological_is_for_the_user_to_say():
    strict = ecological_shoreline_share.measure(
        banks().with_parameters(ecological_revetments="natural, planted")
    )
    assert strict.city.value == pytest.approx(2 / 8)
    assert beside(strict)["hard"] == pytest.approx(4, rel=1e-6)
    assert beside(strict)["review"] == pytest.approx(1, rel=1e-6)


def test_exempt_banks_are_in_neither_and_culverts_as_the_user_says():
    study = banks(exempt=[True, None, False, False, True, None, None, None])
    assert ecological_shoreline_share.measure(study).city.value == pytest.approx(3 / 6)
    without = ecological_shoreline_share.measure(study.with_parameters(culverts_count=False))
    assert without.city.value == pytest.approx(3 / 5)


def test_both_banks_of_a_narrow_stream_count_and_a_copy_of_one_does_not():
    shapes = [line((0, 0), (1_000, 0)), line((0, 0.4), (1_000, 0.4)), line((1_000, 0), (0, 0))]
    study = square_study(
        layer(
            LayerKind.SHORELINES,
            shapes,
            revetment=["natural", "vertical_hard", "natural"],
            side=["left", "right", "left"],
        )
    )
    measured = ecological_shoreline_share.measure(study)
    assert measured.city.whole == pytest.approx(2, rel=1e-6)
    assert measured.city.value == pytest.approx(0.5)
