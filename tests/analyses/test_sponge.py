"""The volume method, against closed forms and day-by-day sums."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from square_city import square_study

from analyses.indicator import NotMeasurableError
from analyses.sponge import (
    Facility,
    SpongeFaultError,
    Stored,
    capture_of,
    composite_coefficient,
    counted_storage_m3,
    effective_depth_mm,
    facility_kinds,
    needed_volume_m3,
    plain_name,
    storage_m3,
    storages_m3,
    surface_kinds,
)
from analyses.sponge_rain import (
    capture_bounds,
    capture_ratio,
    curve_of_days,
    curve_of_table,
    design_depth,
    rain_of,
    read_rain,
)
from analyses.tables import shipped

SHENZHEN = [(0.5, 16.9), (0.6, 23.1), (0.7, 31.3), (0.75, 36.4), (0.8, 43.3), (0.85, 52.2)]
CURVE = curve_of_table(SHENZHEN)
KINDS = facility_kinds()
rain_days = st.lists(st.floats(0, 300, allow_nan=False), min_size=1, max_size=60).filter(
    lambda days: any(day > 2 for day in days)
)


def test_published_test_value():
    assert needed_volume_m3(31.3, 0.5, 10_000) == 156.5
    assert effective_depth_mm(156.5, 0.5, 10_000) == 31.3
    assert capture_of(CURVE, 156.5, 0.5, 10_000, 0.7).low == 0.7


@pytest.mark.parametrize(("ratio", "depth"), SHENZHEN)
def test_table_knots_are_exact_both_ways(ratio, depth):
    assert design_depth(CURVE, ratio) == depth
    assert capture_ratio(CURVE, depth) == ratio


def test_between_knots_linear_and_outside_nothing():
    assert design_depth(CURVE, 0.725) == pytest.approx((31.3 + 36.4) / 2)
    assert capture_ratio(CURVE, 20.0) == pytest.approx(0.55)
    assert design_depth(CURVE, 0.49) is None
    assert design_depth(CURVE, 0.86) is None
    assert capture_ratio(CURVE, 16.8) is None
    assert capture_ratio(CURVE, 52.3) is None


def test_the_shipped_table_is_the_shenzhen_one():
    rows = [
        (float(row.cells["capture_ratio"]), float(row.cells["depth_mm"]))
        for row in shipped("rain_depth_shenzhen.csv")
    ]
    assert rows == SHENZHEN
    assert rain_of(square_study()).depths == CURVE.depths


@settings(max_examples=50, deadline=None)
@given(rain_days, st.floats(0, 400, allow_nan=False))
def test_daily_curve_is_the_sum_over_days(days, depth):
    wet = [day for day in days if day > 2]
    by_hand = math.fsum(min(day, depth) for day in wet) / math.fsum(wet)
    low, high = capture_bounds(curve_of_days(days), depth)
    assert low == pytest.approx(by_hand, rel=1e-9, abs=1e-12)
    assert high == pytest.approx(by_hand, rel=1e-9, abs=1e-12)


@settings(max_examples=50, deadline=None)
@given(rain_days, st.floats(0.01, 0.99))
def test_design_depth_turns_the_daily_curve_round(days, ratio):
    curve = curve_of_days(days)
    assert capture_ratio(curve, design_depth(curve, ratio)) == pytest.approx(ratio, abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(rain_days)
def test_bounds_of_a_table_hold_the_curve_it_was_taken_from(days):
    true = curve_of_days(days)
    table = curve_of_table([(ratio, design_depth(true, ratio)) for ratio in (0.5, 0.7, 0.85)])
    for depth in np.linspace(0, max(days) * 1.1, 23):
        low, high = capture_bounds(table, float(depth))
        exact = capture_bounds(true, float(depth))[0]
        if capture_ratio(table, float(depth)) is None:
            assert low <= exact + 1e-9
        assert exact <= high + 1e-9 or capture_ratio(table, float(depth)) is not None


def test_rank_frequency_is_another_quantity():
    days = [3.0] * 9 + [100.0]
    assert capture_ratio(curve_of_days(days), 3.0) == pytest.approx(30 / 127)  # 9 of 10 days lie at or below


@pytest.mark.parametrize("bad", [[], [1.0, 2.0], [5.0, -1.0], [5.0, math.nan], [5.0, math.inf]])
def test_rain_that_is_none(bad):
    with pytest.raises(ValueError, match="rain"):
        curve_of_days(bad)


@pytest.mark.parametrize(
    "pairs",
    [
        [],
        [(0.5, 16.9)],
        [(0.5, 16.9), (0.6, 16.9)],
        [(0.5, 20), (0.6, 10)],
        [(0.5, 1), (1.1, 2)],
        [(0.1, -1), (0.5, 2)],
    ],
)
def test_table_that_is_none(pairs):
    with pytest.raises(ValueError, match="rain table"):
        curve_of_table(pairs)


def series(years, rain="12.5"):
    return "date,rain_mm\n" + "".join(f"{1990 + y}-0{m}-01,{rain}\n" for y in range(years) for m in (5, 7))


def test_series_of_thirty_years_is_taken_and_a_shorter_one_refused():
    curve = read_rain(series(30), "rain.csv")
    assert capture_ratio(curve, 6.25) == pytest.approx(0.5)
    with pytest.raises(NotMeasurableError, match="29 years of daily rain; 30 are needed"):
        read_rain(series(29), "rain.csv")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("depth,ratio\n1,2\n", "needs the columns"),
        ("capture_ratio,depth_mm\n0.7,abc\n", "line 2: depth_mm 'abc' is no number"),
        ("capture_ratio,depth_mm\n0.7,30\n0.8,20\n", "rise with the depths"),
        (series(30) + "2030-13-01,5\n", "date cannot be read"),
        (series(30) + "1990-05-01,5\n", "is there twice"),
        (series(30) + "2030-01-01,-5\n", "rain is negative"),
        (series(30, rain="1.9"), "more than 2 mm"),
    ],
)
def test_faulty_rain_says_what_is_wrong(text, said):
    with pytest.raises(NotMeasurableError, match="sponge_rain") as caught:
        read_rain(text, "rain.csv")
    assert said in caught.value.message.en


def test_rain_file_beside_the_configuration(tmp_path):

    (tmp_path / "rain.csv").write_text("capture_ratio,depth_mm\n0.6,20\n0.8,40\n", encoding="utf-8")
    study = square_study(sponge_rain="rain.csv")
    with pytest.raises(NotMeasurableError, match="no city"):
        rain_of(study)
    study = dataclasses.replace(study, config_path=tmp_path / "city.toml")
    assert rain_of(study).depths == (20.0, 40.0)
    with pytest.raises(NotMeasurableError, match="cannot be read"):
        rain_of(study.with_parameters(sponge_rain="other.csv"))


def test_coefficient_is_weighted_by_area():
    assert composite_coefficient([6_000, 3_000, 1_000], [0.85, 0.15, 1.0]) == pytest.approx(0.655)
    for bad in (-0.01, 1.01, math.nan):
        with pytest.raises(SpongeFaultError) as caught:
            composite_coefficient([1.0], [bad])
        assert caught.value.code == "sponge.coefficient"
    for areas in ([], [0.0], [-1.0, 3.0]):
        with pytest.raises(SpongeFaultError) as caught:
            composite_coefficient(areas, [0.5] * len(areas))
        assert caught.value.code == "sponge.no_surfaces"


@pytest.mark.parametrize(
    ("kind", "sizes", "guide", "db13"),
    [
        ("sunken_green", {"area_m2": 400.0, "depth_m": 0.2}, 80.0, 80.0),
        ("sunken_green", {"area_m2": 400.0}, None, 60.0),
        ("sunken_green", {"volume_m3": 55.0}, 55.0, 55.0),
        ("bioretention", {"area_m2": 100.0, "depth_m": 0.2}, 20.0, 30.0),
        ("permeable_paving", {"area_m2": 400.0}, 0.0, 40.0),
        ("green_roof", {"area_m2": 400.0}, 0.0, 20.0),
        ("tank", {"volume_m3": 500.0}, 500.0, 500.0),
        ("tank", {"area_m2": 500.0}, None, None),
        ("pond", {"volume_m3": 5.0}, 5.0, 5.0),
        ("wetland", {"volume_m3": 5.0}, 5.0, 5.0),
        ("infiltration_pit", {"volume_m3": 5.0}, 5.0, 5.0),
        ("swale", {"volume_m3": 5.0}, 0.0, 5.0),
        ("pipe", {"volume_m3": 5.0}, 0.0, 0.0),
        ("peak_detention", {"volume_m3": 5.0}, 0.0, 0.0),
    ],
)
def test_storage_by_rule(kind, sizes, guide, db13):
    for rule, expected in (("guide", guide), ("DB13", db13)):
        facility = Facility("1", KINDS[kind], **sizes)
        if expected is None:
            with pytest.raises(SpongeFaultError) as caught:
                storage_m3(facility, rule)
            assert caught.value.code == "sponge.size_missing"
        else:
            assert storage_m3(facility, rule) == pytest.approx(expected)


def test_a_size_below_zero_and_a_volume_that_contradicts():
    with pytest.raises(SpongeFaultError) as caught:
        storage_m3(Facility("1", KINDS["sunken_green"], area_m2=400, depth_m=-0.2), "guide")
    assert caught.value.code == "sponge.depth"
    with pytest.raises(SpongeFaultError) as caught:
        storage_m3(Facility("1", KINDS["sunken_green"], area_m2=400, depth_m=0.2, volume_m3=100), "guide")
    assert caught.value.code == "sponge.volume_conflict"
    assert (
        storage_m3(Facility("1", KINDS["sunken_green"], area_m2=400, depth_m=0.2, volume_m3=80.4), "guide")
        == 80
    )


def test_rounding_of_a_small_volume_is_no_contradiction():
    small = Facility("1", KINDS["sunken_green"], area_m2=3.7, depth_m=0.15, volume_m3=0.6)
    assert storage_m3(small, "guide") == pytest.approx(0.555)


def test_what_the_coefficient_counts_is_not_counted_again():
    def held(rule):
        roof = Facility("r", KINDS["green_roof"], area_m2=1000)
        tank = Facility("t", KINDS["tank"], volume_m3=30)
        return [Stored(one.id, one.kind, storage_m3(one, rule)) for one in (roof, tank)]

    assert counted_storage_m3(held("DB13"), {"hard_roof"}) == (80.0, ())
    counted, refused = counted_storage_m3(held("DB13"), {"green_roof", "green"})
    assert counted == 30.0
    assert [(one, error.code) for one, error in refused] == [("r", "sponge.double_count")]
    assert counted_storage_m3(held("guide"), {"green_roof"}) == (30.0, ())


some_size = st.sampled_from([-1.0, 0.0, 0.2, 1.0, 80.0, 400.0, math.nan])


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(some_size, some_size, some_size), min_size=1, max_size=12))
def test_many_facilities_hold_what_each_of_them_holds(sizes):
    for kind in {one.id: one for one in KINDS.values()}.values():
        for rule in ("guide", "DB13"):
            found = storages_m3(kind, rule, *np.array(sizes).T)
            for held, each in zip(found, sizes, strict=True):
                one = Facility("x", kind, *(None if math.isnan(size) else size for size in each))
                if not math.isnan(held):
                    assert held == storage_m3(one, rule)
                elif not (kind.rules[rule] == "ponding" and each[2] >= 0):
                    with pytest.raises(SpongeFaultError):
                        storage_m3(one, rule)


def test_storage_beyond_need_is_not_lent():
    found = capture_of(CURVE, 1_000.0, 0.5, 10_000, 0.7)
    assert found.used_m3 == found.needed_m3 == 156.5
    assert (found.low, found.high, found.passes) == (0.85, 1.0, True)


@settings(max_examples=50, deadline=None)
@given(
    st.floats(0, 500),
    st.floats(0.05, 1),
    st.floats(100, 100_000),
    st.sampled_from([0.5, 0.6, 0.68, 0.7, 0.75, 0.85]),
)
def test_volume_and_ratio_give_the_same_verdict(held, coefficient, area, target):
    found = capture_of(CURVE, held, coefficient, area, target)
    if abs(held - found.needed_m3) > 1e-6 * found.needed_m3:
        assert found.passes == (held > found.needed_m3)
        assert found.passes == (found.low >= target)


def test_where_the_curve_does_not_reach_the_bounds_decide():
    assert capture_of(CURVE, 0.0, 0.5, 10_000, 0.9).passes is False
    assert capture_of(CURVE, 1_000.0, 0.5, 10_000, 0.9).passes is None  # at least 85 %, perhaps 90
    assert capture_of(CURVE, 84.5, 0.5, 10_000, 0.4).passes is True  # 16.9 mm: exactly 50 %
    assert capture_of(CURVE, 80.0, 0.5, 10_000, 0.49).passes is None
    assert capture_of(CURVE, 10.0, 0.0, 10_000, 0.7).passes is True  # nothing runs off
    assert capture_of(CURVE, 10.0, 0.5, 10_000, None).passes is None


def test_names_are_found_however_they_are_written():
    for name in (
        "绿地",
        "硬屋面",
        "混凝土或沥青路面及广场",
        "透水铺装",
        "Green Space",
        "green_roof",
        "WATER",
    ):
        assert plain_name(name) in surface_kinds()
    for name in ("下沉式绿地", "雨水花园", "蓄水池", "蓄水池(调蓄池、雨水罐)", "Storage tank", "植草沟"):
        assert plain_name(name) in facility_kinds()
    assert plain_name("地下建筑覆土绿地") not in surface_kinds()  # how deep the cover is decides


@pytest.mark.parametrize("name", ["runoff_coefficients.csv", "storage_rules.csv"])
def test_no_name_means_two_kinds(name):
    seen = {}
    for row in shipped(name):
        cells = row.cells
        key = cells.get("surface") or cells["facility"]
        for one in (key, cells["title_zh"], cells["title_en"], *cells["aliases"].split("|")):
            assert seen.setdefault(plain_name(one), key) == key


def test_tables_are_sound():
    for kind in surface_kinds().values():
        assert 0 <= kind.low <= kind.coefficient <= kind.high <= 1
    assert surface_kinds()["permeable_paving"].verified is False
    for kind in facility_kinds().values():
        assert set(kind.rules.values()) <= {"ponding", "per_area", "volume", "none"}
        assert kind.same_surface is None or kind.same_surface in surface_kinds()
    for row in (*shipped("runoff_coefficients.csv"), *shipped("storage_rules.csv")):
        assert row.cells["source"]
