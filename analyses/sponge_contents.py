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
    facility_kinds,
    plain_name,
    storage_m3,
    surface_kinds,
)
from geo.area import area_m2
from layers.catalogue import finding
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from analyses.sponge import FacilityKind, StorageRule, SurfaceKind
    from layers.findings import Finding
    from layers.study import Study

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
    facilities: Mapping[str, list[Facility]]
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
    columns = frame["id"].tolist(), frame["plot_id"].tolist(), names, areas, _numbers(frame, "coefficient")
    for one, plot, name, area, given in zip(*columns, strict=True):
        try:
            found[plot].append(_surface(name, area, given, kinds))
        except SpongeFaultError as error:
            faults.add(error.code, layer, one, error.message)
            refused.add(plot)
    return found, refused


def _surface(name: str, area: float, given: float | None, kinds: Mapping[str, SurfaceKind]) -> Surface:
    kind = kinds.get(plain_name(name))
    if given is not None and not 0 <= given <= 1:
        raise SpongeFaultError(
            "sponge.coefficient",
            Text(f"径流系数 {given:g} 不在 0–1 之间", f"runoff coefficient {given:g} lies outside 0 to 1"),
        )
    if kind is None:
        if given is None:
            raise SpongeFaultError(
                "sponge.unknown_surface",
                Text(
                    f"下垫面类型“{name}”未知且没有径流系数",
                    f"surface {name!r} is unknown and has no coefficient",
                ),
            )
        return Surface(name, area, given)
    return Surface(kind.id, area, kind.coefficient if given is None else given)


class _Row(NamedTuple):
    """One row of the facilities as it comes."""

    id: str
    plot: str
    name: str
    shape: bytes
    area_m2: float | None
    depth_m: float | None
    volume_m3: float | None


def _facilities(
    study: Study, plots: set[str], rule: StorageRule, faults: Faults
) -> tuple[dict[str, list[Facility]], set[str]]:
    layer = LayerKind.SPONGE_FACILITIES
    kinds = facility_kinds()
    found: dict[str, list[Facility]] = defaultdict(list)
    refused: set[str] = set()
    seen: set[tuple[object, ...]] = set()
    for row in _facility_rows(study, plots, faults):
        try:
            facility = _facility(row, kinds)
            storage_m3(facility, rule)
        except SpongeFaultError as error:
            faults.add(error.code, layer, row.id, error.message)
            refused.add(row.plot)
            continue
        key = (row.plot, facility.kind.id, *row[3:])
        if row.shape and key in seen:
            said = Text("同一设施重复登记，只计一次", "the same facility stands twice; counted once")
            faults.add("sponge.facility_twice", layer, row.id, said)
            continue
        seen.add(key)
        found[row.plot].append(facility)
    return found, refused


def _facility(row: _Row, kinds: Mapping[str, FacilityKind]) -> Facility:
    kind = kinds.get(plain_name(row.name))
    if kind is None:
        raise SpongeFaultError(
            "sponge.unknown_facility",
            Text(f"设施类型“{row.name}”未知", f"facility {row.name!r} is unknown"),
        )
    return Facility(row.id, kind, row.area_m2, row.depth_m, row.volume_m3)


def _facility_rows(study: Study, plots: set[str], faults: Faults) -> Iterator[_Row]:
    """Give the facilities in id order; a polygon without a stated area has its own."""
    frame = _of_plots(study, LayerKind.SPONGE_FACILITIES, plots, faults)
    shapes = shapely.normalize(frame.geometry.to_numpy())
    drawn = area_m2(shapes, study.crs).tolist()
    stated = _numbers(frame, "area_m2")
    areas = [given if given is not None else own or None for given, own in zip(stated, drawn, strict=True)]
    yield from map(
        _Row,
        frame["id"].tolist(),
        frame["plot_id"].tolist(),
        text(frame, "facility").tolist(),
        np.where(shapely.is_missing(shapes) | shapely.is_empty(shapes), b"", shapely.to_wkb(shapes)).tolist(),
        areas,
        _numbers(frame, "depth_m"),
        _numbers(frame, "volume_m3"),
    )


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


def _numbers(frame: gpd.GeoDataFrame, name: str) -> list[float | None]:
    """Give a column as numbers, None where there is none."""
    if name not in frame:
        return [None] * len(frame)
    values = pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    known = values.astype(object)
    known[np.isnan(values)] = None
    return list(known)
