"""Gains and losses between two runs as shapes: what an indicator's evidence covers in only one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataSourceError
from pyproj import CRS

from analyses.outputs.evidence_gpkg import EVIDENCE
from geo.area import area_m2
from geo.overlay import uncovered_parts
from layers.errors import ConfigError
from layers.text import Text

if TYPE_CHECKING:
    from pathlib import Path

GAINED, LOST = "gained", "lost"
COUNTED = "counted_m2"
"""Column of ground whose evidence counts by a share of its area, such as a plot that is only partly homes."""
_SHARES = ("weight", "residential_share")


def changed_ground(old: Path, new: Path, indicator: str, classes: tuple[str, ...] = ()) -> gpd.GeoDataFrame:
    """Give the ground that an indicator's evidence gained and lost from one run to another.

    Parameters
    ----------
    old, new
        The two run folders.
    indicator
        Its evidence (the layer of this name in ``evidence.gpkg``) is compared; only its areas.
    classes
        Classes of evidence that count; all of them where none is named.

    Returns
    -------
    changes
        In the system of the new run: ``class`` (``gained`` or ``lost``), ``id`` of the piece of evidence it
        is a part of, ``area_m2`` on the ellipsoid, geometry; ``counted_m2`` where the evidence of either run
        counts by a share of its area (``weight`` or ``residential_share``): what of the area is in the value.

    Raises
    ------
    ConfigError
        A run folder has no such evidence.
    """
    now = _evidence(new, indicator, classes)
    crs = CRS.from_user_input(now.crs)
    then = _evidence(old, indicator, classes).to_crs(crs)
    gained, lost = _beyond(now, then, GAINED), _beyond(then, now, LOST)
    changes = gpd.GeoDataFrame(pd.concat([gained, lost], ignore_index=True), crs=crs)
    changes = changes.assign(area_m2=area_m2(np.asarray(changes.geometry), crs))
    if "share" in changes:
        changes[COUNTED] = changes["area_m2"] * changes.pop("share").fillna(1.0)
    return changes


def evidence_of(folder: Path) -> set[str]:
    """Name the indicators that a run left evidence of.

    Raises
    ------
    ConfigError
        The evidence is not there or damaged.
    """
    try:
        return {str(name) for name, _ in pyogrio.list_layers(folder / EVIDENCE)}
    except DataSourceError:
        raise ConfigError(
            Text(
                "读不了 {path}，文件缺失或已损坏；请重新运行 shanhai run。",
                "cannot read {path}: missing or damaged; run shanhai run again.",
            ).format(path=folder / EVIDENCE)
        ) from None


def _evidence(folder: Path, indicator: str, classes: tuple[str, ...]) -> gpd.GeoDataFrame:
    path = folder / EVIDENCE
    if not path.is_file() or indicator not in evidence_of(folder):
        raise ConfigError(
            Text(
                "{path} 中没有指标 {indicator} 的图形；请指明 shanhai run 写出的结果文件夹。",
                "{path} holds no evidence of {indicator}; name a folder written by shanhai run.",
            ).format(path=path, indicator=indicator)
        )
    frame = pyogrio.read_dataframe(path, layer=indicator)
    kept = frame[frame["class"].isin(classes)] if classes else frame
    areas = shapely.get_dimensions(np.asarray(kept.geometry)) == 2  # noqa: PLR2004 - dimension of areas
    share = next((name for name in _SHARES if name in kept), None)
    named = kept[areas][["id", "geometry"]]
    if share is not None:
        named = named.assign(share=kept.loc[areas, share].astype(float))
    return gpd.GeoDataFrame(named, crs=frame.crs)


def _beyond(frame: gpd.GeoDataFrame, other: gpd.GeoDataFrame, kind: str) -> gpd.GeoDataFrame:
    parts = uncovered_parts(np.asarray(frame.geometry), np.asarray(other.geometry))
    some = ~(shapely.is_missing(parts) | shapely.is_empty(parts))
    values = {"id": frame["id"].to_numpy()[some], "class": kind}
    if "share" in frame:
        values["share"] = frame["share"].to_numpy()[some]
    return gpd.GeoDataFrame(values, geometry=list(parts[some]), crs=frame.crs)
