"""Tables of targets and of declared values with anything in them: read, or refused in a sentence, soon."""

from __future__ import annotations

import contextlib
import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from square_files import COLUMNS, MET, MISSED, WALK, write_targets
from time_limit import soon

from analyses.declared import load_declared
from analyses.targets import load_plan
from layers.errors import ShanhaiError

FUZZ = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
CELLS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["", "nan", "inf", "-1e999", "1e308", "９９", "2025", "ratio", ">=", "{{7*7}}", "=1+1", "\x00"]
    ),
    st.floats().map(repr),
    st.integers().map(str),
)
WOUNDS = st.tuples(st.floats(0, 1), st.integers(0, 20), st.binary(max_size=12))
DECLARED = ("indicator", "value", "unit", "year", "source")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("tables")


def read_both(folder, content: bytes) -> None:
    """Whatever it is, it may raise nothing but the error users meet, and must end."""
    path = folder / "own.csv"
    path.write_bytes(content)
    for read in (lambda: load_plan("own.csv", folder), lambda: load_declared(path)):
        with soon(), contextlib.suppress(ShanhaiError):
            read()


@FUZZ
@given(st.sampled_from([COLUMNS, DECLARED]), st.lists(st.lists(CELLS, max_size=14), max_size=5))
def test_any_cells(folder, columns, rows):
    text = io.StringIO()
    csv.writer(text).writerows([columns, *rows])
    read_both(folder, text.getvalue().encode("utf-8", "replace"))


@FUZZ
@given(
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 20), st.binary(max_size=12)), min_size=1, max_size=5)
)
def test_damaged_bytes(folder, wounds):
    whole = folder / "whole.csv"
    write_targets(whole, (MET, MISSED, WALK), binding="binding", geography="square")
    content = bytearray(whole.read_bytes())
    for share, length, inserted in wounds:
        at = int(share * len(content))
        content[at : at + length] = inserted
    read_both(folder, bytes(content))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"\x00" * 100,
        b'"' * 100_001,
        b"id\n" * 200_000,
        b"," * 1_000_000,
        "，".encode() * 10,
    ],
)
def test_odd_files(folder, content):
    read_both(folder, content)
