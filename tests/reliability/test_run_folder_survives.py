"""A few of the trials of ``make reliability``, at every test run."""

from __future__ import annotations

import sys

import pytest
from reliability.trials import full_disk, kills, reordered, together

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are forked and killed by signal")


@pytest.mark.parametrize("mode", ["forever", "plain"])
def test_a_killed_run_leaves_a_complete_result(tmp_path, mode):
    survived, number = kills(tmp_path, 10, mode)
    assert survived == number == 10


def test_two_runs_into_one_folder_exclude_each_other(tmp_path):
    assert together(tmp_path) == 2


def test_rows_in_another_order_give_the_same_files(tmp_path):
    assert reordered(tmp_path, 5) == (5, 5)


def test_without_room_the_earlier_result_stays_whole(tmp_path):
    assert full_disk(tmp_path, (2_000, 98_000, 149_999)) == (3, 3)
