"""Two reports of one city, two dates or two scenarios: what changed, and whether it may be compared."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from analyses.formatting import format_number
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analyses.outputs.document import IndicatorPart, ReportDocument, ResultPart
    from analyses.quantities import Unit
    from analyses.report import Status

SAME_AREA = 1e-3
"""Two boundaries whose areas differ by less than this share are taken for the same geography."""
NOISE = 1e-9
"""Relative differences below this come from the order of sums, not from the city."""
FAR_FROM_ZONE = "crs.far_from_zone"
"""The finding that lengths are off all over the city."""

Key = tuple[str, str | None]


@dataclass(frozen=True)
class TargetChange:
    """The verdict on one target then and now; None where the report does not have it."""

    target: str
    old: Status | None
    new: Status | None


@dataclass(frozen=True)
class Change:
    """One indicator for the city (``district`` None) or one district, then and now.

    ``obstacles`` say why the two numbers must not be subtracted; ``value``, ``part`` and ``whole`` (new minus
    old) are then None, as where a number is missing. ``better`` is None where neither direction is.
    """

    indicator: str
    title: Text
    district: str | None
    unit: Unit | None
    old: ResultPart | None
    new: ResultPart | None
    obstacles: tuple[Text, ...]
    targets: tuple[TargetChange, ...]
    higher_is_better: bool | None = None

    @property
    def value(self) -> float | None:
        """Change of the value."""
        return self._difference("value")

    @property
    def part(self) -> float | None:
        """Change of the part."""
        return self._difference("part")

    @property
    def whole(self) -> float | None:
        """Change of the whole."""
        return self._difference("whole")

    @property
    def better(self) -> bool | None:
        """Whether the change is for the better; None for no change and where neither direction is better."""
        if self.value is None or self.higher_is_better is None or self.old is None:
            return None
        if abs(self.value) <= NOISE * abs(self.old.value or 0.0):
            return None
        return (self.value > 0) is self.higher_is_better

    @property
    def shown_better(self) -> bool | None:
        """``better`` where a reader sees a change: None where it rounds to zero as it is displayed."""
        if self.value is None or self.unit is None or not shows(self.value, self.unit):
            return None
        return self.better

    def _difference(self, name: str) -> float | None:
        if self.old is None or self.new is None or self.obstacles:
            return None
        old, new = getattr(self.old, name), getattr(self.new, name)
        return None if old is None or new is None else new - old


@dataclass(frozen=True)
class Comparison:
    """All changes between two reports; ``cautions`` hold for the whole of it."""

    old_run: str
    new_run: str
    old_as_of: str | None
    new_as_of: str | None
    cautions: tuple[Text, ...]
    changes: tuple[Change, ...]


def shows(difference: float, unit: Unit) -> bool:
    """Say whether a difference is more than zero with the digits its unit is displayed with.

    Examples
    --------
    >>> from analyses.quantities import Unit
    >>> shows(-0.0004, Unit.RATIO), shows(0.00004, Unit.RATIO), shows(0.4, Unit.M2)
    (True, False, False)
    """
    return any(char in "123456789" for char in format_number(abs(difference), unit))


def compare(old: ReportDocument, new: ReportDocument) -> Comparison:
    """Compare two reports, indicator by indicator and district by district.

    Two numbers are not subtracted where the city, its synthetic nature, the area of the city or district
    (by more than 0.1 %), the definition, the parameters, the layers measured from, their stand-ins or their
    source differ, and what was measured where lengths are off in either report; the change then says so.
    """
    then, now = _measures(old), _measures(new)
    of_all = tuple(_city_obstacles(old, new))
    changes = tuple(
        _change(key, then.get(key, ()), now.get(key, ()), (old, new, of_all))
        for key in sorted({*then, *now}, key=lambda key: (key[0], key[1] or ""))
    )
    return Comparison(old.run_id, new.run_id, old.as_of, new.as_of, tuple(_cautions(old, new)), changes)


def _measures(document: ReportDocument) -> dict[Key, tuple[ResultPart, ...]]:
    groups: dict[Key, list[ResultPart]] = {}
    for one in document.results:
        groups.setdefault((one.indicator, one.district), []).append(one)
    return {key: tuple(group) for key, group in groups.items()}


def _change(
    key: Key,
    old: tuple[ResultPart, ...],
    new: tuple[ResultPart, ...],
    about: tuple[ReportDocument, ReportDocument, tuple[Text, ...]],
) -> Change:
    before, after, of_all = about
    one, other = (old[0] if old else None), (new[0] if new else None)
    known = after.indicators.get(key[0]) or before.indicators.get(key[0])
    shown = other or one
    obstacles: tuple[Text, ...] = ()
    if one is not None and other is not None:
        obstacles = tuple(chain(of_all, _obstacles(one, other, before, after)))
    elif shown is not None:
        obstacles = (_only_in_one(old_has=one is not None),)
    return Change(
        indicator=key[0],
        title=Text(shown.title.zh, shown.title.en) if shown else Text(key[0], key[0]),
        district=key[1],
        unit=shown.unit if shown else None,
        old=one,
        new=other,
        obstacles=obstacles,
        targets=tuple(_target_changes(old, new)),
        higher_is_better=known.higher_is_better if known else None,
    )


def _target_changes(old: tuple[ResultPart, ...], new: tuple[ResultPart, ...]) -> Iterator[TargetChange]:
    then = {one.target.id: one.status for one in old if one.target}
    now = {one.target.id: one.status for one in new if one.target}
    for name in sorted({*then, *now}):
        yield TargetChange(name, then.get(name), now.get(name))


def _only_in_one(*, old_has: bool) -> Text:
    if old_has:
        return Text("只有旧报告有此指标或地区", "only the old report has this indicator or district")
    return Text("只有新报告有此指标或地区", "only the new report has this indicator or district")


def _city_obstacles(old: ReportDocument, new: ReportDocument) -> Iterator[Text]:
    if old.city.id != new.city.id:
        yield Text("城市不同：{old} → {new}", "different cities: {old} → {new}").format(
            old=old.city.id, new=new.city.id
        )
    if old.city.synthetic != new.city.synthetic:
        yield Text("一份是合成数据，一份是真实数据", "one is made-up data, the other real")


def _cautions(old: ReportDocument, new: ReportDocument) -> Iterator[Text]:
    then, now = (one.provenance.software.get("shanhai", "?") for one in (old, new))
    if then != now:
        yield Text("程序版本不同：{old} → {new}", "different versions of the program: {old} → {new}").format(
            old=then, new=now
        )
    if old.city.crs != new.city.crs:
        yield Text(
            "量算坐标系不同：{old} → {new}；两次叠加有微小差异，步行距离也略有出入",
            "measured in different coordinate systems: {old} → {new}; outlines laid over each other differ "
            "by slivers, and walking distances a little",
        ).format(old=old.city.crs, new=new.city.crs)
    if old.as_of and new.as_of and new.as_of < old.as_of:
        yield Text(
            "日期颠倒：旧报告为 {old}，新报告为 {new}；请核对两份报告的次序",
            "the dates are reversed: old report {old}, new report {new}; check the order of the two",
        ).format(old=old.as_of, new=new.as_of)


def _far_from_zone(old: ReportDocument, new: ReportDocument) -> Iterator[Text]:
    for document, which in ((old, Text("旧报告", "the old report")), (new, Text("新报告", "the new report"))):
        if any(one.code == FAR_FROM_ZONE for one in document.findings):
            crs = document.city.crs
            yield Text(
                f"{which.zh}的量算坐标系 {crs} 远离本市所在分带，长度变形过大；请改正 [city] crs 后重新运行",
                f"{which.en} was measured in {crs}, far from its zone, so lengths are off; "
                "put [city] crs right and run again",
            )


def _obstacles(
    old: ResultPart, new: ResultPart, before: ReportDocument, after: ReportDocument
) -> Iterator[Text]:
    yield from _geography(old.district, before, after)
    if not (old.declared and new.declared):
        yield from _far_from_zone(before, after)
    definition = before.indicators.get(old.indicator), after.indicators.get(old.indicator)
    if old.unit != new.unit or _formula(definition[0]) != _formula(definition[1]):
        yield Text("指标定义不同", "the definition of the indicator differs")
    if old.declared != new.declared:
        yield Text("一个是填报值，一个是计算值", "one value is declared, the other measured")
    for name in sorted({*old.parameters, *new.parameters}):
        values = [one.parameters[name].value if name in one.parameters else None for one in (old, new)]
        if values[0] != values[1]:
            yield Text("参数 {name} 不同：{old} → {new}", "parameter {name} differs: {old} → {new}").format(
                name=name, old=values[0], new=values[1]
            )
    if set(old.proxy_layers) != set(new.proxy_layers):
        yield Text("替代图层不同：{old} → {new}", "different stand-in layers: {old} → {new}").format(
            old=", ".join(old.proxy_layers) or "–", new=", ".join(new.proxy_layers) or "–"
        )
    if definition[1] is not None:
        yield from _sources(definition[1], before, after)


def _formula(indicator: IndicatorPart | None) -> tuple[str, str] | None:
    return None if indicator is None else (indicator.formula.zh, indicator.formula.en)


def _geography(district: str | None, before: ReportDocument, after: ReportDocument) -> Iterator[Text]:
    if district is None:
        pairs = [
            (before.city.area_m2, after.city.area_m2),
            (before.city.land_area_m2, after.city.land_area_m2),
        ]
    else:
        areas = [
            {one.id: one.area_m2 for one in document.city.districts}.get(district, 0.0)
            for document in (before, after)
        ]
        pairs = [(areas[0], areas[1])]
    for old, new in pairs:
        if abs(new - old) > SAME_AREA * max(old, new):
            yield Text(
                "范围不同：{old:.2f} → {new:.2f} km²", "different areas: {old:.2f} → {new:.2f} km²"
            ).format(old=old / 1e6, new=new / 1e6)
            return


def _sources(indicator: IndicatorPart, before: ReportDocument, after: ReportDocument) -> Iterator[Text]:
    used = (*indicator.needs, *chain.from_iterable(indicator.any_of), *indicator.uses)
    for kind in dict.fromkeys(used):
        then, now = (kind in document.provenance.layers for document in (before, after))
        if then != now:
            yield Text(
                "图层 {kind} 只在一份报告中有", "layer {kind} is there in one of the reports only"
            ).format(kind=kind)
            continue
        old, new = (_attribution(document, kind) for document in (before, after))
        if old and new and old != new:
            yield Text(
                "图层 {kind} 来源不同：{old} → {new}", "layer {kind} is from another source: {old} → {new}"
            ).format(kind=kind, old=old, new=new)


def _attribution(document: ReportDocument, kind: str) -> str:
    layer = document.provenance.layers.get(kind)
    name = layer.input if layer is not None and layer.input is not None else kind
    source = document.provenance.inputs.get(name)
    return source.attribution if source is not None else ""
