"""The ground that counts between two runs, and what the rules of the lines say about it, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyses.changed_ground import GAINED, LOST, changed_ground, evidence_of
from analyses.compare import shows
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
    from layers.text import Lang

RED_LINE, CONTROL_LINE = "red_line_area", "control_line_area"
LEAST_M2 = 1.0
"""Differences of less than a square metre are the noise of two overlays, not a change of a line."""
TOLERANCE = 1e-6
"""Share of a line's area that two overlays, or two coordinate systems, may differ by without a change."""
_VALUE_CLASSES: dict[str, tuple[str, ...]] = {
    "red_line_change": ("kept", "gained"),
    "source_zone_area": ("first_class", "second_class", "quasi", "unknown"),
    "control_line_encroachment": ("violation", "violation_underground"),
}
"""The classes that make up the value, where their tones do not tell."""
_NO_GROUND = frozenset({"control_line_adjustment", "ecological_index", "habitat_quality"})
"""A balance and indices: no ground is gained or lost by them."""


def counted_classes(indicator: Indicator) -> tuple[str, ...]:
    """Give the classes of evidence that make up the value; none named means all.

    Where no list says it and some evidence speaks against the city, only what speaks for it counts, or,
    where nothing does, what speaks against it.

    Examples
    --------
    >>> counted_classes(all_indicators()["park_walk_coverage"])
    ('covered',)
    >>> counted_classes(all_indicators()["red_line_change"])
    ('kept', 'gained')
    >>> counted_classes(all_indicators()["red_line_area"])
    ()
    """
    if indicator.id in _VALUE_CLASSES:
        return _VALUE_CLASSES[indicator.id]
    against = tuple(one.id for one in indicator.classes if one.tone in ("bad", "review"))
    return tuple(one.id for one in indicator.classes if one.tone == "good") or against if against else ()


def ground_of_runs(old: Path, new: Path, comparison: Comparison) -> dict[str, gpd.GeoDataFrame]:
    """Give the ground gained and lost by every indicator that may be compared for the whole city.

    Left out are indicators without areas in both runs, those whose value is no ground, and those without any
    change.
    """
    both = evidence_of(old) & evidence_of(new)
    found = {}
    for change in comparison.changes:
        indicator = all_indicators().get(change.indicator)
        if (
            indicator is None
            or indicator.id in _NO_GROUND
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
    """Say for the red line and the control line whether the rule for changes was kept, in words."""
    for said, _ in judged_rules(comparison, ground):
        yield said


def judged_rules(
    comparison: Comparison, ground: Mapping[str, gpd.GeoDataFrame]
) -> Iterator[tuple[Text, bool | None]]:
    """Say for the red line and the control line whether the rule for changes was kept; None: not comparable.

    The red line must not lose area (General Offices [2019] No. 48): what is taken out shows as gross loss
    even where the total holds. The control line takes no more than it gives back. The net change is put in
    minus taken out where the ground is known, else the difference of the two reports' areas; a net loss up to
    ``TOLERANCE`` of the line's area, at least ``LEAST_M2``, breaks no rule.
    """
    for change in comparison.changes:
        if change.district is not None or change.indicator not in _RULES:
            continue
        title, rule = _RULES[change.indicator]
        if change.obstacles:
            why = change.obstacles[0]
            yield Text(f"{title.zh}：两次不可比（{why.zh}）", f"{title.en}: not comparable ({why.en})"), None
        elif change.value is not None and change.unit is not None:
            yield _kept(change, ground.get(change.indicator), title, rule)


_RULES: dict[str, tuple[Text, Text]] = {
    RED_LINE: (Text("生态保护红线", "ecological red line"), Text("面积不减少", "area not reduced")),
    CONTROL_LINE: (
        Text("基本生态控制线", "basic ecological control line"),
        Text("占补平衡（调入不少于调出）", "no more taken out than put in"),
    ),
}


def _kept(change: Change, ground: gpd.GeoDataFrame | None, title: Text, rule: Text) -> tuple[Text, bool]:
    to_m2 = 1e6 if change.unit is Unit.KM2 else 1.0
    by_reports = (change.value or 0.0) * to_m2
    was = (change.old.value if change.old else None) or 0.0
    tolerance = max(LEAST_M2, TOLERANCE * was * to_m2)
    gained, lost = (_area(ground, kind) for kind in (GAINED, LOST))
    net = by_reports if ground is None else gained - lost
    kept = net >= -tolerance
    verdict = Text("符合", "kept") if kept else Text("不符合", "broken")
    said = [
        Text(
            f"{title.zh}：{rule.zh}——{verdict.zh}；净变化 {_m2(net, 'zh')}",
            f"{title.en}: {rule.en}: {verdict.en}; net change {_m2(net, 'en')}",
        )
    ]
    if ground is not None:
        said.append(
            Text(
                f"，调入 {_m2(gained, 'zh')}，调出 {_m2(lost, 'zh')}",
                f", put in {_m2(gained, 'en')}, taken out {_m2(lost, 'en')}",
            )
        )
    said.append(
        Text(
            f"（容差 {_m2(tolerance, 'zh')}：面积的百万分之一，至少 1 m²）",
            f" (tolerance {_m2(tolerance, 'en')}: a millionth of the area, at least 1 m²)",
        )
    )
    if abs(by_reports - net) > tolerance:
        said.append(
            Text(
                f"；两份报告的面积相差 {_m2(by_reports, 'zh')}，由两次量算而来",
                f"; the areas of the two reports, each measured by itself, differ by {_m2(by_reports, 'en')}",
            )
        )
    if kept and lost > tolerance:
        said.append(
            Text("；总量虽未减少，但界线有移动，请核对", "; the total holds but the line moved: look at it")
        )
    return Text("".join(one.zh for one in said), "".join(one.en for one in said)), kept


def _m2(area: float, lang: Lang) -> str:
    """Write square metres; what rounds to zero has no sign."""
    return shown(area if shows(area, Unit.M2) else 0.0, "m2", lang)


def _area(ground: gpd.GeoDataFrame | None, kind: str) -> float:
    return 0.0 if ground is None else float(ground.loc[ground["class"] == kind, "area_m2"].sum())
