"""The run folder: all outputs of a run, appearing together or not at all."""

from __future__ import annotations

import errno
import fnmatch
import json
import os
import re
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

from analyses.outputs.evidence_gpkg import EVIDENCE, write_evidence
from analyses.outputs.findings_sarif import findings_sarif
from analyses.outputs.folder_lock import FolderLock
from analyses.outputs.junit_xml import junit_xml
from analyses.outputs.report_json import document_json, document_of
from analyses.outputs.results_csv import results_csv
from analyses.outputs.run_document import RUN_JSON, file_sha256, run_document
from analyses.outputs.summary_md import summary_md
from analyses.outputs.swap import exchange, sync, sync_folder
from analyses.provenance import StageClock
from geo.processes import Aside
from layers.errors import ConfigError
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from analyses.outputs.document import ReportDocument
    from analyses.quantities import Measure
    from analyses.report import Report
    from layers.study import Study
    from layers.text import Lang

_SIGNATURES = ("run.json.sig",)
# What other programs leave beside files they open; made again by them, so it does not bar a replacement.
_TRACES = (
    "*.gpkg-wal", "*.gpkg-shm", "*.gpkg-journal", ".DS_Store", "Thumbs.db", "desktop.ini", "~$*", ".~lock.*#",
)  # fmt: skip
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


def run_folder_of(path: Path) -> Path:
    """Give the folder of a run that is named by itself or by a file in it."""
    return path if path.is_dir() else path.parent


def write_run(
    report: Report,
    out: Path,
    *,
    map_html: str | Callable[[], str] | None = None,
    lang: Lang = "zh",
    clock: StageClock | None = None,
    extra: Mapping[str, bytes] | None = None,
) -> Path:
    """Write all outputs of a run into a folder, all or nothing, and give its path.

    Parameters
    ----------
    report
        What was found.
    out
        The folder; an earlier run in it is replaced.
    map_html
        The page of the map, where one is drawn, or what gives it; asked when the evidence is written.
    lang
        Language of ``summary.md``, ``junit.xml`` and ``findings.sarif``; the rest holds both.
    clock
        The stages so far; those of writing are added.
    extra
        Further files by name.

    Raises
    ------
    ConfigError
        As ``RunFolder``.
    """
    clock = StageClock() if clock is None else clock
    with RunFolder(out) as folder:
        with clock.stage("evidence"):
            folder.write_evidence(report.study, report.measures)
        finish_run(report, folder, map_html=map_html, lang=lang, clock=clock, extra=extra)
    return folder.out


def finish_run(
    report: Report,
    folder: RunFolder,
    *,
    map_html: str | Callable[[], str] | None = None,
    lang: Lang = "zh",
    clock: StageClock,
    extra: Mapping[str, bytes] | None = None,
) -> None:
    """Write all outputs of a run but the evidence, which is there, into its folder; as ``write_run``."""
    document = document_of(report)
    with Aside(lambda: _files(document, lang)) as files:
        if map_html is not None:
            with clock.stage("map"):
                folder.write("map.html", map_html if isinstance(map_html, str) else map_html())
        with clock.stage("write"):
            sync(folder.path / EVIDENCE)  # what takes longest, while the other files are made
            hashes = {EVIDENCE: file_sha256(folder.path / EVIDENCE)}
            folder.write("report.json", document_json(document))
            for name, content in {**files.result(), **(extra or {})}.items():
                folder.write(name, content)
    folder.write(RUN_JSON, document_json(run_document(document, folder.path, clock, hashes)))


def _files(document: ReportDocument, lang: Lang) -> dict[str, str | bytes]:
    """Give the files of a run made from ``report.json``, which hold no shapes."""
    from analyses.outputs.results_xlsx import results_xlsx  # noqa: PLC0415 - takes long, and not to begin with

    return {
        "results.csv": results_csv(document),
        "results.xlsx": results_xlsx(document),
        "junit.xml": junit_xml(document, lang),
        "findings.sarif": findings_sarif(document, lang),
        "summary.md": summary_md(document, lang),
    }


