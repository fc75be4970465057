"""Reading by Arrow, some features at a time, gives what reading feature by feature gives."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

from layers import read
from layers.config import LayerSection
from layers.kinds import SPECS, LayerKind
from layers.read import read_layer

SHAPES = [
    shapely.box(0, 0, 9, 9) - shapely.box(1, 1, 2, 2),
    shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(5, 5, 6, 6)]),
    None,
    shapely.Polygon([(0, 0), (1, 0), (1, 1)]),
    shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]),
    shapely.box(3, 3, 4, 4),
    shapely.Polygon([(0, 0, 1), (1, 0, 2), (1, 1, 3)]),
]
COLUMNS = {
    "BSM": ["1", "2", "", "公园", None, "a b", "7"],
    "DLBM": ["1401", None, "1401", "0701", "１４０１", "1402", "1403"],
    "TBMJ": [1.5, np.nan, -0.0, 1e300, 3.0, 4.0, 5.0],
    "GYMC": pd.array([1, None, 2**30, -3, 5, 6, 7], dtype="Int32"),
}


@pytest.mark.parametrize("end", ["gpkg", "gdb"])
@pytest.mark.parametrize("flat", [True, False])
def test_batches_give_what_single_features_give(tmp_path, monkeypatch, end, flat):
    frame = gpd.GeoDataFrame(COLUMNS, geometry=SHAPES if not flat else shapely.force_2d(SHAPES), crs=4547)
    driver, kind = {"gpkg": "GPKG", "gdb": "OpenFileGDB"}[end], "MultiPolygon" if flat else "MultiPolygon Z"
    pyogrio.write_dataframe(
        frame, tmp_path / f"a.{end}", layer="A", driver=driver, geometry_type=kind, promote_to_multi=True
    )
    section, spec = LayerSection(path=f"a.{end}", layer="A"), SPECS[LayerKind.PARKS]
    calls = []
    batches = read._from_batches

    def counted(*given):
        calls.append(given)
        return batches(*given)

    monkeypatch.setattr(read, "_from_batches", counted)
    monkeypatch.setattr(read, "_BATCH", 3)
    fast = read_layer(section, spec, tmp_path)
    monkeypatch.setattr(read, "_reads_alike", lambda *_: False)
    slow = read_layer(section, spec, tmp_path)
    assert len(calls) == 1
    assert len(fast.frame) == len(SHAPES)
    assert_geodataframe_equal(fast.frame, slow.frame)
    assert (
        shapely.to_wkb(fast.frame.geometry.to_numpy()) == shapely.to_wkb(slow.frame.geometry.to_numpy())
    ).all()
    assert (fast.matched, fast.source, fast.total) == (slow.matched, slow.source, slow.total)
