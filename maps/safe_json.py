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
    """Write a value as JSON without any sequence that HTML, JavaScript or Jinja could take for its own.

    ``<``, ``>``, ``&``, the backtick, line separators, the ``$`` of ``${`` and the brace before ``{``, ``%``,
    ``#`` or ``$`` are written as ``\\uXXXX``: inside JSON these characters need escapes only in strings, where
    an escape means the same. Numbers that are not finite become null.

    Examples
    --------
    >>> print(safe_json({"a": "</script>{{7*7}}${x}"}))
    {"a":"\\u003c/script\\u003e\\u007b{7*7}}\\u0024{x}"}
    """
    text = json.dumps(plain(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _DANGEROUS.sub(_escape, text)


def plain(value: object) -> Any:  # noqa: ANN401 - JSON has no narrower type
    """Turn a value into what JSON can hold; what is not finite, or not known, becomes null.

    Lone surrogates, which UTF-8 cannot carry, become the replacement character.
    """
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode() if _has_surrogate(value) else str(value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {plain(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if hasattr(value, "item"):
        return plain(value.item())
    return plain(str(value))


def _has_surrogate(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text)


def _escape(match: re.Match[str]) -> str:
    found = match.group()
    return _ESCAPES.get(found, f"\\u{ord(found):04x}")