class RunFolder:
    """A folder being written beside its final place; leaving the ``with`` block without error publishes it.

    While it is written it lies in ``.<name>.shanhai-<process>.tmp`` beside the final place. An error or
    Ctrl-C removes it; after a kill the next run does. Until the last step, a rename, the previous result is
    whole and in its place. Two runs into one folder exclude each other.

    Only an absent or empty folder or one that a run left (its ``run.json`` lists every file in it) is
    replaced; a folder with anything else in it is refused, so that no file of the user is ever removed.

    Raises
    ------
    ConfigError
        The folder cannot be written, is in use by another run, holds foreign files, or the disk is full.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as base:
    ...     with RunFolder(Path(base, "run")) as folder:
    ...         _ = (folder.path / "report.json").write_text("{}")
    ...     sorted(path.name for path in Path(base).rglob("*"))
    ['report.json', 'run']
    """

    def __init__(self, out: Path) -> None:
        self.out = Path(os.path.realpath(out))
        stem = f".{self.out.name}.shanhai"
        self.path = self.out.parent / f"{stem}-{os.getpid()}.tmp"
        self._aside = self.out.parent / f"{stem}-{os.getpid()}.old"
        self._lock = FolderLock(self.out.parent / f"{stem}.lock")
        self._made: list[Path] = []
        self._entered = False

    def write(self, name: str, content: str | bytes) -> None:
        """Write one file of the folder; text as UTF-8 with plain line feeds."""
        if name != Path(name).name:
            raise ValueError(f"{name!r} is no plain file name")
        data = content.encode("utf-8") if isinstance(content, str) else content
        (self.path / name).write_bytes(data)

    def write_evidence(self, study: Study, measures: Mapping[str, Measure]) -> None:
        """Write the shapes that measures were computed from, as ``evidence.gpkg``."""
        write_evidence(study, measures, self.path / EVIDENCE)

    def __enter__(self) -> Self:
        """Take the lock, clear what a killed run left, see that the place may be taken."""
        try:
            self._make_parents()
            self._take()
            self._recover()
            refuse_foreign(self.out)
            self.path.mkdir()
        except OSError as error:
            try:
                raise self._sentence(error) from error
            finally:
                self._leave()
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Publish, or remove what was written."""
        try:
            if isinstance(error, OSError) and self._concerns_output(error):
                raise self._sentence(error) from error
            if error is None:
                sync_folder(self.path)
                refuse_foreign(self.out)
                self._publish()
        except OSError as failure:
            raise self._sentence(failure) from failure
        finally:
            self._leave()

    def _take(self) -> None:
        if not self._lock.acquire():
            raise _in_use(self.out)
        self._entered = True

    def _publish(self) -> None:
        if not self.out.exists():
            self.path.rename(self.out)
        elif not exchange(self.path, self.out):
            self.out.rename(self._aside)
            try:
                self.path.rename(self.out)
            except BaseException:
                self._aside.rename(self.out)
                raise
        self._made.clear()
        sync(self.out.parent)

    def _leave(self) -> None:
        if self._entered:
            self._entered = False
            shutil.rmtree(self.path, ignore_errors=True)
            if self.out.exists():
                shutil.rmtree(self._aside, ignore_errors=True)
            self._lock.release()
        for parent in reversed(self._made):
            with suppress(OSError):
                parent.rmdir()

    def _make_parents(self) -> None:
        missing = [one for one in (self.out.parent, *self.out.parent.parents) if not one.exists()]
        for one in reversed(missing):
            one.mkdir(exist_ok=True)
            self._made.append(one)

    def _recover(self) -> None:
        """Clear what a run that was killed left: the lock is held, so none of it is in use."""
        name = re.escape(self.out.name)
        for path in sorted(self.out.parent.iterdir()):
            if re.fullmatch(rf"\.{name}\.shanhai-\d+\.old", path.name):
                if self.out.exists():
                    shutil.rmtree(path)
                else:
                    path.rename(self.out)
            elif re.fullmatch(rf"\.{name}\.shanhai-\d+\.tmp", path.name):
                shutil.rmtree(path)

    def _concerns_output(self, error: OSError) -> bool:
        named = str(error.filename or "")
        return error.errno in _FULL or named.startswith(str(self.path))

    def _sentence(self, error: OSError) -> ConfigError:
        if error.errno in _FULL or "disk is full" in str(error) or _no_room(self.path):
            message = Text(
                "磁盘已满或超出配额，结果未写入 {out}（原有结果未变）；请清理空间后重试。",
                "the disk is full or the quota used up; nothing was written to {out}, an earlier result is "
                "unchanged; free some space and try again.",
            )
        elif error.errno in _FORBIDDEN:
            message = Text(
                "没有写入 {out} 的权限；请用 --out 换一个可写的文件夹。",
                "no permission to write {out}; choose a folder you may write to with --out.",
            )
        else:
            message = Text(
                "结果无法写入 {out}（{fault}）；请用 --out 换一个文件夹。",
                "the results cannot be written to {out} ({fault}); choose another folder with --out.",
            )
        return ConfigError(message.format(out=self.out, fault=error.strerror or error))


def _no_room(folder: Path) -> bool:
    """Say whether a file could not grow there: libraries that write files by themselves do not say why."""
    place = next(one for one in folder.parents if one.is_dir())
    probe = place / f".shanhai-{os.getpid()}.probe"
    try:
        with probe.open("xb") as file:
            file.write(bytes(1 << 20))
    except OSError as error:
        return error.errno in _FULL
    finally:
        with suppress(OSError):
            probe.unlink()
    return False


def _in_use(out: Path) -> ConfigError:
    return ConfigError(
        Text(
            "另一个运行正在写入 {out}；请等它结束，或用 --out 另选文件夹。",
            "another run is writing to {out}; wait until it ends, or choose another folder with --out.",
        ).format(out=out)
    )


def refuse_foreign(out: Path) -> None:
    """See that a folder may be replaced: absent, empty, or left by a run with nothing added to it.

    Raises
    ------
    ConfigError
        It is a file, or holds something that no run wrote; the message names it.
    """
    if not out.name or os.path.ismount(out):
        raise ConfigError(
            Text(
                "{out} 是磁盘或挂载点的根，不能整体替换；请用 --out 指定其下的一个文件夹。",
                "{out} is the root of a disk or mount, not to be replaced; name a folder in it with --out.",
            ).format(out=out)
        )
    if not out.exists():
        return
    foreign = "" if not out.is_dir() else _foreign(out)
    if foreign is None:
        return
    what = Text("它是一个文件", "it is a file") if not foreign else Text(foreign, foreign)
    raise ConfigError(
        Text(
            "{out} 中有不是山海写出的内容（{zh}），未作替换；请移走它，或用 --out 另选文件夹。",
            "{out} holds what Shanhai did not write ({en}), so it is not replaced; move that away, or choose "
            "another folder with --out.",
        ).format(out=out, zh=what.zh, en=what.en)
    )


def _foreign(out: Path) -> str | None:
    """Give the first thing in a folder that no run wrote, or None."""
    known = _listed(out)
    for path in sorted(out.rglob("*")):
        name = path.relative_to(out).as_posix()
        if any(fnmatch.fnmatch(path.name, trace) for trace in _TRACES):
            continue
        if path.is_dir() and not path.is_symlink():
            if not any(one.startswith(name + "/") for one in known):
                return name
        elif name not in known:
            return name
    return None


def _listed(out: Path) -> frozenset[str]:
    """Give the names a run says it wrote, of whatever version of this program."""
    try:
        run = json.loads((out / RUN_JSON).read_bytes())
        if isinstance(run["run_id"], str) and isinstance(run["outputs"], dict):
            return frozenset({RUN_JSON, *_SIGNATURES, *run["outputs"]})
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        pass
    return frozenset()
