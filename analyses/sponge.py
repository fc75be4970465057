"""Sponge city, the volume method: what runs off a plot, what its facilities hold, what that captures.

``V = 10·H·phi·F`` (V m³, H mm, F hm²) is the volume a plot must hold for a design rainfall H; the volume it
does hold, turned round, is its effective rainfall ``H = V/(10·phi·F)``, and the rain curve tells what share
of the annual rain that is. Storage serves only the plot that drains to it: of a plot's storage no more is
used than the plot needs.
"""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from analyses.indicator import Parameter
from analyses.sponge_rain import capture_bounds, design_depth
from analyses.tables import shipped
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from analyses.sponge_rain import RainCurve

    Floats = NDArray[np.float64]

StorageRule = Literal["guide", "DB13"]
M2_PER_HECTARE = 10_000.0
TOLERANCE = 1e-9
"""Relative tolerance of the comparisons, against float noise alone."""

STORAGE_RULE = Parameter(
    "storage_rule",
    "guide",
    Text("调蓄容积计算规则", "what counts as storage"),
    source="guide: national sponge-city guide; DB13: DB13(J) 8457-2022",
    doubt=Text(
        "国家指南的规则为转述；河北 DB13 的系数取自第三方计算器。透水铺装与绿色屋顶按指南只计入径流系数",
        "the national guide's rule is recalled; the DB13 factors come from a third-party calculator. By the "
        "guide permeable paving and green roofs count through the runoff coefficient alone",
    ),
    choices=("guide", "DB13"),
)


class SpongeFaultError(ValueError):
    """An input that must not become a number; ``code`` is that of a finding."""

    def __init__(self, code: str, message: Text) -> None:
        super().__init__(message.en)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class SurfaceKind:
    """A kind of surface with its volume runoff coefficient: the range seen, the value used."""

    id: str
    title: Text
    low: float
    high: float
    coefficient: float
    verified: bool


@dataclass(frozen=True)
class FacilityKind:
    """A kind of facility and how each rule counts its storage.

    A rule is ``ponding`` (area times depth), ``per_area`` (area times a factor in metres), ``volume`` (as
    given) or ``none``; ``factors`` are the factor, or the depth taken where none is given. ``same_surface``
    is the surface that already counts the facility through its coefficient.
    """

    id: str
    title: Text
    rules: Mapping[str, str]
    factors: Mapping[str, float | None]
    same_surface: str | None


@dataclass(frozen=True)
class Facility:
    """One facility; sizes that are not known are None."""

    id: str
    kind: FacilityKind
    area_m2: float | None = None
    depth_m: float | None = None
    volume_m3: float | None = None


class Stored(NamedTuple):
    """What one facility holds."""

    id: str
    kind: FacilityKind
    volume_m3: float


@dataclass(frozen=True)
class Capture:
    """What a plot captures.

    ``needed_m3`` and ``used_m3`` belong to the target (None where the plot has none or the rain curve does
    not reach it); ``low`` and ``high`` bound the capture ratio and are equal within the rain curve.
    ``passes`` is None where the bounds do not decide.
    """

    depth_mm: float
    low: float
    high: float
    needed_m3: float | None
    used_m3: float | None
    passes: bool | None


def surface_kinds() -> dict[str, SurfaceKind]:
    """Read the kinds of surface, by id and by every other name they go by (as ``plain_name`` writes it).

    Examples
    --------
    >>> surface_kinds()["绿地"].coefficient, surface_kinds()["hard_roof"].low
    (0.15, 0.8)
    """
    found: dict[str, SurfaceKind] = {}
    for row in shipped("runoff_coefficients.csv"):
        cells = row.cells
        kind = SurfaceKind(
            cells["surface"],
            Text(cells["title_zh"], cells["title_en"]),
            float(cells["volume_low"]),
            float(cells["volume_high"]),
            float(cells["volume"]),
            cells["verified"] == "true",
        )
        for name in _names(kind.id, kind.title, cells["aliases"]):
            found.setdefault(name, kind)
    return found


def facility_kinds() -> dict[str, FacilityKind]:
    """Read the kinds of facility, by id and by every other name they go by (as ``plain_name`` writes it).

    Examples
    --------
    >>> facility_kinds()["雨水花园"].id, facility_kinds()["permeable_paving"].rules["guide"]
    ('bioretention', 'none')
    """
    found: dict[str, FacilityKind] = {}
    for row in shipped("storage_rules.csv"):
        cells = row.cells
        kind = FacilityKind(
            cells["facility"],
            Text(cells["title_zh"], cells["title_en"]),
            {"guide": cells["guide"], "DB13": cells["db13"]},
            {rule: _factor(cells[f"{rule.lower()}_factor_m"]) for rule in ("guide", "DB13")},
            cells["same_surface"] or None,
        )
        for name in _names(kind.id, kind.title, cells["aliases"]):
            found.setdefault(name, kind)
    return found


