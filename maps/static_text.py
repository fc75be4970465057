"""Text on a static picture: on one line, within its width, in letters the machine has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import ImageDraw

from layers.text import visible
from maps.static_ground import rgb

if TYPE_CHECKING:
    from PIL import Image

    from maps.fonts import Fonts

INK, MUTED = "#16242f", "#52616d"


@dataclass(frozen=True)
class Letter:
    """How big and how a text is written; ``halo`` is the width of the white around it."""

    size: int
    bold: bool = False
    colour: str = INK
    halo: int = 0


class Pen:
    """Writes on a picture."""

    def __init__(self, sheet: Image.Image, fonts: Fonts) -> None:
        self.draw = ImageDraw.Draw(sheet)
        self.fonts = fonts

    def write(self, place: tuple[float, float], text: str, letter: Letter, anchor: str = "la") -> None:
        """Write a line at a place (of Pillow's anchors)."""
        self.draw.text(
            place,
            self.line(text),
            rgb(letter.colour),
            self.fonts.at(letter.size, bold=letter.bold),
            anchor=anchor,
            stroke_width=letter.halo,
            stroke_fill="#ffffff",
        )

    def line(self, text: str) -> str:
        """Give a text on one line; without a Chinese font what cannot be written becomes a question mark."""
        whole = " ".join(visible(text).split())
        if self.fonts.chinese:
            return whole
        return plain_signs(whole).encode("latin-1", "replace").decode("latin-1")

    def width(self, text: str, letter: Letter) -> float:
        """Give how wide a line is."""
        return float(self.fonts.at(letter.size, bold=letter.bold).getlength(self.line(text)))

    def fitting(self, text: str, letter: Letter, width: float) -> str:
        """Cut a text to a width."""
        if self.width(text, letter) <= width:
            return text
        whole = self.line(text)
        while whole and self.width(whole + "…", letter) > width:
            whole = whole[:-1]
        return whole + "…"

    def wrapped(self, text: str, letter: Letter, width: float, most: int) -> list[str]:
        """Break a text into at most so many lines: between words, or anywhere in Chinese."""
        rest = self.line(text)
        lines: list[str] = []
        while rest and len(lines) < most - 1 and self.width(rest, letter) > width:
            cut = len(rest)
            while cut > 1 and self.width(rest[:cut], letter) > width:
                cut -= 1
            space = rest.rfind(" ", 0, cut + 1)
            cut = space if space > 0 else cut
            lines.append(rest[:cut].strip())
            rest = rest[cut:].strip()
        return [*lines, self.fitting(rest, letter, width)] if rest else lines


def latin(text: str) -> bool:
    """Tell whether a text is written in letters that every font has."""
    return all(ord(char) < 256 for char in text)  # noqa: PLR2004 - the end of Latin-1


def plain_signs(text: str) -> str:
    """Write signs that a font without Chinese may lack in plain ones.

    Examples
    --------
    >>> plain_signs("≥ 5 – 6 …")
    '>= 5 - 6 ...'
    """
    for sign, plain in (("≥", ">="), ("≤", "<="), ("–", "-"), ("…", "..."), ("−", "-")):
        text = text.replace(sign, plain)
    return text
