"""What is to be said about an import: findings with the OpenStreetMap object and its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapely import box

from layers.catalogue import finding
from layers.kinds import SPECS, LayerKind
from layers.osm.topology import largest_part_share
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry

    from layers.findings import Finding
    from layers.osm.extract import Extract

HANGS_TOGETHER = 0.9


def remarks(
    extract: Extract, layers: Mapping[LayerKind, gpd.GeoDataFrame], boundary: BaseGeometry
) -> list[Finding]:
    """Give the findings of an import, in a fixed order."""
    return [
        *_on_areas(extract),
        *_on_streets(extract, layers[LayerKind.STREETS]),
        *_on_file(extract, boundary),
        *_on_empty(layers),
    ]


def _on_areas(extract: Extract) -> list[Finding]:
    found = []
    for name, (kind, place, partial) in sorted(extract.broken.items()):
        code = "osm.area_incomplete" if partial else "osm.area_broken"
        text = (
            Text(
                f"{name} 有一部分在数据范围之外，未采用",
                f"parts of {name} lie outside the extract; it is left out",
            )
            if partial
            else Text(
                f"{name} 的边界不闭合或自相交，未采用",
                f"the rings of {name} do not close or cross themselves; it is left out",
            )
        )
        found.append(finding(code, text, layer=kind.value, feature=name, place=place))
    for name, place in sorted(extract.shut_parks.items()):
        text = Text(
            f"公园 {name} 不对公众开放，未采用", f"park {name} is not open to the public; it is left out"
        )
        found.append(finding("osm.park_private", text, layer="parks", feature=name, place=place))
    for name, place in sorted(extract.not_nature.items()):
        text = Text(
            f"保护地 {name} 不是为保护自然设立，不作为红线替代",
            f"{name} is protected for other reasons than nature; it does not stand in for the red line",
        )
        found.append(finding("osm.protected_not_nature", text, layer="red_line", feature=name, place=place))
    if extract.gardens:
        text = Text(
            f"{extract.gardens} 个花园未注明对公众开放，不算公园",
            f"{extract.gardens} gardens do not say that the public may enter: not counted as parks",
        )
        found.append(finding("osm.gardens", text, layer="parks"))
    return found


def _on_streets(extract: Extract, streets: gpd.GeoDataFrame) -> list[Finding]:
    found = []
    counts = (
        (
            "osm.ways_private",
            extract.private_ways,
            "条道路不对公众开放，未采用",
            "ways are not open to the public: left out",
        ),
        (
            "osm.ways_cut",
            extract.ways_cut,
            "条道路有节点在数据范围之外",
            "ways have nodes outside the extract",
        ),
        ("osm.barriers_closed", len(extract.closed_nodes), "处门或路障不让行人通过", "barriers stop walkers"),
    )
    for code, count, zh, en in counts:
        if count:
            found.append(
                finding(
                    code,
                    Text(f"全部数据中有 {count} {zh}", f"in the whole file {count} {en}"),
                    layer="streets",
                )
            )
    for value, count in sorted(extract.unknown_classes.items()):
        shown = value[:40]
        text = Text(
            f"{count} 条道路的 highway 为“{shown}”，不算步行道路",
            f"{count} ways have highway={shown!r}: not counted as walkable",
        )
        found.append(finding("osm.class_unknown", text, layer="streets"))
    share = largest_part_share(streets)
    if share < HANGS_TOGETHER and not streets.empty:
        text = Text(
            f"只有 {share:.1%} 的路段连成一片", f"only {share:.1%} of the edges hang together in one network"
        )
        found.append(finding("osm.network_parts", text, layer="streets"))
    return found


def _on_file(extract: Extract, boundary: BaseGeometry) -> list[Finding]:
    found = []
    if extract.box is not None and not box(*extract.box).covers(boundary):
        west, south, east, north = extract.box
        said = f"{west:.4f}, {south:.4f}, {east:.4f}, {north:.4f}"
        text = Text(
            f"数据范围（{said}）没有盖住整个行政区", f"the extract ({said}) does not cover the whole city"
        )
        found.append(finding("osm.extract_small", text))
    for name in sorted(extract.unreadable):
        text = Text(
            f"{name} 的文字不是 UTF-8，未采用", f"text of {name} is not UTF-8; the object is left out"
        )
        found.append(finding("osm.text_undecodable", text, feature=name))
    if extract.date is None:
        found.append(
            finding("osm.date_unknown", Text("数据没有注明日期", "the extract does not say its date"))
        )
    return found


def _on_empty(layers: Mapping[LayerKind, gpd.GeoDataFrame]) -> list[Finding]:
    found = []
    for kind, frame in layers.items():
        if frame.empty:
            title = SPECS[kind].title
            text = Text(
                f"数据中没有{title.zh}，未写出该图层", f"the extract holds no {title.en} near the city"
            )
            found.append(finding("osm.layer_empty", text, layer=kind.value))
    return found
