"""GeoParquet, in the form geopandas and GDAL write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pyarrow as pa

from layers.formats import refuse

if TYPE_CHECKING:
    from layers.formats import SourceFile


def read_parquet(found: SourceFile) -> tuple[gpd.GeoDataFrame, str]:
    """Read a GeoParquet file; its text is always UTF-8.

    Raises
    ------
    DataError
        Damaged, or a Parquet file without geometry.
    """
    try:
        return gpd.read_parquet(found.path), "utf-8"
    except (pa.ArrowException, ValueError, TypeError, KeyError, OSError) as error:
        said = " ".join(str(error).split())[:200]
        raise refuse(
            found.shown, f"不是完整的 GeoParquet（{said}）", f"is not a whole GeoParquet file ({said})"
        ) from None
