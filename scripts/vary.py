"""``shanhai vary``: how far a number and its verdict hang on figures that are in doubt."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analyses.evaluate import Request, chosen_indicators
from analyses.formatting import format_value
from analyses.outputs.figures import NOTHING, shown_target, stable
from analyses.outputs.formats import aligned
from analyses.outputs.table import STATUSES
from analyses.sensitivity import Band, Outcome, chosen_ranges, fragile_ids, vary
from analyses.settings import check_settings, known_parameters
from analyses.targets import load_plans
from layers.errors import ConfigError
from layers.near_names import listed
from layers.text import Text
from scripts.app import run_alone
from scripts.assessment import assess
from scripts.console import Console
from scripts.files import require_free, write_whole
from scripts.options import ConfigArgument, DebugOption, LangOption, OnlyOption

if TYPE_CHECKING:
    from layers.study import ParameterValue
    from layers.text import Lang

NAME = "vary"
HELP = """存疑参数在其取值范围内变动时，结果与判定如何变化。
Measure over the range of the doubtful parameters: the band of each number, verdicts that flip.

\b
例 Examples:
  shanhai vary city.toml --only park_walk_coverage
  shanhai vary city.toml --only park_walk_coverage --vary walk_distance_m=300:400:50 --vary access_m=50,100
--vary 名称=起:止:步长 或 名称=值,值  name=from:to:step or name=value,value; 缺省为各存疑参数的既定范围
"""
MOST_STEPS = 1000


def command(
    config: ConfigArgument,
    only: OnlyOption = None,
    given: Annotated[
        list[str] | None,
        typer.Option(
            "--vary",
            metavar="NAME=FROM:TO:STEP",
            help="变动的参数（可重复） parameter to vary",
            show_default=False,
        ),
    ] = None,
    together: Annotated[
        bool, typer.Option("--together", help="各参数的所有组合 every combination of the parameters")
    ] = False,
    districts: Annotated[bool, typer.Option("--districts", help="列出各区 districts too")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="机器可读 machine-readable")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="写 JSON 文件 write a JSON file", show_default=False)
    ] = None,
    lang: LangOption = None,
    debug: DebugOption = False,
) -> int:
    """Vary the doubtful parameters of a city's indicators."""
    del debug
    console = Console(lang)
    require_free(out, ".json")
    wanted = parsed(given or [])
    ranges = chosen_ranges(chosen_indicators(only).values(), wanted)
    assessment = assess(config, console, tuple(ranges))
    settings, base = assessment.config, config.parent
    with console.progress() as progress:
        bands = vary(
            assessment.report,
            load_plans(settings.targets.plans, base),
            ranges,
            Request(places=settings.targets.geography, progress=progress),
            together=together,
        )
    text = json.dumps(_document(bands, assessment.report.run_id), ensure_ascii=False, indent=2) + "\n"
    if out is not None:
        write_whole(out, text.encode())
    if as_json:
        console.write(text)
    else:
        _print(bands, console, districts=districts)
    return 0


def parsed(given: Sequence[str]) -> dict[str, tuple[ParameterValue, ...]]:
    """Read ``name=from:to:step`` and ``name=value,value``.

    Raises
    ------
    ConfigError
        No such parameter, no such notation, or a value the parameter cannot have.
    """
    found: dict[str, tuple[ParameterValue, ...]] = {}
    known = known_parameters()
    for one in given:
        name, equals, text = one.partition("=")
        if name not in known:
            near = listed(name, known)
            raise ConfigError(
                Text(f"--vary：没有参数“{name}”{near.zh}", f"--vary: there is no parameter {name!r}{near.en}")
            )
        values = _values(text, known[name].default) if equals else ()
        if not values:
            raise ConfigError(
                Text(
                    f"--vary：看不懂“{one}”；请写 名称=起:止:步长 或 名称=值,值",
                    f"--vary: {one!r} is not understood; write name=from:to:step or name=value,value",
                )
            )
        for value in values:
            check_settings({name: value})
        found[name] = values
    return found


def _values(text: str, default: ParameterValue) -> tuple[ParameterValue, ...]:
    words = [one.strip() for one in text.split(",") if one.strip()]
    if isinstance(default, bool):
        truths = {"true": True, "false": False}
        return tuple(truths[one] for one in words) if set(words) <= set(truths) else ()
    if isinstance(default, str):
        return tuple(words)
    try:
        return _steps(text) if ":" in text else tuple(float(one) for one in words)
    except ValueError:
        return ()


def _steps(text: str) -> tuple[float, ...]:
    first, last, step = (float(one) for one in text.split(":"))
    number = (last - first) / step if step > 0 else -1.0
    if not 0 <= number <= MOST_STEPS:
        return ()
    return tuple(first + k * step for k in range(int(number + 1e-9) + 1))


def _print(bands: Sequence[Band], console: Console, *, districts: bool) -> None:
    lang = console.lang
    heads = (
        Text("指标", "indicator"),
        Text("目标", "target"),
        Text("现值", "value"),
        Text("最低", "lowest"),
        Text("最高", "highest"),
        Text("判定", "verdict"),
    )
    shown = [
        one
        for one in bands
        if one.base.value is not None and (districts or one.district is None or one.target is not None)
    ]
    for line in aligned([[head[lang] for head in heads], *(_row(one, lang) for one in shown)]):
        console.say(line)
    fragile = fragile_ids(bands)
    if fragile:
        names = ", ".join(fragile)
        console.say(
            Text(
                f"判定不稳（取值范围内会翻转）：{names}", f"fragile (the verdict flips in the range): {names}"
            )
        )
    else:
        console.say(Text("没有判定在取值范围内翻转", "no verdict flips in the range"))


def _row(band: Band, lang: Lang) -> list[str]:
    place = f" [{band.district}]" if band.district else ""
    target = band.target
    goal = shown_target(target.comparison, target.value, target.unit, lang) if target else NOTHING
    verdict = STATUSES[band.base.status][lang]
    if band.fragile:
        verdict += Text("（不稳）", " (fragile)")[lang]
    return [
        (target.title if target else band.title)[lang] + place,
        goal,
        _number(band.base, band, lang),
        _where(band.lowest, band, lang),
        _where(band.highest, band, lang),
        verdict,
    ]


def _number(outcome: Outcome, band: Band, lang: Lang) -> str:
    if outcome.value is None or band.unit is None:
        return NOTHING
    return format_value(outcome.value, band.unit, lang)


def _where(outcome: Outcome, band: Band, lang: Lang) -> str:
    settings = ", ".join(
        f"{name}={value:g}" if isinstance(value, float) else f"{name}={value}"
        for name, value in outcome.settings
    )
    return _number(outcome, band, lang) + (f" ({settings})" if settings else "")


def _document(bands: Sequence[Band], run: str) -> dict[str, Any]:
    return {
        "run_id": run,
        "bands": [
            {
                "indicator": one.indicator,
                "district": one.district,
                "target": one.target.id if one.target else None,
                "unit": one.unit,
                "value": stable(one.base.value),
                "status": one.base.status,
                "lowest": stable(one.lowest.value),
                "highest": stable(one.highest.value),
                "fragile": one.fragile,
                "variants": [
                    {
                        "parameters": dict(outcome.settings),
                        "value": stable(outcome.value),
                        "status": outcome.status,
                    }
                    for outcome in one.outcomes
                ],
            }
            for one in bands
        ],
    }


if __name__ == "__main__":
    run_alone(command, HELP)
