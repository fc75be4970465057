"""Share of the land that lies inside the ecological red line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyses.areas import land_pieces, share_quantity
from analyses.indicator import EvidenceClass, Indicator
from analyses.quantities import Measure, Unit
from analyses.red_line import land_and_sea
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from layers.study import Study


def measure(study: Study) -> Measure:
    """Measure the land part of the red line over the land area of the city; the sea is in neither."""
    found = land_and_sea(study, LayerKind.RED_LINE)
    on_land = found[found["class"] == "land"]
    city, by_district = share_quantity(study, on_land, land_pieces(study))
    return Measure(city, by_district, on_land, notes=(_geography(study), *_no_land(study)))


def _no_land(study: Study) -> tuple[Text, ...]:
    if LayerKind.LAND in study.sources:
        return ()
    return (
        Text(
            "没有陆域图层，分母为整个行政区范围；范围含海域时比例偏低",
            "no land layer is given, so the whole boundary is the denominator; where it holds the sea the "
            "share is too low",
        ),
    )


def _geography(study: Study) -> Text:
    return Text(
        f"分母为{study.name.zh}陆域面积；是否含飞地、合作区以所给边界为准",
        f"the denominator is the land of {study.name.en} within the boundary given "
        "(exclaves and cooperation zones as that boundary has them)",
    )


INDICATOR = Indicator(
    id="red_line_share",
    title=Text("生态保护红线占陆域面积比例", "Ecological red line share of land"),
    system="red_line",
    unit=Unit.RATIO,
    needs=(LayerKind.RED_LINE,),
    uses=(LayerKind.LAND,),
    measure=measure,
    formula=Text("陆域红线面积 ÷ 陆域面积", "red line on land ÷ land area"),
    basis=Text(
        "红线依厅字〔2019〕48号划定；未见对占比的公开要求；面积按椭球面积计",
        "the line as of General Offices [2019] No. 48; no published demand for its share was found; "
        "ellipsoidal areas",
    ),
    classes=(EvidenceClass("land", Text("陆域红线", "red line on land"), "good"),),
    edge_cases=(
        Text(
            "海域红线不计入分子，海域不计入分母。",
            "The red line at sea is not in the part, and the sea is not in the whole.",
        ),
        Text(
            "图斑注明陆域的以注明为准；没有陆域图层时以行政区范围为陆域。",
            "A feature that says land is taken at its word; where no land layer is given the boundary "
            "stands for the land.",
        ),
        Text(
            "是否含飞地和合作区取决于所给边界：同样 477.74 km² 的陆域红线，按不含深汕的深圳面积是 23.9%，"
            "按含深汕的面积是 19.4%。",
            "Exclaves and cooperation zones are in as the boundary has them: the same 477.74 km² on land are "
            "23.9 % of Shenzhen without Shenshan and 19.4 % with it.",
        ),
    ),
)
