"""``findings.sarif``: the faults of layers and features as SARIF 2.1.0, for code-review systems."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from analyses.outputs.escaping import one_line
from layers.catalogue import CATALOGUE
from layers.findings import Severity

if TYPE_CHECKING:
    from analyses.outputs.document import FindingPart, ReportDocument
    from layers.text import Lang

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_LANGUAGES = {"zh": "zh-CN", "en": "en-US"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def findings_sarif(document: ReportDocument, lang: Lang = "zh") -> str:
    """Give the text of ``findings.sarif``.

    A result is a fault of one layer or feature; what concerns the configuration as a whole is a
    notification of the invocation, so that nothing is left out.
    """
    located = [one for one in document.findings if one.layer is not None]
    general = [one for one in document.findings if one.layer is None]
    codes = sorted({one.code for one in document.findings})
    index = {code: position for position, code in enumerate(codes)}
    run = {
        "tool": {
            "driver": {
                "name": "Shanhai",
                "version": document.provenance.software.get("shanhai", "unknown"),
                "language": _LANGUAGES[lang],
                "rules": [_rule(code, lang) for code in codes],
            }
        },
        "automationDetails": {"id": f"shanhai/{document.city.id}/{document.run_id}"},
        "invocations": [
            {
                "executionSuccessful": True,
                "toolConfigurationNotifications": [_notification(one, index, lang) for one in general],
            }
        ],
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, index, document, lang) for one in located],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _message(text: str) -> dict[str, str]:
    r"""Give a message in which brackets open no link and braces no placeholder (SARIF 2.1.0, 3.11)."""
    plain = one_line(text).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return {"text": plain.replace("{", "{{").replace("}", "}}")}


def _rule(code: str, lang: Lang) -> dict[str, Any]:
    rule: dict[str, Any] = {"id": one_line(code)}
    entry = CATALOGUE.get(code)
    if entry is not None:
        rule["shortDescription"] = _message(entry.meaning[lang])
        rule["help"] = _message(entry.remedy[lang])
        rule["defaultConfiguration"] = {"level": _LEVELS[entry.severity]}
    return rule


def _notification(finding: FindingPart, index: dict[str, int], lang: Lang) -> dict[str, Any]:
    return {
        "level": _LEVELS[finding.severity],
        "message": _message(finding.message[lang]),
        "associatedRule": {"id": one_line(finding.code), "index": index[finding.code]},
    }


def _result(
    finding: FindingPart, index: dict[str, int], document: ReportDocument, lang: Lang
) -> dict[str, Any]:
    layer = finding.layer or ""
    logical = {"name": one_line(layer), "fullyQualifiedName": one_line(layer), "kind": "layer"}
    if finding.feature is not None:
        feature = one_line(finding.feature)
        logical = {"name": feature, "fullyQualifiedName": f"{one_line(layer)}/{feature}", "kind": "feature"}
    location: dict[str, Any] = {"logicalLocations": [logical]}
    source = document.provenance.inputs.get(layer)
    if source is not None and "://" not in source.path:
        uri = quote(source.path.replace("\\", "/"), safe="/-._~")
        location["physicalLocation"] = {"artifactLocation": {"uri": uri}}
    key = json.dumps([finding.code, layer, finding.feature, finding.place])
    result: dict[str, Any] = {
        "ruleId": one_line(finding.code),
        "ruleIndex": index[finding.code],
        "level": _LEVELS[finding.severity],
        "message": _message(finding.message[lang]),
        "locations": [location],
        "partialFingerprints": {"finding/v1": hashlib.sha256(key.encode()).hexdigest()},
    }
    properties = {
        "longitude": finding.place[0] if finding.place else None,
        "latitude": finding.place[1] if finding.place else None,
        "area_before_m2": finding.area_before_m2,
        "area_after_m2": finding.area_after_m2,
    }
    known = {name: value for name, value in properties.items() if value is not None}
    return {**result, "properties": known} if known else result
