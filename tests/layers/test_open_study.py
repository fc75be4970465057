"""The data door: every format gives the same study; nothing is dropped or changed in silence."""

from __future__ import annotations

import itertools
import json
import math
import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import rasterio
import shapely
from city_files import CityFiles, districts, parks, square_files
from pyproj import Geod
from shapely import Polygon
from square_city import EPSG, LAND, X0, Y0, frame, line, point, square

import geo.threads
import layers.read
from geo.datum import shifted
from layers.config import load_config
from layers.errors import DataError
from layers.findings import Severity
from layers.formats import fingerprint, locate
from layers.kinds import LayerKind
from layers.open_study import open_study
from layers.prepare import _notes
from layers.raw import Raw
from layers.study import Source


def codes(study):
    return [one.code for one in study.findings]


def refused(city):
    with pytest.raises(DataError) as caught:
        city.open()
    assert caught.value.message.zh != caught.value.message.en
    return caught.value.message


def as_shapefile(city, kind, shapes, encoding="gbk", cpg=False):
    city.write(kind, shapes, f"{kind}.shp")
    path = city.folder / f"{kind}.shp"
    pyogrio.write_dataframe(shapes, path, encoding=encoding)
    if not cpg:
        path.with_suffix(".cpg").unlink()
    return city


def zipped(city, kind, shapes):
    as_shapefile(city, kind, shapes)
    with zipfile.ZipFile(city.folder / f"{kind}.zip", "w") as archive:
        for suffix in ("shp", "shx", "dbf", "prj"):
            archive.write(city.folder / f"{kind}.{suffix}", f"数据/{kind}.{suffix}")
            (city.folder / f"{kind}.{suffix}").unlink()
    return city.add(kind, f"{kind}.zip")


def filegdb(city, kind, shapes):
    pyogrio.write_dataframe(shapes, city.folder / "all.gdb", driver="OpenFileGDB", layer="公园")
    return city.add(kind, "all.gdb", layer="公园")


def csv_wkt(city, kind, shapes):
    table = pd.DataFrame(shapes.drop(columns="geometry")).assign(WKT=shapes.geometry.to_wkt())
    table.to_csv(city.folder / f"{kind}.csv", index=False, encoding="gb18030")
    return city.add(kind, f"{kind}.csv", crs="EPSG:4547")


