"""Make a city folder for Singapore from open data: park connectors as greenways, subzones with residents.

    python docs/runs/prepare_singapore.py ../shared/data/singapore build/sg
    shanhai run build/sg/city.toml --out build/sg/run

The boundary is the union of the 332 subzones of the 2019 master plan, which follow the shore; their residents
are those of 2020. Parks and park connectors are those that NParks manages.
"""

from __future__ import annotations

import sys
from pathlib import Path

import geopandas as gpd
import shapely

YEAR = 2020
CONFIG = """schema = 1
[city]
id = "singapore"
name = {{ zh = "新加坡", en = "Singapore" }}
as_of = 2020-06-30
residents = {residents}

[layers.boundary]
path = "boundary.gpkg"
attribution = "Urban Redevelopment Authority, Singapore Open Data Licence"

[layers.districts]
path = "subzones.gpkg"
attribution = "Urban Redevelopment Authority; Department of Statistics, Singapore Open Data Licence"

# 公园连道代替绿道 park connectors stand in for greenways
[layers.greenways]
path = "park_connectors.gpkg"
proxy = true
attribution = "National Parks Board, Singapore Open Data Licence"

[layers.parks]
path = "parks.gpkg"
proxy = true
attribution = "National Parks Board, Singapore Open Data Licence"
"""


def prepare(source: Path, out: Path) -> Path:
    """Write the layers and city.toml; give the path of city.toml."""
    out.mkdir(parents=True, exist_ok=True)
    subzones = gpd.read_file(source / "home2park_sgp.gpkg", layer="pop_sgp")
    subzones = subzones[subzones["year"] == YEAR]
    shapes = shapely.make_valid(subzones.geometry.to_numpy(), method="structure")
    gpd.GeoDataFrame(
        {
            "id": subzones["subzone_c"],
            "name_zh": subzones["subzone_n"],
            "name_en": subzones["subzone_n"],
            "residents": subzones["pop_count"],
        },
        geometry=shapes,
        crs=subzones.crs,
    ).to_file(out / "subzones.gpkg")
    whole = gpd.GeoDataFrame({"name": ["新加坡"]}, geometry=[shapely.union_all(shapes)], crs=subzones.crs)
    whole.to_file(out / "boundary.gpkg")
    connectors = gpd.read_file(source / "nparks_pcn_park_connectors.gpkg")
    connectors["geometry"] = shapely.force_2d(connectors.geometry.to_numpy())
    connectors.to_file(out / "park_connectors.gpkg")
    parks = gpd.read_file(source / "nparks_parks.gpkg")
    parks["geometry"] = shapely.force_2d(parks.geometry.to_numpy())
    parks.to_file(out / "parks.gpkg")
    config = out / "city.toml"
    config.write_text(CONFIG.format(residents=int(subzones["pop_count"].sum())), encoding="utf-8")
    return config


if __name__ == "__main__":
    print(prepare(Path(sys.argv[1]), Path(sys.argv[2])))
