"""A report as one plain value the page's script reads: nothing is measured here, only told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from layers.kinds import SPECS
from layers.text import Text
from maps.assets import palette, texts, web_text
from maps.display import display_of
from maps.overlays import context_overlays, evidence_overlays, finding_overlay, finding_rows
from maps.places import ground, ground_overlays
from maps.raster import picture
from maps.results import SYSTEMS, indicator_entries, targets_judged
from maps.units import unit_entries
from maps.wording import both, words

if TYPE_CHECKING:
    from analyses.report import Report
    from layers.text import Lang
    from maps.display import Display
    from maps.overlays import Overlay


PAGE_FORMAT = 1
"""Raised when a page can no longer be read back by what reads pages."""


@dataclass(frozen=True)
class Model:
    """What goes into the page: a JSON value and packed data by id."""

    value: dict[str, Any]
    blobs: dict[str, str]
    centre: tuple[float, float]


def build_model(report: Report, lang: Lang) -> Model:
    """Tell a report as the page reads it."""
    display = display_of(report.study)
    places = ground(report.study, display)
    base = ground_overlays(report.study, display)
    overlays = [*evidence_overlays(report, display), *context_overlays(report, display)]
    surfaces = _surfaces(report, display)
    found = finding_overlay(report.findings, display)
    if found is not None:
        found.entry["on"] = not report.indicators
        overlays.append(found)
    west, south, east, north = places["bounds"]
    return Model(
        value={
            "format": PAGE_FORMAT,
            "lang": lang,
            "city": _city(report),
            "systems": list(SYSTEMS),
            "indicators": indicator_entries(report),
            "judged": targets_judged(report),
            "ground": {**places, "parts": [overlay.entry for overlay in base]},
            "layers": [overlay.entry for overlay in overlays],
            "surfaces": surfaces,
            "findings": finding_rows(report.findings),
            "provenance": _provenance(report),
            "units": unit_entries(),
            "palette": {name: palette()[name] for name in ("status", "ramps", "groups", "severity")},
            "texts": texts(),
            "licence": web_text("leaflet-license.txt"),
        },
        blobs=_blobs([*base, *overlays]),
        centre=((south + north) / 2, (west + east) / 2),
    )


def _blobs(overlays: list[Overlay]) -> dict[str, str]:
    return {name: payload for overlay in overlays for name, payload in overlay.blobs.items()}


def _city(report: Report) -> dict[str, Any]:
    study = report.study
    return {
        "id": study.id,
        "name": words(study.name.zh, study.name.en, study.id),
        "as_of": study.as_of.isoformat() if study.as_of else None,
        "synthetic": study.synthetic,
        "residents": study.residents,
        "crs": study.crs.name,
        "run_id": report.run_id,
    }


def _surfaces(report: Report, display: Display) -> list[dict[str, Any]]:
    colours = palette()["surfaces"]
    shown = []
    for kind in sorted(report.study.surfaces):
        if str(kind) not in colours:
            continue
        drawn = picture(report.study.surfaces[kind], colours[str(kind)], display)
        if drawn is not None:
            title = both(SPECS[kind].title) or words(kind)
            shown.append({"id": f"surface-{kind}", "group": "background", "title": title, **drawn})
    return shown


def _provenance(report: Report) -> dict[str, Any]:
    provenance = report.provenance
    return {
        "plans": list(provenance.plans),
        "software": dict(sorted(provenance.software.items())),
        "inputs": [
            {
                "title": _input_title(name),
                "path": source.path,
                "layer": source.layer,
                "sha256": source.sha256,
                "crs": source.crs,
                "datum": source.datum,
                "attribution": source.attribution,
            }
            for name, source in sorted(provenance.inputs.items())
        ],
    }


def _input_title(name: str) -> dict[str, str]:
    known = {str(kind): spec.title for kind, spec in SPECS.items()}
    title = known.get(str(name), Text(str(name), str(name)))
    return words(title.zh, title.en, name)
