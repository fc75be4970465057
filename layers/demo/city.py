"""The demo city as frames: every kind of layer, with canonical columns, before it is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import robust
from layers.demo.blocks import HALF_ARTERIAL_M, Kind, make_blocks, make_cells, make_lots, rectangles
from layers.demo.construction import make_construction
from layers.demo.detail import drawn_on
from layers.demo.fields import (
    make_changes,
    make_development_boundary,
    make_farmland,
    make_fields,
    make_forest,
)
from layers.demo.greenways import make_bidao, make_greenways
from layers.demo.ground import make_ground
from layers.demo.landuse import Quarters, make_land_use
from layers.demo.lines import make_control_line, make_red_line
from layers.demo.parks import choose_parks
from layers.demo.parkways import add_trails, make_entrances
from layers.demo.plots import make_buildings, make_plots
from layers.demo.services import make_corridors, make_population, make_sewer_service, make_stations
from layers.demo.settings import CRS
from layers.demo.sources import make_outfalls, make_source_zones
from layers.demo.sponge import make_drainage_units, make_facilities, make_sponge_plots, make_surfaces
from layers.demo.streets import dry_ground, make_streets
from layers.demo.surfaces import make_cover, make_population_grid, make_terrain_raster
from layers.demo.waters import make_coastline, make_rivers, make_shorelines, make_water
from layers.demo.zones import make_districts
from layers.kinds import LayerKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from layers.demo.blocks import Blocks, Cells
    from layers.demo.ground import Ground
    from layers.demo.settings import Settings
    from layers.demo.streets import Streets
    from layers.demo.surfaces import Raster

    Column = list[str] | list[str | None] | NDArray[np.generic] | NDArray[np.object_]


@dataclass(eq=False)
class City:
    """The city in the making; ``layers`` is what will be written."""

    ground: Ground
    blocks: Blocks
    cells: Cells
    streets: Streets
    plots: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    fields: gpd.GeoDataFrame = field(default_factory=gpd.GeoDataFrame)
    layers: dict[LayerKind, gpd.GeoDataFrame] = field(default_factory=dict)
    surfaces: dict[LayerKind, Raster] = field(default_factory=dict)


def make_city(settings: Settings, seed: int, progress: Callable[[str], None] | None = None) -> City:
    """Make the whole city; the same settings and seed give the same city."""
    say = progress or (lambda _: None)
    sources = random_sources(seed)
    city, parks = make_fabric(settings, sources, say)
    ground, streets, plots = city.ground, city.streets, city.plots
    say("zones")
    _places(city)
    _quarters(city, parks)
    city.layers[LayerKind.PARK_ENTRANCES] = make_entrances(city.layers[LayerKind.PARKS], streets, sources[14])
    now, before = make_red_line(ground, drawn_on(ground, sources[15], *_RED), sources[6])
    city.layers[LayerKind.RED_LINE], city.layers[LayerKind.RED_LINE_BASELINE] = now, before
    city.layers[LayerKind.CONTROL_LINE] = make_control_line(ground, drawn_on(ground, sources[15], *_CONTROL))
    city.layers[LayerKind.CONSTRUCTION] = make_construction(ground, plots, sources[7])
    say("waters and greenways")
    _waters(city, sources[8], sources[9])
    say("open land")
    _open_land(city, sources[10])
    _services(city)
    say("sponge city")
    _sponge(city, sources[11])
    say("land use")
    _land_use(city, sources[12], sources[13])
    return city


def random_sources(seed: int) -> list[np.random.Generator]:
    """Give a source of random numbers for each part of the city."""
    return np.random.default_rng(seed).spawn(16)


def make_fabric(
    settings: Settings, sources: list[np.random.Generator], say: Callable[[str], None]
) -> tuple[City, gpd.GeoDataFrame]:
    """Make the ground, the streets, the plots and the buildings, and choose the parks; no layer yet."""
    say("terrain")
    ground = make_ground(settings, sources[0])
    blocks = make_blocks(ground, sources[1])
    cells = make_cells(blocks)
    say("streets")
    dry = dry_ground(ground)
    streets = make_streets(ground, blocks, dry, sources[2])
    say("plots")
    plots = make_plots(ground, blocks, cells, dry, sources[3])
    parks = choose_parks(ground, plots, sources[4])
    add_trails(streets, parks.geometry.to_numpy()[parks["trails"]])
    lots = make_lots(blocks, cells, settings.paths)
    buildings = make_buildings(plots, blocks, lots, settings.dense, sources[5])
    return City(ground, blocks, cells, streets, plots, buildings), parks


def frame(shapes: Iterable[BaseGeometry], **columns: Column) -> gpd.GeoDataFrame:
    """Make a frame in the city's system."""
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=CRS)


