"""How small an overlap must be to be told apart as a sliver; slivers are never dropped."""

from __future__ import annotations

from analyses.indicator import Parameter
from layers.text import Text

_NO_TOLERANCE = Text(
    "没有官方碎斑容差；碎斑单列，不删除",
    "no official tolerance was found; slivers are listed apart, not dropped",
)
SLIVER_AREA = Parameter(
    "sliver_area_m2",
    1.0,
    Text("碎斑面积上限", "area below which an overlap is a sliver"),
    unit="m²",
    source="proposed",
    doubt=_NO_TOLERANCE,
    minimum=0,
    maximum=1_000,
)
SLIVER_WIDTH = Parameter(
    "sliver_width_m",
    0.1,
    Text(
        "碎斑平均宽度上限（2×面积÷周长）",
        "mean width below which an overlap is a sliver (2 area / perimeter)",
    ),
    unit="m",
    source="proposed",
    doubt=_NO_TOLERANCE,
    minimum=0,
    maximum=20,
)
