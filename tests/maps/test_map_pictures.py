"""The page looks as it did: scaled-down screenshots compared with those kept in ``pictures/``.

After a change of looks that is meant, renew them, look at them, and commit them with the change::

    SHANHAI_RENEW_PICTURES=1 python -m pytest tests/maps/test_map_pictures.py

The pictures are averaged over blocks of 2 to 4 pixels, which takes most of what another machine's drawing of
letters changes. Three figures decide: the mean absolute difference of a channel (of 255) over the picture,
the same in the worst square of 24 pixels, and the share of pixels that differ by more than 40 in any channel.
Letters made bolder and moved by a third of a pixel reach 3.8, 22 and 2.6 % at most; the smallest panel taken
away reaches 32 in its square. What changes less than that (a missing button) is for the other tests to see.
"""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import numpy as np
import pytest
from conftest import ARTEFACTS, VIEWS
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile

pytestmark = pytest.mark.browser

PICTURES = Path(__file__).parent / "pictures"
RENEW = "SHANHAI_RENEW_PICTURES"
BLOCK = {"desktop": 4, "tablet": 3, "phone": 2}
STEP = 8
"""Channels are kept in steps of 8, so that a picture stays small."""
FAR = 40
SQUARE = 24
MEAN_LIMIT = 5.0
SQUARE_LIMIT = 28.0
FAR_LIMIT = 0.04
LARGEST_BYTES = 60_000


def decoded(png):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with MemoryFile(png) as memory, memory.open() as picture:
            return picture.read([1, 2, 3])


def encoded(pixels):
    bands, height, width = pixels.shape
    shape = {"count": bands, "height": height, "width": width, "dtype": "uint8"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with MemoryFile() as memory:
            with memory.open(driver="PNG", ZLEVEL=9, **shape) as picture:
                picture.write(pixels)
            return memory.read()


def scaled_down(pixels, block):
    """Average blocks of pixels and round to steps; rows and columns that fill no block are left out."""
    bands, height, width = pixels.shape
    rows, columns = height // block, width // block
    blocks = pixels[:, : rows * block, : columns * block].reshape(bands, rows, block, columns, block)
    return (np.rint(blocks.mean(axis=(2, 4)) / STEP) * STEP).clip(0, 255).astype(np.uint8)


def difference(one, other):
    """Mean absolute difference per channel, the same in the worst square, share of pixels beyond ``FAR``."""
    assert one.shape == other.shape
    apart = np.abs(one.astype(int) - other.astype(int))
    _, height, width = apart.shape
    squares = [
        apart[:, top : top + SQUARE, left : left + SQUARE].mean()
        for top in starts(height)
        for left in starts(width)
    ]
    return float(apart.mean()), float(max(squares)), float((apart.max(axis=0) > FAR).mean())


def starts(length):
    """Where squares begin that cover a side; the last one ends with it."""
    return [*range(0, length - SQUARE, SQUARE), max(0, length - SQUARE)]


def alike(one, other):
    mean, worst, far = difference(one, other)
    return mean <= MEAN_LIMIT and worst <= SQUARE_LIMIT and far <= FAR_LIMIT


def taken(opened, view):
    opened.page.wait_for_timeout(300)
    return scaled_down(decoded(opened.page.screenshot()), BLOCK[view])


def kept(view):
    return decoded((PICTURES / f"{view}.png").read_bytes())


@pytest.mark.parametrize("view", VIEWS)
def test_page_looks_as_kept(open_page, organic_html, view):
    now = taken(open_page(organic_html, view).ready(), view)
    path = PICTURES / f"{view}.png"
    if os.environ.get(RENEW):
        path.write_bytes(encoded(now))
    ARTEFACTS.mkdir(exist_ok=True)
    (ARTEFACTS / f"compared-{view}.png").write_bytes(encoded(now))
    assert path.stat().st_size < LARGEST_BYTES
    assert alike(now, kept(view)), difference(now, kept(view))


BROKEN = {
    "side panel hidden": ("desktop", "#side { visibility: hidden }"),
    "side panel gone": ("tablet", "#side { display: none }"),
    "sheet hidden on a phone": ("phone", "#side { visibility: hidden }"),
    "legend hidden": ("desktop", "#panel { visibility: hidden }"),
    "legend hidden on a phone": ("phone", "#panel { visibility: hidden }"),
    "districts without colour": ("tablet", ".leaflet-districts-pane { visibility: hidden }"),
    "title bar gone": ("phone", ".top { display: none }"),
    "moved by ten pixels": ("desktop", "body { transform: translateY(10px) }"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_page_is_told(open_page, organic_html, fault):
    view, css = BROKEN[fault]
    opened = open_page(organic_html, view).ready()
    opened.page.add_style_tag(content=css)
    broken = taken(opened, view)
    assert not alike(broken, kept(view)), difference(broken, kept(view))


@pytest.mark.parametrize("view", VIEWS)
def test_another_drawing_of_letters_passes(open_page, organic_html, view):
    """Letters slightly bolder, a third of a pixel off and placed without hinting are the same page."""
    opened = open_page(organic_html, view).ready()
    opened.page.add_style_tag(
        content="* { -webkit-text-stroke: 0.2px currentColor; text-rendering: geometricPrecision }"
        " body { transform: translate(0.33px, 0.33px) }"
    )
    other = taken(opened, view)
    assert difference(other, kept(view))[0] > 0.5
    assert alike(other, kept(view)), difference(other, kept(view))


def test_blocks_are_averaged():
    pixels = np.zeros((3, 4, 5), np.uint8)
    pixels[:, :2, :2] = [[[0, 100], [100, 200]]] * 3
    small = scaled_down(pixels, 2)
    assert small.shape == (3, 2, 2)
    assert small[:, 0, 0].tolist() == [96, 96, 96]
    assert difference(small, np.zeros_like(small)) == (24.0, 24.0, 0.25)


def test_pictures_survive_being_written():
    pixels = np.arange(3 * 4 * 6, dtype=np.uint8).reshape(3, 4, 6)
    assert np.array_equal(decoded(encoded(pixels)), pixels)