def _places(city: City) -> None:
    ground, layers = city.ground, city.layers
    layers[LayerKind.BOUNDARY] = frame(
        [ground.boundary], id=["440990"], name=["山海示范市（合成） Shanhai Demo City (synthetic)"]
    )
    layers[LayerKind.LAND] = frame([ground.land], id=["land"])
    districts = make_districts(ground, city.blocks)
    homes = city.plots[city.plots["residents"] > 0]
    centre = shapely.point_on_surface(homes.geometry.to_numpy())
    people = np.array([homes["residents"].to_numpy()[shapely.contains(shape, centre)].sum()
                       for shape in districts.geometry])  # fmt: skip
    districts["residents"] = people.astype(np.int64)
    layers[LayerKind.DISTRICTS] = districts


def _quarters(city: City, parks: gpd.GeoDataFrame) -> None:
    layers, plots = city.layers, city.plots
    inside = shapely.covers(city.ground.boundary, shapely.centroid(plots.geometry.to_numpy()))
    homes = plots[plots["code"].str.startswith("0701") & inside]
    layers[LayerKind.RESIDENTIAL] = frame(
        homes.geometry,
        name=[f"居住地块{n + 1}" for n in range(len(homes))],
        code=homes["code"].to_numpy(),
        residents=homes["residents"].to_numpy().astype(np.int64),
        residential_share=homes["residential_share"].to_numpy(),
    )
    park_ids = pd.factorize(parks["park"])[0]
    words = {"community": "社区公园", "city": "城市公园", "natural": "自然公园", "square": "广场"}
    sort = parks["park_class"].map(words)
    layers[LayerKind.PARKS] = frame(
        parks.geometry,
        park_id=[f"GY{n + 1:04d}" for n in park_ids],
        name=[f"{word}{n + 1}" for word, n in zip(sort, park_ids, strict=True)],
        code=parks["park_class"].map({"square": "1403", "natural": "0301"}).fillna("1401").to_numpy(),
        park_class=sort.to_numpy(),
        open=np.where(parks["open"], "是", "否"),
    )
    streets = city.streets
    layers[LayerKind.STREETS] = frame(
        streets.shape,
        name=[_street_name(line, rank) for line, rank in zip(streets.line, streets.rank, strict=True)],
        level=streets.level,
        foot=np.where(streets.foot, "是", "否"),
    )
    layers[LayerKind.BUILDINGS] = frame(
        city.buildings.geometry,
        floors=city.buildings["floors"].to_numpy(),
        use=city.buildings["code"].to_numpy(),
        green_stars=city.buildings["green_stars"].to_numpy(),
    )
    layers[LayerKind.BUILT_UP] = frame(_built_up(city), name=["建成区"])


def _built_up(city: City) -> list[BaseGeometry]:
    """Give the superblocks of the city with their arterials, as one area, open ground left out."""
    b = city.blocks
    box = np.stack([b.u[b.i], b.v[b.j], b.u[b.i + 1], b.v[b.j + 1]], 1)
    grown = box + np.array([-1.0, -1.0, 1.0, 1.0]) * (HALF_ARTERIAL_M + 4.0)
    area = shapely.union_all(rectangles(b.warp, grown, sides=8))
    plots = city.plots[city.plots["kind"] != Kind.NONE]
    _, block = np.unique(plots["block"].to_numpy(), return_inverse=True)
    quarters = robust.bags(plots.geometry.to_numpy(), block)
    grown_plots = robust.apply(_round_plots, quarters, chunk=20)
    area = shapely.intersection(area, shapely.union_all(grown_plots))
    parts = [part for part in shapely.get_parts(shapely.intersection(area, city.ground.land))
             if part.area > _LEAST_PART_M2]  # fmt: skip
    filled = [
        shapely.Polygon(
            part.exterior, [r for r in part.interiors if shapely.Polygon(r).area > _LEAST_HOLE_M2]
        )
        for part in parts
    ]
    return [shapely.intersection(shapely.union_all(filled), city.ground.land)]


def _round_plots(plots: NDArray[np.object_]) -> NDArray[np.object_]:
    return np.asarray(shapely.buffer(plots, 45.0, quad_segs=3))


