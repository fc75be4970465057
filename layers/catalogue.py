"""The catalogue of findings: stable codes, how bad each is, what it means and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict, Unpack

from layers.catalogue_connectivity import CONNECTIVITY_ROWS
from layers.catalogue_crs import CRS_ROWS
from layers.catalogue_ecology import ECOLOGY_ROWS
from layers.catalogue_osm import OSM_ROWS
from layers.catalogue_raster import RASTER_ROWS
from layers.catalogue_rows import ROWS
from layers.catalogue_tables import TABLE_ROWS
from layers.findings import Finding, Severity
from layers.text import Text

if TYPE_CHECKING:
    from layers.text import Lang


@dataclass(frozen=True)
class Rule:
    """What a finding's code stands for."""

    code: str
    severity: Severity
    meaning: Text
    remedy: Text


CATALOGUE: dict[str, Rule] = {
    code: Rule(code, Severity(severity), Text(*meaning), Text(*remedy))
    for code, severity, meaning, remedy in (
        *ROWS,
        *RASTER_ROWS,
        *CRS_ROWS,
        *OSM_ROWS,
        *TABLE_ROWS,
        *ECOLOGY_ROWS,
        *CONNECTIVITY_ROWS,
    )
}


class Where(TypedDict, total=False):
    """Where a finding lies; see ``Finding``."""

    layer: str | None
    feature: str | None
    place: tuple[float, float] | None
    area_before_m2: float | None
    area_after_m2: float | None


def finding(code: str, message: Text, **where: Unpack[Where]) -> Finding:
    """Make a finding with the severity its code has (``KeyError`` for a code not in the catalogue).

    Examples
    --------
    >>> finding("geometry.empty", Text("空", "empty"), layer="parks").severity
    <Severity.WARNING: 'warning'>
    """
    return Finding(CATALOGUE[code].severity, code, message, **where)


_HEAD = {
    "zh": "# 检查规则\n\n| 代码 | 严重程度 | 含义 | 处理 |\n|---|---|---|---|\n",
    "en": "# Findings\n\n| code | severity | meaning | remedy |\n|---|---|---|---|\n",
}


def findings_page(lang: Lang) -> str:
    """Write the catalogue as a Markdown table.

    Examples
    --------
    >>> findings_page("en").splitlines()[0]
    '# Findings'
    """
    rows = (
        f"| `{rule.code}` | {rule.severity} | {rule.meaning[lang]} | {rule.remedy[lang]} |\n"
        for rule in sorted(CATALOGUE.values(), key=lambda one: one.code)
    )
    return _HEAD[lang] + "".join(rows)
