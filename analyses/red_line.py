"""What the red-line indicators share: the line once, split by district, land and sea told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import shapely

from analyses.areas import layer_once, pieces
from analyses.kept import once_per_study

if TYPE_CHECKING:
    import geopandas as gpd

    from layers.kinds import LayerKind
    from layers.study import Study


@once_per_study
def land_and_sea(study: Study, kind: LayerKind) -> gpd.GeoDataFrame:
    """Cut a red-line layer to the city and the districts, with ``class`` ``land`` or ``sea``.

    A feature whose ``domain`` says land or sea is taken at its word; the rest is cut by the land polygon.
    """
    line = layer_once(study, kind)
    stated = line["domain"] if "domain" in line else pd.Series(None, index=line.index, dtype="str")
    told = pieces(study, line[stated.notna()])
    told["class"] = told.get("domain", "land")
    untold = line[stated.isna()]
    land = pieces(study, untold, study.land).assign(**{"class": "land"})
    sea = pieces(study, untold, shapely.difference(study.boundary, study.land)).assign(**{"class": "sea"})
    parts = [part for part in (told, land, sea) if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else land
