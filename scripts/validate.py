"""``shanhai validate``: is the data fit to use? Reads and checks, computes no indicator."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analyses.outputs.findings_sarif import findings_sarif
from analyses.outputs.report_json import document_of
from layers.catalogue import CATALOGUE
from layers.findings import Severity
from layers.text import Text
from layers.validate import validate_study
from maps.page import render_map
from scripts.app import run_alone
from scripts.assessment import assess
from scripts.console import Console
from scripts.files import HTML, require_free, write_whole
from scripts.options import ConfigArgument, DebugOption, LangOption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layers.findings import Finding

NAME = "validate"
HELP = """检查数据能否使用，不计算指标。Check whether the data is fit to use; computes no indicator.

\b
例 Example:  shanhai validate build/demo/city.toml --sarif findings.sarif --map faults.html
退出码 exit code: 0 无错误 no errors · 2 配置有误 configuration · 3 数据有错误 errors in the data
"""


def command(
    config: ConfigArgument,
    sarif: Annotated[
        Path | None, typer.Option("--sarif", help="写 SARIF 文件 write a SARIF file", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="机器可读 machine-readable")] = False,
    page: Annotated[
        Path | None,
        typer.Option(
            "--map", help="把有位置的问题画在离线地图上 the faults on an offline map", show_default=False
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="警告也算错误 warnings count as errors")] = False,
    lang: LangOption = None,
    debug: DebugOption = False,
) -> int:
    """Check a city's data."""
    del debug
    console = Console(lang)
    for path, suffixes in ((sarif, (".sarif", ".json")), (page, HTML)):
        require_free(path, *suffixes)
    report = assess(config, console, only=()).report
    with console.progress() as progress:
        progress(Text("检查数据", "checking the data"))
        findings = validate_study(report.study)
    if sarif is not None:
        document = document_of(replace(report, findings=findings))
        write_whole(sarif, findings_sarif(document, console.lang).encode())
    if page is not None:
        write_whole(page, render_map(replace(report, findings=findings), lang=console.lang).encode())
    if as_json:
        console.write(json.dumps([asdict(one) for one in findings], ensure_ascii=False, indent=2))
    else:
        _print(findings, console)
        if page is not None:
            console.say(str(page))
    bad = (Severity.ERROR, Severity.WARNING) if strict else (Severity.ERROR,)
    return 3 if any(one.severity in bad for one in findings) else 0


def _print(findings: Sequence[Finding], console: Console) -> None:
    names = {
        Severity.ERROR: Text("错误", "error"),
        Severity.WARNING: Text("警告", "warning"),
        Severity.INFO: Text("提示", "note"),
    }
    for severity in Severity:
        for one in findings:
            if one.severity is severity:
                where = " ".join(part for part in (one.layer, one.feature) if part)
                console.say(
                    f"{names[severity][console.lang]} {one.code} [{where}] {one.message[console.lang]}"
                )
                remedy = CATALOGUE[one.code].remedy[console.lang] if one.code in CATALOGUE else ""
                if remedy and severity is not Severity.INFO:
                    console.say(f"    → {remedy}")
    counts = Counter(one.severity for one in findings)
    console.say(" · ".join(f"{names[severity][console.lang]} {counts[severity]}" for severity in Severity))


if __name__ == "__main__":
    run_alone(command, HELP)
