"""The numbers of the map: one entry per indicator with its targets, districts, parameters and sources."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from analyses.report import Status
from analyses.targets import quantity_of
from layers.kinds import SPECS, LayerKind
from layers.text import Text
from maps.wording import any_text, both, plain_value, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analyses.indicator import Indicator
    from analyses.quantities import Beside, Measure, Quantity
    from analyses.report import Report, Result
    from analyses.target import Target
    from layers.study import Layer, Study

SYSTEMS = (
    "red_line",
    "control_line",
    "source_zones",
    "greenways",
    "parks",
    "sponge",
    "structure",
    "index",
    "declared",
)
_WORST_FIRST = (Status.MISSED, Status.NO_DATA, Status.MET, Status.NO_TARGET)


def indicator_entries(report: Report) -> list[dict[str, Any]]:
    """List what the cards show, system by system; results of one indicator stand in one entry.

    A result whose indicator is not among the report's (a declared value) has its entry under ``declared``.
    """
    grouped: dict[str, list[Result]] = {}
    for result in report.results:
        grouped.setdefault(result.indicator, []).append(result)
    for name in report.measures:
        grouped.setdefault(name, [])
    entries = [_entry(name, results, report) for name, results in grouped.items()]
    return sorted(entries, key=lambda entry: (SYSTEMS.index(entry["system"]), entry["place"], entry["id"]))


def _entry(name: str, results: Sequence[Result], report: Report) -> dict[str, Any]:
    indicator = report.indicators.get(name)
    measure = report.measures.get(name)
    city = [result for result in results if result.district is None]
    # The worst verdict speaks for the indicator; a target may bind a district alone.
    judged = [result for result in results if result.target and result.status is not Status.NO_TARGET]
    main = min(judged or city or results, key=lambda result: _WORST_FIRST.index(result.status), default=None)
    title = _title(main, indicator, report)
    quantity = main.quantity if main and main.quantity else (measure.city if measure else None)
    system = indicator.system if indicator and indicator.system in SYSTEMS else "declared"
    return {
        "id": name,
        "system": system,
        "place": min((at for at, one in enumerate(report.results) if one.indicator == name), default=0),
        "title": words(title.zh, title.en, name) if title else words(name),
        "unit": str(quantity.unit if quantity else indicator.unit if indicator else ""),
        **_quantity(quantity),
        **_verdict(main, measured=measure is not None),
        "targets": [_target_entry(result) for result in judged if result.district is None],
        "binding": _target_entry(main) if main and main.target and main.district is not None else None,
        "districts": _district_values(results, _by_district(measure, main)),
        "beside": [_beside(one) for one in measure.beside] if measure else [],
        "notes": [both(note) for note in measure.notes] if measure else [],
        **_definition(indicator),
        "parameters": _parameters(indicator, main, report.study),
        "sources": _sources(indicator, report.study),
        "proxies": list(main.proxy_layers) if main else [],
        "declared": bool(main and main.declared),
    }


def targets_judged(report: Report) -> dict[str, int]:
    """Count the targets of this city by verdict, as terminal and summary do; a card may stand for several."""
    judged = (one.status for one in report.results if one.target is not None)
    counted = Counter(str(status) for status in judged if status != Status.NO_TARGET)
    return {str(status): counted[str(status)] for status in Status if counted[str(status)]}


def _title(main: Result | None, indicator: Indicator | None, report: Report) -> Text | None:
    """Name the entry as its target does, with the district where the target binds one alone."""
    if main is None:
        return indicator.title if indicator else None
    if main.district is None:
        return main.title
    rows = report.study.districts
    row = rows[rows["id"] == main.district]
    if row.empty:
        return main.title
    zh = str(row["name_zh"].iloc[0])
    en = str(row["name_en"].iloc[0]) if "name_en" in row and isinstance(row["name_en"].iloc[0], str) else zh
    return Text(f"{main.title.zh}（{zh}）", f"{main.title.en} ({en})")


def _quantity(quantity: Quantity | None) -> dict[str, Any]:
    if quantity is None:
        return {"value": None, "part": None, "whole": None, "part_unit": None, "whole_unit": None}
    return {
        "value": quantity.value,
        "part": quantity.part,
        "whole": quantity.whole,
        "part_unit": quantity.part_unit and str(quantity.part_unit),
        "whole_unit": quantity.whole_unit and str(quantity.whole_unit),
    }


def _verdict(main: Result | None, *, measured: bool) -> dict[str, Any]:
    if main is None:
        return {"status": str(Status.NO_TARGET if measured else Status.NO_DATA), "reason": None, "gap": None}
    return {"status": str(main.status), "reason": both(main.reason), "gap": main.gap}


def _target_entry(result: Result) -> dict[str, Any]:
    entry = _target(result.target) if result.target else {}
    return entry | {
        "status": str(result.status),
        "reason": both(result.reason),
        "gap": result.gap,
    }


def _target(target: Target) -> dict[str, Any]:
    return {
        "id": target.id,
        "title": words(target.title.zh, target.title.en, target.id),
        "comparison": target.comparison,
        "value": target.value,
        "unit": target.unit,
        "year": target.year,
        "binding": target.binding,
        "clause": target.clause,
        "source": target.source,
        "plan": target.plan,
        "note": both(target.note),
    }


def _by_district(measure: Measure | None, main: Result | None) -> Mapping[str, Quantity | None]:
    """Give each district's number of the kind the entry's title names, be it one beside the main one.

    None where there is no such number: another kind's would be taken for it.
    """
    if measure is None:
        return {}
    if main is None or main.target is None or main.declared:
        return measure.by_district
    return {name: quantity_of(measure, main.target.indicator, name) for name in measure.by_district}


def _district_values(results: Sequence[Result], measured: Mapping[str, Quantity | None]) -> dict[str, Any]:
    """Give each district's value, and its verdict where a target binds it."""
    values: dict[str, Any] = {str(district): _quantity(one) for district, one in measured.items()}
    for result in results:
        if result.district is None:
            continue
        entry = values.setdefault(str(result.district), _quantity(result.quantity))
        entry["status"] = str(result.status)
        entry["reason"] = both(result.reason)
        if result.target is not None:
            entry["target"] = _target(result.target)
    return values


