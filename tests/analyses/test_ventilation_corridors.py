import dataclasses
import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.affinity import rotate
from square_city import districts, layer, line, square, square_study

from analyses.corridor_shape import angle_between, axis, ribbon_length, through_width
from analyses.indicators import ventilation_corridors
from layers.kinds import LayerKind

K = LayerKind
LOW = {"corridor_primary_length_m": 3_000, "corridor_primary_width_m": 500}


def corridors(shapes, levels, *others, **parameters):
    return square_study(
        layer(K.VENTILATION_CORRIDORS, shapes, level=levels), *others, **{**LOW, **parameters}
    )


def counts(measured):
    return {one.id: one.quantity.part for one in measured.beside}


def test_counts_by_level_and_by_district():
    shapes = [
        square(200, 0, 500, 4_000),  # primary, long and wide enough
        square(2_500, 0, 490, 4_000),  # primary, too narrow
        square(2_200, 3_000, 1_500, 100),  # secondary, east
        square(1_500, 1_000, 900, 100),  # secondary, too short
        square(1_000, 3_600, 1_200, 100),  # no level
    ]
    measured = ventilation_corridors.measure(
        corridors(shapes, ["primary", "primary", "secondary", "secondary", None])
    )
    assert measured.city.part == 2
    assert counts(measured) == {"primary": 1, "secondary": 1, "drawn_primary": 2, "drawn_secondary": 2}
    assert {key: one.part for key, one in measured.by_district.items()} == {"W": 1, "E": 1}
    assert measured.evidence["class"].tolist() == ["meets", "fails", "meets", "fails", "no_level"]
    assert [(one.code, one.feature) for one in measured.findings] == [("corridor.no_level", "4")]
    assert "wind is not given" in measured.notes[0].en


def test_lengths_and_widths_of_a_rectangle():
    row = ventilation_corridors.measure(corridors([square(0, 1_000, 4_000, 600)], ["primary"])).evidence.iloc[
        0
    ]
    assert row["length_m"] == pytest.approx(4_000, rel=1e-5)
    assert row["mean_width_m"] == pytest.approx(600, rel=1e-5)
    assert row["width_m"] == pytest.approx(600, abs=0.1)
    assert row["bearing_deg"] == pytest.approx(90)
    assert row["obstruction"] == 0


def test_the_wind_decides_where_it_is_given():
    shapes, levels = [square(200, 0, 500, 4_000), square(0, 1_000, 4_000, 600)], ["primary", "primary"]
    north = ventilation_corridors.measure(corridors(shapes, levels, prevailing_wind_deg=340))
    assert north.evidence["wind_angle_deg"].tolist() == pytest.approx([20, 70])
    assert north.evidence["class"].tolist() == ["meets", "fails"]
    east = ventilation_corridors.measure(corridors(shapes, levels, prevailing_wind_deg=90.0))
    assert east.evidence["class"].tolist() == ["fails", "meets"]


def test_buildings_narrow_a_corridor_and_may_bar_it():
    houses = layer(K.BUILDINGS, [square(200, 2_000, 350, 100), square(300, 2_050, 100)])
    row = ventilation_corridors.measure(
        corridors([square(200, 0, 500, 4_000)], ["primary"], houses)
    ).evidence.iloc[0]
    built = 350 * 100 + 100 * 50
    assert row["obstruction"] == pytest.approx(built / 2e6, rel=1e-5)
    assert row["mean_clear_width_m"] == pytest.approx((2e6 - built) / 4_000, rel=1e-5)
    assert row["clear_width_m"] == pytest.approx(150, abs=0.2)
    assert row["width_m"] == pytest.approx(500, abs=0.1)
    assert row["class"] == "meets"
    wall = layer(K.BUILDINGS, [square(100, 1_000, 700, 900)])
    barred = ventilation_corridors.measure(corridors([square(200, 0, 500, 4_000)], ["primary"], wall))
    assert barred.evidence["clear_width_m"].tolist() == [0]
    assert barred.evidence["class"].tolist() == ["fails"]


def test_a_neck_is_the_width():
    neck = shapely.union_all(
        [square(0, 0, 1_000, 200), square(1_000, 80, 50, 40), square(1_050, 0, 1_000, 200)]
    )
    assert through_width(neck) == pytest.approx(40, abs=0.1)


def test_a_bent_ribbon_keeps_its_length_and_width():
    way = line(*[(2_000 * math.sin(a), 2_000 * math.cos(a)) for a in np.linspace(0, 1.2, 200)])
    ribbon = shapely.buffer(way, 50, cap_style="flat", quad_segs=32)
    assert ribbon_length(ribbon.area, ribbon.length) == pytest.approx(way.length, rel=1e-3)
    assert through_width(ribbon) == pytest.approx(100, abs=1)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 359), st.integers(300, 3_000), st.integers(20, 250))
def test_turning_a_rectangle_turns_its_bearing_alone(angle, long, wide):
    turned = rotate(shapely.box(0, 0, wide, long), -angle, origin=(0, 0))  # clockwise from north
    bearing, along = axis(turned)
    assert angle_between(bearing, angle) == pytest.approx(0, abs=1e-3)
    assert math.hypot(*along) == pytest.approx(1)
    assert through_width(turned) == pytest.approx(wide, abs=0.1)
    assert ribbon_length(turned.area, turned.length) == pytest.approx(long, rel=1e-6)


def test_without_districts_and_out_of_the_city():
    study = corridors([square(200, 0, 500, 4_000), square(9_000, 0, 500, 4_000)], ["primary", "primary"])
    alone = ventilation_corridors.measure(dataclasses.replace(study, districts=districts().iloc[:0]))
    assert (alone.city.part, alone.by_district) == (1, {})
    gone = ventilation_corridors.measure(corridors([square(9_000, 0, 500, 4_000)], ["primary"]))
    assert gone.city.part == 0
    assert gone.evidence.empty


BLOCK = st.tuples(st.integers(100, 880), st.integers(0, 190), st.integers(2, 60), st.integers(2, 60))


@settings(max_examples=40, deadline=None)
@given(st.lists(BLOCK, max_size=25))
def test_the_way_between_blocks_is_as_wide_as_among_all_gaps(blocks):
    corridor = shapely.segmentize(shapely.box(0, 0, 1_000, 200), 7.0)
    standing = [shapely.box(x, y, x + w, min(y + h, 200)) for x, y, w, h in blocks]
    banks = [shapely.LineString([(50, 0), (950, 0)]), shapely.LineString([(50, 200), (950, 200)])]
    shapes = np.array([*banks, *standing], dtype=object)
    widest = shapely.distance(shapes[:, None], shapes[None, :])
    for middle in range(len(shapes)):  # the least, over all ways, of the largest gap on the way
        widest = np.minimum(widest, np.maximum(widest[:, [middle]], widest[[middle], :]))
    assert through_width(corridor, standing) == pytest.approx(widest[0, 1], abs=1e-9)
