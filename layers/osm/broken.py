"""Areas that could not be put together: where they lie, and whether parts of them are missing in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import osmium
from osmium.osm import WAY

from layers.kinds import LayerKind  # noqa: TC001 - a field's type

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from layers.osm.gathering import Box

Place = tuple[float, float]


class Broken(NamedTuple):
    """The layer an area was meant for, a place on it if known, and whether parts lie outside the file."""

    kind: LayerKind
    place: Place | None
    partial: bool


def stream(file: Any, entities: Any, wanted: Any) -> Iterable[Any]:  # noqa: ANN401 - osmium's objects
    """Give the objects of some types that pass a filter."""
    processor: Iterable[Any] = osmium.FileProcessor(file, entities).with_filter(wanted)
    return processor


def locate_broken(
    file: Any,  # noqa: ANN401 - osmium's file
    suspects: Mapping[str, tuple[LayerKind, list[int]]],
    positions: Any,  # noqa: ANN401 - osmium's index of node positions
    near: Box,
) -> dict[str, Broken]:
    """Say of each area that was not put together where it lies; areas elsewhere are left away.

    Parameters
    ----------
    file
        The extract; its ways are read once more.
    suspects
        For each area its layer and the ways it is made of.
    positions
        Positions of the nodes.
    near
        West, south, east, north of what matters.
    """
    if not suspects:
        return {}
    wanted = osmium.filter.IdFilter(sorted({way for _, ways in suspects.values() for way in ways}))
    found: dict[int, tuple[Place | None, bool]] = {}
    for way in stream(file, WAY, wanted):
        places = [_position(positions, node.ref) for node in way.nodes]
        found[way.id] = (next((place for place in places if place is not None), None), None in places)
    broken = {}
    for name, (kind, ways) in suspects.items():
        parts = [found.get(way, (None, True)) for way in ways]
        place = next((place for place, _ in parts if place is not None), None)
        partial = any(gap for _, gap in parts)
        if _matters(place, near, partial=partial):
            broken[name] = Broken(kind, place, partial)
    return broken


def _matters(place: Place | None, near: Box, *, partial: bool) -> bool:
    if place is None:
        return not partial
    west, south, east, north = near
    return west <= place[0] <= east and south <= place[1] <= north


def _position(positions: Any, node: int) -> Place | None:  # noqa: ANN401 - osmium's index
    try:
        location = positions.get(node)
    except KeyError:
        return None
    return (location.lon, location.lat) if location.valid() else None