def _beside(beside: Beside) -> dict[str, Any]:
    quantity = beside.quantity
    return {
        "id": beside.id,
        "title": words(beside.title.zh, beside.title.en, beside.id),
        "unit": str(quantity.unit) if quantity else None,
        "reason": both(beside.reason),
        **_quantity(quantity),
    }


def _definition(indicator: Indicator | None) -> dict[str, Any]:
    if indicator is None:
        return {"formula": None, "basis": None, "about": None, "higher_is_better": None, "layers": []}
    kinds = _kinds(indicator)
    return {
        "formula": both(indicator.formula),
        "basis": both(indicator.basis),
        "about": both(indicator.about),
        "higher_is_better": indicator.higher_is_better,
        "layers": [str(kind) for kind in kinds],
    }


def _kinds(indicator: Indicator) -> list[LayerKind]:
    groups = [indicator.needs, *indicator.any_of, indicator.uses]
    return list(dict.fromkeys(kind for group in groups for kind in group))


def _parameters(indicator: Indicator | None, main: Result | None, study: Study) -> list[dict[str, Any]]:
    """Give the parameters with the value used, its default, and the doubt about it."""
    used: Mapping[str, Mapping[str, Any]] = main.parameters if main else {}
    rows = []
    for parameter in indicator.parameters if indicator else ():
        recorded = used.get(parameter.name, {})
        rows.append(
            {
                "name": parameter.name,
                "about": words(parameter.about.zh, parameter.about.en, parameter.name),
                "value": plain_value(recorded.get("value", parameter.of(study))),
                "default": plain_value(parameter.default),
                "unit": parameter.unit,
                "source": parameter.source,
                "doubt": both(parameter.doubt),
            }
        )
    known = {row["name"] for row in rows}
    rows += [
        {
            "name": name,
            "about": words(name),
            "value": plain_value(recorded.get("value")),
            "default": plain_value(recorded.get("default")),
            "unit": str(recorded.get("unit") or ""),
            "source": "",
            "doubt": any_text(recorded.get("doubt")),
        }
        for name, recorded in used.items()
        if name not in known
    ]
    return rows


def _sources(indicator: Indicator | None, study: Study) -> list[dict[str, Any]]:
    """Say of each layer an indicator reads whether it was given, of what date, and if it is a stand-in."""
    if indicator is None:
        return []
    needed = set(indicator.needs)
    rows = []
    for kind in _kinds(indicator):
        layer = study.layers.get(kind)
        given = layer is not None or kind in study.surfaces
        if given or kind in needed:
            title = SPECS[kind].title
            rows.append({"kind": str(kind), "title": both(title), "given": given, **_source_of(layer)})
    return rows


def _source_of(layer: Layer | None) -> dict[str, Any]:
    if layer is None:
        return {"as_of": None, "proxy": False, "path": None, "attribution": None}
    return {
        "as_of": layer.as_of.isoformat() if layer.as_of else None,
        "proxy": layer.proxy,
        "path": layer.source.path,
        "attribution": layer.source.attribution or None,
    }
