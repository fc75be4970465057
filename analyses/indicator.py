"""What an indicator is, and how the modules of ``analyses/indicators`` are found."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

import analyses.indicators
from layers.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable

    from analyses.quantities import Measure, Unit
    from layers.kinds import LayerKind
    from layers.study import ParameterValue, Study
    from layers.text import Text

System = Literal[
    "red_line",
    "control_line",
    "source_zones",
    "greenways",
    "parks",
    "sponge",
    "structure",
    "index",
    "declared",
]
Tone = Literal["good", "bad", "review", "neutral", "context"]


class NotMeasurableError(DataError):
    """The data given does not allow this measure; the message says why and what would help."""


@dataclass(frozen=True)
class Parameter:
    """A number or choice a measure depends on, with its doubt in the open.

    ``doubt`` says what is not certain about the default (a recalled or proposed figure); None means that
    the figure was seen in ``source``.
    """

    name: str
    default: ParameterValue
    about: Text
    unit: str = ""
    source: str = ""
    doubt: Text | None = None
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[ParameterValue, ...] = ()

    def of(self, study: Study) -> ParameterValue:
        """Give the value that holds in a study."""
        return study.parameters.get(self.name, self.default)

    def number(self, study: Study) -> float:
        """Give the value as a number."""
        return float(self.of(study))


@dataclass(frozen=True)
class EvidenceClass:
    """A class of evidence the map draws: its id in the ``class`` column, its name and its tone."""

    id: str
    title: Text
    tone: Tone


@dataclass(frozen=True)
class Indicator:
    """The definition of an indicator; its measure is a plain function ``Study -> Measure``.

    Attributes
    ----------
    id
        Equal to the module's name.
    system
        The chapter it belongs to.
    needs
        Layers without which it cannot be measured; ``any_of`` lists groups of which one layer suffices.
    uses
        Layers that refine it where they are given.
    formula, basis
        As text, standard and clause included.
    higher_is_better
        None where neither direction is better.
    about
        What it means, where title and formula do not say it all.
    edge_cases
        How the cases are treated that readers ask about.
    method
        What of the computation a reader cannot see in formula and parameters, but must know to repeat it.
    declared, declared_uses
        Ids of declared values of the whole city without which it cannot be measured, and of those that are
        used where they are given.
    """

    id: str
    title: Text
    system: System
    unit: Unit
    needs: tuple[LayerKind, ...]
    measure: Callable[[Study], Measure]
    formula: Text
    basis: Text
    uses: tuple[LayerKind, ...] = ()
    any_of: tuple[tuple[LayerKind, ...], ...] = ()
    parameters: tuple[Parameter, ...] = ()
    classes: tuple[EvidenceClass, ...] = ()
    higher_is_better: bool | None = True
    about: Text | None = None
    edge_cases: tuple[Text, ...] = ()
    method: tuple[Text, ...] = ()
    declared: tuple[str, ...] = ()
    declared_uses: tuple[str, ...] = ()


@cache
def all_indicators() -> dict[str, Indicator]:
    """Find every indicator: one per module of ``analyses.indicators``, by id, in name order.

    Examples
    --------
    >>> all_indicators()["red_line_share"].system
    'red_line'
    """
    names = sorted(module.name for module in pkgutil.iter_modules(analyses.indicators.__path__))
    found: dict[str, Indicator] = {}
    for name in names:
        indicator: Indicator = importlib.import_module(f"analyses.indicators.{name}").INDICATOR
        if indicator.id != name:
            raise ValueError(f"the indicator in {name}.py calls itself {indicator.id!r}")
        found[name] = indicator
    return found
