"""Residents moved between shapes: squares checked in the head, the total kept whatever the shapes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from square_city import EPSG, LAND, X0, Y0, layer, line, point, square, square_study

from analyses.indicators import greenway_per_10k, park_walk_coverage
from analyses.parks import population_findings, residential_pieces
from analyses.people import residents
from analyses.population import is_home, residents_on
from geo.raster import Grid, Surface
from layers.kinds import LayerKind
from layers.osm import tagging

HOMES = [square(0, 0, 100), square(200, 0, 100), square(3_000, 3_000, 100)]


def homes(**columns):
    return layer(LayerKind.RESIDENTIAL, HOMES, **columns)


def counted(shapes, number):
    return layer(LayerKind.POPULATION, shapes, residents=number)


def grid(cell_m: float, values: np.ndarray):
    cells = Grid(EPSG, Affine(cell_m, 0, X0, 0, -cell_m, Y0 + cell_m * len(values)), values.shape)
    return {LayerKind.POPULATION_GRID: Surface(cells, np.ma.masked_invalid(values), "persons")}


def shapes(*given):
    return np.array(given or HOMES, dtype=object)


def test_a_polygon_is_shared_by_the_land_it_covers():
    study = square_study(counted([square(50, 0, 200, 100)], [300.0]))  # half of each of two plots
    moved = residents_on(study, shapes())
    assert moved.residents.tolist() == pytest.approx([150, 150, 0])
    assert (moved.before, moved.nearest) == (300, 0)


def test_weights_count():
    study = square_study(counted([square(0, 0, 300, 100)], [300.0]))
    moved = residents_on(study, shapes(), weights=np.array([1.0, 0.5, 1.0]))
    assert moved.residents.tolist() == pytest.approx([200, 100, 0])


def test_points_stay_where_they_are_and_strays_go_to_the_nearest():
    study = square_study(counted([point(10, 10), point(110, 50), point(2_950, 3_050)], [7.0, 5.0, 3.0]))
    moved = residents_on(study, shapes())
    assert moved.residents.tolist() == [12, 0, 3]
    assert (moved.before, moved.after, moved.nearest) == (15, 15, 8)
    assert moved.finding.code == "population.moved"
    assert "15.0 before, 15.0 after; 53.3% lay on none" in moved.finding.message.en


def test_who_lives_too_far_from_any_home_is_lost_and_said_so():
    study = square_study(counted([point(10, 10), point(200, 3_900)], [7.0, 5.0]), homes())
    moved = residents_on(study, shapes())
    assert (moved.before, moved.after, moved.conserved) == (12, 7, False)
    assert moved.finding.code == "population.lost"
    pieces = residential_pieces(study)
    assert "residents" not in pieces
    assert population_findings(pieces) == (moved.finding,)


def test_only_the_part_inside_the_region_is_moved():
    study = square_study(counted([square(-100, 0, 200, 100), point(-5, 5)], [80.0, 9.0]))
    moved = residents_on(study, shapes())
    assert moved.residents.tolist() == pytest.approx([40, 0, 0])


def test_cells_are_shared_by_the_land_in_them():
    values = np.array([[0.0, 0, 0], [40, 80, np.nan]])  # cells of 150 m; the lower row holds people
    study = replace(square_study(), surfaces=grid(150, values))
    moved = residents_on(study, shapes())
    assert moved.residents.tolist() == pytest.approx([40, 80, 0])
    half = residents_on(study, shapes(square(100, 0, 25, 150), square(125, 0, 75, 150)))
    assert half.residents.tolist() == pytest.approx([20, 20 + 80])


def test_cells_without_homes_go_to_the_nearest():
    study = replace(square_study(), surfaces=grid(500, np.array([[1.0, 2.0]])))
    moved = residents_on(study, shapes(square(0, 0, 100)))
    assert moved.residents.tolist() == [3]
    assert moved.nearest == 2


def test_floor_area_shares_out_the_districts_residents():
    buildings = layer(
        LayerKind.BUILDINGS,
        [square(0, 0, 10), square(200, 0, 10), square(50, 50, 10), square(3_000, 3_000, 10)],
        floors=[3.0, 1.0, 9.0, None],
        use=["住宅", "Residential", "商业", "居住"],
    )
    moved = residents_on(square_study(buildings), shapes())
    assert moved.residents.tolist() == pytest.approx([7_500, 2_500, 30_000])


@pytest.mark.parametrize("use", [*sorted(tagging.HOMES), "住宅楼", "Residential", "semi-detached house"])
def test_people_live_in_homes(use):
    assert is_home(use)


@pytest.mark.parametrize("use", ["warehouse", "greenhouse", "非居住", "non-residential", "", "yes"])
def test_nobody_lives_where_a_word_only_sounds_like_a_home(use):
    assert not is_home(use)


def test_without_uses_dwellings_are_what_stands_on_residential_land():
    buildings = layer(LayerKind.BUILDINGS, [square(0, 0, 10), square(500, 500, 10), square(3_000, 3_000, 10)])
    pieces = residential_pieces(square_study(buildings, homes()))
    by_plot = pieces.groupby("id")["residents"].sum()
    assert by_plot.tolist() == pytest.approx([10_000, 0, 30_000])


def test_nothing_is_made_up_where_nobody_counted():
    assert residents_on(square_study(), shapes()) is None
    assert "residents" not in residential_pieces(square_study(homes()))


def test_residents_of_residential_land_itself_come_first():
    study = square_study(homes(residents=[1.0, 2.0, 3.0]), counted([point(10, 10)], [99.0]))
    pieces = residential_pieces(study)
    assert pieces["residents"].sum() == 6
    assert population_findings(pieces) == ()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(*[st.integers(0, 36)] * 2, *[st.integers(1, 4)] * 2), min_size=1, max_size=6),
    st.lists(st.tuples(*[st.integers(0, 39)] * 2, st.floats(1, 1e4)), min_size=1, max_size=8),
)
def test_the_total_is_kept(plots, counts):
    """Plots and counts on a grid of 100 m; the nearest plot may lie further than strays are carried."""
    land = shapely.union_all([square(100.0 * x, 100.0 * y, 100.0 * w, 100.0 * h) for x, y, w, h in plots])
    parts = shapely.get_parts(shapely.intersection(land, LAND))
    boxes = [square(100.0 * x, 100.0 * y, 150) for x, y, _ in counts]
    moved = residents_on(square_study(counted(boxes, [n for *_, n in counts])), parts)
    far = sum(
        n * box.intersection(LAND).area / box.area
        for box, (*_, n) in zip(boxes, counts, strict=True)
        if box.intersection(LAND).intersection(land).area < 1e-6
        and box.intersection(LAND).point_on_surface().distance(land) > 1_000
    )
    inside = sum(n * b.intersection(LAND).area / b.area for b, (*_, n) in zip(boxes, counts, strict=True))
    assert moved.before == pytest.approx(inside)
    assert moved.after == pytest.approx(inside - far)


def test_the_city_is_counted_by_district_where_no_figure_is_given():
    study = square_study(counted([square(1_900, 0, 200), point(3_000, 3_000)], [60.0, 5.0]))
    study = replace(study, residents=None, districts=study.districts.assign(residents=np.nan))
    people = residents(study)
    assert people.total == pytest.approx(65)
    assert people.by_district == pytest.approx({"W": 30, "E": 35})
    assert people.origin.en == "population layer"


def test_greenways_per_resident_count_them_too():
    study = square_study(
        counted([point(10, 10)], [20_000.0]), layer(LayerKind.GREENWAYS, [line((0, 0), (3_000, 0))])
    )
    study = replace(study, residents=None, districts=study.districts.assign(residents=np.nan))
    assert greenway_per_10k.INDICATOR.measure(study).city.value == pytest.approx(1.5, rel=1e-6)


def test_coverage_by_residents_says_what_was_moved():
    study = square_study(
        layer(LayerKind.PARKS, [square(0, 90, 100)], code=["1401"]),
        layer(LayerKind.STREETS, [line((0, 100), (4_000, 100))]),
        homes(),
        counted([point(10, 10), point(3_010, 3_010)], [30.0, 10.0]),
    )
    measured = park_walk_coverage.INDICATOR.measure(study)
    by_residents = next(one for one in measured.beside if one.id == "population")
    assert by_residents.quantity.whole == pytest.approx(40)
    covered = measured.evidence[measured.evidence["class"] == "covered"]
    covered_m2 = covered.loc[covered["id"] == "0", "area_m2"].sum()  # of the plot where 30 live evenly
    assert 0 < covered_m2 < 10_000
    assert by_residents.quantity.part == pytest.approx(30 * covered_m2 / 10_000)
    assert "population.moved" in [one.code for one in measured.findings]
