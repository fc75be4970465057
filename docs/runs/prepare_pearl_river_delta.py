"""Make a city folder for the Pearl River Delta: coarse coast and rivers, the plan of the Greater Bay Area.

    python docs/runs/prepare_pearl_river_delta.py ../shared/data/pearl_river_delta build/prd
    shanhai run build/prd/city.toml --out build/prd/run

No outline of the nine cities is in the data: the study area is a box in degrees, standing for the region only
to show how targets of a region appear.
"""

from __future__ import annotations

import sys
from pathlib import Path

import geopandas as gpd
from shapely import box

BOX = (112.5, 21.5, 114.6, 23.6)
CONFIG = """schema = 1
[city]
id = "prd"
name = { zh = "珠江三角洲（示意范围）", en = "Pearl River Delta (a box)" }

# 示意范围，不是九市行政界 a box, not the outline of the nine cities
[layers.boundary]
path = "box.gpkg"
proxy = true

[layers.coastline]
path = "coast.gpkg"
attribution = "GSHHG 2.3.7, LGPL-3+"

[layers.rivers]
path = "rivers.gpkg"
attribution = "GSHHG 2.3.7, LGPL-3+"

# 广东（guangdong）大于本范围，不作指向 Guangdong is larger than the box and is not sent here
[targets]
plans = ["gba-beautiful-china-pilot"]
geography = { gba = "*", prd = "*" }
"""


def prepare(source: Path, out: Path) -> Path:
    """Write the layers and city.toml; give the path of city.toml."""
    out.mkdir(parents=True, exist_ok=True)
    frame = gpd.GeoDataFrame({"name": ["box"]}, geometry=[box(*BOX).segmentize(0.05)], crs=4326)
    frame.to_file(out / "box.gpkg")
    for name in ("coast", "rivers"):
        lines = gpd.read_file(source / "coast_rivers.gpkg", layer=name)
        lines["id"] = [f"{name}-{number}" for number in range(1, len(lines) + 1)]
        lines[["id", "geometry"]].to_file(out / f"{name}.gpkg")
    config = out / "city.toml"
    config.write_text(CONFIG, encoding="utf-8")
    return config


if __name__ == "__main__":
    print(prepare(Path(sys.argv[1]), Path(sys.argv[2])))
