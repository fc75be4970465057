"""What pydantic found wrong, said in both languages with the key and the remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from layers.kinds import LayerKind
from layers.near_names import listed
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

_EXPECTED = {
    "string_type": Text("应为带引号的文字", "must be text in quotes"),
    "bool_type": Text("应为 true 或 false", "must be true or false"),
    "int_type": Text("应为整数", "must be a whole number"),
    "float_type": Text("应为数字", "must be a number"),
    "date_type": Text(
        "应为日期，如 2025-12-31（不加引号）", "must be a date such as 2025-12-31, without quotes"
    ),
    "dict_type": Text("应为一节（表）", "must be a table"),
    "model_type": Text("应为一节（表）", "must be a table"),
    "tuple_type": Text("应为列表 [...]", "must be a list [...]"),
    "string_too_short": Text("不能为空", "must not be empty"),
    "too_short": Text("不能为空", "must not be empty"),
    "string_too_long": Text("太长", "is too long"),
    "missing": Text("缺少，必须填写", "is missing; it must be given"),
}


def faults_of(error: ValidationError, model: type[BaseModel]) -> list[Text]:
    """Give one sentence per fault, in the order of the file's sections."""
    seen: dict[Text, None] = {}
    for detail in error.errors(include_url=False):
        seen.setdefault(_said(detail, model))
    return list(seen)


def _said(detail: ErrorDetails, model: type[BaseModel]) -> Text:
    parts = [str(part) for part in detail["loc"] if part != "[key]"]
    key = ".".join(part for part in parts if not _branch(part))
    if detail["type"] == "shanhai":
        context: dict[str, Any] = detail["ctx"]
        said = Text(context["zh"], context["en"])
    elif detail["loc"] and detail["loc"][-1] == "[key]":
        said = _unknown(parts[-1], [kind.value for kind in LayerKind])
    elif parts and _branch(parts[-1]):
        said = Text("应为一个数字、文字或 true/false", "must be one number, text, or true/false")
    elif detail["type"] == "extra_forbidden":
        said = _unknown(parts[-1], _names_at(parts[:-1], model))
    else:
        said = _EXPECTED.get(detail["type"]) or _ruled(detail)
    return Text(f"{key}：{said.zh}", f"{key}: {said.en}") if key else said


def _branch(part: str) -> bool:
    """Tell pydantic's names of union branches from keys."""
    return part in {"str", "int", "float", "bool", "function-before[_both_languages(), Name]"}


def _unknown(name: str, known: Sequence[str]) -> Text:
    near = listed(name, known)
    return Text(f"不认识这个键{near.zh}", f"unknown key{near.en}")


def _names_at(parts: Sequence[str], model: type[BaseModel]) -> list[str]:
    """Give the keys that a section may have, following the path from the top."""
    here: Any = model
    for part in parts:
        if isinstance(here, type) and issubclass(here, BaseModel):
            here = _inner(here, part)
    if not (isinstance(here, type) and issubclass(here, BaseModel)):
        return []
    return [info.alias or name for name, info in here.model_fields.items()]


def _inner(model: type[BaseModel], part: str) -> Any:  # noqa: ANN401 - a type expression
    for name, info in model.model_fields.items():
        if (info.alias or name) == part:
            models = [one for one in (info.annotation, *get_args(info.annotation)) if isinstance(one, type)]
            return next((one for one in models if issubclass(one, BaseModel)), None)
    return model


def _ruled(detail: ErrorDetails) -> Text:
    context: dict[str, Any] = detail.get("ctx", {})
    match detail["type"]:
        case "literal_error":
            return Text(f"只能是 {context['expected']}", f"must be {context['expected']}")
        case "string_pattern_mismatch":
            return Text(
                "只能用小写英文字母、数字、_ 和 -（1–64 个字符）",
                "may have a-z, 0-9, _ and - only (1 to 64 characters)",
            )
        case "greater_than_equal":
            return Text(f"不能小于 {context['ge']}", f"must not be below {context['ge']}")
    return Text(f"不合规定（{detail['msg']}）", f"is not allowed ({detail['msg']})")
