"""``shanhai indicators``: what can be measured, with formula, basis and doubts."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from analyses.indicator import Indicator, all_indicators
from layers.errors import ConfigError
from layers.near_names import listed
from layers.text import Text
from scripts.app import run_alone
from scripts.console import Console
from scripts.options import DebugOption, LangOption

NAME = "indicators"
HELP = """列出指标；给出编号则显示公式、依据、参数。List the indicators, or show one with its formula.

\b
例 Example:  shanhai indicators park_walk_coverage
"""


def command(
    indicator: Annotated[str | None, typer.Argument(metavar="[INDICATOR]", help="指标编号 id")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="机器可读 machine-readable")] = False,
    lang: LangOption = None,
    debug: DebugOption = False,
) -> int:
    """List the indicators or describe one."""
    del debug
    console = Console(lang)
    known = all_indicators()
    if indicator is not None and indicator not in known:
        close = listed(indicator, known)
        raise ConfigError(
            Text(f"没有指标“{indicator}”{close.zh}", f"there is no indicator {indicator!r}{close.en}")
        )
    chosen = [known[indicator]] if indicator else list(known.values())
    if as_json:
        console.say(json.dumps([_document(one) for one in chosen], ensure_ascii=False, indent=2))
    elif indicator:
        _describe(known[indicator], console)
    else:
        for one in chosen:
            console.say(f"{one.id:32} {one.title[console.lang]}")
    return 0


def _describe(one: Indicator, console: Console) -> None:
    lang = console.lang
    console.say(f"{one.id}  {one.title[lang]}")
    console.say(Text("公式：", "formula: ")[lang] + one.formula[lang])
    console.say(Text("依据：", "basis: ")[lang] + one.basis[lang])
    console.say(Text("所需图层：", "layers needed: ")[lang] + ", ".join(one.needs))
    if one.uses:
        console.say(Text("可选图层：", "layers used where given: ")[lang] + ", ".join(one.uses))
    for parameter in one.parameters:
        console.say(f"  {parameter.name} = {parameter.default} {parameter.unit}  {parameter.about[lang]}")
        if parameter.doubt is not None:
            console.say(Text("    存疑：", "    doubt: ")[lang] + parameter.doubt[lang])


def _document(one: Indicator) -> dict[str, object]:
    return {
        "id": one.id,
        "system": one.system,
        "title": {"zh": one.title.zh, "en": one.title.en},
        "unit": one.unit,
        "needs": list(one.needs),
        "uses": list(one.uses),
        "formula": {"zh": one.formula.zh, "en": one.formula.en},
        "basis": {"zh": one.basis.zh, "en": one.basis.en},
        "parameters": {p.name: p.default for p in one.parameters},
    }


if __name__ == "__main__":
    run_alone(command, HELP)
