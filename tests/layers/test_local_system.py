"""A layer in a city's independent system: brought home by parameters or control points, or refused."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from city_files import parks, square_files
from square_city import X0, Y0

from layers.config import load_config
from layers.errors import ConfigError, DataError
from layers.kept_layers import LayerCache
from layers.kinds import LayerKind
from layers.open_study import open_study

TURN = np.exp(1j * np.radians(0.8)) * 0.99998  # local to known: turn, scale, then shift
SHIFT = complex(X0, Y0) - TURN * complex(120_000, 20_000)

HEAD = "local_x,local_y,x,y"


def to_local(points: np.ndarray) -> np.ndarray:
    z = (points[:, 0] + 1j * points[:, 1] - SHIFT) / TURN
    return np.column_stack([z.real, z.imag])


def local_parks() -> gpd.GeoDataFrame:
    made = parks()
    shapes = shapely.transform(made.geometry.to_numpy(), to_local)
    return made.set_geometry(gpd.GeoSeries(shapes)).set_crs(None, allow_override=True)


CORNERS = np.array(
    [[X0, Y0], [X0 + 4_000, Y0], [X0 + 4_000, Y0 + 4_000], [X0, Y0 + 4_000], [X0 + 900, Y0 + 10]]
)


def city_with(tmp_path, transform, points=CORNERS, off=0.0):
    city = square_files(tmp_path).write("parks", local_parks())
    city.layers["parks"] += f"\n[layers.parks.transform]\ncrs = 'EPSG:4547'\n{transform}"
    known = points.copy()
    known[0] += off
    rows = np.column_stack([to_local(points), known])
    np.savetxt(tmp_path / "points.csv", rows, "%.6f", ",", header="local_x,local_y,x,y", comments="")
    return city


def codes(study):
    return sorted(one.code for one in study.findings)


def assert_home(study):
    got, true = study.frame(LayerKind.PARKS), parks()
    distance = shapely.hausdorff_distance(
        got.geometry.to_numpy(), shapely.normalize(true.geometry.to_numpy())
    )
    assert distance.max() < 1e-3


@pytest.mark.parametrize("method", ["similarity", "affine"])
def test_control_points(tmp_path, method):
    study = city_with(tmp_path, f"control_points = 'points.csv'\nmethod = '{method}'").open()
    assert_home(study)
    assert codes(study) == ["crs.fitted", "crs.local"]
    said = next(one for one in study.findings if one.code == "crs.fitted")
    assert "5 control points; residuals 0.000 m rms" in said.message.en
    assert study.sources["parks"].crs.startswith("local, to EPSG:4547 by")


def test_other_control_points_are_another_layer(tmp_path):
    """The table of points is read again where it changed, with a cache and without, and its hash is told."""
    told = set()
    for east_m in (0.0, 3_000.0):
        city = city_with(tmp_path, "control_points = 'points.csv'")
        points = np.loadtxt(tmp_path / "points.csv", delimiter=",", skiprows=1)
        points[:, 2] += east_m
        np.savetxt(tmp_path / "points.csv", points, "%.6f", ",", header="local_x,local_y,x,y", comments="")
        study = open_study(load_config(city.toml()), tmp_path, cache=LayerCache(tmp_path / "kept"))
        moved = study.frame(LayerKind.PARKS).total_bounds - parks().total_bounds
        assert moved[0] == pytest.approx(east_m, abs=1e-3)
        told.add(study.sources["parks"].crs)
    assert len(told) == 2


def test_affine_parameters(tmp_path):
    numbers = [TURN.real, -TURN.imag, SHIFT.real, TURN.imag, TURN.real, SHIFT.imag]
    assert_home(city_with(tmp_path, f"affine = {[float(one) for one in numbers]}").open())


def test_four_parameters(tmp_path):
    shift = f"dx = {SHIFT.real:.6f}, dy = {SHIFT.imag:.6f}"
    values = f"{{ {shift}, rotation_s = {0.8 * 3600}, scale_ppm = -20.0 }}"
    assert_home(city_with(tmp_path, f"four_parameters = {values}").open())


def test_seven_parameters_through_the_system_itself(tmp_path):
    shift = "15.8,-154.4,-82.3,0.1,0.2,-0.3,1.5"
    text = f"+proj=tmerc +lat_0=0 +lon_0=114 +k=1 +x_0=500000 +y_0=0 +ellps=krass +towgs84={shift}"
    study = square_files(tmp_path).write("parks", parks().to_crs(text), crs=text).open()
    assert_home(study)


def test_residuals_are_told(tmp_path):
    study = city_with(tmp_path, "control_points = 'points.csv'", off=0.5).open()
    said = next(one for one in study.findings if one.code == "crs.fitted").message.en
    rms = float(said.partition("residuals ")[2].split(" m rms")[0])
    assert 0.1 < rms < 0.5


def test_features_beyond_the_points_are_told(tmp_path):
    near = np.array([[X0, Y0], [X0 + 400, Y0], [X0 + 400, Y0 + 400], [X0, Y0 + 400]])
    study = city_with(tmp_path, "control_points = 'points.csv'", near).open()
    assert "crs.fit_beyond" in codes(study)
    assert "2 features" in next(one for one in study.findings if one.code == "crs.fit_beyond").message.en


@pytest.mark.parametrize(
    ("transform", "points", "off", "said"),
    [
        ("control_points = 'points.csv'", CORNERS, 9.0, "beyond limit_m = 1; check that point"),
        ("control_points = 'points.csv'", CORNERS[:2], 0.0, "3 points are needed, 2 are given"),
        ("control_points = 'points.csv'\nmethod = 'affine'", CORNERS[:3], 0.0, "4 points are needed"),
        ("control_points = 'none.csv'", CORNERS, 0.0, "no such file"),
        ("affine = [0, 1, 0, 1, 0, 0]", CORNERS, 0.0, "mirrors the map"),
    ],
)
def test_refusals(tmp_path, transform, points, off, said):
    with pytest.raises(DataError, match=said):
        city_with(tmp_path, transform, points, off).open()


@pytest.mark.parametrize("row", ["", "local_x,local_y,x\n1,2,3", f"{HEAD}\n1,2,3", f"{HEAD}\n1,2,3,nan"])
def test_bad_tables_of_points(tmp_path, row):
    city = city_with(tmp_path, "control_points = 'points.csv'")
    (tmp_path / "points.csv").write_text(row)
    with pytest.raises(DataError, match=r"points\.csv"):
        city.open()


@pytest.mark.parametrize(
    ("transform", "said"),
    [
        ("", "exactly one of"),
        ("affine = [1, 0, 0, 0, 1]", "six numbers"),
        ("affine = [1, 0, 0, 0, 1, 0]\ncontrol_points = 'x'", "exactly one of"),
    ],
)
def test_bad_configuration(tmp_path, transform, said):
    with pytest.raises(ConfigError, match=said):
        city_with(tmp_path, transform).open()


def test_it_is_suspected_but_never_guessed(tmp_path):
    bare = local_parks()
    city = square_files(tmp_path).write("parks", bare)
    with pytest.raises(DataError, match="independent system"):
        city.open()
    with pytest.raises(DataError, match="independent system"):
        city.add("parks", "parks.gpkg", crs="EPSG:4547").open()
