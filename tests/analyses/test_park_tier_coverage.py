"""Tiers of parks along one street, in closed form, and against many places measured one by one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from geo_walk_oracle import random_streets
from square_city import X0, Y0, layer, line, point, square, square_study

from analyses.evaluate import Request, evaluate
from analyses.indicator import NotMeasurableError
from analyses.indicators import park_tier_coverage
from analyses.report import Provenance, Status
from analyses.targets import load_plan
from geo.area_access import areas_access
from geo.area_reach import areas_reach
from geo.network import build_network
from geo.reach import place_distance
from layers.kinds import LayerKind

STREET = layer(LayerKind.STREETS, [line((0, 2_000), (4_000, 2_000))])
COMMUNITY, CITY, NATURAL = square(1_000, 2_000, 100), square(2_000, 2_000, 100), square(0, 0, 100)
CLASSES = ["community", "city", "natural"]
# within 100 m of a street's end, up to 40 m beside it: the area beyond that end
CAP = (40 * np.sqrt(100**2 - 40**2) + 100**2 * np.arcsin(0.4)) / 2


def strip(**columns):
    """Homes 40 m deep all along the south side of the street: 160,000 m²."""
    columns.setdefault("residents", [1_600.0])
    return layer(LayerKind.RESIDENTIAL, [square(0, 1_960, 4_000, 40)], **columns)


def parks(*shapes, **columns):
    return layer(LayerKind.PARKS, list(shapes), **columns)


def three(**parameters):
    return square_study(STREET, parks(COMMUNITY, CITY, NATURAL, park_class=CLASSES), strip(), **parameters)


def beside(measure, name):
    return next(one for one in measure.beside if one.id == name)


def test_each_tier_reaches_its_own_distance_and_all_three_their_common_part():
    measure = park_tier_coverage.measure(three())
    # 600 m from the park's sides at 1000 and 1100: 500 m of street and 100 m around it
    assert beside(measure, "community").quantity.part == pytest.approx(40 * 1_100 + 2 * CAP, rel=5e-4)
    assert beside(measure, "city").quantity.part == pytest.approx(40 * 2_300 + 2 * CAP, rel=5e-4)
    assert beside(measure, "natural").quantity.value == pytest.approx(1.0, rel=1e-6)
    both = 40 * 700 + 2 * CAP  # street from 900 to 1600
    assert measure.city.value == pytest.approx(both / 160_000, rel=5e-4)
    assert beside(measure, "population").quantity.part == pytest.approx(both / 100, rel=5e-4)
    assert beside(measure, "city_population").quantity.whole == pytest.approx(1_600, rel=1e-6)


def test_evidence_and_districts_make_the_whole():
    measure = park_tier_coverage.measure(three())
    evidence = measure.evidence
    assert evidence["area_m2"].sum() == pytest.approx(160_000, rel=1e-6)
    assert evidence.loc[evidence["class"] == "all", "area_m2"].sum() == pytest.approx(measure.city.part)
    assert set(evidence["class"]) == {"all", "two", "one"}
    assert measure.by_district["W"].part + measure.by_district["E"].part == pytest.approx(measure.city.part)
    assert measure.by_district["E"].value == 0.0


def test_distances_are_parameters():
    measure = park_tier_coverage.measure(three(tier_natural_m=1_000.0, tier_community_m=670.0))
    assert beside(measure, "natural").quantity.value == 0.0
    assert beside(measure, "community").quantity.part == pytest.approx(40 * 1_240 + 2 * CAP, rel=5e-4)
    assert measure.city.value == 0.0


def test_a_natural_park_serves_in_a_straight_line_from_its_edge():
    measure = park_tier_coverage.measure(three(tier_natural_m=2_500.0))
    exact = shapely.intersection(
        square(0, 1_960, 4_000, 40), shapely.buffer(NATURAL, 2_500, quad_segs=500)
    ).area
    assert beside(measure, "natural").quantity.part == pytest.approx(exact, rel=2e-3)


def test_the_class_counts_whatever_the_land_use_code():
    study = square_study(
        STREET,
        parks(COMMUNITY, CITY, NATURAL, park_class=CLASSES, code=["1401", "1401", "0301"]),
        strip(),
    )
    assert beside(park_tier_coverage.measure(study), "natural").quantity.value == pytest.approx(1.0, rel=1e-6)


def test_a_park_serves_its_own_class_only():
    study = square_study(STREET, parks(CITY, NATURAL, park_class=["city", "natural"]), strip())
    measure = park_tier_coverage.measure(study)
    assert beside(measure, "community").quantity is None
    assert "community" in beside(measure, "community").reason.en
    assert beside(measure, "city").quantity.value > 0.5
    assert measure.city.value is None
    assert {one.value for one in measure.by_district.values()} == {None}
    assert beside(measure, "population").quantity is None
    assert "no park of class community" in measure.undefined.en
    assert park_tier_coverage.measure(three()).undefined is None
    assert [one.code for one in measure.findings] == ["park.class_absent"]
    assert any("community" in note.en for note in measure.notes)


def test_parks_without_class_are_counted_aloud_and_none_with_class_is_not_measurable():
    study = square_study(STREET, parks(COMMUNITY, CITY, park_class=["community", None]), strip())
    assert any("1 features" in note.en for note in park_tier_coverage.measure(study).notes)
    for bare in (
        parks(COMMUNITY),
        parks(COMMUNITY, park_class=[None]),
        parks(COMMUNITY, park_class=["square"]),
    ):
        with pytest.raises(NotMeasurableError, match="park_class"):
            park_tier_coverage.measure(square_study(STREET, bare, strip()))


def test_a_park_without_a_way_in_serves_nobody_and_is_reported():
    study = square_study(STREET, parks(square(1_000, 3_000, 100), park_class=["community"]), strip())
    measure = park_tier_coverage.measure(study)
    assert beside(measure, "community").quantity.value == 0.0
    assert "park.no_entrance" in {one.code for one in measure.findings}


def test_given_entrances_decide_where_the_walk_ends():
    gate = layer(LayerKind.PARK_ENTRANCES, [point(1_100, 2_000)], park_id=["0"])
    study = square_study(STREET, parks(COMMUNITY, park_class=["community"]), gate, strip())
    part = beside(park_tier_coverage.measure(study), "community").quantity.part
    assert part == pytest.approx(40 * 1_000 + 2 * CAP, rel=1e-3)


def test_homes_without_residents_give_land_alone():
    study = square_study(STREET, parks(COMMUNITY, park_class=["community"]), strip(residents=[None]))
    measure = park_tier_coverage.measure(study)
    assert beside(measure, "population").quantity is None
    assert beside(measure, "community").quantity.value > 0.2


def test_a_city_without_districts_and_one_without_homes():
    study = three()
    measure = park_tier_coverage.measure(replace(study, districts=study.districts.iloc[:0]))
    assert measure.by_district == {}
    assert measure.city.value > 0.1
    away = layer(LayerKind.RESIDENTIAL, [square(9_000, 0, 40)], residents=[1.0])
    none = square_study(STREET, parks(COMMUNITY, park_class=["community"]), away)
    assert park_tier_coverage.measure(none).city.value is None


def test_the_plan_is_tracked_and_a_share_of_ones_own_is_judged():
    (row,) = (
        one for one in load_plan("longgang-eco-14th-fyp", Path()) if one.indicator == "park_tier_coverage"
    )
    own = replace(row, id="own", comparison=">=", value=0.1)
    report = evaluate(
        three(), [row, own], Provenance({}, "", {}, {}), "run",
        Request(only=("park_tier_coverage",), places={"longgang": "*"}),
    )  # fmt: skip
    status = {one.target.id: one.status for one in report.results if one.target}
    assert status == {row.id: Status.NO_TARGET, "own": Status.MET}


def test_without_a_class_the_plan_is_still_tracked_and_a_share_of_ones_own_has_no_data():
    (row,) = (
        one for one in load_plan("longgang-eco-14th-fyp", Path()) if one.indicator == "park_tier_coverage"
    )
    own = replace(row, id="own", comparison="<=", value=0.1)
    study = square_study(STREET, parks(NATURAL, park_class=["natural"], code=["0301"]), strip())
    report = evaluate(
        study, [row, own], Provenance({}, "", {}, {}), "run",
        Request(only=("park_tier_coverage",), places={"longgang": "*"}),
    )  # fmt: skip
    found = {one.target.id: one for one in report.results if one.target}
    assert found[row.id].status is Status.NO_TARGET
    assert found["own"].status is Status.NO_DATA
    assert "no park of class community, city" in found["own"].reason.en
    district = next(one for one in report.results if one.district == "W")
    assert district.reason == found["own"].reason


@pytest.mark.parametrize("seed", range(3))
def test_agrees_with_places_measured_one_by_one(seed):
    rng = np.random.default_rng(seed)
    shift = np.array([X0 + 1_400, Y0 + 1_400])
    streets = [shapely.transform(one, lambda xy: xy + shift) for one in random_streets(rng, 9, 150.0)]
    corners = rng.uniform(1_400, 2_500, (9, 2))
    greens = [square(x, y, w) for (x, y), w in zip(corners, rng.uniform(20, 90, 9), strict=True)]
    sort = [CLASSES[k % 3] for k in range(9)]
    homes = square(1_400, 1_400, 1_200)
    limits = {"community": 350.0, "city": 500.0, "natural": 450.0}
    study = square_study(
        layer(LayerKind.STREETS, streets),
        parks(*greens, park_class=sort),
        layer(LayerKind.RESIDENTIAL, [homes]),
        **{f"tier_{name}_m": value for name, value in limits.items()},
        access_m=60.0,
    )
    measure = park_tier_coverage.measure(study)
    grid = np.stack(np.meshgrid(*(np.arange(5.0, 1_200, 10) + 1_400,) * 2), -1).reshape(-1, 2)
    places = shapely.points(grid + np.array([X0, Y0]))
    network = build_network(streets)
    reached = []
    for name, limit in limits.items():
        own = [green for green, one in zip(greens, sort, strict=True) if one == name]
        if name == "natural":
            distance = np.min([shapely.distance(places, one) for one in own], axis=0)
        else:
            access = areas_access(network, own, [str(k) for k in range(len(own))])
            distance = place_distance(areas_reach(access, limit), places, 60.0, limit)
        reached.append(distance <= limit)
        share = beside(measure, name).quantity.value
        assert share == pytest.approx(reached[-1].mean(), abs=0.01)
    together = np.logical_and.reduce(reached).mean()
    assert together > 0.02
    assert measure.city.value == pytest.approx(together, abs=0.01)


def test_one_more_park_never_lowers_coverage():
    before = park_tier_coverage.measure(three()).city.value
    more = parks(COMMUNITY, CITY, NATURAL, square(1_800, 2_000, 60), park_class=[*CLASSES, "community"])
    after = park_tier_coverage.measure(square_study(STREET, more, strip())).city.value
    assert after > before
