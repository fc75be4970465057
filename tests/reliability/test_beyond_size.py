"""Input far beyond the expected ends in a result, or in one sentence, without filling the memory."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from square_city import X0, Y0, frame, line
from square_files import walk_share, written

from analyses.evaluate import Request, evaluate
from analyses.provenance import build_provenance, run_id
from layers.config import load_config
from layers.errors import DataError
from layers.open_study import open_study
from layers.validate import validate_study

MB = 1_000_000


def opened(city):
    return open_study(load_config(city.toml()), city.folder)


def measured(study, *indicators):
    provenance = build_provenance(study, "0" * 64, ())
    report = evaluate(study, [], provenance, run_id(provenance), Request(only=set(indicators)))
    return {name: report.measures[name] for name in indicators}


@pytest.mark.parametrize(("cell_m", "dtype"), [(0.01, "uint8"), (0.2, "float64")])
def test_a_raster_larger_than_memory_is_refused_before_it_is_read(tmp_path, cell_m, dtype):
    city = written(tmp_path / "city")
    cells = int(4_000 / cell_m)
    options = {"driver": "GTiff", "dtype": dtype, "count": 1, "width": cells, "height": cells, "nodata": 0}
    options |= {"crs": "EPSG:4547", "transform": Affine(cell_m, 0, X0, 0, -cell_m, Y0 + 4_000)}
    options |= {"sparse_ok": True, "tiled": True, "bigtiff": "yes", "compress": "deflate"}
    options |= {"blockxsize": 4_096, "blockysize": 4_096}
    with rasterio.open(city.folder / "terrain.tif", "w", **options):
        pass
    city.add("terrain", "terrain.tif")
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match=f"terrain.*too many cells.*{cells * cells:,}"):
            opened(city)
        assert tracemalloc.get_traced_memory()[1] < 50 * MB
    finally:
        tracemalloc.stop()


def test_a_polygon_of_very_many_vertices_is_measured_exactly(tmp_path):
    city = written(tmp_path / "city")
    turn = np.linspace(0, 2 * np.pi, 60_000, endpoint=False)
    radius = 900 * (1 + 0.1 * np.sin(7 * turn) + 0.01 * np.sin(6_007 * turn))
    ring = np.column_stack([np.cos(turn), np.sin(turn)]) * radius[:, None] + [X0 + 500, Y0 + 2_000]
    shape = shapely.Polygon(ring)
    city.write("red_line", frame([shape], BSM=["r1"]))
    study = opened(city)
    area = measured(study, "red_line_area")["red_line_area"].city.part
    inside = shapely.intersection(shape, study.boundary)
    assert 0.5 < inside.area / shape.area < 0.9  # much of it lies outside
    assert area * 1e6 == pytest.approx(inside.area, rel=1e-3)  # the plane's scale apart


def test_a_network_of_thousands_of_islands_serves_only_what_hangs_together(tmp_path):
    city = written(tmp_path / "city")
    apart = [
        line((x, y), (x + 30, y))
        for x in range(20, 3_980, 60)
        for y in (*range(20, 780, 40), *range(1_400, 3_980, 40))
    ]
    whole = [line((0, 1_000), (2_000, 1_000)), line((2_000, 1_000), (4_000, 1_000))]
    city.write("streets", frame(whole + apart))
    study = opened(city)
    found = measured(study, "park_walk_coverage")["park_walk_coverage"]
    assert found.city.value == pytest.approx(walk_share(300, 100), rel=2e-3)
    islands = [one for one in validate_study(study) if one.code == "network.island"]
    assert len(islands) == 1
    assert f"{len(apart) + 1:,}".replace(",", "") in islands[0].message.en.replace(",", "")