FORMATS = {
    "gbk shapefile without .cpg": as_shapefile,
    "utf-8 shapefile": lambda city, kind, shapes: as_shapefile(city, kind, shapes, "utf-8", cpg=True),
    "zipped shapefile": zipped,
    "FileGDB": filegdb,
    "GeoPackage": lambda city, kind, shapes: city.write(kind, shapes),
    "GeoJSON": lambda city, kind, shapes: city.write(kind, shapes, f"{kind}.geojson"),
    "GeoParquet": lambda city, kind, shapes: city.write(kind, shapes, f"{kind}.parquet"),
    "FlatGeobuf": lambda city, kind, shapes: city.write(kind, shapes, f"{kind}.fgb"),
    "CSV with WKT": csv_wkt,
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_layer(tmp_path, name):
    want = square_files(tmp_path).open().frame(LayerKind.PARKS)
    city = FORMATS[name](square_files(tmp_path), "parks", parks())
    study = city.open()
    got = study.frame(LayerKind.PARKS)
    pd.testing.assert_frame_equal(
        pd.DataFrame(got.drop(columns="geometry")), pd.DataFrame(want.drop(columns="geometry"))
    )
    assert shapely.equals(got.geometry.to_numpy(), want.geometry.to_numpy()).all()
    assert codes(study) == []
    assert len(study.sources["parks"].sha256) == 64
    assert study.sources["parks"].size_bytes > 0


def test_kml(tmp_path):
    city = square_files(tmp_path)
    shapes = parks()[["GYMC", "geometry"]].rename(columns={"GYMC": "Name"}).to_crs(4326)
    city.write("parks", shapes, "parks.kml")
    got = city.open().frame(LayerKind.PARKS)
    assert sorted(got["name"]) == ["东湖公园", "西园", "西园"]
    assert got.geometry.area.sum() == pytest.approx(140_000, rel=1e-5)


def test_points_from_a_table_of_coordinates(tmp_path):
    places = gpd.GeoSeries([point(10, 10), point(20, 20)], crs=EPSG).to_crs(4490)
    table = pd.DataFrame({"编号": ["a", "b"], "经度": places.x, "纬度": places.y})
    table.to_csv(tmp_path / "e.csv", index=False, encoding="utf-8-sig")
    city = square_files(tmp_path).add("park_entrances", "e.csv")
    city.layers["park_entrances"] += "\nfields = { park_id = '编号' }"
    got = city.open().frame(LayerKind.PARK_ENTRANCES)
    assert got["park_id"].tolist() == ["a", "b"]
    assert got.geometry.x.tolist() == pytest.approx([X0 + 10, X0 + 20], abs=1e-3)


def test_values_are_read_as_what_they_are(tmp_path):
    got = square_files(tmp_path).open().frame(LayerKind.PARKS)
    assert got["id"].tolist() == ["p1", "p2", "p3"]
    assert got["park_class"].tolist() == ["community", "city", "square"]
    assert got["open"].tolist() == [True, False, True]
    assert got["code"].tolist() == ["1401", "140101", "1403"]
    assert got["stated_area_m2"].tolist() == [40_000.0, 90_000.0, 10_000.0]
    assert got["park_id"].tolist() == ["A", "B", "B"]


def test_the_study_knows_its_city(tmp_path):
    study = square_files(tmp_path).open()
    assert study.crs.to_epsg() == 4547
    assert study.boundary.area == pytest.approx(16e6)
    assert study.land.equals(study.boundary)
    assert study.districts["id"].tolist() == ["440301", "440302"]
    assert study.districts["name_en"].tolist() == ["西区", "东区"]
    assert study.districts["residents"].tolist() == [10_000.0, 30_000.0]
    assert study.name["en"] == "Square City"


@pytest.mark.parametrize("named", [True, False])
def test_the_order_of_features_changes_nothing(tmp_path, named):
    shapes = parks() if named else parks().drop(columns="BSM")
    want = square_files(tmp_path).write("parks", shapes, "a.gpkg").open().frame(LayerKind.PARKS)
    for number, order in enumerate(itertools.permutations(range(3))):
        mixed = square_files(tmp_path).write("parks", shapes.iloc[list(order)], f"{number}.gpkg").open()
        got = mixed.frame(LayerKind.PARKS)
        pd.testing.assert_frame_equal(pd.DataFrame(got), pd.DataFrame(want))


def test_shifted_layers_are_brought_back(tmp_path):
    for datum in ("gcj02", "bd09"):
        degrees = parks().to_crs(4326)
        degrees = degrees.set_geometry(gpd.GeoSeries(shifted(degrees.geometry.to_numpy(), datum), crs=4326))
        city = square_files(tmp_path).write("parks", degrees, f"{datum}.geojson", datum=datum)
        got = city.open().frame(LayerKind.PARKS)
        truth = square_files(tmp_path).open().frame(LayerKind.PARKS)
        assert got.geometry.hausdorff_distance(truth.geometry, align=False).max() < 0.05


def test_a_bow_tie_is_repaired_in_the_open(tmp_path):
    bow = Polygon([(X0, Y0), (X0 + 100, Y0 + 100), (X0 + 100, Y0), (X0, Y0 + 100)])
    shapes = frame([bow, square(500, 500, 100)], BSM=["bow", "ok"]).drop(columns="id")
    study = square_files(tmp_path).write("parks", shapes).open()
    found = next(one for one in study.findings if one.code == "geometry.invalid")
    assert found.feature == "bow"
    assert found.area_after_m2 == pytest.approx(5_000, rel=1e-5)
    assert found.place is not None
    _, _, off_m = Geod(ellps="GRS80").inv(*found.place, 114 - 2_000 / 102_700, 22.583)
    assert off_m < 5_000
    assert study.frame(LayerKind.PARKS).geometry.is_valid.all()


def test_rows_without_a_shape_are_named(tmp_path):
    shapes = frame([square(0, 0, 9), None, Polygon()], BSM=["a", "b", "c"]).drop(columns="id")
    study = square_files(tmp_path).write("parks", shapes).open()
    found = next(one for one in study.findings if one.code == "geometry.empty")
    assert "b, c" in found.message.en
    assert study.frame(LayerKind.PARKS)["id"].tolist() == ["a"]


def test_what_is_far_away_is_counted(tmp_path):
    shapes = frame([square(0, 0, 9), square(8_500, 0, 9), square(9_500, 0, 9)], BSM=["a", "b", "c"])
    study = square_files(tmp_path).write("parks", shapes.drop(columns="id")).open()
    assert study.frame(LayerKind.PARKS)["id"].tolist() == ["a", "b"]
    assert codes(study) == ["topology.far"]


def test_repeated_ids_are_told_apart(tmp_path):
    shapes = frame([square(0, 0, 9), square(50, 0, 9), square(90, 0, 9)], BSM=["a", "a", "b"])
    study = square_files(tmp_path).write("parks", shapes.drop(columns="id")).open()
    assert study.frame(LayerKind.PARKS)["id"].tolist() == ["a", "a~2", "b"]
    assert "attribute.duplicate_id" in codes(study)


def test_rows_of_one_district_are_one_district(tmp_path):
    shapes = frame(
        [square(0, 0, 1_000, 4_000), square(1_000, 0, 1_000, 4_000), square(2_000, 0, 9_000, 4_000)],
        XZQDM=["1", "1", "2"],
        XZQMC=["西区", "西区", "东区"],
        CZRK=[1, 2, 5],
    )
    study = square_files(tmp_path).write("districts", shapes.drop(columns="id")).open()
    assert study.districts["residents"].tolist() == [3.0, 5.0]
    assert study.districts.geometry.area.tolist() == [8e6, 8e6]
    assert "attribute.merged" in codes(study)


def test_without_a_boundary_the_districts_stand_for_it(tmp_path):
    study = CityFiles(tmp_path).write("districts", districts()).open()
    assert study.boundary.equals(LAND)
    assert codes(study) == ["topology.boundary_from_districts"]


def test_where_filters_by_code_prefix(tmp_path):
    city = square_files(tmp_path)
    city.layers["parks"] += '\nwhere = { code = ["1401"] }'
    assert city.open().frame(LayerKind.PARKS)["id"].tolist() == ["p1", "p2"]


def test_bad_values_become_findings(tmp_path):
    shapes = parks().assign(
        SFKF=["也许", "是", None], TBMJ=["1,000", "很大", "-5"], GYLB=["x", "社区公园", ""]
    )
    study = square_files(tmp_path).write("parks", shapes).open()
    got = study.frame(LayerKind.PARKS)
    assert got["open"].isna().tolist() == [True, False, True]
    assert got["stated_area_m2"].tolist()[0] == 1_000
    assert np.isnan(got["stated_area_m2"].tolist()[1:]).all()
    assert sorted(set(codes(study))) == ["attribute.code_list", "attribute.range", "attribute.type"]


def test_codes_stored_as_numbers_get_their_zero_back(tmp_path):
    shapes = frame([square(0, 0, 9), square(20, 0, 9)], BSM=["a", "b"], YDDM=[701, 70102])
    study = square_files(tmp_path).write("residential", shapes.drop(columns="id")).open()
    assert study.frame(LayerKind.RESIDENTIAL)["code"].tolist() == ["0701", "070102"]
    assert "attribute.code_zero" in codes(study)


def test_swapped_axes_are_put_right(tmp_path):
    degrees = parks().to_crs(4490)
    turned = shapely.transform(degrees.geometry.to_numpy(), lambda points: points[:, ::-1])
    degrees = degrees.set_geometry(gpd.GeoSeries(turned, crs=4490))
    study = square_files(tmp_path).write("parks", degrees).open()
    assert codes(study) == ["crs.axes_swapped"]
    assert study.frame(LayerKind.PARKS).geometry.within(study.boundary).all()


def test_web_mercator_is_projected_before_it_is_measured(tmp_path):
    study = square_files(tmp_path).write("parks", parks().to_crs(3857)).open()
    assert study.frame(LayerKind.PARKS).geometry.area.sum() == pytest.approx(140_000, rel=1e-6)
    assert codes(study) == ["crs.web_mercator"]


def test_old_datums_say_how_accurate_they_are(tmp_path):
    study = square_files(tmp_path).write("parks", parks().to_crs(2435)).open()
    found = next(one for one in study.findings if one.code == "crs.accuracy")
    assert found.severity == Severity.WARNING
    assert "Beijing 1954" in found.message.en


def test_a_user_may_choose_the_system(tmp_path):
    city = square_files(tmp_path)
    city.city = 'crs = "EPSG:32650"'
    study = city.open()
    assert study.crs.to_epsg() == 32650
    assert codes(study) == []


def test_a_system_far_from_its_zone_is_told(tmp_path):
    city = square_files(tmp_path)
    city.city = 'crs = "EPSG:4549"'  # the zone of 120 degrees east, for a city at 114
    (said,) = [one for one in city.open().findings if one.code == "crs.far_from_zone"]
    off = (6 * math.cos(math.radians(22.5)) * math.pi / 180) ** 2 / 2  # of a transverse Mercator on a sphere
    assert said.severity == Severity.WARNING
    assert f"by {off:.1%}" in said.message.en


def test_a_system_in_which_no_distance_means_anything_is_refused(tmp_path):
    city = square_files(tmp_path)
    city.city = 'crs = "EPSG:4534"'  # the zone of 75 degrees east
    assert "distorts lengths here by 2" in refused(city).en


def test_progress_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(geo.threads, "_number", [1])
    told = []
    city = square_files(tmp_path)
    open_study(load_config(city.toml()), tmp_path, lambda *what: told.append(what))
    assert told == [("boundary", 0, 3), ("districts", 1, 3), ("parks", 2, 3)]


class TestRefusals:
    def test_missing_file(self, tmp_path):
        city = square_files(tmp_path)
        assert "parks.gpkg" in refused(city.add("parks", "park.gpkg")).en

    def test_no_coordinate_system(self, tmp_path):
        shapes = parks().set_crs(None, allow_override=True)
        assert "name its crs" in refused(square_files(tmp_path).write("parks", shapes)).en

    def test_declared_system_helps(self, tmp_path):
        shapes = parks().set_crs(None, allow_override=True)
        city = square_files(tmp_path).write("parks", shapes, "p.geojson", crs="EPSG:4547")
        assert len(city.open().frame(LayerKind.PARKS)) == 3

    def test_degrees_labelled_metres(self, tmp_path):
        shapes = parks().to_crs(4490).set_crs(4547, allow_override=True)
        assert "coordinates are degrees" in refused(square_files(tmp_path).write("parks", shapes)).en

    def test_metres_labelled_degrees(self, tmp_path):
        shapes = parks().set_crs(4490, allow_override=True)
        assert "cannot be in China Geodetic" in refused(square_files(tmp_path).write("parks", shapes)).en

    def test_zone_prefix(self, tmp_path):
        shapes = parks().to_crs(4526).set_crs(4547, allow_override=True)
        assert "EPSG:4526" in refused(square_files(tmp_path).write("parks", shapes)).en

    def test_wholly_outside(self, tmp_path):
        shapes = parks().translate(50_000)
        shapes = parks().set_geometry(shapes)
        assert "more than 5 km outside" in refused(square_files(tmp_path).write("parks", shapes)).en

    def test_wrong_geometry_type(self, tmp_path):
        shapes = frame([line((0, 0), (9, 9))])
        assert "needs polygons, not lines" in refused(square_files(tmp_path).write("parks", shapes)).en

    def test_empty_layer(self, tmp_path):
        assert "no features" in refused(square_files(tmp_path).write("parks", parks().iloc[:0])).en

    @pytest.mark.parametrize("name", ["none.gpkg", "none.shp", "none.geojson"])
    def test_no_construction_is_none_at_all(self, tmp_path, name):
        building = frame([square(100, 100, 50)], XKZH=["7"])
        study = square_files(tmp_path).write("construction", building.iloc[:0], name).open()
        assert (len(study.frame("construction")), study.frame("construction").crs) == (0, study.crs)
        assert codes(study) == ["read.no_features"]
        assert study.findings[0].message.en.endswith("no features; counted as none at all")

    def test_where_may_leave_no_construction(self, tmp_path):
        buildings = frame([square(100, 100, 50)], YDDM=["0701"])
        city = square_files(tmp_path).write("construction", buildings)
        city.layers["construction"] += '\nwhere = { code = ["14"] }'
        study = city.open()
        assert (len(study.frame("construction")), codes(study)) == (0, ["read.no_features"])
        city.write("parks", parks()).layers["parks"] += '\nwhere = { code = ["99"] }'
        assert "where leaves no feature" in refused(city).en

    def test_missing_required_field(self, tmp_path):
        message = refused(square_files(tmp_path).write("districts", districts().drop(columns="XZQMC")))
        assert "lacks name_zh" in message.en
        assert "XZQDM, CZRK" in message.en

    def test_named_column_is_not_there(self, tmp_path):
        city = square_files(tmp_path)
        city.layers["parks"] += '\nfields = { name = "GYMD" }'
        assert "did you mean GYMC?" in refused(city).en

    def test_unknown_layer_in_a_geodatabase(self, tmp_path):
        city = filegdb(square_files(tmp_path), "parks", parks()).add("parks", "all.gdb", layer="公元")
        assert "公园" in refused(city).en

    def test_several_layers_and_none_named(self, tmp_path):
        for name in ("a", "b"):
            pyogrio.write_dataframe(parks(), tmp_path / "two.gpkg", layer=name)
        assert "name one: a, b" in refused(square_files(tmp_path).add("parks", "two.gpkg")).en

    @pytest.mark.parametrize("name", ["p.gpkg", "p.geojson", "p.fgb", "p.parquet"])
    @pytest.mark.parametrize("share", [0.0, 0.3, 0.7])
    def test_truncated_files(self, tmp_path, name, share):
        city = square_files(tmp_path).write("parks", parks(), name)
        whole = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(whole[: int(len(whole) * share)])
        assert name in refused(city).en

    def test_text_in_another_encoding_than_declared(self, tmp_path):
        city = as_shapefile(square_files(tmp_path), "parks", parks())
        city.add("parks", "parks.shp", encoding="utf-8")
        assert "text is not valid utf-8" in refused(city).en

    def test_a_virtual_format_in_disguise(self, tmp_path):
        inner = "<OGRVRTLayer name='p'><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>"
        (tmp_path / "p.geojson").write_text(f"<OGRVRTDataSource>{inner}</OGRVRTDataSource>")
        assert "is not geojson" in refused(square_files(tmp_path).add("parks", "p.geojson")).en


class TestValidate:
    def test_library_warnings_become_findings(self, tmp_path):
        ring = [[114.0, 22.6], [114.001, 22.6], [114.001, 22.601], [114.0, 22.601]]
        shape = {"type": "Polygon", "coordinates": [ring]}  # not closed
        feature = {"type": "Feature", "properties": {"BSM": "a"}, "geometry": shape}
        (tmp_path / "p.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
        study = square_files(tmp_path).add("parks", "p.geojson").open()
        assert codes(study) == ["read.warning"]

    def test_that_many_parts_take_long_is_no_fault(self):
        """GDAL says so once in each process, whichever layer comes first."""
        slow = "organizePolygons() received a polygon with more than 100 parts. The processing may be slow."
        raw = Raw(frame([LAND]), {}, Source("p.gdb"), 1, notes=("another", slow))
        assert [one.message.en for one in _notes(LayerKind.PARKS, raw)] == [
            "parks: the reading library warns: another"
        ]


SHENZHEN = Path(__file__).parents[3] / "shared" / "data" / "shenzhen"


@pytest.mark.real
@pytest.mark.skipif(not SHENZHEN.exists(), reason="needs ../shared/data/shenzhen")
@pytest.mark.parametrize("undeclared", [False, True])
def test_real_districts_shifted_and_not_declared_are_suspected(tmp_path, undeclared):
    degrees = gpd.read_file(SHENZHEN / "districts_wgs84.geojson")
    if undeclared:
        degrees = degrees.set_geometry(gpd.GeoSeries(shifted(degrees.geometry.to_numpy(), "gcj02"), crs=4326))
    city = CityFiles(tmp_path).add("boundary", str(SHENZHEN / "traffic_zones.shp"))
    city.write("districts", degrees.rename(columns={"qh": "id"}).assign(MC=degrees["qh"]), "d.geojson")
    assert ("crs.gcj02_suspected" in codes(city.open())) == undeclared


class TestLargeLayersElsewhere:
    """A large layer is asked for what is near the city alone; that nothing is there is looked into."""

    @pytest.fixture(autouse=True, params=[1_000, 2])
    def _large(self, monkeypatch, request):
        monkeypatch.setattr(layers.read, "LARGE", request.param)

    def test_swapped_axes_are_put_right(self, tmp_path):
        turned = parks().to_crs(4490)
        shapes = shapely.transform(turned.geometry.to_numpy(), lambda xy: xy[:, ::-1])
        study = (
            square_files(tmp_path).write("parks", turned.set_geometry(gpd.GeoSeries(shapes, crs=4490))).open()
        )
        assert (len(study.frame("parks")), codes(study)) == (3, ["crs.axes_swapped"])

    def test_another_place_is_refused(self, tmp_path):
        away = parks().set_geometry(parks().translate(0, 900_000))
        assert "more than 5 km outside" in refused(square_files(tmp_path).write("parks", away)).en


def test_a_raster_says_how_its_values_came_about(tmp_path):
    city = square_files(tmp_path).add("population_grid", "p.tif")
    shape = {"height": 40, "width": 40, "count": 1, "dtype": "uint16", "nodata": 65535}
    place = rasterio.Affine(100, 0, X0, 0, -100, Y0 + 4_000)
    with rasterio.open(
        tmp_path / "p.tif", "w", driver="GTiff", crs="EPSG:4547", transform=place, **shape
    ) as file:
        file.write(np.full((40, 40), 1234, "uint16"), 1)
        file.scales, file.offsets = (0.01,), (5.0,)
    study = city.open()
    assert study.surfaces[LayerKind.POPULATION_GRID].values.sum() == pytest.approx(1_600 * 17.34)
    assert codes(study) == ["raster.scaled"]


class TestFilesBesideAFile:
    """What stands beside a file and changes what is read from it changes its hash."""

    def test_rows_in_the_log_of_a_geopackage(self, tmp_path):
        parks().to_file(tmp_path / "a.gpkg")
        with closing(sqlite3.connect(tmp_path / "a.gpkg")) as held:
            held.execute("PRAGMA journal_mode = WAL")
            before = fingerprint(locate("a.gpkg", tmp_path))
            held.execute("CREATE TABLE more (id)")
            held.commit()
            assert fingerprint(locate("a.gpkg", tmp_path)) != before
        assert locate("a.gpkg", tmp_path).members == (tmp_path / "a.gpkg",)

    def test_a_log_that_an_ended_program_left(self, tmp_path):
        city = square_files(tmp_path)
        with closing(sqlite3.connect(tmp_path / "parks.gpkg")) as writer:
            writer.execute("PRAGMA journal_mode = WAL")
            triggers = writer.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for (name,) in triggers:  # they ask for functions that this connection has not
                writer.execute(f'DROP TRIGGER "{name}"')
            writer.execute("UPDATE parks SET YDDM = '1402'")
            writer.commit()
            for name in ("parks.gpkg", "parks.gpkg-wal"):  # as they lie there when the program is killed
                shutil.copy(tmp_path / name, tmp_path / f"left-{name}")
        study = city.add("parks", "left-parks.gpkg").open()
        assert set(study.frame("parks")["code"]) == {"1402"}
        assert study.sources["parks"].sha256 == fingerprint(locate("left-parks.gpkg", tmp_path))[0]

    def test_nodata_of_a_raster(self, tmp_path):
        shape = {"height": 2, "width": 2, "count": 1, "dtype": "uint8", "transform": rasterio.Affine.scale(2)}
        with rasterio.open(tmp_path / "a.tif", "w", driver="GTiff", **shape) as file:
            file.write(np.ones((1, 2, 2), "uint8"))
        before = fingerprint(locate("a.tif", tmp_path))
        (tmp_path / "a.tif.aux.xml").write_text("<PAMDataset/>")
        assert fingerprint(locate("a.tif", tmp_path)) != before


@pytest.mark.parametrize("row", ["A,114.0,22.5,100,2000,", "A,114.0,22.5,100,2000,more"])
def test_rows_longer_than_their_header_are_refused(tmp_path, row):
    """Their first field would be taken for a row's name, and every column for its neighbour."""
    (tmp_path / "p.csv").write_text(f"name,lon,lat,residents,year\n{row}\n")
    assert "more fields than its header" in refused(square_files(tmp_path).add("population", "p.csv")).en
