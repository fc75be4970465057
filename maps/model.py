"""A report as one plain value the page's script reads: nothing is measured here, only told."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from geo.processes import shared_out
from layers.kinds import SPECS
from layers.text import Text
from maps.assets import palette, texts, web_text
from maps.display import display_of
from maps.overlays import finding_overlay, finding_rows, overlay_tasks
from maps.places import ground, ground_overlays
from maps.raster import picture
from maps.results import SYSTEMS, indicator_entries, targets_judged
from maps.units import unit_entries
from maps.wording import both, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from analyses.report import Report
    from layers.kinds import LayerKind
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
    tasks = overlay_tasks(report, display)
    pictures = [partial(_picture, report, kind, display) for kind in sorted(report.study.surfaces)]
    both_ends: list[Callable[[], Any]] = [*tasks, *pictures]
    drawn = shared_out(both_ends)  # in two processes, from both ends: pictures take long
    overlays = [overlay for some in drawn[: len(tasks)] for overlay in some]
    surfaces = [picture for picture in drawn[len(tasks) :] if picture is not None]
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


def _picture(report: Report, kind: LayerKind, display: Display) -> dict[str, Any] | None:
    """Draw a surface, where it can be shown."""
    colours = palette()["surfaces"].get(str(kind))
    drawn = colours and picture(report.study.surfaces[kind], colours, display)
    if not drawn:
        return None
    title = both(SPECS[kind].title) or words(kind)
    return {"id": f"surface-{kind}", "group": "background", "title": title, **drawn}


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
