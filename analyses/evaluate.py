"""From a study and targets to results: measure every indicator, hold it against every target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analyses.indicator import NotMeasurableError, all_indicators
from analyses.judge import judge
from analyses.report import Report, Result, Status
from layers.kinds import SPECS, LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from analyses.indicator import Indicator
    from analyses.quantities import Measure, Quantity
    from analyses.report import Provenance
    from analyses.target import Target
    from layers.study import Study

WHOLE_CITY = "*"


def evaluate(
    study: Study,
    targets: Sequence[Target],
    provenance: Provenance,
    *,
    places: Mapping[str, str] | None = None,
    only: Iterable[str] | None = None,
    progress: Callable[[Text], None] | None = None,
) -> Report:
    """Measure a study and hold it against targets.

    Parameters
    ----------
    study
        The city.
    targets
        Rows of the plans that were asked for.
    provenance
        What went in; names the run.
    places
        Which part of this city a target's geography means: ``"*"`` for all of it, or a district id.
    only
        Ids of the indicators to measure; all unless given.
    progress
        Told the title of each indicator before it is measured.

    Returns
    -------
    The report: for every indicator a result per target that binds this city or one of its districts, and a
    result without target for the city and each district no target binds.
    """
    wanted = None if only is None else set(only)
    chosen = {key: one for key, one in all_indicators().items() if wanted is None or key in wanted}
    where = {study.id: WHOLE_CITY, **(places or {})}
    results: list[Result] = []
    measures: dict[str, Measure] = {}
    for indicator in chosen.values():
        if progress is not None:
            progress(indicator.title)
        outcome = _measure(indicator, study)
        if isinstance(outcome, Text):
            missing: Measure | None = None
        else:
            missing = measures[indicator.id] = outcome
        own = [target for target in targets if target.indicator == indicator.id]
        reason = outcome if isinstance(outcome, Text) else None
        results += _judged(indicator, study, missing, reason, _by_place(own, where, study))
        results += [_elsewhere(indicator.title, target, study) for target in own if target.geography not in where]
    results += _declared_results(study, targets, where, wanted)
    return Report(
        study=study,
        results=tuple(results),
        findings=study.findings,
        provenance=provenance,
        indicators=chosen,
        measures=measures,
        run_id=provenance.run_id,
    )


def _measure(indicator: Indicator, study: Study) -> Measure | Text:
    """Measure, or say in one sentence why it cannot be measured."""
    lacking = [kind for kind in indicator.needs if not _has(study, kind)]
    for group in indicator.any_of:
        if not any(_has(study, kind) for kind in group):
            lacking.append(group[0])
    if lacking:
        return _lacking(lacking)
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
    return Text(f"缺图层：{zh}；请在 city.toml 中加入 {keys}", f"layer missing: {en}; add {keys} to city.toml")


def _by_place(
    targets: Sequence[Target], where: Mapping[str, str], study: Study
) -> dict[str | None, list[Target]]:
    """Sort targets by the district they bind (None = whole city); every place is there."""
    places: dict[str | None, list[Target]] = {None: []}
    places.update({str(key): [] for key in study.districts["id"]})
    for target in targets:
        place = where.get(target.geography)
        if place == WHOLE_CITY:
            places[None].append(target)
        elif place is not None:
            places.setdefault(place, []).append(target)
    return places


def _judged(
    indicator: Indicator,
    study: Study,
    measure: Measure | None,
    reason: Text | None,
    places: Mapping[str | None, Sequence[Target]],
) -> list[Result]:
    """Give the results of one indicator for the city and its districts."""
    used = parameters_used(indicator, study)
    proxies = tuple(
        sorted(
            kind.value
            for kind in (*indicator.needs, *indicator.uses, *(k for group in indicator.any_of for k in group))
            if kind in study.layers and study.layers[kind].proxy
        )
    )
    results = []
    for district, targets in places.items():
        quantity = _quantity(measure, district)
        for target in targets or ([None] if measure is not None or district is None else []):
            status, gap, why = _verdict(measure, quantity, target, district, reason, has_city=bool(places[None]))
            results.append(
                Result(indicator.id, indicator.title, district, quantity, status, why, target, gap, used, proxies)
            )
    return results


def _quantity(measure: Measure | None, district: str | None) -> Quantity | None:
    if measure is None:
        return None
    return measure.city if district is None else measure.by_district.get(district)


def _verdict(
    measure: Measure | None,
    quantity: Quantity | None,
    target: Target | None,
    district: str | None,
    reason: Text | None,
    *,
    has_city: bool,
) -> tuple[Status, float | None, Text]:
    """Judge one place against one target, or say why it is not judged."""
    if measure is None:
        return Status.NO_DATA, None, reason or _NOT_MEASURED
    if quantity is None or quantity.value is None:
        return (Status.NO_DATA if target else Status.NO_TARGET), None, _UNDEFINED
    if target is not None:
        return judge(quantity.value, target, _baseline(measure, district))
    if district is not None and has_city:
        return Status.NO_TARGET, None, _CITY_ONLY
    return Status.NO_TARGET, None, _NO_TARGET


_NOT_MEASURED = Text("未能计算", "not measured")
_UNDEFINED = Text("分母为零，指标无定义（不等于 0）", "the whole is zero, so the value is undefined (not 0)")
_CITY_ONLY = Text("目标针对全市，分区数值仅供参考", "the target binds the whole city; the district's value is for reference")
_NO_TARGET = Text("所选规划没有此指标的目标", "the plans chosen set no target for this indicator")


def _baseline(measure: Measure, district: str | None) -> float | None:
    """Find the baseline reported beside the value, for targets that must not fall below it."""
    for beside in measure.beside:
        if beside.id == "baseline":
            quantity = beside.quantity if district is None else beside.by_district.get(district)
            return None if quantity is None else quantity.value
    return None


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
