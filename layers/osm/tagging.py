"""Which layer an OpenStreetMap object belongs to, and with which attributes. Pure rules on tags.

==============  ==========================================================================================
layer           objects
==============  ==========================================================================================
parks           ``leisure=park``, and ``leisure=garden`` that states access yes, permissive or public (most
                gardens are front gardens and flower beds): code 1401. ``place=square`` and
                ``highway=pedestrian`` areas: code 1403. Nature reserves, golf courses, pitches, playgrounds
                and recreation grounds are not parks. Parks with ``access`` no or private are left out and
                reported one by one. ``open`` is true where access or ``fee=no`` says so, false where a fee
                or a restricted group is stated, else empty. ``park_class`` is ``square`` or ``other``.
residential     ``landuse=residential``: code 0701; with footprints of homes where that is hardly mapped (see
                ``homes``). A stand-in for the land-use survey.
built_up        the grounds of buildings and works: ``landuse`` residential, commercial, retail, industrial,
                construction, education, institutional, civic_admin, religious, garages, railway, port,
                harbour, depot; ``amenity`` school, kindergarten, college, university, hospital. A stand-in.
buildings       ``building`` other than no; used for the layer ``construction`` too (a stand-in without
                activity codes, so that encroachment can only be "to review").
water           ``natural=water``, ``landuse`` reservoir and basin, ``waterway=riverbank``
rivers          ``waterway`` river, stream, canal
coastline       ``natural=coastline``
red_line        ``boundary`` national_park and protected_area, ``leisure=nature_reserve``, except areas whose
                ``protect_class`` is not one for nature (1 to 7, 97 to 99). A stand-in for the red line.
stations        ``railway`` station and halt, except miniature railways; areas by a point inside
greenways       walkable ways that are ``highway=cycleway`` or members of a ``route`` relation bicycle, foot,
                hiking or walking; ``level`` by the widest network they belong to. A stand-in.
==============  ==========================================================================================

Park entrances are not imported: they are mapped for few parks and seldom all of a park's, and a park that has
some would no longer be entered where a street crosses its edge.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from layers.kinds import LayerKind
from layers.osm.walking import CLOSED_TO_ALL

if TYPE_CHECKING:
    from collections.abc import Mapping

Attributes = dict[str, str | float | bool | None]

AREA_KEYS = (
    "leisure",
    "landuse",
    "building",
    "natural",
    "place",
    "boundary",
    "amenity",
    "railway",
    "highway",
    "waterway",
)
WAY_KEYS = ("highway", "waterway", "natural")
NODE_KEYS = ("barrier", "railway")

PUBLIC = frozenset({"yes", "permissive", "public", "designated"})
SHUT = frozenset({"no", "private"})
URBAN_LANDUSE = frozenset(
    {
        "residential",
        "commercial",
        "retail",
        "industrial",
        "construction",
        "education",
        "institutional",
        "civic_admin",
        "religious",
        "garages",
        "railway",
        "port",
        "harbour",
        "depot",
    }
)
URBAN_AMENITIES = frozenset({"school", "kindergarten", "college", "university", "hospital"})
RIVERS = frozenset({"river", "stream", "canal"})
NATURE_CLASSES = frozenset({"1", "1a", "1b", "2", "3", "4", "5", "6", "7", "97", "98", "99"})
HOMES = frozenset(
    {
        "apartments",
        "bungalow",
        "cabin",
        "detached",
        "dormitory",
        "farm",
        "house",
        "residential",
        "semidetached_house",
        "terrace",
        "static_caravan",
    }
)
PURPOSES = frozenset(
    {
        "aeroway",
        "amenity",
        "craft",
        "government",
        "healthcare",
        "historic",
        "industrial",
        "leisure",
        "man_made",
        "military",
        "office",
        "power",
        "public_transport",
        "railway",
        "shop",
        "tourism",
    }
)
STATIONS = frozenset({"station", "halt"})
WATER_TYPES = {
    "river": "river",
    "stream": "river",
    "canal": "river",
    "oxbow": "lake",
    "lake": "lake",
    "pond": "lake",
    "lagoon": "lake",
    "reservoir": "reservoir",
}
ROUTES = frozenset({"bicycle", "foot", "hiking", "walking"})
NETWORKS = {"i": "international", "n": "national", "r": "regional", "l": "local"}
MOST_FLOORS = 200


def area_layers(tags: Mapping[str, str]) -> list[tuple[LayerKind, Attributes]]:
    """Give the layers an area belongs to, each with the attributes it has there.

    Examples
    --------
    >>> area_layers({"leisure": "park", "name": "P", "fee": "yes"})[0][1]["open"]
    False
    >>> [str(kind) for kind, _ in area_layers({"landuse": "residential"})]
    ['residential', 'built_up']
    """
    name = {"name": tags.get("name", "")}
    found: list[tuple[LayerKind, Attributes]] = []
    code = park_code(tags)
    if code and tags.get("access") not in SHUT:
        kind = "square" if code == "1403" else "other"
        found.append((LayerKind.PARKS, {**name, "code": code, "park_class": kind, "open": is_open(tags)}))
    if tags.get("landuse") == "residential":
        found.append((LayerKind.RESIDENTIAL, {**name, "code": "0701"}))
    if tags.get("landuse") in URBAN_LANDUSE or tags.get("amenity") in URBAN_AMENITIES:
        found.append((LayerKind.BUILT_UP, {**name}))
    if tags.get("building", "no") != "no":
        found.append((LayerKind.BUILDINGS, {**name, **_building(tags)}))
    if is_water(tags):
        found.append((LayerKind.WATER, {**name, "water_type": water_type(tags)}))
    if is_protected(tags) and protects_nature(tags):
        found.append((LayerKind.RED_LINE, {**name}))
    if is_station(tags):
        found.append((LayerKind.STATIONS, {**name}))
    return found


def _building(tags: Mapping[str, str]) -> Attributes:
    use = tags["building"]
    return {
        "floors": floors(tags.get("building:levels")),
        "use": "" if use == "yes" else use,
        "home": home(tags),
    }


def home(tags: Mapping[str, str]) -> str:
    """Tell whether people live in a building: ``yes`` by type, ``maybe`` where nothing is said, else empty.

    Examples
    --------
    >>> home({"building": "apartments"}), home({"building": "yes"}), home({"building": "yes", "shop": "mall"})
    ('yes', 'maybe', '')
    """
    if tags["building"] in HOMES:
        return "yes"
    return "maybe" if tags["building"] == "yes" and not PURPOSES & tags.keys() else ""


def park_code(tags: Mapping[str, str]) -> str:
    """Give the land-use code of a park (1401) or a square (1403), empty for anything else.

    Examples
    --------
    >>> park_code({"leisure": "park"}), park_code({"place": "square"}), park_code({"leisure": "garden"})
    ('1401', '1403', '')
    """
    leisure = tags.get("leisure")
    if leisure == "park" or (leisure == "garden" and tags.get("access") in PUBLIC):
        return "1401"
    if tags.get("place") == "square" or is_walking_area(tags):
        return "1403"
    return ""


def is_walking_area(tags: Mapping[str, str]) -> bool:
    """Tell whether an area is a pedestrian precinct."""
    return tags.get("highway") == "pedestrian" and tags.get("area") == "yes"


def is_shut_park(tags: Mapping[str, str]) -> bool:
    """Tell whether a park is left out because the public may not enter."""
    return park_code(tags) != "" and tags.get("access") in SHUT


def is_open(tags: Mapping[str, str]) -> bool | None:
    """Tell whether everyone may enter free of charge, None where nothing is said."""
    if tags.get("fee", "no") not in {"no", "donation"} or tags.get("access") in CLOSED_TO_ALL:
        return False
    return True if tags.get("access") in PUBLIC or tags.get("fee") == "no" else None


def is_protected(tags: Mapping[str, str]) -> bool:
    """Tell whether an area is a protected one of any kind."""
    return (
        tags.get("boundary") in {"protected_area", "national_park"} or tags.get("leisure") == "nature_reserve"
    )


def protects_nature(tags: Mapping[str, str]) -> bool:
    """Tell whether a protected area protects nature, as far as its ``protect_class`` says otherwise."""
    stated = tags.get("protect_class", "").strip().lower()
    return stated == "" or stated in NATURE_CLASSES


def is_water(tags: Mapping[str, str]) -> bool:
    """Tell whether an area is water."""
    return (
        tags.get("natural") == "water"
        or tags.get("landuse") in {"reservoir", "basin"}
        or tags.get("waterway") == "riverbank"
    )


def water_type(tags: Mapping[str, str]) -> str:
    """Give the type of a water area: river, lake, reservoir or other.

    Examples
    --------
    >>> water_type({"natural": "water", "water": "pond"}), water_type({"landuse": "reservoir"})
    ('lake', 'reservoir')
    """
    if tags.get("waterway") == "riverbank":
        return "river"
    if tags.get("landuse") == "reservoir":
        return "reservoir"
    return WATER_TYPES.get(tags.get("water", ""), "other")


def is_station(tags: Mapping[str, str]) -> bool:
    """Tell whether something is a station where trains stop for the public."""
    return tags.get("railway") in STATIONS and tags.get("station") != "miniature"


def floors(stated: str | None) -> float | None:
    """Read the number of floors; None where it is absent or no number.

    Examples
    --------
    >>> floors("5"), floors("2.5"), floors("3;5"), floors("many"), floors("-2")
    (5.0, 2.5, 5.0, None, None)
    """
    numbers = []
    for part in (stated or "").replace(",", ".").split(";"):
        try:
            number = float(part)
        except ValueError:
            continue
        if math.isfinite(number) and 0 <= number <= MOST_FLOORS:
            numbers.append(number)
    return max(numbers, default=None)


def route_level(tags: Mapping[str, str]) -> str | None:
    """Give the level of a walking or cycling route, empty where unknown; None for anything else.

    Examples
    --------
    >>> route_level({"type": "route", "route": "bicycle", "network": "rcn"})
    'regional'
    >>> route_level({"type": "route", "route": "bus"}) is None
    True
    """
    if tags.get("type") not in {"route", "superroute"} or tags.get("route") not in ROUTES:
        return None
    return NETWORKS.get(tags.get("network", "")[:1], "")
