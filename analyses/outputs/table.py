"""The rows of the result tables: one per result, and one per value reported beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyses.outputs.figures import COMPARISONS
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analyses.outputs.document import FiguresPart, ReportDocument, ResultPart

Cell = str | float | int | bool | None

SYSTEMS: dict[str, Text] = {
    "red_line": Text("生态保护红线", "Ecological red line"),
    "control_line": Text("基本生态控制线", "Basic ecological control line"),
    "source_zones": Text("饮用水水源保护区", "Drinking-water source zones"),
    "greenways": Text("绿道与碧道", "Greenways and bidao"),
    "parks": Text("公园", "Parks"),
    "sponge": Text("海绵城市", "Sponge city"),
    "structure": Text("生态结构", "Ecological structure"),
    "index": Text("综合指数", "Indices"),
    "declared": Text("填报指标", "Declared values"),
}
STATUSES: dict[str, Text] = {
    "MET": Text("达标", "met"),
    "MISSED": Text("未达标", "missed"),
    "NO_DATA": Text("缺数据，未判定", "not judged: no data"),
    "NO_TARGET": Text("无目标", "no target"),
}
BINDINGS: dict[str, Text] = {
    "binding": Text("约束性", "binding"),
    "expected": Text("预期性", "expected"),
    "none": Text("未注明", "not stated"),
}
SEVERITIES: dict[str, Text] = {
    "error": Text("错误", "error"),
    "warning": Text("警告", "warning"),
    "info": Text("提示", "note"),
}
SYNTHETIC = Text(
    "合成数据：本城市为虚构，数字不代表任何真实城市。",
    "Synthetic data: this city is made up; its numbers stand for no real city.",
)


def system_of(result: ResultPart, document: ReportDocument) -> str:
    """Give the chapter a result belongs to; what no indicator measures is a declared value."""
    found = document.indicators.get(result.indicator)
    return found.system if found else "declared"


def by_system(document: ReportDocument) -> list[ResultPart]:
    """Give the results in the order of the chapters, else in the order they have."""
    order = {name: position for position, name in enumerate(SYSTEMS)}
    return sorted(document.results, key=lambda one: order[system_of(one, document)])


def rows(document: ReportDocument) -> Iterator[dict[str, Cell]]:
    """Give the rows of ``results.csv``, every one with the same columns.

    A value reported beside the main one has its id in ``variant`` and no verdict; it comes once per
    indicator and district, after the first result.
    """
    seen: set[tuple[str, str | None]] = set()
    for result in document.results:
        yield _row(document, result, None, result)
        if (result.indicator, result.district) in seen:
            continue
        seen.add((result.indicator, result.district))
        for beside in result.beside:
            title = {"title_zh": beside.title.zh, "title_en": beside.title.en}
            reason = beside.reason
            why = {"reason_zh": reason.zh if reason else "", "reason_en": reason.en if reason else ""}
            yield {**_row(document, result, beside.id, beside), **title, **why}


def _row(
    document: ReportDocument, result: ResultPart, variant: str | None, figures: FiguresPart
) -> dict[str, Cell]:
    system = system_of(result, document)
    return {
        "city": document.city.id,
        "as_of": document.as_of,
        "system": system,
        "indicator": result.indicator,
        "variant": variant,
        "title_zh": result.title.zh,
        "title_en": result.title.en,
        "district": result.district,
        "district_zh": document.district_name(result.district, "zh"),
        "district_en": document.district_name(result.district, "en"),
        "value": figures.value,
        "part": figures.part,
        "whole": figures.whole,
        "unit": figures.unit,
        "part_unit": figures.part_unit,
        "whole_unit": figures.whole_unit,
        **(_verdict(result) if variant is None else dict.fromkeys(_VERDICT)),
        "proxy_layers": "; ".join(result.proxy_layers),
        "declared": result.declared,
        "parameters": "; ".join(f"{name}={one.value}" for name, one in result.parameters.items()),
        "synthetic": document.city.synthetic,
        "run_id": document.run_id,
    }


_VERDICT = (
    "status",
    "status_zh",
    "target_id",
    "plan",
    "comparison",
    "target_value",
    "target_unit",
    "target_year",
    "geography",
    "binding",
    "clause",
    "source",
    "gap",
    "reason_zh",
    "reason_en",
)


def _verdict(result: ResultPart) -> dict[str, Cell]:
    target = result.target
    asked: tuple[Cell, ...] = (None,) * 9
    if target is not None:
        asked = (
            target.id,
            target.plan,
            COMPARISONS[target.comparison].en,
            target.value,
            target.unit,
            target.year,
            target.geography,
            target.binding,
            target.clause,
        )
    values = (
        result.status.value,
        STATUSES[result.status]["zh"],
        *asked,
        target.source if target else None,
        result.gap,
        result.reason.zh,
        result.reason.en,
    )
    return dict(zip(_VERDICT, values, strict=True))


def system_name(crs: str, datum: str) -> str:
    """Name the system a layer came in; the datum only where it was a shifted one, for else the system has it.

    Examples
    --------
    >>> system_name("EPSG:4547", "wgs84"), system_name("EPSG:4490", "gcj02")
    ('EPSG:4547', 'EPSG:4490 (gcj02)')
    """
    return f"{crs} ({datum})" if datum in {"gcj02", "bd09"} else crs
