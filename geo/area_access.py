"""Where one enters areas from a network, and which edges lie inside them.

Entrances of an area are, in this order: the points given for it; else every point where an edge crosses or
touches its outline (an edge that runs along the outline is an entrance on all its length); else, for an area
without any, points of its outline every 20 m that lie within 30 m of an edge (inferred entrances). Given and
inferred entrances are joined to the nearest position on *every* edge within 30 m, at the cost of the straight
line, except on edges inside the area itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.edge_split import MERGE_M, Parts, SplitNetwork, split_edges
from geo.network import positions_within
from geo.noding import TOUCH_M
from geo.pieces import quarter
from geo.ranges import spread_ranges
from geo.robust import apply, as_array, bags, union_each

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo.network import WalkNetwork
    from geo.robust import Geometries

    Floats = NDArray[np.float64]
    Indices = NDArray[np.intp]

OUTLINE_VERTICES = 64
NO_AREA = -1
_COLUMNS: dict[str, tuple[str, ...]] = {
    "seed_area": ("seed_node", "seed_cost_m"),
    "outline_area": ("outline_edge",),
    "inside_area": ("inside_edge",),
    "given": (),
    "inferred": (),
    "unreachable": (),
}
"""What names areas in ``AreaAccess``, and what stands beside it."""


@dataclass(frozen=True)
class JoinRules:
    """How given and inferred entrances are joined to the network.

    Attributes
    ----------
    within_m
        Greatest straight-line distance from an entrance to an edge.
    spacing_m
        Distance between the points of an outline that are tried where entrances are inferred.
    """

    within_m: float = 30.0
    spacing_m: float = 20.0


@dataclass(frozen=True, eq=False)
class AreaAccess:
    """Entrances of areas on a network whose edges are cut at outlines and entrances.

    Attributes
    ----------
    network
        The network given, cut.
    ids
        Ids of the areas, sorted; other fields name an area by its place here.
    seed_node, seed_area, seed_cost_m
        Entrances: node, area, straight line from the entrance to the network.
    outline_edge, outline_area
        Edges that run along an outline.
    inside_edge, inside_area
        Edges inside an area; nothing is walked there towards the area itself.
    given
        Areas whose entrances were given.
    inferred
        Areas whose entrances were inferred from nearness to an edge.
    unreachable
        Areas without any entrance.
    entrance_area
        Area of each given entrance; ``NO_AREA`` where it belongs to none or lies too far from any edge.
    """

    network: WalkNetwork
    ids: NDArray[Any]
    seed_node: Indices
    seed_area: Indices
    seed_cost_m: Floats
    outline_edge: Indices
    outline_area: Indices
    inside_edge: Indices
    inside_area: Indices
    given: Indices
    inferred: Indices
    unreachable: Indices
    entrance_area: Indices
    streets: Streets

    @property
    def unused_entrances(self) -> Indices:
        """Rows of the given entrances that belong to no area or lie too far from any edge."""
        return np.flatnonzero(self.entrance_area == NO_AREA)

    def only(self, areas: Indices) -> AreaAccess:
        """Keep some of the areas, named by their places in rising order; the network stays cut at all.

        The same as if only these had been given, for an area's entrances and what lies inside it depend on
        no other area, unless entrances belong to the nearest one.
        """
        number = np.full(len(self.ids) + 1, NO_AREA)  # the last one for what belongs to none
        number[areas] = np.arange(len(areas))
        kept: dict[str, Any] = {"ids": self.ids[areas], "entrance_area": number[self.entrance_area]}
        for name, others in _COLUMNS.items():
            own = number[getattr(self, name)]
            kept[name] = own[own != NO_AREA]
            kept |= {other: getattr(self, other)[own != NO_AREA] for other in others}
        return replace(self, **kept)

    def edges_near(self, boxes: NDArray[Any]) -> tuple[Indices, Indices]:
        """List the edges whose box may meet some boxes: the place of the box, and the edge."""
        return self.streets.edges_near(boxes)


@dataclass(frozen=True, eq=False)
class Streets:
    """A network, how it was cut, and what came of it; the index of the whole finds the parts."""

    whole: WalkNetwork
    cuts: tuple[Parts, ...]
    last: SplitNetwork

    def edges_near(self, shapes: NDArray[Any], within_m: float | None = None) -> tuple[Indices, Indices]:
        """List the parts of edges near some shapes, or near their boxes: the place of the shape, the part."""
        if within_m is None:
            shape, edge = self.whole.tree.query(shapes)
        else:
            shape, edge = self.whole.tree.query(shapes, predicate="dwithin", distance=within_m)
        for cut in self.cuts:
            which, edge = cut.of(edge)
            shape = shape[which]
        return shape, edge


@dataclass(frozen=True, eq=False)
class _Contacts:
    """Where edges meet outlines: stretches of edges (points have equal ends) and the areas."""

    edge: Indices
    from_m: Floats
    to_m: Floats
    area: Indices


@dataclass(frozen=True, eq=False)
class _Feet:
    """Entrances joined to edges: which edge, where, whose, how far."""

    edge: Indices
    along_m: Floats
    area: Indices
    cost_m: Floats


def areas_access(
    network: WalkNetwork,
    areas: Geometries,
    area_ids: Sequence[Any] | NDArray[Any],
    entrances: Geometries = (),
    entrance_area_ids: Sequence[Any] | NDArray[Any] | None = None,
    rules: JoinRules = JoinRules(),
) -> AreaAccess:
    """Find the entrances of areas, and the edges inside them.

    Parameters
    ----------
    network
        Where one may walk.
    areas, area_ids
        Polygons; rows with the same id are one area, such as the parts of one that a road divides.
    entrances, entrance_area_ids
        Points, and the id of each one's area; without ids each belongs to the nearest area in reach.
    rules
        Distances for joining entrances to edges.

    Raises
    ------
    ValueError
        Areas and ids, or entrances and their ids, differ in number.

    Examples
    --------
    A square with a street through it has two entrances, and one edge inside:

    >>> from shapely import LineString, box
    >>> from geo.network import build_network
    >>> street = build_network([LineString([(0, 0), (500, 0)])])
    >>> access = areas_access(street, [box(200, -50, 300, 50)], ["a"])
    >>> access.network.nodes[access.seed_node].tolist(), access.network.lines[access.inside_edge[0]].length
    ([[200.0, 0.0], [300.0, 0.0]], 100.0)
    """
    ids, shapes = _areas_by_id(areas, area_ids)
    contacts = _contacts(network, shapes)
    cut = split_edges(network, np.tile(contacts.edge, 2), np.concatenate([contacts.from_m, contacts.to_m]))
    outline = _outline_edges(cut, contacts)
    streets = Streets(network, (cut.parts,), cut)
    inside = _inside_edges(streets, shapes, outline)
    gates, entrance_area = _given_feet(streets, (entrances, entrance_area_ids), (ids, shapes), inside, rules)
    named = _named_areas(ids, entrance_area_ids, gates)
    free = ~np.isin(contacts.area, named)
    rest = np.setdiff1d(np.arange(len(ids)), np.concatenate([named, contacts.area]))
    guesses = _inferred_feet(streets, shapes, rest, inside, rules)
    again = split_edges(
        cut.network,
        np.concatenate([gates.edge, guesses.edge]),
        np.concatenate([gates.along_m, guesses.along_m]),
    )
    both = np.tile(free, 2)
    node = np.concatenate([cut.node[both], again.node])
    area = np.concatenate([np.tile(contacts.area, 2)[both], gates.area, guesses.area])
    cost = np.concatenate([np.zeros(int(both.sum())), gates.cost_m, guesses.cost_m])
    node, area, cost = _least_per_node_and_area(node, area, cost)
    along = ~np.isin(outline[1], named)
    outline_edge, outline_area = _carried(again, outline[0][along], outline[1][along])
    inside_edge, inside_area = _carried(again, *inside)
    return AreaAccess(
        network=again.network,
        ids=ids,
        seed_node=node,
        seed_area=area,
        seed_cost_m=cost,
        outline_edge=outline_edge,
        outline_area=outline_area,
        inside_edge=inside_edge,
        inside_area=inside_area,
        given=np.intersect1d(named, area),
        inferred=np.unique(guesses.area),
        unreachable=np.setdiff1d(np.arange(len(ids)), area),
        entrance_area=entrance_area,
        streets=Streets(network, (cut.parts, again.parts), again),
    )


def _areas_by_id(
    areas: Geometries, area_ids: Sequence[Any] | NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any]]:
    shapes = as_array(areas)
    if len(shapes) != len(area_ids):
        raise ValueError(f"{len(area_ids)} ids for {len(shapes)} areas")
    ids, code = np.unique(np.asarray(area_ids, dtype=object), return_inverse=True)
    if len(ids) == len(shapes):
        ordered = np.empty_like(shapes)
        ordered[code] = shapes
        return ids, ordered
    return ids, apply(union_each, bags(shapes, code))


def _contacts(network: WalkNetwork, shapes: NDArray[Any]) -> _Contacts:
    """Find where edges cross, touch or follow outlines; an edge a millimetre away touches."""
    outline = quarter(shapely.boundary(shapes), OUTLINE_VERTICES)
    piece, edge = network.tree.query(outline.shape, predicate="dwithin", distance=TOUCH_M)
    lines, pieces = network.lines[edge], outline.shape[piece]
    common = apply(shapely.intersection, lines, pieces)
    apart = shapely.is_empty(common)
    common[apart] = shapely.get_point(shapely.shortest_line(lines[apart], pieces[apart]), 0)
    parts, pair = shapely.get_parts(common, return_index=True)
    linear = shapely.get_dimensions(parts) == 1
    first, last = parts.copy(), parts.copy()
    first[linear], last[linear] = shapely.get_point(parts[linear], 0), shapely.get_point(parts[linear], -1)
    a = shapely.line_locate_point(lines[pair], first)
    b = shapely.line_locate_point(lines[pair], last)
    return _Contacts(edge[pair], np.minimum(a, b), np.maximum(a, b), outline.source[piece[pair]])


def _outline_edges(cut: SplitNetwork, contacts: _Contacts) -> tuple[Indices, Indices]:
    """Find the cut edges that run along an outline, with its area."""
    long = contacts.to_m - contacts.from_m > MERGE_M
    _, some = cut.parts.of(np.unique(contacts.edge[long]))
    middle = cut.from_m[some] + cut.network.length_m[some] / 2
    order = some[np.lexsort([middle, cut.parent[some]])]
    parents, middles = cut.parent[order], cut.from_m[order] + cut.network.length_m[order] / 2
    edges, areas = [np.empty(0, np.intp)], [np.empty(0, np.intp)]
    for k in np.flatnonzero(long):
        low, high = np.searchsorted(parents, contacts.edge[k] + np.array([0, 1]))
        begin, end = np.searchsorted(middles[low:high], [contacts.from_m[k], contacts.to_m[k]]) + low
        edges.append(order[begin:end])
        areas.append(np.full(end - begin, contacts.area[k]))
    found = np.unique(np.column_stack([np.concatenate(edges), np.concatenate(areas)]), axis=0)
    return found[:, 0], found[:, 1]


def _inside_edges(
    streets: Streets, shapes: NDArray[Any], outline: tuple[Indices, Indices]
) -> tuple[Indices, Indices]:
    """Find the edges inside areas; they are cut at outlines, so their middles decide."""
    area, edge = streets.edges_near(shapes)
    network = streets.last.network
    key = edge * len(shapes) + area
    free = ~np.isin(key, outline[0] * len(shapes) + outline[1])
    area, edge = area[free], edge[free]
    middle = shapely.get_coordinates(
        shapely.line_interpolate_point(network.lines[edge], network.length_m[edge] / 2)
    )
    shapely.prepare(shapes)
    inside = shapely.contains_xy(shapes[area], middle[:, 0], middle[:, 1])
    return edge[inside], area[inside]


def _given_feet(
    streets: Streets,
    entrances: tuple[Geometries, Sequence[Any] | NDArray[Any] | None],
    areas: tuple[NDArray[Any], NDArray[Any]],
    inside: tuple[Indices, Indices],
    rules: JoinRules,
) -> tuple[_Feet, Indices]:
    """Join given entrances to the edges around; also gives the area of each that could be."""
    points = as_array(entrances[0])
    ids, shapes = areas
    if entrances[1] is None:
        area = np.full(len(points), NO_AREA)
        which, near = shapely.STRtree(shapes).query_nearest(
            points, max_distance=max(rules.within_m, TOUCH_M), all_matches=False
        )
        area[which] = near
    else:
        if len(entrances[1]) != len(points):
            raise ValueError(f"{len(entrances[1])} area ids for {len(points)} entrances")
        place = {one: k for k, one in enumerate(ids)}
        area = np.array([place.get(one, NO_AREA) for one in entrances[1]], np.intp)
    usable = np.flatnonzero((area != NO_AREA) & ~shapely.is_empty(points))
    feet, used = _joined(streets, points[usable], area[usable], inside, rules)
    joined = np.full(len(points), NO_AREA)
    joined[usable[used]] = area[usable[used]]
    return feet, joined


def _named_areas(
    ids: NDArray[Any], entrance_area_ids: Sequence[Any] | NDArray[Any] | None, gates: _Feet
) -> Indices:
    """Areas for which entrances were given, usable or not."""
    if entrance_area_ids is None:
        return np.unique(gates.area)
    wanted = set(entrance_area_ids)
    return np.array([k for k, one in enumerate(ids) if one in wanted], np.intp)


def _inferred_feet(
    streets: Streets,
    shapes: NDArray[Any],
    areas: Indices,
    inside: tuple[Indices, Indices],
    rules: JoinRules,
) -> _Feet:
    """Join points along the outlines of areas to the edges around."""
    rings, owner = shapely.get_parts(shapely.boundary(shapely.normalize(shapes[areas])), return_index=True)
    count = np.maximum(np.ceil(shapely.length(rings) / rules.spacing_m).astype(int), 1)
    ring, step = spread_ranges(np.zeros_like(count), count)
    points = shapely.line_interpolate_point(rings[ring], step * rules.spacing_m)
    return _joined(streets, points, areas[owner[ring]], inside, rules)[0]


def _joined(
    streets: Streets, points: NDArray[Any], area: Indices, inside: tuple[Indices, Indices], rules: JoinRules
) -> tuple[_Feet, Indices]:
    """Join points to the nearest position outside their area on each edge as it was before it was cut."""
    cut = streets.last
    near = streets.edges_near(points, rules.within_m + MERGE_M)
    feet = positions_within(cut.network, points, rules.within_m, near)
    size = int(area.max(initial=0)) + 1 + int(inside[1].max(initial=0))
    own = np.isin(feet.edge * size + area[feet.point], inside[0] * size + inside[1])
    parent = cut.parent[feet.edge]
    order = np.lexsort([feet.edge, feet.distance_m, parent, feet.point])
    order = order[~own[order]]
    nearest = np.ones(len(order), bool)
    same_point = feet.point[order[1:]] == feet.point[order[:-1]]
    nearest[1:] = ~same_point | (parent[order[1:]] != parent[order[:-1]])
    keep = order[nearest]
    found = _Feet(feet.edge[keep], feet.along_m[keep], area[feet.point[keep]], feet.distance_m[keep])
    return found, np.unique(feet.point[keep])


def _least_per_node_and_area(node: Indices, area: Indices, cost: Floats) -> tuple[Indices, Indices, Floats]:
    order = np.lexsort([cost, area, node])
    node, area, cost = node[order], area[order], cost[order]
    new = np.ones(len(node), bool)
    new[1:] = (node[1:] != node[:-1]) | (area[1:] != area[:-1])
    return node[new], area[new], cost[new]


def _carried(cut: SplitNetwork, edge: Indices, area: Indices) -> tuple[Indices, Indices]:
    """Carry marks on edges over to the parts these were cut into."""
    which, part = cut.parts.of(edge)
    return part, area[which]
