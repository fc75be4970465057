"""Parks, greenways, forest and land cover."""

from __future__ import annotations

from layers.specs.types import BUILT, CODE, ID, NAME, STATED_AREA, FieldSpec, LayerKind, LayerSpec
from layers.text import Text

SPECS = (
    LayerSpec(
        LayerKind.PARKS,
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
        LayerKind.PARK_ENTRANCES,
        "point",
        Text("公园出入口", "park entrances"),
        (ID, FieldSpec("park_id", "text", Text("公园编号", "park id"), ("GYBH", "PARK_ID"))),
    ),
    LayerSpec(
        LayerKind.GREENWAYS,
        "line",
        Text("绿道", "greenways"),
        (ID, NAME, BUILT, FieldSpec("level", "text", Text("级别", "level"), ("LDJB", "JB", "LEVEL", "PARK"))),
        official_codes=("LD", "LDXL"),
    ),
    LayerSpec(LayerKind.FOREST, "polygon", Text("森林", "forest"), (ID, CODE)),
    LayerSpec(
        LayerKind.VENTILATION_CORRIDORS,
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
    LayerSpec(LayerKind.LAND_COVER, "raster", Text("土地覆盖", "land cover")),
    LayerSpec(LayerKind.LAND_COVER_BASELINE, "raster", Text("土地覆盖（基期）", "land cover, baseline")),
    LayerSpec(LayerKind.TERRAIN, "raster", Text("地形", "terrain")),
    LayerSpec(LayerKind.NDVI, "raster", Text("植被指数", "NDVI")),
    LayerSpec(
        LayerKind.RESISTANCE,
        "raster",
        Text("生态阻力面", "resistance to movement"),
        basis=Text("相对阻力，须大于 0", "relative resistance, above 0"),
    ),
)
