"""A needle whose tip is all that lies beyond a cut: GEOS's fast clip refuses it, the overlay does not."""

from __future__ import annotations

import pytest
import shapely
from shapely.errors import GEOSException

from geo import pieces
from geo.pieces import cut_to_tiles

NEEDLE = shapely.Polygon(
    [
        (500244.6626148177, 2500500.0),
        (500302.10690378665, 2500504.843374269),
        (500234.5481373918, 2500499.147205047),
    ]
)
BEYOND = (500300.0, 2499930.8648252552, 500600.0, 2500516.1534772553)


def test_the_fast_clip_still_refuses_it():
    with pytest.raises(GEOSException):
        shapely.clip_by_rect(NEEDLE, *BEYOND)


def test_tiles_of_it_sum_to_the_whole():
    cut = cut_to_tiles([NEEDLE], 100.0)
    assert shapely.area(cut.shape).sum() == pytest.approx(NEEDLE.area, abs=1e-9)


def test_its_halves_sum_to_the_whole(monkeypatch):
    west, south, east, north = BEYOND
    boxes = [(west - 300, south, west, north), (west, south, east, north)]
    monkeypatch.setattr(pieces, "_half_boxes", lambda _: boxes)
    halves = pieces._halves_by_clip(NEEDLE)
    assert shapely.area(halves).sum() == pytest.approx(NEEDLE.area, abs=1e-9)
