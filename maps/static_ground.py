"""The ground of a static picture: areas filled over each other, then lines, smoothed by drawing it bigger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from affine import Affine
from PIL import Image, ImageDraw
from rasterio.features import rasterize

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

TIMES = 3
"""The ground is drawn so many times as big, then averaged."""
_PERIOD = 10
Colour = tuple[int, int, int]


def rgb(text: str) -> Colour:
    """Read a colour.

    Examples
    --------
    >>> rgb("#0b6470")
    (11, 100, 112)
    """
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


@dataclass(frozen=True)
class Frame:
    """Which piece of the Web Mercator world fills how many pixels.

    ``box`` is west, north, east and south in steps of the world.
    """

    box: tuple[float, float, float, float]
    width: int
    height: int

    @property
    def per_pixel(self) -> float:
        """Steps of the world in a pixel."""
        return (self.box[2] - self.box[0]) / self.width

    def pixels(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the places of points in the picture."""
        return np.asarray((points - np.array(self.box[:2])) / self.per_pixel)


class Ground:
    """A picture of a frame that shapes, in steps of the world, are laid on one after the other."""

    def __init__(self, frame: Frame, sea: str) -> None:
        self.frame = frame
        self._size = (frame.height * TIMES, frame.width * TIMES)
        self._picture = Image.new("RGB", self._size[::-1], rgb(sea))
        step = frame.per_pixel / TIMES
        self._transform = Affine(step, 0, frame.box[0], 0, step, frame.box[1])

    def fill(self, shapes: NDArray[Any], style: Mapping[str, Any], *, strength: float = 1.0) -> None:
        """Fill areas with the colour and hatch of a style."""
        held = [shape for shape in shapes if not shape.is_empty]
        if not held:
            return
        mask = rasterize(
            held,
            out_shape=self._size,
            transform=self._transform,
            default_value=round(255 * strength),
            dtype="uint8",
        )
        if "fill" in style:
            self._picture.paste(rgb(style["fill"]), (0, 0), Image.fromarray(mask))
        if "hatch" in style:
            mask *= _hatch(style["hatch"], self._size)
            self._picture.paste(rgb(style["ink"]), (0, 0), Image.fromarray(mask))

    def line(self, shapes: NDArray[Any], colour: str, width: float) -> None:
        """Draw lines, or the edges of areas, so many pixels wide."""
        held = shapes[~shapely.is_empty(shapes)]
        if not len(held):
            return
        edges = np.where(shapely.get_dimensions(held) > 1, shapely.boundary(held), held)
        pen = ImageDraw.Draw(self._picture)
        thick = max(1, round(width * TIMES))
        for part in shapely.get_parts(edges):
            places = self.frame.pixels(shapely.get_coordinates(part)) * TIMES
            if len(places) > 1:
                pen.line([tuple(place) for place in places.tolist()], rgb(colour), thick, joint="curve")

    def finished(self) -> Image.Image:
        """Give the smoothed picture."""
        return self._picture.reduce(TIMES)


def _hatch(kind: str, size: tuple[int, int]) -> NDArray[np.bool_]:
    """Tell the pixels of a hatch: ``diagonal`` rises, ``back`` falls, ``cross`` does both; or ``dots``."""
    rows, columns = np.ogrid[: size[0], : size[1]]
    period, width = _PERIOD * TIMES, round(1.2 * TIMES)
    if kind == "dots":
        return np.asarray((rows % period < 2 * TIMES) & (columns % period < 2 * TIMES))
    rising, falling = (rows + columns) % period < width, (columns - rows) % period < width
    return np.asarray({"diagonal": rising, "back": falling}.get(kind, rising | falling))
