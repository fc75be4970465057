"""Findings of the step that made a city's layers, such as an import: read back so that none gets lost."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from layers.errors import DataError
from layers.findings import Finding, Severity
from layers.kinds import LayerKind
from layers.study import Source
from layers.text import Text

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 50_000_000


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Message(_Part):
    zh: str = Field(max_length=2000)
    en: str = Field(max_length=2000)


class _Row(_Part):
    code: str = Field(pattern=r"^[a-z0-9_]{1,40}(\.[a-z0-9_]{1,60}){1,3}$")
    severity: Severity
    message: _Message
    layer: LayerKind | None = None
    feature: str | None = Field(default=None, max_length=1000)
    place: tuple[Annotated[float, Field(ge=-180, le=180)], Annotated[float, Field(ge=-90, le=90)]] | None = (
        None
    )

    def finding(self) -> Finding:
        """Give the row as the finding it was."""
        return Finding(
            self.severity,
            self.code,
            Text(self.message.zh, self.message.en),
            layer=None if self.layer is None else self.layer.value,
            feature=self.feature,
            place=self.place,
        )


_ROWS: TypeAdapter[Any] = TypeAdapter(list[_Row])


def earlier_findings(path: str | None, base: Path) -> tuple[list[Finding], dict[str, Source]]:
    """Read the file that ``findings`` in ``city.toml`` names.

    Parameters
    ----------
    path
        As the configuration names it, or None.
    base
        Folder that a relative path starts from.

    Returns
    -------
    The findings in the file's order, and the file as a source (under ``findings``) so that a run notes it.

    Raises
    ------
    DataError
        The file is missing, too large, or no list of findings.
    """
    if path is None:
        return [], {}
    try:
        with (base / path).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "?"
        raise _refused(path, f"读不了（{reason}）", f"cannot be read ({reason})") from None
    if len(content) > MAX_BYTES:
        raise _refused(path, f"超过 {MAX_BYTES:,} 字节", f"is larger than {MAX_BYTES:,} bytes")
    try:
        rows: list[_Row] = _ROWS.validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "JSON"
        raise _refused(
            path, f"不是检查结果清单（{where}）", f"is no list of findings ({where}: {first['msg'][:120]})"
        ) from None
    digest = hashlib.sha256(content).hexdigest()
    return [row.finding() for row in rows], {"findings": Source(path, sha256=digest, size_bytes=len(content))}


def _refused(path: str, zh: str, en: str) -> DataError:
    return DataError(
        Text(
            f"findings：{path} {zh}；请重新导入，或从 city.toml 删去 findings",
            f"findings: {path} {en}; import again, or take findings out of city.toml",
        )
    )
