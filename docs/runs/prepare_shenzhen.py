"""Make a city folder for Shenzhen from open data: ten districts, clipped to land by the traffic zones.

    python docs/runs/prepare_shenzhen.py ../shared/data/shenzhen build/sz
    shanhai run build/sz/city.toml --out build/sz/run

The district polygons include sea; the traffic zones cover land only and come in Web Mercator, where areas are
17 % too large at this latitude: Shanhai measures on the ellipsoid whatever the file is in.
"""

from __future__ import annotations

import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd

ENGLISH = {
    "罗湖": "Luohu",
    "福田": "Futian",
    "盐田": "Yantian",
    "宝安": "Bao'an",
    "光明": "Guangming",
    "坪山": "Pingshan",
    "龙华": "Longhua",
    "南山": "Nanshan",
    "大鹏": "Dapeng",
    "龙岗": "Longgang",
}
CONFIG = """schema = 1
[city]
id = "shenzhen"
name = { zh = "深圳市", en = "Shenzhen" }
as_of = 2020-11-01
residents = 17494398

[layers.boundary]
path = "districts.gpkg"
attribution = "ni1o1/transbigdata (BSD-3)"

[layers.districts]
path = "districts.gpkg"
attribution = "ni1o1/transbigdata (BSD-3); 2020 census: leiii/census (MIT)"

[layers.land]
path = "land.gpkg"
attribution = "IntelligentSystemsLab/ST-EVCDP (MIT)"

[targets]
plans = ["shenzhen-beautiful-china-2020-2025", "longgang-eco-14th-fyp", "shenzhen-eeqi-2021"]
geography = { shenzhen = "*", longgang = "Longgang" }
"""


def prepare(source: Path, out: Path) -> Path:
    """Write the layers and city.toml; give the path of city.toml."""
    out.mkdir(parents=True, exist_ok=True)
    districts = gpd.read_file(source / "districts_wgs84.geojson")
    census = pd.read_csv(source / "shenzhen_districts_census2020.csv")
    people = dict(zip(census["区县"], census["人口数_合计"], strict=True))
    frame = gpd.GeoDataFrame(
        {
            "id": [ENGLISH[name] for name in districts["qh"]],
            "name_zh": [f"{name}新区" if name == "大鹏" else f"{name}区" for name in districts["qh"]],
            "name_en": [ENGLISH[name] for name in districts["qh"]],
            "residents": [people.get(f"{name}区") for name in districts["qh"]],
        },
        geometry=districts.geometry.to_numpy(),
        crs=districts.crs,
    )
    frame.to_file(out / "districts.gpkg")
    zones = gpd.read_file(source / "traffic_zones.shp")
    zones["id"] = [str(one) for one in zones["TAZID"]]
    zones[["id", "geometry"]].to_file(out / "land.gpkg")
    config = out / "city.toml"
    config.write_text(CONFIG, encoding="utf-8")
    return config


if __name__ == "__main__":
    print(prepare(Path(sys.argv[1]), Path(sys.argv[2])))
