"""Water: source zones, banks, bidao, drainage and sponge city."""

from __future__ import annotations

from layers.specs.types import BUILT, ID, NAME, STATED_AREA, FieldSpec, LayerKind, LayerSpec
from layers.text import Text

SPECS = (
    LayerSpec(
        LayerKind.SOURCE_ZONES,
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
    LayerSpec(LayerKind.OUTFALLS, "point", Text("排污口", "sewage outfalls"), (ID, NAME), may_be_empty=True),
    LayerSpec(
        LayerKind.BIDAO,
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
        LayerKind.SHORELINES,
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
        LayerKind.COASTLINE,
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
        LayerKind.WATER,
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
    LayerSpec(LayerKind.RIVERS, "line", Text("河流", "rivers"), (ID, NAME)),
    LayerSpec(
        LayerKind.DRAINAGE_UNITS,
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
        LayerKind.SPONGE_PLOTS,
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
        LayerKind.SPONGE_SURFACES,
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
        LayerKind.SPONGE_FACILITIES,
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
)
