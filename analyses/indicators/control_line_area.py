"""Area of the basic ecological control line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyses.areas import area_quantity, layer_pieces, layer_pieces_on_land
from analyses.indicator import EvidenceClass, Indicator
from analyses.quantities import Beside, Measure, Unit
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from layers.study import Study


def measure(study: Study) -> Measure:
    """Measure the control line's area inside the city: overlaps once, ellipsoidal; its land part beside."""
    found = layer_pieces(study, LayerKind.CONTROL_LINE).assign(**{"class": "inside"})
    city, by_district = area_quantity(study, found)
    on_land = layer_pieces_on_land(study, LayerKind.CONTROL_LINE)
    land = Beside("land", Text("陆域部分", "on land"), *area_quantity(study, on_land))
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
    about=Text(
        "控制线是以边线命名的面。它是深圳的地方规定，与国家划定的生态保护红线是两条线，互不替代。",
        "The control line is an area named after its edge. It is a rule of Shenzhen's own; the national "
        "ecological red line is another line, and neither stands for the other.",
    ),
    edge_cases=(
        Text(
            "主值含行政区范围内的海域部分，陆域部分并列给出；没有陆域图层时二者相同。",
            "The value has the part at sea inside the boundary; the part on land stands beside and is the "
            "same where no land layer is given.",
        ),
        Text("线内的孔洞不计入。", "Holes in the line do not count."),
        Text(
            "与生态保护红线重叠的地方在两个指标中都计入。",
            "Where the line and the ecological red line overlap, the place counts in the indicators of both.",
        ),
        Text(
            "面积变化本身不作判断；依法调整见“调整净平衡”指标。",
            "A change of area is not judged; for lawful adjustments see the indicator of their balance.",
        ),
    ),
)