@lru_cache(maxsize=10_000)
def plain_name(name: str) -> str:
    """Write a name as it is compared: full and half width alike, without case and blanks.

    Examples
    --------
    >>> plain_name("地下建筑覆土绿地（覆土≥500mm）") == plain_name("地下建筑覆土绿地(覆土≥500 mm)")
    True
    """
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _names(key: str, title: Text, aliases: str) -> list[str]:
    return [plain_name(one) for one in (key, title.zh, title.en, *aliases.split("|")) if one]


def _factor(said: str) -> float | None:
    return float(said) if said else None


def needed_volume_m3(depth_mm: float, coefficient: float, area_m2: float) -> float:
    """Give the volume a plot must hold for a design rainfall: ``V = 10·H·phi·F``, F in hectares.

    Examples
    --------
    >>> needed_volume_m3(31.3, 0.5, 10_000)
    156.5
    """
    return 10 * depth_mm * coefficient * (area_m2 / M2_PER_HECTARE)


def effective_depth_mm(volume_m3: float, coefficient: float, area_m2: float) -> float:
    """Give the rainfall a volume holds: ``H = V/(10·phi·F)``; infinite where nothing runs off.

    Examples
    --------
    >>> effective_depth_mm(156.5, 0.5, 10_000)
    31.3
    """
    runoff = 10 * coefficient * (area_m2 / M2_PER_HECTARE)
    return volume_m3 / runoff if runoff else math.inf


def composite_coefficient(areas_m2: Sequence[float], coefficients: Sequence[float]) -> float:
    """Give the area-weighted volume runoff coefficient: ``phi = sum(A_i·psi_i)/sum(A_i)``.

    Raises
    ------
    SpongeFaultError
        ``sponge.coefficient`` outside 0..1, ``sponge.no_surfaces`` without area.

    Examples
    --------
    >>> composite_coefficient([3_000, 1_000], [0.9, 0.1])
    0.7
    """
    for one in coefficients:
        if not 0 <= one <= 1:
            raise SpongeFaultError(
                "sponge.coefficient",
                Text(f"径流系数 {one:g} 不在 0–1 之间", f"runoff coefficient {one:g} lies outside 0 to 1"),
            )
    whole = math.fsum(areas_m2)
    if not whole > 0 or min(areas_m2) < 0:
        raise SpongeFaultError("sponge.no_surfaces", Text("没有下垫面面积", "there is no surface area"))
    return math.fsum(a * c for a, c in zip(areas_m2, coefficients, strict=True)) / whole


def storage_m3(facility: Facility, rule: StorageRule) -> float:
    """Give what a facility holds under a counting rule.

    Raises
    ------
    SpongeFaultError
        ``sponge.depth`` for a negative size, ``sponge.size_missing`` where a size the rule needs is not
        known, ``sponge.volume_conflict`` where a stated volume contradicts area times depth.

    Examples
    --------
    >>> kinds = facility_kinds()
    >>> storage_m3(Facility("1", kinds["sunken_green"], area_m2=400, depth_m=0.2), "guide")
    80.0
    >>> paving = Facility("2", kinds["permeable_paving"], area_m2=400)
    >>> storage_m3(paving, "guide"), storage_m3(paving, "DB13")
    (0.0, 40.0)
    """
    for size in (facility.area_m2, facility.depth_m, facility.volume_m3):
        if size is not None and not size >= 0:
            raise SpongeFaultError(
                "sponge.depth",
                Text(f"设施尺寸为负（{size:g}）", f"a size of the facility is negative ({size:g})"),
            )
    how = facility.kind.rules[rule]
    if how == "none":
        return 0.0
    if how == "volume":
        return _known(facility.volume_m3, "volume_m3")
    factor = facility.kind.factors[rule]
    if how == "per_area":
        return _known(facility.area_m2, "area_m2") * _known(factor, "factor")
    return _ponding(facility, factor)


CONFLICT_SHARE = 0.01
CONFLICT_M3 = 0.1
"""A stated volume may differ from area times depth by this share, or this much (rounding in the source)."""


