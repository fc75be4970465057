"""Hash again what a run read and what it left, and compare with the account of the run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from analyses.outputs.document import read_report
from analyses.outputs.run_document import RUN_JSON, file_sha256, read_run
from layers.errors import ConfigError, DataError
from layers.formats import fingerprint, locate
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from analyses.outputs.document import InputPart
    from analyses.outputs.run_document import RunDocument

REPORT_JSON = "report.json"


class State(StrEnum):
    """What became of a file since the run."""

    SAME = "same"
    CHANGED = "changed"
    MISSING = "missing"
    ADDED = "added"
    UNCHECKED = "unchecked"


STATES: dict[State, Text] = {
    State.SAME: Text("一致", "same"),
    State.CHANGED: Text("内容已变", "changed"),
    State.MISSING: Text("缺失", "missing"),
    State.ADDED: Text("非本次运行写出", "not written by this run"),
    State.UNCHECKED: Text("无法核对（数据库）", "cannot be checked (database)"),
}


@dataclass(frozen=True)
class Check:
    """One file: ``kind`` is ``output``, ``input`` or ``config``."""

    kind: str
    name: str
    state: State


@dataclass(frozen=True)
class Verification:
    """The outcome for every file of a run."""

    run_id: str
    checks: tuple[Check, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing changed and nothing is missing."""
        return all(check.state in (State.SAME, State.UNCHECKED) for check in self.checks)


def verify(folder: Path, config: Path | None = None) -> Verification:
    """Hash again the outputs of a run and, where its ``city.toml`` is given, its inputs.

    Parameters
    ----------
    folder
        The run folder.
    config
        The configuration the run was made from; inputs are looked for beside it.

    Raises
    ------
    ConfigError
        The folder holds no account of a run, or the report in it belongs to another run.
    """
    run = read_run(_bytes(folder / RUN_JSON))
    checks = list(_outputs(folder, run))
    if config is not None:
        found = State.SAME if file_sha256(config) == run.config_sha256 else State.CHANGED
        checks.append(Check("config", config.name, found))
        checks.extend(Check("input", name, _input(one, config.parent)) for name, one in run.inputs.items())
    return Verification(run.run_id, tuple(checks))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(
            Text(
                "读不了 {path}（{fault}）；请指明 shanhai run 写出的结果文件夹。",
                "{path} cannot be read ({fault}); name a folder written by shanhai run.",
            ).format(path=path, fault=error.strerror)
        ) from error


def _outputs(folder: Path, run: RunDocument) -> Iterator[Check]:
    for name, one in run.outputs.items():
        path = folder / name
        if not path.is_file():
            yield Check("output", name, State.MISSING)
        else:
            yield Check("output", name, State.SAME if file_sha256(path) == one.sha256 else State.CHANGED)
    here = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    for name in sorted(here - set(run.outputs) - {RUN_JSON, f"{RUN_JSON}.sig"}):
        yield Check("output", name, State.ADDED)
    if REPORT_JSON in here and read_report((folder / REPORT_JSON).read_bytes()).run_id != run.run_id:
        yield Check("output", f"{REPORT_JSON}: run_id", State.CHANGED)


def _input(one: InputPart, base: Path) -> State:
    if "://" in one.path or not one.sha256:
        return State.UNCHECKED
    path = base / one.path
    if not path.exists():
        return State.MISSING
    try:
        sha256 = fingerprint(locate(one.path, base, one.layer))[0]
    except DataError:  # no layer: a table of targets or of declared values
        sha256 = file_sha256(path) if path.is_file() else ""
    return State.SAME if sha256 == one.sha256 else State.CHANGED
