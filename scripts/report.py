"""``shanhai report``: a run as a document for people, ready for an appendix."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analyses.outputs.docx_report import docx_report
from analyses.outputs.html_report import html_report
from layers.errors import ConfigError
from layers.text import Text
from maps.fonts import VARIABLE, find_fonts
from maps.static_map import draw_map
from maps.stored_page import read_run_page
from scripts.app import run_alone
from scripts.console import Console
from scripts.files import HTML, require_free, write_whole
from scripts.options import DebugOption, LangOption
from scripts.reports import open_report

if TYPE_CHECKING:
    from analyses.outputs.document import ReportDocument

NAME = "report"
HELP = """把结果写成 Word 或网页报告，可作附件。
Write a run as a report in Word or HTML, ready for an appendix.

\b
例 Example:  shanhai report build/demo/run --docx report.docx --html report.html
地图图片由结果文件夹中的 map.html 绘出；--picture 用另一张图代替。
The map picture is drawn from the run's map.html; --picture puts another in its place.
中文字体：Noto Sans CJK 等；SHANHAI_FONT 指明字体文件 names a font with Chinese letters
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
        Path | None,
        typer.Option("--picture", help="代替的地图图片 a picture instead, PNG or JPEG", show_default=False),
    ] = None,
    lang: LangOption = None,
    debug: DebugOption = False,
) -> int:
    """Write a report."""
    del debug
    if docx is None and html is None:
        raise typer.BadParameter("--docx FILE | --html FILE", param_hint="--docx / --html")
    for path, suffixes in ((docx, (".docx",)), (html, HTML)):
        require_free(path, *suffixes)
    console = Console(lang)
    document = open_report(run)
    image = _drawn(run, document, console) if picture is None else picture.read_bytes()
    made = []
    if docx is not None:
        made.append((docx, docx_report(document, console.lang, image)))
    if html is not None:
        made.append((html, html_report(document, console.lang, image).encode()))
    for path, content in made:
        write_whole(path, content)
        console.say(str(path))
    return 0


def _drawn(run: Path, document: ReportDocument, console: Console) -> bytes | None:
    """Draw the run's map; a report without one says on standard error why."""
    try:
        model = read_run_page(run)
    except ConfigError as error:
        console.note(
            Text(f"报告不含地图图片：{error.message.zh}", f"no picture of the map: {error.message.en}")
        )
        return None
    if model.value["city"]["run_id"] != document.run_id:
        console.note(
            Text(
                "报告不含地图图片：map.html 属于另一次运行，请重新运行 shanhai run",
                "no picture of the map: map.html is of another run; run shanhai run again",
            )
        )
        return None
    fonts = find_fonts()
    if console.lang == "zh" and not fonts.chinese:
        console.note(
            Text(
                f"找不到中文字体，地图图片以英文绘出；请安装 Noto Sans CJK，或用 {VARIABLE} 指明字体文件",
                f"no font with Chinese letters: drawn in English; install Noto Sans CJK or set {VARIABLE}",
            )
        )
    return draw_map(model, console.lang, fonts)


if __name__ == "__main__":
    run_alone(command, HELP)
