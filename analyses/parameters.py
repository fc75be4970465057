"""Parameters that several indicators share, each with its doubt in the open."""

from __future__ import annotations

from analyses.indicator import Parameter
from layers.text import Text

WALK_DISTANCE = Parameter(
    "walk_distance_m",
    300.0,
    Text("步行距离上限", "longest walk"),
    unit="m",
    source="5 min at 1.0 m/s; GB 50180-2018 5-minute circle 300 m",
    doubt=Text(
        "公开文件未固定“步行5分钟”的距离（300–400 m 均有采用），故同时给出 400 m 的值",
        "no public text fixes the distance of a 5-minute walk (300 to 400 m in use); see the value beside",
    ),
    minimum=1,
    maximum=20_000,
)
WALK_DISTANCE_BESIDE = Parameter(
    "walk_distance_beside_m",
    400.0,
    Text("并列给出的步行距离", "longer walk reported beside"),
    unit="m",
    source="5 min at 1.33 m/s",
    doubt=Text("步行5分钟的距离没有公开规定", "no public text fixes the distance of a 5-minute walk"),
    minimum=1,
    maximum=20_000,
)
ACCESS_DISTANCE = Parameter(
    "access_m",
    100.0,
    Text("居住地到可步行路的最大直线距离", "longest straight way from a place to a walkable street"),
    unit="m",
    source="usual trim of network service areas",
    doubt=Text("服务区裁剪宽度无国家标准", "no standard fixes the trim of a service area"),
    minimum=1,
    maximum=2_000,
)
PARK_MIN_AREA = Parameter(
    "park_min_area_m2",
    400.0,
    Text("计入的公园、广场最小面积", "smallest park or square that counts"),
    unit="m²",
    source="TD/T 1063-2021 (recalled)",
    doubt=Text("TD/T 1063-2021 原文未能核实", "the wording of TD/T 1063-2021 could not be verified"),
    minimum=0,
)
PARK_CODES = Parameter(
    "park_codes",
    "1401,1403,G1,G3",
    Text("计入的用地代码（前缀，逗号分隔）", "land-use codes that count (prefixes, comma separated)"),
    source="1401 公园绿地, 1403 广场用地; GB 50137 G1, G3 (recalled)",
    doubt=Text(
        "指标口径为“公园绿地、广场”，防护绿地 1402 不计",
        "the indicator speaks of parks and squares; protective green 1402 is left out",
    ),
)
PARK_GREEN_CODES = Parameter(
    "park_green_codes",
    "1401,G1",
    Text("计为公园绿地的用地代码（前缀，逗号分隔）", "codes that are park green space (prefixes)"),
    source="1401 公园绿地; GB 50137 G1",
    doubt=Text(
        "自然公园多为林地，未编 1401 的不计；广场 1403 不计",
        "natural parks are mostly forest land and do not count unless coded 1401; squares do not",
    ),
)
RESIDENTIAL_CODES = Parameter(
    "residential_codes",
    "0701,R",
    Text(
        "计入的居住用地代码（前缀，逗号分隔）",
        "residential land-use codes that count (prefixes, comma separated)",
    ),
    source="0701 城镇住宅用地; GB 50137 R",
    doubt=Text(
        "0702 社区服务设施用地与 0703 农村宅基地默认不计，可自行加入",
        "0702 community services and 0703 rural homesteads are left out unless added",
    ),
)
