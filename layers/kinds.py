"""The kinds of layer a city may bring, and what each must look like.

The ecological red line, the control line and the development boundary are *areas* named after their edge:
here they are always polygons.
"""

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


Shape = Literal["polygon", "line", "point", "raster", "any"]
FieldType = Literal["text", "number", "integer", "truth", "date"]


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
    only noted; ``overlap_allowed`` says whether overlap is worth a warning.
    """

    kind: LayerKind
    shape: Shape
    title: Text
    fields: tuple[FieldSpec, ...] = ()
    overlap_allowed: bool = True
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

_L = LayerKind
_POLYGON: Shape = "polygon"

_SPECS = (
    LayerSpec(
        _L.BOUNDARY,
        "polygon",
        Text("行政区范围", "administrative boundary"),
        (ID, NAME),
        official_codes=("XZQ",),
    ),
    LayerSpec(_L.LAND, "polygon", Text("陆域", "land"), (ID,)),
    LayerSpec(
        _L.DISTRICTS,
        "polygon",
        Text("区（新区）", "districts"),
        (
            FieldSpec(
                "id",
                "text",
                Text("行政区代码", "district code"),
                ("XZQDM", "QHDM", "DISTRICT_ID", "ID"),
                required=True,
            ),
            FieldSpec(
                "name_zh",
                "text",
                Text("中文名", "Chinese name"),
                ("XZQMC", "MC", "qh", "名称", "NAME_ZH", "NAME"),
                required=True,
            ),
            FieldSpec("name_en", "text", Text("英文名", "English name"), ("NAME_EN", "YWMC", "ENAME")),
            RESIDENTS,
        ),
        overlap_allowed=False,
    ),
    LayerSpec(
        _L.RED_LINE,
        "polygon",
        Text("生态保护红线", "ecological red line"),
        (
            ID,
            NAME,
            FieldSpec(
                "domain",
                "text",
                Text("陆域/海域", "land or sea"),
                ("HXLX", "LHLX", "DOMAIN"),
                choices=("land", "sea"),
            ),
            STATED_AREA,
        ),
        overlap_allowed=False,
        basis=Text(
            "厅字〔2019〕48号；自然资发〔2022〕142号", "General Offices [2019] No. 48; MNR [2022] No. 142"
        ),
        official_codes=("STBHHX", "STBHYN"),
    ),
    LayerSpec(
        _L.RED_LINE_BASELINE,
        "polygon",
        Text("生态保护红线（基期）", "ecological red line, baseline"),
        (
            ID,
            NAME,
            FieldSpec(
                "domain",
                "text",
                Text("陆域/海域", "land or sea"),
                ("HXLX", "LHLX", "DOMAIN"),
                choices=("land", "sea"),
            ),
            STATED_AREA,
        ),
        overlap_allowed=False,
    ),
    LayerSpec(
        _L.CONTROL_LINE,
        "polygon",
        Text("基本生态控制线", "basic ecological control line"),
        (ID, NAME, STATED_AREA),
        overlap_allowed=False,
        basis=Text(
            "深圳市政府令第145号（2005，2013修订）", "Shenzhen Government Order 145 (2005, revised 2013)"
        ),
        official_codes=("JBSTKZX",),
    ),
    LayerSpec(
        _L.CONTROL_LINE_CHANGES,
        "polygon",
        Text("基本生态控制线调整地块", "control-line adjustment parcels"),
        (
            ID,
            NAME,
            FieldSpec("case", "text", Text("调整案号", "adjustment case"), ("TZAH", "CASE")),
            FieldSpec(
                "direction",
                "text",
                Text("调入/调出", "in or out"),
                ("TZFX", "DIRECTION"),
                required=True,
                choices=("in", "out"),
            ),
        ),
    ),
    LayerSpec(
        _L.DEVELOPMENT_BOUNDARY,
        "polygon",
        Text("城镇开发边界", "urban development boundary"),
        (ID, NAME, STATED_AREA),
        overlap_allowed=False,
        official_codes=("CZKFBJ",),
    ),
    LayerSpec(
        _L.BASIC_FARMLAND,
        "polygon",
        Text("永久基本农田", "permanent basic farmland"),
        (ID, NAME, CODE, STATED_AREA),
        overlap_allowed=False,
        official_codes=("YJJBNTBHTB", "YJJBNT"),
    ),
    LayerSpec(
        _L.CONSTRUCTION,
        "polygon",
        Text("建设用地与建设项目", "construction"),
        (
            ID,
            NAME,
            CODE,
            FieldSpec(
                "activity_code",
                "text",
                Text("有限人为活动代码 (1–10)", "allowed-activity code (1-10)"),
                ("HDDM", "ACTIVITY", "YXHDDM"),
                choices=tuple(str(i) for i in range(1, 11)),
            ),
            FieldSpec("project_type", "text", Text("项目类型", "project type"), ("XMLX", "PROJ_TYPE")),
            FieldSpec(
                "level",
                "text",
                Text("地上/地下", "ground or underground"),
                ("DSDX", "LEVEL"),
                choices=("ground", "underground"),
            ),
            FieldSpec(
                "built_year",
                "integer",
                Text("建成年份", "year built"),
                ("JCNF", "BUILT_YEAR"),
                minimum=1800,
                maximum=2100,
            ),
            FieldSpec("permit_no", "text", Text("许可证号", "permit number"), ("XKZH", "PERMIT_NO")),
            FieldSpec(
                "water_related",
                "truth",
                Text("与供水设施和保护水源有关", "serves water supply or protection"),
                ("GSXG", "WATER_REL"),
            ),
            FieldSpec(
                "discharges", "truth", Text("排放污染物", "discharges pollutants"), ("PFWRW", "DISCHARGES")
            ),
            FieldSpec(
                "heavy_polluter", "truth", Text("对水体污染严重", "heavily polluting"), ("ZDWR", "HEAVY_POLL")
            ),
        ),
    ),
    LayerSpec(
        _L.LAND_USE,
        "polygon",
        Text("土地利用现状", "land use"),
        (ID, CODE, STATED_AREA),
        overlap_allowed=False,
        official_codes=("DLTB",),
    ),
    LayerSpec(
        _L.LAND_USE_BASELINE,
        "polygon",
        Text("土地利用（基期）", "land use, baseline"),
        (ID, CODE, STATED_AREA),
        overlap_allowed=False,
    ),
    LayerSpec(
        _L.SOURCE_ZONES,
        "polygon",
        Text("饮用水水源保护区", "drinking-water source protection zones"),
        (
            ID,
            NAME,
            FieldSpec("source_name", "text", Text("水源地", "water source"), ("SYDMC", "SOURCE")),
            FieldSpec(
                "zone_class",
                "text",
                Text("保护区级别", "zone class"),
                ("BHQJB", "JB", "LEVEL", "ZONE_CLASS"),
                required=True,
                choices=("first_class", "second_class", "quasi"),
            ),
            STATED_AREA,
        ),
        basis=Text(
            "《水污染防治法》第六十三至六十七条；HJ 338-2018",
            "Water Pollution Prevention and Control Law Art. 63-67; HJ 338-2018",
        ),
        official_codes=("YYSSYBHQ", "SYBHQ"),
    ),
    LayerSpec(_L.OUTFALLS, "point", Text("排污口", "sewage outfalls"), (ID, NAME)),
    LayerSpec(
        _L.GREENWAYS,
        "line",
        Text("绿道", "greenways"),
        (ID, NAME, BUILT, FieldSpec("level", "text", Text("级别", "level"), ("LDJB", "JB", "LEVEL", "PARK"))),
        official_codes=("LD", "LDXL"),
    ),
    LayerSpec(
        _L.BIDAO,
        "line",
        Text("碧道", "bidao"),
        (
            ID,
            NAME,
            BUILT,
            FieldSpec("bidao_type", "text", Text("类型", "type"), ("BDLX", "TYPE")),
            FieldSpec(
                "bank",
                "text",
                Text("岸别", "bank"),
                ("AB", "BANK"),
                choices=("left", "right", "both", "shore"),
            ),
        ),
        official_codes=("BD", "BDXL"),
    ),
    LayerSpec(
        _L.SHORELINES,
        "line",
        Text("河湖岸线", "river and lake banks"),
        (
            ID,
            NAME,
            FieldSpec(
                "water_type",
                "text",
                Text("水体类型", "water body"),
                ("STLX", "WATER_TYPE"),
                choices=("river", "lake", "reservoir"),
            ),
            FieldSpec(
                "side", "text", Text("岸别", "side"), ("AB", "SIDE"), choices=("left", "right", "shore")
            ),
            FieldSpec(
                "revetment",
                "text",
                Text("护岸形式", "revetment"),
                ("HALX", "REVETMENT"),
                required=True,
                choices=("natural", "planted", "gabion", "porous", "vertical_hard", "sloped_hard", "culvert"),
            ),
            FieldSpec("exempt", "truth", Text("可不计入", "exempt"), ("HM", "EXEMPT")),
        ),
    ),
    LayerSpec(
        _L.COASTLINE,
        "line",
        Text("海岸线", "coastline"),
        (
            ID,
            FieldSpec(
                "shoreline_type",
                "text",
                Text("岸线类型", "shoreline type"),
                ("AXLX", "TYPE"),
                choices=("natural", "restored", "artificial", "estuary"),
            ),
            FieldSpec("mainland", "truth", Text("大陆岸线", "mainland"), ("DLAX", "MAINLAND")),
        ),
    ),
    LayerSpec(
        _L.PARKS,
        "polygon",
        Text("公园绿地与广场", "parks and squares"),
        (
            ID,
            FieldSpec(  # parts with one park_id are one park; without it every feature is a park
                "park_id",
                "text",
                Text("公园编号", "park id"),
                ("GYBH", "PARK_ID"),
            ),
            FieldSpec("name", "text", Text("公园名称", "park name"), ("GYMC", "MC", "NAME", "名称")),
            CODE,
            FieldSpec(
                "park_class",
                "text",
                Text("公园类别", "park class"),
                ("GYLB", "GYLX", "PARK_CLASS", "TYPE"),
                choices=("community", "city", "natural", "square", "other"),
            ),
            FieldSpec("open", "truth", Text("免费开放", "open to all"), ("SFKF", "OPEN")),
            STATED_AREA,
        ),
        basis=Text(
            "用地用海分类 1401 公园绿地、1403 广场用地", "land-use codes 1401 park green, 1403 square"
        ),
        official_codes=("GYLD",),
    ),
    LayerSpec(
        _L.PARK_ENTRANCES,
        "point",
        Text("公园出入口", "park entrances"),
        (ID, FieldSpec("park_id", "text", Text("公园编号", "park id"), ("GYBH", "PARK_ID"))),
    ),
    LayerSpec(
        _L.STREETS,
        "line",
        Text("步行路网", "walking network"),
        (
            ID,
            NAME,
            FieldSpec(
                "level",
                "integer",
                Text("高程层 (桥 >0, 隧 <0)", "level (bridge >0, tunnel <0)"),
                ("LAYER", "LEVEL", "GCC"),
            ),
            FieldSpec("foot", "truth", Text("可步行", "open to walkers"), ("BX", "FOOT", "WALK")),
        ),
    ),
    LayerSpec(
        _L.RESIDENTIAL,
        "polygon",
        Text("居住用地", "residential land"),
        (
            ID,
            NAME,
            CODE,
            RESIDENTS,
            FieldSpec(
                "residential_share",
                "number",
                Text("居住占比", "residential share"),
                ("JZZB", "RES_SHARE"),
                minimum=0,
                maximum=1,
            ),
            STATED_AREA,
        ),
        overlap_allowed=False,
        basis=Text("用地用海分类 0701 城镇住宅用地", "land-use code 0701 urban housing"),
    ),
    LayerSpec(
        _L.BUILDINGS,
        "polygon",
        Text("建筑", "buildings"),
        (
            ID,
            NAME,
            FieldSpec("floors", "number", Text("层数", "floors"), ("CS", "FLOORS", "LEVELS"), minimum=0),
            FieldSpec("use", "text", Text("用途", "use"), ("YT", "USE")),
            RESIDENTS,
            FieldSpec(
                "green_stars",
                "number",
                Text("绿色建筑星级", "green-building stars"),
                ("LJXJ", "STARS"),
                minimum=0,
                maximum=3,
            ),
        ),
    ),
    LayerSpec(_L.POPULATION, "any", Text("人口", "population"), (ID, RESIDENTS)),
    LayerSpec(_L.BUILT_UP, "polygon", Text("建成区", "built-up area"), (ID, NAME)),
    LayerSpec(
        _L.DRAINAGE_UNITS,
        "polygon",
        Text("海绵城市排水分区", "drainage units"),
        (
            ID,
            NAME,
            FieldSpec(
                "target_capture",
                "number",
                Text("目标年径流总量控制率 (0–1)", "target capture ratio (0-1)"),
                ("MBKZL", "NJLKZL", "TARGET"),
                minimum=0,
                maximum=1,
            ),
            FieldSpec(
                "flood_failure",
                "truth",
                Text("内涝或黑臭不达标", "flooding or black-water failure"),
                ("NLBDB", "FLOOD_FAIL"),
            ),
            FieldSpec("key_area", "text", Text("重点片区", "key area"), ("ZDPQ", "KEY_AREA")),
        ),
        overlap_allowed=False,
    ),
    LayerSpec(
        _L.SPONGE_PLOTS,
        "polygon",
        Text("海绵地块", "sponge plots"),
        (
            ID,
            NAME,
            FieldSpec(
                "unit_id",
                "text",
                Text("排水分区编号", "drainage unit id"),
                ("PSFQBH", "UNIT_ID"),
                required=True,
            ),
            FieldSpec(
                "target_capture",
                "number",
                Text("目标年径流总量控制率 (0–1)", "target capture ratio (0-1)"),
                ("MBKZL", "TARGET"),
                minimum=0,
                maximum=1,
            ),
        ),
        overlap_allowed=False,
    ),
    LayerSpec(
        _L.SPONGE_SURFACES,
        "polygon",
        Text("下垫面", "surfaces"),
        (
            ID,
            FieldSpec("plot_id", "text", Text("地块编号", "plot id"), ("DKBH", "PLOT_ID"), required=True),
            FieldSpec(
                "surface", "text", Text("下垫面类型", "surface type"), ("XDMLX", "SURFACE"), required=True
            ),
            FieldSpec(
                "coefficient",
                "number",
                Text("雨量径流系数", "volume runoff coefficient"),
                ("JLXS", "PSI"),
                minimum=0,
                maximum=1,
            ),
        ),
    ),
    LayerSpec(
        _L.SPONGE_FACILITIES,
        "any",
        Text("海绵设施", "sponge facilities"),
        (
            ID,
            FieldSpec("plot_id", "text", Text("地块编号", "plot id"), ("DKBH", "PLOT_ID"), required=True),
            FieldSpec(
                "facility", "text", Text("设施类型", "facility type"), ("SSLX", "FACILITY"), required=True
            ),
            FieldSpec("area_m2", "number", Text("面积 (m²)", "area (m²)"), ("MJ", "AREA_M2"), minimum=0),
            FieldSpec(
                "depth_m", "number", Text("有效深度 (m)", "effective depth (m)"), ("SD", "DEPTH_M"), minimum=0
            ),
            FieldSpec(
                "volume_m3",
                "number",
                Text("有效容积 (m³)", "effective volume (m³)"),
                ("RJ", "VOLUME_M3"),
                minimum=0,
            ),
        ),
    ),
    LayerSpec(
        _L.STATIONS,
        "any",
        Text("轨道站点", "rail stations"),
        (
            ID,
            NAME,
            FieldSpec(
                "open_year",
                "integer",
                Text("开通年份", "opening year"),
                ("KTNF", "OPEN_YEAR"),
                minimum=1900,
                maximum=2100,
            ),
        ),
    ),
    LayerSpec(
        _L.WATER,
        "polygon",
        Text("水域", "water"),
        (
            ID,
            NAME,
            FieldSpec(
                "water_type",
                "text",
                Text("水体类型", "water body"),
                ("STLX", "WATER_TYPE"),
                choices=("river", "lake", "reservoir", "sea", "other"),
            ),
        ),
    ),
    LayerSpec(_L.RIVERS, "line", Text("河流", "rivers"), (ID, NAME)),
    LayerSpec(_L.FOREST, "polygon", Text("森林", "forest"), (ID, CODE)),
    LayerSpec(
        _L.VENTILATION_CORRIDORS,
        "polygon",
        Text("通风廊道", "ventilation corridors"),
        (
            ID,
            NAME,
            FieldSpec(
                "level", "text", Text("级别", "level"), ("JB", "LEVEL"), choices=("primary", "secondary")
            ),
        ),
    ),
    LayerSpec(
        _L.SEWER_SERVICE, "polygon", Text("雨污分流服务范围", "separate-sewer service area"), (ID, NAME)
    ),
    LayerSpec(_L.LAND_COVER, "raster", Text("土地覆盖", "land cover")),
    LayerSpec(_L.LAND_COVER_BASELINE, "raster", Text("土地覆盖（基期）", "land cover, baseline")),
    LayerSpec(_L.POPULATION_GRID, "raster", Text("人口格网", "population grid")),
    LayerSpec(_L.TERRAIN, "raster", Text("地形", "terrain")),
    LayerSpec(_L.NDVI, "raster", Text("植被指数", "NDVI")),
)

SPECS: dict[LayerKind, LayerSpec] = {spec.kind: spec for spec in _SPECS}
