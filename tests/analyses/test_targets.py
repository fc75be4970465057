import csv
import importlib
import importlib.util
import re
import unicodedata
from pathlib import Path

import pytest

from analyses.declared import declared_indicators
from analyses.quantities import Beside, Measure, Quantity, Unit
from analyses.target_row import split_indicator
from analyses.targets import (
    GEOGRAPHIES,
    THEMES,
    Scope,
    load_plan,
    load_plans,
    plan_names,
    plan_title,
    quantity_of,
    scope_of,
    targets_for,
)
from layers.errors import ConfigError

HERE = Path(__file__).parent
SEEDS = HERE.parents[2] / "shared" / "seeds"
SEEDS_OF = {
    "shenzhen-beautiful-china-2020-2025": ("000", "001"),
    "longgang-eco-14th-fyp": ("002",),
    "gba-beautiful-china-pilot": ("003",),
    "shenzhen-eeqi-2021": ("004",),
}
ALL = load_plans(plan_names(), HERE)
BY_ID = {target.id: target for target in ALL}
HEADER = "id,indicator,title_zh,title_en,comparison,value,unit,year,geography\n"


def plain(text):
    """The text without blanks, markup and punctuation, full and half width alike."""
    text = re.sub(r"-\s*\d+\s*-|_\{|\}|\$", "", unicodedata.normalize("NFKC", text))
    return "".join(c for c in text if unicodedata.category(c)[0] in "LNS")


def own(tmp_path, rows, header=HEADER, encoding="utf-8"):
    path = tmp_path / "own.csv"
    path.write_bytes((header + rows).encode(encoding))
    return path.name


def faults(tmp_path, rows, header=HEADER):
    with pytest.raises(ConfigError) as caught:
        load_plan(own(tmp_path, rows, header), tmp_path)
    return caught.value.message


def test_every_promise_of_the_documents_is_there_once():
    assert {target.row for target in ALL} == set(range(1, 78))
    assert [len(load_plan(plan, HERE)) for plan in sorted(SEEDS_OF)] == [10, 59, 28, 14]
    assert {target.row for target in ALL if target.spatial} == set(range(1, 39))


def test_shipped_rows_use_the_closed_lists():
    for target in ALL:
        assert target.theme in THEMES, target.id
        assert target.geography in GEOGRAPHIES, target.id
        assert target.clause, target.id
        assert target.source == plan_title(target.plan).zh, target.id
        assert target.quote, target.id
        assert bool(target.note.zh) == bool(target.note.en), target.id
        assert (target.value is None) == (target.comparison in {"track", "not_lower"}), target.id


@pytest.mark.real
@pytest.mark.parametrize("target", ALL, ids=lambda target: target.id)
def test_the_quote_stands_in_the_document(target):
    if not SEEDS.is_dir():
        pytest.skip("the plan documents are not here")
    for number in SEEDS_OF[target.plan]:
        (document,) = SEEDS.glob(f"{number}_*.txt")
        text = plain(document.read_text(encoding="utf-8"))
        assert plain(target.quote) in text, number


@pytest.mark.parametrize(
    "target",
    [one for one in ALL if one.value is not None and one.unit != "water class"],
    ids=lambda one: one.id,
)
def test_the_number_stands_in_the_quote(target):
    words = {
        "全覆盖": 1.0,
        "全部使用": 1.0,
        "两倍": 2.0,
        "一平方公里": 1.0,
        "消除": 0.0,
        "不高于全市平均": 1.0,
    }
    spoken = [value for word, value in words.items() if word in target.quote]
    printed = []
    for number, mark in re.findall(r"(\d+(?:\.\d+)?)\s*(%|万)?", target.quote):
        printed.append(float(number) * 1e4 if mark == "万" else float(number))
    wanted = target.value * 100 if target.unit == "ratio" else target.value
    assert target.value in spoken or any(abs(one - wanted) < 1e-9 for one in printed)


