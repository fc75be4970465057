"""The way from inputs to one number, as text: what an auditor asks for."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from analyses.outputs.escaping import one_line
from analyses.outputs.figures import NOTHING, shown, shown_gap, shown_target
from analyses.outputs.table import BINDINGS, SEVERITIES, STATUSES, SYNTHETIC, system_name
from analyses.quantities import Unit
from analyses.selection import WHOLE_CITY, select
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analyses.outputs.document import FiguresPart, ReportDocument, ResultPart
    from layers.text import Lang

_INDENT = "  "


def explain(document: ReportDocument, indicator: str, district: str | None = None, lang: Lang = "zh") -> str:
    """Give the way from inputs to a number as text.

    Told are the layers with hash and number of features, stand-ins, parameters with their doubts, formula
    and clause, part, whole and value, the values beside it, every target with its verdict, and the repairs
    and faults of the layers it rests on.

    Parameters
    ----------
    document
        The report.
    indicator
        Id of the indicator.
    district
        Id or name of a district; None is the whole city.
    lang
        Language of the text.

    Raises
    ------
    ConfigError
        The report has no such indicator or district.
    """
    chosen = select(document, only=[indicator], districts=[district or WHOLE_CITY])
    results = chosen.results or select(document, only=[indicator]).results[:1]
    lines = chain(
        _heading(results[0], document, lang),
        _definition(indicator, document, lang),
        _layers(results[0], document, lang),
        _parameters(results[0], lang),
        _numbers(results[0], lang),
        _verdicts(results, lang),
        _repairs(indicator, document, lang),
    )
    return "\n".join(one_line(line) for line in lines) + "\n"


def _heading(result: ResultPart, document: ReportDocument, lang: Lang) -> Iterator[str]:
    yield f"{result.title[lang]} ({result.indicator})"
    yield f"{document.city.name[lang]} · {document.district_name(result.district, lang)}"
    if document.city.synthetic:
        yield SYNTHETIC[lang]
    label = Text("运行 {run} · 数据时点 {day} · 坐标系 {crs}", "run {run} · as of {day} · system {crs}")
    yield label.format(run=document.run_id, day=document.as_of or NOTHING, crs=document.city.crs)[lang]
    if result.declared:
        yield Text("填报值，不由图层计算", "a declared value, not measured from layers")[lang]


def _definition(indicator: str, document: ReportDocument, lang: Lang) -> Iterator[str]:
    definition = document.indicators.get(indicator)
    if definition is None:
        return
    yield Text("定义", "definition")[lang]
    yield _INDENT + Text("公式：", "formula: ")[lang] + definition.formula[lang]
    yield _INDENT + Text("依据：", "basis: ")[lang] + definition.basis[lang]
    for note in definition.notes:
        yield _INDENT + Text("注意：", "note: ")[lang] + note[lang]


def used_layers(indicator: str, document: ReportDocument) -> tuple[str, ...]:
    """Give the kinds of layer an indicator rests on, those with boundary, land and districts included."""
    definition = document.indicators.get(indicator)
    if definition is None:
        return ()
    named = (*definition.needs, *chain.from_iterable(definition.any_of), *definition.uses)
    return tuple(dict.fromkeys((*named, "boundary", "land", "districts")))


def _layers(result: ResultPart, document: ReportDocument, lang: Lang) -> Iterator[str]:
    kinds = used_layers(result.indicator, document)
    if kinds:
        yield Text("图层", "layers")[lang]
    for kind in kinds:
        layer = document.provenance.layers.get(kind)
        source = document.provenance.inputs.get((layer.input if layer else None) or kind)
        if layer is None and source is None:
            if kind not in ("boundary", "land", "districts"):
                yield f"{_INDENT}{kind}: {Text('未提供', 'not given')[lang]}"
            continue
        features = layer.features if layer else None
        parts = [
            f"{source.path} {source.layer or ''}".rstrip() if source else NOTHING,
            f"sha256 {source.sha256}" if source and source.sha256 else "",
            system_name(source.crs, source.datum) if source else "",
            Text("{n} 个要素", "{n} features").format(n=features)[lang] if features is not None else "",
            Text("替代图层", "stand-in")[lang] if layer and layer.proxy else "",
            source.attribution if source else "",
        ]
        yield f"{_INDENT}{kind}: " + "; ".join(part for part in parts if part)


def _parameters(result: ResultPart, lang: Lang) -> Iterator[str]:
    if result.parameters:
        yield Text("参数", "parameters")[lang]
    for name, one in result.parameters.items():
        default = "" if one.value == one.default else f" ({Text('缺省', 'default')[lang]} {one.default})"
        about = [text[lang] for text in (one.about, one.doubt) if text]
        said = "; ".join([*about, one.source] if one.source else about)
        yield f"{_INDENT}{name} = {one.value} {one.unit}".rstrip() + default + (f" — {said}" if said else "")


def _numbers(result: ResultPart, lang: Lang) -> Iterator[str]:
    yield Text("计算", "number")[lang]
    yield _INDENT + _sum(result, lang)
    for one in result.beside:
        why = f" ({one.reason[lang]})" if one.reason else ""
        yield f"{_INDENT}{one.title[lang]}: {_sum(one, lang)}{why}"


def _sum(figures: FiguresPart, lang: Lang) -> str:
    unit = figures.unit or ""
    value = shown(figures.value, unit, lang)
    if unit == Unit.CLASS:
        return value
    if figures.whole is None:
        return f"{value} ({figures.part!r} {unit})".replace(" (None )", "")
    part, whole = (
        f"{figures.part!r} {figures.part_unit or ''}",
        f"{figures.whole!r} {figures.whole_unit or ''}",
    )
    return f"{part.rstrip()} / {whole.rstrip()} = {figures.value!r} ({value})"


def _verdicts(results: tuple[ResultPart, ...], lang: Lang) -> Iterator[str]:
    yield Text("判定", "verdict")[lang]
    for one in results:
        target = one.target
        if target is None:
            yield f"{_INDENT}{STATUSES[one.status][lang]}: {one.reason[lang]}"
            continue
        asked = shown_target(target.comparison, target.value, target.unit, lang)
        gap = shown_gap(one.gap, one.unit or target.unit, lang)
        clause = f"{target.plan}, {target.clause}, {target.year or NOTHING}, {BINDINGS[target.binding][lang]}"
        yield f"{_INDENT}{STATUSES[one.status][lang]}: {target.title[lang]} {asked} ({clause}); {gap}"
        yield f"{_INDENT}{_INDENT}{one.reason[lang]}"


def _repairs(indicator: str, document: ReportDocument, lang: Lang) -> Iterator[str]:
    kinds = used_layers(indicator, document)
    touched = [one for one in document.findings if one.layer in kinds]
    yield Text("涉及的修复与问题：{n}", "repairs and faults that touch it: {n}").format(n=len(touched))[lang]
    for one in touched:
        feature = f"/{one.feature}" if one.feature is not None else ""
        areas = ""
        if one.area_before_m2 is not None and one.area_after_m2 is not None:
            areas = f" ({one.area_before_m2!r} → {one.area_after_m2!r} m²)"
        head = f"{SEVERITIES[one.severity][lang]} {one.code} {one.layer}{feature}"
        yield f"{_INDENT}{head}: {one.message[lang]}{areas}"
