"""Which construction the basic ecological control line allows, by kind of project and year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.attributes import text
from analyses.tables import shipped

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

RANK = {"violation": 0, "review": 1, "grandfathered": 2, "allowed": 3}
"""Where features overlap the graver class holds."""


def project_classes() -> dict[str, str]:
    """Read the class of each kind of project by every name it goes under, in lower case.

    Examples
    --------
    >>> project_classes()["道路"], project_classes()["factory"]
    ('allowed', 'violation')
    """
    found: dict[str, str] = {}
    for row in shipped("control_line_project_types.csv"):
        for name in (row.cells["type"], *row.cells["names"].split(";")):
            found[name.strip().casefold()] = row.cells["class"]
    return found


def classed(construction: gpd.GeoDataFrame, line_year: int) -> NDArray[np.str_]:
    """Class construction inside the line as allowed, grandfathered, to be reviewed, or violation candidate.

    Allowed are the kinds of project the rules list. Of the rest, what has a permit and was built before the
    line's year is grandfathered; what is of another known kind and was built after that year is a violation
    candidate. Everything else needs review: unknown kind or year, no permit, built in that very year.
    """
    classes = project_classes()
    named = text(construction, "project_type").str.casefold()
    by_kind = named.map(lambda name: classes.get(name, "review")).to_numpy(dtype=object)
    year = _years(construction)
    permit = (text(construction, "permit_no") != "").to_numpy()
    old = (year < line_year) & permit
    candidate = (by_kind == "violation") & (year > line_year)
    conditions = [by_kind == "allowed", old, candidate]
    return np.select(conditions, ["allowed", "grandfathered", "violation"], "review")


def _years(construction: gpd.GeoDataFrame) -> NDArray[np.float64]:
    if "built_year" not in construction:
        return np.full(len(construction), np.nan)
    return pd.to_numeric(construction["built_year"]).to_numpy(dtype=np.float64, na_value=np.nan)
