# ruff: noqa: E501 - one line per fault reads as a table
"""Planted faults: each a city of small files with one thing wrong, and what must be said of it.

``expect`` is a finding's code, or ``exit 2`` / ``exit 3`` for what stops the run, with a word the message has.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import rasterio
import shapely
from affine import Affine
from city_files import CityFiles, boundary, districts, parks
from shapely import LineString, MultiPolygon, Polygon
from square_city import EPSG, X0, Y0, frame, line, point, square

from geo.datum import shifted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True)
class Fault:
    """One planted fault."""

    name: str
    expect: str
    plant: Callable[[CityFiles], object]
    word: str = ""


def rows(shapes: list[Any], **columns: list[Any]) -> gpd.GeoDataFrame:
    """A frame with BSM as its id column."""
    columns.setdefault("BSM", [f"f{i}" for i in range(len(shapes))])
    made = frame(shapes, **columns)
    return made if "id" in columns else made.drop(columns="id")


def streets() -> gpd.GeoDataFrame:
    """A grid of 400 m, split at its crossings, bending once in every block so as not to be too regular."""
    lines = []
    for i in range(11):
        for j in range(10):
            a, b = 400 * i - 0.0, 400 * j
            lines += [
                line((a, b), (a + 7, b + 200), (a, b + 400)),
                line((b, a), (b + 200, a + 9), (b + 400, a)),
            ]
    return rows(lines)


def buildings() -> gpd.GeoDataFrame:
    """Houses of irregular sizes well inside the blocks."""
    rng = np.random.default_rng(7)
    shapes = []
    for i in range(10):
        for j in range(10):
            for _ in range(3):
                x, y = rng.uniform(40, 250, 2)
                width, depth = rng.uniform(25, 100, 2)
                shapes.append(square(400 * i + x, 400 * j + y, width, depth))
    return rows(shapes)


def zones() -> gpd.GeoDataFrame:
    return rows(
        [square(2_000, 2_000, 200), square(1_800, 1_800, 600), square(1_500, 1_500, 1_200)],
        BHQJB=["一级保护区", "二级保护区", "准保护区"],
        SYDMC=["东湖水库"] * 3,
    )


def red_line(**columns: list[Any]) -> gpd.GeoDataFrame:
    return rows([square(0, 2_000, 1_000), square(2_600, 2_600, 700)], **columns)


def raster(path: Path, values: np.ndarray, crs: str | None = "EPSG:4547", **more: Any) -> None:
    cell = 4_000 / values.shape[1]
    settings = {
        "driver": "GTiff",
        "height": values.shape[0],
        "width": values.shape[1],
        "count": 1,
        "dtype": values.dtype,
        "transform": Affine(cell, 0, X0, 0, -cell, Y0 + 4_000),
        "nodata": 0,
    }
    settings |= {"crs": crs} if crs else {}
    settings |= more
    with rasterio.open(path, "w", **settings) as file:
        for band in range(settings["count"]):
            file.write(values, band + 1)


def cover() -> np.ndarray:
    return np.random.default_rng(3).integers(1, 7, (40, 40)).astype(np.uint8)


def write_clean(folder: Path) -> None:
    """Write the files of a city without any fault."""
    base = CityFiles(folder)
    base.write("boundary", boundary()).write("districts", districts()).write("parks", parks())
    base.write("streets", streets()).write("buildings", buildings()).write("source_zones", zones())
    base.write("red_line", red_line()).write("red_line_baseline", red_line())
    base.write("residential", rows([square(40, 40, 300), square(440, 440, 300)], YDDM=["0701", "070102"]))
    raster(folder / "land_cover.tif", cover())
    raster(folder / "population_grid.tif", np.full((40, 40), 25.0), nodata=-1)


def clean(template: Path, folder: Path) -> CityFiles:
    """The city without any fault, its files in ``template``, its city.toml in ``folder``."""
    city = CityFiles(folder, city="residents = 40000\nas_of = 2025-12-31")
    for path in sorted(template.iterdir()):
        if path.suffix in {".gpkg", ".tif"}:
            dates = {"red_line": "2024-01-01", "red_line_baseline": "2019-01-01"}
            city.add(path.stem, str(path))
            if path.stem in dates:
                city.layers[path.stem] += f"\nas_of = {dates[path.stem]}"
    return city


def wrote(
    kind: str, make: Callable[[], gpd.GeoDataFrame], name: str = "", **settings: Any
) -> Callable[[CityFiles], object]:
    return lambda city: city.write(kind, make(), name, **settings)


def setting(kind: str, text: str) -> Callable[[CityFiles], object]:
    def plant(city: CityFiles) -> None:
        city.layers[kind] += "\n" + text

    return plant


def config(**changes: str) -> Callable[[CityFiles], object]:
    def plant(city: CityFiles) -> None:
        for key, value in changes.items():
            setattr(city, key, value)

    return plant


def damaged(
    name: str, change: Callable[[bytes], bytes], make: Callable[[], gpd.GeoDataFrame] = parks
) -> Callable[[CityFiles], object]:
    def plant(city: CityFiles) -> None:
        city.write("parks", make(), name)
        path = city.folder / name
        path.write_bytes(change(path.read_bytes()))

    return plant


def content(
    name: str, data: bytes | str, kind: str = "parks", **settings: Any
) -> Callable[[CityFiles], object]:
    def plant(city: CityFiles) -> None:
        (city.folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())
        city.add(kind, name, **settings)

    return plant


def tiff(
    kind: str, values: np.ndarray, crs: str | None = "EPSG:4547", **more: Any
) -> Callable[[CityFiles], object]:
    def plant(city: CityFiles) -> None:
        raster(city.folder / f"{kind}.tif", values, crs, **more)
        city.add(kind, f"{kind}.tif")

    return plant


def with_park(shape: Any, **columns: list[Any]) -> Callable[[], gpd.GeoDataFrame]:
    return lambda: rows([square(100, 100, 200), shape], **columns)


def broken_corner(value: float) -> Callable[[], gpd.GeoDataFrame]:
    """A triangle with one coordinate that is no number."""
    corners = [(X0, Y0), (X0 + 10, value), (X0 + 10, Y0 + 10)]

    def make() -> gpd.GeoDataFrame:
        return with_park(Polygon(corners))()

    return make


def shift(make: Callable[[], gpd.GeoDataFrame], datum: str = "gcj02") -> Callable[[], gpd.GeoDataFrame]:
    def moved() -> gpd.GeoDataFrame:
        degrees = make().to_crs(4326)
        return degrees.set_geometry(gpd.GeoSeries(shifted(degrees.geometry.to_numpy(), datum), crs=4326))

    return moved


def turned(make: Callable[[], gpd.GeoDataFrame], crs: int) -> Callable[[], gpd.GeoDataFrame]:
    def swap() -> gpd.GeoDataFrame:
        made = make().to_crs(crs)
        shapes = shapely.transform(made.geometry.to_numpy(), lambda points: points[:, ::-1])
        return made.set_geometry(gpd.GeoSeries(shapes, crs=crs))

    return swap


def relabelled(
    make: Callable[[], gpd.GeoDataFrame], true: int, said: int | None
) -> Callable[[], gpd.GeoDataFrame]:
    return lambda: make().to_crs(true).set_crs(said, allow_override=True)


def view(city: CityFiles) -> None:
    import sqlite3  # noqa: PLC0415 - one fault alone

    city.write("parks", parks(), "v.gpkg")
    database = sqlite3.connect(city.folder / "v.gpkg")
    with database:
        database.execute("CREATE VIEW evil AS SELECT fid, geom, BSM FROM v")
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) SELECT 'evil', 'features', 'evil', srs_id FROM gpkg_contents WHERE table_name = 'v'"
        )
        database.execute(
            "INSERT INTO gpkg_geometry_columns SELECT 'evil', column_name, geometry_type_name, srs_id, z, m FROM gpkg_geometry_columns WHERE table_name = 'v'"
        )
    database.close()
    city.add("parks", "v.gpkg", layer="evil")


def two_layers(city: CityFiles) -> None:
    for name in ("gyld", "gc"):
        pyogrio.write_dataframe(parks(), city.folder / "two.gpkg", layer=name)
    city.add("parks", "two.gpkg")


def wrong_layer(city: CityFiles) -> None:
    two_layers(city)
    city.add("parks", "two.gpkg", layer="gyl")


def gbk_said_utf8(city: CityFiles) -> None:
    pyogrio.write_dataframe(parks(), city.folder / "g.shp", encoding="gbk")
    (city.folder / "g.cpg").write_text("UTF-8")
    city.add("parks", "g.shp")


def neither(city: CityFiles) -> None:
    pyogrio.write_dataframe(parks(), city.folder / "g.shp", encoding="gbk")
    (city.folder / "g.cpg").unlink()
    path = city.folder / "g.dbf"
    path.write_bytes(path.read_bytes().replace("东湖".encode("gbk"), b"\xff\xff\xff\xfe"))
    city.add("parks", "g.shp")


def no_dbf(city: CityFiles) -> None:
    pyogrio.write_dataframe(districts(), city.folder / "q.shp", encoding="gbk")
    (city.folder / "q.dbf").unlink()
    city.add("districts", "q.shp")


def no_prj(city: CityFiles) -> None:
    pyogrio.write_dataframe(parks(), city.folder / "n.shp", encoding="gbk")
    (city.folder / "n.prj").unlink()
    city.add("parks", "n.shp")


def bad_zip(city: CityFiles) -> None:
    with zipfile.ZipFile(city.folder / "z.zip", "w") as archive:
        archive.writestr("readme.txt", "nothing here")
    city.add("parks", "z.zip")


def broken_gdb(city: CityFiles) -> None:
    pyogrio.write_dataframe(parks(), city.folder / "b.gdb", driver="OpenFileGDB", layer="p")
    for path in (city.folder / "b.gdb").glob("a0000000[1-9].gdbtable"):
        path.write_bytes(path.read_bytes()[:20])
    city.add("parks", "b.gdb", layer="p")


def partial_gdb(city: CityFiles) -> None:
    (city.folder / "e.gdb").mkdir()
    city.add("parks", "e.gdb")


def old_baseline(city: CityFiles) -> None:
    city.layers["red_line_baseline"] = city.layers["red_line_baseline"].replace("2019", "2025")


def copied_dates(text: str) -> Callable[[CityFiles], object]:
    def plant(city: CityFiles) -> None:
        city.layers["red_line"] = city.layers["red_line"].replace("as_of = 2024-01-01", text)

    return plant


BOW = Polygon([(X0, Y0), (X0 + 100, Y0 + 100), (X0 + 100, Y0), (X0, Y0 + 100)])
SPIKE = Polygon(
    [
        (X0, Y0),
        (X0 + 300, Y0),
        (X0 + 300, Y0 + 100),
        (X0 + 151, Y0 + 100),
        (X0 + 150.5, Y0 + 300),
        (X0 + 150, Y0 + 100),
        (X0, Y0 + 100),
    ]
)
NESTED = MultiPolygon([square(500, 500, 300), square(600, 600, 300)])
WRONG_HOLE = Polygon(square(500, 500, 100).exterior.coords, [square(900, 900, 10).exterior.coords])


def hole_outside() -> gpd.GeoDataFrame:
    return rows([square(100, 100, 200), WRONG_HOLE])


CONFIG = (
    Fault("broken TOML", "exit 2", config(city='as_of = "x'), "line"),
    Fault("unknown key", "exit 2", config(city="resident = 5"), "residents"),
    Fault("unknown layer kind", "exit 2", config(more="[layers.parcs]\npath = 'x'"), "parks"),
    Fault("date as text", "exit 2", config(city='as_of = "2025-12-31"'), "as_of"),
    Fault("impossible date", "exit 2", config(city="as_of = 2025-02-30"), "TOML"),
    Fault("study in Web Mercator", "exit 2", config(city='crs = "EPSG:3857"'), "Web Mercator"),
    Fault("study in degrees", "exit 2", config(city='crs = "EPSG:4490"'), "metres"),
    Fault("no such EPSG code", "exit 2", config(city='crs = "EPSG:1"'), "coordinate system"),
    Fault("negative residents", "exit 2", config(city="residents = -1"), "residents"),
    Fault("no area at all", "exit 2", lambda city: (city.layers.pop("boundary"), city.layers.pop("districts")), "boundary"),
    Fault("layer without path", "exit 2", config(more="[layers.water]"), "path"),
    Fault("unknown datum", "exit 2", setting("parks", 'datum = "gcj-02"'), "gcj02"),
    Fault("unknown encoding", "exit 2", setting("parks", 'encoding = "gkb"'), "gbk"),
    Fault("field that no park has", "exit 2", setting("parks", 'fields = { nmae = "X" }'), "name"),
    Fault("filter by a field that no park has", "exit 2", setting("parks", 'where = { kind = "X" }'), "where"),
    Fault("password in the configuration", "exit 2", config(more="[layers.water]\npath = 'postgresql://me:pw@host/db'"), "PGPASSWORD"),
    Fault("key given twice", "exit 2", setting("parks", "proxy = true\nproxy = true"), "TOML"),
    Fault("truth in quotes", "exit 2", setting("parks", 'proxy = "yes"'), "true or false"),
)  # fmt: skip

REFUSED = (
    Fault("missing file", "exit 3", lambda city: city.add("parks", "nowhere.shp"), "no such file"),
    Fault("unknown kind of file", "exit 3", content("p.xyz", "x"), "unknown kind"),
    Fault("empty file", "exit 3", content("p.geojson", b""), "empty"),
    Fault("text called GeoPackage", "exit 3", content("p.gpkg", "hello"), "is not gpkg"),
    Fault("page called GeoJSON", "exit 3", content("p.geojson", "<html></html>"), "is not geojson"),
    Fault("JSON that is no GeoJSON", "exit 3", content("p.geojson", '{"a": 1}'), "p.geojson"),
    Fault("GeoJSON without features", "exit 3", content("p.geojson", '{"type":"FeatureCollection","features":[]}'), "p.geojson"),
    Fault("virtual file in disguise", "exit 3", content("p.geojson", "<OGRVRTDataSource/>"), "is not geojson"),
    Fault("KML with an entity", "exit 3", content("p.kml", '<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml/>'), "is not kml"),
    Fault("truncated GeoPackage", "exit 3", damaged("p.gpkg", lambda data: data[: len(data) // 3]), "p.gpkg"),
    Fault("truncated GeoJSON", "exit 3", damaged("p.geojson", lambda data: data[: len(data) // 2]), "p.geojson"),
    Fault("truncated FlatGeobuf", "exit 3", damaged("p.fgb", lambda data: data[: len(data) * 2 // 3]), "p.fgb"),
    Fault("truncated GeoParquet", "exit 3", damaged("p.parquet", lambda data: data[: len(data) // 2]), "p.parquet"),
    Fault("Parquet without geometry", "exit 3", lambda city: (pd.DataFrame({"a": [1]}).to_parquet(city.folder / "p.parquet"), city.add("parks", "p.parquet")), "GeoParquet"),
    Fault("zip that is no zip", "exit 3", content("p.zip", "PK"), "zip"),
    Fault("zip without layers", "exit 3", bad_zip, "no layer"),
    Fault("damaged FileGDB", "exit 3", broken_gdb, "b.gdb"),
    Fault("empty FileGDB folder", "exit 3", partial_gdb, "FileGDB"),
    Fault("GeoPackage view", "exit 3", view, "view"),
    Fault("several layers, none named", "exit 3", two_layers, "name one"),
    Fault("layer that is not in the file", "exit 3", wrong_layer, "did you mean gyld"),
    Fault("Shapefile without .prj", "exit 3", no_prj, "name its crs"),
    Fault("GeoPackage without system", "exit 3", wrote("parks", relabelled(parks, 4547, None)), "name its crs"),
    Fault("degrees labelled metres", "exit 3", wrote("parks", relabelled(parks, 4490, 4547)), "degrees"),
    Fault("metres labelled degrees", "exit 3", wrote("parks", relabelled(parks, 4547, 4490)), "cannot be in"),
    Fault("zone prefix not stated", "exit 3", wrote("parks", relabelled(parks, 4526, 4547)), "EPSG:4526"),
    Fault("wrong zone", "exit 3", wrote("parks", relabelled(parks, 4547, 4546)), "outside the city"),
    Fault("wholly outside", "exit 3", wrote("parks", lambda: rows([square(90_000, 0, 50)])), "outside the city"),
    Fault("lines for polygons", "exit 3", wrote("parks", lambda: rows([line((0, 0), (5, 5))])), "needs polygons"),
    Fault("points for lines", "exit 3", wrote("streets", lambda: rows([point(0, 0)])), "needs lines"),
    Fault("polygons for points", "exit 3", wrote("park_entrances", parks), "needs points"),
    Fault("layer without features", "exit 3", wrote("parks", lambda: parks().iloc[:0]), "no features"),
    Fault("only rows without shape", "exit 3", wrote("parks", lambda: rows([Polygon(), Polygon()])), "shape"),
    Fault("required field missing", "exit 3", wrote("source_zones", lambda: zones().drop(columns="BHQJB")), "zone_class"),
    Fault("district names missing", "exit 3", wrote("districts", lambda: districts().drop(columns="XZQMC")), "name_zh"),
    Fault("table of a Shapefile missing", "exit 3", no_dbf, "districts"),
    Fault("named column missing", "exit 3", setting("parks", 'fields = { name = "GYM" }'), "GYMC"),
    Fault("filter that leaves nothing", "exit 3", setting("parks", 'where = { code = ["99"] }'), "no feature"),
    Fault("GBK text said to be UTF-8", "exit 3", gbk_said_utf8, "utf-8"),
    Fault("text in no known encoding", "exit 3", neither, "encoding"),
    Fault("CSV without coordinates", "exit 3", content("p.csv", "a,b\n1,2\n", "park_entrances"), "coordinates"),
    Fault("ragged CSV", "exit 3", content("p.csv", "x,y\n1,2,3,4\n5,6,7,8,9\n", "park_entrances"), "p.csv"),
    Fault("raster for a vector layer", "exit 3", lambda city: (raster(city.folder / "p.tif", cover()), city.add("parks", "p.tif")), "raster"),
    Fault("vector for a raster", "exit 3", wrote("land_cover", parks), "GeoTIFF"),
    Fault("raster without system", "exit 3", tiff("land_cover", cover(), None), "crs"),
    Fault("rotated raster", "exit 3", tiff("land_cover", cover(), transform=Affine(100, 9, X0, 0, -100, Y0)), "rotated"),
    Fault("raster elsewhere", "exit 3", tiff("land_cover", cover(), transform=Affine(100, 0, X0 + 90_000, 0, -100, Y0)), "nowhere in the city"),
    Fault("truncated raster", "exit 3", lambda city: (raster(city.folder / "c.tif", np.random.default_rng(1).random((400, 400))), (city.folder / "c.tif").write_bytes((city.folder / "c.tif").read_bytes()[:5_000]), city.add("land_cover", "c.tif")), "damaged"),
    Fault("file and folder confused", "exit 3", lambda city: ((city.folder / "d").mkdir(), city.add("parks", "d")), "no layer"),
    Fault("land outside the boundary", "exit 3", wrote("land", lambda: rows([square(4_500, 0, 100)])), "inside the boundary"),
)  # fmt: skip

FOUND = (
    Fault("bow tie", "geometry.invalid", wrote("parks", with_park(BOW))),
    Fault("hole outside its shell", "geometry.invalid", wrote("parks", hole_outside)),
    Fault("parts that overlap", "geometry.self_overlap", wrote("parks", with_park(NESTED))),
    Fault("row without shape", "geometry.empty", wrote("parks", with_park(Polygon()))),
    Fault("row with null shape", "geometry.empty", wrote("parks", with_park(None))),
    Fault("NaN coordinate", "geometry.not_finite", wrote("parks", broken_corner(np.nan))),
    Fault("infinite coordinate", "geometry.not_finite", wrote("parks", broken_corner(np.inf), "p.geoparquet.parquet")),
    Fault("a line among polygons", "geometry.type", wrote("parks", with_park(line((0, 0), (9, 9))))),
    Fault("collection of types", "geometry.mixed", wrote("parks", with_park(shapely.GeometryCollection([square(500, 500, 50), point(1, 1)])))),
    Fault("polygon that is a line", "geometry.unrepairable", wrote("parks", with_park(Polygon([(X0, Y0), (X0 + 5, Y0), (X0, Y0)])))),
    Fault("heights", "geometry.z", wrote("parks", lambda: rows([shapely.force_3d(square(100, 100, 200), 5.0)]))),
    Fault("same shape twice", "geometry.duplicate", wrote("parks", with_park(square(100, 100, 200)))),
    Fault("same shape, other start", "geometry.duplicate", wrote("parks", with_park(Polygon(np.roll(square(100, 100, 200).exterior.coords[:-1], 2, axis=0))))),
    Fault("sliver", "geometry.sliver", wrote("parks", with_park(square(500, 500, 0.5, 200)))),
    Fault("spike", "geometry.spike", wrote("parks", with_park(SPIKE))),
    Fault("crumb", "geometry.tiny", wrote("parks", with_park(square(500, 500, 0.5)))),
    Fault("several parts", "geometry.multipart", wrote("parks", with_park(MultiPolygon([square(500, 500, 50), square(700, 700, 50)])))),
    Fault("zone class empty", "attribute.missing", wrote("source_zones", lambda: zones().assign(BHQJB=["一级", "二级", None]))),
    Fault("zone class unknown", "attribute.code_list", wrote("source_zones", lambda: zones().assign(BHQJB=["一级", "二级", "四级"]))),
    Fault("words for a number", "attribute.type", wrote("parks", lambda: parks().assign(TBMJ=["约四公顷", "90000", "10000"]))),
    Fault("doubtful truth value", "attribute.type", wrote("parks", lambda: parks().assign(SFKF=["是", "否", "maybe"]))),
    Fault("negative residents of a district", "attribute.range", wrote("districts", lambda: districts().assign(CZRK=[-5, 40_000]))),
    Fault("ratio in per cent", "attribute.percent", wrote("drainage_units", lambda: rows([square(0, 0, 500)], MBKZL=[72]))),
    Fault("no such land-use code", "attribute.code", wrote("parks", lambda: parks().assign(YDDM=["1401", "1409", "ZZ"]))),
    Fault("code without its zero", "attribute.code_zero", wrote("residential", lambda: rows([square(40, 40, 300)], YDDM=[701]))),
    Fault("id used twice", "attribute.duplicate_id", wrote("parks", lambda: parks().assign(BSM=["a", "a", "b"]))),
    Fault("id empty", "attribute.missing", wrote("parks", lambda: parks().assign(BSM=["a", None, "b"]))),
    Fault("no id field", "attribute.no_id", wrote("parks", lambda: parks().drop(columns="BSM"))),
    Fault("district in two rows", "attribute.merged", wrote("districts", lambda: districts().assign(XZQDM=["1", "1"], XZQMC=["甲", "甲"]))),
    Fault("district rows disagree", "attribute.conflict", wrote("districts", lambda: districts().assign(XZQDM=["1", "1"]))),
    Fault("garbled names", "attribute.encoding", wrote("parks", lambda: parks().assign(GYMC=["锟斤拷", "西园", "西园"]))),
    Fault("names decoded as Latin-1", "attribute.encoding", wrote("parks", lambda: parks().assign(GYMC=["东湖公园".encode("gbk").decode("latin-1"), "西园", "西园"]))),
    Fault("red line overlaps itself", "topology.overlap", wrote("red_line", lambda: rows([square(0, 0, 500), square(400, 0, 500)]))),
    Fault("districts overlap", "topology.overlap", wrote("districts", lambda: districts().set_geometry([square(0, 0, 2_100, 4_000), square(2_000, 0, 2_000, 4_000)], crs=EPSG))),
    Fault("gap between districts", "topology.gap", wrote("districts", lambda: districts().set_geometry([square(0, 0, 2_000, 4_000).difference(square(900, 900, 20)), square(2_000, 0, 2_000, 4_000)], crs=EPSG))),
    Fault("part of the city in no district", "topology.uncovered", wrote("districts", lambda: districts().set_geometry([square(0, 0, 1_500, 4_000), square(2_000, 0, 2_000, 4_000)], crs=EPSG))),
    Fault("red line outside the city", "topology.outside", wrote("red_line", lambda: rows([square(0, 0, 500), square(4_600, 0, 100)]))),
    Fault("district outside the city", "topology.outside", wrote("districts", lambda: rows([square(0, 0, 4_000), square(4_500, 0, 99)], XZQDM=["1", "2"], XZQMC=["甲", "乙"]))),
    Fault("park 9 km away", "topology.far", wrote("parks", with_park(square(13_000, 0, 50)))),
    Fault("first-class zone alone", "topology.nesting", wrote("source_zones", lambda: zones().set_geometry([square(0, 0, 50), square(1_800, 1_800, 600), square(1_500, 1_500, 1_200)], crs=EPSG))),
    Fault("first-class zone across a second-class border", "topology.nesting", wrote("source_zones", lambda: zones().set_geometry([square(1_700, 2_000, 200), square(1_800, 1_800, 600), square(1_500, 1_500, 1_200)], crs=EPSG))),
    Fault("no boundary layer", "topology.boundary_from_districts", lambda city: city.layers.pop("boundary")),
    Fault("streets in two pieces", "network.island", wrote("streets", lambda: rows([line((0, 0), (900, 0)), line((0, 900), (900, 900))]))),
    Fault("street ends a tenth of a millimetre short", "network.dangle", wrote("streets", lambda: rows([line((0, 0), (400, 0), (900, 0)), line((400, 0.0001), (400, 500)), line((0, 0), (400, 500))]))),
    Fault("street ends half a metre short", "network.dangle", wrote("streets", lambda: rows([line((0, 0), (900, 0)), line((400, 0.5), (400, 500)), line((0, 0), (400, 500))]))),
    Fault("streets cross without a node", "network.crossing", wrote("streets", lambda: rows([line((0, 0), (900, 0)), line((400, -99), (400, 500)), line((0, 0), (400, 500))]))),
    Fault("street of no length", "network.zero_length", wrote("streets", lambda: rows([line((0, 0), (900, 0)), LineString([point(0, 0), point(0, 0)])]))),
    Fault("undeclared GCJ-02 districts", "crs.gcj02_suspected", wrote("districts", shift(districts))),
    Fault("undeclared GCJ-02 buildings", "crs.gcj02_suspected", wrote("buildings", shift(buildings))),
    Fault("undeclared GCJ-02 streets", "crs.gcj02_suspected", wrote("streets", shift(streets))),
    Fault("zone of 120 degrees for a city at 114", "crs.far_from_zone", config(city='crs = "EPSG:4549"')),
    Fault("axes swapped in degrees", "crs.axes_swapped", wrote("parks", turned(parks, 4490))),
    Fault("axes swapped in metres", "crs.axes_swapped", wrote("parks", turned(parks, 4547))),
    Fault("boundary with axes swapped", "crs.axes_swapped", wrote("boundary", turned(boundary, 4490))),
    Fault("Web Mercator", "crs.web_mercator", wrote("parks", lambda: parks().to_crs(3857))),
    Fault("Beijing 1954", "crs.accuracy", wrote("parks", lambda: parks().to_crs(2435))),
    Fault("Xian 1980", "crs.accuracy", wrote("parks", lambda: parks().to_crs(2383))),
    Fault("declared GCJ-02", "crs.unshifted", wrote("parks", shift(parks), datum="gcj02")),
    Fault("raster without nodata", "raster.no_nodata", tiff("land_cover", cover(), nodata=None)),
    Fault("raster of several bands", "raster.bands", tiff("land_cover", cover(), count=3)),
    Fault("raster mostly empty", "raster.mostly_nodata", tiff("land_cover", np.where(np.arange(1600).reshape(40, 40) < 1000, 0, 1).astype(np.uint8))),
    Fault("raster that stops half-way", "raster.uncovered", tiff("land_cover", cover(), transform=Affine(50, 0, X0, 0, -50, Y0 + 4_000))),
    Fault("raster of 500 m cells", "raster.resolution", tiff("land_cover", np.ones((8, 8), np.uint8))),
    Fault("class raster with fractions", "raster.classes", tiff("land_cover", np.random.default_rng(5).random((40, 40)))),
    Fault("grids of two dates differ", "raster.alignment", tiff("land_cover_baseline", np.ones((50, 50), np.uint8))),
    Fault("population twice over", "raster.population", tiff("population_grid", np.full((40, 40), 50.0), nodata=-1)),
    Fault("negative population", "raster.negative", tiff("population_grid", np.where(np.arange(1600).reshape(40, 40) < 5, -7.0, 25.0), nodata=-1)),
    Fault("baseline after the present", "time.order", old_baseline),
    Fault("layer from the future", "time.future", copied_dates("as_of = 2030-01-01")),
    Fault("layer of 2001", "time.old", copied_dates("as_of = 2001-01-01")),
    Fault("stated area off", "check.stated_area", wrote("parks", lambda: parks().assign(TBMJ=[40_000.0, 95_000.0, 10_000.0]))),
    Fault("stated area in mu", "check.stated_area", wrote("parks", lambda: parks().assign(TBMJ=[60.0, 135.0, 15.0]))),
    Fault("residents do not sum", "check.residents", wrote("districts", lambda: districts().assign(CZRK=[10_000, 90_000]))),
)  # fmt: skip

FAULTS = CONFIG + REFUSED + FOUND
