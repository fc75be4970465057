"""Faults in data: what was found, how bad it is, where it lies, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from layers.text import Text


class Severity(StrEnum):
    """How bad a finding is: an error makes the layer unfit, a warning may move a number, info is a note."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True)
class Finding:
    """One fault in the data, or one repair made to it.

    Attributes
    ----------
    severity
        How bad it is.
    code
        Stable code of the rule, such as ``geometry.invalid``; the catalogue says its meaning and remedy.
    message
        One sentence: which layer, which feature or field, what was done or what to do.
    layer
        Kind of layer it was found in, or None for the configuration as a whole.
    feature
        Id of the feature as the source names it, or None where the whole layer is meant.
    place
        Longitude and latitude (WGS 84) to zoom to, or None.
    area_before_m2, area_after_m2
        For a repair of polygons: ellipsoidal area before and after.
    """

    severity: Severity
    code: str
    message: Text
    layer: str | None = None
    feature: str | None = None
    place: tuple[float, float] | None = None
    area_before_m2: float | None = None
    area_after_m2: float | None = None
