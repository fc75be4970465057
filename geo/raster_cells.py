"""Reading the cells of a raster without holding them more than once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rasterio.windows import Window

if TYPE_CHECKING:
    import rasterio.io

_ROWS = 512
"""Rows that are read at a time, a multiple of the usual tiles."""


def read_cells(file: rasterio.io.DatasetReader, band: int, window: Window) -> np.ma.MaskedArray:
    """Read the cells of one band, masked where the file says so and where they are no numbers.

    Some rows at a time: to read and mask a whole raster at once takes four times its memory.
    """
    rows, columns = int(window.height), int(window.width)
    dtype = np.dtype(file.dtypes[band - 1])
    values, masked = np.empty((rows, columns), dtype), np.zeros((rows, columns), dtype=bool)
    fill, some = None, dtype.kind == "f"
    for top in range(0, rows, _ROWS):
        height = min(_ROWS, rows - top)
        part = file.read(
            band, window=Window(window.col_off, window.row_off + top, columns, height), masked=True
        )
        fill = None if file.nodatavals[band - 1] is None else part.fill_value
        some = some or part.mask is not np.ma.nomask
        values[top : top + height] = part.data
        masked[top : top + height] = part.mask
        if dtype.kind == "f":
            masked[top : top + height] |= ~np.isfinite(part.data)
    return np.ma.array(values, mask=masked if some else np.ma.nomask, fill_value=fill, copy=False)
