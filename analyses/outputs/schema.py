"""The JSON Schemas of the documents a run leaves, made from the types that write and read them."""

from __future__ import annotations

import json
from importlib import resources
from typing import TYPE_CHECKING, Any

from analyses.outputs.document import Part, ReportDocument
from analyses.outputs.run_document import RunDocument

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENTS: dict[str, type[Part]] = {"report-1": ReportDocument, "run-1": RunDocument}
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_text(name: str) -> str:
    """Give the text of a schema as it is published (``docs/schema/<name>.json``).

    Examples
    --------
    >>> json.loads(schema_text("report-1"))["title"]
    'ReportDocument'
    """
    made: dict[str, Any] = DOCUMENTS[name].model_json_schema()
    head = {"$schema": DIALECT, "$id": f"urn:shanhai:schema:{name}"}
    return json.dumps({**head, **made}, ensure_ascii=False, indent=2) + "\n"


def write_schemas(*folders: Path) -> None:
    """Write all schemas into folders: once shipped in this package, once published under ``docs/schema``."""
    for folder in folders:
        for name in DOCUMENTS:
            (folder / f"{name}.json").write_text(schema_text(name), encoding="utf-8")


def shipped_schema(name: str) -> dict[str, Any]:
    """Give the schema that is shipped with the program."""
    text = resources.files("analyses.outputs").joinpath(f"{name}.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
