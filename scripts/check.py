"""``shanhai check``: the verdict alone, for automated checks; writes no files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from analyses.baseline import regressions
from analyses.compare import compare
from analyses.outputs.formats import Format, render
from analyses.outputs.report_json import document_of
from analyses.selection import select
from analyses.verdict import ALL_MET, exit_code, strict_code
from layers.text import Text
from scripts.app import run_alone
from scripts.assessment import assess
from scripts.console import Console
from scripts.options import AllowMissingOption, DebugOption, JobsOption, LangOption, OnlyOption
from scripts.reports import open_report

if TYPE_CHECKING:
    from analyses.baseline import Regressions
    from analyses.outputs.document import ReportDocument

NAME = "check"
HELP = """只判定、不写文件；以退出码作答。Judge without writing files; answers by exit code.

\b
例 Examples:
  shanhai check build/demo/city.toml --binding-only
  shanhai check build/demo/run/report.json --format junit > junit.xml
  shanhai check city.toml --baseline last/report.json --tolerance 0.001
退出码 exit code: 0 全部达标 all met · 1 有未达标或变差 some missed or worse · 2 用法或配置有误 usage
                  3 无法判定 not judged
"""


def command(
    city: Annotated[Path, typer.Argument(metavar="CITY.toml|report.json", help="城市配置或已有结果")],
    only: OnlyOption = None,
    district: Annotated[
        list[str] | None,
        typer.Option("--district", help="只看这些区（* 为全市） only these districts", show_default=False),
    ] = None,
    binding_only: Annotated[
        bool, typer.Option("--binding-only", help="只看约束性目标 binding targets only")
    ] = False,
    baseline: Annotated[
        Path | None,
        typer.Option("--baseline", help="与此前结果相比不得变差 earlier report", show_default=False),
    ] = None,
    tolerance: Annotated[
        float, typer.Option("--tolerance", min=0.0, help="允许的相对变差 relative worsening allowed")
    ] = 0.0,
    form: Annotated[
        str, typer.Option("--format", help=" | ".join(get_args(Format)), metavar="FORMAT")
    ] = "text",
    strict: Annotated[
        bool, typer.Option("--strict", help="数据有警告即无法判定（退出码 3） warnings in the data: 3")
    ] = False,
    allow_missing: AllowMissingOption = False,
    jobs: JobsOption = None,
    lang: LangOption = None,
    debug: DebugOption = False,
) -> int:
    """Judge a city or an earlier report."""
    del debug, jobs
    if form not in get_args(Format):
        raise typer.BadParameter(" | ".join(get_args(Format)), param_hint="--format")
    console = Console(lang)
    whole = _document(city, console, only)
    document = select(whole, only=only or (), districts=district or (), binding_only=binding_only)
    console.write(render(document, form, console.lang))  # type: ignore[arg-type]  # checked above
    code = exit_code(document.results, allow_missing=allow_missing)
    if strict and strict_code(ALL_MET, document.findings) != ALL_MET:
        console.note(Text("数据有警告或错误（--strict）", "the data has warnings or errors (--strict)"))
        code = strict_code(code, document.findings)
    if baseline is not None:
        earlier = select(
            open_report(baseline), only=only or (), districts=district or (), binding_only=binding_only
        )
        found = _against(earlier, document, tolerance, console)
        code = max(code, found.exit_code(allow_missing=allow_missing))
    return code


def _document(city: Path, console: Console, only: list[str] | None) -> ReportDocument:
    if city.is_dir() or city.suffix == ".json":
        return open_report(city)
    return document_of(assess(city, console, only or None).report)


def _against(
    earlier: ReportDocument, document: ReportDocument, tolerance: float, console: Console
) -> Regressions:
    found = regressions(compare(earlier, document), tolerance)
    for one in found.worse:
        place = one.change.district or ""
        console.note(f"✗ {one.change.title[console.lang]} {place}: {one.reason[console.lang]}")
    for change in found.not_compared:
        why = "; ".join(text[console.lang] for text in change.obstacles)
        console.note(f"? {change.title[console.lang]} {change.district or ''}: {why}")
    return found


if __name__ == "__main__":
    run_alone(command, HELP)
