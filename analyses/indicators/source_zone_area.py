"""Area of drinking-water source protection zones, by class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyses.areas import area_quantity, pieces
from analyses.indicator import Indicator
from analyses.quantities import Beside, Measure, Unit
from analyses.source_zones import UNKNOWN, ZONE_CLASSES, named_zones, strictest
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from layers.study import Study


def measure(study: Study) -> Measure:
    """Measure the zones inside the city; where classes overlap the strictest holds, so each place is once."""
    named = named_zones(study)
    zones = strictest(named)
    found = pieces(study, zones.assign(**{"class": zones["zone_class"]}).drop(columns="rank"))
    city, by_district = area_quantity(study, found)
    beside = tuple(
        Beside(one.id, one.title, *area_quantity(study, found[found["class"] == one.id]))
        for one in ZONE_CLASSES
    )
    return Measure(city, by_district, found, beside, _notes(int((named["zone_class"] == UNKNOWN).sum())))


def _notes(unknown: int) -> tuple[Text, ...]:
    lawful = Text(
        "面积变化本身不构成违规（2006—2015年依法由 594.95 km² 调为 392.72 km²）",
        "a change of area is no violation in itself (594.95 km² in 2006 lawfully became 392.72 km² by 2015)",
    )
    if not unknown:
        return (lawful,)
    return (
        lawful,
        Text(
            f"{unknown} 个保护区级别不明：请补 zone_class 字段",
            f"{unknown} zones do not say their class: fill the field zone_class",
        ),
    )


INDICATOR = Indicator(
    id="source_zone_area",
    title=Text("饮用水水源保护区面积", "Area of drinking-water source protection zones"),
    system="source_zones",
    unit=Unit.KM2,
    needs=(LayerKind.SOURCE_ZONES,),
    measure=measure,
    formula=Text(
        "A = 面积(∪保护区 ∩ 行政区)；各级按最严级别不重复计",
        "A = area(∪ zones ∩ city); by class with the strictest holding where they overlap",
    ),
    basis=Text(
        "《水污染防治法》第六十三条（据转述）；HJ 338-2018（以官方公布图形为准）",
        "Water Pollution Prevention and Control Law Art. 63 (recalled); HJ 338-2018 (official polygons are "
        "the input)",
    ),
    classes=ZONE_CLASSES,
    higher_is_better=None,
    edge_cases=(
        Text(
            "各级保护区重叠时按最严的一级计，每处只计一次。",
            "Where classes overlap the strictest holds, and each place counts once.",
        ),
        Text(
            "级别不明的保护区计入总面积，并单列。",
            "Zones of unknown class are in the total and stand apart beside.",
        ),
        Text(
            "面积变化不判违规：保护区可以依法调整。",
            "A change of area is not judged: zones may be adjusted by law.",
        ),
        Text(
            "只计行政区范围内的部分，跨市水源地的界外部分不计。",
            "Only what lies inside the boundary counts; the part of a source shared with a neighbouring "
            "city that lies outside does not.",
        ),
    ),
)
