"""Rows of the catalogue on coordinate systems."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from layers.catalogue_rows import Row

CRS_ROWS: tuple[Row, ...] = (
    (
        "crs.gcj02_suspected",
        "error",
        ("疑为未声明的 GCJ-02 火星坐标", "looks like undeclared GCJ-02"),
        ('核对来源；如是，在该图层加 datum = "gcj02"', 'ask the source; if so, add datum = "gcj02"'),
    ),
    (
        "crs.axes_swapped",
        "warning",
        ("坐标的横纵轴颠倒，已对调", "x and y were swapped; put right"),
        ("改正源数据的轴次序", "correct the order in the source"),
    ),
    (
        "crs.web_mercator",
        "info",
        ("源数据为网络墨卡托，已投影；其面积字段可能偏大", "source in Web Mercator; projected before use"),
        ("不要使用在网络墨卡托中计算的面积", "do not use areas computed in Web Mercator"),
    ),
    (
        "crs.far_from_zone",
        "warning",
        ("量算坐标系在本市长度变形过大", "the system measured in is far from its zone: lengths are off"),
        (
            "删去 [city] crs，或改用本市所在分带",
            "leave [city] crs out, or give the zone the city lies in",
        ),
    ),
    (
        "crs.accuracy",
        "warning",
        ("基准转换精度有限", "the change of datum is of limited accuracy"),
        ("请提供本地转换参数或已转换的数据", "bring local parameters, or data already transformed"),
    ),
    (
        "crs.local",
        "info",
        ("从城市独立坐标系按给定参数转换", "brought from an independent system as told"),
        ("无需处理", "nothing to do"),
    ),
    (
        "crs.fitted",
        "info",
        ("由控制点拟合的转换及其残差", "transformation fitted to control points, and what it leaves"),
        ("核对残差是否符合要求", "see whether the residuals are good enough"),
    ),
    (
        "crs.fit_beyond",
        "warning",
        ("要素在控制点范围以外，转换精度没有检验", "features beyond the control points: fit untested"),
        ("补充覆盖全图层的控制点", "bring control points all around the layer"),
    ),
    (
        "crs.unshifted",
        "info",
        ("按声明从 GCJ-02/BD-09 还原到 WGS 84", "brought from GCJ-02/BD-09 to WGS 84 as declared"),
        ("无需处理", "nothing to do"),
    ),
)
