"""Take some of the results: by indicator, by district, only those a plan makes binding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layers.errors import ConfigError
from layers.near_names import listed
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analyses.outputs.document import ReportDocument, ResultPart

WHOLE_CITY = "*"


def select(
    document: ReportDocument,
    *,
    only: Sequence[str] = (),
    districts: Sequence[str] = (),
    binding_only: bool = False,
) -> ReportDocument:
    """Give the report with some of its results; without conditions, all of them.

    Parameters
    ----------
    document
        The report.
    only
        Ids of indicators.
    districts
        Ids or names of districts; ``*`` is the whole city.
    binding_only
        Whether only binding targets (约束性) are kept.

    Raises
    ------
    ConfigError
        No result has such an indicator or district; the nearest known one is named.
    """
    _known(only, {one.indicator for one in document.results}, Text("指标", "indicator"))
    wanted = _district_ids(document, districts)
    kept = tuple(
        one
        for one in document.results
        if (not only or one.indicator in only)
        and (not districts or (one.district or WHOLE_CITY) in wanted)
        and (not binding_only or _binding(one))
    )
    return document.model_copy(update={"results": kept})


def _binding(result: ResultPart) -> bool:
    return result.target is not None and result.target.binding == "binding"


def _district_ids(document: ReportDocument, names: Iterable[str]) -> set[str]:
    ids = {WHOLE_CITY: WHOLE_CITY}
    for one in document.city.districts:
        ids |= {one.name.zh: one.id, one.name.en: one.id}
    ids |= {one.id: one.id for one in document.city.districts}
    _known(names, set(ids), Text("区", "district"))
    return {ids[name] for name in names}


def _known(names: Iterable[str], known: set[str], what: Text) -> None:
    for name in names:
        if name in known:
            continue
        near = listed(name, known)
        raise ConfigError(
            Text(f"没有名为 {name} 的{what.zh}{near.zh}", f"there is no {what.en} {name}{near.en}")
        )
