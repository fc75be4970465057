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
    from layers.findings import Finding
    from layers.study import Study

_RULES = (check_shift, check_network, check_shapes, check_topology, check_values, check_rasters, check_ndvi)
_WEIGHT = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


def main_faults(study: Study, each: int = 3) -> tuple[Finding, ...]:
    """Give what no run may pass over: the findings of reading, then the rules' errors and warnings.

    Of one code in one layer only the first few are given, then how many more there are; ``shanhai validate``
    lists up to fifty.
    """
    made = set(study.findings)
    grouped: dict[tuple[str, str | None], list[Finding]] = {}
    for one in validate_study(study):
        if one not in made and one.severity is not Severity.INFO:
            grouped.setdefault((one.code, one.layer), []).append(one)
    kept = list(study.findings)
    for (code, layer), found in grouped.items():
        kept += found[:each]
        if len(found) > each:
            more = Text(
                f"{layer}：{code} 另有 {len(found) - each} 处；shanhai validate 列出更多",
                f"{layer}: {len(found) - each} more of {code}; shanhai validate lists more",
            )
            kept.append(finding("check.more", more, layer=layer))
    return tuple(kept)


def validate_study(study: Study) -> tuple[Finding, ...]:
    """Give every finding on a study, those made while reading it included.

    Returns
    -------
    Errors first, then warnings, then notes; within these by code, layer and feature.
    """
    found = [*study.findings]
    for rule in _RULES:
        found += rule(study)
        if rule is check_network:
            forget_trees()  # no later rule asks for them
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
