"""``shanhai init``: a first city.toml for a folder of layers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from layers.errors import ConfigError
from layers.init_folder import propose_config
from layers.text import Text
from scripts.app import run_alone
from scripts.console import Console
from scripts.files import write_whole
from scripts.options import DebugOption, LangOption

NAME = "init"
HELP = """查看图层文件夹，写出带注释的 city.toml。Write a commented city.toml for a folder of layers.

\b
例 Example:  shanhai init data/official && shanhai validate data/official/city.toml
"""


def command(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="图层所在文件夹 folder with the layers")],
    force: Annotated[bool, typer.Option("--force", help="覆盖已有 city.toml overwrite")] = False,
    stdout: Annotated[bool, typer.Option("--stdout", help="只打印，不写文件 print only")] = False,
    lang: LangOption = None,
    debug: DebugOption = False,
) -> int:
    """Propose a configuration for a folder."""
    del debug
    console = Console(lang)
    text = propose_config(folder)
    if stdout:
        console.write(text)
        return 0
    path = folder / "city.toml"
    if path.exists() and not force:
        raise ConfigError(
            Text(f"{path} 已存在；加 --force 覆盖", f"{path} is already there; add --force to overwrite it")
        )
    write_whole(path, text.encode())
    console.say(
        Text(
            f"已写出 {path}；请先核对其中的注释，再运行 shanhai validate {path}",
            f"wrote {path}; read its comments, then run shanhai validate {path}",
        )
    )
    return 0


if __name__ == "__main__":
    run_alone(command, HELP)
