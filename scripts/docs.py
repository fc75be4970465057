"""Writes the generated pages of ``docs/``: indicators, findings, schemas (``python -m scripts.docs``)."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analyses.indicator import all_indicators
from analyses.outputs.indicator_page import indicator_page
from analyses.outputs.schema import write_schemas
from analyses.outputs.table import SYSTEMS
from layers.catalogue import findings_page
from layers.config import config_schema
from layers.demo import write_demo_city
from scripts.app import run_alone
from scripts.assessment import assess
from scripts.console import Console

if TYPE_CHECKING:
    from analyses.report import Report

HELP = """生成 docs/ 中的页面。Write the generated pages of docs/."""


def command(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="docs")] = Path("docs"),
) -> int:
    """Generate the demo city, run it, write every generated page."""
    for name, text in pages().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    write_schemas(folder / "schema")
    schema = json.dumps(config_schema(), ensure_ascii=False, indent=2)
    (folder / "schema" / "city-1.json").write_text(schema + "\n", encoding="utf-8")
    return 0


def pages() -> dict[str, str]:
    """Give every generated page by its path below ``docs/``."""
    example = _demo_report()
    found = {
        f"indicators/{name}.md": indicator_page(indicator, example)
        for name, indicator in all_indicators().items()
    }
    found["indicators/README.md"] = _index()
    found["findings.md"] = findings_page("zh") + "\n" + findings_page("en")
    return found


def _demo_report() -> Report:
    with tempfile.TemporaryDirectory() as folder:
        config = write_demo_city(Path(folder) / "demo")
        return assess(config, Console("en")).report


def _index() -> str:
    lines = ["# 指标 Indicators", "", "| | 中文 | English |", "|---|---|---|"]
    for system, title in SYSTEMS.items():
        own = [one for one in all_indicators().values() if one.system == system]
        if own:
            lines.append(f"| **{title.zh} · {title.en}** | | |")
        lines += [f"| [`{one.id}`]({one.id}.md) | {one.title.zh} | {one.title.en} |" for one in own]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    run_alone(command, HELP)
