"""``shanhai demo``: the synthetic city, generated, run and mapped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from layers.demo import kept_demo_city, write_demo_city
from layers.text import Text
from scripts import run
from scripts.app import run_alone
from scripts.console import Console
from scripts.options import DebugOption, LangOption

if TYPE_CHECKING:
    from collections.abc import Callable

NAME = "demo"
HELP = """生成合成示范城市，计算并绘图。Generate the synthetic demo city, run it, draw its map.

\b
例 Example:  shanhai demo build/demo
"""


def command(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="写到哪里 where to")] = Path("shanhai-demo"),
    size: Annotated[str, typer.Option("--size", help="demo | city", metavar="demo|city")] = "demo",
    seed: Annotated[int, typer.Option("--seed", help="随机种子 seed")] = 20251231,
    only_data: Annotated[bool, typer.Option("--only-data", help="只生成数据 write the data only")] = False,
    lang: LangOption = None,
    debug: DebugOption = False,
) -> int:
    """Write the demo city and run it."""
    if size not in ("demo", "city"):
        raise typer.BadParameter("demo | city", param_hint="--size")
    console = Console(lang)
    config = kept_demo_city(folder, size=size, seed=seed)
    if config:
        console.say(
            Text(
                f"{folder} 中已有同规模、同种子的示范城市，未重新生成",
                f"the demo city of this size and seed is in {folder} already; not generated again",
            )
        )
    else:
        with console.progress() as progress:
            config = write_demo_city(folder, size=size, seed=seed, progress=_generating(progress))
        console.say(
            Text(f"示范城市（合成数据）已写入 {folder}", f"demo city (synthetic) written to {folder}")
        )
    return 0 if only_data else run.command(config, lang=lang, debug=debug)


def _generating(progress: Callable[[Text], None]) -> Callable[[str], None]:
    return lambda step: progress(Text(f"生成示范城市：{step}", f"generating the demo city: {step}"))


if __name__ == "__main__":
    run_alone(command, HELP)
