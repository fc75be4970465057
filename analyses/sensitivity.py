"""How much a number hangs on figures that are in doubt: an indicator over the range of its parameters."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

from analyses.evaluate import evaluate
from analyses.report import Status
from analyses.settings import known_parameters
from layers.errors import ConfigError
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from analyses.evaluate import Request
    from analyses.indicator import Indicator, Parameter
    from analyses.quantities import Unit
    from analyses.report import Report, Result
    from analyses.target import Target
    from layers.study import ParameterValue

    Values = tuple[ParameterValue, ...]
    Settings = tuple[tuple[str, ParameterValue], ...]
    Key = tuple[str, str | None, str | None]

MOST_VARIANTS = 400
"""More settings than these are refused: they would take hours."""

RANGES: Mapping[str, Values] = {
    "walk_distance_m": (300.0, 350.0, 400.0),  # both ends are in use, see the parameter's doubt
    "access_m": (50.0, 75.0, 100.0),
    "park_min_area_m2": (400.0, 1_000.0, 2_000.0),
    "tier_community_m": (600.0, 670.0),  # 10 min at 1.0 and 1.11 m/s
    "tier_city_m": (1_200.0, 1_340.0, 2_000.0),  # 20 min at 1.0 and 1.11 m/s; a city's own aim
    "sliver_area_m2": (0.1, 1.0, 10.0),
    "sliver_width_m": (0.05, 0.1, 0.5),
    "greenway_snap_m": (5.0, 10.0, 20.0),
}
"""Over what a doubtful number is varied unless the user says otherwise; where no source gives the ends, they
are proposed. A doubtful parameter with choices is varied over them all."""


@dataclass(frozen=True)
class Outcome:
    """A value and its verdict under some settings; no settings are the ones that hold."""

    settings: Settings
    value: float | None
    status: Status


@dataclass(frozen=True)
class Band:
    """One result over all settings that concern its indicator."""

    indicator: str
    title: Text
    district: str | None
    unit: Unit | None
    target: Target | None
    base: Outcome
    outcomes: tuple[Outcome, ...]

    @property
    def lowest(self) -> Outcome:
        """The outcome with the lowest value; the one that holds where it is as low."""
        return min(self._numbers, key=lambda one: one.value or 0.0, default=self.base)

    @property
    def highest(self) -> Outcome:
        """The outcome with the highest value; the one that holds where it is as high."""
        return max(self._numbers, key=lambda one: one.value or 0.0, default=self.base)

    @property
    def fragile(self) -> bool:
        """Whether the target is met under some settings and missed under others."""
        return {Status.MET, Status.MISSED} <= {one.status for one in (self.base, *self.outcomes)}

    @property
    def _numbers(self) -> list[Outcome]:
        return [one for one in (self.base, *self.outcomes) if one.value is not None]


def doubtful(indicator: Indicator) -> dict[str, Values]:
    """Give the doubtful parameters of an indicator that have a range, each with its values.

    Examples
    --------
    >>> from analyses.indicator import all_indicators
    >>> doubtful(all_indicators()["park_walk_coverage"])["access_m"]
    (50.0, 75.0, 100.0)
    """
    in_doubt = (one for one in indicator.parameters if one.doubt is not None)
    return {one.name: values for one in in_doubt if (values := _range(one))}


def _range(parameter: Parameter) -> Values:
    return RANGES.get(parameter.name) or parameter.choices


def chosen_ranges(
    indicators: Iterable[Indicator], wanted: Mapping[str, Values] | None = None
) -> dict[str, dict[str, Values]]:
    """Give for each indicator the parameters to vary: those wanted, else the doubtful ones.

    Indicators with nothing to vary are left out.

    Raises
    ------
    ConfigError
        A wanted parameter belongs to none of the indicators.
    """
    found: dict[str, dict[str, Values]] = {}
    for one in indicators:
        own = {parameter.name for parameter in one.parameters}
        varied = doubtful(one) if not wanted else {k: v for k, v in wanted.items() if k in own}
        if varied:
            found[one.id] = varied
    lost = set(wanted or ()) - {name for varied in found.values() for name in varied}
    if lost:
        names = ", ".join(sorted(lost))
        raise ConfigError(
            Text(
                f"所选指标都不用参数 {names}；shanhai indicators ID 列出指标的参数",
                f"none of the indicators uses parameter {names}; shanhai indicators ID lists an indicator's",
            )
        )
    return found


def variants(ranges: Mapping[str, Values], *, together: bool = False) -> list[Settings]:
    """Give the settings to try: one parameter at a time, or every combination.

    Raises
    ------
    ConfigError
        There are more than ``MOST_VARIANTS``.

    Examples
    --------
    >>> variants({"a": (1, 2), "b": (3,)})
    [(('a', 1),), (('a', 2),), (('b', 3),)]
    >>> variants({"a": (1, 2), "b": (3,)}, together=True)
    [(('a', 1), ('b', 3)), (('a', 2), ('b', 3))]
    """
    number = 1 if together else sum(map(len, ranges.values()))
    for values in ranges.values() if together else ():
        number *= len(values)
    if number > MOST_VARIANTS:
        raise ConfigError(
            Text(
                f"组合太多（{number} 个，最多 {MOST_VARIANTS} 个）；请减少参数或取值",
                f"too many settings ({number}, at most {MOST_VARIANTS}); give fewer parameters or values",
            )
        )
    if together:
        return [tuple(zip(ranges, values, strict=True)) for values in product(*ranges.values())]
    return [((name, value),) for name, values in ranges.items() for value in values]


def vary(
    report: Report,
    targets: Sequence[Target],
    ranges: Mapping[str, Mapping[str, Values]],
    request: Request,
    *,
    together: bool = False,
) -> tuple[Band, ...]:
    """Measure again under other settings; the study is read once, and so is its walking network built.

    Parameters
    ----------
    report
        The report under the settings that hold; it has the indicators to vary.
    targets, request
        As they were given for the report.
    ranges
        By indicator, the parameters to vary with their values.
    together
        Whether every combination is tried; else one parameter at a time.

    Returns
    -------
    One band per result of the indicators: the city, every district, every target that binds one of them.
    """
    wanted: dict[Settings, set[str]] = defaultdict(set)
    for indicator, own in ranges.items():
        for settings in variants(own, together=together):
            kept = tuple((name, value) for name, value in settings if _differs(report, name, value))
            if kept:
                wanted[kept].add(indicator)
    outcomes: dict[Key, list[Outcome]] = defaultdict(list)
    for settings, indicators in wanted.items():
        _say(request, settings)
        for key, result in _results(report, targets, settings, replace(request, only=indicators)).items():
            outcomes[key].append(_outcome(settings, result))
    return tuple(
        Band(
            one.indicator,
            one.title,
            one.district,
            None if one.quantity is None else one.quantity.unit,
            one.target,
            _outcome((), one),
            tuple(outcomes[_key(one)]),
        )
        for one in report.results
        if one.indicator in ranges and not _elsewhere(one)
    )


def _differs(report: Report, name: str, value: ParameterValue) -> bool:
    return known_parameters()[name].of(report.study) != value


def _say(request: Request, settings: Settings) -> None:
    said = ", ".join(f"{name}={value}" for name, value in settings)
    request.progress(Text(said, said))


def _results(
    report: Report, targets: Sequence[Target], settings: Settings, request: Request
) -> dict[Key, Result]:
    study = report.study.with_parameters(**dict(settings))
    quiet = replace(request, progress=lambda _title: None)
    varied = evaluate(study, targets, report.provenance, report.run_id, quiet)
    return {_key(one): one for one in varied.results}


def _key(result: Result) -> Key:
    return result.indicator, result.district, result.target.id if result.target else None


def _elsewhere(result: Result) -> bool:
    return result.target is not None and result.status is Status.NO_TARGET and result.quantity is None


def _outcome(settings: Settings, result: Result) -> Outcome:
    return Outcome(settings, None if result.quantity is None else result.quantity.value, result.status)


def fragile_ids(bands: Collection[Band]) -> tuple[str, ...]:
    """Give the ids of the targets whose verdict hangs on a doubtful figure."""
    return tuple(sorted({one.target.id for one in bands if one.fragile and one.target}))
