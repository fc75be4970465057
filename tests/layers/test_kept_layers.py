"""Prepared layers kept from run to run: the same study, never a stale or damaged one."""

from __future__ import annotations

import datetime as dt
import os
import shutil

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geoseries_equal

import geo.threads
import layers.kept_layers
import layers.read
from layers.config import load_config
from layers.demo import write_demo_city
from layers.errors import DataError
from layers.kept_layers import LayerCache
from layers.kinds import LayerKind
from layers.open_study import open_study

FEW = {LayerKind.BOUNDARY, LayerKind.DISTRICTS, LayerKind.PARKS, LayerKind.RESIDENTIAL,
       LayerKind.RED_LINE, LayerKind.STATIONS, LayerKind.CONSTRUCTION, LayerKind.OUTFALLS}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return write_demo_city(tmp_path_factory.mktemp("city"))


@pytest.fixture
def city(made, tmp_path):
    shutil.copytree(made.parent, tmp_path / "city")
    config = load_config(tmp_path / "city" / "city.toml")
    kept = {kind: section for kind, section in config.layers.items() if kind in FEW}
    return config.model_copy(update={"layers": kept}), tmp_path / "city"


@pytest.fixture
def counted(monkeypatch):
    calls = []
    monkeypatch.setattr(geo.threads, "_number", [1])  # all is read in this process, where it can be counted

    def prepare(kind, *rest):
        calls.append(kind)
        return plain(kind, *rest)

    plain = layers.kept_layers.prepare
    monkeypatch.setattr(layers.kept_layers, "prepare", prepare)
    return calls


def test_layers_read_in_two_processes_are_all_kept(city, tmp_path, monkeypatch):
    config, base = city
    monkeypatch.setattr(geo.threads, "_number", [2])
    first = open_study(config, base, cache=LayerCache(tmp_path / "kept"))
    assert len(list((tmp_path / "kept").iterdir())) == len(config.layers)
    monkeypatch.delattr(layers.kept_layers, "prepare")  # nothing may be prepared again, in neither process
    same(first, open_study(config, base, cache=LayerCache(tmp_path / "kept")))


def test_layers_another_process_kept_are_read_here_if_they_are_gone(city, tmp_path, monkeypatch):
    config, base = city
    plain = open_study(config, base)
    monkeypatch.setattr(geo.threads, "_number", [2])
    monkeypatch.setattr(LayerCache, "read", lambda *_: None)
    same(plain, open_study(config, base, cache=LayerCache(tmp_path / "kept")))


def same(one, two):
    assert one.findings == two.findings
    assert one.sources == two.sources
    assert shapely.equals_exact(one.boundary, two.boundary)
    assert list(one.layers) == list(two.layers)
    for kind, layer in one.layers.items():
        pd.testing.assert_frame_equal(
            pd.DataFrame(layer.frame.drop(columns="geometry")),
            pd.DataFrame(two.layers[kind].frame.drop(columns="geometry")),
        )
        assert_geoseries_equal(layer.frame.geometry, two.layers[kind].frame.geometry)


def test_second_run_reads_nothing_and_gives_the_same_study(city, tmp_path, counted):
    config, base = city
    plain = open_study(config, base)
    first = open_study(config, base, cache=LayerCache(tmp_path / "kept"))
    assert len(counted) == len(config.layers)
    counted.clear()
    second = open_study(config, base, cache=LayerCache(tmp_path / "kept"))
    assert counted == []
    same(plain, first)
    same(plain, second)


def test_changed_file_and_changed_section_are_read_again(city, tmp_path, counted):
    config, base = city
    open_study(config, base, cache=LayerCache(tmp_path / "kept"))
    counted.clear()
    parks = config.layers[LayerKind.PARKS]
    other = parks.model_copy(update={"attribution": "another"})
    changed = config.model_copy(update={"layers": {**config.layers, LayerKind.PARKS: other}})
    open_study(changed, base, cache=LayerCache(tmp_path / "kept"))
    assert counted == [LayerKind.PARKS]
    counted.clear()
    shared = config.layers[LayerKind.STATIONS].path
    with (base / shared).open("ab") as file:
        file.write(b"\n")
    open_study(changed, base, cache=LayerCache(tmp_path / "kept"))
    assert set(counted) == {kind for kind, section in changed.layers.items() if section.path == shared}
    assert len(counted) < len(config.layers)