def _waters(city: City, one: np.random.Generator, two: np.random.Generator) -> None:
    layers, ground = city.layers, city.ground
    layers[LayerKind.WATER] = make_water(ground)
    layers[LayerKind.RIVERS] = make_rivers(ground)
    layers[LayerKind.SHORELINES] = make_shorelines(ground, one)
    layers[LayerKind.COASTLINE] = make_coastline(ground, one)
    layers[LayerKind.SOURCE_ZONES] = make_source_zones(ground)
    layers[LayerKind.OUTFALLS] = make_outfalls(ground, layers[LayerKind.SOURCE_ZONES], one)
    layers[LayerKind.GREENWAYS] = make_greenways(ground, city.streets, two)
    layers[LayerKind.BIDAO] = make_bidao(ground, two)


def _open_land(city: City, rng: np.random.Generator) -> None:
    layers, ground = city.layers, city.ground
    city.fields = make_fields(ground, city.blocks, rng)
    layers[LayerKind.BASIC_FARMLAND] = make_farmland(city.fields)
    layers[LayerKind.FOREST] = make_forest(ground)
    layers[LayerKind.DEVELOPMENT_BOUNDARY] = make_development_boundary(
        ground,
        layers[LayerKind.BUILT_UP].geometry.iloc[0],
        layers[LayerKind.BASIC_FARMLAND].geometry.to_numpy(),
        layers[LayerKind.RED_LINE].geometry.to_numpy(),
    )
    layers[LayerKind.CONTROL_LINE_CHANGES] = make_changes(
        ground, layers[LayerKind.CONTROL_LINE].geometry.to_numpy()
    )


def _services(city: City) -> None:
    layers, ground = city.layers, city.ground
    built_up = layers[LayerKind.BUILT_UP].geometry.iloc[0]
    layers[LayerKind.STATIONS] = make_stations(ground, city.blocks)
    layers[LayerKind.VENTILATION_CORRIDORS] = make_corridors(ground, city.blocks)
    layers[LayerKind.SEWER_SERVICE] = make_sewer_service(built_up, city.plots, layers[LayerKind.DISTRICTS])
    layers[LayerKind.POPULATION] = make_population(layers[LayerKind.RESIDENTIAL])


def _sponge(city: City, rng: np.random.Generator) -> None:
    layers = city.layers
    built_up = layers[LayerKind.BUILT_UP].geometry.iloc[0]
    units, unit_of_block = make_drainage_units(city.blocks, built_up, rng)
    plots = make_sponge_plots(city.plots, units, unit_of_block)
    surfaces = make_surfaces(plots, city.plots, city.blocks, city.cells, rng)
    layers[LayerKind.DRAINAGE_UNITS] = units
    layers[LayerKind.SPONGE_PLOTS] = plots
    layers[LayerKind.SPONGE_SURFACES] = surfaces
    layers[LayerKind.SPONGE_FACILITIES] = make_facilities(plots, surfaces, rng)


def _land_use(city: City, one: np.random.Generator, two: np.random.Generator) -> None:
    layers, ground = city.layers, city.ground
    now, before = make_land_use(
        ground,
        Quarters(city.blocks, city.plots, city.fields),
        layers[LayerKind.CONSTRUCTION],
        layers[LayerKind.FOREST].geometry.to_numpy(),
        one,
    )
    layers[LayerKind.LAND_USE], layers[LayerKind.LAND_USE_BASELINE] = now, before
    cover, cover_before, ndvi = make_cover(ground, now, before, two)
    city.surfaces = {
        LayerKind.LAND_COVER: cover,
        LayerKind.LAND_COVER_BASELINE: cover_before,
        LayerKind.NDVI: ndvi,
        LayerKind.TERRAIN: make_terrain_raster(ground),
        LayerKind.POPULATION_GRID: make_population_grid(ground, layers[LayerKind.RESIDENTIAL]),
    }


# Cells on which the lines of a large city are drawn, metres, and how high the forms are that make them wind.
_RED, _CONTROL = (2.0, 25.0), (4.0, 5.0)
_LEAST_PART_M2, _LEAST_HOLE_M2 = 20_000.0, 45_000.0
_FIRST = "望临观听怀映枕拥沐云岭湖川湾港松竹梧榕海山"
_SECOND = "海山江湖月霞岚潮澜桥泉溪谷峰林桐荔棠樾泽"


def _street_name(line: int, rank: int) -> str | None:
    if line < 0:
        return "巷道" if rank > 1 else None
    word = _FIRST[line * 7 % len(_FIRST)] + _SECOND[(line * 11 + line // 20) % len(_SECOND)]
    return word + ("大道" if line % 5 == 0 else "路")
