"""One run of each real city for the whole session."""

from __future__ import annotations

import importlib.util

import pytest
from real_runs import DATA, ROOT, Run, run_city, shanhai


def preparation(city: str):
    """Load the script under docs/runs that makes a city's folder."""
    path = ROOT / "docs" / "runs" / f"prepare_{city}.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def las_palmas(tmp_path_factory) -> Run:
    """Import and run; ``seconds`` counts both."""
    source = DATA / "las_palmas"
    out = tmp_path_factory.mktemp("las_palmas") / "lp"
    code, seconds = shanhai(
        "import-osm",
        source / "las_palmas_20230221.osm.pbf",
        "--boundary",
        source / "boundary_municipality_IGN.geojson",
        "--districts",
        source / "school_districts.geojson",
        "--out",
        out,
    )
    assert code == 0
    run = run_city(out / "city.toml")
    run.seconds += seconds
    return run


@pytest.fixture(scope="session")
def hong_kong(tmp_path_factory) -> Run:
    out = tmp_path_factory.mktemp("hong_kong")
    return run_city(preparation("hong_kong").prepare(DATA / "hongkong", out))


@pytest.fixture(scope="session")
def shenzhen(tmp_path_factory) -> Run:
    out = tmp_path_factory.mktemp("shenzhen")
    return run_city(preparation("shenzhen").prepare(DATA / "shenzhen", out))


@pytest.fixture(scope="session")
def singapore(tmp_path_factory) -> Run:
    out = tmp_path_factory.mktemp("singapore")
    return run_city(preparation("singapore").prepare(DATA / "singapore", out))
