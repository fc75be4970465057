"""Attributes as the measures need them: a column that is absent is a column of unknowns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    import geopandas as gpd


def truth(frame: gpd.GeoDataFrame, name: str) -> pd.Series[bool]:
    """Give a truth column with three states: true, false and unknown (``pd.NA``).

    Examples
    --------
    >>> import geopandas as gpd
    >>> truth(gpd.GeoDataFrame({"built": [True, None]}), "built").tolist()
    [True, <NA>]
    >>> truth(gpd.GeoDataFrame({"id": ["1"]}), "built").tolist()
    [<NA>]
    """
    if name not in frame:
        return pd.Series(pd.NA, index=frame.index, dtype="boolean")
    return frame[name].astype("boolean")


def text(frame: gpd.GeoDataFrame, name: str) -> pd.Series[str]:
    """Give a text column without surrounding blanks; the unknown is the empty string.

    Examples
    --------
    >>> import geopandas as gpd
    >>> text(gpd.GeoDataFrame({"bank": [" left", None]}), "bank").tolist()
    ['left', '']
    """
    if name not in frame:
        return pd.Series("", index=frame.index, dtype="object")
    return frame[name].astype("object").where(frame[name].notna(), "").astype(str).str.strip()
