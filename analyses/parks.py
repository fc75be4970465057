"""Which parks count, and the residential land they serve."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from analyses.areas import once, pieces, with_code
from analyses.indicator import NotMeasurableError
from analyses.kept import once_per_study
from analyses.parameters import ACCESS_DISTANCE, PARK_CODES, RESIDENTIAL_CODES
from analyses.population import has_residents, residents_on
from analyses.quantities import Quantity, Unit
from geo.area import area_m2
from geo.overlay import covered_parts
from geo.parts_near import parts_near
from geo.robust import apply, bags, difference, union_each
from geo.walk_cover import parts_within_walk
from layers.catalogue import finding
from layers.fields import sample
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike, NDArray
    from shapely.geometry.base import BaseGeometry

    from analyses.indicator import Parameter
    from geo.reach import Reach
    from layers.findings import Finding
    from layers.study import Study

    Parts = tuple[NDArray[np.object_], NDArray[np.object_] | None]


def whole_parks(study: Study) -> gpd.GeoDataFrame:
    """Give the parks and squares with the codes that count, each once; see ``merged_parks``."""
    return merged_parks(study, with_code(study.frame(LayerKind.PARKS), str(PARK_CODES.of(study))))


def coded_parks(study: Study, codes: Parameter) -> gpd.GeoDataFrame:
    """Give the features of the parks layer whose code begins with one of those asked for.

    Where there is none, whether the city has no such park or the layer does not tell it from others is not
    known: that is no data, not 0.

    Raises
    ------
    NotMeasurableError
        When no feature has such a code.
    """
    wanted = str(codes.of(study))
    found = with_code(study.frame(LayerKind.PARKS), wanted)
    if found.empty:
        raise NotMeasurableError(
            Text(
                f"parks 图层没有代码为 {wanted} 的要素：请检查其 code 字段与 {codes.name} 参数",
                f"layer parks holds no feature with the codes asked for, {wanted}: look at its field code "
                f"and at the parameter {codes.name}",
            )
        )
    return found


def merged_parks(study: Study, features: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give each park of some features of the parks layer once: parts with one ``park_id`` are one park.

    Columns ``id`` (the park's), ``name``, ``park_class``, ``open``, ``area_m2`` (its parts' union, water
    included), geometry. Parks outside the boundary stay: they serve homes inside.
    """
    features = features.sort_values("id")
    key = features["id"]
    if "park_id" in features:
        key = features["park_id"].fillna(features["id"])
    kept = [name for name in ("name", "park_class", "open") if name in features]
    grouped = features[kept].groupby(key.to_numpy(), sort=True).first()
    park = grouped.index.get_indexer(pd.Index(key))
    shapes = apply(union_each, bags(features.geometry.to_numpy(), park))
    parks = gpd.GeoDataFrame(grouped, geometry=shapes, crs=study.crs)
    parks = parks.rename_axis("id").reset_index()
    parks["area_m2"] = area_m2(parks.geometry.to_numpy(), study.crs)
    return parks


def residential_pieces(study: Study, region: BaseGeometry | None = None) -> gpd.GeoDataFrame:
    """Give residential land cut to a region (the boundary unless given) and the districts.

    Columns as of ``_cut_homes``.
    """
    return _homes_inside(study).copy() if region is None else _cut_homes(study, region)


def built_up_homes(study: Study) -> gpd.GeoDataFrame:
    """Give residential land inside the built-up area where that layer is given, else inside the boundary."""
    return _homes_built_up(study).copy() if LayerKind.BUILT_UP in study.layers else residential_pieces(study)


def built_up_notes(study: Study) -> tuple[Text, ...]:
    """Say so where ``built_up_homes`` has no built-up area to go by."""
    return () if LayerKind.BUILT_UP in study.layers else (_WHOLE_CITY,)


PLOTS_ONCE = Text(
    "居住用地重叠的部分只计一次，归标识在前（按文本排序）的地块。",
    "Ground where residential plots overlap counts once, for the plot whose id comes first as text.",
)


def circles_said(segments: int) -> Text:
    """Say how near circles of so many segments a quarter come, for the pages of the indicators.

    Examples
    --------
    >>> circles_said(32).en
    'Circles are drawn with 32 segments a quarter: a whole one lacks 0.04 % of its area.'
    """
    turn = math.pi / 2 / segments
    lacks = 100 * (1 - math.sin(turn) / turn)
    return Text(
        f"圆按每四分之一圆 {segments} 段绘制：整圆面积少 {lacks:.2f} %。",
        f"Circles are drawn with {segments} segments a quarter: a whole one lacks {lacks:.2f} % of its area.",
    )


_WHOLE_CITY = Text(
    "未提供建成区图层，居住用地取全域", "no built-up layer given: residential land of the whole city"
)


@once_per_study
def _homes_inside(study: Study) -> gpd.GeoDataFrame:
    return _cut_homes(study, study.boundary)


