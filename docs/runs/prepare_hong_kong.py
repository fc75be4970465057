"""Make a city folder for Hong Kong from open data: protected areas of two dates stand in for a red line.

    python docs/runs/prepare_hong_kong.py ../shared/data/hongkong build/hk
    shanhai run build/hk/city.toml --out build/hk/run

Beside ``city.toml`` stands ``city_2000.toml``, the same city at the earlier date, for ``shanhai compare``.
The boundary is the area of the land-cover map (land and inland water); protected areas count at a date when
they had appeared and not ended by then; built-up polygons are the construction, their first year their age.
The land cover keeps its own six classes; `land_cover_scheme` names their crosswalk.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import geopandas as gpd
import rasterio
import shapely
from rasterio.features import shapes

BEFORE, NOW = 2000, 2022
CONFIG = """schema = 1
[city]
id = "hong-kong"
name = {{ zh = "香港", en = "Hong Kong" }}
as_of = {year}-12-31
crs = "EPSG:2326"

# 边界为土地覆盖图的范围 the boundary is the extent of the land-cover map
[layers.boundary]
path = "boundary.gpkg"
attribution = "I. H. Y. Kwong, doi 10.1016/j.rsase.2026.101910, for reference only"

# 保护地代替红线（代用） protected areas stand in for the red line (proxy)
[layers.red_line]
path = "protected_{year}.gpkg"
as_of = {year}-12-31
proxy = true
attribution = "CSDI Portal / DATA.GOV.HK, Government of the Hong Kong SAR"

[layers.construction]
path = "{built}.gpkg"
as_of = {built_year}-12-31
proxy = true
attribution = "I. H. Y. Kwong, doi 10.1016/j.rsase.2026.101910, for reference only"

[layers.land_cover]
path = "land_cover_{cover}.tif"
as_of = {year}-12-31

[layers.red_line_baseline]
path = "protected_{before}.gpkg"
as_of = {before}-12-31
proxy = true
attribution = "CSDI Portal / DATA.GOV.HK, Government of the Hong Kong SAR"

[layers.land_cover_baseline]
path = "land_cover_1998_2002.tif"
as_of = 2000-12-31

[parameters]
land_cover_scheme = "hongkong6"
"""


def prepare(source: Path, out: Path, before: int = BEFORE) -> Path:
    """Write the layers, city.toml and city_2000.toml; give the path of city.toml.

    ``before`` is the year of the baseline, the same in both: runs held against different ones do not compare.
    """
    out.mkdir(parents=True, exist_ok=True)
    cover = source / "HabitatMapHK_6class_2018-2022.tif"
    _boundary(cover).to_file(out / "boundary.gpkg")
    protected = gpd.read_file(source / "CountryParksProtectedAreas_shp.zip")
    for year in sorted({before, BEFORE, NOW}):
        standing = protected[(protected["AppearYear"] <= year) & (protected["EndYear"] > year)]
        named = standing.rename(columns={"Type": "name"}).to_crs(2326)
        named.to_file(out / f"protected_{year}.gpkg")
    built = gpd.read_file(source / "BuiltupAreas_10periods_shp.zip").to_crs(2326)
    built["geometry"] = shapely.force_2d(built.geometry.to_numpy())
    built = built.rename(columns={"AppearYear": "built_year"})
    built.to_file(out / "built_up.gpkg")
    built[built["built_year"] <= BEFORE].to_file(out / "built_up_2000.gpkg")
    shutil.copyfile(cover, out / "land_cover_2018_2022.tif")
    shutil.copyfile(source / "HabitatMapHK_6class_1998-2002.tif", out / "land_cover_1998_2002.tif")
    config = out / "city.toml"
    now = CONFIG.format(year=NOW, built="built_up", built_year=2020, cover="2018_2022", before=before)
    config.write_text(now, encoding="utf-8")
    then = CONFIG.format(
        year=BEFORE, built="built_up_2000", built_year=BEFORE, cover="1998_2002", before=before
    )
    (out / "city_2000.toml").write_text(then, encoding="utf-8")
    return config


def _boundary(cover: Path) -> gpd.GeoDataFrame:
    with rasterio.open(cover) as raster:
        mask = raster.dataset_mask() > 0
        parts = [
            shapely.geometry.shape(one)
            for one, _ in shapes(mask.astype("uint8"), mask=mask, transform=raster.transform)
        ]
        return gpd.GeoDataFrame({"name": ["香港"]}, geometry=[shapely.union_all(parts)], crs=2326)


if __name__ == "__main__":
    print(prepare(Path(sys.argv[1]), Path(sys.argv[2])))
