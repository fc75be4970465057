"""Which OpenStreetMap ways may be walked, and on which level they lie.

The first rule that speaks decides:

1. A way that is not there is not walkable: ``highway`` = construction, proposed, planned, abandoned,
   disused, razed, demolished, dismantled, removed.
2. ``indoor=yes`` and ``highway=corridor`` are the inside of a building: not walkable.
3. ``foot`` overrides everything below. yes, designated, permissive, public, official, destination: walkable.
   no, private, use_sidepath, customers, residents, permit, delivery, military: not walkable. Other values
   (limited, unknown ...) say nothing.
4. ``access`` = no, private, customers, residents, permit, delivery, agricultural, forestry, military,
   employees, emergency: not walkable. Values that name a vehicle (bus, psv) or say yes, permissive,
   destination decide nothing: a road for buses only is judged by its class.
5. ``service=drive-through`` and ``service=emergency_access`` are not walkable. Driveways and parking aisles
   are: whoever closes one to the public tags ``access=private``, and rule 4 takes it out.
6. By class. Walkable: primary, secondary, tertiary (each with ``_link``), unclassified, residential,
   living_street, pedestrian, service, track, road, footway, path, steps, cycleway, bridleway, platform,
   crossing. motorway, trunk (each with ``_link``), every road with ``motorroad=yes``, busway and
   bus_guideway: walkable only where ``sidewalk`` = both, left, right or yes (``sidewalk:left``,
   ``sidewalk:right``, ``sidewalk:both`` = yes alike). Everything else (raceway, escape, via_ferrata,
   elevator, values nobody defined ...) is not walkable.

Direction: ``oneway`` binds vehicles, not walkers, and is not looked at. Closed ways with ``area=yes``
(squares, wide platforms) and areas of several ways are walkable along their outline; nothing is walked across
them. A barrier on a way (gate, lift gate ...) closes it at that point where ``locked=yes``, or rules 3 and 4
applied to the barrier's own tags say so; an untagged gate is passable. What is private is left out although
residents of a gated block may use it: coverage is what the public can reach.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

OPEN_TO_FOOT = frozenset({"yes", "designated", "permissive", "public", "official", "destination"})
CLOSED_TO_FOOT = frozenset(
    {"no", "private", "use_sidepath", "customers", "residents", "permit", "delivery", "military"}
)
CLOSED_TO_ALL = frozenset(
    {
        "no",
        "private",
        "customers",
        "residents",
        "permit",
        "delivery",
        "agricultural",
        "forestry",
        "military",
        "employees",
        "emergency",
    }
)
NOT_THERE = frozenset(
    {
        "construction",
        "proposed",
        "planned",
        "abandoned",
        "disused",
        "razed",
        "demolished",
        "dismantled",
        "removed",
    }
)
BY_CLASS = frozenset(
    {
        "primary",
        "primary_link",
        "secondary",
        "secondary_link",
        "tertiary",
        "tertiary_link",
        "unclassified",
        "residential",
        "living_street",
        "pedestrian",
        "service",
        "track",
        "road",
        "footway",
        "path",
        "steps",
        "cycleway",
        "bridleway",
        "platform",
        "crossing",
    }
)
WITH_SIDEWALK = frozenset({"motorway", "motorway_link", "trunk", "trunk_link", "busway", "bus_guideway"})
NOT_WALKED = frozenset({"corridor", "raceway", "escape", "via_ferrata", "elevator", "emergency_bay"})
KNOWN = BY_CLASS | WITH_SIDEWALK | NOT_THERE | NOT_WALKED
CLOSED_SERVICES = frozenset({"drive-through", "emergency_access"})
SIDEWALKS = frozenset({"both", "left", "right", "yes"})
LEVEL_LIMIT = 9


def walkable(tags: Mapping[str, str]) -> bool:
    """Tell whether the public may walk a way, by the rules at the head of this module.

    Examples
    --------
    >>> walkable({"highway": "residential"}), walkable({"highway": "residential", "access": "private"})
    (True, False)
    >>> walkable({"highway": "service", "access": "private", "foot": "permissive"})
    True
    >>> walkable({"highway": "trunk"}), walkable({"highway": "trunk", "sidewalk": "right"})
    (False, True)
    """
    highway = tags.get("highway", "")
    if highway in NOT_THERE or highway in {"", "corridor"} or tags.get("indoor") == "yes":
        return False
    stated = access(tags)
    if stated is not None:
        return stated
    if tags.get("service") in CLOSED_SERVICES:
        return False
    if highway in WITH_SIDEWALK or tags.get("motorroad") == "yes":
        return has_sidewalk(tags)
    return highway in BY_CLASS


def access(tags: Mapping[str, str]) -> bool | None:
    """Tell whether ``foot`` and ``access`` open or close something to walkers; None where they do not say.

    Examples
    --------
    >>> access({"access": "no", "foot": "yes"}), access({"access": "private"}), access({"access": "yes"})
    (True, False, None)
    """
    foot = tags.get("foot")
    if foot in OPEN_TO_FOOT:
        return True
    if foot in CLOSED_TO_FOOT or tags.get("access") in CLOSED_TO_ALL:
        return False
    return None


def has_sidewalk(tags: Mapping[str, str]) -> bool:
    """Tell whether a road has a pavement of its own."""
    return tags.get("sidewalk") in SIDEWALKS or any(
        tags.get(f"sidewalk:{side}") == "yes" for side in ("left", "right", "both")
    )


def closes_way(tags: Mapping[str, str]) -> bool:
    """Tell whether a barrier standing on a way stops walkers.

    Examples
    --------
    >>> closes_way({"barrier": "gate"}), closes_way({"barrier": "gate", "access": "private"})
    (False, True)
    >>> closes_way({"barrier": "gate", "locked": "yes"})
    True
    """
    if "barrier" not in tags:
        return False
    stated = access(tags)
    if stated is None:
        return tags.get("locked") == "yes"
    return not stated


def level(tags: Mapping[str, str]) -> int:
    """Give the level of a way: ``layer``, else 1 on a bridge and -1 in a tunnel, else 0.

    A passage through a building lies on the ground.

    Examples
    --------
    >>> level({"bridge": "yes"}), level({"tunnel": "yes", "layer": "-2"}), level({"layer": "1;2"})
    (1, -2, 1)
    >>> level({"tunnel": "building_passage"}), level({"layer": "high", "bridge": "viaduct"})
    (0, 1)
    """
    stated = tags.get("layer", "").split(";")[0].strip()
    digits = stated.removeprefix("-").removeprefix("+")
    if digits.isascii() and digits.isdecimal() and int(digits[:3]) <= LEVEL_LIMIT:
        return -int(digits[:3]) if stated.startswith("-") else int(digits[:3])
    if tags.get("bridge", "no") != "no":
        return 1
    if tags.get("tunnel", "no") not in {"no", "building_passage"}:
        return -1
    return 0
