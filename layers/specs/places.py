"""The city itself: boundary, districts, homes, people, streets."""

from __future__ import annotations

from layers.specs.types import CODE, ID, NAME, RESIDENTS, STATED_AREA, FieldSpec, LayerKind, LayerSpec
from layers.text import Text

SPECS = (
    LayerSpec(
        LayerKind.BOUNDARY,
        "polygon",
        Text("行政区范围", "administrative boundary"),
        (ID, NAME),
        official_codes=("XZQ",),
    ),
    LayerSpec(LayerKind.LAND, "polygon", Text("陆域", "land"), (ID,)),
    LayerSpec(
        LayerKind.DISTRICTS,
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
        LayerKind.RESIDENTIAL,
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
        LayerKind.BUILDINGS,
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
            FieldSpec("key_area", "text", Text("重点片区", "key area"), ("ZDPQ", "KEY_AREA")),
        ),
    ),
    LayerSpec(LayerKind.POPULATION, "any", Text("人口", "population"), (ID, RESIDENTS)),
    LayerSpec(LayerKind.BUILT_UP, "polygon", Text("建成区", "built-up area"), (ID, NAME)),
    LayerSpec(LayerKind.POPULATION_GRID, "raster", Text("人口格网", "population grid")),
    LayerSpec(
        LayerKind.STREETS,
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
        LayerKind.STATIONS,
        "any",
        Text("轨道站点", "rail stations"),
        (
            ID,
            NAME,
            FieldSpec(  # points with one station_id are the entrances of one station
                "station_id", "text", Text("站点编号", "station id"), ("ZDBH", "STATION_ID")
            ),
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
        LayerKind.SEWER_SERVICE,
        "polygon",
        Text("雨污分流服务范围", "separate-sewer service area"),
        (ID, NAME),
    ),
)
