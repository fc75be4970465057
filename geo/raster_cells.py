"""Reading the cells of a raster without holding them more than once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rasterio.windows import Window

if TYPE_CHECKING:
    import rasterio.io

UNSCALED = (1.0, 0.0)
_ROWS = 256
"""Rows that are read at a time, a multiple of the usual tiles."""


def read_cells(file: rasterio.io.DatasetReader, band: int, window: Window) -> np.ma.MaskedArray:
    """Read the cells of one band, masked where the file says so and where they are no numbers.

    What is stored is brought to values by the scale and offset of the band, where the file states these. Some
    rows at a time: to read and mask a whole raster at once takes four times its memory.
    """
    rows, columns = int(window.height), int(window.width)
    dtype = np.dtype(file.dtypes[band - 1])
    values, masked = np.empty((rows, columns), dtype), np.zeros((rows, columns), dtype=bool)
    one = file.read(band, window=Window(window.col_off, window.row_off, 1, 1), masked=True)
    fill = None if file.nodatavals[band - 1] is None else one.fill_value
    said, number = one.mask is not np.ma.nomask, dtype.kind == "f"
    for top in range(0, rows, _ROWS):
        some = slice(top, min(top + _ROWS, rows))
        part = Window(window.col_off, window.row_off + top, columns, some.stop - top)
        file.read(band, window=part, out=values[some])
        if said:
            np.equal(file.read_masks(band, window=part), 0, out=masked[some])
        if number:
            masked[some] |= ~np.isfinite(values[some])
    mask = masked if said or number else np.ma.nomask
    found = np.ma.array(values, mask=mask, fill_value=fill, copy=False)
    scale, offset = scaling(file, band)
    return found if (scale, offset) == UNSCALED else found * scale + offset


def scaling(file: rasterio.io.DatasetReader, band: int) -> tuple[float, float]:
    """Give scale and offset that a file states for a band; 1 and 0 where it states none."""
    return float(file.scales[band - 1]), float(file.offsets[band - 1])
