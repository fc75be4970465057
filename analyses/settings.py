"""The values a user sets for parameters of indicators: every one known, of its type, in its range."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from analyses.indicator import all_indicators
from layers.errors import ConfigError
from layers.near_names import listed
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analyses.indicator import Parameter
    from layers.study import ParameterValue


def known_parameters() -> dict[str, Parameter]:
    """Give every parameter of every indicator by name.

    Examples
    --------
    >>> known_parameters()["walk_distance_m"].default
    300.0
    """
    found = (one for indicator in all_indicators().values() for one in indicator.parameters)
    return {one.name: one for one in found}


def check_settings(values: Mapping[str, ParameterValue]) -> None:
    """See that every value set belongs to a parameter and may be its value.

    Raises
    ------
    ConfigError
        Naming every fault: an unknown name with the nearest known one, a value of another type, one outside
        the range or the choices.
    """
    known = known_parameters()
    faults = []
    for name, value in values.items():
        if name not in known:
            near = listed(name, known)
            faults.append(
                Text(
                    f"parameters.{name}：没有这个参数{near.zh}",
                    f"parameters.{name}: there is no such parameter{near.en}",
                )
            )
        elif (fault := value_fault(known[name], value)) is not None:
            faults.append(Text(f"parameters.{name}：{fault.zh}", f"parameters.{name}: {fault.en}"))
    if faults:
        raise ConfigError(Text("\n".join(one.zh for one in faults), "\n".join(one.en for one in faults)))


def value_fault(parameter: Parameter, value: ParameterValue) -> Text | None:
    """Say what is wrong with a value for a parameter, or None where it may be its value.

    Examples
    --------
    >>> value_fault(known_parameters()["walk_distance_m"], -1).en
    'must not be below 1'
    """
    if not _is_like(value, parameter.default):
        return _expected(parameter.default)
    if parameter.choices and value not in parameter.choices:
        allowed = " | ".join(str(one) for one in parameter.choices)
        return Text(f"只能是 {allowed}", f"must be {allowed}")
    return None if isinstance(value, str) else _range_fault(parameter, value)


def _is_like(value: ParameterValue, default: ParameterValue) -> bool:
    return all(isinstance(value, kind) is isinstance(default, kind) for kind in (bool, str))


def _range_fault(parameter: Parameter, value: float) -> Text | None:
    if parameter.minimum is not None and not value >= parameter.minimum:
        return Text(f"不能小于 {parameter.minimum:g}", f"must not be below {parameter.minimum:g}")
    if parameter.maximum is not None and not value <= parameter.maximum:
        return Text(f"不能大于 {parameter.maximum:g}", f"must not be above {parameter.maximum:g}")
    return None if math.isfinite(value) else _expected(value)


def _expected(default: ParameterValue) -> Text:
    if isinstance(default, bool):
        return Text("应为 true 或 false", "must be true or false")
    return (
        Text("应为文字", "must be text") if isinstance(default, str) else Text("应为数字", "must be a number")
    )
