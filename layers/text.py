"""Text in the two languages every reader-facing string has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Lang = Literal["zh", "en"]

_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)


def visible(text: str) -> str:
    r"""Put U+FFFD for control characters and for those that turn the direction of the text around them.

    Examples
    --------
    >>> visible("park\u202egnp.exe\x1b[2J")
    'park�gnp.exe�[2J'
    """
    return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text)


@dataclass(frozen=True, slots=True, order=True)
class Text:
    """A string in Chinese and in English.

    Examples
    --------
    >>> Text("公园", "park")["en"]
    'park'
    >>> Text("缺图层 {layer}", "layer {layer} is missing").format(layer="parks")["zh"]
    '缺图层 parks'
    """

    zh: str
    en: str

    def __getitem__(self, lang: Lang) -> str:
        """Give the string in one language."""
        return self.zh if lang == "zh" else self.en

    def format(self, **values: object) -> Text:
        """Fill the same placeholders in both languages; the values are never parsed as templates."""
        return Text(self.zh.format(**values), self.en.format(**values))
