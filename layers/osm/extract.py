"""Read an OpenStreetMap extract: everything in the file is looked at, what lies near the city is kept.

The file is read twice by osmium (relations first, then everything, so that areas of several ways can be put
together), and once more, ways only, when some areas could not be: to say where they lie.
Node positions are held by osmium's own index, not by Python.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import osmium
from osmium.osm import AREA, NODE, RELATION, WAY

from layers.errors import DataError
from layers.kinds import LayerKind
from layers.osm.broken import Broken, Place, locate_broken, stream
from layers.osm.gathering import Gathering, line_wkb
from layers.osm.tagging import (
    AREA_KEYS,
    NODE_KEYS,
    RIVERS,
    WAY_KEYS,
    area_layers,
    is_protected,
    is_shut_park,
    is_station,
    protects_nature,
    route_level,
)
from layers.osm.walking import KNOWN, closes_way, level, walkable
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from layers.osm.gathering import Box
    from layers.osm.tagging import Attributes

GATHERED = (
    LayerKind.STREETS,
    LayerKind.PARKS,
    LayerKind.RESIDENTIAL,
    LayerKind.BUILT_UP,
    LayerKind.BUILDINGS,
    LayerKind.WATER,
    LayerKind.RIVERS,
    LayerKind.COASTLINE,
    LayerKind.RED_LINE,
    LayerKind.STATIONS,
    LayerKind.GREENWAYS,
)
_WIDEST = ("international", "national", "regional", "local", "")


@dataclass(eq=False)
class Extract:
    """What was read of a file.

    Attributes
    ----------
    layers
        Shapes by kind, in file order; streets are whole ways with the nodes they run through.
    closed_nodes
        Nodes where a barrier stops walkers.
    private_ways, ways_cut, unknown_classes
        Counts: ways left out as not open to the public, ways with nodes outside the file, ways by ``highway``
        value nobody defined.
    gardens
        Gardens without a statement that the public may enter.
    shut_parks, not_nature
        Parks left out as private and protected areas left out as not for nature, with their place.
    broken
        Areas that could not be put together: place (None if unknown), and whether parts lie outside the file.
    unreadable
        Objects whose text is not UTF-8.
    """

    layers: dict[LayerKind, Gathering]
    box: Box | None = None
    date: dt.date | None = None
    closed_nodes: set[int] = field(default_factory=set)
    private_ways: int = 0
    ways_cut: int = 0
    unknown_classes: Counter[str] = field(default_factory=Counter)
    gardens: int = 0
    shut_parks: dict[str, Place] = field(default_factory=dict)
    not_nature: dict[str, Place] = field(default_factory=dict)
    broken: dict[str, Broken] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)


def read_extract(path: Path, near: Box) -> Extract:
    """Read the objects of an extract that touch a box given as west, south, east, north.

    Raises
    ------
    DataError
        The file is missing, no OpenStreetMap file, or damaged.
    """
    if not path.is_file():
        raise DataError(
            Text(
                f"没有 OpenStreetMap 文件 {path}；请检查路径",
                f"there is no OpenStreetMap file {path}; check the path",
            )
        )
    try:
        return _Reading(path, near).result()
    except (RuntimeError, ValueError, OverflowError) as error:
        reason = " ".join(str(error).split())[:200]
        raise DataError(
            Text(
                f"读不了 {path}：文件残缺，或不是 OpenStreetMap 数据（{reason}）；请重新下载完整的 .osm.pbf",
                f"cannot read {path}: it is damaged, cut short or no OpenStreetMap data ({reason}); "
                "download the whole .osm.pbf again",
            )
        ) from None


class _Reading:
    """One reading of one file."""

    def __init__(self, path: Path, near: Box) -> None:
        pbf = path.suffix.lower() == ".pbf"
        self.file = osmium.io.File(str(path), "pbf") if pbf else osmium.io.File(str(path))
        self.near = near
        self.out = Extract({kind: Gathering(near) for kind in GATHERED})
        self.wkb = osmium.geom.WKBFactory()
        self.routes: dict[int, str] = {}
        self.candidates: dict[int, tuple[LayerKind, list[int]]] = {}
        self.assembled: set[int] = set()
        self.empty: dict[str, LayerKind] = {}
        self.newest: dt.datetime | None = None

    def result(self) -> Extract:
        """Read the file."""
        self._header()
        self._relations()
        processor = self._processor()
        for thing in processor:
            if self.newest is not None:
                self.newest = max(self.newest, thing.timestamp)
            tags = self._tags(thing)
            if tags is None:
                continue
            if thing.is_area():
                self._area(thing, tags)
            elif thing.is_way():
                self._way(thing, tags)
            else:
                self._node(thing, tags)
        if self.newest is not None and self.newest.year > 2000:  # noqa: PLR2004 - OSM began in 2004
            self.out.date = self.newest.date()
        self.out.broken = locate_broken(
            self.file, self._suspects(), processor.node_location_storage, self.near
        )
        return self.out

    def _suspects(self) -> dict[str, tuple[LayerKind, list[int]]]:
        """Give the areas that were not put together, with the ways they are made of."""
        suspects = {name: (kind, [int(name[1:])]) for name, kind in self.empty.items() if name[0] == "w"}
        for number, (kind, ways) in self.candidates.items():
            if number not in self.assembled or f"r{number}" in self.empty:
                suspects[f"r{number}"] = (kind, ways)
        return suspects

    def _header(self) -> None:
        with osmium.io.Reader(self.file, osmium.osm.NOTHING) as reader:
            header = reader.header()
        box = header.box()
        if box.valid():
            low, high = box.bottom_left, box.top_right
            self.out.box = (low.lon, low.lat, high.lon, high.lat)
        try:
            self.out.date = dt.datetime.fromisoformat(header.get("osmosis_replication_timestamp", "")).date()
        except ValueError:
            self.newest = dt.datetime.fromtimestamp(0, dt.UTC)

    def _relations(self) -> None:
        for relation in stream(self.file, RELATION, osmium.filter.KeyFilter("type")):
            tags = self._tags(relation)
            if tags is None:
                continue
            stated = route_level(tags)
            if stated is not None:
                for member in relation.members:
                    if member.type == "w":
                        known = self.routes.get(member.ref, stated)
                        self.routes[member.ref] = min(stated, known, key=_WIDEST.index)
            elif tags["type"] in {"multipolygon", "boundary"}:
                kinds = area_layers({**tags, "area": "yes"})
                if kinds:
                    ways = [member.ref for member in relation.members if member.type == "w"]
                    self.candidates[relation.id] = (kinds[0][0], ways)

    def _processor(self) -> Any:  # noqa: ANN401 - osmium's iterator
        wanted_nodes = osmium.filter.KeyFilter(*NODE_KEYS)
        wanted_nodes.enable_for(NODE)
        wanted_ways = osmium.filter.KeyFilter(*WAY_KEYS)
        wanted_ways.enable_for(WAY)
        wanted_areas = osmium.filter.KeyFilter(*AREA_KEYS)
        wanted_areas.enable_for(AREA)
        processor = osmium.FileProcessor(self.file).with_areas(osmium.filter.KeyFilter(*AREA_KEYS))
        for one in (
            osmium.filter.EntityFilter(NODE | WAY | AREA),
            wanted_nodes,
            wanted_ways,
            wanted_areas,
        ):
            processor = processor.with_filter(one)
        return processor

    def _tags(self, thing: Any) -> dict[str, str] | None:  # noqa: ANN401 - any of osmium's objects
        try:
            return {tag.k: tag.v for tag in thing.tags}
        except UnicodeDecodeError:
            name = _name(thing)
            if name not in self.out.unreadable:
                self.out.unreadable.append(name)
            if thing.is_area() and not thing.from_way():
                self.assembled.add(thing.orig_id())
            return None

    def _node(self, node: Any, tags: dict[str, str]) -> None:  # noqa: ANN401
        if closes_way(tags):
            self.out.closed_nodes.add(node.id)
        if is_station(tags) and node.location.valid():
            self.out.layers[LayerKind.STATIONS].add(
                f"n{node.id}", self.wkb.create_point(node), {"name": tags.get("name", "")}
            )

    def _way(self, way: Any, tags: dict[str, str]) -> None:  # noqa: ANN401
        kinds = [
            kind
            for kind, wanted in (
                (LayerKind.COASTLINE, tags.get("natural") == "coastline"),
                (LayerKind.RIVERS, tags.get("waterway") in RIVERS),
                (LayerKind.STREETS, "highway" in tags and self._is_walkable(tags)),
            )
            if wanted
        ]
        if not kinds:
            return
        for shape, nodes in self._runs(way.nodes):
            for kind in kinds:
                self._line(kind, f"w{way.id}", shape, nodes, tags)
            if LayerKind.STREETS in kinds and (tags["highway"] == "cycleway" or way.id in self.routes):
                self._greenway(way.id, shape, tags)

    def _greenway(self, number: int, shape: str, tags: dict[str, str]) -> None:
        attributes: Attributes = {
            "name": tags.get("name", ""),
            "level": self.routes.get(number, ""),
            "built": True,
        }
        self.out.layers[LayerKind.GREENWAYS].add(f"w{number}", shape, attributes)

    def _line(self, kind: LayerKind, name: str, shape: str, nodes: list[int], tags: dict[str, str]) -> None:
        attributes: Attributes = {"name": tags.get("name", "")}
        if kind is LayerKind.STREETS:
            attributes |= {"highway": tags["highway"], "level": level(tags)}
        self.out.layers[kind].add(name, shape, attributes, nodes)

    def _is_walkable(self, tags: dict[str, str]) -> bool:
        if tags["highway"] not in KNOWN:
            self.out.unknown_classes[tags["highway"]] += 1
        open_to_all = walkable(tags)
        if not open_to_all and walkable({"highway": tags["highway"]}):
            self.out.private_ways += 1
        return open_to_all

    def _runs(self, way_nodes: Any) -> Iterator[tuple[str, list[int]]]:  # noqa: ANN401
        """Give a line, or the pieces of it whose nodes are in the file."""
        nodes = [one.ref for one in way_nodes]
        if len(nodes) > 1:
            try:
                yield self.wkb.create_linestring(way_nodes, osmium.geom.ALL), nodes
            except (osmium.InvalidLocationError, RuntimeError):
                pass
            else:
                return
        self.out.ways_cut += 1
        run: list[Any] = []
        for node in [*way_nodes, None]:
            if node is not None and node.location.valid():
                run.append((node.ref, node.lon, node.lat))
                continue
            if len(run) > 1:
                yield line_wkb([(lon, lat) for _, lon, lat in run]), [ref for ref, _, _ in run]
            run = []

    def _area(self, area: Any, tags: dict[str, str]) -> None:  # noqa: ANN401
        from_way, name = area.from_way(), _name(area)
        if not from_way:
            self.assembled.add(area.orig_id())
            if "highway" in tags:
                tags["area"] = "yes"
        layers = area_layers(tags)
        shut, not_nature = is_shut_park(tags), is_protected(tags) and not protects_nature(tags)
        if not (layers or shut or not_nature or "highway" in tags or tags.get("leisure") == "garden"):
            return
        if area.num_rings()[0] == 0:
            if layers:
                self.empty[name] = layers[0][0]
            return
        shape = self.wkb.create_multipolygon(area)
        for kind, attributes in layers:
            self.out.layers[kind].add(name, shape, attributes)
        if not from_way and walkable(tags):
            self._rings(area, name, tags)
        self._left_out(area, name, tags, shut=shut, not_nature=not_nature)

    def _rings(self, area: Any, name: str, tags: dict[str, str]) -> None:  # noqa: ANN401
        for outer in area.outer_rings():
            for ring in (outer, *area.inner_rings(outer)):
                points = [(node.lon, node.lat) for node in ring]
                self._line(LayerKind.STREETS, name, line_wkb(points), [node.ref for node in ring], tags)

    def _left_out(
        self,
        area: Any,  # noqa: ANN401
        name: str,
        tags: dict[str, str],
        *,
        shut: bool,
        not_nature: bool,
    ) -> None:
        node = next(iter(next(iter(area.outer_rings()))))
        place = (node.lon, node.lat)
        if not (self.near[0] <= place[0] <= self.near[2] and self.near[1] <= place[1] <= self.near[3]):
            return
        if shut:
            self.out.shut_parks[name] = place
        elif tags.get("leisure") == "garden" and tags.get("access") is None:
            self.out.gardens += 1
        if not_nature:
            self.out.not_nature[name] = place


def _name(thing: Any) -> str:  # noqa: ANN401 - any of osmium's objects
    if thing.is_area():
        return f"{'w' if thing.from_way() else 'r'}{thing.orig_id()}"
    return f"{thing.type_str()}{thing.id}"
