"""Measure against target: the result, and all of it together, the report."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analyses.indicator import Indicator
    from analyses.quantities import Measure, Quantity
    from analyses.target import Target
    from layers.findings import Finding
    from layers.study import Source, Study
    from layers.text import Text


class Status(StrEnum):
    """Verdict on one target; what cannot be judged is never passed."""

    MET = "MET"
    MISSED = "MISSED"
    NO_DATA = "NO_DATA"
    NO_TARGET = "NO_TARGET"


@dataclass(frozen=True)
class Result:
    """One indicator, for the city or one district, held against one target (or none).

    ``district`` is None for the whole city. ``gap`` is value minus target in the value's unit (negative =
    short of it for ``>=``), None where there is no number. ``reason`` always says why the status is what it
    is. ``parameters`` holds, by name, ``{"value", "unit", "default", "verified", "doubt"}``.
    """

    indicator: str
    title: Text
    district: str | None
    quantity: Quantity | None
    status: Status
    reason: Text
    target: Target | None = None
    gap: float | None = None
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    proxy_layers: tuple[str, ...] = ()
    declared: bool = False


@dataclass(frozen=True)
class Provenance:
    """What went into a report; holds nothing that changes between two identical runs."""

    inputs: Mapping[str, Source]
    config_sha256: str
    software: Mapping[str, str]
    parameters: Mapping[str, Any]
    plans: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Report:
    """All of it: the study, the results, the findings, the provenance.

    ``measures`` holds the measure behind each result by indicator id; indicators that could not be measured
    are absent there and have a NO_DATA result.
    """

    study: Study
    results: tuple[Result, ...]
    findings: tuple[Finding, ...]
    provenance: Provenance
    indicators: Mapping[str, Indicator]
    measures: Mapping[str, Measure]
    run_id: str
