"""``shanhai report``: a run as a document for people, ready for an appendix."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analyses.outputs.docx_report import docx_report
from analyses.outputs.html_report import html_report
from scripts.app import run_alone
from scripts.console import Console
from scripts.files import write_whole
from scripts.options import DebugOption, LangOption
from scripts.reports import open_report

NAME = "report"
HELP = """把结果写成 Word 或网页报告，可作附件。
Write a run as a report in Word or HTML, ready for an appendix.

\b
例 Example:  shanhai report build/demo/run --docx report.docx --html report.html --picture map.png
"""


def command(
    run: Annotated[Path, typer.Argument(metavar="DIR|report.json", help="结果文件夹 run folder or report")],
    docx: Annotated[
        Path | None, typer.Option("--docx", help="Word 文件 Word document", show_default=False)
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", help="网页文件 HTML page", show_default=False)
    ] = None,
    picture: Annotated[
        Path | None, typer.Option("--picture", help="地图图片 the map, PNG or JPEG", show_default=False)
    ] = None,
    lang: LangOption = None,
    debug: DebugOption = False,
) -> int:
    """Write a report."""
    del debug
    if docx is None and html is None:
        raise typer.BadParameter("--docx FILE | --html FILE", param_hint="--docx / --html")
    console = Console(lang)
    document = open_report(run)
    image = None if picture is None else picture.read_bytes()
    made = []
    if docx is not None:
        made.append((docx, docx_report(document, console.lang, image)))
    if html is not None:
        made.append((html, html_report(document, console.lang, image).encode()))
    for path, content in made:
        write_whole(path, content)
        console.say(str(path))
    return 0


if __name__ == "__main__":
    run_alone(command, HELP)
