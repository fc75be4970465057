"""Area of the basic ecological control line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyses.areas import area_quantity, once, pieces
from analyses.indicator import EvidenceClass, Indicator
from analyses.quantities import Beside, Measure, Unit
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from layers.study import Study


def measure(study: Study) -> Measure:
    """Measure the control line's area inside the city: overlaps once, ellipsoidal; its land part beside."""
    line = once(study.frame(LayerKind.CONTROL_LINE))
    found = pieces(study, line).assign(**{"class": "inside"})
    city, by_district = area_quantity(study, found)
    land = Beside("land", Text("陆域部分", "on land"), *area_quantity(study, pieces(study, line, study.land)))
    return Measure(city, by_district, found, (land,), (_NOT_RED_LINE,))


_NOT_RED_LINE = Text(
    "基本生态控制线是地方规定，范围大于生态保护红线，二者不可互换",
    "the control line is a local instrument, wider than the ecological red line; the two are not the same",
)

INDICATOR = Indicator(
    id="control_line_area",
    title=Text("基本生态控制线面积", "Area of the basic ecological control line"),
    system="control_line",
    unit=Unit.KM2,
    needs=(LayerKind.CONTROL_LINE,),
    uses=(LayerKind.LAND,),
    measure=measure,
    formula=Text("A = 椭球面积(∪控制线 ∩ 行政区)", "A = ellipsoidal area(∪ control line ∩ city)"),
    basis=Text(
        "深圳市政府令第145号（2005，2013修订）；2005年公布 974 km²",
        "Shenzhen Government Order 145 (2005, revised 2013); 974 km² published in 2005",
    ),
    classes=(EvidenceClass("inside", Text("基本生态控制线内", "inside the control line"), "good"),),
)
