"""Share of the land that lies inside the basic ecological control line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyses.areas import land_pieces, layer_pieces_on_land, share_quantity
from analyses.indicator import EvidenceClass, Indicator
from analyses.quantities import Measure, Unit
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from layers.study import Study


def measure(study: Study) -> Measure:
    """Measure the control line on land over the land area of the city."""
    inside = layer_pieces_on_land(study, LayerKind.CONTROL_LINE).assign(**{"class": "inside"})
    city, by_district = share_quantity(study, inside, land_pieces(study))
    return Measure(city, by_district, inside)


INDICATOR = Indicator(
    id="control_line_share",
    title=Text("基本生态控制线占陆域面积比例", "Basic ecological control line share of land"),
    system="control_line",
    unit=Unit.RATIO,
    needs=(LayerKind.CONTROL_LINE,),
    uses=(LayerKind.LAND,),
    measure=measure,
    formula=Text("控制线内陆域面积 ÷ 陆域面积", "land inside the control line ÷ land area"),
    basis=Text(
        "深圳市政府令第145号（2005，2013修订）；2005年公布974 km²，约占全市一半",
        "Shenzhen Government Order 145 (2005, revised 2013); 974 km² published in 2005, about half the city",
    ),
    classes=(EvidenceClass("inside", Text("基本生态控制线内", "inside the control line"), "good"),),
    edge_cases=(
        Text(
            "分子和分母都只取陆域；没有陆域图层时以行政区范围为陆域。",
            "Part and whole are land alone; where no land layer is given the boundary stands for the land.",
        ),
        Text("陆域图层所含的水面计入分母。", "Inland water that the land layer holds counts in the whole."),
        Text("线内的孔洞不计入分子。", "Holes in the line are not in the part."),
    ),
)
