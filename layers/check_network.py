"""Rules on lines that should form a network: islands, ends just short, crossings without a node."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from geo.meeting import may_meet_apart
from geo.noding import same_place
from layers.catalogue import finding
from layers.kinds import LayerKind
from layers.located import each, located
from layers.text import Text
from layers.trees import tree_of

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from layers.findings import Finding
    from layers.study import Study

    Numbers = NDArray[np.intp]

NODE_M = 0.001
"""What is shorter has no length; lines that cross nearer than this to a vertex of both cross there."""
DANGLE_M = 1.0
ISLAND_SHARE = 0.01
"""Islands are reported where together they hold more than this share of the length."""
AT_ONCE = 1 << 15
"""Lines whose neighbours are looked for together: memory used again is quicker than fresh memory."""


def check_network(study: Study) -> list[Finding]:
    """Apply the rules to the walking network."""
    layer = study.layers.get(LayerKind.STREETS)
    if layer is None or layer.frame.empty:
        return []
    frame = layer.frame
    shapes = frame.geometry.to_numpy()
    zero = shapely.length(shapes) <= NODE_M
    said = each(int(zero.sum()), Text("长度为零", "has no length"))
    found = located(
        "network.zero_length", "streets", frame["id"][zero].to_numpy(), shapes[zero], study.crs, said
    )
    if zero.all():
        return found
    if zero.any():
        frame = frame[~zero]
        shapes = frame.geometry.to_numpy()
    tree = shapely.STRtree(shapes) if zero.any() else tree_of(layer)
    return found + _joints(frame, study, tree) + _crossings(frame, study, tree)


def _joints(frame: gpd.GeoDataFrame, study: Study, tree: shapely.STRtree) -> list[Finding]:
    """Look at where lines join and where they do not; what this takes is let go before others look."""
    shapes = frame.geometry.to_numpy()
    points, line = shapely.get_coordinates(shapes, return_index=True)
    node = same_place(points)  # as the network joins them: what is a hair apart is apart
    return _islands(shapes, line, node) + _dangles(frame, study, tree, points, line, node)


def _islands(shapes: NDArray[np.object_], line: Numbers, node: Numbers) -> list[Finding]:
    size = len(shapes) + int(node.max()) + 1
    first = np.searchsorted(line, np.arange(size + 1)).astype(np.int32)  # nodes begin no links of their own
    to = (node + len(shapes)).astype(np.int32)
    links = csr_array((np.ones(len(to), np.int8), to, first), shape=(size, size))
    count, label = connected_components(links, directed=False)
    length = np.bincount(label[: len(shapes)], shapely.length(shapes), minlength=count)
    pieces = int((length > 0).sum())
    share = 1 - length.max() / length.sum()
    if pieces < 2 or share <= ISLAND_SHARE:  # noqa: PLR2004 - one piece is whole
        return []
    message = Text(
        f"streets：路网分为 {pieces} 块，{share:.1%} 的长度不与主体连通",
        f"streets: {pieces} pieces; {share:.1%} of the length is cut off from the largest",
    )
    return [finding("network.island", message, layer="streets")]


def _dangles(
    frame: gpd.GeoDataFrame,
    study: Study,
    tree: shapely.STRtree,
    points: NDArray[np.float64],
    line: Numbers,
    node: Numbers,
) -> list[Finding]:
    starts = np.flatnonzero(np.r_[True, line[1:] != line[:-1]])
    ends = np.r_[starts, np.r_[starts[1:], len(line)] - 1]
    uses = np.bincount(node)
    free = ends[uses[node[ends]] == 1]
    places = shapely.points(points[free])
    which, other = tree.query(places, predicate="dwithin", distance=DANGLE_M)
    rows = np.unique(which[other != line[free[which]]])
    ids = frame["id"].iloc[line[free[rows]]].to_numpy()
    said = each(
        len(rows),
        Text(f"端点距另一条线不足 {DANGLE_M:g} m 而未相接", f"ends within {DANGLE_M:g} m of another line"),
    )
    return located("network.dangle", "streets", ids, np.asarray(places)[rows], study.crs, said)


def _crossings(frame: gpd.GeoDataFrame, study: Study, tree: shapely.STRtree) -> list[Finding]:
    shapes = frame.geometry.to_numpy()
    level = frame["level"].fillna(0).to_numpy(dtype=float) if "level" in frame else np.zeros(len(frame))
    one, two = _neighbours(shapes, level, tree)
    maybe = may_meet_apart(shapes, one, two)
    one, two = one[maybe], two[maybe]
    crosses = shapely.crosses(shapes[one], shapes[two])
    one, two = one[crosses], two[crosses]
    if not len(one):
        return []
    ids = frame["id"].iloc[one].to_numpy(), frame["id"].iloc[two].to_numpy()
    meets = shapely.intersection(shapes[one], shapes[two])
    nodes = shapely.intersection(_vertices(shapes[one]), _vertices(shapes[two]))
    apart = shapely.difference(meets, shapely.buffer(nodes, NODE_M))
    rows = np.flatnonzero(~shapely.is_empty(apart))
    said = [Text(f"与 {ids[1][i]} 相交而无节点", f"crosses {ids[1][i]} without a node") for i in rows]
    return located("network.crossing", "streets", ids[0][rows], apart[rows], study.crs, said)


def _neighbours(
    shapes: NDArray[np.object_], level: NDArray[np.float64], tree: shapely.STRtree
) -> tuple[Numbers, Numbers]:
    """Pair the lines of one level whose boxes meet, the lower row first."""
    found = []
    for start in range(0, len(shapes), AT_ONCE):
        one, two = tree.query(shapes[start : start + AT_ONCE])
        one += start
        pairs = np.flatnonzero((one < two) & (level[one] == level[two]))
        found.append((one[pairs], two[pairs]))
    one, two = (np.concatenate(rows) for rows in zip(*found, strict=True))
    return one, two


def _vertices(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    starts = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
    made = [shapely.MultiPoint(one) for one in np.split(points, starts[1:])]
    return np.array(made, dtype=object)
