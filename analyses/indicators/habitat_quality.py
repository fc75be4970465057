"""Habitat quality by HJ 192-2015: land classes by their weights over the land of the city."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyses.ecological_index_formula import HABITAT
from analyses.indicator import EvidenceClass, Indicator, NotMeasurableError, Parameter
from analyses.land_cover import (
    LAND_COVER_SCHEME,
    UNMAPPED_MAX,
    LandCover,
    cover_findings,
    crosswalk_note,
    land_cover,
    land_use,
    require_known,
)
from analyses.land_use_codes import LAND_USE_EDITION
from analyses.quantities import Beside, Measure, Quantity, Unit
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from layers.study import Study

GROUPS = {
    "forest": Text("林地", "forest"),
    "grass": Text("草地", "grass"),
    "water": Text("水域湿地", "water and wetland"),
    "cropland": Text("耕地", "cropland"),
    "built": Text("建设用地", "built-up"),
    "unused": Text("未利用地", "unused"),
}
SOURCE = Parameter(
    "habitat_source",
    "auto",
    Text("生境质量取自土地覆盖还是用地", "whether habitat comes from land cover or land use"),
    source="HJ 192-2015 works on remotely sensed land classes",
    doubt=Text(
        "auto 先取土地覆盖栅格，缺则取用地；两者结果不同，另一个并列给出",
        "auto takes the land-cover raster, else land use; they differ, and the other stands beside",
    ),
    choices=("auto", "land_cover", "land_use"),
)


def measure(study: Study) -> Measure:
    """Measure habitat quality: coefficient x sum of class weight x sub-class weight x area over area.

    ``HQ = 511.2642131067 * sum(w_class * w_sub * A) / A`` (HJ 192-2015). Land without a class (no data, or
    a code without a crosswalk) is in neither sum; its share stands beside. The six classes' areas, the
    baseline where land cover of two dates is given, and the other source stand beside.

    Raises
    ------
    NotMeasurableError
        When too much of the land has no class, or the codes do not show their scheme.
    """
    cover = chosen_cover(study)
    require_known(study, cover)
    city, by_district = quality(study, cover)
    beside = [
        Beside(group, Text(f"{title.zh}面积", f"{title.en} area"), *group_area(study, cover, group))
        for group, title in GROUPS.items()
    ]
    beside.append(_without_class(study, cover))
    beside += _others(study, cover)
    notes = (_NO_LAW, *cover.notes, crosswalk_note(cover))
    return Measure(city, by_district, cover.evidence, tuple(beside), notes, cover_findings(cover))


def chosen_cover(study: Study) -> LandCover:
    """Give the land by class from the source the parameter names; land cover first where it is left open."""
    asked = str(SOURCE.of(study))
    for kind, read in ((LayerKind.LAND_COVER, land_cover), (LayerKind.LAND_USE, land_use)):
        given = kind in study.surfaces or kind in study.layers
        if given and asked in ("auto", kind.value):
            return read(study)
    raise NotMeasurableError(
        Text(
            f"参数 habitat_source 指定的图层 {asked} 不存在：请在 city.toml 中加入 [layers.{asked}]",
            f"layer {asked}, which the parameter habitat_source names, is missing: add [layers.{asked}]",
        )
    )


def quality(study: Study, cover: LandCover) -> tuple[Quantity, dict[str, Quantity]]:
    """Give habitat quality of the city and each district from the land by class."""
    known = cover.known
    weighted = (known["area_m2"] * known["weight"]).groupby(known["district"]).sum() * HABITAT
    area = known["area_m2"].groupby(known["district"]).sum()
    units = (Unit.INDEX, Unit.M2, Unit.M2)
    city = Quantity(float(weighted.sum()), float(area.sum()), *units)
    return city, {
        str(key): Quantity(float(weighted.get(key, 0.0)), float(area.get(key, 0.0)), *units)
        for key in study.districts["id"]
    }


def group_area(study: Study, cover: LandCover, group: str) -> tuple[Quantity, dict[str, Quantity]]:
    """Give the area of one of the six classes in the city and each district."""
    rows = cover.areas[cover.areas["group"] == group]
    sums = rows.groupby("district")["area_m2"].sum()
    return Quantity(float(sums.sum()) / 1e6, None, Unit.KM2), {
        str(key): Quantity(float(sums.get(key, 0.0)) / 1e6, None, Unit.KM2) for key in study.districts["id"]
    }


def _without_class(study: Study, cover: LandCover) -> Beside:
    known = cover.known.groupby("district")["area_m2"].sum()

    def share(held: float, land: float) -> Quantity:
        return Quantity(max(land - held, 0.0), land, Unit.RATIO, Unit.M2, Unit.M2)

    districts = {
        str(key): share(float(known.get(key, 0.0)), cover.land.get(str(key), 0.0))
        for key in study.districts["id"]
    }
    city = share(float(known.sum()), sum(cover.land.values()))
    return Beside("without_class", Text("没有类别的陆域", "land without a class"), city, districts)


def _others(study: Study, cover: LandCover) -> list[Beside]:
    """Give the baseline of the same source and the value by the other source."""
    raster = cover.layer is LayerKind.LAND_COVER
    found = []
    if raster and LayerKind.LAND_COVER_BASELINE in study.surfaces:
        before = land_cover(study, LayerKind.LAND_COVER_BASELINE)
        found.append(Beside("baseline", Text("基期", "baseline"), *quality(study, before)))
    if not raster and LayerKind.LAND_USE_BASELINE in study.layers:
        before = land_use(study, LayerKind.LAND_USE_BASELINE, shown=False)
        found.append(Beside("baseline", Text("基期", "baseline"), *quality(study, before)))
    if raster and LayerKind.LAND_USE in study.layers:
        title = Text("按用地图层", "by the land-use layer")
        try:
            other = land_use(study, shown=False)
            require_known(study, other)
        except NotMeasurableError as error:
            found.append(Beside("by_land_use", title, None, reason=error.message))
        else:
            found.append(Beside("by_land_use", title, *quality(study, other)))
    return found


_NO_LAW = Text(
    "对照表为建议值，系数为全国固定值；生境质量只是生物丰度的一半，不能称作生物丰度指数",
    "the crosswalk is proposed, the coefficient the fixed national one; habitat quality is only half of "
    "biological abundance and is not called so",
)

INDICATOR = Indicator(
    id="habitat_quality",
    title=Text("生境质量指数", "Habitat quality"),
    system="structure",
    unit=Unit.INDEX,
    needs=(),
    uses=(LayerKind.LAND, LayerKind.LAND_COVER_BASELINE, LayerKind.LAND_USE_BASELINE),
    any_of=((LayerKind.LAND_COVER, LayerKind.LAND_USE),),
    measure=measure,
    formula=Text(
        "511.2642131067 × Σ(类权重 × 亚类权重 × 面积) ÷ 面积",
        "511.2642131067 × sum(class weight × sub-class weight × area) ÷ area",
    ),
    basis=Text(
        "HJ 192-2015（系数与权重据第三方代码，用地到类别的对照为建议值）",
        "HJ 192-2015 (coefficient and weights as third-party code has them; the crosswalk is proposed)",
    ),
    parameters=(SOURCE, LAND_COVER_SCHEME, LAND_USE_EDITION, UNMAPPED_MAX),
    classes=(
        EvidenceClass("land", Text("陆域（按栅格计算）", "land, computed from the raster"), "neutral"),
        *(EvidenceClass(group, title, "neutral") for group, title in GROUPS.items()),
        EvidenceClass("unmapped", Text("代码无对照", "code without a crosswalk"), "review"),
    ),
    edge_cases=(
        Text(
            "只计陆域；没有数据或没有对照的面积两边都不计，其占比并列；"
            "占比超过 land_cover_unmapped_max 时不给值。",
            "Land alone; land without data or without a crosswalk is in neither sum and its share stands "
            "beside; above land_cover_unmapped_max there is no value.",
        ),
        Text(
            "跨界的栅格按落在界内的比例计，各区按各自的陆域计。",
            "A cell across a boundary counts by its share inside; each district goes by its own land.",
        ),
        Text(
            "结果不以 100 封顶：全为有林地时是 107.37；只在并入 EI 时才限为 100。",
            "The value is not cut to 100: closed forest alone gives 107.37; it is cut only as a part of EI.",
        ),
    ),
)
