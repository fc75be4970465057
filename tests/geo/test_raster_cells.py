"""Cells read some rows at a time are those read at once."""

import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.windows import Window

from geo.raster_cells import read_cells


@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32"])
@pytest.mark.parametrize("nodata", [None, 3])
def test_some_rows_at_a_time_give_what_the_whole_gives(tmp_path, dtype, nodata):
    rng = np.random.default_rng(1)
    values = rng.integers(0, 9, (1100, 40)).astype(dtype)
    if dtype == "float32":
        values[rng.random(values.shape) < 0.1] = np.nan
        values[7, 7] = np.inf
    path = tmp_path / "a.tif"
    place = Affine(10, 0, 500_000, 0, -10, 2_500_000)
    shape = {"height": 1100, "width": 40, "count": 1, "dtype": dtype, "nodata": nodata}
    with rasterio.open(path, "w", driver="GTiff", transform=place, **shape) as file:
        file.write(values, 1)
    window = Window(3, 5, 30, 1090)
    with rasterio.open(path) as file:
        whole = file.read(1, window=window, masked=True)
        found = read_cells(file, 1, window)
    if dtype == "float32":
        whole = np.ma.masked_invalid(whole)
    assert found.dtype == whole.dtype
    assert found.fill_value == whole.fill_value or np.isnan(found.fill_value)
    assert (np.ma.getmaskarray(found) == np.ma.getmaskarray(whole)).all()
    assert (found.compressed() == whole.compressed()).all()
    assert (found.mask is np.ma.nomask) == (whole.mask is np.ma.nomask)


@pytest.mark.parametrize("nodata", [None, 65535])
def test_values_are_what_scale_and_offset_make_of_what_is_stored(tmp_path, nodata):
    path, stored = tmp_path / "a.tif", np.array([[0, 1234], [20_000, 65535]], dtype="uint16")
    place = Affine(10, 0, 500_000, 0, -10, 2_500_000)
    shape = {"height": 2, "width": 2, "count": 1, "dtype": "uint16", "nodata": nodata}
    with rasterio.open(path, "w", driver="GTiff", transform=place, **shape) as file:
        file.write(stored, 1)
        file.scales, file.offsets = (0.01,), (5.0,)
    with rasterio.open(path) as file:
        found = read_cells(file, 1, Window(0, 0, 2, 2))
    assert found.compressed() == pytest.approx([5.0, 17.34, 205.0, 660.35][: found.count()])
    assert found.count() == (4 if nodata is None else 3)