@once_per_study
def _homes_built_up(study: Study) -> gpd.GeoDataFrame:
    shapes = study.frame(LayerKind.BUILT_UP).geometry.to_numpy()
    built_up = shapes[0] if len(shapes) == 1 else shapely.union_all(shapes)
    return _cut_homes(study, shapely.intersection(built_up, study.boundary))


@once_per_study
def _homes_once(study: Study) -> gpd.GeoDataFrame:
    """Residential land, each place once, with the columns ``weight`` and ``plot_area_m2``."""
    coded = with_code(study.frame(LayerKind.RESIDENTIAL), str(RESIDENTIAL_CODES.of(study)))
    plots = once(coded)
    weight = plots["residential_share"].fillna(1.0) if "residential_share" in plots else 1.0
    plots = plots.assign(weight=weight, plot_area_m2=area_m2(plots.geometry.to_numpy(), study.crs))
    plots.attrs["findings"] = _beneath(coded, plots)
    return plots


def _beneath(coded: gpd.GeoDataFrame, plots: gpd.GeoDataFrame) -> tuple[Finding, ...]:
    """Say whose residents go with plots that others hold whole."""
    gone = coded[~coded.index.isin(plots.index)]
    if not has_residents(gone):
        return ()
    gone = gone[gone["residents"].fillna(0) > 0]
    names, people = sample(gone["id"]), gone["residents"].sum()
    said = Text(
        f"residential：{len(gone)} 个图形全部位于其他图形之内（{names.zh}），其居民 {people:,.0f} 人未计入",
        f"residential: {len(gone)} plots lie wholly within others ({names.en}); "
        f"their {people:,.0f} residents are not counted",
    )
    return (finding("population.beneath", said, layer=LayerKind.RESIDENTIAL),)


def _cut_homes(study: Study, region: BaseGeometry) -> gpd.GeoDataFrame:
    """Cut residential land to a region and the districts; overlaps count once.

    ``weight`` is the residential share of a mixed-use plot (1 where the field is absent), ``area_m2`` the
    residential area of the piece (share included), ``residents`` those of the piece when they are spread
    evenly over their plot's area (kept in total; plots partly outside the region keep their part). Where
    residential land does not say its residents, those of the population layer, the population grid or the
    buildings are moved onto it; see ``population_findings``.
    """
    plots = _homes_once(study)
    cut = pieces(study, plots, region)
    if not has_residents(plots):
        cut = _peopled(study, cut, region)
    elif "residents" in cut:
        share = cut["area_m2"] / cut["plot_area_m2"].where(cut["plot_area_m2"] > 0)
        cut["residents"] = cut["residents"].astype(float) * share.fillna(0.0)
        cut.attrs["findings"] = plots.attrs["findings"]
    cut["area_m2"] *= cut["weight"].astype(float)
    return cut


def _peopled(study: Study, cut: gpd.GeoDataFrame, region: BaseGeometry | None) -> gpd.GeoDataFrame:
    """Move residents known from elsewhere onto residential pieces, unless some would be lost."""
    shapes, weights = cut.geometry.to_numpy(), cut["weight"].to_numpy(dtype=float)
    moved = residents_on(study, shapes, region, weights)
    if moved is None or not moved.before:
        return cut
    peopled = cut.assign(residents=moved.residents) if moved.conserved else cut.copy()
    peopled.attrs["findings"] = (moved.finding,)
    return peopled


def population_findings(homes: gpd.GeoDataFrame) -> tuple[Finding, ...]:
    """Say whose residents were moved onto pieces of residential land, and whose are not in them."""
    return tuple(homes.attrs.get("findings", ()))


def split_by_service(
    study: Study,
    homes: gpd.GeoDataFrame,
    service: NDArray[np.object_] | Iterable[BaseGeometry],
    *,
    covered_only: bool = False,
) -> gpd.GeoDataFrame:
    """Split residential pieces into ``class`` ``covered`` and ``uncovered`` by a service area.

    Areas and residents are divided by area; both classes of a piece sum to the piece. Where only what is
    covered is asked for, the rest, which ``coverage`` does not need, is not cut out.
    """
    inside = covered_parts(homes.geometry.to_numpy(), np.asarray(list(service), dtype=object))
    return _split(study, homes, (inside, None), covered_only=covered_only)


def split_by_distance(
    study: Study,
    homes: gpd.GeoDataFrame,
    sites: NDArray[np.object_],
    radius_m: ArrayLike,
    quad_segs: int,
    *,
    covered_only: bool = False,
) -> gpd.GeoDataFrame:
    """Split residential pieces as ``split_by_service`` does, by straight lines from sites."""
    parts = parts_near(homes.geometry.to_numpy(), sites, radius_m, quad_segs)
    return _split(study, homes, parts, covered_only=covered_only)


