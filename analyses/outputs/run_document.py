"""The shape of ``run.json``: what a run did, when, with what, and the hash of every file it left."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, JsonValue, ValidationError

from analyses.outputs.document import Hash, InputPart, Part, unreadable
from analyses.outputs.escaping import storable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from analyses.outputs.document import ReportDocument
    from analyses.provenance import StageClock

RUN_JSON = "run.json"

Moment = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$")]
Seconds = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=0)]


class StagePart(Part):
    """A stage of the run."""

    name: str
    seconds: Seconds
    peak_mb: Seconds = Field(description="Highest resident memory up to the end of the stage, 1e6 bytes")


class OutputPart(Part):
    """A file the run left behind."""

    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    size_bytes: Count


class FindingsPart(Part):
    """How many findings there are of each severity."""

    error: Count
    warning: Count
    info: Count


class RunDocument(Part):
    """What one run of Shanhai did; the only output that holds times."""

    schema_version: Literal[1]
    run_id: str
    city: str
    command: tuple[str, ...] = Field(description="Program and arguments")
    started: Moment
    finished: Moment
    stages: tuple[StagePart, ...]
    config_sha256: Hash
    inputs: dict[str, InputPart]
    parameters: dict[str, JsonValue]
    plans: tuple[str, ...]
    software: dict[str, str]
    findings: FindingsPart
    verdicts: dict[Literal["MET", "MISSED", "NO_DATA", "NO_TARGET"], Count]
    outputs: dict[str, OutputPart] = Field(description="Every file of the folder but this one")


def run_document(
    document: ReportDocument, folder: Path, clock: StageClock, hashes: Mapping[str, str] | None = None
) -> RunDocument:
    """Give the account of a run whose other files lie complete in ``folder``; some may be hashed already."""
    known = hashes or {}
    source = document.provenance
    severities = Counter(one.severity.value for one in document.findings)
    verdicts = Counter(one.status.value for one in document.results)
    return RunDocument(
        schema_version=1,
        run_id=document.run_id,
        city=document.city.id,
        command=tuple(storable(word) for word in clock.command),
        started=_moment(clock.started),
        finished=_moment(dt.datetime.now(dt.UTC).timestamp()),
        stages=tuple(
            StagePart(name=one.name, seconds=round(one.seconds, 3), peak_mb=round(one.peak_mb, 1))
            for one in clock.stages
        ),
        config_sha256=source.config_sha256,
        inputs=source.inputs,
        parameters=source.parameters,
        plans=source.plans,
        software=source.software,
        findings=FindingsPart(**{name: severities[name] for name in ("error", "warning", "info")}),
        verdicts={name: verdicts[name] for name in ("MET", "MISSED", "NO_DATA", "NO_TARGET")},
        outputs={
            one.relative_to(folder).as_posix(): OutputPart(
                sha256=known.get(one.name) or file_sha256(one), size_bytes=one.stat().st_size
            )
            for one in sorted(folder.rglob("*"))
            if one.is_file() and one.name != RUN_JSON
        },
    )


def read_run(text: str | bytes, name: str = RUN_JSON) -> RunDocument:
    """Read ``run.json`` back.

    Raises
    ------
    ConfigError
        The text is no account of a run of a version this program reads.
    """
    try:
        return RunDocument.model_validate_json(text)
    except ValidationError as error:
        raise unreadable(name, error) from error


def file_sha256(path: Path) -> str:
    """Give the SHA-256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _moment(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
