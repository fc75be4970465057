"""The demo city as frames: every kind of layer, with canonical columns, before it is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.demo.blocks import HALF_ARTERIAL_M, Kind, make_blocks, make_cells, rectangles
from layers.demo.construction import make_construction
from layers.demo.ground import make_ground
from layers.demo.lines import make_control_line, make_red_line
from layers.demo.parks import choose_parks
from layers.demo.plots import make_buildings, make_plots
from layers.demo.settings import CRS
from layers.demo.streets import make_streets, dry_ground
from layers.demo.zones import make_districts
from layers.kinds import LayerKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from layers.demo.blocks import Blocks, Cells
    from layers.demo.ground import Ground
    from layers.demo.settings import Settings
    from layers.demo.streets import Streets


@dataclass(eq=False)
class City:
    """The city in the making; ``layers`` is what will be written."""

    ground: Ground
    blocks: Blocks
    cells: Cells
    streets: Streets
    plots: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    layers: dict[LayerKind, gpd.GeoDataFrame] = field(default_factory=dict)


def make_city(settings: Settings, seed: int, progress: Callable[[str], None] | None = None) -> City:
    """Make the whole city; the same settings and seed give the same city."""
    say = progress or (lambda _: None)
    sources = np.random.default_rng(seed).spawn(8)
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
    buildings = make_buildings(plots, blocks, cells, sources[5])
    city = City(ground, blocks, cells, streets, plots, buildings)
    say("zones")
    _places(city)
    _quarters(city, parks)
    now, before = make_red_line(ground, sources[6])
    city.layers[LayerKind.RED_LINE], city.layers[LayerKind.RED_LINE_BASELINE] = now, before
    city.layers[LayerKind.CONTROL_LINE] = make_control_line(ground)
    city.layers[LayerKind.CONSTRUCTION] = make_construction(ground, plots, sources[7])
    return city


def frame(shapes: Any, **columns: Any) -> gpd.GeoDataFrame:
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
        id=[f"GY{n + 1:04d}" for n in park_ids],
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


def _built_up(city: City) -> list[shapely.Geometry]:
    """Give the superblocks of the city with their arterials, as one area, open ground left out."""
    b = city.blocks
    box = np.stack([b.u[b.i], b.v[b.j], b.u[b.i + 1], b.v[b.j + 1]], 1)
    grown = box + np.array([-1.0, -1.0, 1.0, 1.0]) * (HALF_ARTERIAL_M + 4.0)
    area = shapely.union_all(rectangles(b.warp, grown, sides=8))
    kept = shapely.union_all(city.plots.geometry.to_numpy()[city.plots["kind"].to_numpy() != Kind.NONE])
    area = shapely.intersection(area, shapely.buffer(kept, 45.0, quad_segs=3))
    return [shapely.intersection(area, city.ground.land)]


_FIRST = "望临观听怀映枕拥沐云岭湖川湾港松竹梧榕海山"
_SECOND = "海山江湖月霞岚潮澜桥泉溪谷峰林桐荔棠樾泽"


def _street_name(line: int, rank: int) -> str | None:
    if line < 0:
        return "巷道" if rank > 1 else None
    word = _FIRST[line * 7 % len(_FIRST)] + _SECOND[(line * 11 + line // 20) % len(_SECOND)]
    return word + ("大道" if line % 5 == 0 else "路")
