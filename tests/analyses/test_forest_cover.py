import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from square_city import LAND, layer, square, square_study

from analyses.indicators import forest_cover
from layers.kinds import LayerKind

K = LayerKind


def beside(measured):
    return {one.id: one for one in measured.beside}


def test_overlaps_count_once_and_what_lies_off_the_land_does_not():
    study = square_study(
        layer(
            K.FOREST, [square(1_000, 0, 2_000), square(1_000, 0, 2_000, 1_000), square(3_900, 3_900, 1_000)]
        )
    )
    measured = forest_cover.measure(study)
    assert measured.city.part == pytest.approx(4e6 + 1e4, rel=1e-6)
    assert measured.city.value == pytest.approx(4.01 / 16, rel=1e-6)
    assert measured.by_district["W"].value == pytest.approx(2 / 8, rel=1e-6)
    assert any("no water layer" in note.en for note in measured.notes)


def test_water_in_the_whole_or_not():
    layers = (
        layer(K.FOREST, [square(0, 0, 2_000)]),
        layer(K.WATER, [square(1_000, 0, 1_000, 4_000), square(0, 0, 500)], water_type=["river", "sea"]),
    )
    measured = forest_cover.measure(square_study(*layers))
    assert measured.city.value == pytest.approx(4 / 16, rel=1e-6)
    assert beside(measured)["water_left_out"].quantity.value == pytest.approx(2 / 12, rel=1e-6)
    turned = forest_cover.measure(square_study(*layers, forest_whole_has_water=False))
    assert turned.city.value == pytest.approx(2 / 12, rel=1e-6)
    assert turned.by_district["W"].value == pytest.approx(2 / 4, rel=1e-6)
    assert turned.evidence["area_m2"].sum() == pytest.approx(2e6, rel=1e-6)
    assert beside(turned)["water_in_whole"].quantity.value == pytest.approx(4 / 16, rel=1e-6)


def test_codes_may_narrow_the_layer():
    forest = layer(K.FOREST, [square(0, 0, 1_000), square(1_000, 0, 1_000)], code=["0301", "0303"])
    assert forest_cover.measure(square_study(forest)).city.part == pytest.approx(2e6, rel=1e-6)
    only = forest_cover.measure(square_study(forest, forest_codes="0301,0302"))
    assert only.city.part == pytest.approx(1e6, rel=1e-6)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-5, 40), st.integers(-5, 40), st.integers(1, 15)), min_size=1, max_size=6)
)
def test_equals_the_plane_union(tiles):
    shapes = [square(x * 100, y * 100, size * 100) for x, y, size in tiles]
    measured = forest_cover.measure(square_study(layer(K.FOREST, shapes)))
    expected = shapely.intersection(shapely.union_all(shapes), LAND).area
    assert measured.city.part == pytest.approx(expected, rel=1e-6, abs=1e-3)
    assert sum(one.part for one in measured.by_district.values()) == pytest.approx(
        measured.city.part, rel=1e-9
    )
