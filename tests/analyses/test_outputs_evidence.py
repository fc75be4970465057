"""evidence.gpkg: what the numbers were computed from, for any GIS."""

from __future__ import annotations

import dataclasses
import sqlite3
import time
from contextlib import closing

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from pyproj import CRS
from sample_reports import HOSTILE, hostile_report, objects, sample_report

from analyses.outputs import evidence_gpkg
from analyses.outputs.evidence_gpkg import column_names


def write_evidence(report, path):
    evidence_gpkg.write_evidence(report.study, report.measures, path)


def written(report, path):
    write_evidence(report, path)
    return {name: gpd.read_file(path, layer=name) for name, _ in pyogrio.list_layers(path)}


def test_one_layer_per_indicator_and_the_districts(tmp_path):
    layers = written(sample_report(), tmp_path / "e.gpkg")
    assert list(layers) == ["park_walk_coverage", "districts", "red_line_area"]
    assert list(layers["districts"]["id"]) == ["E", "W"]
    walk = layers["park_walk_coverage"]
    assert walk.crs == CRS.from_epsg(4547)
    assert list(walk["id"]) == ["p1", "p2"]
    assert walk.geometry.area.tolist() == walk["area_m2"].tolist() == [1e6, 2.5e5]
    assert set(layers["red_line_area"].geom_type) == {"LineString", "Point"}


@pytest.mark.parametrize("number", range(1, 6))
def test_all_layers_are_whole_however_many_and_whichever_is_the_largest(tmp_path, number):
    report = sample_report()
    walk = report.measures["park_walk_coverage"]
    rows = {f"layer_{n}": (n * 2) % 5 + 1 for n in range(number)}
    measures = {
        name: dataclasses.replace(walk, evidence=pd.concat([walk.evidence] * many, ignore_index=True))
        for name, many in rows.items()
    }
    layers = written(dataclasses.replace(report, measures=measures), tmp_path / "e.gpkg")
    assert next(iter(layers)) == max(rows, key=rows.get)
    ids = {name: list(layer["id"]) for name, layer in layers.items() if name != "districts"}
    assert ids == {name: ["p1"] * many + ["p2"] * many for name, many in rows.items()}


def test_without_measures_the_districts_are_written_alone(tmp_path):
    assert list(written(dataclasses.replace(sample_report(), measures={}), tmp_path / "e.gpkg")) == [
        "districts"
    ]


def test_layers_say_their_geometry_type(tmp_path):
    write_evidence(sample_report(), tmp_path / "e.gpkg")
    assert dict(pyogrio.list_layers(tmp_path / "e.gpkg")) == {
        "districts": "MultiPolygon", "park_walk_coverage": "MultiPolygon", "red_line_area": "Unknown",
    }  # fmt: skip


def with_evidence(frame):
    report = sample_report()
    measure = dataclasses.replace(report.measures["park_walk_coverage"], evidence=frame)
    return dataclasses.replace(report, measures={"park_walk_coverage": measure})


def test_evidence_without_rows_is_an_empty_layer(tmp_path):
    report = sample_report()
    empty = report.measures["park_walk_coverage"].evidence.iloc[:0]
    assert written(with_evidence(empty), tmp_path / "e.gpkg")["park_walk_coverage"].empty


def test_a_city_without_districts_has_an_empty_layer_of_them(tmp_path):
    report = sample_report()
    study = dataclasses.replace(report.study, districts=report.study.districts.iloc[:0])
    assert written(dataclasses.replace(report, study=study), tmp_path / "e.gpkg")["districts"].empty


def test_missing_and_empty_shapes_are_kept_as_rows(tmp_path):
    frame = sample_report().measures["park_walk_coverage"].evidence
    frame = frame.assign(geometry=gpd.GeoSeries([None, shapely.Polygon()], crs=frame.crs))
    assert len(written(with_evidence(frame), tmp_path / "e.gpkg")["park_walk_coverage"]) == 2


