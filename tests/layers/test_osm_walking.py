"""Which ways may be walked: one row per rule."""

from __future__ import annotations

import pytest

from layers.osm.walking import BY_CLASS, CLOSED_TO_ALL, closes_way, level, walkable

RULES = [
    # tags, walkable
    ({"highway": "construction", "foot": "yes"}, False),
    ({"highway": "proposed"}, False),
    ({"highway": "abandoned"}, False),
    ({"highway": "corridor", "foot": "yes"}, False),
    ({"highway": "footway", "indoor": "yes"}, False),
    ({"highway": "motorway"}, False),
    ({"highway": "motorway", "foot": "yes"}, True),
    ({"highway": "motorway_link", "access": "yes"}, False),
    ({"highway": "trunk"}, False),
    ({"highway": "trunk", "foot": "designated"}, True),
    ({"highway": "trunk", "sidewalk": "both"}, True),
    ({"highway": "trunk", "sidewalk": "no"}, False),
    ({"highway": "trunk", "sidewalk": "both", "foot": "no"}, False),
    ({"highway": "trunk_link", "sidewalk:left": "yes"}, True),
    ({"highway": "primary", "motorroad": "yes"}, False),
    ({"highway": "primary"}, True),
    ({"highway": "primary", "oneway": "yes"}, True),
    ({"highway": "residential", "access": "private"}, False),
    ({"highway": "residential", "access": "private", "foot": "yes"}, True),
    ({"highway": "residential", "access": "destination"}, True),
    ({"highway": "residential", "foot": "private"}, False),
    ({"highway": "secondary", "foot": "use_sidepath"}, False),
    ({"highway": "residential", "access": "yes", "foot": "no"}, False),
    ({"highway": "residential", "access": "no", "foot": "limited"}, False),
    ({"highway": "residential", "access": "bus"}, True),
    ({"highway": "service", "service": "driveway"}, True),
    ({"highway": "service", "service": "driveway", "access": "private"}, False),
    ({"highway": "service", "service": "drive-through"}, False),
    ({"highway": "service", "service": "drive-through", "foot": "yes"}, True),
    ({"highway": "service", "access": "customers"}, False),
    ({"highway": "track", "access": "forestry"}, False),
    ({"highway": "cycleway"}, True),
    ({"highway": "cycleway", "foot": "no"}, False),
    ({"highway": "steps"}, True),
    ({"highway": "pedestrian", "area": "yes"}, True),
    ({"highway": "raceway"}, False),
    ({"highway": "busway"}, False),
    ({"highway": "bus_stop"}, False),
    ({"highway": ""}, False),
    ({"railway": "rail"}, False),
]


@pytest.mark.parametrize(("tags", "expected"), RULES, ids=[str(tags) for tags, _ in RULES])
def test_a_way_is_walkable_as_the_rules_say(tags, expected):
    assert walkable(tags) is expected


@pytest.mark.parametrize("highway", sorted(BY_CLASS))
def test_foot_overrides_access_and_access_overrides_class(highway):
    assert walkable({"highway": highway})
    for value in CLOSED_TO_ALL:
        assert not walkable({"highway": highway, "access": value})
        assert walkable({"highway": highway, "access": value, "foot": "designated"})


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, 0),
        ({"bridge": "yes"}, 1),
        ({"bridge": "no"}, 0),
        ({"bridge": "yes", "layer": "2"}, 2),
        ({"bridge": "yes", "layer": "0"}, 0),
        ({"tunnel": "yes"}, -1),
        ({"tunnel": "culvert", "layer": "-3"}, -3),
        ({"tunnel": "building_passage"}, 0),
        ({"layer": "+1"}, 1),
        ({"layer": "-1;0"}, -1),
        ({"layer": "top"}, 0),
        ({"layer": "99999999999999999999", "bridge": "yes"}, 1),
        ({"layer": "²"}, 0),
    ],
)
def test_level(tags, expected):
    assert level(tags) == expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"barrier": "gate"}, False),
        ({"barrier": "bollard"}, False),
        ({"barrier": "gate", "locked": "yes"}, True),
        ({"barrier": "gate", "locked": "yes", "foot": "yes"}, False),
        ({"barrier": "lift_gate", "access": "private"}, True),
        ({"barrier": "lift_gate", "access": "no", "foot": "permissive"}, False),
        ({"barrier": "gate", "foot": "no"}, True),
        ({"highway": "crossing", "access": "no"}, False),
    ],
)
def test_a_barrier_closes_a_way_as_the_rules_say(tags, expected):
    assert closes_way(tags) is expected
