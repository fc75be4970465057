"""The Pearl River Delta as a box: targets of a region, a coast without types, rivers without an indicator."""

from __future__ import annotations

import pytest
from conftest import preparation
from real_runs import DATA, Run, needs, run_city

pytestmark = needs("pearl_river_delta")
TO_DECLARE = {
    "gba-2027-rivers-lakes": ("beautiful_rivers_lakes_share", "prd"),
    "gba-waterbird": ("waterbird_corridors", "gba"),
    "gba-2027-pm25": ("pm25", "gba"),
    "gba-2027-heavy-days": ("moderate_pm25_days", "gba"),
    "gba-2027-waste-free": ("waste_free_cities", "gba"),
}
OF_GUANGDONG = {"gba-2027-bays", "gba-2027-villages", "gba-2027-bulk", "gba-2027-nev"}
NO_NUMBER = "gba-2027-eqi"
DECLARED = """indicator,geography,year,value,unit,source
pm25,gba,2027,21,ug/m3,made up for a test
waterbird_corridors,gba,2027,19,count,made up for a test
"""


@pytest.fixture(scope="module")
def region(tmp_path_factory) -> Run:
    out = tmp_path_factory.mktemp("pearl_river_delta")
    return run_city(preparation("pearl_river_delta").prepare(DATA / "pearl_river_delta", out))


def test_targets_of_the_region_say_what_each_needs(region):
    rows = {one["target"]["id"]: one for one in region.report["results"] if one["target"]}
    assert set(rows) == {*TO_DECLARE, *OF_GUANGDONG, NO_NUMBER}
    for target, (indicator, place) in TO_DECLARE.items():
        assert rows[target]["status"] == "NO_DATA"
        assert f"declare {indicator} for {place}" in rows[target]["reason"]["en"]
    for target in OF_GUANGDONG:
        assert rows[target]["status"] == "NO_TARGET"
        assert "Guangdong Province (guangdong)" in rows[target]["reason"]["en"]
    assert rows[NO_NUMBER]["status"] == "NO_TARGET"
    assert region.code == 3


def test_a_coast_without_types_has_no_natural_share(region):
    shore = region.result("natural_shoreline_share")
    assert (shore["status"], shore["value"]) == ("NO_DATA", None)
    assert "shoreline_type" in shore["reason"]["en"]
    assert not [one for one in region.report["results"] if one["value"] is not None]


def test_rivers_of_no_length_are_left_out_and_named(region):
    said = [one for one in region.report["findings"] if one["code"] == "network.zero_length"]
    assert [one["layer"] for one in said] == ["rivers"]
    assert "6 features" in said[0]["message"]["en"]


def test_declared_values_are_judged_on_the_region(tmp_path):
    city = preparation("pearl_river_delta").prepare(DATA / "pearl_river_delta", tmp_path)
    (tmp_path / "declared.csv").write_text(DECLARED, encoding="utf-8")
    text = city.read_text(encoding="utf-8").replace("[targets]", '[targets]\ndeclared = "declared.csv"')
    city.write_text(text, encoding="utf-8")
    run = run_city(city, "--allow-missing")
    rows = {one["target"]["id"]: one for one in run.report["results"] if one["target"]}
    assert rows["gba-2027-pm25"]["status"] == "MISSED"
    assert rows["gba-waterbird"]["status"] == "MET"
    assert all(rows[one]["declared"] for one in ("gba-2027-pm25", "gba-waterbird"))
    assert run.code == 1


def test_true_data_raises_no_error(region):
    assert region.errors == []
