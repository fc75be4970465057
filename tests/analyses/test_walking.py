"""The ways into parks, found once for all parks of a study, against those found for some parks alone."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from square_city import layer, line, point, square, square_study

from analyses.parameters import PARK_CODES, PARK_GREEN_CODES
from analyses.parks import coded_parks, merged_parks
from analyses.walking import access_findings, park_access, walk_network
from geo.area_access import areas_access
from geo.area_reach import areas_reach
from geo.reach import place_distance
from layers.kinds import LayerKind
from layers.text import Text

STREETS = [line((0, 1_000), (1_050, 1_000), (4_000, 1_000)), line((1_050, 1_000), (1_050, 1_300))]
# a park of two parts, one of them a square by its code; a square; a park away from streets
SHAPES = [square(1_000, 950, 100), square(1_100, 950, 100), square(2_000, 950, 100), square(3_000, 3_000, 90)]
CODES, PARKS = ["1401", "1403", "1403", "1401"], ["p", "p", "q", "r"]
GATES = [point(1_000, 1_000), point(2_000, 1_000), point(2_100, 1_000)]
HOMES = [(500, 1_010), (1_250, 1_000), (1_050, 1_250), (1_900, 990), (2_300, 1_000)]


def study(codes=CODES, named=True):
    gates = {"park_id": ["p", "q", "q"]} if named else {}
    return square_study(
        layer(LayerKind.PARKS, SHAPES, code=codes, park_id=PARKS),
        layer(LayerKind.STREETS, STREETS),
        layer(LayerKind.PARK_ENTRANCES, GATES, **gates),
    )


@pytest.mark.parametrize("codes", [CODES, ["1401", "1401", "1403", "1401"]], ids=["mixed", "plain"])
@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("counted", [PARK_CODES, PARK_GREEN_CODES], ids=["all", "green"])
def test_some_parks_are_entered_as_if_they_were_alone(codes, named, counted):
    city = study(codes, named)
    parks = merged_parks(city, coded_parks(city, counted))
    found = park_access(city, parks)
    gates = city.frame(LayerKind.PARK_ENTRANCES)
    alone = areas_access(
        walk_network(city),
        parks.geometry.to_numpy(),
        parks["id"].to_numpy(dtype=object),
        gates.geometry.to_numpy(),
        gates["park_id"].to_numpy(dtype=object) if named else None,
    )
    assert found.ids.tolist() == alone.ids.tolist() == sorted(parks["id"])
    shift = shapely.get_coordinates(square(0, 0, 1)).min(axis=0)
    homes = shapely.points(np.array(HOMES) + shift)
    ways = [place_distance(areas_reach(one), homes, 50) for one in (found, alone)]
    assert np.isfinite(ways[0]).any()
    assert ways[0] == pytest.approx(ways[1], abs=1e-6)
    title = Text("步行", "walk")
    assert access_findings(parks, found, title) == access_findings(parks, alone, title)
