"""Residential land where nobody has mapped it: the footprints of homes stand in.

In some cities ``landuse=residential`` is drawn everywhere, in others for a few estates alone (Las Palmas:
53 of 22,228 buildings lie on it), and a coverage computed on those few would mean nothing. Where less than
half of the homes' footprint lies on residential land, the footprints of all other homes are added to the
layer. The half is this program's choice, not a standard's; a finding says what was done.

Homes are buildings whose type says so (house, apartments ...), and buildings of no stated type and purpose
(``building=yes``) that do not stand on grounds of another use (industry, schools, hospitals ...).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from geo.area import area_m2
from layers.catalogue import finding
from layers.text import Text

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from layers.findings import Finding

ENOUGH = 0.5
ROUNDING = 1e-9
"""Of a share: what areas of equal footprints may differ by."""


def with_homes(
    residential: gpd.GeoDataFrame, buildings: gpd.GeoDataFrame, grounds: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Add the footprints of homes to residential land that holds less than half of them.

    Parameters
    ----------
    residential
        Areas of ``landuse=residential`` with ``id``, ``name``, ``code``.
    buildings
        Footprints with ``home``: ``yes``, ``maybe`` (no type stated) or empty.
    grounds
        Urban land use; what is not residential there holds no homes of unstated type.
    """
    points = shapely.point_on_surface(buildings.geometry.to_numpy())
    other = grounds[~grounds["id"].isin(residential["id"])]
    elsewhere = (buildings["home"] == "maybe").to_numpy() & _inside(points, other)
    home = (buildings["home"] != "").to_numpy() & ~elsewhere
    inside = _inside(points, residential)
    size = area_m2(buildings.geometry.to_numpy(), CRS.from_user_input(buildings.crs))
    total = float(size[home].sum())
    share = float(size[home & inside].sum()) / total if total else 1.0
    if share >= ENOUGH - ROUNDING:
        return residential, []
    added = buildings.loc[home & ~inside, ["id", "name", "geometry"]].assign(code="0701")
    untyped = int((buildings.loc[home & ~inside, "home"] == "maybe").sum())
    text = Text(
        f"landuse=residential 只含住宅建筑基底面积的 {share:.1%}；另以 {len(added)} 个住宅建筑基底"
        f"代替居住用地（其中 {untyped} 个未注明类型）",
        f"landuse=residential holds {share:.1%} of the homes' footprint; {len(added)} more footprints of "
        f"homes stand in for residential land ({untyped} of them of no stated type)",
    )
    both = gpd.GeoDataFrame(pd.concat([residential, added], ignore_index=True), crs=buildings.crs)
    return both, [finding("osm.residential_from_buildings", text, layer="residential")]


def _inside(points: NDArray[Any], areas: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    found = np.zeros(len(points), dtype=bool)
    held, _ = shapely.STRtree(areas.geometry.to_numpy()).query(points, predicate="intersects")
    found[held] = True
    return found
