"""``report.json``: the report for machines, versioned, the same bytes for the same inputs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.outputs import document as doc
from analyses.outputs.escaping import storable
from analyses.outputs.figures import stable
from geo.area import area_m2
from layers.findings import Severity
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from analyses.indicator import Indicator
    from analyses.quantities import Beside, Quantity
    from analyses.report import Report, Result
    from analyses.target import Target
    from layers.findings import Finding
    from layers.study import Source, Study

SEVERITY_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


def report_json(report: Report) -> str:
    """Give the text of ``report.json``."""
    return document_json(document_of(report))


def report_document(report: Report) -> dict[str, Any]:
    """Give the content of ``report.json`` as plain lists and dictionaries."""
    return document_of(report).model_dump(mode="json")


def document_json(document: doc.Part) -> str:
    """Give a document as JSON text: two-space indent, UTF-8, a final line feed."""
    return json.dumps(document.model_dump(mode="json"), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def document_of(report: Report) -> doc.ReportDocument:
    """Give the report as the document every other output is written from.

    Results are in the order of indicator, district (the whole city first) and target; findings from the
    worst to the least; numbers are rounded to twelve significant digits.
    """
    study = report.study
    return doc.ReportDocument(
        schema_version=1,
        city=_city(study),
        as_of=study.as_of.isoformat() if study.as_of else None,
        run_id=report.run_id,
        results=tuple(_result(one, report) for one in sorted(report.results, key=_result_order)),
        indicators={name: _indicator(report.indicators[name], report) for name in sorted(report.indicators)},
        findings=tuple(sorted((_finding(one) for one in report.findings), key=_finding_order)),
        provenance=doc.ProvenancePart(
            config_sha256=report.provenance.config_sha256,
            inputs=inputs_part(report.provenance.inputs),
            layers=_layers(study, report.provenance.inputs),
            parameters=plain(report.provenance.parameters),
            plans=tuple(storable(plan) for plan in report.provenance.plans),
            software=plain(report.provenance.software),
        ),
    )


def _result_order(result: Result) -> tuple[str, str, str]:
    return result.indicator, result.district or "", result.target.id if result.target else ""


def _finding_order(finding: doc.FindingPart) -> tuple[Any, ...]:
    return (
        SEVERITY_ORDER[finding.severity],
        finding.code,
        finding.layer or "",
        finding.feature or "",
        finding.message.en,
        finding.place or (0.0, 0.0),
    )


def words(text: Text | Mapping[str, str]) -> doc.Words:
    """Give text, or a mapping with the keys ``zh`` and ``en``, as a part of a document."""
    zh, en = (text.zh, text.en) if isinstance(text, Text) else (text["zh"], text["en"])
    return doc.Words(zh=storable(zh), en=storable(en))


def plain(value: Any) -> Any:  # noqa: ANN401 - any value goes in
    """Give a value as JSON holds it: keys sorted, numbers stable, anything unknown as text."""
    if isinstance(value, bool | int | None):
        return value
    if isinstance(value, float):
        return stable(value)
    if isinstance(value, Text):
        return words(value).model_dump()
    if hasattr(value, "items"):
        return {
            storable(str(key)): plain(one) for key, one in sorted(value.items(), key=lambda kv: str(kv[0]))
        }
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return storable(str(value))


def _optional(value: Any) -> float | None:  # noqa: ANN401 - a cell of a frame
    return None if value is None or pd.isna(value) else stable(float(value))


def _city(study: Study) -> doc.CityPart:
    whole, land = (float(area) for area in area_m2([study.boundary, study.land], study.crs))
    areas = dict(
        zip(
            study.districts["id"].astype(str),
            area_m2(np.asarray(study.districts.geometry), study.crs),
            strict=True,
        )
    )
    rows = [dict(row) for row in study.districts.drop(columns="geometry").to_dict("records")]
    return doc.CityPart(
        id=study.id,
        name=words(study.name),
        crs=storable(study.crs.to_string() if study.crs.to_epsg() else study.crs.name),
        synthetic=study.synthetic,
        residents=_optional(study.residents),
        area_m2=stable(whole) or 0.0,
        land_area_m2=stable(land) or 0.0,
        districts=tuple(
            doc.DistrictPart(
                id=storable(str(row["id"])),
                name=words(_district_name(row)),
                residents=_optional(row.get("residents")),
                area_m2=stable(areas[str(row["id"])]) or 0.0,
            )
            for row in sorted(rows, key=lambda row: str(row["id"]))
        ),
    )


def _district_name(row: Mapping[Any, Any]) -> Text:
    names = [row.get(key) for key in ("name_zh", "name_en")]
    zh, en = (None if name is None or pd.isna(name) or name == "" else str(name) for name in names)
    fallback = str(row["id"])
    return Text(zh or en or fallback, en or zh or fallback)


def _figures(quantity: Quantity | None) -> dict[str, Any]:
    if quantity is None:
        return dict.fromkeys(("value", "part", "whole", "unit", "part_unit", "whole_unit"))
    return {
        "value": stable(quantity.value),
        "part": stable(quantity.part),
        "whole": stable(quantity.whole),
        "unit": quantity.unit,
        "part_unit": quantity.part_unit,
        "whole_unit": quantity.whole_unit,
    }


def _result(result: Result, report: Report) -> doc.ResultPart:
    measure = report.measures.get(result.indicator)
    beside: Iterable[Beside] = measure.beside if measure else ()
    figures = _figures(result.quantity)
    if result.quantity is None and result.indicator in report.indicators:
        figures["unit"] = report.indicators[result.indicator].unit
    return doc.ResultPart(
        **figures,
        indicator=result.indicator,
        title=words(result.title),
        district=None if result.district is None else storable(result.district),
        status=result.status,
        target=_target(result.target),
        reason=words(result.reason),
        gap=stable(result.gap),
        parameters={name: _parameter(result.parameters[name]) for name in sorted(result.parameters)},
        proxy_layers=tuple(sorted(storable(str(layer)) for layer in result.proxy_layers)),
        declared=result.declared,
        beside=tuple(_beside(one, result.district) for one in beside),
    )


def _beside(beside: Beside, district: str | None) -> doc.BesidePart:
    quantity = beside.quantity if district is None else beside.by_district.get(district)
    return doc.BesidePart(
        **_figures(quantity),
        id=storable(beside.id),
        title=words(beside.title),
        reason=words(beside.reason) if beside.reason else None,
    )


def _parameter(parameter: Mapping[str, Any]) -> doc.ParameterPart:
    doubt, about = parameter.get("doubt"), parameter.get("about")
    return doc.ParameterPart(
        value=plain(parameter["value"]),
        unit=storable(str(parameter.get("unit") or "")),
        default=plain(parameter.get("default")),
        verified=bool(parameter.get("verified", doubt is None)),
        doubt=words(doubt) if doubt else None,
        about=words(about) if about else None,
        source=storable(str(parameter.get("source") or "")),
    )


def _target(target: Target | None) -> doc.TargetPart | None:
    if target is None:
        return None
    return doc.TargetPart(
        id=storable(target.id),
        plan=storable(target.plan),
        comparison=target.comparison,
        value=stable(target.value),
        unit=storable(target.unit),
        year=target.year,
        geography=storable(target.geography),
        binding=target.binding,
        clause=storable(target.clause),
        source=storable(target.source),
        title=words(target.title),
        note=words(target.note),
    )


def _indicator(indicator: Indicator, report: Report) -> doc.IndicatorPart:
    measure = report.measures.get(indicator.id)
    return doc.IndicatorPart(
        title=words(indicator.title),
        system=indicator.system,
        unit=indicator.unit,
        formula=words(indicator.formula),
        basis=words(indicator.basis),
        higher_is_better=indicator.higher_is_better,
        needs=tuple(kind.value for kind in indicator.needs),
        any_of=tuple(tuple(kind.value for kind in group) for group in indicator.any_of),
        uses=tuple(kind.value for kind in indicator.uses),
        notes=tuple(words(note) for note in measure.notes) if measure else (),
    )


def _finding(finding: Finding) -> doc.FindingPart:
    place = None
    if finding.place is not None:
        longitude, latitude = (stable(float(number)) for number in finding.place)
        place = None if longitude is None or latitude is None else (longitude, latitude)
    return doc.FindingPart(
        severity=finding.severity,
        code=storable(finding.code),
        message=words(finding.message),
        layer=None if finding.layer is None else storable(str(finding.layer)),
        feature=None if finding.feature is None else storable(str(finding.feature)),
        place=place,
        area_before_m2=stable(finding.area_before_m2),
        area_after_m2=stable(finding.area_after_m2),
    )


def inputs_part(inputs: Mapping[str, Source]) -> dict[str, doc.InputPart]:
    """Give the inputs by name, in name order."""
    return {
        storable(str(name)): doc.InputPart(
            path=storable(source.path),
            layer=None if source.layer is None else storable(source.layer),
            sha256=source.sha256,
            size_bytes=source.size_bytes,
            crs=storable(source.crs),
            datum=storable(source.datum),
            encoding=storable(source.encoding),
            attribution=storable(source.attribution),
        )
        for name, source in sorted(inputs.items())
    }


def _layers(study: Study, inputs: Mapping[str, Source]) -> dict[str, doc.LayerPart]:
    names = {source: name for name, source in inputs.items()}
    layers = {
        kind.value: doc.LayerPart(
            input=names.get(layer.source),
            features=len(layer.frame),
            as_of=layer.as_of.isoformat() if layer.as_of else None,
            proxy=layer.proxy,
        )
        for kind, layer in study.layers.items()
    }
    for kind in study.surfaces:
        known = kind.value if kind.value in inputs else None
        layers.setdefault(kind.value, doc.LayerPart(input=known, features=None, as_of=None, proxy=False))
    return dict(sorted(layers.items()))
