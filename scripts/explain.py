"""``shanhai explain``: the way from inputs to one number."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analyses.explain import explain
from scripts.app import run_alone
from scripts.console import Console
from scripts.options import DebugOption, LangOption
from scripts.reports import open_report

NAME = "explain"
HELP = """说明一个数字从何而来。Tell the way from inputs to a number: layers, hashes, formula, part, whole.

\b
例 Example:  shanhai explain build/demo/run park_walk_coverage
"""


def command(
    report: Annotated[
        Path, typer.Argument(metavar="report.json", help="结果文件或文件夹 report or run folder")
    ],
    indicator: Annotated[str, typer.Argument(metavar="INDICATOR", help="指标编号 id")],
    district: Annotated[str | None, typer.Argument(metavar="[DISTRICT]", help="区 district")] = None,
    lang: LangOption = None,
    debug: DebugOption = False,
) -> int:
    """Explain a number of a report."""
    del debug
    console = Console(lang)
    console.write(explain(open_report(report), indicator, district, console.lang))
    return 0


if __name__ == "__main__":
    run_alone(command, HELP)
