"""From ways to the edges of a network: cut where ways share a node, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from collections.abc import Collection

    import geopandas as gpd
    from numpy.typing import NDArray

GAP_DEG = 1e-6


def split_at_shared_nodes(
    ways: gpd.GeoDataFrame, nodes: list[list[int]], closed: Collection[int] = ()
) -> gpd.GeoDataFrame:
    """Cut ways into edges that meet only at their ends.

    A way is cut at each node that it shares with another way or passes twice itself. Ways that cross without
    a common node (a bridge over a street) are not joined. The ends of edges that meet have exactly equal
    coordinates, because they are the same node.

    Parameters
    ----------
    ways
        Lines with a column ``id``; each vertex is one OSM node.
    nodes
        For each way the OSM node of each vertex.
    closed
        Nodes at which nobody passes, such as a locked gate: the edges end about 0.1 m before it.

    Returns
    -------
    The edges with the attributes of their way, ``id`` being the way's with a part number (``w12.1``).
    """
    if ways.empty:
        return ways
    refs = np.concatenate([np.asarray(one, dtype=np.int64) for one in nodes])
    lengths = np.array([len(one) for one in nodes])
    xy = shapely.get_coordinates(ways.geometry.to_numpy())
    shut = np.isin(refs, np.fromiter(closed, dtype=np.int64, count=len(closed)))
    _, place, times = np.unique(refs, return_inverse=True, return_counts=True)
    first = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    last = first + lengths - 1
    cut = (times[place] > 1) | shut
    cut[first] = cut[last] = True

    at = np.flatnonzero(cut)
    way = np.repeat(np.arange(len(lengths)), lengths)[at]
    same_way = way[:-1] == way[1:]
    begin, end, way = at[:-1][same_way], at[1:][same_way], way[:-1][same_way]
    count = end - begin + 1
    edge = np.repeat(np.arange(len(count)), count)
    vertex = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + np.repeat(begin, count)
    points = xy[vertex]
    _hold_off(points, shut[vertex], edge)
    lines = shapely.linestrings(points, indices=edge)

    edges: gpd.GeoDataFrame = ways.iloc[way].set_geometry(lines, crs=ways.crs).reset_index(drop=True)
    edges = edges[shapely.length(lines) > 0].reset_index(drop=True)
    part = edges.groupby("id", sort=False).cumcount() + 1
    edges["id"] = edges["id"] + "." + part.astype("str")
    return edges


def _hold_off(points: NDArray[np.float64], shut: NDArray[np.bool_], edge: NDArray[np.int64]) -> None:
    """Move the ends that lie on a closed node a little back along their own edge."""
    inner = np.diff(edge, prepend=-1) == 0
    followed = np.append(inner[1:], False)
    original = points.copy()
    for mine, step in (
        (np.flatnonzero(shut & followed & ~inner), 1),
        (np.flatnonzero(shut & inner & ~followed), -1),
    ):
        towards = original[mine + step] - original[mine]
        distance = np.hypot(*towards.T)
        share = np.minimum(
            0.25, np.divide(GAP_DEG, distance, out=np.zeros_like(distance), where=distance > 0)
        )
        points[mine] += towards * share[:, None]


def largest_part_share(edges: gpd.GeoDataFrame) -> float:
    """Give the share of the edges that hang together in the largest connected part (0 for no edges).

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import LineString
    >>> lines = [LineString([(0, 0), (1, 0)]), LineString([(1, 0), (2, 2)])]
    >>> largest_part_share(gpd.GeoDataFrame(geometry=lines))
    1.0
    """
    if edges.empty:
        return 0.0
    xy, at = shapely.get_coordinates(edges.geometry.to_numpy(), return_index=True)
    first = np.searchsorted(at, np.arange(len(edges)))
    last = np.searchsorted(at, np.arange(len(edges)), side="right") - 1
    _, node = np.unique(np.concatenate([xy[first], xy[last]]), axis=0, return_inverse=True)
    begin, end = node[: len(edges)], node[len(edges) :]
    size = int(node.max()) + 1
    graph = coo_array((np.ones(len(edges)), (begin, end)), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    return float(np.bincount(label[begin]).max() / len(edges))
