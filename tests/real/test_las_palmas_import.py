"""Real extracts: counts against GDAL's own reading of the file, topology, broken areas."""

from __future__ import annotations

import json
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from shapely import box

from geo.area import area_m2, length_m
from layers.config import load_config
from layers.kinds import LayerKind
from layers.osm import OsmImport, import_osm
from layers.osm.topology import largest_part_share

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not (DATA / "las_palmas").is_dir(), reason=f"no real data at {DATA}"),
]
L = LayerKind
LAS_PALMAS = DATA / "las_palmas" / "las_palmas_20230221.osm.pbf"


@pytest.fixture(scope="module")
def imported(tmp_path_factory) -> tuple[OsmImport, float]:
    out = tmp_path_factory.mktemp("las_palmas") / "lp"
    start = time.perf_counter()
    done = import_osm(
        LAS_PALMAS,
        DATA / "las_palmas" / "boundary_municipality_IGN.geojson",
        out,
        districts=DATA / "las_palmas" / "school_districts.geojson",
    )
    return done, time.perf_counter() - start


@pytest.fixture(scope="module")
def layer(imported):
    path = imported[0].config.parent / "layers.gpkg"
    return lambda kind: gpd.read_file(path, layer=str(kind))


@pytest.fixture(scope="module")
def gdal_highways() -> gpd.GeoDataFrame:
    """Ways as GDAL's own OSM reader gives them, an independent reading of the same file."""
    lines = pyogrio.read_dataframe(LAS_PALMAS, layer="lines", columns=["osm_id", "highway", "other_tags"])
    return lines[lines["highway"].notna()]


def test_las_palmas_is_imported_in_seconds(imported):
    done, seconds = imported
    assert seconds < 20
    assert str(done.date) == "2023-02-21"
    assert done.counts[L.DISTRICTS] == 29
    assert load_config(done.config).city.name.en == "Las Palmas de Gran Canaria"


def test_streets_are_the_walkable_ones_of_an_independent_reading(layer, gdal_highways):
    streets = layer(L.STREETS)
    ours = {one.split(".")[0] for one in streets["id"] if one.startswith("w")}
    tags = gdal_highways["other_tags"].fillna("")
    shut = tags.str.contains(r'"(?:access|foot)"=>"(?:no|private|use_sidepath|customers|delivery)"')
    opened = tags.str.contains(r'"foot"=>"(?:yes|designated|permissive|destination)"')
    fast = gdal_highways["highway"].str.contains(r"^(?:motorway|trunk)")
    other = gdal_highways["highway"].isin(
        ["construction", "corridor", "raceway", "busway", "bus_stop", "proposed"]
    )
    sidewalk = tags.str.contains(r'"sidewalk(?::\w+)?"=>"(?:both|left|right|yes)"')
    motorroad = tags.str.contains('"motorroad"=>"yes"')
    drive_through = tags.str.contains('"service"=>"(?:drive-through|emergency_access)"')
    walkable = ~other & (opened | (~shut & ~drive_through & (~(fast | motorroad) | sidewalk)))
    boundary = layer(L.BOUNDARY).to_crs("EPSG:32628").buffer(2_000)
    near = gdal_highways.to_crs("EPSG:32628").intersects(boundary.union_all())
    theirs = {f"w{one}" for one in gdal_highways.loc[walkable & near, "osm_id"]}
    known = {f"w{one}" for one in gdal_highways["osm_id"]}
    assert len(theirs) > 12_500
    assert ours & known == theirs
    # the rest are closed ways with area=yes, which GDAL takes for polygons alone
    assert 400 < len(ours - known) < 500