def test_binding_kinds_come_from_the_one_table_that_gives_them():
    kinds = {target.id: target.binding for target in ALL if target.binding != "none"}
    assert all(BY_ID[key].clause.startswith("Tab. 1 no.") for key in kinds)
    binding = {
        int(re.search(r"no\. (\d+)", BY_ID[key].clause)[1])
        for key, kind in kinds.items()
        if kind == "binding"
    }
    expected = {
        int(re.search(r"no\. (\d+)", BY_ID[key].clause)[1])
        for key, kind in kinds.items()
        if kind == "expected"
    }
    assert binding == {1, 2, 3, 4, 6, 7, 15}
    assert expected == {5, 8, 9, 10, 11, 12, 13, 14, 16, 17}


def test_conflicts_between_documents_are_noted():
    assert BY_ID["sz-2025-pm25"].value == 20
    assert "22" in BY_ID["sz-2025-pm25"].note.en
    assert "20" in BY_ID["lg-2025-pm25"].note.en
    assert "below 22" in BY_ID["lg-2025-pm25"].note.en
    assert "rivers alone" in BY_ID["lg-2025-shoreline"].note.en
    assert "92 %" in BY_ID["lg-2025-sewage"].note.en
    assert "bare 60" in BY_ID["lg-2025-surface-iii"].note.en
    assert "500 m" in BY_ID["sz-2025-park-walk"].note.en


def test_words_that_leave_the_number_out():
    strict = {target.id for target in ALL if target.comparison in {">", "<"}}
    assert strict == {"sz-2025-literacy", "lg-2025-sewage-treatment"}
    for target in ALL:
        assert (target.id in strict) == bool(
            re.search("超过|大于", target.quote) and target.value is not None
        )


def test_units_of_targets_are_those_of_their_indicators():
    for target in ALL:
        indicator, part = split_indicator(target.indicator)
        if indicator in declared_indicators():
            assert target.unit == declared_indicators()[indicator].unit
        else:
            module = importlib.import_module(f"analyses.indicators.{indicator}")
            if part is None:
                assert target.unit == module.INDICATOR.unit


def test_no_indicator_is_both_declared_and_measured():
    assert not {
        name for name in declared_indicators() if importlib.util.find_spec(f"analyses.indicators.{name}")
    }


def test_own_table_in_gbk_with_few_columns(tmp_path):
    rows = "a,park_walk_coverage,步行覆盖率,walk,>=,0.8,ratio,,x\n"
    (target,) = load_plan(own(tmp_path, rows, encoding="gbk"), tmp_path)
    assert target.plan == "own"
    assert (target.value, target.year, target.binding, target.row, target.title.zh) == (
        0.8,
        None,
        "none",
        None,
        "步行覆盖率",
    )


def test_all_faults_of_a_table_are_told_together_with_their_lines(tmp_path):
    said = faults(
        tmp_path,
        "a,park_walk_coverge,甲,a,>=,0.8,ratio,2025,x\n"
        "b,park_walk_coverage,乙,b,at least,0.8,ratio,2025,x\n"
        "c,park_walk_coverage,丙,c,>=,75,ratio,2025,x\n"
        "d,park_walk_coverage,丁,d,>=,abc,ratio,20255,x\n"
        "e,pm25,戊,e,<=,20,mg/m3,2025,x\n"
        "f,pm25,己,f,<=,20,mg/L,2025,x\n"
        "a,pm25,庚,,<=,20,ug/m3,2025,\n"
        "h,pm25,辛,h,track,20,ug/m3,2025,x\n"
        "i,pm25,壬,i,>=,nan,ug/m3,2025,x\n",
    )
    lines = said.en.split("\n")
    assert lines == [
        "own.csv line 2: no indicator is named park_walk_coverge; did you mean park_walk_coverage?",
        "own.csv line 3: comparison is 'at least'; it must be one of >=, <=, =, >, <, not_lower, track",
        "own.csv line 4: value 75 lies outside 0 to 1; a ratio is written as a fraction, 75 % as 0.75",
        "own.csv line 5: value 'abc' is no number",
        "own.csv line 5: year is '20255'; it must be a whole number from 1949 to 2200, or empty",
        "own.csv line 6: unit 'mg/m3' is unknown; did you mean ug/m3?",
        "own.csv line 7: indicator pm25 is in ug/m3, not in mg/L",
        "own.csv line 8: title_en must not be empty",
        "own.csv line 8: geography must not be empty",
        "own.csv line 8: id a stands in line 2 already",
        "own.csv line 9: comparison track takes no number; leave value empty",
        "own.csv line 10: value 'nan' is no number",
    ]
    assert len(said.zh.split("\n")) == len(lines)
    assert "第 2 行" in said.zh


