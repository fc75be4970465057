"""``junit.xml``: one test case per indicator, district and target, for CI systems."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from analyses.outputs.escaping import xml_text
from analyses.outputs.figures import shown, shown_gap, shown_target
from analyses.outputs.table import by_system, system_of
from analyses.report import Status

if TYPE_CHECKING:
    from analyses.outputs.document import ReportDocument, ResultPart
    from layers.text import Lang


def junit_xml(document: ReportDocument, lang: Lang = "zh") -> str:
    """Give the text of ``junit.xml``.

    A missed target is a failure with value, target and gap; what was not judged is skipped with the reason.
    """
    suites = ET.Element("testsuites", name=xml_text(f"shanhai {document.city.id}"))
    groups: dict[str, list[ResultPart]] = {}
    for result in by_system(document):
        groups.setdefault(system_of(result, document), []).append(result)
    for system, results in groups.items():
        suite = ET.SubElement(suites, "testsuite", {"name": f"shanhai.{system}", **_counts(results)})
        properties = ET.SubElement(suite, "properties")
        ET.SubElement(properties, "property", name="run_id", value=xml_text(document.run_id))
        for result in results:
            _case(suite, result, document, lang)
    total = _counts(list(document.results))
    for name, count in total.items():
        suites.set(name, count)
    ET.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode") + "\n"


def _counts(results: list[ResultPart]) -> dict[str, str]:
    skipped = sum(one.status in (Status.NO_DATA, Status.NO_TARGET) for one in results)
    missed = sum(one.status is Status.MISSED for one in results)
    return {"tests": str(len(results)), "failures": str(missed), "errors": "0", "skipped": str(skipped)}


def _case(suite: ET.Element, result: ResultPart, document: ReportDocument, lang: Lang) -> None:
    district = document.district_name(result.district, lang)
    asked = f" [{result.target.id}]" if result.target else ""
    case = ET.SubElement(
        suite,
        "testcase",
        classname=xml_text(f"{suite.get('name')}.{result.indicator}"),
        name=xml_text(f"{result.title[lang]} · {district}{asked}"),
        time="0",
    )
    reason = xml_text(result.reason[lang])
    if result.status is Status.MISSED and result.target is not None:
        unit = result.unit or result.target.unit
        asked = shown_target(result.target.comparison, result.target.value, result.target.unit, lang)
        gap = shown_gap(result.gap, unit, lang)
        message = f"{shown(result.value, unit, lang)}; {asked}; {gap}"
        ET.SubElement(case, "failure", type="MISSED", message=xml_text(message)).text = reason
    elif result.status in (Status.NO_DATA, Status.NO_TARGET):
        ET.SubElement(case, "skipped", message=f"{result.status.value}: {reason}")
    else:
        ET.SubElement(case, "system-out").text = reason
