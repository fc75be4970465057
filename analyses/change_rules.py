"""The ground that counts between two runs, and what the rules of the lines say about it, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyogrio

from analyses.changed_ground import GAINED, LOST, changed_ground
from analyses.indicator import all_indicators
from analyses.outputs.figures import shown
from analyses.quantities import Unit
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import geopandas as gpd

    from analyses.compare import Change, Comparison
    from analyses.indicator import Indicator

RED_LINE, CONTROL_LINE = "red_line_area", "control_line_area"
LEAST_M2 = 1.0
"""Differences of less than a square metre are the noise of two overlays, not a change of a line."""


def counted_classes(indicator: Indicator) -> tuple[str, ...]:
    """Give the classes of evidence whose ground is gained or lost; none named means all.

    Where some evidence speaks against the city, only what speaks for it counts, or, where nothing does, what
    speaks against it.

    Examples
    --------
    >>> counted_classes(all_indicators()["park_walk_coverage"])
    ('covered',)
    >>> counted_classes(all_indicators()["red_line_area"])
    ()
    """
    against = tuple(one.id for one in indicator.classes if one.tone in ("bad", "review"))
    return tuple(one.id for one in indicator.classes if one.tone == "good") or against if against else ()


def ground_of_runs(old: Path, new: Path, comparison: Comparison) -> dict[str, gpd.GeoDataFrame]:
    """Give the ground gained and lost by every indicator that may be compared for the whole city.

    Left out are indicators without areas in both runs, and those without any change.
    """
    both = set.intersection(
        *({str(name) for name, _ in pyogrio.list_layers(folder / "evidence.gpkg")} for folder in (old, new))
    )
    found = {}
    for change in comparison.changes:
        indicator = all_indicators().get(change.indicator)
        if (
            indicator is None
            or change.district is not None
            or change.obstacles
            or change.indicator not in both
        ):
            continue
        ground = changed_ground(old, new, indicator.id, counted_classes(indicator))
        if len(ground):
            found[indicator.id] = ground
    return found


def change_rules(comparison: Comparison, ground: Mapping[str, gpd.GeoDataFrame]) -> Iterator[Text]:
    """Say for the red line and the control line whether the rule for changes was kept.

    The red line must not lose area (General Offices [2019] No. 48): what is taken out shows as gross loss
    even where the total holds. The control line takes no more than it gives back.
    """
    for change in comparison.changes:
        if change.district is not None or change.indicator not in _RULES:
            continue
        title, rule = _RULES[change.indicator]
        if change.obstacles:
            why = change.obstacles[0]
            yield Text(f"{title.zh}：两次不可比（{why.zh}）", f"{title.en}: not comparable ({why.en})")
        elif change.value is not None and change.unit is not None:
            yield _kept(change, ground.get(change.indicator), title, rule)


_RULES: dict[str, tuple[Text, Text]] = {
    RED_LINE: (Text("生态保护红线", "ecological red line"), Text("面积不减少", "area not reduced")),
    CONTROL_LINE: (
        Text("基本生态控制线", "basic ecological control line"),
        Text("占补平衡（调入不少于调出）", "no more taken out than put in"),
    ),
}


def _kept(change: Change, ground: gpd.GeoDataFrame | None, title: Text, rule: Text) -> Text:
    value = change.value or 0.0
    square_metres = value * (1e6 if change.unit is Unit.KM2 else 1.0)
    kept = square_metres >= -LEAST_M2
    verdict = Text("符合", "kept") if kept else Text("不符合", "broken")
    gained, lost = (_area(ground, kind) for kind in (GAINED, LOST))
    said = [
        Text(
            f"{title.zh}：{rule.zh}——{verdict.zh}；净变化 {shown(square_metres, 'm2', 'zh')}",
            f"{title.en}: {rule.en}: {verdict.en}; net change {shown(square_metres, 'm2', 'en')}",
        )
    ]
    if ground is not None:
        said.append(
            Text(
                f"，调入 {shown(gained, 'm2', 'zh')}，调出 {shown(lost, 'm2', 'zh')}",
                f", put in {shown(gained, 'm2', 'en')}, taken out {shown(lost, 'm2', 'en')}",
            )
        )
        if kept and lost > LEAST_M2:
            said.append(
                Text(
                    "；总量虽未减少，但界线有移动，请核对", "; the total holds but the line moved: look at it"
                )
            )
    return Text("".join(one.zh for one in said), "".join(one.en for one in said))


def _area(ground: gpd.GeoDataFrame | None, kind: str) -> float:
    return 0.0 if ground is None else float(ground.loc[ground["class"] == kind, "area_m2"].sum())
