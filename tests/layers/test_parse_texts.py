"""Texts read many at once are those read one by one."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.parse import text_or_nothing, texts_or_nothing

words = st.text(st.sampled_from("aNul<>\n\t\x00\x1f １é-7"), max_size=6)
known = st.sampled_from(["A1", "B2", "Null", "<NULL>", "nan", "NONE", "", "空", "x y", "x\ny", "null\x00"])


@settings(max_examples=50, deadline=None)
@given(st.lists(st.one_of(words, known, st.none(), st.floats(), st.integers()), max_size=6))
def test_many_texts_are_read_as_each_alone(values):
    assert texts_or_nothing(values) == [text_or_nothing(one) for one in values]


@pytest.mark.parametrize("odd", ["null", "NaN", "", " B", "B\n", "\x00", "Ａ", "<Null>", None, 3.0])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_odd_value_among_plain_words_is_seen(odd, place):
    values = ["A1", "nullable", "C<3>"]
    values.insert(place, odd)
    assert texts_or_nothing(values) == [text_or_nothing(one) for one in values]


def test_a_missing_text_of_a_column_is_nothing():
    column = pd.Series(["A1", None], dtype="str")
    assert texts_or_nothing(column.astype(object).tolist()) == ["A1", ""]
