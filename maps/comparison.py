"""Two runs on one page: the same map, its left side as the older run drew it, its right as the newer."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from pyproj import CRS

from analyses.change_rules import judged_rules
from analyses.changed_ground import COUNTED
from layers.errors import ConfigError
from layers.text import Text
from maps.assets import palette, texts
from maps.display import Display
from maps.model import Model
from maps.overlays import by_shape, element_name
from maps.page import render_model
from maps.units import unit_entries
from maps.wording import both, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import geopandas as gpd

    from analyses.compare import Change, Comparison
    from analyses.outputs.document import ResultPart
    from layers.text import Lang

BEFORE, AFTER = "before", "after"
LEAST_M2 = 1.0
"""Pieces smaller than this come from laying two drawings over each other; they are counted, not drawn."""
_TITLE = Text("增减地块", "ground gained and lost")
_CLASSES = (("gained", Text("增加", "gained")), ("lost", Text("减少", "lost")))
_LABELS = (Text("此前", "before"), Text("现在", "now"))


def render_comparison(
    runs: tuple[Model, Model],
    comparison: Comparison,
    ground: Mapping[str, gpd.GeoDataFrame],
    names: tuple[str, str],
    lang: Lang = "zh",
) -> str:
    """Write the comparison of two runs as one HTML page, for a browser without network.

    Parameters
    ----------
    runs
        The older and the newer run's own maps, read back.
    comparison
        What changed between the runs, and what must not be compared.
    ground
        By indicator the ground gained and lost, as ``analyses.changed_ground`` gives it.
    names
        What the two sides are called where the dates do not tell them apart.
    lang
        The language the page opens in; it holds both.

    Raises
    ------
    ConfigError
        A map is not that of the run compared.
    """
    old, new = runs
    for model, run_id in zip(runs, (comparison.old_run, comparison.new_run), strict=True):
        _check(model, run_id)
    layers, blobs = _eras(old, new)
    changed, change_blobs = _changed_ground(ground, new.centre[1])
    value = {
        **new.value,
        "lang": lang,
        "layers": [*layers, *changed],
        "surfaces": _surfaces(old, new),
        "units": unit_entries(),
        "palette": {name: palette()[name] for name in new.value["palette"]},
        "texts": texts(),
        "basemap": None,
        "before": _before(old, new, comparison, names)
        | {
            "rules": [
                {**words(said.zh, said.en), "kept": kept} for said, kept in judged_rules(comparison, ground)
            ]
        },
    }
    return render_model(Model(value, {**new.blobs, **blobs, **change_blobs}, new.centre), lang)


def _check(model: Model, run_id: str) -> None:
    drawn = model.value["city"]["run_id"]
    if drawn != run_id:
        raise ConfigError(
            Text(
                f"map.html 属于运行 {drawn}，report.json 属于运行 {run_id}；请重新运行 shanhai run",
                f"map.html is of run {drawn}, report.json of run {run_id}; run shanhai run again",
            )
        )


def _eras(old: Model, new: Model) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Give the newer run's layers, and the older's where they differ; what is alike is drawn once."""
    then = {entry["id"]: entry for entry in old.value["layers"] if entry["group"] != "quality"}
    layers, blobs = [], {}
    for entry in new.value["layers"]:
        other = then.get(entry["id"])
        if entry["group"] == "quality":
            layers.append(entry)
        elif other is not None and _content(old, other) == _content(new, entry):
            layers.append(entry)
            del then[entry["id"]]
        else:
            layers.append({**entry, "era": AFTER})
    for name, entry in then.items():
        moved = f"{BEFORE}-{name}"
        layers.append({**entry, "id": moved, "era": BEFORE, "of": name})
        for part in ("shapes", "columns"):
            blobs[f"{moved}-{part}"] = old.blobs.get(f"{name}-{part}", "")
    return layers, blobs


def _content(model: Model, entry: Mapping[str, Any]) -> tuple[object, ...]:
    name = entry["id"]
    return entry["classes"], model.blobs.get(f"{name}-shapes"), model.blobs.get(f"{name}-columns")


