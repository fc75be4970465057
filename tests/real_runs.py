"""Runs of real cities through the command line, and plain readings of what they left."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from pyproj import Geod

from layers.config import load_config
from layers.open_study import open_study

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"
GEOD = Geod(ellps="WGS84")


def needs(folder: str) -> list[pytest.MarkDecorator]:
    """Marks of a module that reads one folder of the real data."""
    missing = not (DATA / folder).is_dir()
    return [pytest.mark.real, pytest.mark.skipif(missing, reason=f"no real data at {DATA / folder}")]


@dataclass
class Run:
    """A run folder, its exit code, how long it took."""

    config: Path
    folder: Path
    code: int
    seconds: float

    @cached_property
    def report(self) -> dict[str, Any]:
        return json.loads((self.folder / "report.json").read_text(encoding="utf-8"))

    @cached_property
    def study(self):
        return open_study(load_config(self.config), self.config.parent)

    @property
    def errors(self) -> list[str]:
        """What the rules call an error in the data: nothing in a true city."""
        found = self.report["findings"]
        return [f"{one['code']}: {one['message']['en']}" for one in found if one["severity"] == "error"]

    def results(self, indicator: str, district: str | None = None) -> list[dict[str, Any]]:
        rows = self.report["results"]
        return [one for one in rows if (one["indicator"], one["district"]) == (indicator, district)]

    def result(self, indicator: str, district: str | None = None) -> dict[str, Any]:
        return self.results(indicator, district)[0]

    def beside(self, indicator: str, name: str) -> float:
        return next(one["value"] for one in self.result(indicator)["beside"] if one["id"] == name)

    def layer(self, name: str) -> gpd.GeoDataFrame:
        return gpd.read_file(self.config.parent / "layers.gpkg", layer=name)


def shanhai(*arguments: object) -> tuple[int, float]:
    """Start the command line as a user does; its exit code and seconds."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "scripts.entry", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=False,
        timeout=600,
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode()[-2000:]
    assert done.returncode in {0, 1, 3}, done.stderr.decode()[-2000:]
    return done.returncode, time.perf_counter() - start


def run_city(config: Path, *options: str) -> Run:
    """Run a city into a folder beside its configuration."""
    folder = config.parent / "run"
    code, seconds = shanhai("run", config, "--out", folder, *options)
    return Run(config, folder, code, seconds)


def geodesic_km2(shapes: gpd.GeoSeries) -> float:
    """Area on the ellipsoid, ring by ring, of shapes that do not overlap."""
    return sum(abs(GEOD.geometry_area_perimeter(one)[0]) for one in shapes.to_crs(4326)) / 1e6


def geodesic_km(lines: gpd.GeoSeries) -> float:
    """Length on the ellipsoid."""
    return sum(GEOD.geometry_length(one) for one in lines.to_crs(4326)) / 1e3


def union(frame: gpd.GeoDataFrame | gpd.GeoSeries):
    """Unite shapes that may be invalid."""
    shapes = shapely.force_2d(frame.geometry.to_numpy())
    return shapely.union_all(shapely.make_valid(shapes))
