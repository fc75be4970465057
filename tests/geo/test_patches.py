"""Patches and their graph against plain distances between all pairs."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from geo.detours import spare_links
from geo.patches import Links, components, least_forest, patch_links, patches_of

boxes = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(1, 12), st.integers(1, 12)),
    min_size=1,
    max_size=12,
).map(lambda rows: [box(x, y, x + w, y + h) for x, y, w, h in rows])


def test_what_overlaps_or_touches_at_a_corner_is_one_patch():
    found = patches_of([box(0, 0, 2, 2), box(1, 0, 3, 2), box(3, 2, 4, 3), box(9, 9, 10, 10)])
    assert shapely.area(found).tolist() == [7.0, 1.0]
    assert found[0].is_valid


@settings(max_examples=40, deadline=None)
@given(boxes, st.randoms())
def test_patches_do_not_depend_on_order_and_lie_apart(shapes, random):
    found = patches_of(shapes)
    mixed = shapes[:]
    random.shuffle(mixed)
    assert [one.wkb for one in patches_of(mixed)] == [one.wkb for one in found]
    assert shapely.area(found).sum() == pytest.approx(shapely.union_all(shapes).area)
    for i, one in enumerate(found):
        assert all(one.distance(other) > 0 for other in found[i + 1 :])


@settings(max_examples=40, deadline=None)
@given(boxes, st.integers(1, 40))
def test_links_equal_the_distance_of_every_pair(shapes, reach):
    found = patches_of(shapes)
    links = patch_links(found, reach)
    expected = {
        (i, j): found[i].distance(found[j])
        for i in range(len(found))
        for j in range(i + 1, len(found))
        if found[i].distance(found[j]) <= reach
    }
    assert list(zip(links.one.tolist(), links.other.tolist(), strict=True)) == sorted(expected)
    assert links.distance_m == pytest.approx([expected[pair] for pair in sorted(expected)])


def test_patches_of_many_vertices_are_as_far_apart_as_they_are():
    star = shapely.Point(0, 0).buffer(500, quad_segs=700)
    shapes = patches_of(
        [
            star,
            shapely.Point(1_300, 0).buffer(500, quad_segs=700),
            box(0, 600, 50, 650),
            box(2e3, 0, 2_050, 50),
        ]
    )
    links = patch_links(shapes, 450.0)
    for one, other, distance in zip(links.one, links.other, links.distance_m, strict=True):
        assert distance == pytest.approx(shapes[one].distance(shapes[other]), abs=1e-9)
    pairs = [(i, j) for i in range(4) for j in range(i + 1, 4) if shapes[i].distance(shapes[j]) <= 450]
    assert list(zip(links.one.tolist(), links.other.tolist(), strict=True)) == pairs
    assert len(pairs) == 3


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([12, 60, 300]))
def test_bays_and_rings_are_as_far_apart_as_they_are(seed, vertices):
    rng = np.random.default_rng(seed)
    turn = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    made = []
    for _ in range(14):
        x, y = rng.uniform(0, 3_000, 2)
        r = rng.uniform(50, 400) * (1 + 0.8 * np.sin(rng.integers(2, 6) * turn + rng.uniform(0, 6)))
        star = shapely.make_valid(shapely.Polygon(np.c_[x + r * np.cos(turn), y + r * np.sin(turn)]))
        hole = shapely.Point(x, y).buffer(rng.uniform(10, 200))
        made += [star.difference(hole), hole.buffer(-9)]
    found = patches_of(made)
    links = patch_links(found, 900.0)
    apart = {(i, j): found[i].distance(found[j]) for i in range(len(found)) for j in range(i + 1, len(found))}
    expected = sorted(pair for pair, distance in apart.items() if distance <= 900)
    assert list(zip(links.one.tolist(), links.other.tolist(), strict=True)) == expected
    assert links.distance_m == pytest.approx([apart[pair] for pair in expected], abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_sparing_links_leaves_the_least_forest_as_it_is(seed):
    rng = np.random.default_rng(seed)
    xy = rng.integers(0, 12, (25, 2)).astype(float)
    one, other = np.triu_indices(25, 1)
    length = np.hypot(*(xy[one] - xy[other]).T)
    keep = (length <= 6) & (length > 0)
    links = Links(25, one[keep], other[keep], length[keep])
    lean = spare_links(links)
    ends = [
        [(int(held.one[k]), int(held.other[k])) for k in least_forest(held, np.ones(25))[0]]
        for held in (links, lean)
    ]
    assert ends[0] == ends[1]


def test_components_and_forest():
    links = Links(5, np.array([0, 0, 1, 3]), np.array([1, 2, 2, 4]), np.array([1.0, 5.0, 2.0, 7.0]))
    count, group = components(links)
    assert (count, group.tolist()) == (2, [0, 0, 0, 1, 1])
    chosen, sides = least_forest(links, np.array([1.0, 2.0, 4.0, 8.0, 16.0]))
    assert chosen.tolist() == [0, 2, 3]
    # cutting 0-1 leaves 1 against 2 + 4, cutting 1-2 leaves 1 + 2 against 4, cutting 3-4 leaves 8 against 16
    assert sides.tolist() == [6.0, 12.0, 128.0]


def test_a_link_with_two_ways_around_it_is_spared():
    one, other = np.array([0, 0, 0, 1, 2]), np.array([1, 2, 3, 3, 3])
    twice = Links(4, one, other, np.array([1.0, 1.0, 2.0, 1.0, 1.0]))
    assert len(spare_links(twice).one) == 4
    once = Links(4, one, other, np.array([1.0, 1.0, 2.0, 1.0, 1.5]))
    assert len(spare_links(once).one) == 5
