"""All rules on a study: whether the data is fit to be measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layers.check_ndvi import check_ndvi
from layers.check_network import check_network
from layers.check_raster import check_rasters
from layers.check_shapes import check_shapes
from layers.check_shift import check_shift
from layers.check_topology import check_topology
from layers.check_values import check_values
from layers.findings import Severity

if TYPE_CHECKING:
    from layers.findings import Finding
    from layers.study import Study

_RULES = (check_shift, check_shapes, check_topology, check_network, check_values, check_rasters, check_ndvi)
_WEIGHT = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


def validate_study(study: Study) -> tuple[Finding, ...]:
    """Give every finding on a study, those made while reading it included.

    Returns
    -------
    Errors first, then warnings, then notes; within these by code, layer and feature.
    """
    found = [*study.findings, *(one for rule in _RULES for one in rule(study))]
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