def test_damaged_entries_are_found_and_made_again(city, tmp_path, counted):
    config, base = city
    plain = open_study(config, base, cache=LayerCache(tmp_path / "kept"))
    entries = sorted((tmp_path / "kept").iterdir())
    assert len(entries) == len(config.layers)
    for number, path in enumerate(entries):
        data = bytearray(path.read_bytes())
        if number % 3 == 0:
            data[len(data) // 2] ^= 1
        elif number % 3 == 1:
            data = data[: len(data) // 3]
        else:
            data = bytearray()
        path.write_bytes(bytes(data))
    counted.clear()
    again = open_study(config, base, cache=LayerCache(tmp_path / "kept"))
    assert len(counted) == len(config.layers)
    same(plain, again)


def test_a_place_that_cannot_be_written_does_no_harm(city, tmp_path):
    config, base = city
    (tmp_path / "file").write_text("in the way")
    same(open_study(config, base), open_study(config, base, cache=LayerCache(tmp_path / "file" / "kept")))


def test_what_is_not_used_any_more_goes(city, tmp_path):
    config, base = city
    open_study(config, base, cache=LayerCache(tmp_path / "kept"))
    few = {LayerKind.BOUNDARY: config.layers[LayerKind.BOUNDARY]}
    open_study(config.model_copy(update={"layers": few}), base, cache=LayerCache(tmp_path / "kept"))
    assert len(list((tmp_path / "kept").iterdir())) == 1


def test_a_layer_that_would_not_come_back_the_same_is_not_kept(city, tmp_path):
    config, base = city
    cache = LayerCache(tmp_path / "kept")
    layer = layers.kept_layers.prepare(LayerKind.RED_LINE, config.layers[LayerKind.RED_LINE], base)
    mixed = [dt.date(2020, 1, 1), "text"] * len(layer.frame)
    odd = layers.kept_layers.Prepared(
        layer.frame.assign(odd=pd.Series(mixed[: len(layer.frame)], dtype=object)), layer.source, ()
    )
    cache.write("0" * 64, odd)
    assert cache.read("0" * 64) is None


def test_columns_of_the_types_fields_are_read_as_come_back(city, tmp_path):
    config, base = city
    cache = LayerCache(tmp_path / "kept")
    layer = layers.kept_layers.prepare(LayerKind.RED_LINE, config.layers[LayerKind.RED_LINE], base)
    boxes = shapely.box(np.arange(4), 0, np.arange(4) + 1, 1)
    columns = {
        "str": ["", None, "公园 a", "a\x00b"],
        "float64": [-0.0, np.nan, np.inf, 5e-324],
        "Int64": [0, None, 2**62 + 1, -1],
        "boolean": [True, None, False, True],
    }
    typed = {name: pd.Series(values, dtype=name) for name, values in columns.items()}
    for crs in (4547, "+proj=tmerc +lon_0=114.05 +k=1.00001 +x_0=5e5 +ellps=GRS80"):
        kept = layers.kept_layers.Prepared(gpd.GeoDataFrame(typed, geometry=boxes, crs=crs), layer.source, ())
        assert cache.write("0" * 64, kept)
        found = cache.read("0" * 64)
        pd.testing.assert_frame_equal(pd.DataFrame(found.frame), pd.DataFrame(kept.frame), check_exact=True)
        assert np.signbit(found.frame["float64"][0])
        assert found.frame.crs == kept.frame.crs
        assert found.source == kept.source


def test_an_entry_of_another_name_is_no_entry(city, tmp_path, counted):
    config, base = city
    plain = open_study(config, base, cache=LayerCache(tmp_path / "kept"))
    one, two, *_ = sorted((tmp_path / "kept").iterdir())
    shutil.copy(one, two)
    counted.clear()
    same(plain, open_study(config, base, cache=LayerCache(tmp_path / "kept")))
    assert len(counted) == 1


def test_only_entries_are_ever_removed(city, tmp_path):
    """Of a folder that someone made the cache, or that a run which was ended left something in."""
    config, base = city
    folder = tmp_path / "kept"
    folder.mkdir()
    others = ["mine.tmp", "gis.layer", f"{'a' * 64}.{os.getpid()}.tmp"]
    left = [f"{'a' * 64}.999999999.tmp", f"{'b' * 64}.layer"]
    for name in (*others, *left):
        (folder / name).write_text("x")
    open_study(config, base, cache=LayerCache(folder))
    assert all((folder / name).exists() for name in others)
    assert not any((folder / name).exists() for name in left)


def test_a_file_that_changes_while_it_is_read_is_refused(city, tmp_path, monkeypatch):
    config, base = city
    stations = base / config.layers[LayerKind.STATIONS].path
    content, describe = stations.read_bytes(), layers.read.source_of

    def changing(found, *rest):
        if found.path == stations:
            stations.write_bytes(content + b"\n")
        return describe(found, *rest)

    monkeypatch.setattr(layers.read, "source_of", changing)
    with pytest.raises(DataError, match="changed while it was read"):
        open_study(config, base, cache=LayerCache(tmp_path / "kept"))


def test_a_file_that_was_another_when_it_was_named_is_not_kept(city, tmp_path, monkeypatch):
    """It was replaced after its hash went into the entry's name, and put back when it had been read."""
    config, base = city
    section = config.layers[LayerKind.STATIONS]
    stations, plain = base / section.path, layers.kept_layers.prepare
    content = stations.read_bytes()

    def replaced(*arguments):
        stations.write_bytes(content + b"\n")
        try:
            return plain(*arguments)
        finally:
            stations.write_bytes(content)

    monkeypatch.setattr(layers.kept_layers, "prepare", replaced)
    LayerCache(tmp_path / "kept").prepared(LayerKind.STATIONS, section, base, None)
    assert not (tmp_path / "kept").exists()
