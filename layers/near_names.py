"""What a name that is not known was probably meant to be."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

ALIKE = 0.6
"""Likeness, 0 to 1, from which on a name is worth proposing: two names of four letters may share three."""


def nearest(name: str, known: Iterable[str]) -> Text:
    """Ask whether the known name most like this one was meant; say nothing where none is like it.

    Examples
    --------
    >>> nearest("Parcs", ["parks", "water"]).en
    '; did you mean parks?'
    >>> nearest("roads", ["parks", "water"]).en
    ''
    """
    folded = {one.casefold(): one for one in sorted(known, reverse=True)}
    near = difflib.get_close_matches(name.casefold(), list(folded), n=1, cutoff=ALIKE)
    if not near:
        return Text("", "")
    return Text(f"；是否想写 {folded[near[0]]}？", f"; did you mean {folded[near[0]]}?")


def listed(name: str, known: Iterable[str]) -> Text:
    """Say which known name is nearest, or list them all where none is near.

    Examples
    --------
    >>> listed("roads", ["water", "parks"]).en
    '; known: parks, water'
    """
    names = sorted(known)
    near = nearest(name, names)
    if near.en:
        return near
    return Text(f"；可用：{'、'.join(names)}", f"; known: {', '.join(names)}")
