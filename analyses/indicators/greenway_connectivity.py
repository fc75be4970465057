"""How far the greenways hang together, and the gaps worth closing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from analyses.areas import district_sums
from analyses.greenways import GREENWAY_PARAMETERS, greenways
from analyses.indicator import EvidenceClass, Indicator, Parameter
from analyses.lines_once import KM, PATH_TOLERANCE, REPEATED, line_notes
from analyses.parameters import PARK_CODES
from analyses.parks import whole_parks
from analyses.quantities import Beside, Measure, Quantity, Unit
from geo.area import length_m
from geo.line_graph import line_graph, nearest_gaps
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from geo.line_graph import LineGraph
    from layers.study import Study

SNAP = Parameter(
    "greenway_snap_m",
    10.0,
    Text("端点相距多近视为连通", "how near an end must lie to count as joined"),
    unit="m",
    source="proposed: 5 to 20 m",
    doubt=Text(
        "没有标准规定端点捕捉距离，建议 5–20 m", "no standard fixes the distance; 5 to 20 m is proposed"
    ),
    minimum=0,
    maximum=100,
)
GAP_REACH = Parameter(
    "greenway_gap_reach_m",
    2_000.0,
    Text("断点搜索距离", "longest gap looked for"),
    unit="m",
    source="proposed",
    doubt=Text("建议值：更长的断点不列出", "proposed: longer gaps are not listed"),
    minimum=1,
    maximum=50_000,
)
PARK_LINK = Parameter(
    "greenway_park_link_m",
    50.0,
    Text("绿道距公园多近视为相连", "how near a greenway must come to a park to link it"),
    unit="m",
    source="proposed",
    doubt=Text("没有标准规定此距离", "no standard fixes this distance"),
    minimum=0,
    maximum=1_000,
)
LEAST_NODES = 3


def measure(study: Study) -> Measure:
    """Measure the share of built greenway length that lies in the largest connected network.

    Lines join where they cross or an end comes within ``greenway_snap_m`` of another line; places where just
    two edges meet are no nodes. With ``v`` nodes, ``e`` edges and ``p`` components
    ``alpha = (e - v + p) / (2v - 5)``, ``beta = e / v``, ``gamma = e / (3(v - 2))``; for one component these
    are the usual formulas. Gaps are the links of a least spanning tree of the components, shortest first.
    """
    lines = greenways(study)
    inside = lines.counted.drop(columns="class")
    repeated = lines.pieces[lines.pieces["class"] == REPEATED.id].geometry.to_numpy()
    graph = line_graph(inside.geometry.to_numpy(), SNAP.number(study), repeated, PATH_TOLERANCE.number(study))
    pieces = _classed(study, inside, graph)
    largest = pieces[pieces["class"] == "largest"]
    part, whole = district_sums(study, largest, "length_m"), district_sums(study, pieces, "length_m")
    city = _share(float(largest["length_m"].sum()), float(pieces["length_m"].sum()))
    by_district = {key: _share(part[key], whole[key]) for key in whole}
    gaps = _gaps(study, graph)
    evidence = gpd.GeoDataFrame(pd.concat([pieces, gaps], ignore_index=True), crs=study.crs)
    beside = (*_indices(graph), *_gap_besides(gaps), *_park_links(study, graph))
    return Measure(city, by_district, evidence, beside, line_notes(study, lines))


def _share(part_m: float, whole_m: float) -> Quantity:
    return Quantity(part_m / KM, whole_m / KM, Unit.RATIO, Unit.KM, Unit.KM)


def _classed(study: Study, inside: gpd.GeoDataFrame, graph: LineGraph) -> gpd.GeoDataFrame:
    """Give the parts of the network with their component; each lies in one district already."""
    own = inside.iloc[graph.source]
    parts = own.drop(columns=["district", "length_m"]).assign(
        component=graph.component + 1,
        **{"class": np.where(graph.component == 0, "largest", "apart")},
        district=own["district"],
        length_m=length_m(graph.parts, study.crs),
    )
    shapes = gpd.GeoSeries(graph.parts, index=parts.index, crs=study.crs)
    return parts.set_geometry(shapes).reset_index(drop=True)


def _gaps(study: Study, graph: LineGraph) -> gpd.GeoDataFrame:
    """List the gaps, with the components they join and the length of the shorter network they add."""
    gaps = nearest_gaps(graph, GAP_REACH.number(study))
    total = np.bincount(graph.component, weights=length_m(graph.parts, study.crs))
    shapes = [gap.line for gap in gaps]
    frame = gpd.GeoDataFrame(
        {
            "id": [f"gap-{number}" for number in range(1, len(gaps) + 1)],
            "class": ["gap"] * len(gaps),
            "component": [gap.one + 1 for gap in gaps],
            "joins": [gap.other + 1 for gap in gaps],
            "adds_km": [float(min(total[gap.one], total[gap.other])) / KM for gap in gaps],
            "length_m": length_m(shapes, study.crs) if shapes else [],
        },
        geometry=gpd.GeoSeries(shapes, crs=study.crs),
        crs=study.crs,
    )
    middle = shapely.line_interpolate_point(frame.geometry.to_numpy(), 0.5, normalized=True)
    place = gpd.GeoSeries(middle, crs=study.crs).to_crs(4326)
    return frame.assign(longitude=place.x.round(6), latitude=place.y.round(6))


def _indices(graph: LineGraph) -> tuple[Beside, ...]:
    v, e, p = graph.nodes, graph.edges, graph.components
    few = None if v >= LEAST_NODES else Text("节点不足 3 个，指数无定义", "fewer than three nodes: undefined")
    rows = (
        ("alpha", Text("α 指数（环度）", "alpha index (loops)"), e - v + p, 2 * v - 5),
        ("beta", Text("β 指数（线点率）", "beta index (edges per node)"), e, v),
        ("gamma", Text("γ 指数（网络连接度）", "gamma index (edges of those possible)"), e, 3 * (v - 2)),
    )
    counts = (
        ("components", Text("连通分量数", "components"), p),
        ("nodes", Text("节点数", "nodes"), v),
        ("edges", Text("边数", "edges"), e),
    )
    return (
        *(Beside(key, title, Quantity(float(n), None, Unit.COUNT)) for key, title, n in counts),
        *(
            Beside(
                key,
                title,
                None if few else Quantity(float(part), float(whole), Unit.INDEX, Unit.COUNT, Unit.COUNT),
                reason=few,
            )
            for key, title, part, whole in rows
        ),
    )


def _gap_besides(gaps: gpd.GeoDataFrame) -> tuple[Beside, ...]:
    length = Quantity(float(gaps["length_m"].sum()) / KM, None, Unit.KM)
    return (
        Beside("gaps", Text("断点数", "gaps"), Quantity(float(len(gaps)), None, Unit.COUNT)),
        Beside("gap_length", Text("断点总长", "length of all gaps"), length),
    )


def _park_links(study: Study, graph: LineGraph) -> tuple[Beside, ...]:
    """Say how many parks a greenway comes to."""
    title = Text("与绿道相连的公园比例", "parks a greenway comes to")
    if LayerKind.PARKS not in study.layers:
        return (Beside("park_links", title, None, reason=Text("未提供公园图层", "no layer of parks given")),)
    parks = whole_parks(study).geometry.to_numpy()
    parks = parks[shapely.intersects(parks, study.boundary)]
    near, _ = shapely.STRtree(graph.parts).query(parks, predicate="dwithin", distance=PARK_LINK.number(study))
    linked = float(len(np.unique(near)))
    return (
        Beside("park_links", title, Quantity(linked, float(len(parks)), Unit.RATIO, Unit.COUNT, Unit.COUNT)),
    )


INDICATOR = Indicator(
    id="greenway_connectivity",
    title=Text("绿道连通度（最大连通网络占比）", "Greenway connectivity (share in the largest network)"),
    system="greenways",
    unit=Unit.RATIO,
    needs=(LayerKind.GREENWAYS,),
    uses=(LayerKind.PARKS,),
    measure=measure,
    formula=Text(
        "最大连通分量长度 ÷ 绿道总长；α=(e−v+p)/(2v−5)，β=e/v，γ=e/(3(v−2))",
        "length of the largest component ÷ all length; α=(e−v+p)/(2v−5), β=e/v, γ=e/(3(v−2))",
    ),
    basis=Text(
        "图论网络指数（建议口径，无国家标准）", "indices of graph theory (proposed; no national standard)"
    ),
    parameters=(SNAP, GAP_REACH, PARK_LINK, PARK_CODES, *GREENWAY_PARAMETERS),
    classes=(
        EvidenceClass("largest", Text("最大连通网络", "largest network"), "good"),
        EvidenceClass("apart", Text("与主网分离", "apart from it"), "review"),
        EvidenceClass("gap", Text("断点", "gap"), "bad"),
    ),
    edge_cases=(
        Text(
            "只看界内已建的绿道；在界外才相连的两段算分开。",
            "Built greenways inside the boundary alone; two that join outside it count as apart.",
        ),
        Text(
            "端点距另一条线不超过 greenway_snap_m 即算连通；断点只列 greenway_gap_reach_m 以内的。",
            "An end within greenway_snap_m of another line is joined to it; gaps are listed up to "
            "greenway_gap_reach_m.",
        ),
        Text(
            "各区的值是该区绿道中属于全市最大网络的比例，不是该区自己的最大网络。",
            "A district's value is the share of its greenways that belongs to the city's largest network, "
            "not to one of its own.",
        ),
    ),
)
