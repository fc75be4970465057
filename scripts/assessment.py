"""The way every judging command goes: city.toml -> study -> report, with progress and a clock."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from analyses.declared import DeclaredTable, load_declared, of_city, unused_values
from analyses.evaluate import Request, evaluate
from analyses.provenance import StageClock, build_provenance, run_id
from analyses.settings import check_settings
from analyses.targets import load_plans
from layers.config import load_config
from layers.kept_layers import FOLDER, LayerCache
from layers.kinds import SPECS, LayerKind
from layers.open_study import open_study
from layers.study import Source
from layers.text import Text
from layers.validate import RULES, main_faults

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from analyses.quantities import Measure
    from analyses.report import Report
    from layers.config import CityConfig
    from layers.study import Study
    from scripts.console import Console


@dataclass(frozen=True)
class Assessment:
    """A report with the configuration it came from and the time its stages took."""

    config: CityConfig
    report: Report
    clock: StageClock


def assess(
    config_path: Path,
    console: Console,
    only: Sequence[str] | None = None,
    *,
    cache: bool = False,
    evidence: Callable[[Study, Mapping[str, Measure]], None] | None = None,
) -> Assessment:
    """Read a city, measure it, hold it against its targets.

    With ``cache`` prepared layers are kept beside ``city.toml`` and taken from there while nothing changed.
    ``evidence`` writes the measures' evidence as soon as they are there, while rules on data are still held.
    """
    clock = StageClock(command=("shanhai", *sys.argv[1:]))
    with console.progress() as progress:
        config = load_config(config_path)
        check_settings(config.parameters)
        base = config_path.parent
        targets = load_plans(config.targets.plans, base)
        declared = _declared(config, base)
        with clock.stage("read"):
            kept = LayerCache(base / FOLDER) if cache else None
            study = open_study(config, base, reading(progress), kept)
        here = (config.city.id, config.targets.geography)
        unused = unused_values(declared, *here, targets)
        study = replace(study, declared=of_city(declared.values, *here))
        provenance = build_provenance(
            study, _sha256(config_path), config.targets.plans, tables=_tables(config, base)
        )
        request = Request(
            places=config.targets.geography,
            only=None if only is None else tuple(only),
            declared=declared.values,
            progress=progress,
            rules=() if only == () else [partial(rule, study) for rule in RULES],
            findings=lambda found: (*main_faults(study, found), *declared.findings, *unused),
            meanwhile=None if evidence is None else _writing(partial(evidence, study), clock, progress),
        )
        with clock.stage("measure"):
            report = evaluate(study, targets, provenance, run_id(provenance), request)
    return Assessment(config, report, clock)


def _writing(
    write: Callable[[Mapping[str, Measure]], None], clock: StageClock, progress: Callable[[Text], None]
) -> Callable[[Mapping[str, Measure]], None]:
    """Make the writing of evidence a stage of its own."""

    def told(measures: Mapping[str, Measure]) -> None:
        progress(Text("写出图形依据，检查数据", "writing the evidence, checking the data"))
        with clock.stage("evidence"):
            write(measures)

    return told


def reading(progress: Callable[[Text], None]) -> Callable[[str, int, int], None]:
    """Tell the progress of reading layers as text."""

    def tell(kind: str, done: int, total: int) -> None:
        title = SPECS[LayerKind(kind)].title
        progress(
            Text(f"读取 {title.zh}（{done + 1}/{total}）", f"reading {title.en} ({done + 1} of {total})")
        )

    return tell


def _declared(config: CityConfig, base: Path) -> DeclaredTable:
    if config.targets.declared is None:
        return DeclaredTable()
    return load_declared(base / config.targets.declared, config.city.as_of)


def _tables(config: CityConfig, base: Path) -> dict[str, Source]:
    """Give the tables that were read beside the layers, with their hashes."""
    paths = [name for name in (*config.targets.plans, config.targets.declared) if name]
    return {
        name: Source(name, sha256=_sha256(base / name), size_bytes=(base / name).stat().st_size)
        for name in paths
        if (base / name).is_file()
    }


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
