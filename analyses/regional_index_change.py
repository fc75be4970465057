"""Changes of the regional ecological quality index EQI: like with like, computed or published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyses.ecological_index_formula import regional_change
from analyses.quantities import Beside, Quantity, Unit
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_DEGREES = (
    Text("基本稳定", "stable"),
    Text("略微", "slight"),
    Text("一般", "moderate"),
    Text("明显", "clear"),
)


@dataclass(frozen=True)
class Change:
    """A change as it stands beside the index, and what a reader must know of it."""

    beside: Beside
    note: Text


def index_changes(
    computed: Mapping[int, float], published: Mapping[int, float], bounds: Sequence[float]
) -> list[Change]:
    """Give the changes since an earlier year, up to the newest year that is computed.

    A computed index is held against an earlier computed one, a published against an earlier published one:
    the two come of different weights and of different data. Only where neither pair is there is the computed
    index held against a published one, and no degree is given for that difference.

    Parameters
    ----------
    computed, published
        Indices by year, at least one computed.
    bounds
        Least change of each degree, rising.
    """
    year = max(computed)
    since = max((one for one in computed if one < year), default=None)
    found = []
    if since is not None:
        found.append(_computed(since, (computed[since], computed[year]), bounds))
    told = [one for one in published if one < year]
    if told and year in published:
        first = since if since in told else max(told)
        found.append(_published(year, first, (published[first], published[year]), bounds))
    if told and not found:
        found.append(_mixed(year, max(told), computed[year] - published[max(told)]))
    return found


def _computed(since: int, pair: tuple[float, float], bounds: Sequence[float]) -> Change:
    title = Text(f"较 {since} 年的变化（均为计算值）", f"change since {since}, both computed")
    said = Text(
        f"较 {since} 年计算值（{pair[0]:.4g}）", f"since the value computed for {since} ({pair[0]:.4g})"
    )
    return _change("eqi_change", title, pair, (said, bounds))


def _published(year: int, since: int, pair: tuple[float, float], bounds: Sequence[float]) -> Change:
    title = Text(
        f"{year} 年公布值较 {since} 年公布值的变化", f"change of the published value, {since} to {year}"
    )
    said = Text(
        f"公布值由 {since} 年的 {pair[0]:.4g} 变为 {year} 年的 {pair[1]:.4g}",
        f"the published value went from {pair[0]:.4g} in {since} to {pair[1]:.4g} in {year}",
    )
    return _change("eqi_published_change", title, pair, (said, bounds))


def _change(key: str, title: Text, pair: tuple[float, float], judged: tuple[Text, Sequence[float]]) -> Change:
    said, bounds = judged
    degree = regional_change(*pair, bounds)
    size = _DEGREES[abs(degree)]
    way = Text("", "") if not degree else Text("变好", ", better") if degree > 0 else Text("变差", ", worse")
    note = Text(
        f"{said.zh}：{size.zh}{way.zh}（变幅分级据转述且不确定）",
        f"{said.en}: {size.en}{way.en} (the degrees of change are recalled and unsure)",
    )
    return Change(Beside(key, title, _index(pair[1] - pair[0])), note)


def _mixed(year: int, since: int, step: float) -> Change:
    title = Text(
        f"{year} 年计算值与 {since} 年公布值之差（口径不同）",
        f"computed value of {year} less the published one of {since} (unlike sources)",
    )
    note = Text(
        f"{year} 年只有计算值，{since} 年只有公布值，口径不同：其差不是变化，不分级；"
        f"请申报 {since} 年的四项指数，或 {year} 年的 eqi_published",
        f"{year} is computed and {since} published: their difference is no change and has no degree; declare "
        f"the four indices of {since}, or eqi_published of {year}",
    )
    return Change(Beside("eqi_mixed_difference", title, _index(step)), note)


def _index(value: float) -> Quantity:
    return Quantity(float(value), None, Unit.INDEX)
