"""Areas of a study's layers: overlaps once, split by district, ellipsoidal square metres.

Every area indicator goes this way: ``once`` removes overlaps, ``pieces`` cuts to a region and to the
districts, ``area_quantity`` sums what lies in the city and in each district.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from analyses.kept import once_per_study
from analyses.quantities import Quantity, Unit
from geo.area import area_m2
from geo.clip_and_split import clip_and_split
from geo.overlay import clip, ranked_partition, split_by

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from shapely.geometry.base import BaseGeometry

    from layers.kinds import LayerKind
    from layers.study import Study

OUTSIDE = ""
"""District of what lies in the city but in no district."""

_DIVISOR = {Unit.M2: 1.0, Unit.KM2: 1e6}


def once(frame: gpd.GeoDataFrame, by: tuple[str, ...] = ("id",)) -> gpd.GeoDataFrame:
    """Remove overlaps: what several features claim stays with the first in the order of columns ``by``.

    The union of the shapes and every column stay as they are; rows left without area go.
    """
    ordered = frame.sort_values(list(by), kind="stable")
    shapes = ranked_partition(ordered.geometry.to_numpy())
    kept = ordered.set_geometry(gpd.GeoSeries(shapes, index=ordered.index, crs=frame.crs))
    return kept[~shapely.is_empty(shapes)]


@once_per_study
def layer_once(study: Study, kind: LayerKind) -> gpd.GeoDataFrame:
    """Give a layer without its overlaps (``once``), made once for all who ask."""
    return once(study.frame(kind))


@once_per_study
def layer_pieces(study: Study, kind: LayerKind) -> gpd.GeoDataFrame:
    """Give the ``pieces`` of a layer inside the city, each place once, made once for all who ask."""
    return pieces(study, layer_once(study, kind))


@once_per_study
def layer_pieces_on_land(study: Study, kind: LayerKind) -> gpd.GeoDataFrame:
    """Give the ``pieces`` of a layer on the land of the city, each place once, made once for all who ask."""
    return pieces(study, layer_once(study, kind), study.land)


def pieces(study: Study, frame: gpd.GeoDataFrame, region: BaseGeometry | None = None) -> gpd.GeoDataFrame:
    """Cut polygons to a region and to the districts.

    Parameters
    ----------
    study
        The study whose boundary and districts cut.
    frame
        Polygons in the study's system.
    region
        Where to cut to; the boundary unless given.

    Returns
    -------
    The pieces with every column of ``frame``, ``district`` (id, or ``""`` outside every district) and
    ``area_m2`` (ellipsoidal). Pieces of one feature sum to its area inside the region.
    """
    shapes, districts = frame.geometry.to_numpy(), study.districts.geometry.to_numpy()
    if region is None or region is study.boundary:
        parts = clip_and_split(shapes, study.boundary, districts)
    else:
        parts = split_by(clip(shapes, region), districts)
    names = np.append(study.districts["id"].to_numpy(dtype=object), OUTSIDE)
    columns = frame.drop(columns=[frame.geometry.name, "district", "area_m2"], errors="ignore")
    found = columns.iloc[parts.feature]
    result = gpd.GeoDataFrame(found, geometry=parts.shape, crs=frame.crs).reset_index(drop=True)
    result["district"] = names[parts.district]
    result["area_m2"] = area_m2(parts.shape, study.crs)
    return result


@once_per_study
def land_pieces(study: Study) -> gpd.GeoDataFrame:
    """Give the land of the city, split by district, with ``area_m2``."""
    land = gpd.GeoDataFrame({"id": ["land"]}, geometry=[study.land], crs=study.crs)
    return pieces(study, land)


def district_sums(study: Study, frame: pd.DataFrame, column: str = "area_m2") -> dict[str, float]:
    """Sum a column by district; every district is there, with 0.0 where nothing lies in it."""
    sums = frame.groupby("district", sort=True)[column].sum()
    return {str(key): float(sums.get(key, 0.0)) for key in study.districts["id"]}


def area_quantity(
    study: Study, frame: pd.DataFrame, unit: Unit = Unit.KM2
) -> tuple[Quantity, dict[str, Quantity]]:
    """Sum ``area_m2`` of pieces for the city and by district, as plain areas in ``unit``."""
    by = _DIVISOR[unit]
    city = Quantity(float(frame["area_m2"].sum()) / by, None, unit, unit)
    return city, {
        key: Quantity(value / by, None, unit, unit) for key, value in district_sums(study, frame).items()
    }


def share_quantity(
    study: Study, part: pd.DataFrame, whole: pd.DataFrame, column: str = "area_m2"
) -> tuple[Quantity, dict[str, Quantity]]:
    """Give the share of one set of pieces in another, for the city and by district."""
    city = Quantity(float(part[column].sum()), float(whole[column].sum()), Unit.RATIO, Unit.M2, Unit.M2)
    return city, share_by_district(district_sums(study, part, column), district_sums(study, whole, column))


def share_by_district(part: Mapping[str, float], whole: Mapping[str, float]) -> dict[str, Quantity]:
    """Pair parts with wholes (square metres) by district."""
    return {key: Quantity(part[key], whole[key], Unit.RATIO, Unit.M2, Unit.M2) for key in whole}


def with_code(frame: gpd.GeoDataFrame, prefixes: str) -> gpd.GeoDataFrame:
    """Keep the features whose land-use code begins with one of the prefixes.

    A layer without a ``code`` column is taken whole: its kind already says what it is. A feature whose code
    is missing is left out when others have one.
    """
    if "code" not in frame.columns or frame["code"].isna().all():
        return frame
    wanted = tuple(prefix.strip() for prefix in prefixes.split(",") if prefix.strip())
    return frame[frame["code"].fillna("").astype(str).str.startswith(wanted)]
