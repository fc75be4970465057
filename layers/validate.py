"""All rules on a study: whether the data is fit to be measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layers.catalogue import finding
from layers.check_ndvi import check_ndvi
from layers.check_network import check_network
from layers.check_raster import check_rasters
from layers.check_shapes import check_shapes
from layers.check_shift import check_shift
from layers.check_topology import check_topology
from layers.check_values import check_values
from layers.findings import Severity
from layers.text import Text
from layers.trees import forget_trees

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from layers.findings import Finding
    from layers.study import Study


def _check_places(study: Study) -> list[Finding]:
    """Hold the two rules that look for neighbours; no other asks for their trees."""
    found = [*check_shift(study), *check_network(study)]
    forget_trees()
    return found


RULES: tuple[Callable[[Study], Iterable[Finding]], ...] = (
    check_topology,
    _check_places,
    check_shapes,
    check_values,
    check_rasters,
    check_ndvi,
)
"""Every rule on a study. The first asks for what habitat quality by land use asks for too."""
_WEIGHT = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


def main_faults(study: Study, found: Iterable[Finding], each: int = 3) -> tuple[Finding, ...]:
    """Give what no run may pass over: the findings of reading, then the rules' errors and warnings.

    Of one code in one layer only the first few are given, then how many more there are; ``shanhai validate``
    lists up to fifty.

    Parameters
    ----------
    study
        What was read.
    found
        What its ``RULES`` found.
    each
        The most of one code in one layer.
    """
    made = set(study.findings)
    grouped: dict[tuple[str, str | None], list[Finding]] = {}
    for one in in_order((*study.findings, *found)):
        if one not in made and one.severity is not Severity.INFO:
            grouped.setdefault((one.code, one.layer), []).append(one)
    kept = list(study.findings)
    for (code, layer), alike in grouped.items():
        kept += alike[:each]
        if len(alike) > each:
            more = Text(
                f"{layer}：{code} 另有 {len(alike) - each} 处；shanhai validate 列出更多",
                f"{layer}: {len(alike) - each} more of {code}; shanhai validate lists more",
            )
            kept.append(finding("check.more", more, layer=layer))
    return tuple(kept)


def validate_study(study: Study) -> tuple[Finding, ...]:
    """Give every finding on a study, those made while reading it included.

    Returns
    -------
    Errors first, then warnings, then notes; within these by code, layer and feature.
    """
    return in_order((*study.findings, *(one for rule in RULES for one in rule(study))))


def in_order(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Give findings once each: errors, warnings, notes, within these by code, layer and feature."""
    return tuple(
        sorted(
            dict.fromkeys(found),
            key=lambda one: (
                _WEIGHT[one.severity],
                one.code,
                one.layer or "",
                one.feature or "",
                one.message.en,
            ),
        )
    )
