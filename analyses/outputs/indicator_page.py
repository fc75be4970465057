"""The page of one indicator in the documentation, in Chinese and English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyses.declared import declared_indicators
from analyses.formatting import UNIT_NAMES, format_value
from analyses.outputs.escaping import markdown_text
from analyses.outputs.table import STATUSES, SYSTEMS
from layers.kinds import SPECS
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from analyses.indicator import Indicator
    from analyses.report import Report, Result
    from layers.kinds import LayerKind
    from layers.text import Lang

_HEADINGS = {
    "formula": Text("公式", "Formula"),
    "basis": Text("依据", "Basis"),
    "inputs": Text("输入图层", "Inputs"),
    "parameters": Text("参数", "Parameters"),
    "evidence": Text("地图上的证据", "Evidence on the map"),
    "edges": Text("边界情形", "Edge cases"),
    "method": Text("算法说明", "How it is computed"),
    "example": Text("示例（合成示范城市）", "Example (synthetic demo city)"),
}


def indicator_page(indicator: Indicator, example: Report | None = None) -> str:
    """Write an indicator's page: definition, formula, inputs, parameters with doubts, edge cases, example."""
    title, system = indicator.title, SYSTEMS[indicator.system]
    lines = [f"# {title.zh} · {title.en}", "", f"`{indicator.id}` · {system.zh} {system.en}", ""]
    for lang in ("zh", "en"):
        lines += [f"## {'中文' if lang == 'zh' else 'English'}", ""]
        lines += _section(indicator, lang, example)
    return "\n".join(lines).rstrip() + "\n"


def _section(indicator: Indicator, lang: Lang, example: Report | None) -> Iterator[str]:
    if indicator.about is not None:
        yield from (markdown_text(indicator.about[lang]), "")
    for key, text in (("formula", indicator.formula), ("basis", indicator.basis)):
        yield from (f"### {_HEADINGS[key][lang]}", "", markdown_text(text[lang]), "")
    yield from (f"### {_HEADINGS['inputs'][lang]}", "", *_inputs(indicator, lang), "")
    if indicator.parameters:
        yield from (f"### {_HEADINGS['parameters'][lang]}", "", *_parameters(indicator, lang), "")
    if indicator.classes:
        names = [f"- {markdown_text(one.title[lang])} (`{one.id}`)" for one in indicator.classes]
        yield from (f"### {_HEADINGS['evidence'][lang]}", "", *names, "")
    for key, cases in (("edges", indicator.edge_cases), ("method", indicator.method)):
        if cases:
            said = [f"- {markdown_text(one[lang])}" for one in cases]
            yield from (f"### {_HEADINGS[key][lang]}", "", *said, "")
    if example is not None:
        yield from (f"### {_HEADINGS['example'][lang]}", "", *_example(indicator, example, lang), "")


def _inputs(indicator: Indicator, lang: Lang) -> Iterator[str]:
    needed, used = Text("必需", "needed"), Text("可选", "used where given")
    one_of = Text("至少其一", "one of these")
    for kinds, word in (
        (indicator.needs, needed),
        *((group, one_of) for group in indicator.any_of),
        (indicator.uses, used),
    ):
        yield from _layers(kinds, word, lang)
    known = declared_indicators()
    for names, word in ((indicator.declared, needed), (indicator.declared_uses, used)):
        for name in names:
            said = Text(f"申报值，{word.zh}", f"declared value, {word.en}")
            yield f"- `{name}` {markdown_text(known[name].title[lang])} — {said[lang]}"


def _layers(kinds: Sequence[LayerKind], word: Text, lang: Lang) -> Iterator[str]:
    for kind in kinds:
        spec = SPECS[kind]
        codes = f" ({', '.join(spec.official_codes)})" if spec.official_codes else ""
        yield f"- `{kind}` {spec.title[lang]}{codes} — {word[lang]}"


def _parameters(indicator: Indicator, lang: Lang) -> Iterator[str]:
    head = Text("名称 | 默认值 | 含义 | 来源与存疑", "name | default | meaning | source and doubt")[lang]
    yield f"| {head} |"
    yield "|---|---|---|---|"
    for one in indicator.parameters:
        doubt = "" if one.doubt is None else f"{'；' if lang == 'zh' else '; '}{one.doubt[lang]}"
        cells = (
            f"`{one.name}`",
            f"{one.default} {one.unit}".strip(),
            one.about[lang],
            f"{one.source}{doubt}",
        )
        yield "| " + " | ".join(markdown_text(cell) if "`" not in cell else cell for cell in cells) + " |"


def _example(indicator: Indicator, example: Report, lang: Lang) -> Iterator[str]:
    results = [one for one in example.results if one.indicator == indicator.id]
    for result in results:
        if result.district is None or (result.target is not None and result.quantity is not None):
            yield f"- {_line(result, lang)}"
    measure = example.measures.get(indicator.id)
    for beside in () if measure is None else measure.beside:
        if beside.quantity is not None:
            value = format_value(beside.quantity.value, beside.quantity.unit, lang)
            yield f"- {markdown_text(beside.title[lang])}: {value}"


def _line(result: Result, lang: Lang) -> str:
    quantity = result.quantity
    if quantity is None:
        return markdown_text(f"{STATUSES[result.status][lang]}: {result.reason[lang]}")
    value = format_value(quantity.value, quantity.unit, lang)
    if quantity.whole is not None and quantity.part_unit is not None and quantity.whole_unit is not None:
        part = f"{quantity.part:,.6g} {UNIT_NAMES[quantity.part_unit][lang]}".strip()
        whole = f"{quantity.whole:,.6g} {UNIT_NAMES[quantity.whole_unit][lang]}".strip()
        value = f"{value} = {part} ÷ {whole}"
    place = "" if result.district is None else f"{result.district}: "
    return markdown_text(f"{place}{value} — {STATUSES[result.status][lang]}, {result.reason[lang]}")
