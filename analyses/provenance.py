"""Where a report comes from: inputs by hash, parameters, software; the time and memory of each stage."""

from __future__ import annotations

import hashlib
import json
import platform
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING, Any

import pyogrio
import pyproj
import shapely

from analyses.report import Provenance
from geo.processes import peak_mb

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from layers.study import Source, Study

_PACKAGES = (
    "shanhai",
    "exactextract",
    "folium",
    "geopandas",
    "numpy",
    "openpyxl",
    "osmium",
    "pandas",
    "pydantic",
    "pyogrio",
    "pyproj",
    "rasterio",
    "scipy",
    "shapely",
)
_RUN_ID_LENGTH = 16


@cache
def software_versions() -> dict[str, str]:
    """Give the versions of this program, of the packages that compute, and of GDAL, GEOS, PROJ and Python."""
    versions = {"python": platform.python_version()}
    for name in _PACKAGES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = "unknown"
    versions["GDAL"] = ".".join(map(str, pyogrio.__gdal_version__))
    versions["GEOS"] = ".".join(map(str, shapely.geos_version))
    versions["PROJ"] = str(pyproj.proj_version_str)
    return dict(sorted(versions.items()))


def build_provenance(
    study: Study,
    config_sha256: str,
    plans: Iterable[str] = (),
    parameters: Mapping[str, Any] | None = None,
    *,
    tables: Mapping[str, Source] | None = None,
) -> Provenance:
    """Gather what went into a report.

    Parameters
    ----------
    study
        Its sources are the inputs; where it names none, the sources of its layers are.
    config_sha256
        Hash of ``city.toml``.
    plans
        Names of the tables of targets.
    parameters
        The values that hold, by name; those of the study where none are given.
    tables
        Further inputs by name: tables of targets, declared values.
    """
    layers = {kind.value: layer.source for kind, layer in study.layers.items()}
    inputs = {**layers, **study.sources, **(tables or {})}
    values = study.parameters if parameters is None else parameters
    return Provenance(
        inputs=dict(sorted(inputs.items())),
        config_sha256=config_sha256,
        software=software_versions(),
        parameters=dict(sorted(values.items())),
        plans=tuple(plans),
    )


def run_id(provenance: Provenance) -> str:
    """Give the name of a run: sixteen hexadecimal digits, the same for the same inputs.

    Hashed are the inputs' content (not where they lie), how they were read, the configuration, the
    parameters, the plans and the version of this program.
    """
    content = {
        "inputs": {name: _identity(source) for name, source in provenance.inputs.items()},
        "config": provenance.config_sha256,
        "version": provenance.software.get("shanhai", ""),
        "parameters": provenance.parameters,
        "plans": provenance.plans,
    }
    text = json.dumps(content, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_RUN_ID_LENGTH]


def _identity(source: Source) -> dict[str, Any]:
    content = asdict(source)
    if content["sha256"]:
        del content["path"]
    return content


@dataclass(frozen=True)
class Stage:
    """A stage of a run: how long it took, and the highest resident memory up to its end."""

    name: str
    seconds: float
    peak_mb: float


@dataclass
class StageClock:
    """Measures the stages of a run; ``command`` is the program and its arguments, where one was given.

    Stages stand in the order they began; the time of one within another is not counted twice.

    Examples
    --------
    >>> clock = StageClock()
    >>> with clock.stage("read"):
    ...     pass
    >>> [stage.name for stage in clock.stages]
    ['read']
    """

    started: float = field(default_factory=time.time)
    stages: list[Stage] = field(default_factory=list)
    command: tuple[str, ...] = ()
    _within: float = 0.0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure what happens inside but for stages of its own; a stage that fails is kept too."""
        begin, place, before = time.perf_counter(), len(self.stages), self._within
        self._within = 0.0
        try:
            yield
        finally:
            took = time.perf_counter() - begin
            self.stages.insert(place, Stage(name, took - self._within, peak_mb()))
            self._within = before + took
