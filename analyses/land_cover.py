"""Land cover and land use in the classes of HJ 192-2015: one crosswalk for every source of codes.

The same digits mean different things in different products (20 is shrub in WorldCover, forest in
GlobeLand30), so a layer's scheme is settled once for all of its codes, and where they do not tell, asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from analyses.areas import land_pieces, once, pieces
from analyses.areas_once import areas_once
from analyses.indicator import NotMeasurableError, Parameter
from analyses.kept import once_per_study
from analyses.land_use_codes import settled_edition
from analyses.tables import shipped
from geo.raster import class_areas_at_dates, classes_of
from layers.catalogue import finding
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import geopandas as gpd

    from geo.raster import Surface
    from layers.findings import Finding
    from layers.study import Study

_DATES = (LayerKind.LAND_COVER, LayerKind.LAND_COVER_BASELINE)
RASTER_SCHEMES = ("worldcover", "globeland30", "clcd", "hongkong6")
LAND_COVER_SCHEME = Parameter(
    "land_cover_scheme",
    "auto",
    Text("土地覆盖产品的编码", "scheme of the land-cover codes"),
    source="ESA WorldCover; GlobeLand30; CLCD; six-class habitat map of Hong Kong",
    doubt=Text(
        "auto 取唯一能解释最多代码的编码，不唯一则须指定；对照表为建议值（data/land_cover_habitat.csv）",
        "auto takes the one scheme that knows most codes and asks where there are several; the crosswalk is "
        "proposed (data/land_cover_habitat.csv)",
    ),
    choices=("auto", *RASTER_SCHEMES),
)
UNMAPPED_MAX = Parameter(
    "land_cover_unmapped_max",
    0.05,
    Text("允许的无对照或无数据面积占比", "greatest share of land without a class"),
    source="proposed",
    doubt=Text("建议值，无标准", "proposed; no standard"),
    minimum=0,
    maximum=1,
)


@dataclass(frozen=True)
class CoverClass:
    """A code of a scheme and the class of HJ 192-2015 it stands for; ``weight`` is class x sub-class."""

    code: str
    title: Text
    group: str
    group_title: Text
    sub_title: Text
    weight: float


@dataclass(frozen=True, eq=False)
class LandCover:
    """The land of a city by code.

    ``areas`` has one row per district (``""`` outside every district) and code: ``area_m2``, ``group`` (of
    the six classes, ``""`` without a crosswalk) and ``weight``. ``land`` is the land area by district.
    """

    scheme: str
    areas: pd.DataFrame
    land: Mapping[str, float]
    classes: Mapping[str, CoverClass]
    evidence: gpd.GeoDataFrame
    layer: LayerKind
    notes: tuple[Text, ...] = field(default=())

    @property
    def known(self) -> pd.DataFrame:
        """The rows whose code has a class."""
        return self.areas[self.areas["group"] != ""]

    @property
    def without_class(self) -> float:
        """Share of the land that has no class: no data, or a code without a crosswalk."""
        whole = sum(self.land.values())
        return max(0.0, 1.0 - float(self.known["area_m2"].sum()) / whole) if whole else 0.0


def crosswalk(scheme: str) -> dict[str, CoverClass]:
    """Read the crosswalk of one scheme by code.

    Examples
    --------
    >>> crosswalk("worldcover")["10"].group, round(crosswalk("hongkong6")["5"].weight, 6)
    ('forest', 0.012)
    """
    weights = {(row.cells["class"], row.cells["sub"]): row.cells for row in shipped("habitat_weights.csv")}
    found = {}
    for row in shipped("land_cover_habitat.csv"):
        cells = row.cells
        if cells["scheme"] != scheme:
            continue
        kind = weights[cells["class"], cells["sub"]]
        found[cells["code"]] = CoverClass(
            cells["code"],
            Text(cells["title_zh"], cells["title_en"]),
            cells["class"],
            Text(kind["class_zh"], kind["class_en"]),
            Text(kind["title_zh"], kind["title_en"]),
            float(kind["class_weight"]) * float(kind["sub_weight"]),
        )
    return found


def scheme_of(codes: Iterable[int]) -> str | None:
    """Tell a raster's scheme: the one that knows most of its codes; None where two know as many.

    Examples
    --------
    >>> scheme_of([10, 50, 95]), scheme_of([1, 2, 7]), scheme_of([10, 20, 30]), scheme_of([])
    ('worldcover', 'clcd', None, None)
    """
    said = {str(code) for code in codes}
    count = {scheme: len(said & set(crosswalk(scheme))) for scheme in RASTER_SCHEMES}
    best = max(count.values())
    first = [scheme for scheme, number in count.items() if number == best]
    return first[0] if best and len(first) == 1 else None


def settled_scheme(study: Study, *surfaces: Surface) -> str:
    """Settle the scheme of a study's land cover: as the parameter says, else as the codes of all dates show.

    Raises
    ------
    NotMeasurableError
        Where the codes belong to several schemes or to none.
    """
    asked = str(LAND_COVER_SCHEME.of(study))
    if asked != "auto":
        return asked
    codes = sorted({int(one) for surface in surfaces for one in classes_of(surface)})
    found = scheme_of(codes)
    if found is None:
        names = ", ".join(RASTER_SCHEMES)
        shown = ", ".join(str(code) for code in codes[:20])
        raise NotMeasurableError(
            Text(
                f"土地覆盖代码（{shown}）看不出是哪种产品：请设参数 land_cover_scheme（{names}）",
                f"the land-cover codes ({shown}) do not show their scheme: set the parameter "
                f"land_cover_scheme ({names}; WorldCover is ESA's)",
            )
        )
    return found


def land_cover(study: Study, kind: LayerKind = LayerKind.LAND_COVER) -> LandCover:
    """Give the land of the city by class from a land-cover raster, each cell by its share inside."""
    return _land_covers(study)[kind]


@once_per_study
def _land_covers(study: Study) -> dict[LayerKind, LandCover]:
    kinds = [kind for kind in _DATES if kind in study.surfaces]
    surfaces = [study.surfaces[kind] for kind in kinds]
    scheme = settled_scheme(study, *surfaces)
    tables = class_areas_at_dates(surfaces, land_pieces(study).geometry)
    return {kind: _covered(study, kind, scheme, wide) for kind, wide in zip(kinds, tables, strict=True)}


def _covered(study: Study, kind: LayerKind, scheme: str, wide: pd.DataFrame) -> LandCover:
    classes, land = crosswalk(scheme), land_pieces(study)
    rows = [
        (district, str(code), float(area))
        for district, row in zip(land["district"], wide.to_dict("records"), strict=True)
        for code, area in row.items()
        if area > 0
    ]
    return LandCover(
        scheme, _table(rows, classes), _by_district(land), classes, land.assign(**{"class": "land"}), kind
    )


def land_use(study: Study, kind: LayerKind = LayerKind.LAND_USE, *, shown: bool = True) -> LandCover:
    """Give the land of the city by class from land-use polygons; overlaps count once.

    For a figure alone, not ``shown``, there is no evidence: overlaps need not be cut.
    """
    frame = study.frame(kind)
    edition, notes = settled_edition(study, frame["code"], kind)
    classes = crosswalk(edition)
    cut = pieces(study, once(frame), study.land) if shown else areas_once(study, kind, study.land)
    matched = {code: longest(code, classes) for code in cut["code"].astype(object).unique()}
    keys = [matched[code] for code in cut["code"].astype(object)]
    table = _table(list(zip(cut["district"], keys, cut["area_m2"], strict=True)), classes)
    groups = {key: one.group for key, one in classes.items()}
    cut = cut.assign(**{"class": [groups.get(key, "unmapped") for key in keys]}) if shown else cut.iloc[:0]
    return LandCover(edition, table, _by_district(land_pieces(study)), classes, cut, kind, notes)


def longest(code: object, classes: Mapping[str, CoverClass]) -> str:
    """Find the longest prefix of a code that has a class; the code itself where none has.

    Examples
    --------
    >>> longest("070302", crosswalk("planning")), longest("X1", crosswalk("planning"))
    ('0703', 'X1')
    """
    said = str(code).strip().upper() if isinstance(code, str) else ""
    prefixes = (said[:length] for length in range(len(said), 0, -1))
    return next((prefix for prefix in prefixes if prefix in classes), said)


def _table(rows: list[tuple[str, str, float]], classes: Mapping[str, CoverClass]) -> pd.DataFrame:
    plain = pd.DataFrame(rows, columns=["district", "code", "area_m2"])
    table = plain.groupby(["district", "code"], sort=True)["area_m2"].sum().reset_index()
    known = [classes.get(str(code)) for code in table["code"]]
    table["group"] = ["" if one is None else one.group for one in known]
    table["weight"] = [0.0 if one is None else one.weight for one in known]
    return table


def _by_district(land: gpd.GeoDataFrame) -> dict[str, float]:
    return {str(key): float(area) for key, area in land.groupby("district")["area_m2"].sum().items()}


def require_known(study: Study, cover: LandCover) -> None:
    """Refuse land cover too much of which has no class.

    Raises
    ------
    NotMeasurableError
        Where the share without a class is above ``land_cover_unmapped_max``, or nothing has one.
    """
    share, limit = cover.without_class, UNMAPPED_MAX.number(study)
    if share <= limit and len(cover.known):
        return
    codes = ", ".join(_unmapped(cover)[:20]) or "-"
    raise NotMeasurableError(
        Text(
            f"{cover.layer} 有 {share:.1%} 的陆域没有类别（上限 {limit:.0%}；无对照的代码：{codes}）",
            f"{share:.1%} of the land has no class in {cover.layer} (at most {limit:.0%}; codes without a "
            f"crosswalk: {codes})",
        )
    )


def cover_findings(cover: LandCover) -> tuple[Finding, ...]:
    """Report the codes that have no crosswalk, each with its area."""
    sums = cover.areas.groupby("code")["area_m2"].sum()
    return tuple(
        finding(
            "land_cover.unmapped",
            Text(
                f"{cover.layer}：代码 {code or '（空）'} 不在 {cover.scheme} 对照表中"
                f"（{sums[code] / 1e6:.4f} km²）",
                f"{cover.layer}: code {code or '(empty)'} is not in the crosswalk of {cover.scheme} "
                f"({sums[code] / 1e6:.4f} km²)",
            ),
            layer=cover.layer.value,
        )
        for code in _unmapped(cover)
    )


def crosswalk_note(cover: LandCover) -> Text:
    """Publish the crosswalk used: code, its name, class and weight, for the codes that occur."""
    used = [cover.classes[code] for code in sorted(set(cover.known["code"]), key=lambda one: (len(one), one))]
    zh = "；".join(
        f"{one.code} {one.title.zh}→{one.group_title.zh}/{one.sub_title.zh} {one.weight:.4g}" for one in used
    )
    en = "; ".join(
        f"{one.code} {one.title.en} -> {one.group_title.en}/{one.sub_title.en} {one.weight:.4g}"
        for one in used
    )
    return Text(
        f"对照表（{cover.scheme}，建议值）：{zh}",
        f"crosswalk ({cover.scheme}, proposed), with class weight x sub-class weight: {en}",
    )


def _unmapped(cover: LandCover) -> list[str]:
    return sorted(set(cover.areas.loc[cover.areas["group"] == "", "code"]))
