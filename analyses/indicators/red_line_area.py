"""Area of the ecological red line, land and sea apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyses.areas import area_quantity
from analyses.indicator import EvidenceClass, Indicator
from analyses.quantities import Beside, Measure, Unit
from analyses.red_line import land_and_sea
from analyses.red_line_dates import EXTENT_OVERLAP, not_comparable, undated
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from layers.study import Study


def measure(study: Study) -> Measure:
    """Measure the red line's area inside the city: overlaps once, ellipsoidal, land and sea apart.

    The ``domain`` field decides between land and sea where it is filled; elsewhere the land layer does.
    """
    found = land_and_sea(study, LayerKind.RED_LINE)
    city, by_district = area_quantity(study, found)
    beside = []
    for domain, title in (("land", Text("陆域部分", "on land")), ("sea", Text("海域部分", "at sea"))):
        whole, districts = area_quantity(study, found[found["class"] == domain])
        beside.append(Beside(domain, title, whole, districts))
    if LayerKind.RED_LINE_BASELINE in study.layers:
        beside.append(_baseline(study))
    notes = (*undated(study, LayerKind.RED_LINE_BASELINE), *_notes(study))
    return Measure(city, by_district, found, tuple(beside), notes)


def _baseline(study: Study) -> Beside:
    """Measure the baseline, where it may be compared with today's line."""
    title = Text("基期面积", "baseline area")
    reason = not_comparable(study, LayerKind.RED_LINE_BASELINE, LayerKind.RED_LINE)
    if reason is not None:
        return Beside("baseline", title, None, reason=reason)
    before = land_and_sea(study, LayerKind.RED_LINE_BASELINE)
    return Beside("baseline", title, *area_quantity(study, before))


def _notes(study: Study) -> tuple[Text, ...]:
    if LayerKind.LAND in study.sources or "domain" in study.frame(LayerKind.RED_LINE):
        return ()
    return (
        Text(
            "未提供陆域图层和陆海属性，全部按陆域计",
            "neither a land layer nor a land-or-sea field is given, so all of it counts as land",
        ),
    )


INDICATOR = Indicator(
    id="red_line_area",
    title=Text("生态保护红线面积", "Ecological red line area"),
    system="red_line",
    unit=Unit.KM2,
    needs=(LayerKind.RED_LINE,),
    uses=(LayerKind.LAND, LayerKind.RED_LINE_BASELINE),
    measure=measure,
    formula=Text("A = 椭球面积(∪红线 ∩ 行政区)", "A = ellipsoidal area(∪ red line ∩ city)"),
    basis=Text(
        "《深圳市国土空间总体规划（2021—2035年）》批复：不低于872.02 km²，其中海洋394.28 km²；"
        "厅字〔2019〕48号",
        "Approval of the Shenzhen territorial plan 2021-2035: at least 872.02 km², 394.28 km² of it marine; "
        "General Offices [2019] No. 48",
    ),
    parameters=(EXTENT_OVERLAP,),
    classes=(
        EvidenceClass("land", Text("陆域红线", "red line on land"), "good"),
        EvidenceClass("sea", Text("海域红线", "red line at sea"), "neutral"),
    ),
    about=Text(
        "红线是以边线命名的面。公布的总量含海域：深圳 872.02 km² 中海域为 394.28 km²，"
        "引用时须说明是否含海域。",
        "The red line is an area named after its edge. Published totals hold the sea: of Shenzhen's 872.02 "
        "km², 394.28 km² are marine, so always say whether the sea is in a figure.",
    ),
    edge_cases=(
        Text(
            "图斑注明陆域或海域的以注明为准，其余按陆域图层切分；两者都没有时全部按陆域，并注明。",
            "A feature that says land or sea is taken at its word, the rest is cut by the land layer; where "
            "neither is given all of it counts as land, and a note says so.",
        ),
        Text(
            "只计行政区范围内的部分：范围不含海域时，海域红线不在结果中。",
            "Only what lies inside the boundary counts: where the boundary leaves out the sea, so does the "
            "result.",
        ),
        Text(
            "基期不早于现状，或两期范围相差过大时，基期面积没有值，“不降低”的目标不判定。",
            "Where the baseline is not the earlier one, or the extents differ too much, the baseline has no "
            "value, and a target not to shrink is not judged.",
        ),
        Text(
            "线内挖出的孔洞（如村庄）不计入。",
            "Holes cut out of the line, such as villages, do not count.",
        ),
    ),
)
