"""Values as sources write them: truth in Chinese and English, numbers, choices."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from layers.choices import CHOICES

if TYPE_CHECKING:
    from collections.abc import Callable

    from layers.kinds import FieldSpec

Value = str | float | int | bool

_TRUE = {"1", "是", "y", "yes", "t", "true", "有", "√", "建成", "已建成", "已建", "开放", "免费", "可", "on"}
_FALSE = {"0", "否", "n", "no", "f", "false", "无", "×", "x", "未建成", "未建", "在建", "规划", "拟建", "off"}
_FALSE |= {"不开放", "收费", "不可", "未开放", "规划中", "建设中"}
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?(e[+-]?\d+)?", re.IGNORECASE)
_WHOLE = re.compile(r"^0*(\d+)(?:\.0*)?$")
_NOT = "非不无未"
_EMPTY = {"", "null", "none", "nan", "<null>", "<空>", "空"}
_LONGEST_EMPTY = max(map(len, _EMPTY))


class UnreadableError(ValueError):
    """A value that is not of its field's type."""


def tidy(value: object) -> str:
    """Give the text of a value: full-width forms made plain, outer spaces and NULs dropped.

    Examples
    --------
    >>> tidy("  １２３ "), tidy(1401.0), tidy(True)
    ('123', '1401', 'true')
    """
    if isinstance(value, str):
        text = value if value.isascii() else unicodedata.normalize("NFKC", value)
        return text.replace("\x00", "").strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004 - exact range
        return str(int(value))
    return unicodedata.normalize("NFKC", str(value)).replace("\x00", "").strip()


def text_or_nothing(value: object) -> str:
    """Give the text of a value, and an empty one for a value that says nothing.

    Examples
    --------
    >>> text_or_nothing(" A１ "), text_or_nothing(None), text_or_nothing("<NULL>")
    ('A1', '', '')
    """
    if not isinstance(value, str):
        return "" if is_empty(value) else tidy(value)
    text = tidy(value)
    return "" if len(text) <= _LONGEST_EMPTY and text.lower() in _EMPTY else text


def are_plain(column: pd.Series) -> bool:
    """Say whether all that a column says is words to be taken as they are, as most columns of text are.

    Such words are of printable ASCII characters without spaces, and none is one of those that say nothing.
    Arrow looks at a million of them in a twentieth of the time that Python takes.

    Examples
    --------
    >>> [are_plain(pd.Series(one)) for one in (["A1", None], [" A1"], ["<NULL>"], ["Ａ"], [""], [3.0])]
    [True, False, False, False, False, False]
    """
    if not isinstance(column.dtype, pd.StringDtype):
        return False
    words = pa.array(column)
    none = pa.array(sorted(_EMPTY), words.type)
    return (
        pc.all(pc.ascii_is_printable(words)).as_py() is not False
        and pc.any(pc.match_substring(words, " ")).as_py() is not True
        and pc.any(pc.is_in(pc.ascii_lower(words), none)).as_py() is not True
    )


def is_empty(value: object) -> bool:
    """Tell whether a value says nothing."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return True
    if not isinstance(value, str):
        return False
    text = value.replace("\x00", "").strip()
    return len(text) <= _LONGEST_EMPTY and tidy(text).lower() in _EMPTY


def truth(value: object) -> bool:
    """Read a truth value.

    Examples
    --------
    >>> truth("是"), truth("N"), truth(1), truth("在建")
    (True, False, True, False)
    """
    text = tidy(value).lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise UnreadableError(text)


def number(value: object) -> float:
    """Read a number, thousands commas and full-width digits included.

    Examples
    --------
    >>> number("1,234.5"), number("１２")
    (1234.5, 12.0)
    """
    text = tidy(value)
    if not _NUMBER.fullmatch(text) or not any(character.isdigit() for character in text):
        raise UnreadableError(text)
    found = float(text.replace(",", ""))
    if not math.isfinite(found):
        raise UnreadableError(text)
    return found


def integer(value: object) -> int:
    """Read a whole number."""
    found = number(value)
    if not found.is_integer():
        raise UnreadableError(tidy(value))
    return int(found)


def choice(value: object, spec: FieldSpec) -> str:
    """Read one of a field's choices, written in English, in Chinese or by its usual number.

    Examples
    --------
    >>> from layers.kinds import SPECS, LayerKind
    >>> zone = next(one for one in SPECS[LayerKind.SOURCE_ZONES].fields if one.name == "zone_class")
    >>> choice("一级保护区", zone), choice("Quasi", zone)
    ('first_class', 'quasi')
    """
    text = tidy(value)
    folded = text.casefold().replace(" ", "_").replace("-", "_")
    for said in (folded, _WHOLE.sub(r"\1", folded)):  # 06 and 6.0 are code 6
        if said in spec.choices:
            return said
    words = [(word, meant) for word, meant in CHOICES.get(spec.name, ()) if meant in {"", *spec.choices}]
    found = {meant for word, meant in words if word == text} or _meant_by(text, words)
    if len(found) == 1 and found != {""}:
        return found.pop()
    raise UnreadableError(text)


def _meant_by(text: str, words: list[tuple[str, str]]) -> set[str]:
    """Say what the longest known words in a text mean; nothing where one of them is denied.

    Examples
    --------
    >>> words = [("自然", "natural"), ("人工", "artificial"), ("II", "second"), ("透水", "porous")]
    >>> [sorted(_meant_by(one, words)) for one in ("自然岸线", "非自然岸线", "III类", "自然、人工")]
    [['natural'], [], [], ['artificial', 'natural']]
    """
    held = [(word, meant) for word, meant in words if len(word) > 1 and _stands_in(word, text)]
    if any(f"{no}{word}" in text for word, _ in held for no in _NOT):
        return set()
    longest = max((len(word) for word, _ in held), default=0)
    return {meant for word, meant in held if len(word) == longest}


def _stands_in(word: str, text: str) -> bool:
    """Say whether a word is in a text; Latin letters and digits at its ends may not go on in the text."""
    before, after = (r"(?<![A-Za-z0-9])" if word[0].isascii() else ""), r"(?![A-Za-z0-9])"
    return re.search(before + re.escape(word) + (after if word[-1].isascii() else ""), text) is not None


def parse(value: object, spec: FieldSpec) -> Value:
    """Read a value as its field's type says.

    Raises
    ------
    UnreadableError
        The value is not of that type.
    """
    if spec.choices:
        return choice(value, spec)
    if spec.type != "text":
        return _PARSERS[spec.type](value)
    if isinstance(value, str) and spec.name != "code":
        return value.replace("\x00", "").strip()  # names keep their full-width brackets
    return tidy(value)


_PARSERS: dict[str, Callable[[object], Value]] = {
    "truth": truth,
    "number": number,
    "integer": integer,
}
