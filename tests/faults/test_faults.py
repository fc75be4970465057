"""Every planted fault is found with its own code; the city without fault raises no alarm."""

from __future__ import annotations

import pytest
from corpus import FAULTS, write_clean
from judge import false_alarms, judged


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clean")
    write_clean(folder)
    return folder


def test_there_are_enough():
    assert len(FAULTS) >= 80
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)


def test_no_false_alarm(template, tmp_path):
    assert false_alarms(template, tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_found(fault, template, tmp_path):
    good, codes, said = judged(fault, template, tmp_path)
    assert good, (fault.expect, fault.word, codes, said)
