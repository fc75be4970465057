"""A small town as OpenStreetMap has it: coordinates in metres from its corner, written as a real extract.

One degree is taken as 111 km north and 102.6 km east here (22.54 degrees north), to 0.3 %.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import osmium
from osmium.osm.mutable import Node, Relation, Way

if TYPE_CHECKING:
    from pathlib import Path

LON, LAT = 114.05, 22.54
EAST_M, NORTH_M = 102_600.0, 111_000.0
DAY = dt.datetime(2024, 5, 6, tzinfo=dt.UTC)


def degrees(x: float, y: float) -> tuple[float, float]:
    return round(LON + x / EAST_M, 7), round(LAT + y / NORTH_M, 7)


@dataclass
class Town:
    """Nodes, ways and relations by number; ``write`` makes the extract and gives its path."""

    nodes: dict[int, tuple[float, float, dict[str, str]]] = field(default_factory=dict)
    ways: dict[int, tuple[list[int], dict[str, str]]] = field(default_factory=dict)
    relations: dict[int, tuple[list[tuple[str, int, str]], dict[str, str]]] = field(default_factory=dict)

    def node(self, number: int, x: float, y: float, **tags: str) -> int:
        self.nodes[number] = (x, y, tags)
        return number

    def way(self, number: int, nodes: list[int], **tags: str) -> int:
        self.ways[number] = (nodes, {key.replace("__", ":"): value for key, value in tags.items()})
        return number

    def line(self, number: int, points: list[tuple[float, float]], **tags: str) -> int:
        """A way with nodes of its own, numbered from a thousand times its number."""
        return self.way(
            number, [self.node(1_000 * number + i, *point) for i, point in enumerate(points)], **tags
        )

    def square(self, number: int, x: float, y: float, side: float, **tags: str) -> int:
        """A closed way with nodes of its own."""
        corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]
        self.line(number, corners, **tags)
        self.ways[number][0].append(1_000 * number)
        return number

    def relation(self, number: int, members: list[tuple[str, int, str]], **tags: str) -> int:
        self.relations[number] = (members, tags)
        return number

    def write(
        self,
        path: Path,
        *,
        date: str | None = "2024-05-06T00:00:00Z",
        format: str = "",  # noqa: A002 - osmium's word
        box: tuple[float, float, float, float] | None = None,
    ) -> Path:
        header = osmium.io.Header()
        if date is not None:
            header.set("osmosis_replication_timestamp", date)
        if box is not None:
            header.add_box(osmium.osm.Box(*degrees(*box[:2]), *degrees(*box[2:])))
        file = osmium.io.File(str(path), format)
        with osmium.SimpleWriter(file, header=header, overwrite=True) as writer:
            for number, (x, y, tags) in sorted(self.nodes.items()):
                writer.add_node(Node(id=number, location=degrees(x, y), tags=tags, version=1, timestamp=DAY))
            for number, (nodes, tags) in sorted(self.ways.items()):
                writer.add_way(Way(id=number, nodes=nodes, tags=tags, version=1, timestamp=DAY))
            for number, (members, tags) in sorted(self.relations.items()):
                writer.add_relation(Relation(id=number, members=members, tags=tags, version=1, timestamp=DAY))
        return path


def boundary_file(path: Path, x: float, y: float, side: float, **properties: str) -> Path:
    """A square boundary as GeoJSON."""
    corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]
    ring = [list(degrees(*corner)) for corner in corners]
    feature = {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    return path
