"""What lies in the sponge plots: surfaces and facilities by plot; the unusable is refused with a finding."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from analyses.attributes import text
from analyses.sponge import (
    Facility,
    SpongeFaultError,
    Stored,
    facility_kinds,
    plain_name,
    storage_m3,
    storages_m3,
    surface_kinds,
)
from geo.area import area_m2
from layers.catalogue import finding
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from analyses.sponge import FacilityKind, StorageRule, SurfaceKind
    from layers.findings import Finding
    from layers.study import Study

    Floats = NDArray[np.float64]
    Indices = NDArray[np.intp]
    Flags = NDArray[np.bool_]

SAMPLE = 5
"""Features a finding names; it says how many more there are."""


@dataclass(frozen=True)
class Faults:
    """What was found wrong, gathered by code, layer and wording."""

    found: dict[tuple[str, str, Text], list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, code: str, layer: LayerKind, feature: str, said: Text) -> None:
        """Note a fault of one feature."""
        self.found[code, layer.value, said].append(feature)

    def findings(self) -> tuple[Finding, ...]:
        """Give one finding per code, layer and wording, naming the first features."""
        return tuple(
            finding(code, _named(said, sorted(ids)), layer=layer, feature=ids[0] if len(ids) == 1 else None)
            for (code, layer, said), ids in sorted(self.found.items())
        )


def _named(said: Text, ids: list[str]) -> Text:
    more = len(ids) - SAMPLE
    zh = "、".join(ids[:SAMPLE]) + (f" 等 {len(ids)} 个" if more > 0 else "")
    en = ", ".join(ids[:SAMPLE]) + (f" and {more} more" if more > 0 else "")
    return Text(f"{zh}：{said.zh}", f"{en}: {said.en}")


class Surface(NamedTuple):
    """A surface of a plot: its kind, area and volume runoff coefficient."""

    kind: str
    area_m2: float
    coefficient: float


@dataclass(frozen=True)
class Contents:
    """What lies in the plots, by plot id; ``refused`` holds the plots with an input that is no number."""

    surfaces: Mapping[str, list[Surface]]
    facilities: Mapping[str, list[Stored]]
    refused: frozenset[str]


def contents_of(study: Study, plots: set[str], rule: StorageRule, faults: Faults) -> Contents:
    """Sort surfaces and facilities by plot.

    A surface of unknown kind without a coefficient, a coefficient outside 0..1, a facility of unknown kind,
    a missing or negative size, a volume that contradicts its sizes: each is a finding and refuses its plot.
    A facility that stands twice is counted once; what names no plot is left out. Both are findings.
    """
    surfaces, dry = _surfaces(study, plots, faults)
    facilities, broken = _facilities(study, plots, rule, faults)
    return Contents(surfaces, facilities, frozenset(dry | broken))


def _surfaces(study: Study, plots: set[str], faults: Faults) -> tuple[dict[str, list[Surface]], set[str]]:
    layer = LayerKind.SPONGE_SURFACES
    frame = _of_plots(study, layer, plots, faults)
    kinds = surface_kinds()
    found: dict[str, list[Surface]] = defaultdict(list)
    refused: set[str] = set()
    areas = area_m2(frame.geometry.to_numpy(), study.crs).tolist()
    names = text(frame, "surface").tolist()
    known = {name: kinds.get(plain_name(name)) for name in set(names)}
    columns = frame["id"].tolist(), frame["plot_id"].tolist(), names, areas, _numbers(frame, "coefficient")
    for one, plot, name, area, given in zip(*columns, strict=True):
        try:
            found[plot].append(_surface(name, area, given, known[name]))
        except SpongeFaultError as error:
            faults.add(error.code, layer, one, error.message)
            refused.add(plot)
    return found, refused


def _surface(name: str, area: float, given: float | None, kind: SurfaceKind | None) -> Surface:
    if given is None and kind is not None:
        return Surface(kind.id, area, kind.coefficient)
    if given is not None and not 0 <= given <= 1:
        raise SpongeFaultError(
            "sponge.coefficient",
            Text(f"径流系数 {given:g} 不在 0–1 之间", f"runoff coefficient {given:g} lies outside 0 to 1"),
        )
    if given is None:
        raise SpongeFaultError(
            "sponge.unknown_surface",
            Text(
                f"下垫面类型“{name}”未知且没有径流系数", f"surface {name!r} is unknown and has no coefficient"
            ),
        )
    return Surface(name if kind is None else kind.id, area, given)


def _facilities(
    study: Study, plots: set[str], rule: StorageRule, faults: Faults
) -> tuple[dict[str, list[Stored]], set[str]]:
    """Give what facilities hold, by plot, in id order, and the plots of those that cannot be made out."""
    layer = LayerKind.SPONGE_FACILITIES
    frame = _of_plots(study, layer, plots, faults)
    ids, plot, names = frame["id"].tolist(), frame["plot_id"].tolist(), text(frame, "facility").tolist()
    known = facility_kinds()
    kind_of = {name: known.get(plain_name(name)) for name in set(names)}
    kinds, sizes = [kind_of[name] for name in names], _sizes(frame, study)
    held, broken = _held(kinds, sizes, rule), np.zeros(len(frame), bool)
    for row in np.flatnonzero(np.isnan(held)).tolist():
        try:
            held[row] = storage_m3(_facility((ids[row], names[row], kinds[row]), sizes[:, row]), rule)
        except SpongeFaultError as error:
            faults.add(error.code, layer, ids[row], error.message)
            broken[row] = True
    again = _repeated(frame, kinds, sizes, np.flatnonzero(~broken))
    said = Text("同一设施重复登记，只计一次", "the same facility stands twice; counted once")
    for row in np.flatnonzero(again).tolist():
        faults.add("sponge.facility_twice", layer, ids[row], said)
    found: dict[str, list[Stored]] = defaultdict(list)
    out = (broken | again).tolist()
    for one, name, kind, volume, without in zip(plot, ids, kinds, held.tolist(), out, strict=True):
        if kind is not None and not without:
            found[one].append(Stored(name, kind, volume))
    return found, {plot[row] for row in np.flatnonzero(broken).tolist()}


def _sizes(frame: gpd.GeoDataFrame, study: Study) -> Floats:
    """Give area, depth and volume of facilities; a polygon without a stated area has its own."""
    sizes = np.array([_floats(frame, name) for name in ("area_m2", "depth_m", "volume_m3")])
    unstated = np.flatnonzero(np.isnan(sizes[0]))
    drawn = area_m2(shapely.normalize(frame.geometry.to_numpy()[unstated]), study.crs)
    sizes[0, unstated] = np.where(drawn > 0, drawn, np.nan)
    return sizes


def _held(kinds: Sequence[FacilityKind | None], sizes: Floats, rule: StorageRule) -> Floats:
    """Give what facilities hold; NaN where their kind is not known or ``storage_m3`` must say."""
    held = np.full(len(kinds), np.nan)
    rows: dict[str, list[int]] = defaultdict(list)
    for row, kind in enumerate(kinds):
        if kind is not None:
            rows[kind.id].append(row)
    for own in rows.values():
        kind = kinds[own[0]]
        if kind is not None:
            held[own] = storages_m3(kind, rule, *sizes[:, own])
    return held


def _facility(named: tuple[str, str, FacilityKind | None], sizes: Floats) -> Facility:
    key, name, kind = named
    if kind is None:
        raise SpongeFaultError(
            "sponge.unknown_facility",
            Text(f"设施类型“{name}”未知", f"facility {name!r} is unknown"),
        )
    return Facility(key, kind, *(None if np.isnan(size) else float(size) for size in sizes))


def _repeated(
    frame: gpd.GeoDataFrame, kinds: Sequence[FacilityKind | None], sizes: Floats, usable: Indices
) -> Flags:
    """Mark usable facilities with the plot, kind, sizes and shape of one before; few alike but for shape."""
    table = pd.DataFrame(
        {
            "plot": frame["plot_id"].to_numpy(),
            "kind": ["" if kind is None else kind.id for kind in kinds],
            **dict(zip(("area", "depth", "volume"), sizes, strict=True)),
        }
    )
    alike = usable[table.iloc[usable].duplicated(keep=False).to_numpy()]
    shapes = shapely.normalize(frame.geometry.to_numpy()[alike])
    drawn = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    alike = alike[drawn]
    again = np.zeros(len(frame), bool)
    again[alike] = table.iloc[alike].assign(shape=shapely.to_wkb(shapes[drawn])).duplicated().to_numpy()
    return again


def _of_plots(study: Study, kind: LayerKind, plots: set[str], faults: Faults) -> gpd.GeoDataFrame:
    """Give the rows of a layer that name a plot, in id order, ids as text."""
    if kind not in study.layers:
        return gpd.GeoDataFrame({"id": [], "plot_id": []}, geometry=[], crs=study.crs)
    frame = study.frame(kind).sort_values("id", kind="stable")
    frame = frame.assign(id=frame["id"].astype(str), plot_id=text(frame, "plot_id"))
    there = np.array([one in plots for one in frame["plot_id"].tolist()], dtype=bool)
    said = Text("所属地块不在地块图层中，未计入", "its plot is not among the plots; left out")
    for one in frame.loc[~there, "id"]:
        faults.add("sponge.orphan", kind, one, said)
    return frame[there]


def _floats(frame: gpd.GeoDataFrame, name: str) -> Floats:
    """Give a column as numbers, NaN where there is none."""
    if name not in frame:
        return np.full(len(frame), np.nan)
    return np.asarray(pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=float, na_value=np.nan))


def _numbers(frame: gpd.GeoDataFrame, name: str) -> list[float | None]:
    """Give a column as numbers, None where there is none."""
    values = _floats(frame, name)
    known = values.astype(object)
    known[np.isnan(values)] = None
    return list(known)