def _surfaces(old: Model, new: Model) -> list[dict[str, Any]]:
    then = {one["id"]: one for one in old.value["surfaces"]}
    shown = []
    for one in new.value["surfaces"]:
        other = then.pop(one["id"], None)
        if other == one:
            shown.append(one)
            continue
        shown.append({**one, "era": AFTER})
        if other is not None:
            shown.append({**other, "id": f"{BEFORE}-{one['id']}", "era": BEFORE, "of": one["id"]})
    shown += [{**one, "id": f"{BEFORE}-{name}", "era": BEFORE, "of": name} for name, one in then.items()]
    return shown


def _changed_ground(
    ground: Mapping[str, gpd.GeoDataFrame], reference: float
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Pack the ground gained and lost, one layer per indicator."""
    styles = palette()["changes"]
    classes = [
        {"id": name, "title": words(title.zh, title.en), "style": styles[name]} for name, title in _CLASSES
    ]
    names = [name for name, _ in _CLASSES]
    entries, blobs = [], {}
    for indicator, frame in sorted(ground.items()):
        drawn = frame[frame["area_m2"] >= LEAST_M2].drop(columns=COUNTED, errors="ignore")
        entry = {
            "indicator": indicator,
            "group": "indicator",
            "change": True,
            "title": words(_TITLE.zh, _TITLE.en),
            "classes": classes,
            "slivers": len(frame) - len(drawn),
        }
        index = np.array([names.index(kind) for kind in drawn["class"]], dtype=np.int64)
        display = Display(CRS.from_user_input(frame.crs), reference)
        for overlay in by_shape(f"change-{element_name(indicator)}", entry, drawn, index, display):
            entries.append(overlay.entry)
            blobs.update(overlay.blobs)
    return entries, blobs


def _before(old: Model, new: Model, comparison: Comparison, names: tuple[str, str]) -> dict[str, Any]:
    shapes = old.value["ground"]["districts"]
    changes: dict[str, dict[str, Any]] = {}
    for change in comparison.changes:
        entry = changes.setdefault(
            change.indicator,
            {
                "title": words(change.title.zh, change.title.en, change.indicator),
                "city": None,
                "districts": {},
            },
        )
        if change.district is None:
            entry["city"] = _change(change)
        else:
            entry["districts"][change.district] = _change(change)
    return {
        "city": old.value["city"],
        "labels": [words(one.zh, one.en) for one in _labels(old, new, names)],
        "cautions": [both(one) for one in comparison.cautions],
        "bound": dict(_bound(new, comparison)),
        "districts": None if shapes == new.value["ground"]["districts"] else shapes,
        "changes": changes,
    }


def _bound(new: Model, comparison: Comparison) -> Iterator[tuple[str, str]]:
    """Give the district of each indicator whose card stands for a target that binds a district alone."""
    for entry in new.value["indicators"]:
        if entry["binding"] is None:
            continue
        for change in comparison.changes:
            if change.district is not None and change.indicator == entry["id"] and _is_of(change, entry):
                yield entry["id"], change.district
                break


def _is_of(change: Change, entry: Mapping[str, Any]) -> bool:
    """Say whether a change is that of the number and the target a card shows."""
    told, shown = change.new.value if change.new else None, entry["value"]
    alike = told is shown if told is None or shown is None else math.isclose(told, shown, rel_tol=1e-9)
    return alike and any(one.target == entry["binding"]["id"] for one in change.targets)


def _labels(old: Model, new: Model, names: tuple[str, str]) -> Iterator[Text]:
    """Name the sides: by date where the dates differ, else as they were called."""
    dates = [model.value["city"]["as_of"] for model in (old, new)]
    told = dates if all(dates) and dates[0] != dates[1] else names
    for label, name in zip(_LABELS, told, strict=True):
        yield Text(f"{label.zh} {name}", f"{label.en} {name}")


def _change(change: Change) -> dict[str, Any]:
    return {
        "unit": change.unit and str(change.unit),
        "old": _figures(change.old),
        "new": _figures(change.new),
        "value": change.value,
        "part": change.part,
        "whole": change.whole,
        "better": change.shown_better,
        "obstacles": [both(one) for one in change.obstacles],
    }


def _figures(result: ResultPart | None) -> dict[str, Any] | None:
    if result is None:
        return None
    return {
        "value": result.value,
        "part": result.part,
        "whole": result.whole,
        "part_unit": result.part_unit and str(result.part_unit),
        "whole_unit": result.whole_unit and str(result.whole_unit),
        "status": str(result.status),
    }
