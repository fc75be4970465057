"""Columns of plain words are seen at one glance; what they say is what each word says alone."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.kinds import SPECS, LayerKind
from layers.parse import UnreadableError, are_plain, choice, is_empty, parse, text_or_nothing

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


READ = [
    ("shorelines", "revetment", "自然护岸", "natural"),
    ("shorelines", "revetment", "非自然", None),
    ("shorelines", "revetment", "透水砖", "porous"),
    ("shorelines", "revetment", "硬质不透水护岸", None),
    ("shorelines", "side", "左岸", "left"),
    ("shorelines", "side", "左、右岸", None),
    ("bidao", "bank", "左、右岸", "both"),
    ("bidao", "bank", "右岸", "right"),
    ("coastline", "shoreline_type", "整治修复后具有自然形态的岸线", "restored"),
    ("coastline", "shoreline_type", "非自然岸线", None),
    ("coastline", "shoreline_type", "具有自然形态的人工岸线", None),
    ("source_zones", "zone_class", "一级保护区（陆域）", "first_class"),
    ("source_zones", "zone_class", "一、二级保护区", None),
    ("source_zones", "zone_class", "一级和二级", None),
    ("source_zones", "zone_class", "Ⅰ级保护区", "first_class"),
    ("source_zones", "zone_class", "Ⅱ类", "second_class"),
    ("source_zones", "zone_class", "III", None),
    ("source_zones", "zone_class", "Ⅲ级", None),
    ("construction", "level", "地下二层", "underground"),
    ("construction", "level", "地上地下", None),
    ("construction", "activity_code", "06", "6"),
    ("construction", "activity_code", "10.0", "10"),
    ("construction", "activity_code", "11", None),
    ("parks", "park_class", "口袋公园", "community"),
    ("parks", "park_class", "城市湿地公园", "natural"),
    ("parks", "park_class", "城市综合公园", "city"),
    ("parks", "park_class", "非公园", None),
]


@pytest.mark.parametrize(("kind", "name", "said", "meant"), READ)
def test_a_choice_is_what_a_text_says_and_not_what_it_denies(kind, name, said, meant):
    field = next(one for one in SPECS[LayerKind(kind)].fields if one.name == name)
    try:
        assert choice(said, field) == meant
    except UnreadableError:
        assert meant is None
