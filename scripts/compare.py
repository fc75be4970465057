"""``shanhai compare``: two dates or two scenarios of one city."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analyses.change_rules import change_rules, ground_of_runs
from analyses.compare import compare, shows
from analyses.formatting import format_value
from analyses.outputs.evidence_gpkg import EVIDENCE, ready, write_layers
from analyses.outputs.figures import shown_gap
from analyses.outputs.formats import aligned
from analyses.outputs.run_folder import run_folder_of
from analyses.quantities import Unit
from layers.errors import ConfigError
from layers.text import Text
from maps.comparison import render_comparison
from maps.stored_page import read_run_page
from scripts.app import run_alone
from scripts.console import Console
from scripts.files import HTML, require_free, write_whole
from scripts.options import DebugOption, LangOption
from scripts.reports import open_report

if TYPE_CHECKING:
    import geopandas as gpd

    from analyses.compare import Change, Comparison
    from analyses.outputs.document import ResultPart
    from layers.text import Lang

CHANGES = "changes.gpkg"
NAME = "compare"
HELP = """比较同一城市两个时点或两个方案。Compare two dates or two scenarios of one city.

\b
例 Example:  shanhai compare build/2020/run build/2025/run --out build/changes
             shanhai compare build/2020/run build/2025/run --map compare.html
--out 写 changes.gpkg：每个指标增减的地块 gains and losses as shapes, one layer per indicator
  （area_m2 为图形面积，counted_m2 为按居住比例等折算、计入数值的面积 area_m2 of the shape;
  counted_m2 what of it counts, where plots count by their share of homes）
