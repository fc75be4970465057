"""Singapore's park connectors, a real greenway network: lengths and components found another way."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.line_graph import line_graph
from geo.lines import paths_once

DATA = (
    Path(__file__).resolve().parents[3] / "shared" / "data" / "singapore" / "nparks_pcn_park_connectors.gpkg"
)
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not DATA.is_file(), reason=f"no real data at {DATA}"),
]


@pytest.fixture(scope="module")
def connectors():
    return gpd.read_file(DATA).to_crs(3414).geometry.to_numpy()


def length_km(shapes):
    return float(shapely.length(shapes).sum()) / 1_000


def test_what_is_drawn_twice_counts_once(connectors):
    once = paths_once(connectors, 1.0, 6.0)
    assert length_km(connectors) == pytest.approx(335.4, abs=0.1)
    # the area within half a metre of the lines, over a metre: copies up to half a metre apart count once
    corridor = shapely.union_all(shapely.buffer(connectors, 0.5, cap_style="flat"))
    assert length_km(once.kept) == pytest.approx(corridor.area / 1_000, rel=0.003)
    assert length_km(once.kept) <= shapely.union_all(connectors).length / 1_000


def test_the_order_of_the_lines_changes_nothing(connectors):
    order = np.random.default_rng(7).permutation(len(connectors))
    kept = paths_once(connectors, 5.0, 30.0).kept
    shuffled = paths_once(connectors[order], 5.0, 30.0).kept
    assert length_km(shuffled) == pytest.approx(length_km(kept), rel=1e-9)


def test_leaving_repeats_out_breaks_no_network(connectors):
    once = paths_once(connectors, 5.0, 30.0)
    whole = line_graph(connectors, 10.0)
    assert line_graph(once.kept, 10.0, once.repeated, 5.0).components == whole.components == 44
