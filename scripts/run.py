"""``shanhai run``: from a city's files to the run folder and the verdict."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from analyses.outputs.run_document import RUN_JSON
from analyses.outputs.run_folder import RunFolder, finish_run
from analyses.verdict import exit_code
from layers.config import load_config
from layers.text import Text
from scripts.app import held_to_the_end, run_alone
from scripts.assessment import assess
from scripts.console import Console
from scripts.options import (
    AllowMissingOption,
    ConfigArgument,
    DebugOption,
    JobsOption,
    LangOption,
    NoCacheOption,
    OnlyOption,
)
from scripts.scoreboard import print_scoreboard

NAME = "run"
HELP = """读取城市图层，计算指标并与目标校核，写出结果文件夹。
Read a city's layers, measure, judge, write the run folder.

\b
例 Example:  shanhai run build/demo/city.toml --out build/demo/run
退出码 exit code: 0 全部达标 all met · 1 有未达标 some missed · 2 用法或配置有误 usage · 3 无法判定 not judged
"""


def command(
    config: ConfigArgument,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="结果文件夹（默认为配置旁的 run） run folder", show_default=False),
    ] = None,
    only: OnlyOption = None,
    allow_missing: AllowMissingOption = False,
    no_cache: NoCacheOption = False,
    jobs: JobsOption = None,
    lang: LangOption = None,
    debug: DebugOption = False,
) -> int:
    """Run a city and leave the run folder behind."""
    del debug, jobs
    console = Console(lang)
    place = out or config.parent / "run"
    console.expected_s = _last_seconds(place)
    load_config(config)  # what is wrong with it is said before what is wrong with the folder
    with RunFolder(place) as folder:
        assessment = held_to_the_end(
            assess(config, console, only or None, cache=not no_cache, evidence=folder.write_evidence)
        )
        report, settings = assessment.report, assessment.config.map

        def page() -> str:
            from maps.page import render_map  # noqa: PLC0415 - what draws is loaded when all is measured

            return render_map(report, lang=console.lang, basemap=settings.basemap, basemap_key=settings.key)

        with console.progress() as progress:
            progress(Text("绘制地图、写出结果", "drawing the map, writing the results"))
            finish_run(report, folder, map_html=page, lang=console.lang, clock=assessment.clock)
    print_scoreboard(report, console)
    console.say(Text(f"地图 {folder.out / 'map.html'}", f"map {folder.out / 'map.html'}"))
    return exit_code(report.results, allow_missing=allow_missing)


def _last_seconds(folder: Path) -> float | None:
    """Say how long the earlier run in a folder took, where there is one."""
    try:
        run = json.loads((folder / RUN_JSON).read_bytes())
        return sum(float(stage["seconds"]) for stage in run["stages"])
    except (OSError, ValueError, TypeError, KeyError, RecursionError, OverflowError):
        return None


if __name__ == "__main__":
    run_alone(command, HELP)
