"""JSON that may stand inside a script element and inside any template language without being read as code."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

_ESCAPES = {char: f"\\u{ord(char):04x}" for char in "<>&`\u2028\u2029\u0085\ufeff"}
_DANGEROUS = re.compile("[<>&`\u2028\u2029\u0085\ufeff]|[$](?={)|{(?=[{%#$])")


def safe_json(value: object) -> str:
    r"""Write a value as JSON without any sequence that HTML, JavaScript or Jinja could take for its own.

    ``<``, ``>``, ``&``, the backtick, line separators, the ``$`` of ``${`` and the brace before ``{``, ``%``,
    ``#`` or ``$`` are written as ``\uXXXX``: JSON has these characters only inside strings, where an escape
    means the same. Numbers that are not finite become null.

    Examples
    --------
    >>> print(safe_json({"a": "</script>{{7*7}}${x}"}))
    {"a":"\u003c/script\u003e\u007b{7*7}}\u0024{x}"}
    """
    text = json.dumps(plain(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _DANGEROUS.sub(_escape, text)


def plain(value: object) -> Any:  # noqa: ANN401 - JSON has no narrower type
    """Turn a value into what JSON can hold; what is not finite, or not known, becomes null.

    Lone surrogates, which UTF-8 cannot carry, become question marks.
    """
    if isinstance(value, Mapping):
        return {utf8_text(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if hasattr(value, "item"):
        return plain(value.item())
    return _plain_scalar(value)


def _plain_scalar(value: object) -> str | float | None:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return utf8_text(str(value))


def utf8_text(text: str) -> str:
    """Give text that UTF-8 can carry."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _escape(match: re.Match[str]) -> str:
    found = match.group()
    return _ESCAPES.get(found, f"\\u{ord(found):04x}")
