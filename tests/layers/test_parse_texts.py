"""Columns of plain words are seen at one glance; what they say is what each word says alone."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.kinds import SPECS, LayerKind
from layers.parse import are_plain, is_empty, parse, text_or_nothing

TEXTS = [one for one in SPECS[LayerKind.CONSTRUCTION].fields if one.name in {"name", "code"}]
words = st.text(st.sampled_from("aNul<>\n\t\x00\x1f １é-7\x7f"), max_size=6)
known = st.sampled_from(["A1", "B2", "Null", "<NULL>", "nan", "NONE", "", "空", "x y", "x\ny", "null\x00"])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(words, known), max_size=6))
def test_plain_words_are_read_as_they_are(values):
    if are_plain(pd.Series(values, dtype="str")):
        assert [text_or_nothing(one) for one in values] == values
        assert not any(is_empty(one) for one in values)
        assert all(parse(one, field) == one for one in values for field in TEXTS)


@pytest.mark.parametrize("odd", ["null", "NaN", "", " B", "B\n", "\x00", "Ａ", "<Null>", "x y"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_odd_value_among_plain_words_is_seen(odd, place):
    values = ["A1", "nullable", "C<3>"]
    assert are_plain(pd.Series(values))
    values.insert(place, odd)
    assert not are_plain(pd.Series(values))


def test_a_missing_text_is_no_word():
    assert are_plain(pd.Series(["A1", None], dtype="str"))
    assert are_plain(pd.Series([None, None], dtype="str"))
    assert text_or_nothing(pd.Series(["A1", None], dtype="str")[1]) == ""


def test_numbers_are_not_words():
    assert not are_plain(pd.Series([1, 2]))
    assert not are_plain(pd.Series(["A1", 2]))
