"""Annual runoff volume capture ratio of the sponge plots, weighted by area."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyses.areas import district_sums, once, pieces, share_by_district
from analyses.indicator import EvidenceClass, Indicator, NotMeasurableError
from analyses.quantities import Beside, Measure, Quantity, Unit
from analyses.sponge import STORAGE_RULE
from analyses.sponge_plots import sponge_plots
from analyses.sponge_rain import RAIN
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    import geopandas as gpd

    from layers.study import Study


def measure(study: Study) -> Measure:
    """Measure the area-weighted capture ratio of the plots that could be assessed, inside the city.

    Plots whose data are unusable are in neither part nor whole. A plot whose storage holds a rainfall outside
    the rain curve counts with the least ratio it can have; the greatest stands beside.

    Raises
    ------
    NotMeasurableError
        Where the design rainfall cannot be read or no plot could be assessed.
    """
    found = sponge_plots(study)
    plots = pieces(study, once(found.frame))
    assessed = plots[plots["capture"].notna()]
    if not len(assessed):
        raise NotMeasurableError(
            Text(
                "没有一个地块可评价，见数据问题：下垫面、设施与地块须以 plot_id 对应",
                "no plot could be assessed; surfaces and facilities must name their plot in plot_id",
            )
        )
    city, by_district = _weighted(study, assessed, "capture")
    beside = (
        Beside("most", _MOST, *_weighted(study, assessed, "capture_most")),
        Beside("passing", _PASSING, *_share(study, plots, "pass")),
        Beside("unknown", _UNKNOWN, *_share(study, plots, "unknown")),
        Beside("storage", _STORAGE, _storage(found.frame)),
    )
    return Measure(city, by_district, plots, beside, found.notes, found.findings)


_MOST = Text("可能的最大值", "greatest it can be")
_PASSING = Text("达标地块面积占比", "plots that meet their target, by area")
_UNKNOWN = Text("未能判定地块面积占比", "plots not judged, by area")
_STORAGE = Text(
    "达标所需容积的满足率（地块之间不互借）", "storage held of storage needed, none lent between plots"
)


def _weighted(study: Study, plots: gpd.GeoDataFrame, column: str) -> tuple[Quantity, dict[str, Quantity]]:
    """Give the mean of a column weighted by area, for the city and by district."""
    weighted = plots.assign(weighted=plots["area_m2"] * plots[column])
    part, whole = district_sums(study, weighted, "weighted"), district_sums(study, plots)
    city = Quantity(
        float(weighted["weighted"].sum()), float(plots["area_m2"].sum()), Unit.RATIO, Unit.M2, Unit.M2
    )
    return city, share_by_district(part, whole)


def _share(study: Study, plots: gpd.GeoDataFrame, name: str) -> tuple[Quantity, dict[str, Quantity]]:
    return _weighted(study, plots.assign(one=(plots["class"] == name).astype(float)), "one")


def _storage(frame: gpd.GeoDataFrame) -> Quantity:
    judged = frame[frame["needed_m3"].notna()]
    return Quantity(
        float(judged["used_m3"].sum()), float(judged["needed_m3"].sum()), Unit.RATIO, Unit.M3, Unit.M3
    )


INDICATOR = Indicator(
    id="runoff_capture_rate",
    title=Text("年径流总量控制率", "Volume capture ratio of annual rainfall"),
    system="sponge",
    unit=Unit.RATIO,
    needs=(LayerKind.SPONGE_PLOTS, LayerKind.SPONGE_SURFACES, LayerKind.SPONGE_FACILITIES),
    uses=(LayerKind.DRAINAGE_UNITS,),
    measure=measure,
    formula=Text(
        "H = V/(10·φ·F)，α = α(H)（降雨曲线），Σ Aᵢ·αᵢ ÷ Σ Aᵢ；φ = Σ Aⱼψⱼ/Σ Aⱼ（雨量径流系数）",
        "H = V/(10·φ·F), α = α(H) from the rain curve, Σ Aᵢ·αᵢ ÷ Σ Aᵢ; φ = Σ Aⱼψⱼ/Σ Aⱼ (volume coefficients)",
    ),
    basis=Text(
        "国家海绵城市建设技术指南（容积法）；GB/T 51345-2018",
        "national sponge-city guide (volume method); GB/T 51345-2018",
    ),
    parameters=(RAIN, STORAGE_RULE),
    classes=(
        EvidenceClass("pass", Text("达标地块", "plot meets its target"), "good"),
        EvidenceClass("fail", Text("未达标地块", "plot misses its target"), "bad"),
        EvidenceClass("unknown", Text("未能判定的地块", "plot not judged"), "review"),
    ),
    edge_cases=(
        Text(
            "数据不可用的地块两边都不计，未能判定的面积占比并列。",
            "Plots whose data cannot be used are in neither part nor whole; the share of plots not judged "
            "stands beside.",
        ),
        Text(
            "有效降雨量在降雨曲线以外时不外推：按可能的最小控制率计，最大值并列。",
            "A rainfall outside the rain curve is not extrapolated: the plot counts with the least ratio it "
            "can have, and the greatest stands beside.",
        ),
        Text(
            "透水铺装和绿色屋顶按国家指南只计入径流系数；同一设施不能既计系数又计容积。",
            "By the national guide permeable paving and green roofs count through the runoff coefficient "
            "alone; nothing counts both by coefficient and by volume.",
        ),
        Text(
            "调蓄容积只服务自己的地块，地块之间不互借。",
            "Storage serves its own plot; none is lent to another.",
        ),
    ),
)
