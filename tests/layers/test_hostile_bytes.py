"""Damaged bytes: a study, or one sentence; never a traceback, never a hang."""

from __future__ import annotations

import contextlib

import pandas as pd
import pytest
from city_files import parks, square_files
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from time_limit import soon

from layers.errors import ShanhaiError
from layers.validate import validate_study


class Whole(dict):
    """Files by name; says little of itself, since Hypothesis prints what a failing test was given."""

    def __repr__(self):
        return f"Whole({', '.join(self)})"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    city = square_files(folder)
    whole = Whole()
    for name in ("p.gpkg", "p.geojson", "p.fgb", "p.parquet"):
        city.write("parks", parks(), name)
        whole[name] = (folder / name).read_bytes()
    table = pd.DataFrame(parks().drop(columns="geometry")).assign(wkt=parks().geometry.to_wkt())
    whole["p.csv"] = table.to_csv(index=False).encode()
    return city, whole


@pytest.mark.parametrize("name", ["p.gpkg", "p.geojson", "p.csv", "p.fgb", "p.parquet"])
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), st.binary(max_size=10)), min_size=1, max_size=5)
)
def test_damaged_bytes(files, name, wounds):
    city, whole = files
    content = bytearray(whole[name])
    for share, length, inserted in wounds:
        at = int(share * len(content))
        content[at : at + length] = inserted
    (city.folder / name).write_bytes(content)
    city.add("parks", name, crs="EPSG:4547")
    with soon(), contextlib.suppress(ShanhaiError):
        validate_study(city.open())
