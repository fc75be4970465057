"""What evidence gained and lost, against shapes cut by hand."""

from __future__ import annotations

import dataclasses

import pytest
import shapely
from sample_reports import sample_report
from square_city import frame, line, square

from analyses.changed_ground import changed_ground
from analyses.outputs.run_folder import write_run
from layers.errors import ConfigError

WALK = "park_walk_coverage"


def run(folder, *shapes, classes=None):
    report = sample_report()
    kinds = classes or ["a"] * len(shapes)
    evidence = frame(list(shapes), id=[f"p{i}" for i in range(len(shapes))], **{"class": kinds})
    measures = {WALK: dataclasses.replace(report.measures[WALK], evidence=evidence)}
    return write_run(dataclasses.replace(report, measures=measures), folder)


def total(changes, kind):
    return shapely.union_all(changes.geometry[changes["class"] == kind].to_numpy())


def test_gains_and_losses_are_the_differences(tmp_path):
    old = run(tmp_path / "old", square(0, 0, 1000), square(2000, 0, 500))
    new = run(tmp_path / "new", square(500, 0, 1000), square(3000, 0, 500))
    changes = changed_ground(old, new, WALK)
    assert total(changes, "gained").equals(shapely.union(square(1000, 0, 500, 1000), square(3000, 0, 500)))
    assert total(changes, "lost").equals(shapely.union(square(0, 0, 500, 1000), square(2000, 0, 500)))
    sums = changes.groupby("class")["area_m2"].sum()
    assert sums["gained"] == pytest.approx(750_000, rel=1e-6)
    assert sums["lost"] == pytest.approx(750_000, rel=1e-6)


def test_the_same_evidence_has_no_change(tmp_path):
    one = run(tmp_path / "one", square(0, 0, 1000))
    assert changed_ground(one, one, WALK).empty


def test_only_the_classes_asked_for_count_and_only_areas(tmp_path):
    old = run(tmp_path / "old", square(0, 0, 100), classes=["a"])
    new = run(
        tmp_path / "new",
        square(0, 0, 100),
        line((0, 0), (9, 9)),
        square(500, 0, 100),
        classes=["a", "a", "b"],
    )
    assert changed_ground(old, new, WALK, ("a",)).empty
    assert changed_ground(old, new, WALK)["area_m2"].sum() == pytest.approx(10_000, rel=1e-6)


def test_a_folder_without_evidence_is_refused(tmp_path):
    one = run(tmp_path / "one", square(0, 0, 1000))
    with pytest.raises(ConfigError, match="park_walk"):
        changed_ground(tmp_path, one, WALK)
    with pytest.raises(ConfigError, match="red_line_area"):
        changed_ground(one, one, "red_line_area")


@pytest.mark.parametrize("column", ["weight", "residential_share"])
def test_plots_that_count_by_a_share_have_the_area_that_counts_beside(tmp_path, column):
    """A plot of which 70 % are homes is lost, one without a share is gained: 7,000 and 10,000 m² count."""
    report = sample_report()

    def run_of(name, shape, share):
        evidence = frame([shape], id=[name], **{"class": ["a"], column: [share]})
        measures = {WALK: dataclasses.replace(report.measures[WALK], evidence=evidence)}
        return write_run(dataclasses.replace(report, measures=measures), tmp_path / name)

    changes = changed_ground(
        run_of("old", square(0, 0, 100), 0.7), run_of("new", square(500, 0, 100), float("nan")), WALK
    )
    sums = changes.groupby("class")[["area_m2", "counted_m2"]].sum()
    assert sums["area_m2"].tolist() == pytest.approx([10_000, 10_000], rel=1e-6)
    assert sums.loc["lost", "counted_m2"] == pytest.approx(7_000, rel=1e-6)
    assert sums.loc["gained", "counted_m2"] == pytest.approx(10_000, rel=1e-6)


def test_without_shares_nothing_is_said_of_them(tmp_path):
    old, new = run(tmp_path / "old", square(0, 0, 100)), run(tmp_path / "new", square(0, 0, 200))
    assert "counted_m2" not in changed_ground(old, new, WALK)
