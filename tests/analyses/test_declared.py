import datetime as dt
from pathlib import Path

import pytest

from analyses.declared import (
    DeclaredValue,
    declared_indicators,
    declared_results,
    latest,
    load_declared,
    of_city,
    unused_values,
)
from analyses.ecological_parts import DECLARED as ECOLOGICAL
from analyses.indicators.ecological_quality_index import DECLARED as REGIONAL
from analyses.quality_index_formula import ITEMS
from analyses.quantities import Unit
from analyses.report import Status
from analyses.targets import load_plan, load_plans, plan_names, targets_for
from layers.errors import ConfigError

HEADER = "indicator,geography,year,value,unit,source\n"
DEMO = Path(__file__).parents[2] / "data" / "declared_demo.csv"
PLACES = {"shenzhen": "*", "longgang": "D4"}
NO_PLACE = Path()


def load(tmp_path, rows, **options):
    path = tmp_path / "declared.csv"
    path.write_text(HEADER + rows, encoding="utf-8")
    return load_declared(path, **options)


def judged(target_id, values, places=PLACES):
    targets = [one for one in load_plans(plan_names(), NO_PLACE) if one.id == target_id]
    (result,) = declared_results(targets_for(targets, "demo", places), values)
    return result


def test_good_rows_are_read(tmp_path):
    table = load(
        tmp_path,
        "pm25,demo,2025,18.5,ug/m3,station report\n"
        "green_travel_share,demo,2025,78.2,%,survey\n"
        "sponge_key_areas,demo,2025,27,count,list\n",
    )
    assert table.findings == ()
    assert [(one.indicator, one.year, one.value, one.line) for one in table.values] == [
        ("pm25", 2025, 18.5, 2),
        ("green_travel_share", 2025, 0.782, 3),
        ("sponge_key_areas", 2025, 27.0, 4),
    ]


@pytest.mark.parametrize(
    ("row", "code", "said"),
    [
        ("pm2.5,demo,2025,18,ug/m3,x", "declared.unknown_indicator", "did you mean pm25?"),
        ("park_walk_coverage,demo,2025,0.8,ratio,x", "declared.unknown_indicator", "no declared indicator"),
        ("pm25,,2025,18,ug/m3,x", "declared.geography", "geography is empty"),
        ("pm25,demo,25,18,ug/m3,x", "declared.year", "no year"),
        ("pm25,demo,2027,18,ug/m3,x", "declared.year", "later than the date of the data"),
        ("pm25,demo,2025,low,ug/m3,x", "declared.number", "no number"),
        ("pm25,demo,2025,inf,ug/m3,x", "declared.number", "no number"),
        ("pm25,demo,2025,18,mg/m3,x", "declared.unit", "is in ug/m3"),
        ("pm25,demo,2025,18,%,x", "declared.unit", "is in ug/m3"),
        ("green_travel_share,demo,2025,78.2,ratio,x", "declared.range", "outside 0 to 1"),
        ("green_travel_share,demo,2025,101,%,x", "declared.range", "outside 0 to 1"),
        ("pm25,demo,2025,-1,ug/m3,x", "declared.range", "outside 0 to 1000"),
    ],
)
def test_a_faulty_row_is_a_finding_and_no_value(tmp_path, row, code, said):
    table = load(tmp_path, row + "\npm25,other,2025,18,ug/m3,x\n", as_of=dt.date(2026, 1, 1))
    assert [one.geography for one in table.values] == ["other"]
    (finding,) = table.findings
    assert finding.code == code
    assert finding.severity == "error"
    assert said in finding.message.en
    assert "line 2" in finding.message.en
    assert "第 2 行" in finding.message.zh


def test_the_first_of_two_values_counts_and_a_missing_source_is_noted(tmp_path):
    table = load(tmp_path, "pm25,demo,2025,18,ug/m3,x\npm25,demo,2025,19,ug/m3,y\npm25,demo,2024,20,ug/m3,\n")
    assert [(one.year, one.value) for one in table.values] == [(2025, 18.0), (2024, 20.0)]
    assert [(one.code, one.severity) for one in table.findings] == [
        ("declared.duplicate", "error"),
        ("declared.source", "warning"),
    ]


