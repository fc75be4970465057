"""Share of the land that is forest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyses.areas import area_quantity, land_pieces, once, pieces, share_quantity, with_code
from analyses.attributes import text
from analyses.indicator import EvidenceClass, Indicator, Parameter
from analyses.overlays import outside
from analyses.quantities import Beside, Measure, Unit
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    import geopandas as gpd

    from layers.study import Study

WATER_IN_WHOLE = Parameter(
    "forest_whole_has_water",
    default=True,
    about=Text("分母含陆地水域", "inland water counts as land in the whole"),
    source="usual reading of forest area ÷ land area (recalled)",
    doubt=Text(
        "各地口径不一，原文未核实；另一口径并列给出",
        "practice differs and no text was verified; the other reading stands beside",
    ),
    choices=(True, False),
)
FOREST_CODES = Parameter(
    "forest_codes",
    "",
    Text("计为森林的用地代码（前缀，逗号分隔；空为整层）", "codes that are forest (prefixes; empty: all)"),
    source="the forest layer as its owner drew it",
    doubt=Text(
        "郁闭度 0.2 以上的乔木林、竹林、国家特别规定的灌木林等；灌木林是否计入以森林资源数据为准",
        "stands with canopy of 0.2 and more, bamboo, specially designated shrub, shelter nets; which shrub "
        "counts is for the forest inventory to say",
    ),
)


def measure(study: Study) -> Measure:
    """Measure forest on land over the land of the city; overlapping forest counts once.

    Forest drawn on water off the land is in neither. With ``forest_whole_has_water`` off, inland water is
    taken out of the land, and out of the forest drawn on it. The other reading stands beside.

    Formula: forest area ÷ land area.
    """
    forest = pieces(study, once(_forest(study)), study.land)
    forest = forest.assign(**{"class": "forest"})
    land = land_pieces(study)
    beside = [Beside("forest_area", Text("森林面积", "forest area"), *area_quantity(study, forest))]
    notes = [_REMOTE]
    with_water = share_quantity(study, forest, land)
    if LayerKind.WATER not in study.layers:
        notes.append(_NO_WATER)
        return Measure(*with_water, forest, tuple(beside), tuple(notes))
    dry = _without_water(study, forest)
    without = share_quantity(study, dry, _without_water(study, land))
    reads = (("water_in_whole", _WITH, with_water), ("water_left_out", _WITHOUT, without))
    main, other = reads if WATER_IN_WHOLE.of(study) else reads[::-1]
    beside.append(Beside(other[0], other[1], *other[2]))
    return Measure(*main[2], forest if main is reads[0] else dry, tuple(beside), tuple(notes))


def _forest(study: Study) -> gpd.GeoDataFrame:
    frame = study.frame(LayerKind.FOREST)
    codes = str(FOREST_CODES.of(study))
    return with_code(frame, codes) if codes.strip(" ,") else frame


def _without_water(study: Study, cut: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Take inland water out of pieces; their district and columns stay."""
    water = study.frame(LayerKind.WATER)
    inland = water[text(water, "water_type") != "sea"].geometry.to_numpy()
    return pieces(study, outside(cut, inland), study.land)


_WITH = Text("分母含水域", "water counts in the whole")
_WITHOUT = Text("分母不含水域", "water left out of the whole")
_REMOTE = Text(
    "森林以所给图层为准；遥感“树木覆盖”不是森林覆盖率（郁闭度 0.2 起算）",
    "forest is what the layer holds; tree cover seen from space is not forest coverage (canopy from 0.2)",
)
_NO_WATER = Text(
    "未提供水域图层，分母为全部陆域面积", "no water layer given: the whole is all land, its water included"
)

INDICATOR = Indicator(
    id="forest_cover",
    title=Text("森林覆盖率", "Forest coverage"),
    system="structure",
    unit=Unit.RATIO,
    needs=(LayerKind.FOREST,),
    uses=(LayerKind.LAND, LayerKind.WATER),
    measure=measure,
    formula=Text("陆域森林面积 ÷ 陆域面积（重叠只计一次）", "forest on land ÷ land area (overlaps once)"),
    basis=Text(
        "森林：郁闭度 0.2 以上的乔木林、竹林、国家特别规定的灌木林，农田林网与四旁树（据公开释义）",
        "forest: stands with canopy of 0.2 and more, bamboo, specially designated shrub, shelter nets and "
        "trees along roads, water and houses (after a published explanation)",
    ),
    parameters=(WATER_IN_WHOLE, FOREST_CODES),
    classes=(EvidenceClass("forest", Text("森林", "forest"), "good"),),
    edge_cases=(
        Text(
            "不在陆域上的森林图斑既不计入分子，也不计入分母。",
            "Forest drawn off the land is in neither part nor whole.",
        ),
        Text(
            "分母默认含陆地水域；给出水域图层时，另一口径并列给出。",
            "Inland water counts in the whole by default; where a water layer is given the other reading "
            "stands beside.",
        ),
        Text(
            "森林以所给图层为准，重叠只计一次；哪些灌木林计入由图层或 forest_codes 决定。",
            "Forest is what the layer holds, overlaps once; which shrub counts is for the layer or "
            "forest_codes to say.",
        ),
    ),
)
