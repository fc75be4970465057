"""Reading what an earlier run left: a report.json, or the run folder that holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyses.outputs.document import read_report
from layers.errors import ConfigError
from layers.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from analyses.outputs.document import ReportDocument

REPORT = "report.json"


def open_report(path: Path) -> ReportDocument:
    """Read a report from its file or its run folder.

    Raises
    ------
    ConfigError
        There is none, or it is no report of this program.
    """
    file = path / REPORT if path.is_dir() else path
    if not file.is_file():
        raise ConfigError(
            Text(
                f"找不到 {file}；请给出 report.json 或 shanhai run 写出的文件夹",
                f"there is no {file}; give a report.json or a folder that shanhai run wrote",
            )
        )
    return read_report(file.read_bytes(), str(file))