def test_a_file_that_is_no_such_table(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("indicator,value\npm25,18\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="lacks the columns geography, year, unit, source"):
        load_declared(path)


def test_gbk_from_a_spreadsheet(tmp_path):
    path = tmp_path / "declared.csv"
    path.write_bytes((HEADER + "pm25,demo,2025,18,ug/m3,市生态环境局公报\n").encode("gbk"))
    assert load_declared(path).values[0].source == "市生态环境局公报"


def test_newest_value_not_after_the_target_year():
    values = [DeclaredValue("pm25", "x", year, float(year), "") for year in (2026, 2022, 2024)]
    assert latest(values, "pm25", "x", 2025).year == 2024
    assert latest(values, "pm25", "x", 2026).year == 2026
    assert latest(values, "pm25", "x", 2000).year == 2022
    assert latest(values, "pm25", "x").year == 2026
    assert latest(values, "pm25", "y") is None


def test_a_declared_value_is_judged_and_marked():
    result = judged("sz-2025-pm25", [DeclaredValue("pm25", "shenzhen", 2024, 21.5, "bulletin")])
    assert result.status is Status.MISSED
    assert result.declared
    assert result.gap == 1.5
    assert (result.quantity.value, result.quantity.unit) == (21.5, Unit.UG_PER_M3)
    assert result.reason.en == (
        "21.50 µg/m³ misses the target of at most 20 µg/m³, 1.50 µg/m³ above it "
        "(declared for 2024, source: bulletin)"
    )


def test_geography_is_respected():
    city = [DeclaredValue("pm25", "shenzhen", 2025, 18.0, "")]
    assert judged("sz-2025-pm25", city).status is Status.MET
    district = judged("lg-2025-pm25", city)
    assert district.status is Status.NO_DATA
    assert district.district == "D4"
    assert "pm25 for longgang" in district.reason.en
    region = judged("gba-2027-pm25", city)
    assert region.status is Status.NO_TARGET
    assert "the Greater Bay Area" in region.reason.en
    assert judged("gba-2027-pm25", [DeclaredValue("pm25", "gba", 2027, 19.0, "")]).status is Status.MET
    assert judged("lg-2025-pm25", city, {}).status is Status.NO_TARGET


def test_a_target_without_number_is_tracked_with_or_without_value():
    assert judged("lg-2025-cod-cut", []).status is Status.NO_TARGET
    found = judged("lg-2025-cod-cut", [DeclaredValue("cod_cut", "longgang", 2025, 0.1, "")])
    assert found.status is Status.NO_TARGET
    assert "10.00 %" in found.reason.en


def test_values_of_the_whole_city():
    values = [
        DeclaredValue("pm25", "shenzhen", 2025, 18.0, ""),
        DeclaredValue("pm25", "demo", 2025, 17.0, ""),
        DeclaredValue("voc_offset", "shenzhen", 2025, 2.0, ""),
        DeclaredValue("pm25", "longgang", 2025, 25.0, ""),
    ]
    whole = {("pm25", 2025): 17.0, ("voc_offset", 2025): 2.0}
    assert of_city(values, "demo", PLACES) == whole
    assert of_city(values[::-1], "demo", PLACES) == whole
    assert of_city(values, "longgang", {"longgang": "D4"}) == {}


def test_demo_table_serves_every_target_no_geometry_gives():
    table = load_declared(DEMO)
    assert table.findings == ()
    assert all("synthetic" in one.source for one in table.values)
    targets = load_plans(plan_names(), NO_PLACE)
    rest = [one for one in targets if one.indicator in declared_indicators()]
    results = declared_results(targets_for(rest, "demo", PLACES), table.values)
    assert len(results) == len(rest)
    assert all(one.declared for one in results)
    assert {one.status for one in results} == {Status.MET, Status.MISSED, Status.NO_TARGET}
    city = of_city(table.values, "demo", PLACES)
    for year in (2023, 2024, 2025):
        assert all((item.declared, year) in city for item in ITEMS)


def test_every_declared_indicator_is_sound():
    for one in declared_indicators().values():
        assert one.minimum < one.maximum
        assert one.title.zh
        assert one.title.en
    used = {one.indicator for one in load_plans(plan_names(), NO_PLACE)}
    used |= {item.declared for item in ITEMS} | set(ECOLOGICAL) | set(REGIONAL)
    assert set(declared_indicators()) <= used


def test_every_plan_loads_by_name():
    for name in plan_names():
        assert load_plan(name, NO_PLACE)


def test_values_nothing_asks_for_are_told_with_what_to_write(tmp_path):
    rows = [f"eqi_{name},{place},2025,60,index,x" for name in ("pattern", "stress")
            for place in ("*", "D4", "demo", "shenzhen")]  # fmt: skip
    table = load(
        tmp_path, "\n".join([*rows, "pm25,longgang,2025,18,ug/m3,x", "pm25,D4,2025,18,ug/m3,x"]) + "\n"
    )
    assert table.findings == ()
    targets = load_plans(plan_names(), NO_PLACE)
    found = unused_values(table, "demo", PLACES, targets)
    assert {(one.code, one.severity) for one in found} == {("declared.unused", "warning")}
    lines = [one.message.en.partition(":")[0] for one in found]
    assert lines == [f"declared.csv line {number}" for number in (2, 3, 6, 7, 11)]
    assert "eqi_pattern (2025) with geography '*'" in found[0].message.en
    assert "write demo or shenzhen as its geography" in found[0].message.en
    assert "geography 请写 demo、shenzhen" in found[0].message.zh
    assert "longgang" in found[-1].message.en
    without = unused_values(table, "demo", PLACES, [])
    assert [one.message.en.partition(":")[0] for one in without][-2:] == [
        f"declared.csv line {n}" for n in (10, 11)
    ]
    elsewhere = unused_values(table, "demo", {"demo": "D4", "shenzhen": "*"}, targets)
    assert "declared.csv line 4" in [one.message.en.partition(":")[0] for one in elsewhere]
    used = of_city(table.values, "demo", PLACES)
    assert ("eqi_pattern", 2025) in used
