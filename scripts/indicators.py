"""``shanhai indicators``: what can be measured, with formula, basis and doubts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from analyses.indicator import Indicator, all_indicators
from layers.errors import ConfigError
from layers.near_names import listed
from layers.text import Text
from scripts.app import run_alone
from scripts.console import Console
from scripts.options import DebugOption, LangOption

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
    if one.about is not None:
        console.say(Text("说明：", "about: ")[lang] + one.about[lang])
    for label, names in _inputs(one):
        console.say(label[lang] + ", ".join(names))
    for parameter in one.parameters:
        console.say(f"  {parameter.name} = {parameter.default} {parameter.unit}  {parameter.about[lang]}")
        if parameter.doubt is not None:
            console.say(Text("    存疑：", "    doubt: ")[lang] + parameter.doubt[lang])
    for label, cases in (
        (Text("边界情形：", "edge cases:"), one.edge_cases),
        (Text("算法说明：", "how it is computed:"), one.method),
    ):
        if cases:
            console.say(label[lang])
        for case in cases:
            console.say(f"  - {case[lang]}")


def _inputs(one: Indicator) -> Iterator[tuple[Text, Sequence[str]]]:
    """Give what an indicator needs and uses, layers and declared values, those with names."""
    layers = Text("所需图层：", "layers needed: ")
    if one.needs or not (one.any_of or one.declared):
        yield layers, one.needs
    for group in one.any_of:
        yield Text("所需图层（至少其一）：", "layers needed, one of: "), group
    if one.declared:
        told = Text(
            "所需申报值（[targets].declared 的表，全市）：",
            "declared values needed (whole city, table under [targets].declared): ",
        )
        yield told, one.declared
    if one.uses:
        yield Text("可选图层：", "layers used where given: "), one.uses
    if one.declared_uses:
        yield Text("可选申报值：", "declared values used where given: "), one.declared_uses


def _document(one: Indicator) -> dict[str, object]:
    return {
        "id": one.id,
        "system": one.system,
        "title": {"zh": one.title.zh, "en": one.title.en},
        "unit": one.unit,
        "needs": list(one.needs),
        "uses": list(one.uses),
        "any_of": [list(group) for group in one.any_of],
        "declared": list(one.declared),
        "declared_uses": list(one.declared_uses),
        "formula": {"zh": one.formula.zh, "en": one.formula.en},
        "basis": {"zh": one.basis.zh, "en": one.basis.en},
        "parameters": {p.name: p.default for p in one.parameters},
        "edge_cases": [{"zh": case.zh, "en": case.en} for case in one.edge_cases],
        "method": [{"zh": case.zh, "en": case.en} for case in one.method],
    }


if __name__ == "__main__":
    run_alone(command, HELP)
