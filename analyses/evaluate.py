"""From a study and targets to results: measure every indicator, hold it against every target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from analyses.declared import declared_results
from analyses.indicator import NotMeasurableError, all_indicators
from analyses.judge import judge
from analyses.kept import forget_kept_work
from analyses.report import Report, Result, Status
from analyses.target_row import split_indicator
from analyses.targets import beside_of, quantity_of, targets_for
from geo.processes import Aside, shared_out
from layers.errors import ConfigError
from layers.kinds import SPECS, LayerKind
from layers.near_names import listed
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from analyses.declared import DeclaredValue
    from analyses.indicator import Indicator
    from analyses.quantities import Measure, Quantity
    from analyses.report import Provenance
    from analyses.target import Target
    from analyses.targets import Scope
    from layers.findings import Finding
    from layers.study import Study


Rule = Callable[[], "Iterable[Finding]"]
_Done = tuple[dict[str, "Measure | Text"], list[list["Finding"]]]
_Task = Callable[[], _Done]


def _silent(_title: Text) -> None:
    """Say nothing about progress."""


@dataclass(frozen=True)
class Request:
    """What of a study is asked for.

    Attributes
    ----------
    places
        Which part of this city a target's geography means: ``"*"`` for all of it, or a district's id or name.
    only
        Ids of the indicators to measure; None for all.
    declared
        Values that were measured elsewhere and are declared, for targets no geometry can give.
    progress
        Told the title of each indicator before it is measured in this process.
    rules
        What finds faults in the study's data, each for itself. The first is held where the ground is
        measured, since both ask for the same overlaps of plots.
    findings
        Makes the report's findings of what the rules found; those the study has unless given.
    meanwhile
        Is given the measures as soon as all are there, what they shared being let go, and works in this
        process while the other rules are held in one beside it.
    """

    places: Mapping[str, str] = field(default_factory=dict)
    only: Collection[str] | None = None
    declared: Sequence[DeclaredValue] = ()
    progress: Callable[[Text], None] = _silent
    rules: Sequence[Rule] = ()
    findings: Callable[[Iterable[Finding]], tuple[Finding, ...]] | None = None
    meanwhile: Callable[[Mapping[str, Measure]], None] | None = None


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
    paired = targets_for(targets, study.id, _places(study, request.places), list(study.districts["id"]))
    outcomes, found = _outcomes(chosen.values(), study, request)
    measures = {name: one for name, one in outcomes.items() if not isinstance(one, Text)}
    if request.meanwhile is not None:
        forget_kept_work()
        with Aside(lambda: [list(rule()) for rule in request.rules[1:]]) as others:
            request.meanwhile(measures)
            found += others.result()
    if request.findings is not None:
        study = replace(study, findings=request.findings(one for few in found for one in few))
    results: list[Result] = []
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


def _places(study: Study, places: Mapping[str, str]) -> dict[str, str]:
    """Let a district be meant by its name as by its id, where nothing else here goes by it."""
    districts = study.districts
    named = [
        (str(name), str(key))
        for column in ("name_zh", "name_en")
        for name, key in zip(districts[column], districts["id"], strict=True)
    ]
    owners: dict[str, set[str]] = {}
    for name, key in named:
        owners.setdefault(name, set()).add(key)
    taken = {study.id, *map(str, districts["id"])}
    names = {name: key for name, key in named if len(owners[name]) == 1 and name not in taken}
    return names | {geography: names.get(place, place) for geography, place in places.items()}


_FIRST = ("walks", "buildings")
_LAST = ("greenways", "sponge", "red_line", "ground")


def _outcomes(chosen: Iterable[Indicator], study: Study, request: Request) -> _Done:
    """Measure, in several processes where there are cores, and hold the rules that are not held later."""
    groups: dict[str, list[Indicator]] = {}
    for indicator in chosen:
        groups.setdefault(_shared_work(indicator), []).append(indicator)
    rules = request.rules if request.meanwhile is None else request.rules[:1]
    if rules:
        groups.setdefault("ground", [])
    # The longest works stand at the ends, where the processes begin, the shortest where they meet. What the
    # rules find travels lightest, a row for each building heaviest.
    between = sorted(name for name in groups if name not in {*_FIRST, *_LAST})
    names = [name for name in (*_FIRST, *between, *_LAST) if name in groups]

    def measured(name: str) -> _Task:
        def work() -> _Done:
            found = [list(rules[0]())] if rules and name == "ground" else []
            outcomes: dict[str, Measure | Text] = {}
            for indicator in groups[name]:
                request.progress(indicator.title)
                outcomes[indicator.id] = _measure(indicator, study)
            return outcomes, found

        return work

    def held(rule: Rule) -> _Task:
        return lambda: ({}, [list(rule())])

    done = shared_out([*(measured(name) for name in names), *(held(rule) for rule in rules[1:])])
    outcomes = {key: one for measures, _ in done for key, one in measures.items()}
    return outcomes, [findings for _, found in done for findings in found]


def _shared_work(indicator: Indicator) -> str:
    """Name the work an indicator shares with others; they are measured in one process, where it is kept."""
    if indicator.system == "parks" or LayerKind.STREETS in (*indicator.needs, *indicator.uses):
        return "walks"
    if LayerKind.BUILDINGS in indicator.needs:
        return "buildings"
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
    baseline = beside_of(measure, "baseline")
    if target.comparison == "not_lower" and baseline is not None and baseline.reason is not None:
        return Status.NO_DATA, None, baseline.reason
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
