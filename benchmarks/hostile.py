"""Input far beyond the expected: the run finishes, or stops with one sentence, in bounded memory."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from affine import Affine

from benchmarks.made_up import rough_polygons
from benchmarks.measure import Row, progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[1]
CASE = "beyond the expected"
MOST_GB = 4.0
MOST_S = 600
X0, Y0, SIDE_M = 480_000.0, 2_490_000.0, 20_000.0
CRS = "EPSG:4547"
_STOPPED = 3
_LAUNCH = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stdout=sys.stderr).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(code, used.ru_utime + used.ru_stime, used.ru_maxrss)
"""
"""Starts a run from a small process: a child's peak begins with the size of what started it."""


def rows(*, quick: bool = False) -> Iterator[Row]:
    """Run each case in a process of its own."""
    part = 50 if quick else 1
    cases: tuple[tuple[str, Callable[[Path], dict[str, str]], bool], ...] = (
        (
            f"a polygon of {1_000_000 // part:,} vertices",
            lambda folder: _rough(folder, 1_000_000 // part),
            True,
        ),
        (f"{200_000 // part:,} separate streets", lambda folder: _islands(folder, 200_000 // part), True),
        (f"{2_500_000 // part:,} footprints", lambda folder: _footprints(folder, 2_500_000 // part), True),
        ("a raster of 40,000,000,000 cells", _raster, False),
    )
    for size, write, finishes in cases:
        progress(size)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            _write_city(folder, write(folder))
            yield _row(size, _run(folder), finishes=finishes, held=not quick)


def _run(folder: Path) -> tuple[int, str, float, float, float]:
    """Run a city; gives the exit code, the last thing said, CPU and wall seconds, and the peak in GB."""
    command = [sys.executable, "-m", "scripts.entry", "run", str(folder / "city.toml"), "--lang", "en"]
    command += ["--out", str(folder / "out"), "--no-cache", "--allow-missing"]
    begin = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _LAUNCH, *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    wall = time.perf_counter() - begin
    code, cpu_s, peak_kb = done.stdout.splitlines()[-1].split()
    said = (done.stderr.strip().splitlines() or [""])[-1]
    return int(code), said, float(cpu_s), wall, float(peak_kb) / 1e6


def _row(size: str, ended: tuple[int, str, float, float, float], *, finishes: bool, held: bool) -> Row:
    code, said, cpu_s, wall_s, peak_gb = ended
    whole = code in (0, 1) if finishes else code == _STOPPED and said.startswith("shanhai:")
    how = "finished" if code in (0, 1) else f"exit {code}, {said[:160]!r}"
    fine = whole and peak_gb <= MOST_GB and wall_s <= MOST_S
    note = f"{how}; {cpu_s:.0f} CPU seconds"
    return Row(
        CASE, size, "-", peak_gb, None, peak_gb, f"<= {MOST_GB:g} GB" if held else "", fine if held else None,
        note, "GB",
    )  # fmt: skip


def _write_city(folder: Path, layers: dict[str, str]) -> None:
    """Write a boundary, homes, a park and a street, and the layers of the case over them."""
    side = SIDE_M
    plain: dict[str, list[Any]] = {
        "boundary": [shapely.box(X0, Y0, X0 + side, Y0 + side)],
        "residential": [
            shapely.box(X0 + x, Y0 + 9_000, X0 + x + 400, Y0 + 9_300) for x in (8_000, 9_000, 12_000)
        ],
        "parks": [shapely.box(X0 + 8_500, Y0 + 9_350, X0 + 8_900, Y0 + 9_700)],
        "streets": [shapely.LineString([(X0 + 7_000, Y0 + 9_320), (X0 + 12_000, Y0 + 9_350)])],
    }
    paths = {kind: f"{kind}.gpkg" for kind in plain} | layers
    for kind, shapes in plain.items():
        if kind not in layers:
            _save(folder / f"{kind}.gpkg", shapes)
    said = ['schema = 1\n[city]\nid = "beyond"\nname = { zh = "超限", en = "Beyond" }\nresidents = 1000\n']
    said += [f'[layers.{kind}]\npath = "{path}"\n' for kind, path in paths.items()]
    (folder / "city.toml").write_text("\n".join(said), encoding="utf-8")


def _save(path: Path, shapes: Any, **columns: Any) -> None:
    codes = {"YDDM": "0701" if path.stem == "residential" else "1401"}
    ids = [f"{path.stem}{number}" for number in range(len(shapes))]
    frame = gpd.GeoDataFrame({"BSM": ids, **codes, **columns}, geometry=list(shapes), crs=CRS)
    frame.to_file(path, use_arrow=True)


def _rough(folder: Path, vertices: int) -> dict[str, str]:
    """Make the red line and a park of one polygon with a rough edge, across the limit of the city."""
    shape = rough_polygons(1, vertices)[0]
    away = np.array([X0 + 2_500, Y0 + 9_000]) - shapely.get_coordinates(shape.centroid)[0]
    shape = shapely.transform(shape, lambda xy: xy + away)
    _save(folder / "red_line.gpkg", [shape])
    _save(folder / "parks.gpkg", [shape])
    return {"red_line": "red_line.gpkg", "parks": "parks.gpkg"}


def _islands(folder: Path, count: int) -> dict[str, str]:
    """Make streets none of which meets another."""
    side = int(np.ceil(np.sqrt(count)))
    step = SIDE_M / side
    column, row = np.divmod(np.arange(count), side)
    x, y = X0 + (column + 0.2) * step, Y0 + (row + 0.5) * step
    ends = np.stack([np.column_stack([x, y]), np.column_stack([x + 0.6 * step, y])], axis=1)
    _save(folder / "streets.gpkg", shapely.linestrings(ends))
    return {"streets": "streets.gpkg"}


def _footprints(folder: Path, count: int) -> dict[str, str]:
    """Make ten times as many footprints as a city of twenty million has in Shenzhen's plan area."""
    rng = np.random.default_rng(3)
    x, y = rng.uniform(0, SIDE_M - 10, (2, count)) + np.array([[X0], [Y0]])
    shapes = shapely.box(x, y, x + rng.uniform(3, 9, count), y + rng.uniform(3, 9, count))
    _save(folder / "buildings.gpkg", shapes, CS=6)
    return {"buildings": "buildings.gpkg"}


def _raster(folder: Path) -> dict[str, str]:
    """Make an elevation model of 0.1 m cells: sparse on disk, 320 GB in memory."""
    cells = int(SIDE_M / 0.1)
    options = {"driver": "GTiff", "dtype": "float64", "count": 1, "width": cells, "height": cells}
    options |= {"crs": CRS, "transform": Affine(0.1, 0, X0, 0, -0.1, Y0 + SIDE_M), "nodata": -9999.0}
    options |= {"sparse_ok": True, "tiled": True, "bigtiff": "yes", "compress": "deflate"}
    with rasterio.open(folder / "terrain.tif", "w", **options):
        pass
    return {"terrain": "terrain.tif"}
