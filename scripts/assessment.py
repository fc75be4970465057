"""The way every judging command goes: city.toml -> study -> report, with progress and a clock."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyses.evaluate import evaluate
from analyses.provenance import StageClock, build_provenance, run_id
from analyses.targets import load_plan
from layers.config import load_config
from layers.open_study import open_study
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from analyses.report import Report
    from layers.config import CityConfig
    from scripts.console import Console


@dataclass(frozen=True)
class Assessment:
    """A report with the configuration it came from and the time its stages took."""

    config: CityConfig
    report: Report
    clock: StageClock


def assess(config_path: Path, console: Console, only: Sequence[str] | None = None) -> Assessment:
    """Read a city, measure it, hold it against its targets."""
    clock = StageClock()
    with console.progress() as progress:
        config = load_config(config_path)
        base = config_path.parent
        targets = tuple(t for plan in config.targets.plans for t in load_plan(plan, base))
        with clock.stage("read"):
            study = open_study(config, base, progress=progress)
        provenance = build_provenance(
            study,
            config_sha256=hashlib.sha256(config_path.read_bytes()).hexdigest(),
            plans=config.targets.plans,
        )
        with clock.stage("measure"):
            progress(Text("计算指标", "measuring"))
            report = evaluate(
                study,
                targets,
                provenance,
                run_id=run_id(provenance),
                places=config.targets.geography,
                only=only or None,
                progress=progress,
            )
    return Assessment(config, report, clock)