def test_table_that_is_none(tmp_path):
    assert "lacks the columns unit, year" in faults(tmp_path, "", HEADER.replace("unit,year,", "")).en
    assert "is empty" in faults(tmp_path, "", "").en
    assert "cells under" in faults(tmp_path, "a,b,c,d,>=,1,ratio,2025,x,more\n").en
    assert "twice" in faults(tmp_path, "", HEADER.replace("year", "year,value")).en
    (tmp_path / "bytes.csv").write_bytes(b"\x00\xff\xfe\x81")
    with pytest.raises(ConfigError, match="neither UTF-8 nor GB 18030"):
        load_plan("bytes.csv", tmp_path)
    with pytest.raises(ConfigError, match="cannot be read"):
        load_plan("missing.csv", tmp_path)
    with pytest.raises(ConfigError, match="did you mean longgang-eco-14th-fyp"):
        load_plan("longgang-eco-14th", tmp_path)


def test_ids_are_unique_over_plans(tmp_path):
    rows = "lg-2025-forest,forest_cover,森林,forest,>=,0.3,ratio,2025,x\n"
    with pytest.raises(ConfigError, match="stands both in longgang-eco-14th-fyp and in own"):
        load_plans(["longgang-eco-14th-fyp", own(tmp_path, rows)], tmp_path)
    assert len(load_plans(["longgang-eco-14th-fyp"] * 2, tmp_path)) == 59


def test_attack_text_stays_text(tmp_path):
    rows = '"=cmd()|x",pm25,"<script>",{{7*7}},<=,20,ug/m3,2025,"x"\n'
    (target,) = load_plan(own(tmp_path, rows), tmp_path)
    assert target.title.en == "{{7*7}}"


def test_scope_of_a_geography():
    places = {"shenzhen": "*", "longgang": "D4"}
    assert scope_of("demo", "demo", places, ["D4"]).district is None
    assert scope_of("shenzhen", "demo", places, ["D4"]).here
    assert scope_of("longgang", "demo", places, ["D4"]).district == "D4"
    away = scope_of("gba", "demo", places, ["D4"])
    assert not away.here
    assert "the Greater Bay Area" in away.reason.en
    assert "geography 为 gba" in away.reason.zh
    assert scope_of("longgang", "longgang", {}).district is None
    with pytest.raises(ConfigError, match="sends longgang to district D4, which is not among the districts"):
        scope_of("longgang", "demo", places, ["D1", "D2"])


def test_the_id_of_a_district_is_a_geography():
    assert scope_of("440992", "demo", {}, ["440991", "440992"]) == Scope(here=True, district="440992")
    assert scope_of("440992", "demo", {"440992": "*"}, ["440991", "440992"]) == Scope(here=True)
    assert not scope_of("440993", "demo", {}, ["440991", "440992"]).here


def test_targets_keep_their_order_and_get_their_scope():
    paired = targets_for(ALL, "shenzhen", {})
    assert [target for target, _ in paired] == list(ALL)
    assert {target.geography for target, scope in paired if scope.here} == {"shenzhen"}


def test_a_target_may_mean_a_value_beside():
    primary = Quantity(5, None, Unit.COUNT)
    measure = Measure(
        Quantity(11, None, Unit.COUNT),
        {"D1": primary},
        None,
        (Beside("primary", None, primary, {"D1": primary}),),
    )
    assert quantity_of(measure, "ventilation_corridors", None).part == 11
    assert quantity_of(measure, "ventilation_corridors.primary", None).part == 5
    assert quantity_of(measure, "ventilation_corridors.primary", "D1").part == 5
    assert quantity_of(measure, "ventilation_corridors.primary", "D2") is None
    assert quantity_of(measure, "ventilation_corridors.other", None) is None


def test_shipped_tables_are_plain_csv():
    folder = HERE.parents[1] / "data" / "targets"
    for plan in plan_names():
        content = (folder / f"{plan}.csv").read_bytes()
        assert b"\r" not in content
        rows = list(csv.reader(content.decode("utf-8").splitlines()))
        assert len({len(row) for row in rows}) == 1
