"""Numbers of a column are shortened as one by one, whatever their size."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from maps.columns import _values


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(), max_size=30))
def test_floats_keep_nine_digits(numbers):
    for short, number in zip(_values(pd.Series(numbers, dtype=float)), numbers, strict=True):
        if not math.isfinite(number):
            assert short is None
        else:
            assert math.isclose(short, number, rel_tol=6e-9, abs_tol=0.0)
            assert float(f"{short:.9g}") == short


def test_whole_numbers_lose_their_point():
    assert [repr(one) for one in _values(pd.Series([0.0, -3.0, 1e20, 2.5, np.nan]))] == [
        "0", "-3", "100000000000000000000", "2.5", "None",
    ]  # fmt: skip


def test_texts_that_utf8_cannot_carry_are_mended():
    assert _values(pd.Series(["山", None, "\ud800"], dtype=object)) == ["山", None, "?"]
    assert _values(pd.Series(["山", None, "海"], dtype="str")) == ["山", None, "海"]
