"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geo.threads import set_threads


def _share_work(jobs: int | None) -> int | None:
    """Let so many threads share the work; as many as the machine has for None."""
    if jobs is not None:
        set_threads(jobs)
    return jobs


ConfigArgument = Annotated[
    Path, typer.Argument(metavar="CITY.toml", help="城市配置 the city's configuration")
]
OnlyOption = Annotated[
    list[str] | None,
    typer.Option("--only", help="只算这些指标（可重复） only these indicators", show_default=False),
]
AllowMissingOption = Annotated[
    bool, typer.Option("--allow-missing", help="无法判定不算失败 what cannot be judged does not fail the run")
]
NoCacheOption = Annotated[
    bool,
    typer.Option("--no-cache", help="不用也不留整理好的图层 neither use nor keep prepared layers"),
]
JobsOption = Annotated[
    int | None,
    typer.Option(
        "--jobs",
        min=1,
        max=64,
        envvar="SHANHAI_JOBS",
        callback=_share_work,
        help="最多用几个核（结果不变） cores to use at most; the results are the same",
        show_default=False,
    ),
]
LangOption = Annotated[
    str | None,
    typer.Option("--lang", help="语言 language: zh | en", metavar="zh|en", show_default=False),
]
DebugOption = Annotated[bool, typer.Option("--debug", help="出错时显示调用栈 show the traceback of an error")]