def test_a_system_of_the_citys_own_is_kept(tmp_path):
    local = CRS.from_proj4("+proj=tmerc +lat_0=28 +lon_0=-15.45 +k=1 +x_0=0 +y_0=0 +ellps=GRS80 +units=m")
    report = sample_report()
    study = dataclasses.replace(report.study, crs=local, districts=report.study.districts.to_crs(local))
    layers = written(dataclasses.replace(report, study=study), tmp_path / "e.gpkg")
    assert layers["park_walk_coverage"].crs.equals(local)
    assert layers["districts"].crs.equals(local)
    expected = report.measures["park_walk_coverage"].evidence.to_crs(local)
    assert shapely.equals_exact(
        layers["park_walk_coverage"].geometry.normalize(), expected.geometry.normalize().map(_multi), 1e-6
    ).all()


def _multi(shape):
    return shapely.MultiPolygon([shape])


def test_the_bytes_are_the_same_at_another_time(tmp_path):
    write_evidence(sample_report(), tmp_path / "a.gpkg")
    time.sleep(1.1)
    write_evidence(sample_report(), tmp_path / "b.gpkg")
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "b.gpkg").read_bytes()


def test_rows_and_rings_in_another_order_give_the_same_bytes(tmp_path):
    frame = sample_report().measures["park_walk_coverage"].evidence.assign(id="same", **{"class": "a"})
    turned = frame.iloc[::-1]
    rings = [list(one.exterior.coords) for one in turned.geometry]
    turned = turned.assign(geometry=[shapely.Polygon(ring[2:] + ring[1:3]) for ring in rings])
    write_evidence(with_evidence(frame), tmp_path / "a.gpkg")
    write_evidence(with_evidence(turned), tmp_path / "b.gpkg")
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "b.gpkg").read_bytes()


def test_hostile_text_is_stored_as_text(tmp_path):
    layers = written(hostile_report(), tmp_path / "e.gpkg")
    walk = layers["park_walk_coverage"]
    assert len(walk) == len(HOSTILE)
    assert "'; DROP TABLE results; --" in set(walk["name"])
    assert "nul�bel�esc�[31m" in set(walk["name"])
    with closing(sqlite3.connect(tmp_path / "e.gpkg")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_columns_that_collide_are_all_kept(tmp_path):
    frame = hostile_report().measures["red_line_area"].evidence
    line = written(hostile_report(), tmp_path / "e.gpkg")["red_line_area"]
    assert len(line.columns) == len(frame.columns)
    assert {"id", "ID_2", "Id_3", "fid_2", "geom_2", "column"} <= set(line.columns)


@pytest.mark.parametrize("count", [1, 40])
def test_column_names_never_collide(count):
    names = column_names(["x" * 100] * count + ["X" * 100] * count + list(HOSTILE))
    assert len({name.casefold() for name in names}) == len(names) == 2 * count + len(HOSTILE)


def test_values_no_table_can_hold_are_text(tmp_path):
    frame = sample_report().measures["park_walk_coverage"].evidence.assign(odd=objects({"a": 1}, [1, 2]))
    walk = written(with_evidence(frame), tmp_path / "e.gpkg")["park_walk_coverage"]
    assert walk["odd"].tolist() == ["{'a': 1}", "[1, 2]"]


def test_the_date_of_other_files_is_left_alone(tmp_path):
    write_evidence(sample_report(), tmp_path / "e.gpkg")
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") is None


def test_a_file_that_cannot_be_written_is_an_os_error(tmp_path):
    with pytest.raises(OSError, match="layer park_walk_coverage: "):
        write_evidence(sample_report(), tmp_path / "absent" / "e.gpkg")


def test_rows_that_are_not_there_in_the_end_are_an_os_error(tmp_path, monkeypatch):
    real = evidence_gpkg.pyogrio.write_arrow
    monkeypatch.setattr(
        evidence_gpkg.pyogrio, "write_arrow", lambda table, *place, **how: real(table[:1], *place, **how)
    )
    with pytest.raises(OSError, match="park_walk_coverage: 1 of 2 features written"):
        write_evidence(sample_report(), tmp_path / "e.gpkg")
