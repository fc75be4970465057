import math

import pytest

from analyses.judge import judge
from analyses.report import Status
from analyses.target import Target
from layers.text import Text

ABOVE = math.nextafter(0.75, 1)
BELOW = math.nextafter(0.75, 0)


def target(comparison, value, unit="ratio"):
    return Target(
        "t", "p", "i", Text("", ""), comparison, value, unit, 2025, "x", "none", "", "", Text("", "")
    )


@pytest.mark.parametrize(
    ("comparison", "goal", "value", "met"),
    [
        (">=", 0.75, 0.75, True),
        (">=", 0.75, BELOW, True),  # one float below is noise
        (">=", 0.75, 0.75 - 1e-8, False),
        (">=", 0.75, 0.7499999, False),  # 75.00 % when rounded, and yet missed
        (">=", 0.75, 0.9, True),
        ("<=", 0.75, 0.75, True),
        ("<=", 0.75, ABOVE, True),
        ("<=", 0.75, 0.75 + 1e-8, False),
        ("<=", 0.75, 0.1, True),
        (">", 0.75, 0.75, False),
        (">", 0.75, ABOVE, False),
        (">", 0.75, 0.75 + 1e-8, True),
        ("<", 0.75, 0.75, False),
        ("<", 0.75, BELOW, False),
        ("<", 0.75, 0.75 - 1e-8, True),
        ("=", 1.0, 1.0, True),
        ("=", 1.0, 0.1 * 3 + 0.7, True),
        ("=", 1.0, 0.9999999, False),
        ("=", 0.0, 0.0, True),
        ("=", 0.0, 1e-15, True),
        ("=", 0.0, 1e-6, False),
    ],
)
def test_ratios_at_the_boundary(comparison, goal, value, met):
    verdict = judge(value, target(comparison, goal))
    assert verdict.status is (Status.MET if met else Status.MISSED)
    assert verdict.gap == value - goal


@pytest.mark.parametrize(
    ("comparison", "goal", "value", "met"),
    [
        ("=", 27, 27, True),
        ("=", 27, 26, False),
        ("=", 27, 28, False),
        ("=", 10**12, 10**12 + 1, False),  # relative noise would hide it
        (">=", 2, 2, True),
        (">=", 10**12, 10**12 - 1, False),
    ],
)
def test_counts_are_exact(comparison, goal, value, met):
    assert judge(value, target(comparison, goal, "count")).status is (Status.MET if met else Status.MISSED)


def test_not_lower_needs_a_baseline():
    aim = target("not_lower", None, "km2")
    assert judge(10.0, aim).status is Status.NO_DATA
    assert judge(10.0, aim, 10.0).status is Status.MET
    assert judge(10.0, aim, 10.0 + 1e-6).status is Status.MISSED
    assert judge(9.0, aim, 10.0).gap == -1.0
    assert judge(9.0, aim, 10.0).reason == Text(
        "9.00 km² 未达到要求（不低于基期 10 km²），差 1.00 km²",
        "9.00 km² misses the requirement, not lower than the baseline of 10 km², 1.00 km² below it",
    )


def test_nothing_to_test_is_no_target_and_nothing_to_judge_is_no_data():
    assert judge(0.3, target("track", None)).status is Status.NO_TARGET
    assert judge(None, target("track", None)).status is Status.NO_TARGET
    assert judge(None, target(">=", 0.5)).status is Status.NO_DATA
    assert judge(math.nan, target(">=", 0.5)).status is Status.NO_DATA
    assert judge(math.inf, target(">=", 0.5)).status is Status.NO_DATA
    assert judge(0.3, target(">=", None)).status is Status.NO_DATA


@pytest.mark.parametrize(
    ("value", "aim", "zh", "en"),
    [
        (
            0.762,
            target(">=", 0.75),
            "76.20% 达到目标（不低于 75%），高出 1.20 个百分点",
            "76.20 % meets the target of at least 75 %, 1.20 points above it",
        ),
        (
            0.74999999,
            target(">=", 0.75),
            "74.999999% 未达到目标（不低于 75%），差 0.000001 个百分点",
            "74.999999 % misses the target of at least 75 %, 0.000001 points below it",
        ),
        (
            0.3005,
            target(">=", 0.3005),
            "30.05% 达到目标（不低于 30.05%）",
            "30.05 % meets the target of at least 30.05 %",
        ),
        (
            23.0,
            target("<=", 22, "ug/m3"),
            "23.00 µg/m³ 未达到目标（不高于 22 µg/m³），超出 1.00 µg/m³",
            "23.00 µg/m³ misses the target of at most 22 µg/m³, 1.00 µg/m³ above it",
        ),
        (
            26,
            target("=", 27, "count"),
            "26 个 未达到目标（等于 27 个），差 1 个",
            "26 misses the target of exactly 27, 1 below it",
        ),
        (
            1200.5,
            target(">=", 1000, "km"),
            "1,200.50 km 达到目标（不低于 1,000 km），高出 200.50 km",
            "1,200.50 km meets the target of at least 1,000 km, 200.50 km above it",
        ),
    ],
)
def test_the_reason_says_value_target_and_gap(value, aim, zh, en):
    assert judge(value, aim).reason == Text(zh, en)


def test_the_printed_value_never_contradicts_the_verdict():
    for step in range(1, 9):
        reason = judge(0.75 - 10.0**-step, target(">=", 0.75)).reason
        assert not reason.en.startswith("75.0")
        assert "未达到" in reason.zh
