"""``shanhai validate``: is the data fit to use? Reads and checks, computes no indicator."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from analyses.outputs.sarif import findings_sarif
from layers.validate import validate_study

from layers.config import load_config
from layers.findings import Severity
from layers.open_study import open_study
from layers.text import Text
from scripts.app import run_alone
from scripts.console import Console, DebugOption, LangOption
from scripts.files import write_whole
from scripts.run import ConfigArgument

NAME = "validate"
HELP = """检查数据能否使用，不计算指标。Check whether the data is fit to use; computes no indicator.

\b
例 Example:  shanhai validate build/demo/city.toml --sarif findings.sarif
退出码 exit code: 0 无错误 no errors · 2 配置有误 configuration · 3 数据有错误 errors in the data
"""


def command(
    config: ConfigArgument,
    sarif: Annotated[
        Path | None, typer.Option("--sarif", help="写 SARIF 文件 file", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="机器可读 machine-readable")] = False,
    lang: LangOption = None,
    debug: DebugOption = False,
) -> int:
    """Check a city's data."""
    del debug
    console = Console(lang)
    with console.progress() as progress:
        settings = load_config(config)
        study = open_study(settings, config.parent, progress=progress)
        findings = (*study.findings, *validate_study(study, settings))
    if sarif is not None:
        write_whole(sarif, findings_sarif(findings).encode())
    if as_json:
        rows = [
            {
                "severity": one.severity,
                "code": one.code,
                "layer": one.layer,
                "feature": one.feature,
                "place": one.place,
                "message": {"zh": one.message.zh, "en": one.message.en},
            }
            for one in findings
        ]
        console.say(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for one in findings:
            where = ":".join(part for part in (one.layer, one.feature) if part)
            console.say(f"{one.severity:8} {one.code:28} {where}  {one.message[console.lang]}")
        console.say(Text(f"{len(findings)} 条", f"{len(findings)} findings"))
    return 3 if any(one.severity is Severity.ERROR for one in findings) else 0


if __name__ == "__main__":
    run_alone(command, HELP)
