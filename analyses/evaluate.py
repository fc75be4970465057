"""From a study and targets to results: measure every indicator, hold it against every target."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from analyses.declared import declared_results
from analyses.indicator import NotMeasurableError, all_indicators
from analyses.judge import judge
from analyses.report import Report, Result, Status
from analyses.target_row import split_indicator
from analyses.targets import quantity_of, targets_for
from geo.processes import shared_out
from layers.errors import ConfigError
from layers.kinds import SPECS, LayerKind
from layers.near_names import listed
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from analyses.declared import DeclaredValue
    from analyses.indicator import Indicator
    from analyses.quantities import Measure, Quantity
    from analyses.report import Provenance
    from analyses.target import Target
    from analyses.targets import Scope
    from layers.findings import Finding
    from layers.study import Study


def _silent(_title: Text) -> None:
    """Say nothing about progress."""


@dataclass(frozen=True)
class Request:
    """What of a study is asked for.

    Attributes
    ----------
    places
        Which part of this city a target's geography means: ``"*"`` for all of it, or a district id.
    only
        Ids of the indicators to measure; None for all.
    declared
        Values that were measured elsewhere and are declared, for targets no geometry can give.
    progress
        Told the title of each indicator before it is measured in this process.
    findings
        What gives the findings on the study, held on its data beside the measures; those the study has
        unless given.
    """

    places: Mapping[str, str] = field(default_factory=dict)
    only: Collection[str] | None = None
    declared: Sequence[DeclaredValue] = ()
    progress: Callable[[Text], None] = _silent
    findings: Callable[[], tuple[Finding, ...]] | None = None


def evaluate(
    study: Study,
    targets: Sequence[Target],
    provenance: Provenance,
    run_id: str,
    request: Request | None = None,
) -> Report:
    """Measure a study and hold it against targets.

    Parameters
    ----------
    study
        The city.
    targets
        Rows of the plans that were asked for.
    provenance, run_id
        What went in, and the name of the run made from it.
    request
        What of it is asked for; all unless given.

    Returns
    -------
    The report. Every indicator has a result per target that binds this city or one of its districts, and a
    result without target for the city and each district no target binds; every target has a result, be it
    only to say why it is not judged here.

    Raises
    ------
    ConfigError
        Where an indicator asked for does not exist or a geography names a district that is not there.
    """
    request = request or Request()
    chosen = chosen_indicators(request.only)
    paired = targets_for(targets, study.id, request.places, list(study.districts["id"]))
    outcomes, given = _outcomes(chosen.values(), study, request)
    study = replace(study, findings=given)
    results: list[Result] = []
    measures: dict[str, Measure] = {}
    for indicator in chosen.values():
        own = [
            (target, scope)
            for target, scope in paired
            if split_indicator(target.indicator)[0] == indicator.id
        ]
        outcome = outcomes[indicator.id]
        if isinstance(outcome, Text):
            results += _unmeasured(indicator, study, outcome, own)
        else:
            measures[indicator.id] = outcome
            results += _judged(indicator, study, outcome, own)
    if request.only is None:
        rest = [(t, scope) for t, scope in paired if split_indicator(t.indicator)[0] not in chosen]
        results += declared_results(rest, request.declared)
    own_findings = (one for measure in measures.values() for one in measure.findings)
    findings = tuple(dict.fromkeys((*study.findings, *own_findings)))
    return Report(study, tuple(results), findings, provenance, chosen, measures, run_id)


def chosen_indicators(only: Collection[str] | None) -> dict[str, Indicator]:
    """Give the indicators asked for by id, all of them for None.

    Raises
    ------
    ConfigError
        There is no such indicator; the nearest known one is named.
    """
    known = all_indicators()
    if only is None:
        return dict(known)
    for name in only:
        if name not in known:
            near = listed(name, known)
            raise ConfigError(
                Text(f"--only：没有指标“{name}”{near.zh}", f"--only: there is no indicator {name!r}{near.en}")
            )
    return {name: one for name, one in known.items() if name in only}


_PLACES = {"walks": -2, "buildings": -1, "lines": 1, "ground": 2}
"""Where groups of indicators stand among those that are measured, others being at 0."""


def _outcomes(
    chosen: Iterable[Indicator], study: Study, request: Request
) -> tuple[dict[str, Measure | Text], tuple[Finding, ...]]:
    """Measure, in several processes where there are cores, and gather the findings on the data meanwhile."""
    groups: dict[str, list[Indicator]] = {}
    for indicator in chosen:
        groups.setdefault(_shared_work(indicator), []).append(indicator)
    # The longest works stand at the ends, where the processes begin. What the rules find travels lightest, a
    # row for each building heaviest. The rules and the ground beside them ask for the same overlaps, which
    # one process finds once.
    names = sorted(groups, key=lambda one: (_PLACES.get(one, 0), one))

    def measured(name: str) -> Callable[[], dict[str, Measure | Text]]:
        def work() -> dict[str, Measure | Text]:
            found = {}
            for indicator in groups[name]:
                request.progress(indicator.title)
                found[indicator.id] = _measure(indicator, study)
            return found

        return work

    held = request.findings or (lambda: study.findings)
    tasks: list[Callable[[], Any]] = [measured(name) for name in names]
    *done, findings = shared_out([*tasks, held])
    return {key: one for group in done for key, one in group.items()}, findings


def _shared_work(indicator: Indicator) -> str:
    """Name the work an indicator shares with others; they are measured in one process, where it is kept."""
    if indicator.system == "parks" or LayerKind.STREETS in (*indicator.needs, *indicator.uses):
        return "walks"
    if LayerKind.BUILDINGS in indicator.needs:
        return "buildings"
    if indicator.system in {"red_line", "control_line"}:
        return "lines"
    return "ground" if indicator.system in {"structure", "index"} else indicator.system


def _measure(indicator: Indicator, study: Study) -> Measure | Text:
    """Measure, or say in one sentence why it cannot be measured."""
    lacking = [kind for kind in indicator.needs if not _has(study, kind)]
    lacking += [group[0] for group in indicator.any_of if not any(_has(study, kind) for kind in group)]
    if lacking:
        return _lacking(tuple(dict.fromkeys(lacking)))
    try:
        return indicator.measure(study)
    except NotMeasurableError as error:
        return error.message


def _has(study: Study, kind: LayerKind) -> bool:
    return kind in study.layers or kind in study.surfaces


def _lacking(kinds: Sequence[LayerKind]) -> Text:
    zh = "、".join(f"{SPECS[kind].title.zh} ({kind})" for kind in kinds)
    en = ", ".join(f"{SPECS[kind].title.en} ({kind})" for kind in kinds)
    keys = ", ".join(f"[layers.{kind}]" for kind in kinds)
    return Text(
        f"缺图层：{zh}；请在 city.toml 中加入 {keys}", f"layer missing: {en}; add {keys} to city.toml"
    )


def _unmeasured(
    indicator: Indicator, study: Study, reason: Text, own: Sequence[tuple[Target, Scope]]
) -> list[Result]:
    """Give the results of an indicator that could not be measured: one per target, or one without."""
    used, proxies = parameters_used(indicator, study), _proxies(indicator, study)

    def result(target: Target | None, district: str | None, status: Status, why: Text) -> Result:
        return Result(indicator.id, indicator.title, district, None, status, why, target, None, used, proxies)

    found = []
    for target, scope in own:
        if not scope.here:
            found.append(result(target, None, Status.NO_TARGET, scope.reason or _NO_TARGET))
        elif target.comparison == "track":
            found.append(result(target, scope.district, *judge(None, target)[::2]))
        else:
            found.append(result(target, scope.district, Status.NO_DATA, reason))
    return found or [result(None, None, Status.NO_DATA, reason)]


def _judged(
    indicator: Indicator, study: Study, measure: Measure, own: Sequence[tuple[Target, Scope]]
) -> list[Result]:
    """Give the results of a measured indicator: city, districts, targets of elsewhere."""
    used, proxies = parameters_used(indicator, study), _proxies(indicator, study)
    here = [(target, scope.district) for target, scope in own if scope.here]
    places: list[str | None] = [None, *(str(key) for key in study.districts["id"])]
    results = []
    for place in places:
        binding = [target for target, district in here if district == place]
        quantity = measure.city if place is None else measure.by_district.get(place)
        for target in binding:
            quantity = quantity_of(measure, target.indicator, place)
            status, gap, why = _verdict(measure, quantity, target, place)
            results.append(
                Result(indicator.id, target.title, place, quantity, status, why, target, gap, used, proxies)
            )
        if not binding:
            why = _unbound(measure, quantity, place, bound_elsewhere=bool(here))
            results.append(
                Result(
                    indicator.id,
                    indicator.title,
                    place,
                    quantity,
                    Status.NO_TARGET,
                    why,
                    None,
                    None,
                    used,
                    proxies,
                )
            )
    for target, scope in own:
        if not scope.here:
            why = scope.reason or _NO_TARGET
            results.append(
                Result(
                    indicator.id, target.title, None, None, Status.NO_TARGET, why, target, None, used, proxies
                )
            )
    return results


def _proxies(indicator: Indicator, study: Study) -> tuple[str, ...]:
    kinds = {*indicator.needs, *indicator.uses, *(kind for group in indicator.any_of for kind in group)}
    return tuple(sorted(kind.value for kind in kinds if kind in study.layers and study.layers[kind].proxy))


def _verdict(
    measure: Measure, quantity: Quantity | None, target: Target, place: str | None
) -> tuple[Status, float | None, Text]:
    if (quantity is None or quantity.value is None) and target.comparison == "track":
        return judge(None, target)
    if quantity is None or quantity.value is None:
        main = split_indicator(target.indicator)[1] is None
        return Status.NO_DATA, None, _no_number(quantity, place, measure.undefined if main else None)
    return judge(quantity.value, target, _baseline(measure, place))


def _no_number(quantity: Quantity | None, place: str | None, why: Text | None) -> Text:
    return why or (_WHOLE_ONLY if quantity is None and place else _UNDEFINED)


def _unbound(
    measure: Measure, quantity: Quantity | None, place: str | None, *, bound_elsewhere: bool
) -> Text:
    if quantity is None or quantity.value is None:
        return _no_number(quantity, place, measure.undefined)
    return _CITY_ONLY if place is not None and bound_elsewhere else _NO_TARGET


_UNDEFINED = Text("分母为零，指标无定义（不等于 0）", "the whole is zero, so the value is undefined (not 0)")
_WHOLE_ONLY = Text(
    "此指标只对全市计算，各区没有单独的值", "measured for the whole city alone, not by district"
)
_CITY_ONLY = Text(
    "目标不针对本区，数值仅供参考", "the target does not bind this district; its value is for reference"
)
_NO_TARGET = Text("所选规划没有此指标的目标", "the plans chosen set no target for this indicator")


def _baseline(measure: Measure, district: str | None) -> float | None:
    """Find the baseline reported beside the value, for targets that must not fall below it."""
    quantity = quantity_of(measure, ".baseline", district)
    return None if quantity is None else quantity.value


def parameters_used(indicator: Indicator, study: Study) -> dict[str, dict[str, Any]]:
    """List an indicator's parameters as they held in a study, with their doubts."""
    return {
        one.name: {
            "value": one.of(study),
            "unit": one.unit,
            "default": one.default,
            "verified": one.doubt is None,
            "doubt": None if one.doubt is None else {"zh": one.doubt.zh, "en": one.doubt.en},
            "about": {"zh": one.about.zh, "en": one.about.en},
            "source": one.source,
        }
        for one in indicator.parameters
    }
