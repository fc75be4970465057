from __future__ import annotations

import pytest

from analyses.settings import check_settings
from layers.errors import ConfigError


@pytest.mark.parametrize(
    "good",
    [
        {},
        {"walk_distance_m": 300},
        {"walk_distance_m": 312.5, "park_codes": "1401"},
        {"count_both_banks": True},
        {"storage_rule": "DB13"},
    ],
)
def test_values_of_the_right_kind_pass(good):
    check_settings(good)


@pytest.mark.parametrize(
    ("bad", "zh", "en"),
    [
        ({"walk_distnce_m": 400}, "walk_distance_m", "did you mean walk_distance_m"),
        ({"walk_distance_m": 0}, "不能小于 1", "must not be below 1"),
        ({"walk_distance_m": 1e9}, "不能大于", "must not be above 20000"),
        ({"walk_distance_m": float("nan")}, "不能小于", "must not be below"),
        ({"walk_distance_m": "300"}, "应为数字", "must be a number"),
        ({"walk_distance_m": True}, "应为数字", "must be a number"),
        ({"park_min_area_m2": float("inf")}, "应为数字", "must be a number"),
        ({"park_codes": 1401}, "应为文字", "must be text"),
        ({"count_both_banks": 1}, "true 或 false", "must be true or false"),
        ({"storage_rule": "mine"}, "只能是 guide | DB13", "must be guide | DB13"),
    ],
)
def test_a_wrong_value_is_refused_with_its_name(bad, zh, en):
    with pytest.raises(ConfigError) as refused:
        check_settings(bad)
    assert zh in refused.value.message.zh
    assert en in refused.value.message.en
    assert f"parameters.{next(iter(bad))}" in refused.value.message.en


def test_all_faults_are_told_together():
    with pytest.raises(ConfigError) as refused:
        check_settings({"walk_distance_m": -1, "nothing_like_it_at_all": 1})
    assert refused.value.message.en.count("\n") == 1
