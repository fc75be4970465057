"""What a layer specification says, and the fields many kinds of layer share."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from layers.text import Text


class LayerKind(StrEnum):
    """The kinds of layer; the value is the key in ``city.toml`` (``[layers.<value>]``)."""

    BOUNDARY = "boundary"
    LAND = "land"
    DISTRICTS = "districts"
    RED_LINE = "red_line"
    RED_LINE_BASELINE = "red_line_baseline"
    CONTROL_LINE = "control_line"
    CONTROL_LINE_CHANGES = "control_line_changes"
    DEVELOPMENT_BOUNDARY = "development_boundary"
    BASIC_FARMLAND = "basic_farmland"
    CONSTRUCTION = "construction"
    LAND_USE = "land_use"
    LAND_USE_BASELINE = "land_use_baseline"
    SOURCE_ZONES = "source_zones"
    OUTFALLS = "outfalls"
    GREENWAYS = "greenways"
    BIDAO = "bidao"
    SHORELINES = "shorelines"
    COASTLINE = "coastline"
    PARKS = "parks"
    PARK_ENTRANCES = "park_entrances"
    STREETS = "streets"
    RESIDENTIAL = "residential"
    BUILDINGS = "buildings"
    POPULATION = "population"
    BUILT_UP = "built_up"
    DRAINAGE_UNITS = "drainage_units"
    SPONGE_PLOTS = "sponge_plots"
    SPONGE_SURFACES = "sponge_surfaces"
    SPONGE_FACILITIES = "sponge_facilities"
    STATIONS = "stations"
    WATER = "water"
    RIVERS = "rivers"
    FOREST = "forest"
    VENTILATION_CORRIDORS = "ventilation_corridors"
    SEWER_SERVICE = "sewer_service"
    LAND_COVER = "land_cover"
    LAND_COVER_BASELINE = "land_cover_baseline"
    POPULATION_GRID = "population_grid"
    TERRAIN = "terrain"
    NDVI = "ndvi"
    RESISTANCE = "resistance"


Shape = Literal["polygon", "line", "point", "raster", "any"]
FieldType = Literal["text", "number", "integer", "truth"]


@dataclass(frozen=True)
class FieldSpec:
    """A canonical field of a layer.

    ``aliases`` are the names sources use for it (official delivery names first), compared without case and
    after cutting to ten bytes as Shapefiles do. ``choices`` closes the list of values where one exists.
    """

    name: str
    type: FieldType
    title: Text
    aliases: tuple[str, ...] = ()
    required: bool = False
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True)
class LayerSpec:
    """What a kind of layer is: its shape, fields, overlap rule, names, legal basis, official codes.

    ``dissolve`` is true where overlapping features are one area (their union is measured) and the overlap is
    only noted; ``overlap_allowed`` says whether overlap is worth a warning. ``may_be_empty`` is true of what
    a city hopes not to have: no feature means that there is none, elsewhere that something went wrong.
    """

    kind: LayerKind
    shape: Shape
    title: Text
    fields: tuple[FieldSpec, ...] = ()
    overlap_allowed: bool = True
    may_be_empty: bool = False
    basis: Text = field(default=Text("", ""))
    official_codes: tuple[str, ...] = ()


ID = FieldSpec("id", "text", Text("标识", "identifier"), ("BSM", "FID", "OBJECTID", "ID", "osm_id"))
NAME = FieldSpec("name", "text", Text("名称", "name"), ("MC", "NAME", "名称"))
CODE = FieldSpec(
    "code",
    "text",
    Text("用地用海分类代码", "land-use code"),
    ("DLBM", "YDYHFLDM", "YDDM", "GHDLBM", "用地代码", "CODE", "LANDUSE"),
)
STATED_AREA = FieldSpec(
    "stated_area_m2",
    "number",
    Text("登记面积 (m²)", "stated area (m²)"),
    ("TBMJ", "STBHHXMJ", "MJ", "面积", "AREA_M2"),
    minimum=0,
)
RESIDENTS = FieldSpec(
    "residents",
    "number",
    Text("常住人口 (人)", "residents"),
    ("RESIDENTS", "POP", "POPULATION", "CZRK", "RKSL", "常住人口", "人口"),
    minimum=0,
)
BUILT = FieldSpec("built", "truth", Text("是否建成", "built"), ("SFJC", "BUILT", "建成", "JCZT"), choices=())
