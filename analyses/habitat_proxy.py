"""A proxy for function: mean habitat weight of the land cover inside an area, at two dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyses.indicator import NotMeasurableError
from analyses.land_cover import crosswalk, settled_scheme
from analyses.quantities import Beside, Quantity, Unit
from geo.raster import class_areas_at_dates
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import pandas as pd

    from geo.raster import Surface
    from layers.study import Study

_TITLE = Text(
    "功能代理：红线内生境质量（现状÷基期）", "function, a proxy: habitat weight inside, now over baseline"
)


def habitat_change(study: Study, areas: gpd.GeoSeries) -> Beside:
    """Compare the mean habitat weight of land cover inside areas now with that at the baseline.

    The weight of a class is its HJ 192-2015 class weight times its sub-class weight
    (``data/land_cover_habitat.csv``); the crosswalk from land cover is proposed. Below 1 the proxy says that
    function fell. It judges nothing: no national formula for function exists.
    """
    kinds = (LayerKind.LAND_COVER, LayerKind.LAND_COVER_BASELINE)
    missing = [kind for kind in kinds if kind not in study.surfaces]
    if missing:
        return _unknown(
            Text(
                f"国家没有功能评价公式；代理指标需两期土地覆盖（缺 {missing[0]}）",
                "no national formula exists; the proxy needs land cover of two dates "
                f"({missing[0]} is missing)",
            )
        )
    covers = [study.surfaces[kind] for kind in kinds]
    try:
        scheme = settled_scheme(study, *covers)
    except NotMeasurableError as error:
        return _unknown(error.message)
    now, before = mean_weights(covers, areas, scheme)
    if now is None or before is None:
        return _unknown(
            Text(
                f"土地覆盖不含编码 {scheme} 的类别，代理指标未计算",
                f"the land cover has no class of scheme {scheme}, so the proxy is not computed",
            )
        )
    return Beside("function", _TITLE, Quantity(now, before, Unit.RATIO, Unit.INDEX, Unit.INDEX))


def mean_weights(covers: Sequence[Surface], areas: gpd.GeoSeries, scheme: str) -> list[float | None]:
    """Average the habitat weight over the known land cover inside areas by date; None where there is none."""
    return [_mean_weight(table.sum(), scheme) for table in class_areas_at_dates(covers, areas)]


def _mean_weight(table: pd.Series, scheme: str) -> float | None:
    classes = crosswalk(scheme)
    known = [(float(table[code]), classes[str(code)].weight) for code in table.index if str(code) in classes]
    total = sum(area for area, _ in known)
    return sum(area * weight for area, weight in known) / total if total else None


def _unknown(reason: Text) -> Beside:
    return Beside("function", _TITLE, None, reason=reason)