def split_by_walk(
    study: Study, homes: gpd.GeoDataFrame, near: Reach, limit_m: float, *, covered_only: bool = False
) -> gpd.GeoDataFrame:
    """Split residential pieces as ``split_by_service`` does, by a walk from where ``near`` was measured.

    The way to the street, up to ``access_m``, is part of the walk; ``near`` must reach as far as what
    that leaves of the limit.
    """
    parts = _parted_by_walks(study, homes, near, (limit_m,))[limit_m]
    return _split(study, homes, parts, covered_only=covered_only)


def split_by_walks(
    study: Study, homes: gpd.GeoDataFrame, near: Reach, limits_m: Sequence[float]
) -> list[gpd.GeoDataFrame]:
    """Split residential pieces by several walks from the same places, as ``split_by_walk`` by one.

    Of all walks but the first only what is covered is given.
    """
    parts = _parted_by_walks(study, homes, near, limits_m)
    return [
        _split(study, homes, parts[limit_m], covered_only=number > 0)
        for number, limit_m in enumerate(limits_m)
    ]


def _parted_by_walks(
    study: Study, homes: gpd.GeoDataFrame, near: Reach, limits_m: Sequence[float]
) -> dict[float, Parts]:
    """Part homes by walks; a longer one leaves out those a shorter one serves whole."""
    shapes, access_m = homes.geometry.to_numpy(), ACCESS_DISTANCE.number(study)
    parts: dict[float, Parts] = {}
    served = np.zeros(len(shapes), bool)
    for limit_m in sorted(set(limits_m)):
        inside, rest = shapes.copy(), np.empty(len(shapes), dtype=object)
        inside[~served], rest[~served] = parts_within_walk(shapes[~served], near, limit_m, access_m)
        served = _same(shapes, inside)
        parts[limit_m] = inside, rest
    return parts


def _split(study: Study, homes: gpd.GeoDataFrame, parts: Parts, *, covered_only: bool) -> gpd.GeoDataFrame:
    shapes, inside = homes.geometry.to_numpy(), parts[0]
    plain = area_m2(inside, study.crs)
    whole = area_m2(shapes, study.crs)
    share = np.divide(plain, whole, out=np.zeros_like(plain), where=whole > 0).clip(0.0, 1.0)
    both, wanted = [], [("covered", inside, share)]
    if not covered_only:
        wanted.append(("uncovered", _rest(shapes, *parts), 1.0 - share))
    for name, shape, part in wanted:
        one = homes.set_geometry(gpd.GeoSeries(shape, index=homes.index, crs=study.crs))
        one = one.assign(**{"class": name, "area_m2": homes["area_m2"] * part})
        if "residents" in homes:
            one["residents"] = homes["residents"] * part
        both.append(one[~shapely.is_empty(shape) & (part > 0)])
    return gpd.GeoDataFrame(pd.concat(both, ignore_index=True), crs=study.crs)


def _rest(
    shapes: NDArray[np.object_], inside: NDArray[np.object_], known: NDArray[np.object_] | None
) -> NDArray[np.object_]:
    """Give what is not inside; shapes wholly inside or outside, or of known rest, need no cutting."""
    rest = shapes.copy()
    whole = _same(shapes, inside)
    rest[whole] = shapely.Polygon()
    cut = ~whole & ~shapely.is_empty(inside)
    if known is not None:
        rest[cut] = known[cut]
        cut &= shapely.is_missing(rest)
    rest[cut] = difference(shapes[cut], inside[cut])
    return rest


def _same(shapes: NDArray[np.object_], others: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Say where two arrays hold the very same shape."""
    return np.array([one is other for one, other in zip(shapes, others, strict=True)], dtype=bool)


def coverage(
    study: Study, homes: pd.DataFrame, split: pd.DataFrame, column: str = "area_m2"
) -> tuple[Quantity, dict[str, Quantity]]:
    """Give covered over all, by area or by ``residents``, for the city and each district."""
    unit = Unit.M2 if column == "area_m2" else Unit.PERSONS
    covered = split[split["class"] == "covered"]
    part = covered.groupby("district")[column].sum()
    whole = homes.groupby("district")[column].sum()
    districts = {
        str(key): Quantity(float(part.get(key, 0.0)), float(whole.get(key, 0.0)), Unit.RATIO, unit, unit)
        for key in study.districts["id"]
    }
    city = Quantity(float(covered[column].sum()), float(homes[column].sum()), Unit.RATIO, unit, unit)
    return city, districts


def require_parks(parks: gpd.GeoDataFrame) -> None:
    """Refuse to measure coverage where no park is large enough to count."""
    if parks.empty:
        raise NotMeasurableError(
            Text(
                "没有一处公园或广场达到 park_min_area_m2：请检查 parks 图层的图形与该参数",
                "no park or square is as large as park_min_area_m2: look at the shapes of layer parks and at "
                "that parameter",
            )
        )
