"""``shanhai check``: the verdict alone, for automated checks; writes no files."""

from __future__ import annotations

from analyses.verdict import exit_code
from scripts.app import run_alone
from scripts.assessment import assess
from scripts.console import Console
from scripts.options import AllowMissingOption, ConfigArgument, DebugOption, LangOption, OnlyOption
from scripts.scoreboard import print_scoreboard

NAME = "check"
HELP = """只判定、不写文件；以退出码作答。Judge without writing files; answers by exit code.

\b
例 Example:  shanhai check build/demo/city.toml
退出码 exit code: 0 全部达标 all met · 1 有未达标 some missed · 2 用法或配置有误 usage · 3 无法判定 not judged
"""


def command(
    config: ConfigArgument,
    only: OnlyOption = None,
    allow_missing: AllowMissingOption = False,
    lang: LangOption = None,
    debug: DebugOption = False,
) -> int:
    """Judge a city."""
    del debug
    console = Console(lang)
    report = assess(config, console, only or None).report
    print_scoreboard(report, console)
    return exit_code(report.results, allow_missing=allow_missing)


if __name__ == "__main__":
    run_alone(command, HELP)
