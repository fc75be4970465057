"""The demo city's ``city.toml`` and its README, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layers.demo.places import PLACES, RASTERS
from layers.kinds import SPECS, LayerKind

if TYPE_CHECKING:
    from collections.abc import Collection

_HEAD = """\
# 山海示范市（合成数据，不是任何真实城市）
# Shanhai Demo City (synthetic data, no real city)
#
# 各图层按官方成果的样子存放：GBK 编码的 Shapefile（无 .cpg）、FileGDB、GeoPackage、GeoTIFF，
# 坐标系 EPSG:4547；只有公园出入口来自“地图服务”，是 GCJ-02 经纬度，须在下面说明。
# Layers are stored as official deliveries are: a GBK Shapefile without .cpg, a FileGDB, a GeoPackage,
# GeoTIFFs, in EPSG:4547; only the park entrances come from a "map service", in GCJ-02 degrees, said below.
schema = 1

[city]
id = "{id}"
name = {{ zh = "山海示范市（合成）", en = "Shanhai Demo City (synthetic)" }}
as_of = 2025-12-31
crs = "EPSG:4547"
synthetic = true
residents = {residents}
"""

_TAIL = """
[parameters]
# 步行 5 分钟按 300 m 计；另报 400 m。  Five minutes on foot are taken as 300 m; 400 m is reported beside.
walk_distance_m = 300

[targets]
plans = [
    "shenzhen-beautiful-china-2020-2025",
    "longgang-eco-14th-fyp",
    "gba-beautiful-china-pilot",
    "shenzhen-eeqi-2021",
]
# 规划中的“深圳”指本示范市全市，“龙岗”指东岭区。
# "Shenzhen" of the plans means this whole city, "Longgang" means Dongling District.
geography = {{ shenzhen = "*", longgang = "{longgang}" }}
# 非空间指标的申报值（合成示例）。  Declared values of the targets no map can answer (made up).
declared = "declared.csv"

[map]
basemap = "none"
"""

_README = """\
山海示范市（合成数据）
====================
这里的一切都是程序生成的：地形、海岸、街道、居民和各条控制线都不是真实的，坐标落在开阔海面上。
同一随机种子总得到同一座城市。请从 city.toml 看起：它说明每个图层在哪里、叫什么。

Shanhai Demo City (synthetic data)
==================================
Everything here was made by a program: terrain, coast, streets, residents and control lines are not real, and
the coordinates lie in open sea. The same seed always gives the same city. Begin with city.toml: it says where
each layer is and what it is called.

size 规模: {size}    seed 随机种子: {seed}

layers/
{listing}
"""


def city_toml(written: Collection[LayerKind], city_id: str, residents: int, longgang: str) -> str:
    """Give the text of ``city.toml`` for the kinds of layer that were written."""
    parts = [_HEAD.format(id=city_id, residents=residents)]
    for kind in LayerKind:
        if kind in written:
            title = SPECS[kind].title
            lines = [f"\n# {title.zh}（合成）  {title.en} (synthetic)", f"[layers.{kind}]"]
            if kind in RASTERS:
                lines.append(f'path = "layers/{RASTERS[kind].path}"')
                extra = RASTERS[kind].extra
            else:
                place = PLACES[kind]
                lines.append(f'path = "layers/{place.path}"')
                if place.layer:
                    lines.append(f'layer = "{place.layer}"')
                extra = place.extra
            lines += [f"{key} = {value}" for key, value in extra]
            lines.append('attribution = "合成数据 synthetic data"')
            parts.append("\n".join(lines) + "\n")
    parts.append(_TAIL.format(longgang=longgang))
    return "".join(parts)


def readme(written: Collection[LayerKind], size: str, seed: int) -> str:
    """Give the text of ``README.txt``."""
    rows = []
    for kind in LayerKind:
        if kind in written:
            place = RASTERS.get(kind) or PLACES[kind]
            where = place.path if not place.layer else f"{place.path} : {place.layer}"
            rows.append(f"  {where:<34} {SPECS[kind].title.zh}  {SPECS[kind].title.en}")
    return _README.format(size=size, seed=seed, listing="\n".join(rows))
