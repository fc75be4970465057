from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely import box

from geo.overlay import uncovered_parts
from geo.robust import difference

STORED = Path(__file__).parent / "stored" / "difference_refused.json"


def test_a_difference_that_geos_gets_wrong_is_made_again():
    """A tile that its neighbours' union covers: plain difference gives the whole tile back."""
    shapes = json.loads(STORED.read_text())
    tile, cover = (np.array([shapely.from_wkb(bytes.fromhex(shapes[name]))]) for name in ("tile", "cover"))
    assert shapely.intersection(tile, cover)[0].area == pytest.approx(tile[0].area)
    assert difference(tile, cover)[0].area == pytest.approx(0.0, abs=1.0)
    assert shapely.area(uncovered_parts(tile, cover)).sum() == pytest.approx(0.0, abs=1.0)


def test_an_ordinary_difference_is_left_as_it_is():
    first = np.array([box(0, 0, 2, 2), box(0, 0, 2, 2), box(0, 0, 2, 2)])
    second = np.array([box(1, 0, 3, 2), box(5, 5, 6, 6), box(2, 0, 3, 2)])
    assert shapely.area(difference(first, second)).tolist() == [2.0, 4.0, 4.0]
