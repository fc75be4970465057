"""``shanhai verify``: whether the inputs and outputs of a run are still what they were."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analyses.outputs.signature import signature_holds
from analyses.verify import STATES, State, verify
from layers.text import Text
from scripts.app import run_alone
from scripts.console import Console
from scripts.options import DebugOption, LangOption

NAME = "verify"
HELP = """重新核对一次计算的输入与输出哈希。Hash the inputs and outputs of a run again.

\b
例 Example:  shanhai verify build/demo/run --config build/demo/city.toml
退出码 exit code: 0 一致 unchanged · 3 有变化、缺失或签名不符 changed, missing or not signed so
"""


def command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="结果文件夹 run folder")],
    config: Annotated[
        Path | None, typer.Option("--config", help="城市配置（核对输入时需要） city.toml", show_default=False)
    ] = None,
    key: Annotated[
        Path | None, typer.Option("--key", help="公钥（核对签名） public key, PEM", show_default=False)
    ] = None,
    lang: LangOption = None,
    debug: DebugOption = False,
) -> int:
    """Verify a run folder."""
    del debug
    console = Console(lang)
    found = verify(folder, config)
    for check in found.checks:
        if check.state is not State.SAME:
            console.say(f"✗ {check.kind} {check.name}: {STATES[check.state][console.lang]}")
    same = sum(check.state is State.SAME for check in found.checks)
    console.say(
        Text(
            f"运行 {found.run_id}：{same}/{len(found.checks)} 项一致",
            f"run {found.run_id}: {same} of {len(found.checks)} unchanged",
        )
    )
    signed = key is None or signature_holds(folder, key)
    if key is not None:
        console.say(_SIGNED if signed else _NOT_SIGNED)
    return 0 if found.whole and signed else 3


_SIGNED = Text("签名有效", "the signature holds")
_NOT_SIGNED = Text("✗ 签名与 run.json 或密钥不符", "✗ the signature does not fit run.json or the key")


if __name__ == "__main__":
    run_alone(command, HELP)
