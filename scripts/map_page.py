"""``shanhai map``: the map alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from layers.text import Text
from maps.page import render_map
from scripts.app import run_alone
from scripts.assessment import assess
from scripts.console import Console
from scripts.files import write_whole
from scripts.options import ConfigArgument, DebugOption, LangOption, OnlyOption

NAME = "map"
HELP = """只绘制离线地图（单个 HTML 文件）。Draw the offline map alone, one HTML file.

\b
例 Example:  shanhai map build/demo/city.toml --out demo.html
"""


def command(
    config: ConfigArgument,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="HTML 文件（默认为配置旁的 map.html） file", show_default=False),
    ] = None,
    only: OnlyOption = None,
    lang: LangOption = None,
    debug: DebugOption = False,
) -> int:
    """Draw the map of a city."""
    del debug
    console = Console(lang)
    assessment = assess(config, console, only or None)
    settings = assessment.config.map
    with console.progress() as progress:
        progress(Text("绘制地图", "drawing the map"))
        html = render_map(
            assessment.report, lang=console.lang, basemap=settings.basemap, basemap_key=settings.key
        )
    path = out or config.parent / "map.html"
    write_whole(path, html.encode())
    console.say(str(path))
    return 0


if __name__ == "__main__":
    run_alone(command, HELP)
