"""The name of a run, its provenance, its clock."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pytest
from sample_reports import city

from analyses.provenance import StageClock, build_provenance, run_id, software_versions
from geo.processes import peak_mb
from layers.study import Source

CONFIG = "c" * 64


def changed(**values):
    study = city()
    parks = dataclasses.replace(study.sources["parks"], **values)
    return build_provenance(dataclasses.replace(study, sources={**study.sources, "parks": parks}), CONFIG)


def test_the_same_inputs_give_the_same_name():
    assert run_id(build_provenance(city(), CONFIG)) == run_id(build_provenance(city(), CONFIG))
    assert re.fullmatch("[0-9a-f]{16}", run_id(build_provenance(city(), CONFIG)))


def test_where_a_file_lies_does_not_matter_what_is_in_it_does():
    base = run_id(build_provenance(city(), CONFIG))
    assert run_id(changed(path="elsewhere/parks.gpkg")) == base
    others = [
        changed(sha256="0" * 64),
        changed(layer="other"),
        changed(datum="gcj02"),
        changed(crs="EPSG:4526"),
        build_provenance(city(), "d" * 64),
        build_provenance(city(), CONFIG, ("another-plan",)),
        build_provenance(city(), CONFIG, parameters={"walk_distance_m": 400.0}),
        build_provenance(city(), CONFIG, tables={"declared.csv": Source("declared.csv", sha256="1" * 64)}),
        dataclasses.replace(build_provenance(city(), CONFIG), software={"shanhai": "9"}),
    ]
    assert len({base, *map(run_id, others)}) == len(others) + 1


def test_order_of_inputs_and_parameters_does_not_matter():
    one = build_provenance(city(), CONFIG, parameters={"a": 1, "b": 2})
    other = build_provenance(city(), CONFIG, parameters={"b": 2, "a": 1})
    turned = dataclasses.replace(other, inputs=dict(reversed(other.inputs.items())))
    assert run_id(one) == run_id(turned)


def test_an_input_without_hash_is_told_by_its_path():
    assert run_id(changed(sha256="", path="postgresql://host/a")) != run_id(
        changed(sha256="", path="postgresql://host/b")
    )


def test_versions_of_what_computes_are_named():
    versions = software_versions()
    assert {"shanhai", "python", "GDAL", "GEOS", "PROJ", "shapely", "numpy"} <= set(versions)
    assert "unknown" not in versions.values()
    assert list(versions) == sorted(versions)


def test_parameters_of_the_study_hold_where_none_are_given():
    assert build_provenance(city(), CONFIG).parameters == {"walk_distance_m": 300.0}


def test_the_clock_keeps_stages_in_order_with_time_and_memory():
    clock = StageClock()
    with clock.stage("big"):
        held = np.ones(60_000_000 // 8)
    with pytest.raises(RuntimeError), clock.stage("fails"):
        raise RuntimeError
    assert [stage.name for stage in clock.stages] == ["big", "fails"]
    assert all(stage.seconds >= 0 for stage in clock.stages)
    assert held.nbytes / 1e6 <= clock.stages[0].peak_mb <= clock.stages[1].peak_mb <= peak_mb()


def test_the_time_of_a_stage_within_another_counts_once(monkeypatch):
    moments = iter([0, 1, 4, 5, 15, 20, 30, 31])  # outer begins, inner, second, outer ends; another
    monkeypatch.setattr("analyses.provenance.time.perf_counter", lambda: next(moments))
    clock = StageClock()
    with clock.stage("outer"):
        with clock.stage("inner"):
            pass
        with clock.stage("second"):
            pass
    with clock.stage("after"):
        pass
    stages = [(stage.name, stage.seconds) for stage in clock.stages]
    assert stages == [("outer", 7), ("inner", 3), ("second", 10), ("after", 1)]
