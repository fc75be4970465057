"""Plain identifiers are ordered and kept as all others are, only faster."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from layers import identify
from layers.identify import LONGEST, identified
from layers.kinds import SPECS, LayerKind

SPEC = SPECS[LayerKind.PARKS]
ID = st.one_of(
    st.text("aAbB12-~", min_size=1, max_size=3),
    st.sampled_from(["", None, " a", "公园", "null", "9", "10", "x" * (LONGEST + 1), "x" * LONGEST]),
)


def both_ways(ids):
    frame = gpd.GeoDataFrame(
        {"BSM": pd.Series(ids, dtype="str"), "row": range(len(ids))},
        geometry=[shapely.Point(len(ids) - i, 0) for i in range(len(ids))],
        crs=4547,
    )
    fast = identified(frame, SPEC, "BSM")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(identify, "are_plain", lambda _: False)
        slow = identified(frame, SPEC, "BSM")
    return fast, slow


@settings(max_examples=50, deadline=None)
@given(st.lists(ID, min_size=1, max_size=8))
def test_plain_identifiers_come_out_as_any_others(ids):
    (fast, found), (slow, same) = both_ways(ids)
    pd.testing.assert_frame_equal(fast, slow)
    assert found == same


def test_identifiers_are_in_the_order_of_their_characters():
    fast, _ = both_ways(["999999", "1000000", "A", "a", "B"])
    assert fast[0]["id"].tolist() == ["1000000", "999999", "A", "B", "a"]
    assert fast[0]["row"].tolist() == [1, 0, 2, 4, 3]
    assert fast[0].geometry.x.tolist() == [4, 5, 3, 1, 2]