def _ponding(facility: Facility, usual_depth_m: float | None) -> float:
    """Give area times depth, or the stated volume where these are not known."""
    depth = usual_depth_m if facility.depth_m is None else facility.depth_m
    if facility.area_m2 is None or depth is None:
        return _known(facility.volume_m3, "area_m2, depth_m")
    held = facility.area_m2 * depth
    stated = facility.volume_m3
    if (
        facility.depth_m is not None
        and stated is not None
        and abs(stated - held) > max(CONFLICT_SHARE * max(stated, held), CONFLICT_M3)
    ):
        raise SpongeFaultError(
            "sponge.volume_conflict",
            Text(
                f"登记容积 {stated:g} m³ 与面积×深度 {held:g} m³ 不符",
                f"the stated volume of {stated:g} m³ is not area times depth, {held:g} m³",
            ),
        )
    return held


def _known(size: float | None, name: str) -> float:
    if size is None:
        raise SpongeFaultError("sponge.size_missing", Text(f"缺少 {name}", f"{name} is missing"))
    return size


def storages_m3(
    kind: FacilityKind, rule: StorageRule, area_m2: Floats, depth_m: Floats, volume_m3: Floats
) -> Floats:
    """Give what many facilities of a kind hold, as ``storage_m3`` by the same sizes; NaN where it must say.

    Sizes that are not known are NaN. It must say where a size is negative or missing, where a stated volume
    takes the place of sizes, and where it contradicts them.

    Examples
    --------
    >>> one, two = np.array([400.0, np.nan]), np.array([0.2, 0.2])
    >>> storages_m3(facility_kinds()["sunken_green"], "guide", one, two, np.full(2, np.nan)).tolist()
    [80.0, nan]
    """
    how, factor = kind.rules[rule], kind.factors[rule]
    usual = np.nan if factor is None else factor
    if how == "none":
        held = np.zeros(len(area_m2))
    elif how == "volume":
        held = volume_m3.copy()
    elif how == "per_area":
        held = area_m2 * usual
    else:
        held = area_m2 * np.where(np.isnan(depth_m), usual, depth_m)
        allowed = np.maximum(CONFLICT_SHARE * np.maximum(volume_m3, held), CONFLICT_M3)
        held[np.abs(volume_m3 - held) > allowed] = np.nan
    held[(area_m2 < 0) | (depth_m < 0) | (volume_m3 < 0)] = np.nan
    return held


def counted_storage_m3(
    facilities: Iterable[Stored], surfaces: Iterable[str]
) -> tuple[float, tuple[tuple[str, SpongeFaultError], ...]]:
    """Sum the storage of a plot's facilities; what a surface's coefficient already counts is refused.

    Returns
    -------
    The sum, and ``sponge.double_count`` for every facility refused with its id.

    Examples
    --------
    >>> paving = Stored("2", facility_kinds()["permeable_paving"], 40.0)
    >>> counted_storage_m3([paving], ["hard_roof"])
    (40.0, ())
    >>> counted_storage_m3([paving], ["permeable_paving"])[0]
    0.0
    """
    there = set(surfaces)
    held, refused = [], []
    for key, kind, volume in facilities:
        if volume and kind.same_surface in there:
            said = Text(
                f"{kind.title.zh}已由径流系数计入，容积不再计",
                f"the runoff coefficient already counts the {kind.title.en}; not its volume again",
            )
            refused.append((key, SpongeFaultError("sponge.double_count", said)))
        else:
            held.append(volume)
    return math.fsum(held), tuple(refused)


def capture_of(
    curve: RainCurve, held_m3: float, coefficient: float, area_m2: float, target: float | None
) -> Capture:
    """Say what a plot captures and whether it meets its target.

    It passes where the volume it holds is at least the volume its target needs; where the rain curve does
    not reach the target the bounds of the capture ratio decide, if they can.

    Examples
    --------
    >>> from analyses.sponge_rain import curve_of_table
    >>> curve = curve_of_table([(0.5, 16.9), (0.6, 23.1), (0.7, 31.3)])
    >>> plot = capture_of(curve, 156.5, 0.5, 10_000, 0.7)
    >>> plot.low, plot.needed_m3, plot.used_m3, plot.passes
    (0.7, 156.5, 156.5, True)
    """
    depth = effective_depth_mm(held_m3, coefficient, area_m2)
    low, high = capture_bounds(curve, depth)
    if target is None:
        return Capture(depth, low, high, None, None, None)
    design = design_depth(curve, target)
    if design is None:
        passes = True if low >= target else False if high < target else None
        return Capture(depth, low, high, None, None, passes)
    needed = needed_volume_m3(design, coefficient, area_m2)
    return Capture(
        depth, low, high, needed, min(held_m3, needed), held_m3 >= needed - TOLERANCE * max(needed, held_m3)
    )
