"""``shanhai import-osm``: from an OpenStreetMap extract to layers and a city.toml."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from layers.findings import Severity
from layers.osm import import_osm
from layers.text import Text
from scripts.app import run_alone
from scripts.console import Console
from scripts.options import DebugOption, LangOption

NAME = "import-osm"
HELP = """由 OpenStreetMap 数据生成图层和 city.toml。Make layers and a city.toml from an OSM extract.

\b
例 Example:  shanhai import-osm city.osm.pbf --boundary city.geojson --out build/city
"""


def command(
    extract: Annotated[Path, typer.Argument(metavar="FILE.osm.pbf", help="OSM 数据 extract")],
    boundary: Annotated[
        Path, typer.Option("--boundary", help="行政区范围 the city's boundary, any vector file")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="输出文件夹 folder to write")],
    districts: Annotated[
        Path | None, typer.Option("--districts", help="分区 sub-areas to report by", show_default=False)
    ] = None,
    residents: Annotated[
        int | None,
        typer.Option("--residents", min=1, help="全市常住人口 people in the city", show_default=False),
    ] = None,
    lang: LangOption = None,
    debug: DebugOption = False,
) -> int:
    """Import an extract."""
    del debug
    console = Console(lang)
    with console.progress() as progress:
        done = import_osm(extract, boundary, out, districts=districts, residents=residents, progress=progress)
    for kind, count in done.counts.items():
        console.say(f"{kind:20} {count:>9,}")
    warnings = sum(one.severity is not Severity.INFO for one in done.findings)
    notes = len(done.findings) - warnings
    if done.findings:
        console.note(
            Text(
                f"警告 {warnings}，提示 {notes}，见 {out / 'findings.json'}",
                f"{warnings} warnings, {notes} notes: see {out / 'findings.json'}",
            )
        )
    console.say(Text(f"下一步：shanhai run {done.config}", f"next: shanhai run {done.config}"))
    return 0


if __name__ == "__main__":
    run_alone(command, HELP)
