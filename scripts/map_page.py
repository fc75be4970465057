"""``shanhai map``: the map alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analyses.kept import forget_kept_work
from analyses.outputs.run_folder import run_folder_of
from layers.errors import ConfigError
from layers.text import Text
from maps.page import render_map
from maps.site import document_entry, render_site
from maps.stored_page import MAP_FILE
from scripts.app import run_alone
from scripts.assessment import assess
from scripts.console import Console
from scripts.files import HTML, require_free, write_whole
from scripts.options import DebugOption, LangOption, OnlyOption
from scripts.reports import open_report

if TYPE_CHECKING:
    from layers.text import Lang

NAME = "map"
HELP = """只绘制离线地图（单个 HTML 文件）。Draw the offline map alone, one HTML file.

\b
例 Examples:
  shanhai map build/demo/city.toml --out demo.html
  shanhai map --site build/site build/2020/run build/2025/run
"""


def command(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="CITY.toml | RUN...", help="城市配置；或配 --site 的结果文件夹 city or runs"),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="HTML 文件（默认为配置旁的 map.html） file", show_default=False),
    ] = None,
    site: Annotated[
        Path | None,
        typer.Option("--site", help="写出多次结果的首页 a front page over several runs", show_default=False),
    ] = None,
    only: OnlyOption = None,
    lang: LangOption = None,
    debug: DebugOption = False,
) -> int:
    """Draw the map of a city, or the front page over several runs."""
    del debug
    console = Console(lang)
    if site is not None:
        console.say(str(_write_site(paths, site, console.lang)))
        return 0
    if len(paths) != 1:
        raise typer.BadParameter("--site DIR RUN RUN...", param_hint="CITY.toml")
    console.say(str(_write_map(paths[0], out, only, console)))
    return 0


def _write_map(config: Path, out: Path | None, only: list[str] | None, console: Console) -> Path:
    path = out or config.parent / "map.html"
    require_free(path, *HTML)
    assessment = assess(config, console, only or None)
    forget_kept_work()
    settings = assessment.config.map
    with console.progress() as progress:
        progress(Text("绘制地图", "drawing the map"))
        html = render_map(
            assessment.report, lang=console.lang, basemap=settings.basemap, basemap_key=settings.key
        )
    write_whole(path, html.encode())
    return path


def _write_site(runs: list[Path], site: Path, lang: Lang) -> Path:
    """Copy the runs' maps into one folder and write ``index.html`` over them."""
    index = site / "index.html"
    require_free(index, *HTML)
    entries, maps = [], {}
    for number, run in enumerate(runs, start=1):
        document = open_report(run)
        page = run_folder_of(run) / MAP_FILE
        if not page.is_file():
            raise ConfigError(Text(f"{run} 中没有 map.html", f"{run} has no map.html"))
        name = f"{number:02d}-{document.city.id}.html"
        maps[name] = page.read_bytes()
        entries.append(document_entry(document, name))
    for name, content in maps.items():
        write_whole(site / name, content)
    write_whole(index, render_site(entries, lang=lang).encode())
    return index


if __name__ == "__main__":
    run_alone(command, HELP)
