"""``shanhai validate --map``: the faults of a city's data on an offline map."""

from __future__ import annotations

import json

import pytest
from command_line import shanhai
from square_city import frame, square
from square_files import written

from maps.stored_page import read_page


@pytest.fixture
def city(tmp_path):
    city = written(tmp_path / "city")
    city.write(
        "parks", frame([square(100, 100, 500), square(100, 100, 500)], id=["p1", "p2"], name=["a", "b"])
    )
    return city.toml()


def test_every_finding_is_in_the_map(city, tmp_path):
    page = tmp_path / "faults.html"
    ended = shanhai("validate", city, "--map", page, "--lang", "en")
    assert ended.out.rstrip().endswith(str(page))
    told = json.loads(shanhai("validate", city, "--json").out)
    model = read_page(page.read_text(encoding="utf-8"), "faults.html")
    assert [one["code"] for one in model.value["findings"]] == [one["code"] for one in told]
    assert "geometry.duplicate" in {one["code"] for one in told}
    placed = next(one for one in model.value["layers"] if one["id"] == "findings")
    assert placed["features"] == sum(one["place"] is not None for one in told) > 0
    assert placed["on"]
    assert model.value["indicators"] == []


def test_machine_output_stays_machine_output(city, tmp_path):
    page = tmp_path / "faults.html"
    ended = shanhai("validate", city, "--map", page, "--json")
    assert json.loads(ended.out)
    assert page.is_file()