--map 写左右对比的离线地图 one offline map: left the old run, right the new one
退出码 exit code: 0 已比较 compared · 2 用法或文件有误 usage or files
变差、规则不符合、不可比只写明，不改变退出码；与基线相比不得变差用 shanhai check --baseline
what is worse, breaks a rule or cannot be compared is said and changes no exit code;
shanhai check --baseline fails on what got worse
"""
ReportArgument = Annotated[Path, typer.Argument(help="结果文件或文件夹 report or run folder")]


def command(
    old: ReportArgument,
    new: ReportArgument,
    districts: Annotated[bool, typer.Option("--districts", help="列出各区 districts too")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="机器可读 machine-readable")] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="写 changes.gpkg 的文件夹 folder for changes.gpkg", show_default=False
        ),
    ] = None,
    page: Annotated[
        Path | None,
        typer.Option("--map", help="左右对比的离线地图 the comparison as an offline map", show_default=False),
    ] = None,
    lang: LangOption = None,
    debug: DebugOption = False,
) -> int:
    """Compare two reports."""
    del debug
    console = Console(lang)
    require_free(out and out / CHANGES, ".gpkg")
    require_free(page, *HTML)
    comparison = compare(open_report(old), open_report(new))
    wanted = out is not None or page is not None
    ground = ground_of_runs(*_folders(old, new), comparison) if wanted or _are_runs(old, new) else {}
    rules = tuple(change_rules(comparison, ground))
    if out is not None and ground:
        _write(ground, out)
    if page is not None:
        maps, names = (read_run_page(old), read_run_page(new)), names_apart(old, new)
        write_whole(page, render_comparison(maps, comparison, ground, names, console.lang).encode())
    if as_json:
        document = _document(comparison) | {"rules": [{"zh": one.zh, "en": one.en} for one in rules]}
        console.write(json.dumps(document, ensure_ascii=False, indent=2))
        return 0
    _print(comparison, rules, console, districts=districts)
    if out is not None:
        console.say(str(out / CHANGES) if ground else _NO_GROUND)
    if page is not None:
        console.say(str(page))
    return 0


_NO_GROUND = Text("没有可比的图形变化，未写文件", "no comparable ground changed; no file written")


def _print(comparison: Comparison, rules: tuple[Text, ...], console: Console, *, districts: bool) -> None:
    for caution in comparison.cautions:
        console.note(caution)
    shown = [
        one
        for one in comparison.changes
        if (districts or one.district is None) and (_measured(one.old) or _measured(one.new))
    ]
    head = [Text("指标", "indicator"), Text("此前", "old"), Text("现在", "new"), Text("变化", "change")]
    rows = [[text[console.lang] for text in head], *(_row(one, console.lang) for one in shown)]
    for line in aligned(rows):
        console.say(line)
    barred = sum(bool(one.obstacles) for one in shown)
    if barred:
        console.say(
            Text(
                f"{barred} 项不可比，未相减；原因见“变化”一栏",
                f"{barred} not comparable and not subtracted; see the column change",
            )
        )
    for rule in rules:
        console.say(rule)


def _are_runs(*folders: Path) -> bool:
    return all((folder / EVIDENCE).is_file() for folder in folders)


def _folders(old: Path, new: Path) -> tuple[Path, Path]:
    """Give the run folders, which may be named by the report in them.

    Raises
    ------
    ConfigError
        One of them holds no evidence.
    """
    found = run_folder_of(old), run_folder_of(new)
    for folder in found:
        if not _are_runs(folder):
            raise ConfigError(
                Text(
                    f"{folder} 中没有 evidence.gpkg；--out 和 --map 需要 shanhai run 写出的两个文件夹",
                    f"{folder} holds no evidence.gpkg; --out and --map need two folders "
                    "that shanhai run wrote",
                )
            )
    return found


def names_apart(old: Path, new: Path) -> tuple[str, str]:
    """Name two runs by the last part of their paths that differs.

    Examples
    --------
    >>> names_apart(Path("build/2020/run"), Path("build/2025/run"))
    ('2020', '2025')
    >>> names_apart(Path("run_2000"), Path("build/run"))
    ('run_2000', 'run')
    """
    for one, other in zip(reversed(old.resolve().parts), reversed(new.resolve().parts), strict=False):
        if one != other:
            return one, other
    return old.name, new.name


def _write(ground: Mapping[str, gpd.GeoDataFrame], out: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, CHANGES)
        write_layers(((name, ready(frame)) for name, frame in sorted(ground.items())), path)
        write_whole(out / CHANGES, path.read_bytes())


def _measured(result: ResultPart | None) -> bool:
    return result is not None and result.value is not None


def _row(change: Change, lang: Lang) -> list[str]:
    place = f" [{change.district}]" if change.district else ""
    if change.value is None or change.unit is None:
        difference = "; ".join(text[lang] for text in change.obstacles) or "–"
    else:
        better = {True: Text(" 向好", " better"), False: Text(" 变差", " worse"), None: Text("", "")}
        difference = _signed(change.value, change.unit, lang) + better[change.shown_better][lang]
    return [change.title[lang] + place, _value(change, "old", lang), _value(change, "new", lang), difference]


def _signed(value: float, unit: Unit, lang: Lang) -> str:
    """Write a difference with its sign, none where it shows as zero.

    Examples
    --------
    >>> _signed(0.0135, Unit.RATIO, "en"), _signed(-2.0, Unit.KM, "en"), _signed(1e-12, Unit.KM, "en")
    ('+1.35 points', '-2.00 km', '0.00 km')
    """
    return shown_gap(value if shows(value, unit) else 0.0, unit, lang)


def _value(change: Change, side: str, lang: Lang) -> str:
    result = change.old if side == "old" else change.new
    if result is None or result.value is None or change.unit is None:
        return "–"
    return format_value(result.value, change.unit, lang)


def _document(comparison: Comparison) -> dict[str, object]:
    return {
        "old_run": comparison.old_run,
        "new_run": comparison.new_run,
        "cautions": [{"zh": one.zh, "en": one.en} for one in comparison.cautions],
        "changes": [
            {
                "indicator": one.indicator,
                "district": one.district,
                "unit": one.unit,
                "old": None if one.old is None else one.old.value,
                "new": None if one.new is None else one.new.value,
                "value": one.value,
                "part": one.part,
                "whole": one.whole,
                "better": one.better,
                "obstacles": [{"zh": text.zh, "en": text.en} for text in one.obstacles],
                "targets": [
                    {"target": change.target, "old": change.old, "new": change.new} for change in one.targets
                ],
            }
            for one in comparison.changes
        ],
    }


if __name__ == "__main__":
    run_alone(command, HELP)
