"""What the greenway indicators share: the built greenways, each physical path once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyses.kept import once_per_study
from analyses.lines_once import PATH_SHARED, PATH_TOLERANCE, Lines, physical_lines
from layers.kinds import LayerKind

if TYPE_CHECKING:
    from layers.study import Study

GREENWAY_PARAMETERS = (PATH_TOLERANCE, PATH_SHARED)


@once_per_study
def greenways(study: Study) -> Lines:
    """Class and cut the greenways of a study."""
    return physical_lines(
        study, study.frame(LayerKind.GREENWAYS), PATH_TOLERANCE.number(study), PATH_SHARED.number(study)
    )
