"""Lines that control building, and what is built."""

from __future__ import annotations

from layers.specs.types import CODE, ID, NAME, STATED_AREA, FieldSpec, LayerKind, LayerSpec
from layers.text import Text

_RED_LINE_FIELDS = (  # of both dates
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
)

SPECS = (
    LayerSpec(
        LayerKind.RED_LINE,
        "polygon",
        Text("生态保护红线", "ecological red line"),
        _RED_LINE_FIELDS,
        overlap_allowed=False,
        basis=Text(
            "厅字〔2019〕48号；自然资发〔2022〕142号", "General Offices [2019] No. 48; MNR [2022] No. 142"
        ),
        official_codes=("STBHHX", "STBHYN"),
    ),
    LayerSpec(
        LayerKind.RED_LINE_BASELINE,
        "polygon",
        Text("生态保护红线（基期）", "ecological red line, baseline"),
        _RED_LINE_FIELDS,
        overlap_allowed=False,
    ),
    LayerSpec(
        LayerKind.CONTROL_LINE,
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
        LayerKind.CONTROL_LINE_CHANGES,
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
        LayerKind.DEVELOPMENT_BOUNDARY,
        "polygon",
        Text("城镇开发边界", "urban development boundary"),
        (ID, NAME, STATED_AREA),
        overlap_allowed=False,
        official_codes=("CZKFBJ",),
    ),
    LayerSpec(
        LayerKind.BASIC_FARMLAND,
        "polygon",
        Text("永久基本农田", "permanent basic farmland"),
        (ID, NAME, CODE, STATED_AREA),
        overlap_allowed=False,
        official_codes=("YJJBNTBHTB", "YJJBNT"),
    ),
    LayerSpec(
        LayerKind.CONSTRUCTION,
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
        may_be_empty=True,
    ),
    LayerSpec(
        LayerKind.LAND_USE,
        "polygon",
        Text("土地利用现状", "land use"),
        (ID, CODE, STATED_AREA),
        overlap_allowed=False,
        official_codes=("DLTB",),
    ),
    LayerSpec(
        LayerKind.LAND_USE_BASELINE,
        "polygon",
        Text("土地利用（基期）", "land use, baseline"),
        (ID, CODE, STATED_AREA),
        overlap_allowed=False,
    ),
)
