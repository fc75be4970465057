"""MSPA on rasters small enough to class by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from geo.morphology import BRANCH, BRIDGE, CORE, EDGE, ISLET, LOOP, PERFORATION, mspa


def drawn(*rows):
    return np.array([[sign == "#" for sign in row] for row in rows])


def classed(*rows):
    letters = {
        ".": 0,
        "C": CORE,
        "I": ISLET,
        "P": PERFORATION,
        "E": EDGE,
        "L": LOOP,
        "B": BRIDGE,
        "R": BRANCH,
    }
    return np.array([[letters[sign] for sign in row] for row in rows])


def test_core_edge_and_branch():
    found = mspa(
        drawn(
            "............",
            ".#####......",
            ".#####......",
            ".#########..",
            ".#####......",
            ".#####......",
            "............",
        )
    )
    # the cell where the branch leaves has no background beside it: it is core, and the next one its edge
    assert (
        found
        == classed(
            "............",
            ".EEEEE......",
            ".ECCCE......",
            ".ECCCCERRR..",
            ".ECCCE......",
            ".EEEEE......",
            "............",
        )
    ).all()


def test_islets_have_no_core():
    found = mspa(drawn(".....", ".##..", ".##.#", "....."))
    assert set(found[found > 0].tolist()) == {ISLET}


def test_a_bridge_joins_two_cores_and_a_loop_one():
    picture = np.zeros((11, 20), bool)
    picture[1:6, 1:6] = True
    picture[1:6, 13:18] = True
    picture[3, 6:13] = True
    found = mspa(picture)
    assert found[3, 5:14].tolist() == [CORE, EDGE, *[BRIDGE] * 5, EDGE, CORE]
    ring = np.zeros((14, 14), bool)
    ring[1:8, 1:8] = True
    ring[2, 8:11] = ring[6, 8:11] = ring[2:7, 10] = True
    found = mspa(ring)
    assert (found[2:7, 10] == LOOP).all()
    # the hole is closed by the loop, not by the core: the core's rim there is edge
    assert PERFORATION not in found


def test_a_hole_in_the_core_is_a_perforation():
    picture = np.zeros((11, 11), bool)
    picture[1:10, 1:10] = True
    picture[5, 5] = False
    found = mspa(picture)
    assert (found == PERFORATION).sum() == 4
    assert found[4, 5] == found[5, 4] == found[5, 6] == found[6, 5] == PERFORATION
    assert (found == EDGE).sum() == 32
    assert found[1, 1] == EDGE
    assert (found == CORE).sum() == 49 - 5


def test_wider_edges_leave_less_core():
    picture = np.zeros((13, 13), bool)
    picture[1:12, 1:12] = True
    assert [(mspa(picture, width) == CORE).sum() for width in (1, 2, 3, 5, 6)] == [81, 49, 25, 1, 0]


def test_unknown_cells_make_no_edge():
    picture = np.ones((5, 9), bool)
    missing = np.zeros((5, 9), bool)
    missing[:, 5:] = True
    found = mspa(picture, 1.0, missing)
    assert (found[:, :5] == CORE).all()
    assert (found[:, 5:] == 0).all()


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.3, 0.9), st.sampled_from([1.0, 1.5, 2.0, 3.0]))
def test_every_foreground_cell_is_in_one_class_whichever_way_the_picture_is_held(seed, share, width):
    picture = np.random.default_rng(seed).uniform(size=(16, 16)) < share
    picture = np.kron(picture, np.ones((2, 2), bool))
    found = mspa(picture, width)
    assert ((found > 0) == picture).all()
    assert found.max(initial=0) <= BRANCH
    assert (mspa(picture[::-1].T, width) == found[::-1].T).mean() == pytest.approx(1, abs=0.02)


def plain_mspa(picture, width, missing):
    """The seven classes by growing masks, cell by cell: no distance transform anywhere."""
    eight = np.ones((3, 3), bool)
    near = int(np.floor(width))
    reach = np.hypot(*np.mgrid[-near : near + 1, -near : near + 1]) <= width
    picture = picture & ~missing
    outside = ~picture & ~missing
    core = picture & ~ndimage.binary_dilation(outside, reach)
    found = np.zeros(picture.shape, int)
    labels, count = ndimage.label(picture, eight)
    holds = [number for number in range(1, count + 1) if (core & (labels == number)).any()]
    body = np.isin(labels, holds)
    found[picture & ~body] = ISLET
    found[core] = CORE
    rim = body & ~core & ndimage.binary_dilation(core, np.ones((2 * near + 1,) * 2, bool))
    hole = _closed_holes(core | rim, missing)
    open_ = ~(core | rim) & ~hole & ~missing
    for at in zip(*np.nonzero(rim), strict=True):
        found[at] = PERFORATION if nearest(hole, at) < nearest(open_, at) else EDGE
    rest, count = ndimage.label(body & ~core & ~rim, eight)
    cores, _ = ndimage.label(core, eight)
    for number in range(1, count + 1):
        piece = rest == number
        meets = ndimage.binary_dilation(piece, eight) & rim
        places = ndimage.label(meets, eight)[1]
        # the cores nearest to the cells it meets; ties make either answer right
        choices = [owners(cores, at) for at in zip(*np.nonzero(meets), strict=True)]
        sure = set.union(*[one for one in choices if len(one) == 1], set()) if choices else set()
        clear = all(len(one) == 1 or one & sure for one in choices)
        many = len(sure) > 1
        kind = BRIDGE if many else LOOP if places > 1 else BRANCH
        found[piece] = kind if clear and (many or all(one == sure for one in choices)) else -1
    return found


def _closed_holes(solid, missing):
    labels, count = ndimage.label(~solid)
    hole = np.zeros(solid.shape, bool)
    for number in range(1, count + 1):
        one = labels == number
        rows, columns = np.nonzero(one)
        on_rim = (rows == 0) | (columns == 0) | (rows == len(solid) - 1) | (columns == solid.shape[1] - 1)
        if not on_rim.any() and not (one & missing).any():
            hole |= one
    return hole


def nearest(mask, at):
    cells = np.argwhere(mask)
    return np.inf if not len(cells) else float(np.hypot(*(cells - at).T).min())


def owners(cores, at):
    """Every core that has a cell at the least distance."""
    cells = np.argwhere(cores > 0)
    away = ((cells - at) ** 2).sum(axis=1)
    return {int(cores[tuple(cell)]) for cell in cells[away == away.min()]}


@settings(max_examples=50, deadline=None)
@given(
    st.integers(0, 10_000),
    st.floats(0.4, 0.95),
    st.sampled_from([1.0, 1.5, 2.0, 3.0]),
    st.sampled_from([0, 0.05]),
)
def test_classes_equal_growing_masks_cell_by_cell(seed, share, width, unknown):
    rng = np.random.default_rng(seed)
    picture = np.kron(rng.random((9, 9)) < share, np.ones((3, 3), bool))
    picture ^= rng.random(picture.shape) < 0.02
    missing = rng.random(picture.shape) < unknown
    expected = plain_mspa(picture, width, missing)
    found = mspa(picture, width, missing)
    sure = expected >= 0
    assert (found[sure] == expected[sure]).all()
    assert np.isin(found[~sure], [BRIDGE, LOOP, BRANCH]).all()