def test_edges_are_as_long_as_the_ways_they_were_cut_from(layer, gdal_highways):
    streets = layer(L.STREETS)
    streets["way"] = streets["id"].str.split(".").str[0]
    streets["m"] = length_m(streets.geometry.to_numpy(), streets.crs)
    ours = streets.groupby("way")["m"].sum()
    theirs = gdal_highways.assign(m=length_m(gdal_highways.geometry.to_numpy(), gdal_highways.crs))
    theirs = theirs.set_index("w" + theirs["osm_id"])["m"]
    common = ours.index.intersection(theirs.index)
    assert len(common) > 12_000
    differ = (ours[common] - theirs[common]).abs() > 1
    # ways whose nodes lie partly outside the extract, and ways at the four locked gates
    assert differ.sum() < 250
    assert ours[common][~differ].sum() == pytest.approx(theirs[common][~differ].sum(), rel=1e-6)


def test_edges_meet_exactly_and_hang_together(layer):
    streets = layer(L.STREETS)
    assert largest_part_share(streets) > 0.9
    assert streets["id"].is_unique
    assert (shapely.get_num_coordinates(streets.geometry.to_numpy()) >= 2).all()
    ends = np.concatenate(
        [shapely.get_coordinates(shapely.get_point(streets.geometry.to_numpy(), i)) for i in (0, -1)]
    )
    _, degree = np.unique(ends, axis=0, return_counts=True)
    assert (degree >= 3).mean() > 0.5


def test_areas_are_those_of_the_extract(imported, layer):
    counts = imported[0].counts
    boundary = layer(L.BOUNDARY)
    assert area_m2(boundary.geometry.to_numpy(), boundary.crs)[0] == pytest.approx(103.32e6, rel=2e-3)
    assert 21_000 < counts[L.BUILDINGS] <= 22_595
    parks = layer(L.PARKS)
    private = sum(one.code == "osm.park_private" for one in imported[0].findings)
    named = parks[parks["code"] == "1401"]
    assert 282 - private <= len(named) <= 282 + 40
    assert set(parks["code"]) == {"1401", "1403"}
    assert parks.geometry.is_valid.all()
    assert layer(L.BUILDINGS).geometry.is_valid.mean() > 0.999


def test_homes_stand_in_for_residential_land_that_is_hardly_mapped(imported, layer):
    residential, buildings = layer(L.RESIDENTIAL), layer(L.BUILDINGS)
    assert 20_000 < len(residential) < len(buildings)
    houses = buildings.loc[buildings["use"] == "house", "id"]
    assert houses.isin(residential["id"]).mean() > 0.98
    assert "osm.residential_from_buildings" in {one.code for one in imported[0].findings}


def test_cultural_heritage_does_not_stand_in_for_the_red_line(imported, layer):
    assert layer(L.RED_LINE)["name"].tolist() == ["Monumento Natural de Bandama"]
    heritage = [one for one in imported[0].findings if one.code == "osm.protected_not_nature"]
    assert len(heritage) == 5


@pytest.mark.parametrize(
    ("file", "day", "broken", "parks"),
    [
        ("monaco/monaco.osm.pbf", "2016-03-05", {"w62656969", "w62664330"}, range(16, 60)),
        ("helsinki/helsinki_centre.osm.pbf", "2019-04-21", {"r1320750", "r8643424"}, range(40, 80)),
    ],
)
def test_small_extracts_report_their_broken_areas(tmp_path, file, day, broken, parks):
    boundary = tmp_path / "box.gpkg"
    gpd.GeoDataFrame(geometry=[box(*_extent(DATA / file))], crs=4326).to_file(boundary)
    done = import_osm(DATA / file, boundary, tmp_path / "out")
    assert str(done.date) == day
    assert done.counts[L.PARKS] in parks
    written = json.loads((tmp_path / "out" / "findings.json").read_text(encoding="utf-8"))
    found = {
        one["feature"]: one for one in written if one["code"] in {"osm.area_broken", "osm.area_incomplete"}
    }
    assert broken <= set(found)
    assert all(found[one]["place"] is not None for one in broken)
    streets = gpd.read_file(tmp_path / "out" / "layers.gpkg", layer="streets")
    assert largest_part_share(streets) > 0.9


def _extent(path: Path) -> tuple[float, float, float, float]:
    lines = pyogrio.read_bounds(path, layer="points")[1]
    west, south = lines[:2].min(axis=1)
    east, north = lines[2:].max(axis=1)
    return west, south, east, north
