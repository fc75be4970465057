"""``shanhai sign``: sign a run with one's own key."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from analyses.outputs.signature import sign_run
from analyses.verify import verify
from layers.errors import DataError
from layers.text import Text
from scripts.app import run_alone
from scripts.console import Console
from scripts.options import DebugOption, LangOption

NAME = "sign"
HELP = """用自己的密钥为一次计算签名。Sign a run with a key of your own (Ed25519, RFC 8032).

\b
例 Example:
  openssl genpkey -algorithm ed25519 -out key.pem && openssl pkey -in key.pem -pubout -out public.pem
  shanhai sign build/demo/run --key key.pem
  shanhai verify build/demo/run --key public.pem
密钥的口令放在环境变量 SHANHAI_KEY_PASSWORD the key's password, where it has one, in SHANHAI_KEY_PASSWORD
"""


def command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="结果文件夹 run folder")],
    key: Annotated[Path, typer.Option("--key", help="私钥 private key, PEM")],
    lang: LangOption = None,
    debug: DebugOption = False,
) -> int:
    """Sign a run."""
    del debug
    console = Console(lang)
    if not verify(folder).whole:
        raise DataError(
            Text(
                f"{folder} 的内容与 run.json 不符，不予签名；shanhai verify 会列出不符之处",
                f"{folder} is not as its run.json says, so it is not signed; shanhai verify lists where",
            )
        )
    password = os.environ.get("SHANHAI_KEY_PASSWORD")
    console.say(str(sign_run(folder, key, password.encode() if password else None)))
    return 0


if __name__ == "__main__":
    run_alone(command, HELP)
