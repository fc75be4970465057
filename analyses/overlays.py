"""Frames cut by areas: what of each feature lies inside, what outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import numpy as np
import shapely

from geo.overlay import covered_parts, uncovered_parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def inside(frame: gpd.GeoDataFrame, areas: Sequence[Any] | NDArray[Any]) -> gpd.GeoDataFrame:
    """Cut features to the union of areas; features left without anything go, columns and index stay."""
    return _with(frame, covered_parts(frame.geometry.to_numpy(), areas))


def outside(frame: gpd.GeoDataFrame, areas: Sequence[Any] | NDArray[Any]) -> gpd.GeoDataFrame:
    """Take the union of areas out of features; features left without anything go."""
    return _with(frame, uncovered_parts(frame.geometry.to_numpy(), areas))


def meeting(
    frame: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, predicate: Literal["intersects"] | None = None
) -> gpd.GeoDataFrame:
    """Keep the features whose boxes meet the box of an area or, where asked, that meet an area themselves."""
    tree = shapely.STRtree(frame.geometry.to_numpy())
    met = np.unique(tree.query(areas.geometry.to_numpy(), predicate=predicate)[1])
    return frame.iloc[met]


def _with(frame: gpd.GeoDataFrame, shapes: NDArray[Any]) -> gpd.GeoDataFrame:
    cut = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))
    return cut[~shapely.is_empty(shapes)]
