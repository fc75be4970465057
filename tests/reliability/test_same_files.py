"""A small city run in many ways, with the same files each time; the demo city is in ``make reliability``."""

from __future__ import annotations

import json

import pytest
from reliability.city_trials import shuffled_layers, small_city, threads, twice


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    return small_city(tmp_path_factory.mktemp("small") / "city")


def test_two_runs_give_the_same_bytes(config, tmp_path):
    assert twice(config, tmp_path) == (1, 1)
    report = json.loads((tmp_path / "seed-1" / "report.json").read_text(encoding="utf-8"))
    measured = {one["indicator"] for one in report["results"] if one["value"] is not None}
    assert {"park_walk_coverage", "red_line_share", "greenway_length", "red_line_encroachment"} <= measured
    assert len(report["findings"]) > 5


def test_one_thread_and_two_give_the_same_bytes(config, tmp_path):
    assert threads(config, tmp_path) == (1, 1)


def test_the_order_of_features_changes_no_file(config, tmp_path):
    assert shuffled_layers(config, tmp_path, 2) == (2, 2)
