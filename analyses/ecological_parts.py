"""The parts of the ecological index for one study: what each needs, and its value where that is given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

from analyses.areas import land_pieces, once, pieces
from analyses.attributes import text
from analyses.ecological_index_formula import (
    effective_resources,
    land_stress,
    pollution_load,
    vegetation_cover,
    water_network,
)
from analyses.indicator import Parameter
from analyses.lines_once import KM, PATH_SHARED, PATH_TOLERANCE, line_pieces
from analyses.quantities import Quantity, Unit
from geo.lines import paths_once
from geo.raster import area_sums
from layers.check_ndvi import ndvi_factor
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layers.study import Study

VEGETATION = Parameter(
    "ei_vegetation_coefficient",
    0.0121165124,
    Text("植被覆盖指数归一化系数", "coefficient of the vegetation cover index"),
    source="HJ 192-2015 (recalled)",
    doubt=Text(
        "系数据转述，未见原文；对应 NDVI 上限约 8253（×10000）",
        "recalled, its text not found; it puts 100 at an NDVI of about 8253 (times 10,000)",
    ),
    minimum=0.0001,
    maximum=1,
)
WATER = ("water_resources", "water_resources_mean")
STRESS = ("erosion_severe_area", "erosion_moderate_area", "other_stress_area")
EMISSIONS = {
    "cod": "cod_emission",
    "nh3": "nh3_emission",
    "so2": "so2_emission",
    "dust": "dust_emission",
    "nox": "nox_emission",
    "solid": "solid_waste_discarded",
}
BIODIVERSITY, RAIN = "biodiversity_index", "annual_rainfall"
DECLARED = (BIODIVERSITY, *WATER, *STRESS, RAIN, *EMISSIONS.values())
"""Declared values the index lives from, beside its layers."""


@dataclass(frozen=True)
class Part:
    """A sub-index: its value, or what is lacking for it."""

    value: float | None
    lacking: tuple[str, ...] = ()
    by_district: Mapping[str, Quantity] = field(default_factory=dict)


def declared_value(study: Study, name: str) -> float | None:
    """Give the newest declared value up to the as-of year; None where there is none."""
    limit = study.as_of.year if study.as_of else np.inf
    years = [year for key, year in study.declared if key == name and year <= limit]
    return study.declared[name, max(years)] if years else None


def vegetation_part(study: Study) -> Part:
    """Compute the vegetation cover index from the vegetation index over the land.

    The raster must hold the mean over May to September of the monthly greatest values.
    """
    surface = study.surfaces.get(LayerKind.NDVI)
    if surface is None:
        return Part(None, ("[layers.ndvi]",))
    factor = ndvi_factor(surface)
    if factor is None:
        return Part(None, ("[layers.ndvi] (-1..1 / -10000..10000)",))
    land = land_pieces(study)
    green, whole = area_sums(surface, land.geometry)
    green = green * factor
    if not whole.sum():
        return Part(None, ("[layers.ndvi]",))
    coefficient = VEGETATION.number(study)
    districts = {}
    for key in study.districts["id"]:
        own = (land["district"] == key).to_numpy()
        districts[str(key)] = Quantity(
            float(green[own].sum()) * coefficient, float(whole[own].sum()), Unit.INDEX, Unit.M2, Unit.M2
        )
    return Part(vegetation_cover(float(green.sum() / whole.sum()), coefficient), (), districts)


def water_part(study: Study, area_km2: float) -> Part:
    """Compute the water network density index from rivers, water areas on land and water resources."""
    lacking = [f"[layers.{kind}]" for kind in (LayerKind.RIVERS, LayerKind.WATER) if kind not in study.layers]
    amount, mean = (declared_value(study, name) for name in WATER)
    lacking += [name for name, value in zip(WATER, (amount, mean), strict=True) if value is None]
    if lacking or amount is None or mean is None:
        return Part(None, tuple(lacking))
    million_m3 = effective_resources(amount, mean) / 1e6
    return Part(water_network(river_km(study), water_km2(study), million_m3, area_km2))


def river_km(study: Study) -> float:
    """Give the length of rivers in the city, each course once, in kilometres."""
    rivers = study.frame(LayerKind.RIVERS).sort_values("id", kind="stable")
    once_only = paths_once(
        rivers.geometry.to_numpy(),
        PATH_TOLERANCE.number(study),
        PATH_SHARED.number(study),
        keys=rivers["id"].tolist(),
    )
    kept = rivers.set_geometry(gpd.GeoSeries(once_only.kept, index=rivers.index, crs=study.crs))
    return float(line_pieces(study, kept[~kept.geometry.is_empty])["length_m"].sum()) / KM


def water_km2(study: Study) -> float:
    """Give the area of inland water on the land of the city, overlaps once, in square kilometres."""
    water = study.frame(LayerKind.WATER)
    inland = once(water[text(water, "water_type") != "sea"])
    return float(pieces(study, inland, study.land)["area_m2"].sum()) / 1e6


def stress_part(study: Study, built_km2: float, area_km2: float) -> Part:
    """Compute the land stress index from declared erosion and other stress and the built land."""
    values = [declared_value(study, name) for name in STRESS]
    known = [value for value in values if value is not None]
    if len(known) < len(STRESS):
        return Part(None, tuple(name for name, value in zip(STRESS, values, strict=True) if value is None))
    severe, moderate, other = known
    return Part(land_stress(severe, moderate, built_km2, other, area_km2))


def load_part(study: Study, area_km2: float) -> Part:
    """Compute the pollution load index from declared emissions and rain."""
    found = {key: declared_value(study, name) for key, name in EMISSIONS.items()}
    rain = declared_value(study, RAIN)
    lacking = [EMISSIONS[key] for key, value in found.items() if value is None]
    if rain is None:
        lacking.append(RAIN)
    if lacking or rain is None:
        return Part(None, tuple(lacking))
    emissions = {key: value for key, value in found.items() if value is not None}
    return Part(pollution_load(emissions, rain, area_km2))
