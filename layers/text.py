"""Text in the two languages every reader-facing string has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Lang = Literal["zh", "en"]


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
